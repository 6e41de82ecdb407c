/** Delegated credentials (RFC 9345): what a client checks, one thing at a time, each broken by a server. */
import type { SigningKey } from '@tlskit/tls-crypto';
import type { Credential, VerifiedPeer } from '@tlskit/tls-handshake';
import {
  certificate,
  certificateVerify,
  decodeMessage,
  delegatedCredentialContent,
  delegatedCredentialRow,
  encodeMessage,
} from '@tlskit/tls-messages';
import { type ClientSession, TicketKeys } from '@tlskit/tls-session';
import { createCA } from '@tlskit/tls-testing';
import { encode } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { clientConfig, credential, misbehaving, type Pair, pair, provider, pump, sends, verifier } from './support.ts';

const day = 86_400;
const now = clientConfig.now();
const ca = await createCA();
const keyOf = async (kind: 'ecdsa-p384' | 'rsa-2048' | 'rsa-pss' | 'ed25519') =>
  provider.importPrivateKey((await ca.issue({ names: ['x'], key: kind })).key);
const p384 = await keyOf('ecdsa-p384');
const P256 = 0x0403;
const P384 = 0x0503;

/** The certificate began three days ago, and ends in ninety. */
const delegation = { notBefore: now - 3 * day * 1000, notAfter: now + 90 * day * 1000 };
const peer: VerifiedPeer = { ...(verifier.verify({} as never) as VerifiedPeer), delegation };
const delegating = { ...verifier, verify: () => peer };

interface Parts {
  readonly valid_time?: number;
  readonly scheme?: number;
  readonly key?: Pick<SigningKey, 'spki'>;
  readonly algorithm?: number;
  readonly signer?: SigningKey;
  readonly role?: 'client' | 'server';
  readonly certificate?: Uint8Array;
}

/** A delegated credential, good unless told otherwise. */
function delegated(parts: Parts = {}): Uint8Array {
  const { valid_time = 5 * day, scheme = P384, key = p384, algorithm = P256, signer = credential.key } = parts;
  const { role = 'server', certificate = credential.chain[0] as Uint8Array } = parts;
  const cred = { valid_time, dc_cert_verify_algorithm: scheme, ASN1_subjectPublicKeyInfo: key.spki };
  const write = (signature: Uint8Array) => encode(delegatedCredentialRow.in.CT, { cred, algorithm, signature });
  const content = delegatedCredentialContent(role, certificate, write(Uint8Array.of(0)).subarray(0, -3));
  const signature = signer.sign({ type: 'ecdsa', hash: 'sha256' }, content) as Uint8Array;
  return write(signature);
}

const holding = (delegatedCredential: Uint8Array, key: SigningKey = p384): Credential => ({
  chain: credential.chain,
  key,
  delegatedCredential,
});
const takes = { verifier: delegating, certificates: { delegatedSchemes: [P384, P256] } };

function connect(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Pair {
  const ends = pair(client, server);
  pump(ends);
  return ends;
}

/** A server that sends this extension with its own certificate, whatever it means, and signs with the key. */
function sending(data: Uint8Array, key: SigningKey, scheme = P384): Partial<ServerEngineConfig> {
  const extensions = [{ extension_type: delegatedCredentialRow.type, extension_data: data }];
  const version = misbehaving('server', effect => {
    if (!sends(effect, certificate)) return effect;
    const body = decodeMessage(certificate, effect.raw);
    const [first, ...rest] = body.certificate_list;
    const list = [{ cert_data: first?.cert_data as Uint8Array, extensions }, ...rest];
    return { ...effect, raw: encodeMessage(certificate, { ...body, certificate_list: list }) };
  });
  return { versions: [version], signatureSchemes: [scheme], credentials: () => ({ chain: credential.chain, key }) };
}

describe('a delegated credential', () => {
  it('signs for a server that has no other key', () => {
    const { client, server } = connect(takes, { credentials: () => holding(delegated()) });
    expect(client.connected).toMatchObject({
      signatureScheme: P384,
      peerCertificates: credential.chain,
      peerCertificateDetails: { delegated: true },
      peer: { expires: delegation.notBefore + 5 * day * 1000 },
    });
    expect(server.connected).toBeDefined();
  });

  it('ends the session that it began', () => {
    const tickets = new TicketKeys({ provider, now: clientConfig.now });
    const first = connect(takes, { credentials: () => holding(delegated()), tickets });
    const { session } = first.client.events.find(event => event.type === 'session') as { session: ClientSession };
    expect(session.peerExpires).toBe(delegation.notBefore + 5 * day * 1000);
  });

  it.each([
    ['does not ask', {}],
    ['takes other schemes of delegated keys', { delegatedSchemes: [P256] }],
  ])('is not shown to a client that %s', (_what, certificates) => {
    const chosen = ({ schemeFor }: { schemeFor(given: Credential): number | undefined }) =>
      [holding(delegated()), credential].find(each => schemeFor(each) !== undefined);
    const { client } = connect({ verifier: delegating, certificates }, { credentials: chosen });
    expect(client.connected).toMatchObject({ signatureScheme: P256, peerCertificateDetails: { delegated: false } });
  });

  it("is not shown to a client that does not take the scheme of the certificate's signature", () => {
    const { server } = connect({ ...takes, signatureSchemes: [P384] }, { credentials: () => holding(delegated()) });
    expect(server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', alert: 'handshake_failure' });
  });

  it('beside another certificate than the own is passed over (RFC 9345 §4.1.1)', () => {
    const version = misbehaving('server', effect => {
      if (!sends(effect, certificate)) return effect;
      const body = decodeMessage(certificate, effect.raw);
      const extensions = [{ extension_type: delegatedCredentialRow.type, extension_data: delegated() }];
      const list = body.certificate_list.map((entry, i) => (i === 0 ? entry : { ...entry, extensions }));
      return { ...effect, raw: encodeMessage(certificate, { ...body, certificate_list: list }) };
    });
    const chain = [...credential.chain, ...credential.chain];
    const { client } = connect(takes, { versions: [version], credentials: () => ({ ...credential, chain }) });
    expect(client.connected?.peerCertificateDetails).toMatchObject({ delegated: false });
  });
});

describe('a client refuses', async () => {
  const rsa = await keyOf('rsa-2048');
  const ed25519 = await keyOf('ed25519');
  const stranger = provider.importPrivateKey((await ca.issue('localhost')).key);
  const malformed = { spki: Uint8Array.of(0x30, 0) };
  const flip = (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));

  const cases: [what: string, data: Uint8Array, key?: SigningKey, scheme?: number][] = [
    ['one that has ended', delegated({ valid_time: 3 * day - 1 })],
    ['one for more than 7 days from now', delegated({ valid_time: 10 * day + 1 })],
    ['one that was not signed', flip(delegated())],
    ['one that another key signed', delegated({ signer: stranger })],
    ['one that was signed for another certificate', delegated({ certificate: Uint8Array.of(1) })],
    ["one of a client's certificate", delegated({ role: 'client' })],
    [
      'one whose scheme it did not offer for delegated keys',
      delegated({ scheme: 0x0807, key: ed25519 }),
      ed25519,
      0x0807,
    ],
    ['one whose scheme does not fit its key', delegated({ scheme: P256 })],
    ['one whose signature is by a scheme that was not offered', delegated({ algorithm: 0x0603 })],
    ['one whose signature is by a scheme that does not fit the certificate', delegated({ algorithm: 0x0804 })],
    ['one with a key that cannot be used', delegated({ key: malformed })],
  ];
  it.each(cases)('%s', (_what, data, key = p384, scheme = P384) => {
    const { client, server } = connect(takes, sending(data, key, scheme));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_DELEGATED_CREDENTIAL', alert: 'illegal_parameter' });
    expect(server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
  });

  it('a key of rsaEncryption, even if it offered the scheme', () => {
    const data = delegated({ scheme: 0x0804, key: rsa });
    const client = { ...takes, certificates: { delegatedSchemes: [0x0804] } };
    expect(connect(client, sending(data, rsa, 0x0804)).client.error).toMatchObject({
      code: 'ERR_TLS_DELEGATED_CREDENTIAL',
      alert: 'illegal_parameter',
    });
  });

  it('one that outlives its certificate', () => {
    const short = { ...peer, delegation: { ...delegation, notAfter: delegation.notBefore + 5 * day * 1000 } };
    const judge = { ...takes, verifier: { ...verifier, verify: () => short } };
    expect(connect(judge, sending(delegated(), p384)).client.error).toMatchObject({
      code: 'ERR_TLS_DELEGATED_CREDENTIAL',
      alert: 'illegal_parameter',
    });
  });

  it('one of whose signature the key of the certificate says anything but true', () => {
    const publicKey = { ...peer.publicKey, algorithm: peer.publicKey.algorithm, verify: () => 'no' as never };
    const judge = { ...takes, verifier: { ...verifier, verify: () => ({ ...peer, publicKey }) } };
    expect(connect(judge, sending(delegated(), p384)).client.error).toMatchObject({
      code: 'ERR_TLS_DELEGATED_CREDENTIAL',
      alert: 'illegal_parameter',
    });
  });

  it('one of a certificate that may not delegate', () => {
    const { client } = connect({ ...takes, verifier }, sending(delegated(), p384));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_DELEGATED_CREDENTIAL', alert: 'illegal_parameter' });
  });

  it('a CertificateVerify by another scheme than the delegated one', () => {
    const version = misbehaving('server', effect =>
      sends(effect, certificateVerify)
        ? {
            ...effect,
            raw: encodeMessage(certificateVerify, {
              ...decodeMessage(certificateVerify, effect.raw),
              algorithm: P256,
            }),
          }
        : effect,
    );
    const { client, server } = connect(takes, { versions: [version], credentials: () => holding(delegated()) });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
    expect(server.error).toMatchObject({ alert: 'illegal_parameter' });
  });

  it("a CertificateVerify by the certificate's own key beside a delegated credential", () => {
    const data = delegated({ scheme: P256, key: stranger });
    const { client } = connect(takes, sending(data, credential.key, P256));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_BAD_CERTIFICATE_VERIFY', alert: 'decrypt_error' });
  });

  it('one that it did not ask for, with unexpected_message', () => {
    const { client, server } = connect({ verifier: delegating }, sending(delegated(), p384));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
    expect(server.error).toMatchObject({ alert: 'unexpected_message' });
  });

  it('one with bytes behind it', () => {
    const { client } = connect(takes, sending(Uint8Array.of(...delegated(), 0), p384));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });
});
