/** TLS 1.2 against peers that break its rules: messages and change_cipher_specs out of place, and renegotiations that take something away. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { Credential, Effect, PeerVerifier } from '@tlskit/tls-handshake';
import {
  AnyCipherSuite,
  decodeMessage,
  encodeMessage,
  extendedMasterSecretRow,
  HandshakeType,
  serverHello,
} from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, EngineVersion, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { asynchronous, credential, type Pair, pair, provider, pump, verifier } from './support.ts';
import { type Change, misbehaving12 } from './support12.ts';

const code = (name: string) => AnyCipherSuite.values[name as keyof typeof AnyCipherSuite.values] as number;
const gcm = code('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
const only12 = { versions: [tls12], groups: [0x001d, 0x0017], cipherSuites: [gcm] } as const;
const accept = { tls12: { renegotiation: 'accept' } } as const;
const clientAuth = { mode: 'require', verifier } as const;

function connect(client: Partial<ClientEngineConfig> = {}, server: Partial<ServerEngineConfig> = {}): Pair {
  const ends = pair({ ...only12, ...client }, { ...only12, ...server });
  pump(ends);
  return ends;
}

function noError({ client, server }: Pair): void {
  expect(client.error?.message ?? server.error?.message).toBeUndefined();
}

async function settle(ends: Pair): Promise<void> {
  for (let i = 0; i < 60; i++) {
    pump(ends);
    await new Promise(resolve => setImmediate(resolve));
  }
}

const isSend = (effect: Effect): effect is Extract<Effect, { op: 'send' }> => effect.op === 'send';
const ccs: Effect = { op: 'ccs' };

/** What the side sends in a handshake where both show certificates and the server gives a ticket. */
const sent = {
  client: ['certificate', 'client_key_exchange', 'certificate_verify', 'finished'],
  server: [
    'server_hello',
    'certificate',
    'server_key_exchange',
    'certificate_request',
    'server_hello_done',
    'new_session_ticket',
    'finished',
  ],
} as const;

const places = (['client', 'server'] as const).flatMap(role => sent[role].map(name => [role, name] as const));
const tickets = () => new TicketKeys({ provider, now: () => Date.UTC(2026, 0, 1) });

function attack(role: 'client' | 'server', change: Change): Pair {
  const versions = [misbehaving12(role, change)];
  return connect(
    { credentials: () => credential, ...(role === 'client' ? { versions } : {}) },
    { clientAuth, tickets: tickets(), ...(role === 'server' ? { versions } : {}) },
  );
}

/** Whether the byte is of a record's version. */
function isVersion(bytes: Uint8Array, index: number): boolean {
  let at = 0;
  while (at + 5 <= index) at += 5 + (((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number));
  return index === at + 1 || index === at + 2;
}

describe('messages out of place', () => {
  const typeOf = (name: string) =>
    Object.entries(HandshakeType.values).find(([key]) => key.replace(/_RESERVED$/, '') === name)?.[1];

  function at(name: string, instead: (effect: Effect) => Effect | readonly Effect[] | undefined): Change {
    let seen = false;
    return effect => {
      if (!isSend(effect) || effect.raw[0] !== typeOf(name)) return effect;
      seen = true;
      return seen ? instead(effect) : effect;
    };
  }

  it.each(places)('the %s leaves %s out', (role, name) => {
    const ends = attack(
      role,
      at(name, () => undefined),
    );
    const victim = ends[role === 'client' ? 'server' : 'client'];
    expect(victim.connected).toBeUndefined();
    // What may be left out by the rules leaves the transcripts apart.
    const codes = ['ERR_TLS_UNEXPECTED_MESSAGE', 'ERR_TLS_CHANGE_CIPHER_SPEC', 'ERR_TLS_PEER_ALERT', undefined];
    expect(codes).toContain(victim.error?.code);
  });

  it.each(places)('the %s sends %s twice', (role, name) => {
    const ends = attack(
      role,
      at(name, effect => [effect, effect]),
    );
    const victim = ends[role === 'client' ? 'server' : 'client'];
    if (name === 'finished') {
      // Under the keys of data by then: an error of a connection that stands.
      const code = expect.stringMatching(/^ERR_TLS_(UNEXPECTED_MESSAGE|KEY_CHANGE_BOUNDARY)$/);
      expect(victim.error).toMatchObject({ code, alert: 'unexpected_message' });
      return;
    }
    expect(victim.connected).toBeUndefined();
    expect(victim.error).toMatchObject({ alert: 'unexpected_message' });
  });

  it.each(places)('the %s sends change_cipher_spec before %s (CVE-2014-0224)', (role, name) => {
    const ends = attack(
      role,
      at(name, effect => [ccs, effect]),
    );
    const victim = ends[role === 'client' ? 'server' : 'client'];
    expect(victim.connected).toBeUndefined();
    expect(victim.error).toMatchObject({
      alert: expect.stringMatching(/unexpected_message|bad_record_mac|illegal_parameter/),
    });
  });

  it.each(['client', 'server'] as const)('the %s sends no change_cipher_spec', role => {
    const ends = attack(role, effect => (effect.op === 'ccs' ? undefined : effect));
    const victim = ends[role === 'client' ? 'server' : 'client'];
    expect(victim.connected).toBeUndefined();
    // What comes is under keys that the victim has not changed to: no message, whatever it looks like; now and then the first bytes of one.
    expect(victim.error?.alert ?? victim.engine.state).toMatch(
      /^(unexpected_message|illegal_parameter|decode_error|WAIT_CCS)$/,
    );
  });

  it('bytes changed anywhere in a handshake never go unnoticed', () => {
    let total = 0;
    const clean = pair({ ...only12, credentials: () => credential }, { ...only12, clientAuth, tickets: tickets() });
    pump(clean, (_, bytes) => {
      total += bytes.length;
      return bytes;
    });
    noError(clean);
    const completed: number[] = [];
    let changes = 0;
    for (let position = 0; position < total; position += 13) {
      const ends = pair({ ...only12, credentials: () => credential }, { ...only12, clientAuth, tickets: tickets() });
      let before = 0;
      const done = changes;
      pump(ends, (_, bytes) => {
        const index = position - before;
        before += bytes.length;
        // Of records in the clear the version is ignored (RFC 9846 §5.1), and nothing authenticates it.
        if (index < 0 || index >= bytes.length || isVersion(bytes, index)) return bytes;
        changes++;
        const changed = new Uint8Array(bytes);
        changed[index] = (changed[index] as number) ^ 0x10;
        return changed;
      });
      if (changes > done && ends.client.connected !== undefined && ends.server.connected !== undefined)
        completed.push(position);
    }
    expect(changes).toBeGreaterThan(100);
    expect(completed).toEqual([]);
  });
});

describe('who waits for a promise', () => {
  const slow: PeerVerifier = {
    trust: 'test',
    verify: evidence => Promise.resolve().then(() => verifier.verify(evidence)),
  };
  const slowKeys: CryptoProvider = {
    ...provider,
    importPublicKey: spki => {
      const key = provider.importPublicKey(spki);
      return { ...key, verify: (...all) => Promise.resolve().then(() => key.verify(...all)) };
    },
  };
  const publicKey = slowKeys.importPublicKey(credential.key.spki);
  const slowest: PeerVerifier = {
    trust: 'test',
    verify: async () => ({ ...(await slow.verify({} as never)), publicKey }),
  };
  const slowCredential: Credential = { ...credential, key: asynchronous(credential.key) };

  it('reads a change_cipher_spec in its turn, also in a renegotiation', async () => {
    const ends = connect(
      { ...accept, verifier: slowest, credentials: async () => slowCredential },
      { ...accept, credentials: async () => slowCredential, clientAuth: { mode: 'require', verifier: slowest } },
    );
    await settle(ends);
    noError(ends);
    for (const side of ['server', 'client'] as const) {
      ends[side].engine.renegotiate();
      await settle(ends);
      noError(ends);
    }
    expect(ends.server.events.filter(({ type }) => type === 'renegotiated')).toHaveLength(2);
  });

  it('takes data behind the Finished of a client that starts falsely when it is its turn (RFC 7918)', async () => {
    const keys = tickets();
    const late = {
      issue: async (session: never) => keys.issue(session),
      redeem: (ticket: Uint8Array) => keys.redeem(ticket),
    };
    const ends = pair(
      { ...only12, alpn: ['h2'], tls12: { falseStart: true } },
      { ...only12, alpn: ['h2'], tickets: late as never },
    );
    ends.client.engine.write(new TextEncoder().encode('early bird'));
    await settle(ends);
    noError(ends);
    expect(ends.server.text).toBe('early bird');
  });
});

describe('a renegotiation', () => {
  it('is not asked for without end by a client that is refused', () => {
    const engineLimits = {
      maxHeldInput: 1 << 17,
      maxIdleRecords: 32,
      maxUserCanceled: 4,
      maxWarnings: 1000,
      maxSkippedEarlyData: 0,
      maxOutput: 1 << 20,
    };
    const ends = connect({ engineLimits });
    for (let i = 0; i < 40 && !ends.server.closed; i++) {
      ends.client.engine.renegotiate();
      pump(ends);
    }
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_FLOOD' });
  });

  it('does not give extended_master_secret up (RFC 7627 §5.4)', () => {
    const versions = [
      misbehaving12('server', (effect, again) => {
        if (!again || !isSend(effect) || effect.raw[0] !== serverHello.type) return effect;
        const hello = decodeMessage(serverHello, effect.raw);
        const extensions = hello.extensions.filter(one => one.extension_type !== extendedMasterSecretRow.type);
        return { ...effect, raw: encodeMessage(serverHello, { ...hello, extensions }) };
      }),
    ];
    const ends = connect(accept, { ...accept, versions });
    noError(ends);
    ends.client.engine.renegotiate();
    pump(ends);
    expect(ends.client.error).toMatchObject({
      code: 'ERR_TLS_REFUSED',
      alert: 'handshake_failure',
      rfc: 'RFC 7627 §5.2',
    });
  });

  it.each(['no_renegotiation_RESERVED'] as const)('is not taken back by %s once the server has said hello', alert => {
    const versions = [
      misbehaving12('server', (effect, again) => (again && effect.op === 'ccs' ? { op: 'warn', alert } : effect)),
    ];
    const ends = connect(accept, { ...accept, versions });
    noError(ends);
    ends.client.engine.renegotiate();
    pump(ends);
    expect(ends.client.closed).toBe(true);
    expect(ends.client.events.map(({ type }) => type)).not.toContain('renegotiation-refused');
  });

  it('does not go on with another key than that of before', () => {
    const key = new Uint8Array(32).fill(7);
    const psk = (name: string) => ({ identity: new TextEncoder().encode(name), key, hash: 'sha256' as const });
    let names = ['alice', 'bob'];
    const psks = () => [psk(names.shift() ?? 'nobody')];
    const cipherSuites = [code('TLS_PSK_WITH_AES_128_GCM_SHA256')];
    const server = { ...accept, cipherSuites, pskLookup: () => ({ key, hash: 'sha256' as const }) };
    const other = connect({ ...accept, cipherSuites, psks }, server);
    noError(other);
    other.client.engine.renegotiate();
    pump(other);
    expect(other.client.error ?? other.server.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER' });
    expect(other.server.events.map(({ type }) => type)).not.toContain('renegotiated');
    names = ['alice', 'alice'];
    const same = connect({ ...accept, cipherSuites, psks }, server);
    same.client.engine.renegotiate();
    pump(same);
    noError(same);
    expect(same.server.events.map(({ type }) => type)).toContain('renegotiated');
  });

  it('is under the limits on records that it agrees on itself, from its own keys on (RFC 8449 §4)', () => {
    // A server that has no limit the second time.
    const versions = [
      {
        ...tls12,
        handshake: {
          ...tls12.handshake,
          server: (context, hello) => {
            const { renegotiation } = context.config;
            const config =
              renegotiation === undefined ? context.config : { ...context.config, recordSizeLimit: undefined };
            return tls12.handshake.server({ ...context, config }, hello);
          },
        },
      } satisfies EngineVersion,
    ];
    const ends = connect({ ...accept, recordSizeLimit: 600 }, { ...accept, recordSizeLimit: 700, versions });
    noError(ends);
    const longest = (): number => {
      let most = 0;
      ends.server.engine.write(new Uint8Array(5000));
      pump(ends, (from, bytes) => {
        if (from === 'server') {
          for (let at = 0; at < bytes.length; ) {
            const length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
            most = Math.max(most, length);
            at += 5 + length;
          }
        }
        return bytes;
      });
      return most;
    };
    expect(longest()).toBe(600 + 24);
    ends.client.engine.renegotiate();
    pump(ends);
    noError(ends);
    expect(longest()).toBe(5000 + 24);
    noError(ends);
  });
});
