/** However a connection ends, nothing that was derived for it is left in memory but the values of the two Finished messages. */
import type { CryptoProvider, Hash, HashName, KeyExchange } from '@tlskit/tls-crypto';
import { encodeMessage, finished } from '@tlskit/tls-messages';
import { type ClientSession, type ServerSession, type TicketIssuer, TicketKeys } from '@tlskit/tls-session';
import { toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  asynchronous,
  credential,
  misbehaving,
  type Pair,
  pair,
  provider,
  pump,
  sends,
  slowExchange,
  strangerKey,
  takeAll,
} from './support.ts';

/** A provider that remembers every output of HMAC, of which all secrets of the key schedule are made, and every shared secret. */
function remembering(base: CryptoProvider): { provider: CryptoProvider; outputs: Uint8Array[] } {
  const outputs: Uint8Array[] = [];
  const remember = (bytes: Uint8Array) => {
    outputs.push(bytes);
    return bytes;
  };
  const hashes: { [K in HashName]?: Hash } = {};
  for (const hash of Object.values(base.hashes)) {
    hashes[hash.name] = {
      ...hash,
      create: () => hash.create(),
      digest: (...parts) => hash.digest(...parts),
      hmac: (key, ...parts) => remember(hash.hmac(key, ...parts)),
    };
  }
  const { x25519 } = base.groups as { x25519: KeyExchange };
  const exchange: KeyExchange = {
    name: 'x25519',
    async respond(share) {
      const answer = await x25519.respond(share);
      remember(answer.sharedSecret);
      return answer;
    },
    async offer() {
      const offer = await x25519.offer();
      return {
        share: offer.share,
        wipe: () => offer.wipe(),
        complete: async share => remember(await offer.complete(share)),
      };
    },
  };
  return { provider: { ...base, hashes, groups: { x25519: exchange } }, outputs };
}

/** Where there is no PSK, the Early Secret and the salt of the next stage are the same for everybody (RFC 8448 §3): they may be kept. */
const constants = [
  '33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a',
  '6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba',
];

/** Outputs that were not wiped. */
function left(outputs: readonly Uint8Array[]): readonly Uint8Array[] {
  return outputs.filter(bytes => bytes.some(byte => byte !== 0) && !constants.includes(toHex(bytes)));
}

const turn = () => new Promise(resolve => setImmediate(resolve));

async function settle(ends: Pair): Promise<void> {
  for (let i = 0; i < 8; i++) {
    pump(ends);
    await turn();
  }
}

const wrongFinished = misbehaving('client', effect =>
  sends(effect, finished) ? { ...effect, raw: encodeMessage(finished, { verify_data: new Uint8Array(32) }) } : effect,
);

describe('no secret is left', () => {
  const slowKey = { chain: credential.chain, key: asynchronous(credential.key, turn().then(turn) as Promise<void>) };
  const cases: [what: string, config: Parameters<typeof pair>, end: (ends: Pair) => void | Promise<void>][] = [
    [
      'by a connection that was closed in order, after updates of keys',
      [],
      async ends => {
        ends.client.engine.updateKeys({ requestPeer: true });
        await settle(ends);
        ends.client.engine.close();
        ends.server.engine.close();
      },
    ],
    ['by an abort', [], ends => ends.client.engine.abort()],
    ['by the end of the transport', [], ends => ends.client.engine.receiveEnd()],
    ['by a wrong signature', [{}, { credentials: () => ({ chain: credential.chain, key: strangerKey }) }], () => {}],
    ['by a wrong Finished', [{ versions: [wrongFinished] }], () => {}],
    ['by a record that is not authentic', [], ends => ends.client.engine.receive(new Uint8Array(40).fill(23, 0, 1))],
  ];

  it.each(cases)('%s', async (_what, [client, server], end) => {
    const secrets = { client: remembering(provider), server: remembering(provider) };
    const ends = pair(
      { ...client, provider: secrets.client.provider },
      { ...server, provider: secrets.server.provider },
    );
    await settle(ends);
    await end(ends);
    await settle(ends);
    ends.server.engine.abort();
    expect([ends.client.closed, ends.server.closed]).toEqual([true, true]);
    for (const { outputs } of Object.values(secrets)) {
      expect(outputs.length).toBeGreaterThan(5);
      expect(left(outputs).length).toBeLessThanOrEqual(2);
    }
  });

  it.each([1, 2, 3, 4, 5])('by an abort of both sides after %d turns of promises', async turns => {
    const secrets = { client: remembering(slowExchange()), server: remembering(slowExchange()) };
    const ends = pair(
      { provider: secrets.client.provider },
      { provider: secrets.server.provider, credentials: () => slowKey },
    );
    for (let i = 0; i < turns; i++) {
      await Promise.resolve();
      ends.server.engine.receive(takeAll(ends.client.engine));
      await turn();
      ends.client.engine.receive(takeAll(ends.server.engine));
    }
    ends.client.engine.abort();
    ends.server.engine.abort();
    await turn();
    for (const { outputs } of Object.values(secrets)) {
      expect(left(outputs).length).toBeLessThanOrEqual(2);
    }
  });

  it.each(['to its end', 'that the server ends', 'whose binder is wrong'])('by a resumption %s', async how => {
    const now = () => Date.UTC(2026, 0, 1);
    const keys = new TicketKeys({ provider, now });
    const redeemed: (ServerSession | undefined)[] = [];
    const tickets: TicketIssuer = {
      issue: session => keys.issue(session),
      redeem: ticket => {
        redeemed.push(keys.redeem(ticket));
        return redeemed.at(-1);
      },
    };
    const first = pair({}, { tickets });
    pump(first);
    const [session] = sessionsOf(first.client.events);
    if (session === undefined) throw new Error('no ticket came');
    if (how === 'whose binder is wrong') session.psk[0] = (session.psk[0] as number) ^ 1;
    const secrets = { client: remembering(provider), server: remembering(provider) };
    const ends = pair({ session, provider: secrets.client.provider }, { tickets, provider: secrets.server.provider });
    if (how === 'that the server ends') {
      // The server waits for its key exchange then, with the early secret in its hands.
      await turn();
      ends.server.engine.receive(takeAll(ends.client.engine));
      ends.server.engine.abort();
    }
    await settle(ends);
    expect(ends.client.connected?.resumed).toBe(how === 'to its end' ? true : undefined);
    // What the application was given is the application's.
    for (const given of sessionsOf(ends.client.events)) given.psk.fill(0);
    ends.client.engine.abort();
    ends.server.engine.abort();
    await turn();
    expect(redeemed.map(given => given?.psk.every(byte => byte === 0))).toEqual([true]);
    expect(session.psk.every(byte => byte === 0)).toBe(true);
    // Beside the two Finished there is the binder, which is public too.
    for (const { outputs } of Object.values(secrets)) {
      expect(outputs.length).toBeGreaterThan(3);
      expect(left(outputs).length).toBeLessThanOrEqual(3);
    }
  });

  it.each<[what: string, config: Parameters<typeof pair>, end: (ends: Pair) => void]>([
    ['that is accepted', [], () => {}],
    ['that is rejected', [{}, { cipherSuites: [0x1303, 0x1301] }], () => {}],
    ['that a HelloRetryRequest rejects', [{ keyShares: [] }], () => {}],
    ['that the client ends', [], ends => ends.client.engine.abort()],
    ['that the server ends', [], ends => ends.server.engine.abort()],
    ['that is without end', [], ends => ends.server.engine.receive(new Uint8Array(40).fill(23, 0, 1))],
  ])('by early data %s', async (what, [client, server], end) => {
    const tickets = new TicketKeys({ provider, now: () => Date.UTC(2026, 0, 1) });
    const earlyData = { maxSize: 100, guard: { window: 1, firstTime: () => Promise.resolve(true) } };
    const first = pair({}, { tickets, earlyData });
    pump(first);
    const [session] = sessionsOf(first.client.events);
    const secrets = { client: remembering(provider), server: remembering(provider) };
    const ends = pair(
      { session, earlyData: true, provider: secrets.client.provider, ...client },
      { tickets, earlyData, provider: secrets.server.provider, ...server },
    );
    await turn();
    expect(ends.client.engine.writeEarly(new Uint8Array(10))).toBe(10);
    ends.server.engine.receive(takeAll(ends.client.engine));
    await turn();
    end(ends);
    await settle(ends);
    const status = what.includes('reject') ? 'rejected' : 'accepted';
    expect([ends.server.engine.earlyData, ends.server.closed]).toEqual([status, what.includes('end')]);
    for (const given of sessionsOf(ends.client.events)) given.psk.fill(0);
    ends.client.engine.abort();
    ends.server.engine.abort();
    await turn();
    // Beside the two Finished there are the binders, one for each hello, and the server's idea of them.
    for (const { outputs } of Object.values(secrets)) {
      expect(outputs.length).toBeGreaterThan(3);
      expect(left(outputs).length).toBeLessThanOrEqual(4);
    }
  });
});

function sessionsOf(events: Pair['client']['events']): ClientSession[] {
  return events.flatMap(event => (event.type === 'session' ? [event.session] : []));
}
