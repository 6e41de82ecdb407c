/**
 * TLS 1.2: handshakes in which somebody changes what he can reach, at random, but by the same plan each time. Whatever it was, it is told by an
 * error of the protocol, never by one of ours, and nobody waits for ever.
 */
import { MemorySessionCache } from '@tlskit/tls-session';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { by, other, plain, type Role, roles, stepwise, ticketKeys } from './attacks12.ts';
import { credential, type Pair, pair, verifier } from './support.ts';

/** More of them find more, and take longer. */
const rounds = Number(process.env.TLSKIT_NOISE_ROUNDS ?? 30);

/** Numbers below 2^32, the same for the same seed (SplitMix32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

type Noise = (content: Uint8Array, next: () => number) => Uint8Array;

/** The content with the lengths of its one message put right, where it is one. */
function repaired(content: Uint8Array): Uint8Array {
  if (content.length < 4) return content;
  const length = content.length - 4;
  return concat(
    Uint8Array.of(content[0] as number, length >> 16, (length >> 8) & 255, length & 255),
    content.subarray(4),
  );
}

const noises: Record<string, Noise> = {
  'one byte': (content, next) => content.with(next() % content.length, next() & 255),
  'one bit': (content, next) => {
    const at = next() % content.length;
    return content.with(at, (content[at] as number) ^ (1 << (next() % 8)));
  },
  'four bytes': (content, next) => {
    const changed = content.slice();
    for (let i = 0; i < 4; i++) changed[next() % content.length] = next() & 255;
    return changed;
  },
  'bytes left out': (content, next) => {
    const at = next() % content.length;
    return concat(content.subarray(0, at), content.subarray(at + 1 + (next() % 8)));
  },
  'bytes left out, of a message': (content, next) => {
    const at = 4 + (next() % Math.max(1, content.length - 4));
    return repaired(concat(content.subarray(0, at), content.subarray(at + 1 + (next() % 8))));
  },
  'bytes put in': (content, next) => {
    const at = next() % content.length;
    return concat(content.subarray(0, at), new Uint8Array(1 + (next() % 8)).fill(next()), content.subarray(at));
  },
  'bytes put in, of a message': (content, next) => {
    const at = Math.min(content.length, 4 + (next() % content.length));
    return repaired(
      concat(content.subarray(0, at), new Uint8Array(1 + (next() % 8)).fill(next()), content.subarray(at)),
    );
  },
  'the end': (content, next) => content.slice(0, next() % content.length),
};

/** The handshake messages of a record apart, so that noise is of one of them. */
function messagesIn(record: Uint8Array): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 5; at < record.length; ) {
    const end = at + 4 + (((record[at + 2] as number) << 8) | (record[at + 3] as number));
    messages.push(record.slice(at, end));
    at = end;
  }
  return messages;
}

const key = new Uint8Array(32).fill(7);
const identity = new TextEncoder().encode('alice');
const names = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256',
  'TLS_RSA_PSK_WITH_AES_128_GCM_SHA256',
  'TLS_ECDH_anon_WITH_AES_128_CBC_SHA',
];

function ends(name: string): Pair {
  const { client, server } = by(name);
  const psk = { key, hash: 'sha256' } as const;
  const shown = name.includes('_RSA_') ? server.credentials : () => ({ ...credential, ocsp: Uint8Array.of(1, 2, 3) });
  const tls12 = { renegotiation: 'accept' } as const;
  return pair(
    {
      ...client,
      tls12,
      credentials: () => credential,
      certificates: { ocsp: true },
      psks: [{ identity, ...psk }],
      alpn: ['h2'],
    },
    {
      ...server,
      ...(shown === undefined ? {} : { credentials: shown }),
      clientAuth: { mode: 'request', verifier },
      tickets: ticketKeys(),
      tls12: { ...tls12, sessions: new MemorySessionCache({ now: () => Date.UTC(2026, 0, 1) }) },
      pskLookup: () => psk,
      alpn: ['h2'],
    },
  );
}

describe.each(names)('%s', name => {
  it.each(Object.keys(noises))('%s', kind => {
    const noise = noises[kind] as Noise;
    const seen = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const next = numbers(round * 7919 + name.length * 31 + kind.length);
      const from: Role = roles[next() % 2] as Role;
      const which = next() % 6;
      const scene = ends(name);
      let count = 0;
      stepwise(scene, (sender, record) => {
        if (sender !== from || record[0] !== 22 || scene[sender].engine.state === 'CONNECTED') return [record];
        const messages = messagesIn(record);
        // Under keys there are none that anybody sees.
        if (messages.some(message => message.length < 4)) return [record];
        return messages
          .map(message => plain(22, count++ === which ? noise(message, next) : message))
          .filter(one => one.length > 5);
      });
      const victim = scene[other(from)];
      for (const end of [scene.client, scene.server]) {
        end.engine.receiveEnd();
        const what = `${kind}, round ${round}, ${end === victim ? 'the receiver' : 'the sender'}`;
        expect(end.closed, what).toBe(true);
        expect(end.error?.code, `${what}: ${end.error?.stack}`).not.toBe('ERR_TLS_INTERNAL');
        expect(end.engine.buffered.unsent, what).toBe(0);
        seen.add(`${end.error?.code}`);
      }
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});
