/** TLS 1.2: peers that go away at any message of any flow, in order or without a word, and callers who do (RFC 5246 §7.2.1). */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { Credential, PeerVerifier } from '@tlskit/tls-handshake';
import { type ClientSession, MemorySessionCache, type ServerSession } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import {
  by,
  Forger12,
  GCM,
  noError,
  other,
  plain,
  type Role,
  roles,
  settled,
  stepwise,
  tapped,
  ticketKeys,
} from './attacks12.ts';
import { asynchronous, credential, type End, type Pair, pair, provider, pump, takeAll, verifier } from './support.ts';
import { recordsOf, type Wire } from './tls12-support.ts';

const flows = ['full', 'abbreviated, by ticket', 'abbreviated, by ID', 'renegotiation'] as const;
type FlowName = (typeof flows)[number];
const accept = { renegotiation: 'accept' } as const;
const now = () => Date.UTC(2026, 0, 1);
const closeNotify = Uint8Array.of(1, 0);

interface Scene extends Pair {
  /** A close_notify by the keys in force of that side. */
  close(as: Role): Uint8Array;
  /** To be called with each record that goes over. */
  count(from: Role, record: Uint8Array): void;
}

/** Two ends at the beginning of a flow: what comes before it is over. */
function begin(
  flow: FlowName,
  client: Partial<ClientEngineConfig> = {},
  server: Partial<ServerEngineConfig> = {},
): Scene {
  const base = by(GCM);
  const sessions = flow === 'abbreviated, by ID' ? { sessions: new MemorySessionCache({ now }) } : {};
  const tickets = flow === 'abbreviated, by ID' ? {} : { tickets: ticketKeys() };
  const ours = { ...base.client, credentials: () => credential, tls12: accept, ...client };
  const theirs = {
    ...base.server,
    clientAuth: { mode: 'require', verifier } as const,
    ...tickets,
    ...server,
    tls12: { ...accept, ...sessions, ...server.tls12 },
  };
  const taps = { client: tapped(), server: tapped() };
  const versions = (role: Role) => ({ versions: [taps[role].version] });
  let session: ClientSession | undefined;
  if (flow.startsWith('abbreviated')) {
    const before = pair(
      { ...base.client, credentials: () => credential, tls12: accept },
      { ...theirs, ...{ credentials: () => credential } },
    );
    pump(before);
    noError(before);
    session = before.client.events.find(event => event.type === 'session')?.session;
    expect(session).toBeDefined();
  }
  const ends = pair({ ...ours, ...versions('client'), session }, { ...theirs, ...versions('server') });
  const sent = { client: 0, server: 0 };
  const changes = { client: 0, server: 0 };
  const scene: Scene = {
    ...ends,
    close: as =>
      changes[as] === 0
        ? plain(21, closeNotify)
        : new Forger12(taps[as].keys[changes[as] - 1], sent[as]).seal(21, closeNotify),
    count(from, record) {
      sent[from]++;
      if (record[0] !== 20) return;
      changes[from]++;
      sent[from] = 0;
    },
  };
  if (flow === 'renegotiation') {
    stepwise(ends, (from, record) => {
      scene.count(from, record);
      return [record];
    });
    noError(ends);
    ends.client.engine.renegotiate();
  }
  return scene;
}

/** How many records either side sends in the flow. */
function lengthOf(flow: FlowName): Record<Role, number> {
  const scene = begin(flow);
  const lengths = { client: 0, server: 0 };
  stepwise(scene, (from, record) => {
    lengths[from]++;
    return [record];
  });
  noError(scene);
  if (flow.startsWith('abbreviated')) expect(scene.client.connected?.resumed).toBe(true);
  if (flow === 'renegotiation') expect(scene.server.events.map(({ type }) => type)).toContain('renegotiated');
  return lengths;
}

function expectOver(end: End, what: string): void {
  expect(end.closed, what).toBe(true);
  expect(end.engine.state, what).toBe('CLOSED');
  expect(end.engine.parked, what).toBe(false);
  expect(end.engine.wantsInput, what).toBe(false);
  expect(end.engine.buffered.unsent, what).toBe(0);
}

describe.each(flows)('%s', flow => {
  it.each(roles)('the %s closes the transport before each record of its own', peer => {
    const count = lengthOf(flow)[peer];
    expect(count).toBeGreaterThan(1);
    for (let at = 0; at < count; at++) {
      const scene = begin(flow);
      stepwise(scene, (from, record, index) => (from === peer && index >= at ? 'stop' : [record]));
      const victim = scene[other(peer)];
      victim.engine.receiveEnd();
      expectOver(victim, `${at}`);
      expect(victim.error).toMatchObject({ code: 'ERR_TLS_TRUNCATED' });
      if (flow !== 'renegotiation') expect(victim.connected === undefined, `${at}`).toBe(true);
    }
  });

  it.each(roles)('the %s closes the transport in the middle of each record of its own', peer => {
    const count = lengthOf(flow)[peer];
    for (let at = 0; at < count; at++) {
      const scene = begin(flow);
      stepwise(scene, (from, record, index) => {
        if (from !== peer || index < at) return [record];
        return index > at ? 'stop' : [record.subarray(0, record.length - 1)];
      });
      const victim = scene[other(peer)];
      victim.engine.receiveEnd();
      expectOver(victim, `${at}`);
      expect(victim.error).toMatchObject({ code: 'ERR_TLS_TRUNCATED' });
    }
  });

  it.each(roles)('the %s says close_notify before each record of its own', peer => {
    const count = lengthOf(flow)[peer];
    for (let at = flow === 'renegotiation' ? 0 : 1; at < count; at++) {
      const scene = begin(flow);
      const victim = scene[other(peer)];
      stepwise(scene, (from, record, index) => {
        if (from !== peer || index < at) {
          scene.count(from, record);
          return [record];
        }
        if (index > at) return 'stop';
        return [scene.close(peer)];
      });
      const what = `${at} of ${count}`;
      if (flow === 'renegotiation') {
        // The connection stood: this is its end, if no error then in order, and what we have to say is said or dropped.
        expect(victim.ended, what).toBe(true);
        victim.engine.close();
        pump(scene);
        expectOver(victim, what);
        continue;
      }
      expectOver(victim, what);
      expect(victim.error, what).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'close_notify', sentBy: 'peer' });
      expect(victim.connected, what).toBeUndefined();
    }
  });
});

describe('a caller who closes', () => {
  it.each(roles)('the %s, at each record of a renegotiation: the connection ends without an error', who => {
    const lengths = lengthOf('renegotiation');
    for (const from of roles) {
      for (let at = 0; at < lengths[from]; at++) {
        const scene = begin('renegotiation');
        const what = `${who} at record ${at} of the ${from}`;
        stepwise(scene, (sender, record, index) => {
          if (sender === from && index === at) {
            scene[who].engine.write(Uint8Array.of(1, 2, 3));
            scene[who].engine.close();
          }
          return [record];
        });
        expect(scene[other(who)].ended, what).toBe(true);
        expect(scene[other(who)].bytes, what).toEqual(Uint8Array.of(1, 2, 3));
        scene[other(who)].engine.close();
        pump(scene);
        noError(scene);
        expectOver(scene.client, what);
        expectOver(scene.server, what);
      }
    }
  });

  it.each(flows)('aborts at each record: %s', flow => {
    const lengths = lengthOf(flow);
    for (const who of roles) {
      for (const from of roles) {
        for (let at = 0; at < lengths[from]; at++) {
          const scene = begin(flow);
          const what = `${who} at record ${at} of the ${from}`;
          stepwise(scene, (sender, record, index) => {
            if (sender === from && index === at) scene[who].engine.abort();
            return [record];
          });
          expectOver(scene[who], what);
          expect(scene[who].error, what).toMatchObject({ code: 'ABORT_ERR' });
          const peer = scene[other(who)];
          // user_canceled and close_notify, but from who has said nothing yet; a connection that stood ends in order.
          if (!peer.closed) {
            if (!peer.ended) peer.engine.receiveEnd();
            peer.engine.close();
            pump(scene);
          }
          expectOver(peer, what);
        }
      }
    }
  });
});

describe('a side that waits for a promise', () => {
  const later =
    <A extends readonly unknown[], T>(act: (...given: A) => T) =>
    (...given: A) =>
      new Promise<Awaited<T>>(resolve => setImmediate(() => resolve(act(...given) as Awaited<T>)));

  const slowKeys: CryptoProvider = {
    ...provider,
    importPublicKey: spki => {
      const key = provider.importPublicKey(spki);
      return { ...key, verify: later(key.verify.bind(key)) };
    },
  };
  const slowPublicKey = slowKeys.importPublicKey(credential.key.spki);
  const slowest: PeerVerifier = {
    trust: 'test',
    verify: later(() => ({
      verified: true,
      expires: Number.MAX_SAFE_INTEGER,
      trust: 'test',
      publicKey: slowPublicKey,
    })),
  };
  const slowCredential: Credential = { ...credential, key: asynchronous(credential.key) };

  /** Everything that may wait does. */
  function slow(flow: FlowName) {
    const keys = ticketKeys();
    const cache = new MemorySessionCache({ now });
    const tickets = {
      issue: later((one: ServerSession) => keys.issue(one)),
      redeem: later((one: Uint8Array) => keys.redeem(one)),
    };
    const sessions = {
      get: later((id: Uint8Array) => cache.get(id)),
      put: later((id: Uint8Array, one: ServerSession) => cache.put(id, one)),
      remove: later((id: Uint8Array) => cache.remove(id)),
    };
    const byId = flow === 'abbreviated, by ID';
    const base = by(GCM);
    return {
      keys,
      cache,
      client: { ...base.client, verifier: slowest, credentials: later(() => slowCredential), tls12: accept },
      server: {
        ...base.server,
        credentials: later(() => slowCredential),
        onClientHello: later(() => {}),
        clientAuth: { mode: 'require', verifier: slowest },
        ...(byId ? {} : { tickets: tickets as never }),
        tls12: { ...accept, ...(byId ? { sessions: sessions as never } : {}) },
      } satisfies Partial<ServerEngineConfig>,
    };
  }

  async function prepare(flow: FlowName): Promise<Pair> {
    const { client, server } = slow(flow);
    let session: ClientSession | undefined;
    if (flow.startsWith('abbreviated')) {
      const before = pair(client, server);
      await settled(() => pump(before));
      noError(before);
      session = before.client.events.find(event => event.type === 'session')?.session;
      expect(session).toBeDefined();
    }
    const ends = pair({ ...client, session }, server);
    if (flow !== 'renegotiation') return ends;
    await settled(() => pump(ends));
    noError(ends);
    ends.client.engine.renegotiate();
    return ends;
  }

  /** How often somebody waits in the flow. */
  async function waits(flow: FlowName): Promise<number> {
    const ends = await prepare(flow);
    let count = 0;
    await settled(() => {
      pump(ends);
      if (ends.client.engine.parked || ends.server.engine.parked) count++;
    });
    noError(ends);
    expect(ends.client.connected?.resumed).toBe(flow.startsWith('abbreviated'));
    if (flow === 'renegotiation') expect(ends.server.events.map(({ type }) => type)).toContain('renegotiated');
    return count;
  }

  const ways = {
    'the transport ends': (end: End) => end.engine.receiveEnd(),
    'its caller aborts': (end: End) => end.engine.abort(),
    'its caller closes and the transport ends': (end: End) => {
      end.engine.close();
      end.engine.receiveEnd();
    },
  };

  it.each(flows.flatMap(flow => Object.keys(ways).map(way => [flow, way] as const)))(
    '%s: %s meanwhile',
    async (flow, way) => {
      const count = await waits(flow);
      expect(count).toBeGreaterThan(2);
      for (let at = 0; at < count; at++) {
        const ends = await prepare(flow);
        let seen = 0;
        let ended: End | undefined;
        await settled(() => {
          if (ended !== undefined) return;
          pump(ends);
          const waiting = [ends.client, ends.server].find(({ engine }) => engine.parked);
          if (waiting === undefined || seen++ < at) return;
          ended = waiting;
          ways[way as keyof typeof ways](waiting);
        });
        expect(ended, `${at} of ${count}`).toBeDefined();
        const over = ended as End;
        expectOver(over, `${at} of ${count}`);
        // Where the peer has changed its keys for a handshake that our close_notify cut short, it has no more to say.
        const inOrder = flow === 'renegotiation' && way.startsWith('its caller closes') ? [undefined] : [];
        const codes = way === 'its caller aborts' ? ['ABORT_ERR'] : ['ERR_TLS_TRUNCATED', ...inOrder];
        expect(codes, `${at} of ${count}`).toContain(over.error?.code);
        const told = over.events.length;
        await settled(() => {});
        expect(over.events.length, 'nothing comes behind the end').toBe(told);
      }
    },
  );

  it('a renegotiation goes nowhere when its caller closes meanwhile, and the connection ends in order', async () => {
    const count = await waits('renegotiation');
    for (let at = 0; at < count; at++) {
      const ends = await prepare('renegotiation');
      let seen = 0;
      let closed: Role | undefined;
      await settled(() => {
        if (closed === undefined) pump(ends);
        const who = roles.find(role => ends[role].engine.parked);
        if (closed === undefined && who !== undefined && seen++ === at) {
          closed = who;
          ends[who].engine.close();
        }
        pump(ends);
      });
      expect(closed).toBeDefined();
      for (const role of roles) ends[role].engine.close();
      await settled(() => pump(ends));
      noError(ends);
      for (const role of roles) expectOver(ends[role], `${at} of ${count}`);
    }
  });
});

it('who closes amid a message of a renegotiation passes over the rest of it', () => {
  const base = by(GCM);
  const ends = pair({ ...base.client, tls12: accept, recordSize: 64 }, { ...base.server, tls12: accept });
  pump(ends);
  noError(ends);
  const { client, server } = ends;
  client.engine.renegotiate();
  const [first, ...rest] = recordsOf(takeAll(client.engine));
  expect(rest.length).toBeGreaterThan(0);
  server.engine.receive((first as Wire).bytes);
  server.engine.close();
  for (const { bytes } of rest) server.engine.receive(bytes);
  client.engine.receive(takeAll(server.engine));
  client.engine.write(Uint8Array.of(1));
  client.engine.close();
  pump(ends);
  noError(ends);
  expect([client.engine.closed, server.engine.closed]).toEqual([true, true]);
});
