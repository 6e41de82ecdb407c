/** TLS 1.2: every kind of message and record where it does not belong (RFC 5246 §7.1, §7.3, §7.4). */
import type { Effect } from '@tlskit/tls-handshake';
import { HandshakeType } from '@tlskit/tls-messages';
import type { ClientSession } from '@tlskit/tls-session';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createServerEngine } from '../src/index.ts';
import {
  by,
  Forger12,
  GCM,
  noError,
  other,
  plain,
  type Role,
  recordsIn,
  stepwise,
  tapped,
  ticketKeys,
} from './attacks12.ts';
import { credential, End, type Pair, pair, pump, serverConfig, takeAll, verifier } from './support.ts';
import { type Change, misbehaving12 } from './support12.ts';

const kinds = ['full', 'abbreviated'] as const;
type Kind = (typeof kinds)[number];
/** A renegotiation is a full handshake under the keys of data. */
const allKinds = [...kinds, 'renegotiation'] as const;
type AnyKind = (typeof allKinds)[number];
const CCS = 'change_cipher_spec';

/** RFC 5246 §7.3, Figures 1 and 2: what comes where, and what may come in its place. */
const flows: Record<Kind, Record<Role, readonly (readonly [sent: number | typeof CCS, legal: readonly number[]])[]>> = {
  full: {
    server: [
      [2, [2]],
      [11, [11]],
      [22, [22, 12]],
      [12, [12]],
      [13, [13, 14]],
      [14, [14]],
      [4, [4]],
      [CCS, []],
      [20, [20]],
    ],
    client: [
      [11, [11]],
      [16, [16]],
      [15, [15]],
      [CCS, []],
      [20, [20]],
    ],
  },
  abbreviated: {
    server: [
      [2, [2]],
      [4, [4]],
      [CCS, []],
      [20, [20]],
    ],
    client: [
      [CCS, []],
      [20, [20]],
    ],
  },
};

const flowOf = (kind: AnyKind) => flows[kind === 'renegotiation' ? 'full' : kind];

const silence: Effect = { op: 'recv', state: 'SILENT', expected: [] };

const types = [...Object.values(HandshakeType.values), 7, 99, 253, 255].sort((a, b) => a - b);
const positions = allKinds.flatMap(kind =>
  (['server', 'client'] as const).flatMap(role =>
    flowOf(kind)[role].map(([sent], at) => [kind, role, sent === CCS ? CCS : HandshakeType.label(sent), at] as const),
  ),
);

/** The session of a connection before, for as many abbreviated handshakes as one likes. */
let kept: ClientSession | undefined;
const keys = ticketKeys();

function configs(kind: Kind) {
  const { client, server } = by(GCM);
  const shown = { ...credential, ocsp: Uint8Array.of(1, 2, 3) };
  const ours = {
    ...client,
    credentials: () => credential,
    certificates: { ocsp: true },
    session: kind === 'full' ? undefined : sessionOf(),
  };
  const theirs = {
    ...server,
    credentials: () => shown,
    tickets: keys,
    clientAuth: { mode: 'require', verifier } as const,
  };
  return { ours, theirs };
}

function sessionOf(): ClientSession {
  if (kept === undefined) {
    const { ours, theirs } = configs('full');
    const ends = pair(ours, theirs);
    pump(ends);
    noError(ends);
    kept = ends.client.events.find(event => event.type === 'session')?.session;
  }
  if (kept === undefined) throw new Error('no session was given');
  // Whoever resumes takes the key.
  return { ...kept, psk: kept.psk.slice() };
}

function attack(kind: AnyKind, role: Role, change: Change): Pair {
  const isAgain = kind === 'renegotiation';
  const { ours, theirs } = configs(isAgain ? 'full' : kind);
  const versions = [misbehaving12(role, (effect, again) => (again === isAgain ? change(effect, again) : effect))];
  const tls12 = { renegotiation: isAgain ? 'accept' : 'refuse' } as const;
  const ends = pair(
    { ...ours, tls12, ...(role === 'client' ? { versions } : {}) },
    { ...theirs, tls12, ...(role === 'server' ? { versions } : {}) },
  );
  pump(ends);
  if (!isAgain) return ends;
  noError(ends);
  ends.client.engine.renegotiate();
  pump(ends);
  return ends;
}

/** Whether the handshake of the flow is complete. */
function isDone(kind: AnyKind, { connected, events }: End): boolean {
  return kind === 'renegotiation' ? events.some(({ type }) => type === 'renegotiated') : connected !== undefined;
}

/** The messages and change_cipher_specs of a flow, whole. */
const recorded = new Map<number, Uint8Array>();
it.each(kinds)('a handshake is as the RFC has it: %s [5246:7.4:1]', kind => {
  for (const role of ['server', 'client'] as const) {
    const sent: (number | string)[] = [];
    const ends = attack(kind, role, effect => {
      if (effect.op === 'send') {
        sent.push(effect.raw[0] as number);
        recorded.set(effect.raw[0] as number, effect.raw);
      } else if (effect.op === 'ccs') sent.push(CCS);
      return effect;
    });
    noError(ends);
    expect(ends.client.connected?.resumed).toBe(kind === 'abbreviated');
    expect(sent).toEqual(flows[kind][role].map(([what]) => what));
  }
});

describe.each(positions)('%s, in place of the %s’s %s', (kind, role, _name, place) => {
  const [sent, legal] = flowOf(kind)[role][place] as (typeof flows)[Kind][Role][number];

  /** What is sent or changed there is something else, and nothing more is said. */
  function instead(effects: Effect | readonly Effect[]): End {
    let at = -1;
    const ends = attack(kind, role, effect => {
      if (effect.op === 'send' || effect.op === 'ccs') at++;
      if (at < place) return effect;
      // Nothing comes behind it: whoever sent it waits.
      return at === place && (effect.op === 'send' || effect.op === 'ccs') ? [effects, silence].flat() : silence;
    });
    return ends[other(role)];
  }

  const illegal = types.filter(type => !legal.includes(type));
  it(`any of ${illegal.length} other types of message`, () => {
    for (const type of illegal) {
      // As it would be elsewhere, or empty.
      const raw = recorded.get(type) ?? Uint8Array.of(type, 0, 0, 0);
      const epoch = sent === 20 ? 'handshake' : kind === 'renegotiation' ? 'application' : 'plaintext';
      const victim = instead({ op: 'send', epoch, raw });
      const what = HandshakeType.label(type);
      expect(isDone(kind, victim), what).toBe(false);
      if (type === 0 && role === 'server' && (place > 0 || kind === 'renegotiation')) {
        // RFC 5246 §7.4.1.1: "ignored by the client if the client is currently negotiating a session".
        expect(victim.error, what).toBeUndefined();
        continue;
      }
      expect(victim.error, what).toMatchObject({
        code: 'ERR_TLS_UNEXPECTED_MESSAGE',
        alert: 'unexpected_message',
        sentBy: 'us',
      });
    }
  });

  // One before the ServerHello is found out when that comes: TLS 1.3 takes it.
  if (sent !== CCS && (sent !== 2 || kind === 'renegotiation')) {
    it('a change_cipher_spec', () => {
      const victim = instead({ op: 'ccs' });
      expect(isDone(kind, victim)).toBe(false);
      expect(victim.error).toMatchObject({ code: 'ERR_TLS_CHANGE_CIPHER_SPEC', alert: 'unexpected_message' });
    });
  }
});

describe.each(kinds)('%s: records that are no handshake', kind => {
  const rest = { server: flows[kind].server.length, client: flows[kind].client.length };

  /** One record goes in front of each of the peer's, protected as what it stands before. */
  function inFront(role: Role, at: number, type: number, content: Uint8Array): End | undefined {
    const { ours, theirs } = configs(kind);
    const tap = tapped();
    const { version, keys: written } = tap;
    const ends = pair(
      { ...ours, ...(role === 'client' ? { versions: [version] } : {}) },
      { ...theirs, ...(role === 'server' ? { versions: [version] } : {}) },
    );
    const victim = ends[other(role)];
    let count = 0;
    let isProtected = false;
    let done = false;
    stepwise(ends, (from, record) => {
      if (from !== role || done) return [record];
      const here = count++ === at;
      const forged = here
        ? isProtected
          ? new Forger12(written[0], 0).seal(type, content)
          : plain(type, content)
        : undefined;
      if (record[0] === 20) isProtected = true;
      if (forged === undefined) return [record];
      done = true;
      return [forged, record];
    });
    return done ? victim : undefined;
  }

  it.each(['server', 'client'] as const)('of the %s', role => {
    let places = 0;
    for (let at = role === 'client' ? 1 : 0; at < rest[role] + 2; at++) {
      for (const [type, content] of [
        [23, Uint8Array.of(1, 2, 3)],
        [24, Uint8Array.of(1, 0, 0, ...new Uint8Array(16))],
      ] as const) {
        const victim = inFront(role, at, type, content);
        if (victim === undefined) continue;
        places++;
        const what = `${type} before record ${at}`;
        expect(victim.connected === undefined, what).toBe(true);
        expect(victim.received, what).toEqual([]);
        expect(victim.error, what).toMatchObject({ alert: 'unexpected_message', sentBy: 'us' });
      }
    }
    expect(places).toBeGreaterThanOrEqual(4);
  });

  it.each(['server', 'client'] as const)('a change_cipher_spec other than one byte of 1, of the %s', role => {
    for (const content of [[0], [2], [255], [1, 1], [1, 0], [0, 1], []]) {
      const { ours, theirs } = configs(kind);
      const ends = pair(ours, theirs);
      stepwise(ends, (from, record) =>
        from === role && record[0] === 20 ? [plain(20, Uint8Array.from(content))] : [record],
      );
      const victim = ends[other(role)];
      expect(victim.connected === undefined).toBe(true);
      expect(victim.error).toMatchObject({ alert: 'unexpected_message' });
    }
  });

  it.each(['server', 'client'] as const)(
    'a second change_cipher_spec, under the new keys and in the clear, of the %s',
    role => {
      for (const clear of [true, false]) {
        const { ours, theirs } = configs(kind);
        const tap = tapped();
        const versions = { versions: [tap.version] };
        const ends = pair(
          { ...ours, ...(role === 'client' ? versions : {}) },
          { ...theirs, ...(role === 'server' ? versions : {}) },
        );
        stepwise(ends, (from, record) => {
          if (from !== role || record[0] !== 20) return [record];
          const one = Uint8Array.of(1);
          return [record, clear ? plain(20, one) : new Forger12(tap.keys[0], 0).seal(20, one)];
        });
        const victim = ends[other(role)];
        expect(victim.connected === undefined).toBe(true);
        // In the clear it is just a record that is not authentic.
        expect(victim.error).toMatchObject({ alert: clear ? 'bad_record_mac' : 'unexpected_message' });
      }
    },
  );
});

describe('a change_cipher_spec', () => {
  it.each(['server', 'client'] as const)('in the middle of a handshake message of the %s', role => {
    const { ours, theirs } = configs('full');
    for (const cut of [1, 3, 4, 5, 30]) {
      const ends = pair(ours, theirs);
      let done = false;
      stepwise(ends, (from, record, index) => {
        if (from !== role || index === 0 || done || record[0] !== 22) return [record];
        done = true;
        const body = record.subarray(5);
        return [plain(22, body.subarray(0, cut)), plain(20, Uint8Array.of(1)), plain(22, body.subarray(cut))];
      });
      const victim = ends[other(role)];
      if (role === 'server') {
        // All of the server's flight is one record, the first: there is no other in the clear.
        expect(done).toBe(true);
      }
      expect(victim.connected === undefined).toBe(true);
      expect(victim.error).toMatchObject({ alert: 'unexpected_message' });
    }
  });

  it('before ClientHello, and right behind it', () => {
    const server = new End(createServerEngine, { ...serverConfig, ...by(GCM).server });
    server.engine.start();
    server.engine.receive(plain(20, Uint8Array.of(1)));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_CHANGE_CIPHER_SPEC', alert: 'unexpected_message' });
    const ends = pair(by(GCM).client, by(GCM).server);
    ends.server.engine.receive(concat(takeAll(ends.client.engine), plain(20, Uint8Array.of(1))));
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_CHANGE_CIPHER_SPEC', alert: 'unexpected_message' });
  });

  it('before ServerHello, and right behind it (CVE-2014-0224)', () => {
    for (const index of [0, 1]) {
      const ends = pair(by(GCM).client, by(GCM).server);
      ends.server.engine.receive(takeAll(ends.client.engine));
      const [flight] = recordsIn(takeAll(ends.server.engine)) as [Uint8Array];
      const length = 5 + 4 + (((flight[7] as number) << 8) | (flight[8] as number));
      const hello = plain(22, flight.subarray(5, length));
      const parts =
        index === 0
          ? [plain(20, Uint8Array.of(1)), flight]
          : [hello, plain(20, Uint8Array.of(1)), plain(22, flight.subarray(length))];
      for (const part of parts) ends.client.engine.receive(part);
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_CHANGE_CIPHER_SPEC', alert: 'unexpected_message' });
    }
  });

  it('on a connection that stands', () => {
    for (const role of ['client', 'server'] as const) {
      const tap = tapped();
      const { client, server } = by(GCM);
      const versions = { versions: [tap.version] };
      const ends = pair(
        { ...client, ...(role === 'client' ? versions : {}) },
        { ...server, ...(role === 'server' ? versions : {}) },
      );
      pump(ends);
      noError(ends);
      ends[other(role)].engine.receive(new Forger12(tap.keys[0], 1).seal(20, Uint8Array.of(1)));
      expect(ends[other(role)].error).toMatchObject({
        code: 'ERR_TLS_CHANGE_CIPHER_SPEC',
        alert: 'unexpected_message',
      });
    }
  });
});

describe('what answers what was not said yet is no answer', () => {
  const early = { code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' };

  it('a ClientKeyExchange, or a part of it, in the record of the ClientHello', () => {
    for (const extra of [[16], [16, 0, 0, 3], [16, 0, 0, 3, 2, 1, 1], [11, 0, 0]]) {
      const ends = pair(by(GCM).client, by(GCM).server);
      const hello = takeAll(ends.client.engine).subarray(5);
      ends.server.engine.receive(plain(22, hello, Uint8Array.from(extra)));
      expect(ends.server.error, `${extra}`).toMatchObject(early);
    }
  });

  it('a NewSessionTicket, or a part of it, in the record of the ServerHelloDone', () => {
    for (const extra of [[4], [4, 0, 0, 6], [4, 0, 0, 6, 0, 0, 0, 0, 0, 0]]) {
      const ends = pair(by(GCM).client, { ...by(GCM).server, tickets: ticketKeys() });
      stepwise(ends, (from, record, index) =>
        from === 'server' && index === 0 ? [plain(22, record.subarray(5), Uint8Array.from(extra))] : [record],
      );
      expect(ends.client.error, `${extra}`).toMatchObject(early);
    }
  });
});

describe('a client’s certificate', () => {
  const base = by(GCM);
  const certificate = Uint8Array.of(11, 0, 0, 3, 0, 0, 0);
  const verify = Uint8Array.of(15, 0, 0, 5, 4, 3, 0, 1, 0);
  const unexpected = { code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message' };

  function met(which: number, instead: (effect: Effect) => readonly Effect[], server: object = {}): End {
    const versions = [
      misbehaving12('client', effect => (effect.op === 'send' && effect.raw[0] === which ? instead(effect) : effect)),
    ];
    const ends = pair({ ...base.client, versions }, { ...base.server, ...server });
    pump(ends);
    return ends.server;
  }
  const send = (raw: Uint8Array): Effect => ({ op: 'send', epoch: 'plaintext', raw });

  it('that nobody asked for is out of place, and so is its CertificateVerify', () => {
    expect(met(16, effect => [send(certificate), effect]).error).toMatchObject(unexpected);
    expect(met(16, effect => [effect, send(verify)]).error).toMatchObject(unexpected);
  });

  it('that is none has no CertificateVerify', () => {
    const clientAuth = { mode: 'request', verifier };
    expect(met(16, effect => [effect, send(verify)], { clientAuth }).error).toMatchObject(unexpected);
    expect(met(16, effect => [effect], { clientAuth }).connected?.peerCertificates).toEqual([]);
  });

  it('is asked for by types and schemes, some of each, or the request does not decode', () => {
    for (const body of [
      [0, 0, 2, 4, 3, 0, 0],
      [1, 64, 0, 0, 0, 0],
      [1, 64, 0, 1, 4, 0, 0],
      [1, 64, 0, 3, 4, 3, 4, 0, 0],
      [1, 64, 0, 2, 4, 3, 0, 2, 0, 0],
      [1, 64, 0, 2, 4, 3],
    ]) {
      const versions = [
        misbehaving12('server', effect =>
          effect.op === 'send' && effect.raw[0] === 13
            ? { ...effect, raw: Uint8Array.of(13, 0, 0, body.length, ...body) }
            : effect,
        ),
      ];
      const clientAuth = { mode: 'request', verifier } as const;
      const ends = pair(base.client, { ...base.server, clientAuth, versions });
      pump(ends);
      expect(ends.client.error, `${body}`).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
    }
  });
});
