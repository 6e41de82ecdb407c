/** What stands beside a server's certificate: OCSP responses and timestamps (RFC 9846 §4.5.1.1, RFC 6066 §8, RFC 6962 §3.3). */
import type { Credential, PeerEvidence, PeerVerifier } from '@tlskit/tls-handshake';
import {
  type ClientHello,
  certificate,
  clientHello,
  decodeMessage,
  type Extension,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  type MessageDef,
} from '@tlskit/tls-messages';
import type { ClientSession } from '@tlskit/tls-session';
import { TicketKeys } from '@tlskit/tls-session';
import { ascii, fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { clientConfig, credential, misbehaving, type Pair, pair, provider, pump, sends, verifier } from './support.ts';

const ocsp = ascii('an OCSP response');
const scts = [ascii('a timestamp'), ascii('another')];
const stapled: Credential = { ...credential, ocsp, scts };
const asks = { certificates: { ocsp: true, scts: true } };
const { status_request, status_request_v2, signed_certificate_timestamp } = ExtensionType.values;

/** A verifier that keeps what it was shown. */
function observer(): PeerVerifier & { readonly seen: PeerEvidence[] } {
  const seen: PeerEvidence[] = [];
  return {
    ...verifier,
    seen,
    verify: evidence => {
      seen.push(evidence);
      return verifier.verify(evidence);
    },
  };
}

function connect(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Pair {
  const ends = pair(client, server);
  pump(ends);
  return ends;
}

/** A server whose message has been rewritten. */
function rewriting<T>(message: MessageDef<T>, change: (body: T) => T) {
  return misbehaving('server', effect =>
    sends(effect, message)
      ? { ...effect, raw: encodeMessage(message, change(decodeMessage(message, effect.raw))) }
      : effect,
  );
}

const extension = (extension_type: number, data = ''): Extension => ({ extension_type, extension_data: fromHex(data) });

const beside = (...extensions: Extension[]) =>
  rewriting(certificate, body => ({
    ...body,
    certificate_list: body.certificate_list.map(entry => ({ ...entry, extensions })),
  }));

describe('OCSP responses and timestamps', () => {
  it('come to the verifier and to the application', () => {
    const judge = observer();
    const { client } = connect({ ...asks, verifier: judge }, { credentials: () => stapled });
    expect(judge.seen).toMatchObject([{ role: 'server', certificateType: 0, ocsp, ocspAsked: true, scts }]);
    expect(judge.seen[0]).not.toHaveProperty('staples');
    expect(client.connected?.peerCertificateDetails).toMatchObject({
      certificateType: 0,
      ocsp,
      scts,
      delegated: false,
    });
  });

  it('are not sent to a client that does not ask [9846:4.5.1:6]', () => {
    const { client } = connect({}, { credentials: () => stapled });
    expect(client.connected?.peerCertificateDetails).toMatchObject({ ocsp: undefined, scts: undefined });
  });

  it('each by itself', () => {
    const only = (certificates: ClientEngineConfig['certificates']) =>
      connect({ certificates }, { credentials: () => stapled }).client.connected?.peerCertificateDetails;
    expect(only({ ocsp: true })).toMatchObject({ ocsp, scts: undefined });
    expect(only({ scts: true })).toMatchObject({ ocsp: undefined, scts });
  });

  it('may be absent though asked for', () => {
    const judge = observer();
    const { client } = connect({ ...asks, verifier: judge }, {});
    expect(judge.seen).toHaveLength(1);
    expect(judge.seen[0]).not.toHaveProperty('ocsp');
    expect(judge.seen[0]).not.toHaveProperty('scts');
    expect(client.connected).toBeDefined();
  });

  it('may be asked for in each handshake, and take their time', async () => {
    let asked = 0;
    const fresh: Credential = {
      ...credential,
      ocsp: () => {
        asked++;
        return Promise.resolve(Uint8Array.of(asked));
      },
      scts: () => undefined,
    };
    const ends = connect(asks, { credentials: () => fresh });
    expect(ends.client.connected).toBeUndefined();
    await Promise.resolve();
    await Promise.resolve();
    pump(ends);
    expect(ends.client.connected?.peerCertificateDetails).toMatchObject({ ocsp: Uint8Array.of(1), scts: undefined });
    connect({}, { credentials: () => fresh });
    expect(asked).toBe(1);
  });

  it('that fail to come end the handshake with internal_error', () => {
    const failing: Credential = {
      ...credential,
      ocsp: () => {
        throw new Error('no responder');
      },
    };
    const { client, server } = connect(asks, { credentials: () => failing });
    expect(server.error).toMatchObject({ code: 'ERR_TLS_INTERNAL', alert: 'internal_error' });
    expect(client.error).toMatchObject({ alert: 'internal_error', sentBy: 'peer' });
  });

  it('stand in a session, and in the connection that resumes it', () => {
    const tickets = new TicketKeys({ provider, now: clientConfig.now });
    const first = connect(asks, { credentials: () => stapled, tickets });
    const session = first.client.events.find(event => event.type === 'session') as { session: ClientSession };
    const { client } = connect({ ...asks, session: session.session }, { credentials: () => stapled, tickets });
    expect(client.connected).toMatchObject({ resumed: true, peerCertificateDetails: { ocsp, scts } });
  });

  it('stand in a session for who judges it anew, with word of what was asked for', () => {
    const tickets = new TicketKeys({ provider, now: clientConfig.now });
    const first = connect(asks, { credentials: () => stapled, tickets });
    const session = first.client.events.find(event => event.type === 'session') as { session: ClientSession };
    const judge = observer();
    const again = { ...asks, session: session.session, verifyResumed: true, verifier: judge };
    expect(connect(again, { credentials: () => stapled, tickets }).client.connected?.resumed).toBe(true);
    expect(judge.seen).toMatchObject([{ resumed: true, ocsp, ocspAsked: true, scts }]);
  });
});

describe('a server misbehaves beside its certificate', () => {
  const cases: [what: string, code: string, alert: string, change: Extension[]][] = [
    ['an empty OCSP response', 'ERR_TLS_DECODE', 'decode_error', [extension(status_request, '01000000')]],
    [
      'a CertificateStatus with bytes behind it [9846:4.5.1.1:1]',
      'ERR_TLS_DECODE',
      'decode_error',
      [extension(status_request, '01000001aabb')],
    ],
    [
      'a CertificateStatus of another type than was asked for [9846:4.5.1.1:1]',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
      [extension(status_request, '02000001aa')],
    ],
    [
      'an empty list of timestamps',
      'ERR_TLS_DECODE',
      'decode_error',
      [extension(signed_certificate_timestamp, '0000')],
    ],
    [
      'an empty timestamp',
      'ERR_TLS_DECODE',
      'decode_error',
      [extension(signed_certificate_timestamp, '000600020102 0000'.replace(' ', ''))],
    ],
    [
      'status_request_v2 [9846:4.5.1.1:2]',
      'ERR_TLS_UNSUPPORTED_EXTENSION',
      'unsupported_extension',
      [extension(status_request_v2)],
    ],
    [
      'two OCSP responses',
      'ERR_TLS_DUPLICATE_EXTENSION',
      'illegal_parameter',
      [extension(status_request, '01000001aa'), extension(status_request, '01000001aa')],
    ],
  ];
  it.each(cases)('%s', (_what, code, alert, extensions) => {
    const { client, server } = connect(asks, { versions: [beside(...extensions)] });
    expect(client.error).toMatchObject({ code, alert });
    expect(server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it.each([
    ['an OCSP response', extension(status_request, '01000001aa')],
    ['timestamps', extension(signed_certificate_timestamp, '0003000101')],
  ])('%s that nobody asked for [9846:4.5.1:6]', (_what, unasked) => {
    const { client, server } = connect({}, { versions: [beside(unasked)] });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
    expect(server.error).toMatchObject({ alert: 'unsupported_extension' });
  });

  it('status_request in EncryptedExtensions, where TLS 1.3 has it not', () => {
    const change = rewriting(encryptedExtensions, body => ({
      ...body,
      extensions: [...body.extensions, extension(status_request)],
    }));
    const { client } = connect(asks, { versions: [change] });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it('what stands beside other certificates than its own is checked, and OCSP responses come to the verifier', () => {
    const chain = [...credential.chain, ...credential.chain];
    const change = (data: string) =>
      rewriting(certificate, body => ({
        ...body,
        certificate_list: body.certificate_list.map((entry, i) =>
          i === 0 ? entry : { ...entry, extensions: [extension(status_request, data)] },
        ),
      }));
    const attempt = (data: string) =>
      connect(asks, { versions: [change(data)], credentials: () => ({ ...stapled, chain }) });
    const judge = observer();
    const versions = [change('01000001aa')];
    const { client } = connect({ ...asks, verifier: judge }, { versions, credentials: () => ({ ...stapled, chain }) });
    const staples = [ocsp, Uint8Array.of(0xaa)];
    expect(judge.seen).toMatchObject([{ ocsp, staples }]);
    expect(client.connected?.peerCertificateDetails).toMatchObject({ ocsp, staples });
    expect(attempt('02000001aa').client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER' });
    expect(attempt('01000000').client.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });
});

describe('a server reads', () => {
  it('status_request_v2, and does nothing about it [9846:4.5.1.1:2] [9846:4.5.1.1:3]', () => {
    const ends = pair({}, { credentials: () => stapled });
    const client = helloWith(extension(status_request_v2, '000702000400000000'));
    ends.server.engine.receive(client);
    expect(ends.server.engine.takeOutput().length).toBeGreaterThan(0);
    expect(ends.server.error).toBeUndefined();
  });

  it('status requests of types that are yet to come', () => {
    const { server } = pair({}, { credentials: () => stapled });
    server.engine.receive(helloWith(extension(status_request, 'ff0102')));
    expect(server.error).toBeUndefined();
  });

  it('and answers none of them by a response of OCSP', () => {
    const request = extension(status_request, 'ff0102');
    const shapeHello = (hello: ClientHello) => ({ ...hello, extensions: [request, ...hello.extensions] });
    const { client, server } = connect({ shapeHello }, { credentials: () => stapled });
    expect([client.error, server.error]).toEqual([undefined, undefined]);
    expect(client.connected?.peerCertificateDetails).toMatchObject({ ocsp: undefined });
  });

  it('a status request that is malformed with decode_error', () => {
    const { server } = pair({}, {});
    server.engine.receive(helloWith(extension(status_request, '010000')));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });
});

/** A ClientHello, in its record, with one more extension. */
function helloWith(more: Extension): Uint8Array {
  const { client } = pair();
  const record = Uint8Array.from(client.engine.takeOutput().flatMap(part => [...part]));
  const hello = decodeMessage(clientHello, record.subarray(5));
  const message = encodeMessage(clientHello, { ...hello, extensions: [...hello.extensions, more] });
  return Uint8Array.of(22, 3, 1, message.length >> 8, message.length & 255, ...message);
}
