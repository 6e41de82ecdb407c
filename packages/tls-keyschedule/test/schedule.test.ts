import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  BinderKey,
  deriveSecret,
  EarlySecret,
  ExporterSecret,
  hkdfExpand,
  hkdfExtract,
  resumptionPsk,
  TrafficSecret,
} from '../src/index.ts';
import { nodeHash } from './hash.ts';

const sha256 = nodeHash('sha256');
const sha384 = nodeHash('sha384');

/** RFC 8448 §3 (simple 1-RTT handshake): what goes into the schedule, and what comes out. */
const trace = {
  ecdhe: '8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d',
  serverHello: '860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8',
  certificateVerify: 'edb7725fa7a3473b031ec8ef65a2485493900138a2b91291407d7951a06110ed',
  serverFinished: '9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13',
  clientFinished: '209145a96ee8e2a122ff810047cc952684658d6049e86429426db87c54ad143d',
  psk: '4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3',
};

const someHash = new Uint8Array(32).fill(5);
const consumed = /consumed or wiped/;

describe('the stages', () => {
  it('give every secret of RFC 8448 §3', () => {
    const handshake = EarlySecret.from(sha256).toHandshake(fromHex(trace.ecdhe));
    const client = handshake.client(fromHex(trace.serverHello));
    const server = handshake.server(fromHex(trace.serverHello));
    const main = handshake.toMain();
    const finished = fromHex(trace.serverFinished);
    const resumption = main.resumption(fromHex(trace.clientFinished));
    const got = {
      'c hs traffic': client.secret,
      's hs traffic': server.secret,
      key: server.key(16),
      iv: server.iv(),
      'server Finished': server.verifyData(fromHex(trace.certificateVerify)),
      'client Finished': client.verifyData(finished),
      'c ap traffic': main.client(finished).secret,
      's ap traffic': main.server(finished).secret,
      'exp master': main.exporter(finished).secret,
      'res master': resumption,
      psk: resumptionPsk(sha256, resumption, Uint8Array.of(0, 0)),
    };
    expect(Object.fromEntries(Object.entries(got).map(([name, value]) => [name, toHex(value)]))).toEqual({
      'c hs traffic': 'b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21',
      's hs traffic': 'b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38',
      key: '3fce516009c21727d0f2e4e86ee403bc',
      iv: '5d313eb2671276ee13000b30',
      'server Finished': '9b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718',
      'client Finished': 'a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61',
      'c ap traffic': '9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5',
      's ap traffic': 'a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643',
      'exp master': 'fe22f881176eda18eb8f44529e6792c50c9a3f89452f68d8ae311b4309d3cf50',
      'res master': '7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c',
      psk: trace.psk,
    });
  });

  it('give the early secrets and the binder of RFC 8448 §4', () => {
    const early = EarlySecret.from(sha256, fromHex(trace.psk));
    const hello = fromHex('08ad0fa05d7c7233b1775ba2ff9f4c5b8b59276b7f227f13a976245f5d960913');
    const truncated = fromHex('63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14');
    expect(toHex(early.binderKey('res').verifyData(truncated))).toBe(
      '3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d',
    );
    expect(toHex(early.clientEarlyTraffic(hello).secret)).toBe(
      '3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62',
    );
    expect(toHex(early.earlyExporter(hello))).toBe('b2026866610937d7423e5be90862ccf24c0e6091186d34f812089ff5be2ef7df');
  });

  it('make another binder key for each kind of PSK', () => {
    const psk = new Uint8Array(32).fill(9);
    const early = EarlySecret.from(sha256, psk);
    const kinds = (['ext', 'res', 'imp'] as const).map(kind => toHex(early.binderKey(kind).verifyData(someHash)));
    expect(new Set(kinds).size).toBe(3);
    const imported = deriveSecret(sha256, hkdfExtract(sha256, undefined, psk), 'imp binder', sha256.digest());
    expect(kinds[2]).toBe(toHex(new BinderKey(sha256, imported).verifyData(someHash)));
    expect(psk[0], 'the PSK stays the caller’s').toBe(9);
  });

  it('consume their predecessor', () => {
    const early = EarlySecret.from(sha256);
    const handshake = early.toHandshake();
    expect(() => early.toHandshake()).toThrow(consumed);
    expect(() => early.binderKey('res')).toThrow(consumed);
    expect(() => early.clientEarlyTraffic(someHash)).toThrow(consumed);
    expect(() => early.earlyExporter(someHash)).toThrow(consumed);
    const main = handshake.toMain();
    expect(() => handshake.client(someHash)).toThrow(consumed);
    expect(() => handshake.server(someHash)).toThrow(consumed);
    expect(() => handshake.toMain()).toThrow(consumed);
    main.wipe();
    main.wipe();
    expect(() => main.client(someHash)).toThrow(consumed);
    expect(() => main.server(someHash)).toThrow(consumed);
    expect(() => main.exporter(someHash)).toThrow(consumed);
    expect(() => main.resumption(someHash)).toThrow(consumed);
  });

  it('wipe the shared secret, whatever happens', () => {
    const early = EarlySecret.from(sha256);
    const first = new Uint8Array(32).fill(1);
    early.toHandshake(first);
    const second = new Uint8Array(32).fill(2);
    expect(() => early.toHandshake(second)).toThrow(consumed);
    expect([...first, ...second].every(byte => byte === 0)).toBe(true);
  });

  it('take a shared secret of nothing for one of zeros (psk_ke)', () => {
    const without = EarlySecret.from(sha256, someHash).toHandshake().client(someHash);
    const zeros = EarlySecret.from(sha256, someHash).toHandshake(new Uint8Array(32)).client(someHash);
    expect(without.secret).toEqual(zeros.secret);
  });

  it('refuse a transcript hash of another suite', () => {
    const handshake = EarlySecret.from(sha384).toHandshake(new Uint8Array(32));
    expect(() => handshake.client(someHash)).toThrow(/48 bytes, got 32/);
    const client = handshake.client(new Uint8Array(48));
    expect(() => client.verifyData(someHash)).toThrow(/48 bytes, got 32/);
  });
});

describe('TrafficSecret', () => {
  it('goes on to the next generation and forgets itself', () => {
    const secret = new Uint8Array(32).fill(3);
    const first = new TrafficSecret(sha256, secret);
    const second = first.next();
    expect(toHex(second.secret)).toBe(toHex(new TrafficSecret(sha256, new Uint8Array(32).fill(3)).next().secret));
    expect(second.secret.every(byte => byte === 3)).toBe(false);
    expect(secret.every(byte => byte === 0)).toBe(true);
    for (const use of [() => first.secret, () => first.key(16), () => first.iv(), () => first.next()]) {
      expect(use).toThrow(consumed);
    }
    expect(() => first.verifyData(someHash)).toThrow(consumed);
  });
});

describe('wiping', () => {
  it('reaches every secret that an object took over', () => {
    const bytes = Array.from({ length: 3 }, () => new Uint8Array(32).fill(4)) as [Uint8Array, Uint8Array, Uint8Array];
    const binder = new BinderKey(sha256, bytes[0]);
    const exporter = new ExporterSecret(sha256, bytes[1]);
    const traffic = new TrafficSecret(sha256, bytes[2]);
    for (const secret of [binder, exporter, traffic]) secret.wipe();
    expect(bytes.every(secret => secret.every(byte => byte === 0))).toBe(true);
    expect(() => binder.verifyData(someHash)).toThrow(consumed);
    expect(() => exporter.export('x', someHash, 1)).toThrow(consumed);
    expect(() => exporter.secret).toThrow(consumed);
  });
});

describe('ExporterSecret', () => {
  const exporter = () => new ExporterSecret(sha256, new Uint8Array(32).fill(8));
  const none = new Uint8Array(0);

  it('depends on label, context and length', () => {
    const values = [
      exporter().export('a', none, 32),
      exporter().export('b', none, 32),
      exporter().export('a', Uint8Array.of(0), 32),
      // The length is part of the derivation: a shorter value is no prefix of a longer one.
      exporter().export('a', none, 33).subarray(0, 32),
    ];
    expect(new Set(values.map(toHex)).size).toBe(4);
  });

  it('follows the formula of RFC 9846 §7.5', () => {
    const secret = deriveSecret(sha256, new Uint8Array(32).fill(8), 'EXPORTER-x', sha256.digest());
    const context = new Uint8Array(1000).fill(1);
    const expected = deriveSecret(sha256, secret, 'exporter', sha256.digest(context));
    expect(exporter().export('EXPORTER-x', context, 32)).toEqual(expected);
  });

  it('takes an empty label, as others do', () => {
    const info = (label: string, hash: Uint8Array) =>
      Uint8Array.of(0, 32, 6 + label.length, ...new TextEncoder().encode(`tls13 ${label}`), 32, ...hash);
    const empty = sha256.digest();
    const secret = new Uint8Array(hkdfExpand(sha256, new Uint8Array(32).fill(8), info('', empty), 32));
    const expected = hkdfExpand(sha256, secret, info('exporter', empty), 32);
    expect(exporter().export('', none, 32)).toEqual(expected);
  });

  it('keeps to the bounds of HKDF', () => {
    expect(exporter().export('x'.repeat(249), none, 255 * 32)).toHaveLength(255 * 32);
    for (const length of [0, -1, 1.5, 255 * 32 + 1]) {
      expect(() => exporter().export('x', none, length)).toThrow(RangeError);
    }
    for (const label of ['x'.repeat(250), 'ü']) expect(() => exporter().export(label, none, 1)).toThrow(RangeError);
  });
});
