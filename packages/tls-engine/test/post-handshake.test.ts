/** What goes on after the handshake: key updates and tickets (RFC 9846 §4.7). */
import { type Effect, type Flow, send } from '@tlskit/tls-handshake';
import {
  certificateRequest,
  type Extension,
  earlyDataRow,
  encodeMessage,
  flagsOf,
  keyUpdate,
  type MessageDef,
  makeExtension,
  type NewSessionTicket,
  newSessionTicket,
  tlsFlagsRow,
} from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import type { EngineVersion } from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { type End, intercept, pair, pump, sends, takeAll } from './support.ts';

const text = (value: string) => new TextEncoder().encode(value);
const updates = (end: End, direction: 'read' | 'write') =>
  end.events.filter(event => event.type === 'key-update' && event.direction === direction).length;

function connected(...args: Parameters<typeof pair>): ReturnType<typeof pair> {
  const ends = pair(...args);
  pump(ends);
  expect(ends.client.connected).toBeDefined();
  return ends;
}

/** A version whose server says something more once the handshake is complete. */
function saying<T>(...messages: [MessageDef<T>, T][]): EngineVersion {
  const { handshake } = tls13;
  function* first(then: Flow<never>): Flow<never> {
    for (const [message, body] of messages) yield* send('application', message, body);
    return yield* then;
  }
  return {
    ...tls13,
    handshake: {
      ...handshake,
      *server(context, hello) {
        const result = yield* handshake.server(context, hello);
        return { ...result, postHandshake: first(result.postHandshake) };
      },
    },
  };
}

/** A version whose client asks for an answer with every key update. */
const alwaysAsking: EngineVersion = {
  ...tls13,
  handshake: {
    ...tls13.handshake,
    client: {
      ...tls13.handshake.client,
      *connect(context, offer, hello) {
        const result = yield* tls13.handshake.client.connect(context, offer, hello);
        const asking = (effect: Effect) =>
          sends(effect, keyUpdate) ? { ...effect, raw: encodeMessage(keyUpdate, { request_update: 1 }) } : effect;
        return { ...result, postHandshake: intercept(result.postHandshake, asking) };
      },
    },
  },
};

describe('KeyUpdate', () => {
  it.each(['client', 'server'] as const)('by the %s changes one direction', who => {
    const ends = connected();
    const other = who === 'client' ? ends.server : ends.client;
    ends[who].engine.updateKeys();
    ends[who].engine.write(text('under new keys'));
    pump(ends);
    expect(other.text).toBe('under new keys');
    expect([updates(ends[who], 'write'), updates(ends[who], 'read')]).toEqual([1, 0]);
    expect([updates(other, 'write'), updates(other, 'read')]).toEqual([0, 1]);
  });

  it('that asks for one is answered', () => {
    const ends = connected();
    ends.client.engine.updateKeys({ requestPeer: true });
    pump(ends);
    expect([updates(ends.client, 'read'), updates(ends.server, 'write')]).toEqual([1, 1]);
    ends.server.engine.write(text('answer'));
    pump(ends);
    expect(ends.client.text).toBe('answer');
  });

  it('may cross in flight', () => {
    const ends = connected();
    ends.client.engine.updateKeys({ requestPeer: true });
    ends.server.engine.updateKeys({ requestPeer: true });
    pump(ends);
    for (const end of [ends.client, ends.server]) expect([updates(end, 'read'), updates(end, 'write')]).toEqual([2, 2]);
    ends.client.engine.write(text('on we go'));
    pump(ends);
    expect(ends.server.text).toBe('on we go');
  });

  it('does not ask again before the peer has answered', () => {
    const ends = connected();
    for (let i = 0; i < 3; i++) ends.client.engine.updateKeys({ requestPeer: true });
    pump(ends);
    expect(updates(ends.client, 'write')).toBe(3);
    expect(updates(ends.client, 'read')).toBe(1);
  });

  it('that asks several times of a silent peer is answered once', () => {
    const ends = connected({ versions: [alwaysAsking] });
    for (let i = 0; i < 3; i++) {
      ends.client.engine.updateKeys();
      ends.server.engine.receive(takeAll(ends.client.engine));
    }
    expect(updates(ends.server, 'read')).toBe(3);
    expect(updates(ends.server, 'write')).toBe(1);
    ends.server.engine.write(text('x'));
    expect(updates(ends.server, 'write')).toBe(1);
    pump(ends);
    expect(ends.client.text).toBe('x');
  });

  it('is answered again when data stands behind the first answer', () => {
    const ends = connected({ versions: [alwaysAsking] });
    const ask = () => {
      ends.client.engine.updateKeys();
      ends.server.engine.receive(takeAll(ends.client.engine));
    };
    ask();
    ends.server.engine.write(text('x'));
    ask();
    ends.server.engine.write(text('y'));
    expect(updates(ends.server, 'write')).toBe(2);
    pump(ends);
    expect(ends.client.text).toBe('xy');
  });

  it('is answered again when the first answer has left', () => {
    const ends = connected({ versions: [alwaysAsking] });
    for (let i = 0; i < 2; i++) {
      ends.client.engine.updateKeys();
      pump(ends);
    }
    expect(updates(ends.server, 'write')).toBe(2);
  });

  it('goes through many generations', () => {
    const ends = connected({ emitSecrets: true });
    for (let i = 0; i < 100; i++) {
      ends.client.engine.updateKeys();
      ends.client.engine.write(text('.'));
      pump(ends);
    }
    expect(ends.server.text).toBe('.'.repeat(100));
    const labels = ends.client.events.flatMap(event => (event.type === 'secret' ? [event.label] : []));
    expect(labels.at(-1)).toBe('CLIENT_TRAFFIC_SECRET_100');
  });

  it('without data between them is a flood', () => {
    const ends = connected();
    for (let i = 0; i < 33; i++) ends.client.engine.updateKeys();
    pump(ends);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_FLOOD', alert: 'unexpected_message' });
  });

  it.each(['client', 'server'] as const)('that the %s asked for is no flood, though no data comes back', who => {
    const ends = connected();
    for (let i = 0; i < 100; i++) {
      ends[who].engine.write(text('.'));
      ends[who].engine.updateKeys({ requestPeer: true });
      pump(ends);
    }
    const other = who === 'client' ? ends.server : ends.client;
    expect([ends.client.error, ends.server.error, other.text]).toEqual([undefined, undefined, '.'.repeat(100)]);
    expect(updates(ends[who], 'read')).toBe(100);
    expect(ends[who].events).not.toContainEqual(expect.objectContaining({ direction: 'read', answers: false }));
  });

  it('that was asked for is one: what else comes is a flood', () => {
    const ends = connected();
    ends.server.engine.updateKeys({ requestPeer: true });
    for (let i = 0; i < 33; i++) ends.client.engine.updateKeys();
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect([updates(ends.server, 'read'), ends.server.error]).toEqual([33, undefined]);
    ends.client.engine.updateKeys();
    ends.server.engine.receive(takeAll(ends.client.engine));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_FLOOD', alert: 'unexpected_message' });
  });

  it('of another value is illegal', () => {
    const ends = connected({}, { versions: [saying([keyUpdate, { request_update: 2 }])] });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', rfc: 'RFC 9846 §4.7.3' });
  });

  it('before the handshake is complete is unexpected', () => {
    const version: EngineVersion = {
      ...tls13,
      handshake: {
        ...tls13.handshake,
        *server(context, hello) {
          const flow = tls13.handshake.server(context, hello);
          for (let step = flow.next(); ; ) {
            if (step.done === true) return step.value;
            const answer: unknown = yield step.value;
            const effect: Effect = step.value;
            if (effect.op === 'keys' && effect.epoch === 'handshake' && effect.direction === 'write') {
              yield* send('handshake', keyUpdate, { request_update: 0 });
            }
            step = flow.next(answer);
          }
        },
      },
    };
    const ends = pair({}, { versions: [version] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', state: 'WAIT_EE' });
  });

  it('comes by itself long before a key has sealed all that it may', () => {
    const limited: EngineVersion = {
      ...tls13,
      createSealer(provider, keys) {
        const sealer = tls13.createSealer(provider, keys);
        return {
          seal: (...args) => sealer.seal(...args),
          wipe: () => sealer.wipe(),
          describe: () => sealer.describe(),
          overhead: sealer.overhead,
          get sequence() {
            return sealer.sequence;
          },
          get remaining() {
            return 1500 - sealer.sequence;
          },
        };
      },
    };
    const ends = connected({ versions: [limited], recordSize: 100 });
    const data = new Uint8Array(100 * 2000).fill(65);
    ends.client.engine.write(data);
    pump(ends);
    expect(ends.server.bytes).toHaveLength(data.length);
    expect(updates(ends.client, 'write')).toBeGreaterThan(2);
  });
});

const ticket: NewSessionTicket = {
  ticket_lifetime: 7200,
  ticket_age_add: 0xdeadbeef,
  ticket_nonce: Uint8Array.of(1),
  ticket: Uint8Array.of(1, 2, 3),
  extensions: [],
};

describe('NewSessionTicket', () => {
  const sessions = (end: End) => end.events.flatMap(event => (event.type === 'session' ? [event.session] : []));

  it('becomes a session', () => {
    const early = { ...ticket, extensions: [makeExtension(earlyDataRow, 'NST', { max_early_data_size: 16_384 })] };
    const { client } = connected(
      { alpn: ['h2'] },
      {
        alpn: ['h2'],
        versions: [
          saying([newSessionTicket, early], [newSessionTicket, { ...ticket, ticket_nonce: Uint8Array.of(2) }]),
        ],
      },
    );
    const [first, second, ...others] = sessions(client);
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      version: 0x0304,
      cipherSuite: 0x1301,
      ticket: Uint8Array.of(1, 2, 3),
      ticketAgeAdd: 0xdeadbeef,
      lifetime: 7200,
      maxEarlyData: 16_384,
      serverName: 'localhost',
      alpn: 'h2',
      trust: 'test',
    });
    expect(first?.psk).toHaveLength(32);
    expect(second?.psk).not.toEqual(first?.psk);
  });

  it('lives seven days at the most, and not at all with a lifetime of zero', () => {
    const versions = [
      saying(
        [newSessionTicket, { ...ticket, ticket_lifetime: 2 ** 32 - 1 }],
        [newSessionTicket, { ...ticket, ticket_lifetime: 0 }],
      ),
    ];
    expect(sessions(connected({}, { versions }).client).map(session => session.lifetime)).toEqual([604_800]);
  });

  it('is ignored beyond a number, and does no harm with extensions that nobody knows', () => {
    const odd = { ...ticket, extensions: [{ extension_type: 0x7a7a, extension_data: new Uint8Array(3) }] };
    const { client } = connected(
      {},
      {
        versions: [
          saying(
            ...Array.from({ length: 100 }, (): [typeof newSessionTicket, NewSessionTicket] => [newSessionTicket, odd]),
          ),
        ],
      },
    );
    expect(client.error).toBeUndefined();
    expect(sessions(client)).toHaveLength(16);
  });

  it('with an extension twice is illegal', () => {
    const extension = makeExtension(earlyDataRow, 'NST', { max_early_data_size: 1 });
    const { client } = connected(
      {},
      { versions: [saying([newSessionTicket, { ...ticket, extensions: [extension, extension] }])] },
    );
    expect(client.error).toMatchObject({ code: 'ERR_TLS_DUPLICATE_EXTENSION' });
  });

  it('without a ticket does not decode', () => {
    const bad = {
      type: newSessionTicket.type,
      name: 'bad',
      codec: {
        type: 'bad',
        encode: (w: { put(b: Uint8Array): void }) => w.put(new Uint8Array(11)),
        decode: () => ({}),
      },
    };
    const { client } = connected({}, { versions: [saying([bad as never, {} as never])] });
    expect(client.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
  });
});

describe('other messages after the handshake', () => {
  it('post-handshake authentication that was not offered is unexpected', () => {
    const { client } = connected(
      {},
      { versions: [saying([certificateRequest, { certificate_request_context: Uint8Array.of(1), extensions: [] }])] },
    );
    expect(client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', state: 'CONNECTED' });
  });
});

describe('tls_flags in a NewSessionTicket (draft-ietf-tls-tlsflags)', () => {
  const giving = (extension: Extension) => {
    const ends = pair({}, { versions: [saying([newSessionTicket, { ...ticket, extensions: [extension] }])] });
    pump(ends);
    return ends.client;
  };
  const resumable = ({ events }: End) =>
    events.flatMap(event => (event.type === 'session' ? [event.session.acrossNames] : []));

  it('has flags that are nothing to us beside the one that is', () => {
    expect(resumable(giving(makeExtension(tlsFlagsRow, 'NST', flagsOf(1, 8, 31, 2039))))).toEqual([true]);
    expect(resumable(giving(makeExtension(tlsFlagsRow, 'NST', flagsOf(1, 2039))))).toEqual([undefined]);
  });

  it.each([
    ['none', [0], 'ERR_TLS_DECODE', 'decode_error'],
    ['zeros at the end', [2, 1, 0], 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter'],
  ])('is refused with %s', (_, data, code, alert) => {
    const { error } = giving({ extension_type: tlsFlagsRow.type, extension_data: Uint8Array.from(data) });
    expect(error).toMatchObject({ code, alert, sentBy: 'us' });
  });
});
