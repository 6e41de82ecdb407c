/** TLS 1.2: bytes as they come, in any pieces; messages that are a byte too short or too long (RFC 5246 §6.2.1, §7.4). */
import { HandshakeType } from '@tlskit/tls-messages';
import type { ClientSession } from '@tlskit/tls-session';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { by, GCM, noError, other, plain, type Role, roles, ticketKeys } from './attacks12.ts';
import { credential, type End, type Pair, pair, pump, takeAll, verifier } from './support.ts';
import { type Change, misbehaving12 } from './support12.ts';

const keys = ticketKeys();
const flows = ['full', 'abbreviated', 'renegotiation'] as const;
type FlowName = (typeof flows)[number];

function configs(session?: ClientSession) {
  const { client, server } = by(GCM);
  const tls12 = { renegotiation: 'accept' } as const;
  const shown = { ...credential, ocsp: Uint8Array.of(1, 2, 3) };
  return {
    client: { ...client, tls12, credentials: () => credential, certificates: { ocsp: true }, session },
    server: {
      ...server,
      tls12,
      credentials: () => shown,
      tickets: keys,
      clientAuth: { mode: 'require', verifier } as const,
    },
  };
}

let kept: ClientSession | undefined;
function sessionFor(flow: FlowName): ClientSession | undefined {
  if (flow !== 'abbreviated') return undefined;
  if (kept === undefined) {
    const { client, server } = configs();
    const ends = pair(client, server);
    pump(ends);
    kept = ends.client.events.find(event => event.type === 'session')?.session;
  }
  if (kept === undefined) throw new Error('no session was given');
  return { ...kept, psk: kept.psk.slice() };
}

/** Two ends before the flow, which the client's hello begins. */
function begin(flow: FlowName): Pair {
  const { client, server } = configs(sessionFor(flow));
  const ends = pair(client, server);
  if (flow === 'renegotiation') {
    pump(ends);
    noError(ends);
    ends.client.engine.renegotiate();
  }
  return ends;
}

function expectDone(flow: FlowName, ends: Pair, what: string): void {
  expect([ends.client.error?.message, ends.server.error?.message], what).toEqual([undefined, undefined]);
  expect(ends.client.connected?.resumed, what).toBe(flow === 'abbreviated');
  expect(ends.server.connected, what).toBeDefined();
  if (flow === 'renegotiation') expect(ends.server.events.map(({ type }) => type)).toContain('renegotiated');
}

/** Carries everything through `cut`, which says in what pieces. */
function carry(ends: Pair, cut: (from: Role, bytes: Uint8Array) => Iterable<Uint8Array>): void {
  for (let quiet = false; !quiet; ) {
    quiet = true;
    for (const role of roles) {
      const bytes = takeAll(ends[role].engine);
      if (bytes.length > 0) quiet = false;
      for (const part of cut(role, bytes)) ends[other(role)].engine.receive(part);
    }
  }
}

describe.each(flows)('%s', flow => {
  it('comes in single bytes', () => {
    const ends = begin(flow);
    carry(ends, function* (_, bytes) {
      for (const byte of bytes) yield Uint8Array.of(byte);
    });
    ends.client.engine.write(Uint8Array.of(1, 2, 3));
    pump(ends);
    expectDone(flow, ends, 'single bytes');
    expect(ends.server.bytes).toEqual(Uint8Array.of(1, 2, 3));
  });

  it.each(roles)('comes in two parts, wherever the stream of the %s is cut', role => {
    let total = 0;
    const whole = begin(flow);
    carry(whole, function* (from, bytes) {
      if (from === role) total += bytes.length;
      yield bytes;
    });
    expectDone(flow, whole, 'whole');
    // Signatures vary in length by a byte or two: near the end there may be no such place.
    for (let at = 1; at < total; at += 3) {
      const ends = begin(flow);
      let seen = 0;
      carry(ends, function* (from, bytes) {
        const place = from === role ? at - seen : -1;
        if (from === role) seen += bytes.length;
        if (place <= 0 || place >= bytes.length) return yield bytes;
        yield bytes.slice(0, place);
        yield bytes.slice(place);
      });
      expectDone(flow, ends, `cut at ${at}`);
    }
  });

  it('has messages over as many records as one likes, and as many in one record', () => {
    for (const size of [1, 2, 3, 4, 5, 100, 10_000]) {
      const ends = begin(flow === 'renegotiation' ? 'full' : flow);
      pump(ends, (_, bytes) => recut(bytes, size));
      expectDone(flow === 'renegotiation' ? 'full' : flow, ends, `records of ${size} bytes`);
    }
  });
});

/** The handshake records in the clear, with this many bytes in each. */
function recut(bytes: Uint8Array, size: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let isProtected = false;
  let content: Uint8Array = new Uint8Array(0);
  const flush = () => {
    for (let at = 0; at < content.length; at += size) parts.push(plain(22, content.subarray(at, at + size)));
    content = new Uint8Array(0);
  };
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + (((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number));
    if (bytes[at] === 22 && !isProtected) content = concat(content, bytes.subarray(at + 5, end));
    else {
      flush();
      parts.push(bytes.subarray(at, end));
    }
    if (bytes[at] === 20) isProtected = true;
    at = end;
  }
  flush();
  return concat(...parts);
}

/** What each side sends where both show certificates, and the server a status and a ticket. */
const sent = {
  server: [2, 11, 22, 12, 13, 14, 4, 20],
  client: [11, 16, 15, 20],
} as const;
const places = roles.flatMap(role => sent[role].map(type => [role, HandshakeType.label(type), type] as const));

/** The body with this many bytes more, or fewer, and a length that says so. */
function resized(raw: Uint8Array, by: number): Uint8Array {
  const length = raw.length - 4 + by;
  const header = Uint8Array.of(raw[0] as number, length >> 16, (length >> 8) & 255, length & 255);
  return concat(header, raw.subarray(4, 4 + length), new Uint8Array(Math.max(0, by)));
}

function attack(role: Role, change: Change, flow: FlowName): End {
  const { client, server } = configs(sessionFor(flow));
  const versions = [misbehaving12(role, change)];
  const ends = pair(
    { ...client, ...(role === 'client' ? { versions } : {}) },
    { ...server, ...(role === 'server' ? { versions } : {}) },
  );
  pump(ends);
  if (flow === 'renegotiation') {
    noError(ends);
    ends.client.engine.renegotiate();
    pump(ends);
  }
  return ends[other(role)];
}

describe('a message of another length', () => {
  it.each(places)(
    'the %s sends %s a byte too short, and a byte too long: decode_error [5246:7.4.1.2:6]',
    (role, _, type) => {
      for (const flow of flows) {
        const isThere = flow !== 'abbreviated' || [2, 4, 20].includes(type);
        if (!isThere) continue;
        for (const by of [-1, 1, 5]) {
          let done = false;
          const victim = attack(
            role,
            (effect, again) => {
              const here = again === (flow === 'renegotiation') && effect.op === 'send' && effect.raw[0] === type;
              if (!here || (by < 0 && effect.raw.length === 4)) return effect;
              done = true;
              return { ...effect, raw: resized(effect.raw, by) };
            },
            flow,
          );
          if (!done) {
            expect(type, 'ServerHelloDone has no byte to lose').toBe(14);
            continue;
          }
          expect(victim.error, `${flow}, ${by}`).toMatchObject({ alert: 'decode_error', sentBy: 'us' });
          expect(victim.error?.code, `${flow}, ${by}`).toBe('ERR_TLS_DECODE');
        }
      }
    },
  );

  it.each(flows)('the client’s hello: %s', flow => {
    for (const by of [-1, 1, 5]) {
      const ends = begin(flow);
      if (flow === 'renegotiation') continue;
      const hello = takeAll(ends.client.engine);
      ends.server.engine.receive(plain(22, resized(hello.subarray(5), by)));
      expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
    }
  });

  it('a HelloRequest that is not empty, in a handshake and behind it', () => {
    for (const [place, epoch] of [
      [11, 'plaintext'],
      [20, 'application'],
    ] as const) {
      const victim = attack(
        'server',
        (effect, again) =>
          effect.op === 'send' && effect.raw[0] === place && !again
            ? [{ op: 'send', epoch: place === 11 ? epoch : 'handshake', raw: Uint8Array.of(0, 0, 0, 1, 0) }, effect]
            : effect,
        'full',
      );
      expect(victim.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
    }
  });
});

it('the longest message that is read is told by its header alone', () => {
  const { client, server } = configs();
  const ends = pair(client, server);
  pump(ends, (from, bytes) => (from === 'client' ? plain(22, Uint8Array.of(1, 2, 0, 1)) : bytes));
  expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_MESSAGE_TOO_LARGE' });
  expect(ends.server.connected).toBeUndefined();
});
