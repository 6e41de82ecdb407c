/** The secrets of TLS 1.2, against published values and against what node:tls computes. */
import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  dhPremaster,
  MasterSecret12,
  prf12,
  pskPremaster,
  receivedRsaPremaster,
  rsaPremaster,
} from '../src/tls12/index.ts';
import { nodeHash } from './hash.ts';
import { connectByPsk } from './node-psk.ts';

const sha256 = nodeHash('sha256');
const sha384 = nodeHash('sha384');
const [clientRandom, serverRandom] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
const wiped = (bytes: Uint8Array) => bytes.every(byte => byte === 0);
const master = () => new MasterSecret12(sha256, new Uint8Array(48).fill(7));

describe('the PRF', () => {
  // Values that implementers exchanged on the mailing list of the TLS working group in 2009.
  it.each([
    [
      sha256,
      '9bbe436ba940f017b17652849a71db35',
      'a0ba9f936cda311827a6f796ffd5198c',
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66',
    ],
    [
      sha384,
      'b80b733d6ceefcdc71566ea48e5567df',
      'cd665cf6a8447dd6ff8b27555edb7465',
      '7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b1233c9146a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a26854308d5eaa3be85e0990703d73e56f',
    ],
  ] as const)('with %o', (hash, secret, seed, output) => {
    const length = output.length / 2;
    expect(toHex(prf12(hash, fromHex(secret), 'test label', [fromHex(seed)], length))).toBe(output);
    for (const shorter of [0, 1, hash.outputLength - 1, hash.outputLength, hash.outputLength + 1]) {
      const value = prf12(
        hash,
        fromHex(secret),
        'test label',
        [fromHex(seed).subarray(0, 3), fromHex(seed).subarray(3)],
        shorter,
      );
      expect(toHex(value)).toBe(output.slice(0, 2 * shorter));
    }
  });
});

describe.each([
  ['PSK-AES128-GCM-SHA256', sha256, true],
  ['PSK-AES128-GCM-SHA256', sha256, false],
  ['PSK-AES256-GCM-SHA384', sha384, true],
  ['PSK-AES256-CBC-SHA384', sha384, false],
] as const)('as node:tls computes them: %s, extended master secret %s', (cipher, hash, extended) => {
  it('[7627:5.1:1] [7627:5.2:4] [5246:7.4.9:2] premaster and master secret, Finished, tls-unique, exporters', async () => {
    const psk = new Uint8Array(24).fill(9);
    const label = 'EXPERIMENTAL tlskit';
    const context = Uint8Array.of(1, 2, 3);
    const seen = await connectByPsk({
      cipher,
      psk,
      extended,
      exports: [[label], [label, context], [label, new Uint8Array(0)]],
    });
    const upToKeyExchange = hash.digest(...seen.messages);
    const premaster = pskPremaster(psk);
    const secret = extended
      ? MasterSecret12.deriveExtended(hash, premaster, upToKeyExchange)
      : MasterSecret12.derive(hash, premaster, seen.clientRandom, seen.serverRandom);
    expect(toHex(secret.secret)).toBe(seen.masterSecret);
    expect(wiped(premaster)).toBe(true);

    const client = secret.verifyData('client', upToKeyExchange);
    expect(toHex(client)).toBe(toHex(seen.clientFinished));
    const withFinished = hash.digest(...seen.messages, Uint8Array.of(20, 0, 0, 12, ...client));
    expect(toHex(secret.verifyData('server', withFinished))).toBe(toHex(seen.serverFinished));

    const exporter = secret.exporter(seen.clientRandom, seen.serverRandom);
    secret.wipe();
    const values = [undefined, context, new Uint8Array(0)].map(value => toHex(exporter.export(label, value, 40)));
    expect(values).toEqual(seen.exported);
    expect(new Set(values).size).toBe(3);
  });
});

describe('the key block', () => {
  it('has its parts in the order of RFC 5246 §6.3, with the randoms turned round', () => {
    const lengths = { macKeyLength: 20, keyLength: 16, ivLength: 4 };
    const whole = prf12(sha256, new Uint8Array(48).fill(7), 'key expansion', [serverRandom, clientRandom], 80);
    const block = master().keyBlock(lengths, clientRandom, serverRandom);
    const { client, server } = block;
    const parts = [client.macKey, server.macKey, client.key, server.key, client.iv, server.iv];
    expect(parts.map(part => part.length)).toEqual([20, 20, 16, 16, 4, 4]);
    expect(parts.map(toHex).join('')).toBe(toHex(whole));
    block.wipe();
    expect(parts.every(wiped)).toBe(true);
  });
});

describe('premaster secrets', () => {
  it('of finite fields lose their leading zeros (RFC 5246 §8.1.2)', () => {
    const z = Uint8Array.of(0, 0, 5, 0, 6);
    expect([...dhPremaster(z)]).toEqual([5, 0, 6]);
    expect(wiped(z)).toBe(true);
  });

  it('of a PSK have both secrets behind their lengths (RFC 4279 §2)', () => {
    expect([...pskPremaster(Uint8Array.of(8, 9))]).toEqual([0, 2, 0, 0, 0, 2, 8, 9]);
    const other = Uint8Array.of(5, 6, 7);
    expect([...pskPremaster(Uint8Array.of(8, 9), other)]).toEqual([0, 3, 5, 6, 7, 0, 2, 8, 9]);
    expect(wiped(other)).toBe(true);
    expect(() => pskPremaster(new Uint8Array(65536))).toThrow(RangeError);
  });

  it('[5246:7.4.7.1:1] [5246:7.4.7.1:2] under RSA begin with the version of the ClientHello, sent and received', () => {
    const sent = rsaPremaster(0x0303, length => new Uint8Array(length).fill(4));
    expect([...sent]).toEqual([3, 3, ...new Array(46).fill(4)]);
    // Another version than the client's becomes another secret, not an error (RFC 5246 §7.4.7.1).
    const received = receivedRsaPremaster(0x0303, Uint8Array.of(3, 1, ...new Array(46).fill(4)));
    expect(toHex(received)).toBe(toHex(sent));
    expect(() => receivedRsaPremaster(0x0303, new Uint8Array(47))).toThrow(RangeError);
  });
});

describe('what is out of bounds', () => {
  it('is refused', () => {
    expect(() => new MasterSecret12(sha256, new Uint8Array(47))).toThrow(RangeError);
    expect(() => master().verifyData('client', new Uint8Array(48))).toThrow(RangeError);
    expect(() => MasterSecret12.deriveExtended(sha384, new Uint8Array(48), new Uint8Array(32))).toThrow(RangeError);
    const exporter = master().exporter(clientRandom, serverRandom);
    for (const label of [
      'master secret',
      'extended master secret',
      'client finished',
      'server finished',
      'key expansion',
    ]) {
      expect(() => exporter.export(label, undefined, 1), label).toThrow(RangeError);
    }
    expect(exporter.export('', undefined, 1)).toHaveLength(1);
    expect(() => exporter.export('é', undefined, 1)).toThrow(RangeError);
    expect(() => exporter.export('x', new Uint8Array(65536), 1)).toThrow(RangeError);
    for (const length of [0, -1, 1.5, 65537]) expect(() => exporter.export('x', undefined, length)).toThrow(RangeError);
  });

  it('or gone, throws', () => {
    const secret = master();
    const exporter = secret.exporter(clientRandom, serverRandom);
    const bytes = secret.secret;
    secret.wipe();
    secret.wipe();
    expect(wiped(bytes)).toBe(true);
    const consumed = /consumed or wiped/;
    expect(() => secret.secret).toThrow(consumed);
    expect(() => secret.verifyData('client', new Uint8Array(32))).toThrow(consumed);
    expect(() => secret.keyBlock({ macKeyLength: 0, keyLength: 1, ivLength: 0 }, clientRandom, serverRandom)).toThrow(
      consumed,
    );
    expect(() => secret.exporter(clientRandom, serverRandom)).toThrow(consumed);
    exporter.wipe();
    expect(() => exporter.export('x', undefined, 1)).toThrow(consumed);
  });
});
