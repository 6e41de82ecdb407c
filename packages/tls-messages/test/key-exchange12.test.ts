/** ServerKeyExchange and ClientKeyExchange in each of their forms. */
import { annotate, type Codec, DecodeError, decode, encode, fromHex, toHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnyCipherSuite } from '../src/index.ts';
import {
  cipherSuiteInfo12,
  clientKeyExchangeBody,
  encodeServerParams,
  type KeyExchangeKind,
  serverKeyExchangeBody,
  serverKeyExchangeIs,
  signedParams,
} from '../src/tls12.ts';
import { declaredVectors, rfcsAbsent, rfcText } from './rfc.ts';

const bytes = (minLength: number, maxLength = 20) => fc.uint8Array({ minLength, maxLength });
const dh_params = fc.record({ dh_p: bytes(1), dh_g: bytes(1), dh_Ys: bytes(1) });
const ecdh_params = fc.record({ curve_type: fc.constant(3), namedcurve: fc.nat(65535), public: bytes(1) });
const signed_params = fc.record({ algorithm: fc.nat(65535), signature: bytes(0) });
const psk_identity_hint = bytes(0);
const psk_identity = bytes(0);
const dh_Yc = bytes(1);
const ecdh_Yc = bytes(1);
const encrypted_pre_master_secret = bytes(0);

type Arbitraries = Record<string, fc.Arbitrary<unknown>>;

/** Of each family one suite, the fields of both messages, and whether the server sends its own. */
const forms: readonly [suite: string, server: Arbitraries, client: Arbitraries, sent: string][] = [
  ['TLS_RSA_WITH_AES_128_CBC_SHA', {}, { encrypted_pre_master_secret }, 'absent'],
  ['TLS_DHE_RSA_WITH_AES_128_CBC_SHA', { dh_params, signed_params }, { dh_Yc }, 'sent'],
  ['TLS_DHE_DSS_WITH_AES_128_CBC_SHA', { dh_params, signed_params }, { dh_Yc }, 'sent'],
  ['TLS_DH_anon_WITH_AES_128_CBC_SHA', { dh_params }, { dh_Yc }, 'sent'],
  ['TLS_DH_RSA_WITH_AES_128_CBC_SHA', {}, { dh_Yc }, 'absent'],
  ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', { ecdh_params, signed_params }, { ecdh_Yc }, 'sent'],
  ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', { ecdh_params, signed_params }, { ecdh_Yc }, 'sent'],
  ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA', { ecdh_params }, { ecdh_Yc }, 'sent'],
  ['TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA', {}, { ecdh_Yc }, 'absent'],
  ['TLS_PSK_WITH_AES_128_CBC_SHA', { psk_identity_hint }, { psk_identity }, 'optional'],
  ['TLS_DHE_PSK_WITH_AES_128_CBC_SHA', { psk_identity_hint, dh_params }, { psk_identity, dh_Yc }, 'sent'],
  ['TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA', { psk_identity_hint, ecdh_params }, { psk_identity, ecdh_Yc }, 'sent'],
  [
    'TLS_RSA_PSK_WITH_AES_128_CBC_SHA',
    { psk_identity_hint },
    { psk_identity, encrypted_pre_master_secret },
    'optional',
  ],
];

const kindOf = (suite: string) => cipherSuiteInfo12(AnyCipherSuite.valueOf(suite) as number) as KeyExchangeKind;

describe.each(forms)('%s', (suite, server, client, sent) => {
  const kind = kindOf(suite);

  it('has a ServerKeyExchange, or none', () => {
    expect(serverKeyExchangeIs(kind)).toBe(sent);
  });

  it.each([
    ['ServerKeyExchange', serverKeyExchangeBody(kind) as Codec<object>, server],
    ['ClientKeyExchange', clientKeyExchangeBody(kind) as Codec<object>, client],
  ] as const)('%s comes back from its bytes, and fails at every prefix', (_name, codec, fields) => {
    fc.assert(
      fc.property(fc.record(fields), value => {
        const raw = encode(codec, value as never);
        const back = decode(codec, raw);
        expect(back).toEqual(value);
        expect(toHex(encode(codec, back))).toBe(toHex(raw));
        for (let length = 0; length < raw.length; length++) {
          expect(() => decode(codec, raw.subarray(0, length))).toThrow(DecodeError);
        }
        expect(() => decode(codec, Uint8Array.from([...raw, 0]))).toThrow(DecodeError);
        const named = annotate(codec, raw).annotations[0]?.children.map(({ label }) => label);
        expect(named).toEqual(Object.keys(fields));
      }),
      { numRuns: 40 },
    );
  });

  it('takes hostile bytes for what they are, or for nothing', () => {
    for (const codec of [serverKeyExchangeBody(kind), clientKeyExchangeBody(kind)] as Codec<object>[]) {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 60, size: 'max' }), data => {
          try {
            expect(toHex(encode(codec, decode(codec, data) as never))).toBe(toHex(data));
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
        }),
      );
    }
  });

  if ('signed_params' in server) {
    it('signs what comes before the signature, as it came', () => {
      fc.assert(
        fc.property(fc.record(server), value => {
          const params = encodeServerParams(value as never);
          const raw = encode(serverKeyExchangeBody(kind), value as never);
          const signed = signedParams(kind, raw);
          expect(toHex(signed)).toBe(toHex(params));
          expect([signed.buffer, signed.byteOffset]).toEqual([raw.buffer, raw.byteOffset]);
        }),
        { numRuns: 40 },
      );
    });
  }
});

describe('on the wire', () => {
  it('the parameters of a curve are type, curve and point (RFC 8422 §5.4)', () => {
    const raw = fromHex('03001d04aabbccdd040300020102');
    expect(decode(serverKeyExchangeBody(kindOf('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256')), raw)).toEqual({
      ecdh_params: { curve_type: 3, namedcurve: 29, public: fromHex('aabbccdd') },
      signed_params: { algorithm: 0x0403, signature: fromHex('0102') },
    });
  });

  it.each([1, 2, 0, 255])('a curve of type %d is refused', type => {
    const codec = serverKeyExchangeBody(kindOf('TLS_ECDH_anon_WITH_AES_128_CBC_SHA'));
    expect(() => decode(codec, Uint8Array.of(type, 0, 29, 1, 5))).toThrow(/named_curve/);
  });
});

// Skipped where the texts of the RFCs were not put beside the project.
describe.skipIf(rfcsAbsent)('bounds are those that the RFCs declare', () => {
  it.each([
    ['dh_p', 'rfc5246.txt', 1, 65535],
    ['dh_g', 'rfc5246.txt', 1, 65535],
    ['dh_Ys', 'rfc5246.txt', 1, 65535],
    ['dh_Yc', 'rfc5246.txt', 1, 65535],
    ['point', 'rfc8422.txt', 1, 255],
  ] as const)('%s of %s', (name, file, min, max) => {
    expect(declaredVectors(rfcText(file)).get(name)).toContainEqual([min, max]);
    const [suite, field] = name === 'point' ? ['ECDH', 'public'] : ['DH', name];
    const kind = kindOf(`TLS_${suite}_anon_WITH_AES_128_CBC_SHA`);
    const types = ([serverKeyExchangeBody(kind), clientKeyExchangeBody(kind)] as Codec<object>[]).flatMap(codec => {
      const sample =
        suite === 'DH'
          ? { dh_params: { dh_p: [1], dh_g: [1], dh_Ys: [1] }, dh_Yc: [1] }
          : { ecdh_params: { curve_type: 3, namedcurve: 1, public: [1] }, ecdh_Yc: [1] };
      const value = JSON.parse(JSON.stringify(sample), (_key, inner) =>
        Array.isArray(inner) ? Uint8Array.from(inner) : inner,
      );
      const visit = (node: { label: string; type: string; children: readonly never[] }): string[] => [
        ...(node.label === field ? [node.type] : []),
        ...node.children.flatMap(visit),
      ];
      return annotate(codec, encode(codec, value)).annotations.flatMap(node => visit(node as never));
    });
    expect(types).toContain(`opaque<${min}..${max === 255 ? '2^8-1' : '2^16-1'}>`);
  });
});
