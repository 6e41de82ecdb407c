/** Raw public keys in place of certificates (RFC 7250, RFC 9846 §4.5.1). */
import type { Credential, PeerEvidence, PeerVerifier } from '@tlskit/tls-handshake';
import {
  certificate,
  clientCertificateTypeRow,
  clientHello,
  decodeMessage,
  encodeMessage,
  encryptedExtensions,
  findExtension,
  makeExtension,
  serverCertificateTypeRow,
} from '@tlskit/tls-messages';
import { type ClientSession, TicketKeys } from '@tlskit/tls-session';
import { equalBytes } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { clientConfig, credential, misbehaving, type Pair, pair, provider, pump, sends, verifier } from './support.ts';

const X509 = 0;
const OpenPGP = 1;
const RAW = 2;
const { key } = credential;
const raw: Credential = { certificateType: RAW, chain: [key.spki], key };

/** Judges these types: certificates as other tests do, of raw keys the one. */
function judging(...certificateTypes: number[]): PeerVerifier & { readonly seen: PeerEvidence[] } {
  const seen: PeerEvidence[] = [];
  return {
    ...verifier,
    certificateTypes,
    seen,
    verify(evidence) {
      seen.push(evidence);
      if (evidence.certificateType === RAW) expect(equalBytes(evidence.chain[0] as Uint8Array, key.spki)).toBe(true);
      return verifier.verify(evidence);
    },
  };
}

function connect(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Pair {
  const ends = pair(client, server);
  pump(ends);
  return ends;
}

/** The first of these that the client takes. */
const among =
  (...all: Credential[]): ServerEngineConfig['credentials'] =>
  ({ schemeFor }) =>
    all.find(each => schemeFor(each) !== undefined);

describe('a raw public key', () => {
  it('authenticates the server', () => {
    const judge = judging(RAW);
    const { client, server } = connect({ verifier: judge }, { credentials: among(raw) });
    expect(client.connected).toMatchObject({
      peerCertificates: [key.spki],
      peerCertificateDetails: { certificateType: RAW },
      certificateTypes: { server: RAW },
    });
    expect(judge.seen).toMatchObject([{ certificateType: RAW, chain: [key.spki] }]);
    expect(server.connected).toBeDefined();
  });

  it.each([
    ['the first of its own that the client takes', [raw, credential], [X509, RAW], RAW],
    ['the first of its own that the client takes', [credential, raw], [RAW, X509], X509],
    ['the only one that the client takes', [credential, raw], [RAW], RAW],
    ['X.509 to a client that says nothing', [raw, credential], undefined, X509],
  ] as const)('is chosen by the server: %s', (_what, own, types, expected) => {
    const judge = types === undefined ? verifier : judging(...types);
    const { client } = connect({ verifier: judge }, { credentials: among(...own) });
    expect(client.connected?.peerCertificateDetails?.certificateType).toBe(expected);
  });

  it('bears no staples that nobody asked for, and goes with resumption', () => {
    const tickets = new TicketKeys({ provider, now: clientConfig.now });
    const first = connect({ verifier: judging(RAW) }, { credentials: among(raw), tickets });
    const { session } = first.client.events.find(event => event.type === 'session') as { session: ClientSession };
    const { client } = connect({ verifier: judging(RAW), session }, { credentials: among(raw), tickets });
    // The server says what it showed then.
    expect(client.connected).toMatchObject({
      resumed: true,
      certificateTypes: { server: RAW },
      peerCertificates: [key.spki],
      peerCertificateDetails: { certificateType: RAW },
    });
  });

  it('of a session is not spoken of to a client that takes none any more', () => {
    const tickets = new TicketKeys({ provider, now: clientConfig.now });
    const first = connect({ verifier: judging(RAW, X509) }, { credentials: among(raw), tickets });
    const { session } = first.client.events.find(event => event.type === 'session') as { session: ClientSession };
    const { client } = connect({ verifier: judging(X509), session }, { credentials: among(raw), tickets });
    expect(client.connected).toMatchObject({ resumed: true, certificateTypes: { server: X509 } });
  });

  it('is not spoken of by a client of X.509 alone (RFC 7250 §4.1)', () => {
    const { client } = pair({ verifier: judging(X509), certificateTypes: [X509] });
    const record = Uint8Array.from(client.engine.takeOutput().flatMap(part => [...part]));
    const { extensions } = decodeMessage(clientHello, record.subarray(5));
    expect(findExtension(extensions, serverCertificateTypeRow, 'CH')).toBeUndefined();
    expect(findExtension(extensions, clientCertificateTypeRow, 'CH')).toBeUndefined();
  });
});

describe('a server refuses a ClientHello', () => {
  it.each([
    ['that takes raw public keys alone, where there are certificates', [RAW], [credential]],
    ['that takes certificates alone, where there are raw public keys', undefined, [raw]],
    ['that takes types that nobody knows', [77], [raw, credential]],
    ['that takes OpenPGP alone [9846:4.5.1:11]', [OpenPGP], [raw, credential]],
  ])('%s', (_what, types, own) => {
    const judge = types === undefined ? verifier : judging(...types);
    const { client, server } = connect({ verifier: judge }, { credentials: among(...own) });
    expect(server.error).toMatchObject({
      code: 'ERR_TLS_NO_SHARED_CERTIFICATE_TYPE',
      alert: 'unsupported_certificate',
    });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unsupported_certificate' });
  });

  it('with a list of X.509 alone, which should be absent', () => {
    const { client, server } = pair();
    const record = Uint8Array.from(client.engine.takeOutput().flatMap(part => [...part]));
    const hello = decodeMessage(clientHello, record.subarray(5));
    const more = makeExtension(serverCertificateTypeRow, 'CH', { server_certificate_types: [X509] });
    const message = encodeMessage(clientHello, { ...hello, extensions: [...hello.extensions, more] });
    server.engine.receive(Uint8Array.of(22, 3, 1, message.length >> 8, message.length & 255, ...message));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it('for which a credential of another type than it takes was chosen', () => {
    const { server } = connect({}, { credentials: () => raw });
    expect(server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_CERTIFICATE_TYPE' });
  });
});

describe('a client refuses', () => {
  const answering = (...types: number[]) =>
    misbehaving('server', effect => {
      if (!sends(effect, encryptedExtensions)) return effect;
      const body = decodeMessage(encryptedExtensions, effect.raw);
      const others = body.extensions.filter(each => each.extension_type !== serverCertificateTypeRow.type);
      const answers = types.map(type =>
        makeExtension(serverCertificateTypeRow, 'EE', { server_certificate_type: type }),
      );
      return { ...effect, raw: encodeMessage(encryptedExtensions, { extensions: [...others, ...answers] }) };
    });

  it('a type that it did not offer', () => {
    const { client, server } = connect(
      { verifier: judging(RAW) },
      { versions: [answering(X509)], credentials: among(raw) },
    );
    expect(client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
    expect(server.error).toMatchObject({ alert: 'illegal_parameter' });
  });

  it('X.509 by silence, which it did not offer', () => {
    const { client, server } = connect(
      { verifier: judging(RAW) },
      { versions: [answering()], credentials: among(raw) },
    );
    expect(client.error).toMatchObject({
      code: 'ERR_TLS_NO_SHARED_CERTIFICATE_TYPE',
      alert: 'unsupported_certificate',
    });
    expect(server.error).toMatchObject({ alert: 'unsupported_certificate' });
  });

  it('an answer to what it did not say', () => {
    const { client } = connect({}, { versions: [answering(RAW)] });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
  });

  it('more than one raw public key [9846:4.5.1:10]', () => {
    const two = { ...raw, chain: [key.spki, key.spki] };
    const { client, server } = connect({ verifier: judging(RAW) }, { credentials: among(two) });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
    expect(server.error).toMatchObject({ alert: 'illegal_parameter' });
  });

  it('no raw public key at all [9846:4.5.1.3:1]', () => {
    const empty = misbehaving('server', effect =>
      sends(effect, certificate)
        ? {
            ...effect,
            raw: encodeMessage(certificate, { certificate_request_context: new Uint8Array(0), certificate_list: [] }),
          }
        : effect,
    );
    const { client } = connect({ verifier: judging(RAW) }, { versions: [empty], credentials: among(raw) });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_NO_CERTIFICATE', alert: 'decode_error' });
  });
});
