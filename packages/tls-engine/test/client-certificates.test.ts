/** What stands beside and in place of a client's certificate: all that a server's has, asked for by CertificateRequest. */
import { deflateSync, inflateSync } from 'node:zlib';
import type {
  CertificateCompression,
  Credential,
  PeerEvidence,
  PeerVerifier,
  VerifiedPeer,
} from '@tlskit/tls-handshake';
import {
  certificate,
  certificateRequest,
  compressedCertificate,
  decodeMessage,
  delegatedCredentialContent,
  delegatedCredentialRow,
  type Extension,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  findExtension,
  makeExtension,
  serverCertificateTypeRow,
  statusRequestRow,
} from '@tlskit/tls-messages';
import { type ClientSession, TicketKeys } from '@tlskit/tls-session';
import { createCA } from '@tlskit/tls-testing';
import { ascii, encode, fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { clientConfig, credential, misbehaving, type Pair, pair, provider, pump, sends, verifier } from './support.ts';

const RAW = 2;
const ocsp = ascii('an OCSP response');
const scts = [ascii('a timestamp')];
const { key } = credential;
const zlib: CertificateCompression = {
  algorithm: 1,
  compress: body => deflateSync(body),
  decompress: (bytes, length) => inflateSync(bytes, { maxOutputLength: length }),
};

function observer(more: Partial<PeerVerifier> = {}): PeerVerifier & { readonly seen: PeerEvidence[] } {
  const seen: PeerEvidence[] = [];
  return {
    ...verifier,
    ...more,
    seen,
    verify: evidence => {
      seen.push(evidence);
      return (more.verify ?? verifier.verify)(evidence);
    },
  };
}

const asking = (judge: PeerVerifier = verifier, certificates: ServerEngineConfig['certificates'] = {}) =>
  ({ clientAuth: { mode: 'require', verifier: judge }, certificates }) as const;

interface Attempt extends Pair {
  /** The messages that the client sent. */
  readonly sent: readonly number[];
}

function connect(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Attempt {
  const sent: number[] = [];
  const watching = misbehaving('client', effect => {
    if (effect.op === 'send') sent.push(effect.raw[0] as number);
    return effect;
  });
  const ends = pair({ versions: [watching], ...client }, server);
  pump(ends);
  return { ...ends, sent };
}

describe('beside a client certificate', () => {
  const stapled: Credential = { ...credential, ocsp, scts };

  it('an OCSP response and timestamps come to the verifier of a server that asks [9846:4.5.1.1:4]', () => {
    const judge = observer();
    const { server } = connect({ credentials: () => stapled }, asking(judge, { ocsp: true, scts: true }));
    expect(judge.seen).toMatchObject([{ role: 'client', ocsp, scts }]);
    expect(server.connected?.peerCertificateDetails).toMatchObject({ ocsp, scts });
  });

  it('they are not sent to others [9846:4.5.1:7]', () => {
    const { server } = connect({ credentials: () => stapled }, asking());
    expect(server.connected?.peerCertificateDetails).toMatchObject({ ocsp: undefined, scts: undefined });
  });

  const beside = (...extensions: Extension[]) =>
    misbehaving('client', effect => {
      if (!sends(effect, certificate)) return effect;
      const body = decodeMessage(certificate, effect.raw);
      const certificate_list = body.certificate_list.map(entry => ({ ...entry, extensions }));
      return { ...effect, raw: encodeMessage(certificate, { ...body, certificate_list }) };
    });
  const status = (data: string) => ({ extension_type: statusRequestRow.type, extension_data: fromHex(data) });
  const { signed_certificate_timestamp, status_request_v2 } = ExtensionType.values;

  it.each([
    ['an OCSP response', status('01000001aa')],
    ['timestamps', { extension_type: signed_certificate_timestamp, extension_data: fromHex('0003000101') }],
    ['status_request_v2', { extension_type: status_request_v2, extension_data: new Uint8Array(0) }],
  ])('%s that was not asked for is refused [9846:4.5.1:7]', (_what, extension) => {
    const client = { versions: [beside(extension)], credentials: () => credential };
    const { server, client: end } = connect(client, asking());
    expect(server.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
    expect(end.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unsupported_extension' });
  });

  it('a CertificateStatus that is malformed is refused [9846:4.5.1.1:4]', () => {
    const client = { versions: [beside(status('01000000'))], credentials: () => credential };
    const { server } = connect(client, asking(verifier, { ocsp: true }));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });
});

describe('a compressed client certificate', () => {
  it('goes to a server that reads the algorithm', () => {
    const compressing = { credentials: () => credential, certificates: { compression: [zlib] } };
    const { server, sent } = connect(compressing, asking(verifier, { compression: [zlib] }));
    expect(sent).toContain(compressedCertificate.type);
    expect(server.connected?.peerCertificates).toEqual(credential.chain);
    expect(connect(compressing, asking()).sent).toContain(certificate.type);
  });

  it('of an algorithm that was not offered is refused', () => {
    const wrong = misbehaving('client', effect => {
      if (!sends(effect, compressedCertificate)) return effect;
      const body = decodeMessage(compressedCertificate, effect.raw);
      return { ...effect, raw: encodeMessage(compressedCertificate, { ...body, algorithm: 3 }) };
    });
    const { server, client } = connect(
      { versions: [wrong], credentials: () => credential, certificates: { compression: [zlib] } },
      asking(verifier, { compression: [zlib] }),
    );
    expect(server.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
    expect(client.error).toMatchObject({ alert: 'illegal_parameter' });
  });
});

describe('the raw public key of a client', () => {
  const raw: Credential = { certificateType: RAW, chain: [key.spki], key };
  const having = { credentials: () => raw, certificateTypes: [RAW] };
  const judging = () => observer({ certificateTypes: [RAW] });

  it('authenticates it, and is remembered', () => {
    const judge = judging();
    const tickets = new TicketKeys({ provider, now: clientConfig.now });
    const first = connect(having, { ...asking(judge), tickets });
    expect(first.server.connected).toMatchObject({
      peerCertificates: [key.spki],
      peerCertificateDetails: { certificateType: RAW },
    });
    expect(judge.seen).toMatchObject([{ role: 'client', certificateType: RAW, chain: [key.spki] }]);
    const { session } = first.client.events.find(event => event.type === 'session') as { session: ClientSession };
    const again = connect({ ...having, session }, { ...asking(judge), tickets });
    expect(again.server.connected).toMatchObject({ resumed: true, peerCertificateDetails: { certificateType: RAW } });
    // The session's key is judged anew, as what it is.
    expect(judge.seen[1]).toMatchObject({ role: 'client', certificateType: RAW });
  });

  it.each([
    ['has none', {}],
    ['has others', { certificateTypes: [77] }],
  ])('is asked for in vain of a client that %s (RFC 7250 §4.2)', (_what, client) => {
    const { server, client: end } = connect(client, asking(judging()));
    expect(server.error).toMatchObject({
      code: 'ERR_TLS_NO_SHARED_CERTIFICATE_TYPE',
      alert: 'unsupported_certificate',
    });
    expect(end.error).toMatchObject({ alert: 'unsupported_certificate' });
  });

  it('is not spoken of by a server that asks for nothing (RFC 7250 §4.2)', () => {
    let answers: readonly Extension[] = [];
    const watching = misbehaving('server', effect => {
      if (sends(effect, encryptedExtensions)) answers = decodeMessage(encryptedExtensions, effect.raw).extensions;
      return effect;
    });
    const { client } = connect(having, { versions: [watching] });
    expect(client.connected).toBeDefined();
    expect(answers.map(each => each.extension_type)).not.toContain(ExtensionType.values.client_certificate_type);
    expect(findExtension(answers, serverCertificateTypeRow, 'EE')).toBeUndefined();
  });

  it('stands alone [9846:4.5.1:10]', () => {
    const two = { ...raw, chain: [key.spki, key.spki] };
    const { server } = connect({ ...having, credentials: () => two }, asking(judging()));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });
});

describe('the delegated credential of a client', async () => {
  const day = 86_400;
  const now = clientConfig.now();
  const other = provider.importPrivateKey((await (await createCA()).issue({ names: ['x'], key: 'ecdsa-p384' })).key);
  const window = { notBefore: now - day * 1000, notAfter: now + 90 * day * 1000 };
  const peer = { ...(verifier.verify({} as never) as VerifiedPeer), delegation: window };
  const delegating: PeerVerifier = { ...verifier, verify: () => peer };

  function delegated(role: 'client' | 'server', valid_time = 2 * day): Credential {
    const cred = { valid_time, dc_cert_verify_algorithm: 0x0503, ASN1_subjectPublicKeyInfo: other.spki };
    const write = (signature: Uint8Array) =>
      encode(delegatedCredentialRow.in.CT, { cred, algorithm: 0x0403, signature });
    const signed = write(Uint8Array.of(0)).subarray(0, -3);
    const content = delegatedCredentialContent(role, credential.chain[0] as Uint8Array, signed);
    const signature = key.sign({ type: 'ecdsa', hash: 'sha256' }, content) as Uint8Array;
    return { chain: credential.chain, key: other, delegatedCredential: write(signature) };
  }
  const taking = asking(delegating, { delegatedSchemes: [0x0503] });

  it('signs for it (RFC 9345 §4.1.2)', () => {
    const { server } = connect({ credentials: () => delegated('client') }, taking);
    expect(server.connected).toMatchObject({
      peerCertificateDetails: { delegated: true },
      peer: { expires: window.notBefore + 2 * day * 1000 },
    });
  });

  it("of a server's form is refused", () => {
    const { server, client } = connect({ credentials: () => delegated('server') }, taking);
    expect(server.error).toMatchObject({ code: 'ERR_TLS_DELEGATED_CREDENTIAL', alert: 'illegal_parameter' });
    expect(client.error).toMatchObject({ alert: 'illegal_parameter' });
  });

  it('gives no tickets that outlive it', () => {
    const tickets = new TicketKeys({ provider, now: clientConfig.now });
    const lifetimes = (valid_time: number) =>
      connect({ credentials: () => delegated('client', valid_time) }, { ...taking, tickets })
        .client.events.filter(event => event.type === 'session')
        .map(event => (event as { session: ClientSession }).session.lifetime);
    expect(lifetimes(2 * day)).toEqual([7200, 7200]);
    expect(lifetimes(day + 60)).toEqual([60, 60]);
  });

  it('gives none that outlive it where one of them resumes either', () => {
    const tickets = new TicketKeys({ provider, now: clientConfig.now });
    const client = { credentials: () => delegated('client', day + 60) };
    const sessionOf = (ends: Pair) => ends.client.events.find(event => event.type === 'session')?.session;
    const session = sessionOf(connect(client, { ...taking, tickets }));
    const again = connect({ ...client, session }, { ...taking, tickets });
    expect(again.server.connected).toMatchObject({
      resumed: true,
      peer: { expires: window.notBefore + (day + 60) * 1000 },
    });
    expect(sessionOf(again)?.lifetime).toBe(60);
  });

  it('that was not asked for is refused with unexpected_message (RFC 9345 §4.1.2)', () => {
    const { delegatedCredential } = delegated('client');
    const extension_data = delegatedCredential as Uint8Array;
    const unasked = misbehaving('client', effect => {
      if (!sends(effect, certificate)) return effect;
      const body = decodeMessage(certificate, effect.raw);
      const extensions = [{ extension_type: delegatedCredentialRow.type, extension_data }];
      const certificate_list = body.certificate_list.map(entry => ({ ...entry, extensions }));
      return { ...effect, raw: encodeMessage(certificate, { ...body, certificate_list }) };
    });
    const { server } = connect({ versions: [unasked], credentials: () => credential }, asking(delegating));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });
});

describe('a client reads a CertificateRequest', () => {
  const requesting = (extension: Extension) =>
    misbehaving('server', effect => {
      if (!sends(effect, certificateRequest)) return effect;
      const body = decodeMessage(certificateRequest, effect.raw);
      return {
        ...effect,
        raw: encodeMessage(certificateRequest, { ...body, extensions: [...body.extensions, extension] }),
      };
    });

  it('and refuses a status_request that is not empty', () => {
    const request = { responder_id_list: [], request_extensions: new Uint8Array(0) };
    const full = makeExtension(statusRequestRow, 'CH', { status_type: 1, request });
    const { client } = connect({ credentials: () => credential }, { ...asking(), versions: [requesting(full)] });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });
});
