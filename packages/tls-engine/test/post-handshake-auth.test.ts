/** Client authentication after the handshake (RFC 9846 §4.7.2). */
import { type Effect, type Flow, type HandshakeEvent, sendRaw } from '@tlskit/tls-handshake';
import {
  type Certificate,
  type CertificateRequest,
  certificate,
  certificateRequest,
  certificateVerify,
  decodeMessage,
  encodeMessage,
  finished,
  keyUpdate,
  makeExtension,
  newSessionTicket,
  signatureAlgorithmsRow,
} from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { EngineVersion } from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { authenticating, clientAuth, clientCredential, clientVerifier, otherCredential } from './clients.ts';
import {
  asynchronous,
  type End,
  intercept,
  type Pair,
  pair,
  provider,
  pump,
  sends,
  serverConfig,
  strangerKey,
} from './support.ts';

type Authentication = Extract<HandshakeEvent, { type: 'client-authentication' }>;

const willing = { ...authenticating, postHandshakeAuth: true } as const;
const later = () => new Promise<void>(resolve => setImmediate(resolve));

function connected(...args: Parameters<typeof pair>): Pair {
  const ends = pair(...args);
  pump(ends);
  expect(ends.client.connected).toBeDefined();
  expect(ends.server.connected).toBeDefined();
  return ends;
}

function answers({ server }: { readonly server: End }): Authentication[] {
  return server.events.filter(event => event.type === 'client-authentication');
}

const clientOf = ({ server }: Pair) => server.engine.connection?.peerCertificates[0];

async function settle(ends: Pair): Promise<void> {
  for (let i = 0; i < 12; i++) {
    await later();
    pump(ends);
  }
}

describe('a client that offered it', () => {
  it('authenticates itself on request [9846:4.7.2:1] [9846:4.7.2:2]', () => {
    const ends = connected(willing, clientAuth('none'));
    expect(clientOf(ends)).toBeUndefined();
    const context = ends.server.engine.requestClientCertificate();
    pump(ends);
    expect(answers(ends)).toMatchObject([
      { context, authenticated: { chain: clientCredential.chain, scheme: 0x0403 } },
    ]);
    expect(clientOf(ends)).toEqual(clientCredential.chain[0]);
    expect(ends.server.engine.connection?.peer?.trust).toBe('clients');
    expect(ends.server.engine.connection?.clientSignatureScheme).toBe(0x0403);
    ends.client.engine.write(new TextEncoder().encode('still here'));
    pump(ends);
    expect(ends.server.text).toBe('still here');
  });

  it('may decline [9846:4.7.2:3]', () => {
    const ends = connected({ postHandshakeAuth: true }, clientAuth('none'));
    const context = ends.server.engine.requestClientCertificate();
    pump(ends);
    expect(answers(ends)).toEqual([{ type: 'client-authentication', context, authenticated: undefined }]);
    expect(ends.server.engine.closed).toBe(false);
  });

  it('may not decline where the server requires it', () => {
    const ends = connected({ postHandshakeAuth: true }, clientAuth('none'));
    ends.server.engine.requestClientCertificate({ required: true });
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_CERTIFICATE_REQUIRED', alert: 'certificate_required' });
    expect(ends.client.error?.alert).toBe('certificate_required');
  });

  it.each([[{ require: true }], [{ required: 'yes' }], [{ required: null }]])(
    'is not asked by options that are none: %o',
    options => {
      const ends = connected({ postHandshakeAuth: true }, clientAuth('none'));
      const ask = () => ends.server.engine.requestClientCertificate(options as never);
      expect(ask).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
      pump(ends);
      expect(answers(ends)).toEqual([]);
      expect(ends.server.error).toBeUndefined();
    },
  );

  it('is asked by contexts that are never the same [9846:4.4.2:2]', () => {
    const ends = connected(willing, clientAuth('none'));
    const contexts = [1, 2, 3].map(() => {
      const context = ends.server.engine.requestClientCertificate();
      pump(ends);
      return context.join();
    });
    expect(new Set(contexts).size).toBe(3);
    expect(answers(ends)).toHaveLength(3);
  });

  it('after one certificate shows another', () => {
    const given = [clientCredential, otherCredential];
    const ends = connected({ credentials: () => given.shift(), postHandshakeAuth: true }, clientAuth('request'));
    expect(clientOf(ends)).toEqual(clientCredential.chain[0]);
    ends.server.engine.requestClientCertificate();
    pump(ends);
    expect(clientOf(ends)).toEqual(otherCredential.chain[0]);
    ends.server.engine.requestClientCertificate();
    pump(ends);
    // It declined: it is who it was.
    expect(answers(ends).map(({ authenticated }) => authenticated === undefined)).toEqual([false, true]);
    expect(clientOf(ends)).toEqual(otherCredential.chain[0]);
  });

  it('authenticates itself under updated keys, and in a resumed connection', () => {
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    const first = connected(willing, { ...clientAuth('none'), tickets });
    first.client.engine.updateKeys();
    first.server.engine.updateKeys({ requestPeer: true });
    pump(first);
    first.server.engine.requestClientCertificate();
    pump(first);
    expect(clientOf(first)).toEqual(clientCredential.chain[0]);
    const [session] = first.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []));
    const second = connected({ ...willing, session }, { ...clientAuth('none'), tickets });
    expect(second.server.connected?.resumed).toBe(true);
    expect(clientOf(second)).toBeUndefined();
    second.server.engine.requestClientCertificate();
    pump(second);
    expect(clientOf(second)).toEqual(clientCredential.chain[0]);
  });

  it('gets tickets of its new identity', () => {
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    const first = connected(willing, { ...clientAuth('none'), tickets });
    first.server.engine.requestClientCertificate();
    pump(first);
    const sessions = first.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []));
    expect(sessions).toHaveLength(4);
    const second = connected({ ...willing, session: sessions[3] }, { ...clientAuth('none'), tickets });
    expect(second.server.connected?.resumed).toBe(true);
    expect(clientOf(second)).toEqual(clientCredential.chain[0]);
  });
});

describe('while a client takes its time', () => {
  it('data and key updates go both ways, and several requests are answered in the order that suits it [9846:4.7.2:6]', async () => {
    const waiting: (() => void)[] = [];
    const credentials = () =>
      new Promise<typeof clientCredential>(resolve => waiting.push(() => resolve(clientCredential)));
    const ends = connected({ credentials, postHandshakeAuth: true }, clientAuth('none'));
    const contexts = [ends.server.engine.requestClientCertificate(), ends.server.engine.requestClientCertificate()];
    pump(ends);
    expect(waiting).toHaveLength(2);
    expect(ends.client.engine.parked).toBe(false);
    ends.server.engine.updateKeys({ requestPeer: true });
    ends.server.engine.write(new TextEncoder().encode('down'));
    ends.client.engine.write(new TextEncoder().encode('up'));
    pump(ends);
    expect([ends.client.text, ends.server.text]).toEqual(['down', 'up']);
    const updates = ends.client.events.filter(({ type }) => type === 'key-update');
    expect(updates).toMatchObject([{ direction: 'read' }, { direction: 'write' }]);
    waiting[1]?.();
    await settle(ends);
    waiting[0]?.();
    await settle(ends);
    expect(answers(ends).map(({ context }) => context)).toEqual([contexts[1], contexts[0]]);
    expect(clientOf(ends)).toEqual(clientCredential.chain[0]);
  });

  it('its answer is one flight, and its Finished under the keys of the moment [9846:4.7.2:4]', async () => {
    let sign = () => {};
    const delay = new Promise<void>(resolve => {
      sign = resolve;
    });
    const credential = { ...clientCredential, key: asynchronous(clientCredential.key, delay) };
    const sent: number[] = [];
    const watching: EngineVersion = standing('client', effect => {
      if (effect.op === 'send') sent.push(effect.raw[0] as number);
      return effect;
    });
    const ends = connected(
      { credentials: () => credential, postHandshakeAuth: true, versions: [watching] },
      clientAuth('none'),
    );
    ends.server.engine.requestClientCertificate();
    pump(ends);
    ends.client.engine.updateKeys();
    pump(ends);
    sign();
    await settle(ends);
    expect(sent).toEqual([keyUpdate.type, certificate.type, certificateVerify.type, finished.type]);
    expect(clientOf(ends)).toEqual(clientCredential.chain[0]);
  });

  it('the connection may end: nothing hangs, nothing is sent', async () => {
    let choose = () => {};
    const credentials = () =>
      new Promise<typeof clientCredential>(resolve => {
        choose = () => resolve(clientCredential);
      });
    const ends = connected({ credentials, postHandshakeAuth: true }, clientAuth('none'));
    ends.server.engine.requestClientCertificate();
    pump(ends);
    ends.server.engine.close();
    ends.client.engine.close();
    pump(ends);
    expect([ends.client.closed, ends.server.closed]).toEqual([true, true]);
    choose();
    await settle(ends);
    expect(ends.client.engine.takeOutput()).toEqual([]);
    expect(answers(ends)).toEqual([]);
  });

  it('and fails, the connection ends', async () => {
    const credentials = () => later().then(() => Promise.reject(new Error('the token was pulled out')));
    const ends = connected({ credentials, postHandshakeAuth: true }, clientAuth('none'));
    ends.server.engine.requestClientCertificate();
    pump(ends);
    await settle(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_INTERNAL', alert: 'internal_error' });
    expect(ends.server.error?.alert).toBe('internal_error');
  });

  it('no more than so many requests wait', () => {
    const credentials = () => new Promise<undefined>(() => {});
    const ends = connected({ credentials, postHandshakeAuth: true }, clientAuth('none'));
    for (let i = 0; i < 8; i++) ends.server.engine.requestClientCertificate();
    expect(() => ends.server.engine.requestClientCertificate()).toThrow('wait for their answers');
    pump(ends);
    expect(ends.client.engine.closed).toBe(false);
  });
});

it('a judge that takes its time holds nothing up', async () => {
  let judge = () => {};
  const delay = new Promise<void>(resolve => {
    judge = resolve;
  });
  const { verifier } = clientAuth('none').clientAuth;
  const slow = {
    ...verifier,
    verify: async (evidence: Parameters<typeof verifier.verify>[0]) => delay.then(() => verifier.verify(evidence)),
  };
  const ends = connected(willing, clientAuth('none', { verifier: slow }));
  ends.server.engine.requestClientCertificate();
  pump(ends);
  ends.client.engine.updateKeys();
  ends.client.engine.write(new TextEncoder().encode('meanwhile'));
  pump(ends);
  expect(ends.server.text).toBe('meanwhile');
  expect(answers(ends)).toEqual([]);
  judge();
  await settle(ends);
  expect(clientOf(ends)).toEqual(clientCredential.chain[0]);
});

describe('a server does not ask', () => {
  it.each([
    ['a client that did not offer it [9846:4.3.6:1]', authenticating, clientAuth('none')],
    ['where nobody judges certificates', willing, {}],
    [
      'a client of X.509 where raw public keys alone are judged',
      willing,
      clientAuth('none', { verifier: { ...clientVerifier, certificateTypes: [2] } }),
    ],
    [
      'where a key from outside authenticates [9846:4.4.2:7]',
      { ...willing, psks: [{ identity: Uint8Array.of(1), key: new Uint8Array(32).fill(7), hash: 'sha256' as const }] },
      { ...clientAuth('none'), pskLookup: () => ({ key: new Uint8Array(32).fill(7), hash: 'sha256' as const }) },
    ],
  ])('%s', (_, client, server) => {
    const ends = connected(client, server);
    expect(() => ends.server.engine.requestClientCertificate()).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }),
    );
    pump(ends);
    expect(ends.server.engine.closed).toBe(false);
  });

  it('before the handshake is complete, after its own end, nor if it is the client', () => {
    const ends = pair(willing, clientAuth('none'));
    expect(() => ends.server.engine.requestClientCertificate()).toThrow('open connection');
    pump(ends);
    expect(() => ends.client.engine.requestClientCertificate()).toThrow('a server asks');
    ends.server.engine.close();
    expect(() => ends.server.engine.requestClientCertificate()).toThrow('open connection');
  });
});

/** A version whose one side does something else with its effects once the handshake is complete. */
function standing(
  role: 'client' | 'server',
  change: (effect: Effect) => Effect | readonly Effect[] | undefined,
  first: readonly Uint8Array[] = [],
): EngineVersion {
  const { handshake } = tls13;
  function* then(flow: Flow<never>): Flow<never> {
    for (const raw of first) yield* sendRaw('application', raw);
    return yield* intercept(flow, change);
  }
  return {
    ...tls13,
    handshake: {
      ...handshake,
      client: {
        ...handshake.client,
        *connect(...args) {
          const result = yield* handshake.client.connect(...args);
          return role === 'client' ? { ...result, postHandshake: then(result.postHandshake) } : result;
        },
      },
      *server(...args) {
        const result = yield* handshake.server(...args);
        return role === 'server' ? { ...result, postHandshake: then(result.postHandshake) } : result;
      },
    },
  };
}

const request = (context: number, body: Partial<CertificateRequest> = {}) =>
  encodeMessage(certificateRequest, {
    certificate_request_context: Uint8Array.of(context),
    extensions: [makeExtension(signatureAlgorithmsRow, 'CR', { supported_signature_algorithms: [0x0403] })],
    ...body,
  });
const same = (effect: Effect) => effect;

describe('a client refuses', () => {
  it.each([
    [
      'a request that it did not offer to answer [9846:4.7.2:5]',
      authenticating,
      [request(1)],
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
    [
      'a request without signature_algorithms [9846:4.4.2:4]',
      willing,
      [request(1, { extensions: [] })],
      'ERR_TLS_MISSING_EXTENSION',
      'missing_extension',
    ],
    [
      'a second request with the same context, while the first waits',
      { postHandshakeAuth: true, credentials: () => new Promise<undefined>(() => {}) },
      [request(1), request(1)],
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'more requests than may wait',
      { postHandshakeAuth: true, credentials: () => new Promise<undefined>(() => {}) },
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map(context => request(context)),
      'ERR_TLS_FLOOD',
      'unexpected_message',
    ],
  ])('%s', (_, client, messages, code, alert) => {
    const ends = pair(client, { versions: [standing('server', same, messages)] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code, alert, sentBy: 'us' });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it('a request of a server that has shown an external key, or resumes from one [9846:4.4.2:7]', () => {
    const psk = { identity: Uint8Array.of(1), key: new Uint8Array(32).fill(7), hash: 'sha256' as const };
    const client = { ...willing, psks: [psk] };
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    const server = { tickets, pskLookup: () => psk };
    const first = connected(client, server);
    const session = first.client.events.find(event => event.type === 'session')?.session;
    for (const [ours, isResumed] of [
      [client, false],
      [{ ...client, session }, true],
    ] as const) {
      const ends = pair(ours, { ...server, versions: [standing('server', same, [request(1)])] });
      pump(ends);
      expect(ends.client.connected).toMatchObject({ resumed: isResumed, pskIdentity: psk.identity });
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
      expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unexpected_message' });
    }
  });

  it('nothing where requests come in turn', () => {
    const messages = Array.from({ length: 20 }, (_, i) => request(i));
    const ends = pair({ postHandshakeAuth: true }, { versions: [standing('server', same, messages)] });
    const seen: number[] = [];
    pump(ends, (from, bytes) => {
      if (from === 'client') seen.push(bytes.length);
      return bytes;
    });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unexpected_message' });
    expect(ends.server.error?.code).toBe('ERR_TLS_UNEXPECTED_MESSAGE');
  });
});

describe('a server refuses an answer', () => {
  const changeCertificate = (change: (body: Certificate) => Certificate) => (effect: Effect) =>
    sends(effect, certificate)
      ? { ...effect, raw: encodeMessage(certificate, change(decodeMessage(certificate, effect.raw))) }
      : effect;
  let held: Effect | undefined;

  it.each([
    [
      'to no request of its own',
      changeCertificate(body => ({ ...body, certificate_request_context: Uint8Array.of(1, 2) })),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'with another Finished [9846:4.5.3:1]',
      (effect: Effect) =>
        sends(effect, finished)
          ? { ...effect, raw: encodeMessage(finished, { verify_data: new Uint8Array(32) }) }
          : effect,
      'ERR_TLS_BAD_FINISHED',
      'decrypt_error',
    ],
    [
      'without CertificateVerify [9846:4.5.2:2]',
      (effect: Effect) => (sends(effect, certificateVerify) ? undefined : effect),
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
    [
      'with CertificateVerify behind an empty Certificate [9846:4.5.2:3]',
      changeCertificate(body => ({ ...body, certificate_list: [] })),
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
    [
      'with a key update in its midst [9846:4.7.2:4]',
      (effect: Effect) =>
        sends(effect, certificateVerify)
          ? [{ ...effect, raw: encodeMessage(keyUpdate, { request_update: 0 }) }, effect]
          : effect,
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
    [
      'whose CertificateVerify comes first',
      (effect: Effect) => {
        if (sends(effect, certificate)) {
          held = effect;
          return undefined;
        }
        return sends(effect, certificateVerify) && held !== undefined ? [effect, held] : effect;
      },
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
    [
      'that comes twice',
      (effect: Effect) => (sends(effect, finished) && held !== undefined ? [effect, held] : effect),
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
  ])('%s', (_, change, code, alert) => {
    const ends = pair({ ...willing, versions: [standing('client', change)] }, clientAuth('none'));
    pump(ends);
    ends.server.engine.requestClientCertificate();
    pump(ends);
    expect(ends.server.error).toMatchObject({ code, alert, sentBy: 'us' });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it('that is signed by another key [9846:4.5.2:9]', () => {
    const credential = { ...clientCredential, key: strangerKey };
    const ends = connected({ credentials: () => credential, postHandshakeAuth: true }, clientAuth('none'));
    ends.server.engine.requestClientCertificate();
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_CERTIFICATE_VERIFY', alert: 'decrypt_error' });
    expect(ends.client.error?.alert).toBe('decrypt_error');
    expect(answers(ends)).toEqual([]);
  });

  it('when it did not ask', () => {
    const uninvited = encodeMessage(certificate, {
      certificate_request_context: new Uint8Array(0),
      certificate_list: [],
    });
    const ends = pair({ ...willing, versions: [standing('client', same, [uninvited])] }, clientAuth('none'));
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' });
  });
});

it('no ticket has the nonce of another, before or after', () => {
  const nonces: string[] = [];
  const watching = standing('server', effect => {
    if (sends(effect, newSessionTicket)) nonces.push(decodeMessage(newSessionTicket, effect.raw).ticket_nonce.join());
    return effect;
  });
  const tickets = new TicketKeys({ provider, now: serverConfig.now });
  const ends = connected(willing, { ...clientAuth('none'), tickets, ticketCount: 200, versions: [watching] });
  ends.server.engine.requestClientCertificate();
  pump(ends);
  expect(nonces).toHaveLength(400);
  expect(new Set(nonces).size).toBe(400);
});
