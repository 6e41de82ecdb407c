/** Heartbeats (RFC 6520). */
import type { HeartbeatModeName } from '@tlskit/tls-handshake';
import {
  decodeMessage,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  heartbeatMessage,
} from '@tlskit/tls-messages';
import { concat, encode } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { defaultEngineLimits, type EngineVersion } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { type End, forger, misbehaving, pair, pump, sends, takeAll } from './support.ts';

const HEARTBEAT = 24;
const DATA = 23;
const allowed: HeartbeatModeName = 'peer_allowed_to_send';
const forbidden: HeartbeatModeName = 'peer_not_allowed_to_send';
const payload = Uint8Array.of(1, 2, 3, 4);
const message = (type: number, content: Uint8Array, padding = 16) =>
  encode(heartbeatMessage, { type, payload: content, padding: new Uint8Array(padding).fill(0xee) });

function connected([client, server]: readonly (HeartbeatModeName | undefined)[] = [allowed, allowed]) {
  const ends = pair({ heartbeat: client }, { heartbeat: server, emitSecrets: true, cipherSuites: [0x1301] });
  pump(ends);
  expect(ends.client.connected).toBeDefined();
  return { ...ends, seal: forger(ends.server.events, 'SERVER_TRAFFIC_SECRET_0') };
}

/** What the client says in answer: the inner types and contents of its records. */
function answers({ client, server }: { client: End; server: End }): number {
  const bytes = takeAll(client.engine);
  if (bytes.length > 0) server.engine.receive(bytes);
  return bytes.length;
}

describe('heartbeats that were agreed on', () => {
  it.each(['client', 'server'] as const)('of the %s are answered by the same payload', who => {
    const ends = connected();
    let answered = 0;
    for (const content of [payload, new Uint8Array(0), new Uint8Array(16_384 - 19)]) {
      ends[who].engine.heartbeat(content, () => answered++);
      pump(ends);
    }
    expect(answered).toBe(3);
    expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  });

  it('are a record of their own, with 16 bytes of random padding (RFC 6520 §4)', () => {
    const { client, server, seal } = connected();
    client.engine.heartbeat(payload, () => {});
    const record = takeAll(client.engine);
    // Header, type, payload_length, payload, padding, content type, tag.
    expect(record).toHaveLength(5 + 1 + 2 + 4 + 16 + 1 + 16);
    server.engine.receive(record);
    expect(takeAll(server.engine)).toHaveLength(record.length);
    expect(seal).toBeDefined();
  });

  it('go on beside data and key updates', () => {
    const ends = connected();
    let answered = 0;
    ends.client.engine.updateKeys({ requestPeer: true });
    ends.client.engine.heartbeat(payload, () => answered++);
    ends.client.engine.write(Uint8Array.of(1));
    pump(ends);
    expect([answered, ...ends.server.bytes]).toEqual([1, 1]);
  });

  it('go one at a time (RFC 6520 §3)', () => {
    const ends = connected();
    ends.client.engine.heartbeat(payload, () => {});
    const again = () => ends.client.engine.heartbeat(payload, () => {});
    expect(again).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }));
    pump(ends);
    expect(again).not.toThrow();
  });

  it('have a payload that fits into a record, a short one too', () => {
    const ends = connected();
    expect(() => ends.client.engine.heartbeat(new Uint8Array(16_384 - 18), () => {})).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }),
    );
    const short = pair({ heartbeat: allowed, recordSizeLimit: 16_385 }, { heartbeat: allowed, recordSizeLimit: 64 });
    pump(short);
    let answered = 0;
    expect(() => short.client.engine.heartbeat(new Uint8Array(45), () => {})).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }),
    );
    short.client.engine.heartbeat(new Uint8Array(44), () => answered++);
    pump(short);
    expect(answered).toBe(1);
    // The other way a request may be longer than its answer could be: it is discarded.
    short.server.engine.heartbeat(new Uint8Array(1000), () => answered++);
    pump(short);
    expect([answered, short.client.error, short.server.error]).toEqual([1, undefined, undefined]);
  });

  it('are of open connections', () => {
    const ends = pair({ heartbeat: allowed }, { heartbeat: allowed });
    const beat = () => ends.client.engine.heartbeat(payload, () => {});
    const wrong = expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' });
    expect(beat).toThrow(wrong);
    pump(ends);
    ends.client.engine.close();
    expect(beat).toThrow(wrong);
  });
});

describe('in TLS 1.2, whose records show their types', () => {
  const only12 = { versions: [tls12], cipherSuites: [0xc02b] };
  const opened = (client?: HeartbeatModeName, server?: HeartbeatModeName) => {
    const ends = pair({ ...only12, heartbeat: client }, { ...only12, heartbeat: server });
    pump(ends);
    expect(ends.client.connected?.version).toBe(0x0303);
    return ends;
  };

  it.each(['client', 'server'] as const)('they go on too, of the %s, beside data', who => {
    const ends = opened(allowed, allowed);
    let answered = 0;
    ends[who].engine.heartbeat(payload, () => answered++);
    ends[who].engine.write(payload);
    pump(ends);
    expect([answered, ends.client.error, ends.server.error]).toEqual([1, undefined, undefined]);
    expect(ends[who === 'client' ? 'server' : 'client'].bytes).toEqual(payload);
  });

  it('and without an agreement they are unexpected, before the keys and under them [5246:6:2]', () => {
    const { server } = pair(only12, only12);
    server.engine.receive(Uint8Array.of(HEARTBEAT, 3, 3, 0, 1, 1));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_RECORD_TYPE', alert: 'unexpected_message' });
    // A server that believes that it may: the client never offered.
    const ends = pair(only12, { ...only12, versions: [agreeing] });
    pump(ends);
    ends.server.engine.heartbeat(payload, () => {});
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_RECORD_TYPE', alert: 'unexpected_message', sentBy: 'us' });
  });
});

/** Whose server is sure that heartbeats were agreed on. */
const agreeing: EngineVersion = {
  ...tls12,
  handshake: {
    ...tls12.handshake,
    *server(context, hello) {
      const result = yield* tls12.handshake.server(context, hello);
      return { ...result, heartbeat: { send: true, receive: true } };
    },
  },
};

describe('modes', () => {
  it.each([
    [allowed, allowed, { send: true, receive: true }, { send: true, receive: true }],
    [allowed, forbidden, { send: false, receive: true }, { send: true, receive: false }],
    [forbidden, allowed, { send: true, receive: false }, { send: false, receive: true }],
    [forbidden, forbidden, { send: false, receive: false }, { send: false, receive: false }],
    [allowed, undefined, undefined, undefined],
    [undefined, allowed, undefined, undefined],
  ] as const)('%s of the client, %s of the server', (client, server, clientSide, serverSide) => {
    const ends = pair({ heartbeat: client }, { heartbeat: server });
    pump(ends);
    expect([ends.client.connected?.heartbeat, ends.server.connected?.heartbeat]).toEqual([clientSide, serverSide]);
    const beat = () => ends.client.engine.heartbeat(payload, () => {});
    if (clientSide?.send === true) expect(beat).not.toThrow();
    else expect(beat).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }));
  });

  it.each([0, 3, 255])('%d is none, from a server or from a client (RFC 6520 §2)', mode => {
    const unknown = { extension_type: ExtensionType.values.heartbeat, extension_data: Uint8Array.of(mode) };
    const server = misbehaving('server', effect => {
      if (!sends(effect, encryptedExtensions)) return effect;
      const { extensions } = decodeMessage(encryptedExtensions, effect.raw);
      const others = extensions.filter(e => e.extension_type !== unknown.extension_type);
      return { ...effect, raw: encodeMessage(encryptedExtensions, { extensions: [...others, unknown] }) };
    });
    const ends = pair({ heartbeat: allowed }, { versions: [server] });
    pump(ends);
    const error = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter', rfc: 'RFC 6520 §2' };
    expect(ends.client.error).toMatchObject(error);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'illegal_parameter' });
    const other = pair({ heartbeat: mode as never }, { heartbeat: allowed });
    expect(other.client.error?.code).toBe('ERR_TLS_INTERNAL');
  });
});

describe('a heartbeat', () => {
  it('that was not agreed on is unexpected [9846:5:5]', () => {
    for (const modes of [
      [undefined, allowed],
      [allowed, undefined],
    ]) {
      const ends = connected(modes);
      ends.client.engine.receive(ends.seal(HEARTBEAT, message(1, payload)));
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_RECORD_TYPE', alert: 'unexpected_message' });
      pump(ends);
      expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unexpected_message' });
    }
  });

  it.each([
    ['whose payload_length is more than there is', Uint8Array.of(1, 0x40, 0, ...payload)],
    ['whose payload_length leaves no padding', Uint8Array.of(1, 0, 20, ...new Uint8Array(20))],
    ['whose payload_length leaves 15 bytes of padding', message(1, payload, 15)],
    ['without payload_length', Uint8Array.of(1)],
    ['of nothing', new Uint8Array(0)],
    ['of an unknown type', message(3, payload)],
    ['that answers what was not asked', message(2, payload)],
  ])('%s is discarded without a word (RFC 6520 §4)', (_what, content) => {
    const ends = connected();
    ends.client.engine.receive(ends.seal(HEARTBEAT, content));
    ends.client.engine.receive(ends.seal(DATA, Uint8Array.of(7)));
    expect(answers(ends)).toBe(0);
    expect([...ends.client.bytes]).toEqual([7]);
    ends.client.engine.receive(ends.seal(HEARTBEAT, message(1, payload, 16)));
    expect(answers(ends)).toBe(5 + 3 + 4 + 16 + 17);
  });

  it('with more padding than it needs is answered with as much as it takes', () => {
    const ends = connected();
    ends.client.engine.receive(ends.seal(HEARTBEAT, message(1, payload, 1000)));
    expect(answers(ends)).toBe(5 + 3 + 4 + 16 + 17);
  });

  it('that answers something else leaves the question open', () => {
    const ends = connected();
    let answered = 0;
    ends.client.engine.heartbeat(payload, () => answered++);
    takeAll(ends.client.engine);
    for (const wrong of [Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 3, 5), new Uint8Array(0)]) {
      ends.client.engine.receive(ends.seal(HEARTBEAT, message(2, wrong)));
    }
    expect(answered).toBe(0);
    ends.client.engine.receive(ends.seal(HEARTBEAT, message(2, payload)));
    ends.client.engine.receive(ends.seal(HEARTBEAT, message(2, payload)));
    expect([answered, ends.client.error]).toEqual([1, undefined]);
  });

  it('that was forbidden is discarded', () => {
    const ends = connected([forbidden, allowed]);
    ends.client.engine.receive(ends.seal(HEARTBEAT, message(1, payload)));
    expect([answers(ends), ends.client.error]).toEqual([0, undefined]);
  });

  it('in a handshake is discarded where it was offered, and unexpected where it was not', () => {
    for (const heartbeat of [allowed, undefined]) {
      const ends = pair({ heartbeat }, { heartbeat: allowed, emitSecrets: true, cipherSuites: [0x1301] });
      ends.server.engine.receive(takeAll(ends.client.engine));
      const flight = takeAll(ends.server.engine);
      ends.client.engine.receive(flight.slice(0, 5 + (((flight[3] as number) << 8) | (flight[4] as number))));
      const seal = forger(ends.server.events, 'SERVER_HANDSHAKE_TRAFFIC_SECRET');
      ends.client.engine.receive(seal(HEARTBEAT, message(1, payload)));
      expect(ends.client.error?.code).toBe(heartbeat === undefined ? 'ERR_TLS_RECORD_TYPE' : undefined);
    }
  });

  it('in plaintext is unexpected', () => {
    const { client } = pair({ heartbeat: allowed });
    client.engine.receive(concat(Uint8Array.of(HEARTBEAT, 3, 3, 0, 23), message(1, payload)));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_RECORD_TYPE', alert: 'unexpected_message' });
  });

  it('between the parts of a handshake message is unexpected [9846:5.1:2]', () => {
    const ends = connected();
    ends.client.engine.receive(ends.seal(22, Uint8Array.of(24, 0, 0)));
    ends.client.engine.receive(ends.seal(HEARTBEAT, message(1, payload)));
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', rfc: 'RFC 9846 §5.1' });
  });
});

describe('floods', () => {
  it('of heartbeats that nobody has a use for are bounded', () => {
    const ends = connected();
    for (let i = 0; i <= defaultEngineLimits.maxIdleRecords; i++) {
      ends.client.engine.receive(ends.seal(HEARTBEAT, message(2, payload)));
    }
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_FLOOD', alert: 'unexpected_message' });
  });

  it('of requests are answered no further than the answers are taken', () => {
    const engineLimits = { ...defaultEngineLimits, maxOutput: 5000 };
    const ends = pair(
      { heartbeat: allowed, engineLimits },
      { heartbeat: allowed, emitSecrets: true, cipherSuites: [0x1301] },
    );
    pump(ends);
    const seal = forger(ends.server.events, 'SERVER_TRAFFIC_SECRET_0');
    for (let i = 0; i < 20; i++) ends.client.engine.receive(seal(HEARTBEAT, message(1, new Uint8Array(1000))));
    expect(ends.client.engine.buffered.output).toBeLessThan(7000);
    expect(ends.client.error).toBeUndefined();
    takeAll(ends.client.engine);
    ends.client.engine.receive(seal(HEARTBEAT, message(1, payload)));
    expect(ends.client.engine.buffered.output).toBeGreaterThan(0);
  });
});
