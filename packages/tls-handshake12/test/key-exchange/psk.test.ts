/** Pre-shared keys, alone and beside another exchange (RFC 4279, RFC 5489). */
import { generateKeyPairSync } from 'node:crypto';
import { type CryptoProvider, wipe } from '@tlskit/tls-crypto';
import type { ClientConfig, ExternalPsk, PskLookup } from '@tlskit/tls-handshake';
import { NamedGroup } from '@tlskit/tls-messages';
import { clientKeyExchangeBody } from '@tlskit/tls-messages/tls12';
import { ascii, encode, equalBytes } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  answer,
  begin,
  clientConfig,
  exchange,
  hello,
  isZero,
  noble,
  node,
  outcome,
  pairs,
  remembering,
  run,
  sent,
  serverConfig,
  suite,
} from './support.ts';

const identity = new TextEncoder().encode('Grüße');
const key = Uint8Array.from({ length: 20 }, (_, i) => 0x30 + i);
const psk: ExternalPsk = { identity, key, hash: 'sha256' };
const pskLookup: PskLookup = asked => (equalBytes(asked, identity) ? psk : undefined);
const hint = ascii('a hint');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signer = node.importPrivateKey(new Uint8Array(rsa.privateKey.export({ format: 'der', type: 'pkcs8' })));

const plain = suite('TLS_PSK_WITH_AES_128_CBC_SHA');
const suites = {
  PSK: { info: plain, group: undefined, other: 20 },
  DHE_PSK: { info: suite('TLS_DHE_PSK_WITH_AES_128_CBC_SHA'), group: NamedGroup.values.ffdhe2048, other: undefined },
  ECDHE_PSK: { info: suite('TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA'), group: NamedGroup.values.x25519, other: 32 },
  RSA_PSK: { info: suite('TLS_RSA_PSK_WITH_AES_128_CBC_SHA'), group: undefined, other: 48 },
};
type Name = keyof typeof suites;
const names = Object.keys(suites) as Name[];

const client = (provider: CryptoProvider = node, more: Partial<ClientConfig> = {}) => ({
  config: clientConfig(provider, { psks: [psk], ...more }),
  peerKey: provider.importPublicKey(signer.spki),
});
const server = (name: Name, provider: CryptoProvider = node, more: Parameters<typeof serverConfig>[1] = {}) => ({
  config: serverConfig(provider, { pskLookup, ...more }),
  group: suites[name].group,
  key: signer,
});

describe.each(pairs)('$name', ({ client: ofClient, server: ofServer }) => {
  it.each(names)('have the same secret: %s', async name => {
    const { info, other, group } = suites[name];
    const done = await exchange(info, client(ofClient), server(name, ofServer));
    expect(done.client.premaster).toEqual(done.server.premaster);
    expect(done.client.pskIdentity).toEqual(identity);
    expect(done.server.pskIdentity).toEqual(identity);
    expect([done.group, done.client.group]).toEqual([group, group]);
    // other_secret and the PSK, each behind its length (RFC 4279 §2).
    const { premaster } = done.client;
    const length = new DataView(premaster.buffer).getUint16(0);
    if (other !== undefined) expect(length).toBe(other);
    expect(isZero(premaster.subarray(2, 2 + length))).toBe(name === 'PSK');
    expect([...premaster.subarray(2 + length)]).toEqual([0, 20, ...key]);
  });
});

describe('the hint', () => {
  it.each(names)('is sent where there is one, or something else to send: %s', async name => {
    const { info } = suites[name];
    const isEphemeral = name === 'DHE_PSK' || name === 'ECDHE_PSK';
    const without = await begin(info, server(name));
    expect(without.params?.psk_identity_hint).toEqual(isEphemeral ? new Uint8Array(0) : undefined);
    expect(without.params === undefined).toBe(!isEphemeral);
    const withHint = await begin(info, server(name, node, { tls12: { pskIdentityHint: hint } }));
    expect(sent(info, withHint.params)?.psk_identity_hint).toEqual(hint);
  });

  it('is ignored by clients (RFC 4279 §5.2)', async () => {
    const second = { ...psk, identity: hint };
    const params = { psk_identity_hint: hint };
    const done = await answer(plain, { ...client(node, { psks: [psk, second] }), params });
    expect(done.pskIdentity).toEqual(identity);
  });
});

describe('a client', () => {
  const unusable: Readonly<Record<string, ExternalPsk>> = {
    'imported for TLS 1.3 (RFC 9258)': { ...psk, imported: { identity, context: new Uint8Array(0) } },
    'whose identity is no UTF-8 (RFC 4279 §5.1)': { ...psk, identity: Uint8Array.of(0xff) },
    'that is too long': { ...psk, key: new Uint8Array(65_536) },
    'whose identity is too long': { ...psk, identity: new Uint8Array(65_536) },
  };

  it.each(Object.keys(unusable))('passes over a key %s', async kind => {
    const one = unusable[kind] as ExternalPsk;
    const done = await answer(plain, client(node, { psks: [one, { ...psk, identity: hint }] }));
    expect(done.pskIdentity).toEqual(hint);
    for (const psks of [[one], [], undefined]) {
      await expect(answer(plain, client(node, { psks }))).rejects.toMatchObject({
        code: 'ERR_TLS_NO_SHARED_KEY',
        alert: 'handshake_failure',
        rfc: 'RFC 4279 §2',
      });
    }
  });

  it('takes a key whose identity has no bytes (RFC 4279 §2)', async () => {
    const done = await answer(plain, client(node, { psks: [{ ...psk, identity: new Uint8Array(0) }] }));
    expect(done.pskIdentity).toEqual(new Uint8Array(0));
  });

  it('takes keys of any hash, with identities and keys of any length (RFC 4279 §5.3)', async () => {
    for (const hash of ['sha256', 'sha384'] as const) {
      const long = { identity: new Uint8Array(65_535).fill(0x61), key: new Uint8Array(65_535).fill(1), hash };
      const done = await exchange(
        plain,
        client(node, { psks: [long] }),
        server('PSK', node, { pskLookup: () => long }),
      );
      expect(done.client.premaster).toEqual(done.server.premaster);
      expect(done.client.premaster).toHaveLength(2 * 65_537);
      expect(done.server.pskIdentity).toHaveLength(65_535);
    }
  });

  it.each([false, true])('asks for its keys, says whom for, and that they were taken; later: %s', async later => {
    const asked: unknown[] = [];
    const own = [psk, { ...psk, identity: hint }].map(one => {
      const copy = new Uint8Array(key);
      return { ...one, key: copy, taken: () => wipe(copy) };
    });
    const psks: ClientConfig['psks'] = query => {
      asked.push(query);
      return later ? Promise.resolve(own) : own;
    };
    const config = { psks, serverName: 'a.example', peerName: 'b.example' };
    const done = await exchange(plain, client(node, config), server('PSK'));
    expect(done.client.premaster).toEqual(done.server.premaster);
    expect(asked).toEqual([{ serverName: 'a.example', peerName: 'b.example' }]);
    expect(own.every(one => isZero(one.key))).toBe(true);
  });

  it('wipes the other secret, also where it has no key', async () => {
    for (const psks of [[psk], []]) {
      const { provider, secrets } = remembering(noble);
      const { params } = await begin(suites.ECDHE_PSK.info, server('ECDHE_PSK'));
      await answer(suites.ECDHE_PSK.info, {
        config: clientConfig(provider, { psks }),
        params: sent(suites.ECDHE_PSK.info, params),
      }).catch(() => {});
      expect(secrets).toHaveLength(1);
      expect(secrets.every(isZero)).toBe(true);
    }
    expect(isZero(key)).toBe(false);
  });
});

describe('a server', () => {
  const lookups: Readonly<Record<string, PskLookup | undefined>> = {
    'is not known': () => undefined,
    'is not known, as is found out later': () => Promise.resolve(undefined),
    'was imported for TLS 1.3': () => ({ ...psk, imported: { identity, context: new Uint8Array(0) } }),
    'has a key that does not fit': () => ({ ...psk, key: new Uint8Array(65_536) }),
    'cannot be looked up at all': undefined,
  };

  it.each(Object.keys(lookups))('goes on with a random key where an identity %s (RFC 4279 §2)', async kind => {
    for (const name of names) {
      const theirs = { ...server(name), config: serverConfig(node, { pskLookup: lookups[kind] }) };
      const [one, two] = [
        await exchange(suites[name].info, client(), theirs),
        await exchange(suites[name].info, client(), theirs),
      ];
      expect(one.server.premaster).not.toEqual(one.client.premaster);
      if (name === 'PSK') expect(one.server.premaster).not.toEqual(two.server.premaster);
      expect(one.server.premaster.subarray(-32)).not.toEqual(new Uint8Array(32));
      expect(one.server.pskIdentity).toEqual(identity);
    }
  });

  it('goes on where the look-up fails, of which the application is told', async () => {
    const error = new Error('no database');
    const failing = { ...server('PSK'), config: serverConfig(node, { pskLookup: () => Promise.reject(error) }) };
    const theirs = await begin(plain, failing);
    const { body, premaster } = await answer(plain, client());
    const { value, events } = await run(theirs.complete(body));
    expect(events).toEqual([{ type: 'failure', of: 'pskLookup', error }]);
    expect(value.premaster).not.toEqual(premaster);
  });

  it('shows the application what the client said', async () => {
    const asked: unknown[] = [];
    const curious: PskLookup = (...said) => {
      asked.push(said);
      return psk;
    };
    await exchange(plain, client(), server('PSK', node, { pskLookup: curious }));
    expect(asked).toEqual([[identity, hello]]);
  });

  it('wipes the stand-in and the other secret, says that a key was taken, and leaves it alone', async () => {
    for (const known of [true, false]) {
      const { provider, secrets } = remembering(noble);
      const drawn: Uint8Array[] = [];
      let taken = 0;
      const config = serverConfig(provider, {
        random(length) {
          drawn.push(noble.random(length));
          return drawn.at(-1) as Uint8Array;
        },
        pskLookup: () => (known ? { ...psk, taken: () => taken++ } : undefined),
      });
      await exchange(suites.ECDHE_PSK.info, client(), { ...server('ECDHE_PSK'), config });
      expect([drawn.length, secrets.length, taken]).toEqual([1, 1, known ? 1 : 0]);
      expect([...drawn, ...secrets].every(isZero)).toBe(true);
    }
    expect(isZero(key)).toBe(false);
  });

  it('wipes the other secret when it is cancelled in the middle of the look-up', async () => {
    const { provider, secrets } = remembering(noble);
    const config = serverConfig(provider, { pskLookup: () => new Promise(() => {}) });
    const { info } = suites.ECDHE_PSK;
    const theirs = await begin(info, { ...server('ECDHE_PSK'), config });
    const { body } = await answer(info, { ...client(), params: sent(info, theirs.params) });
    const flow = theirs.complete(body);
    const step = flow.next();
    if (step.done || step.value.op !== 'wait') throw new Error('the group answers later');
    expect(flow.next(await step.value.promise)).toMatchObject({ value: { op: 'wait' } });
    expect(secrets.map(isZero)).toEqual([false]);
    flow.return(undefined as never);
    expect(secrets.map(isZero)).toEqual([true]);
  });

  it.each(names)('refuses messages of another form: %s', async name => {
    const { info } = suites[name];
    const bads = [new Uint8Array(0), Uint8Array.of(0), Uint8Array.of(0, 1), Uint8Array.of(0, 1, 65, 9, 9)];
    for (const bad of bads) {
      const theirs = await begin(info, server(name));
      await expect(outcome(theirs.complete(bad))).rejects.toThrow(expect.objectContaining({ name: 'DecodeError' }));
    }
  });

  it('does not tell whether a premaster secret under RSA was good, nor an identity known [5246:7.4.7.1:3]', async () => {
    const { info } = suites.RSA_PSK;
    for (const psk_identity of [identity, hint]) {
      for (const length of [0, 255, 256, 257]) {
        const theirs = await begin(info, server('RSA_PSK'));
        const encrypted_pre_master_secret = new Uint8Array(length).fill(7);
        const body = encode(clientKeyExchangeBody(info), { psk_identity, encrypted_pre_master_secret });
        const { value, events, effects } = await run(theirs.complete(body));
        expect([...value.premaster.subarray(0, 4)]).toEqual([0, 48, 3, 3]);
        expect([events, effects]).toEqual([[], []]);
      }
    }
  });
});
