/**
 * ServerKeyExchange and ClientKeyExchange of TLS 1.2, whose bodies depend on the cipher suite (RFC 5246 §7.4.3, §7.4.7; RFC 8422
 * §5.4, §5.7; RFC 4279 §2 to §4; RFC 5489 §2).
 */
import { type Codec, DecodeError, declared, decode, encode, opaqueVector, struct, uint8 } from '@tlskit/tls-wire';
import type { CertificateVerify } from './authentication.ts';
import type { CipherSuiteInfo12 } from './registries/cipher-suites12.ts';
import { namedGroupCode } from './registries/groups.ts';
import { signatureSchemeCode } from './registries/signature-schemes.ts';

/** What of a cipher suite decides the form of the messages. */
export type KeyExchangeKind = Pick<CipherSuiteInfo12, 'keyExchange' | 'authentication'>;

/** ServerDHParams (RFC 5246 §7.4.3): numbers, big-endian, whose range is for the receiver to check. */
export interface ServerDhParams {
  readonly dh_p: Uint8Array;
  readonly dh_g: Uint8Array;
  /** The server's share. */
  readonly dh_Ys: Uint8Array;
}

/** ServerECDHParams (RFC 8422 §5.4), of a named curve: RFC 8422 does away with all others. */
export interface ServerEcdhParams {
  /** 3, `named_curve`. */
  readonly curve_type: number;
  /** A NamedGroup. */
  readonly namedcurve: number;
  /** The server's share. */
  readonly public: Uint8Array;
}

/** The fields that the suite has, in this order. */
export interface ServerKeyExchange12 {
  /** Of PSK suites; empty where there is only something else to say (RFC 4279 §5.2). At most 2^16-1 bytes. */
  readonly psk_identity_hint?: Uint8Array;
  /** Of `DHE`. */
  readonly dh_params?: ServerDhParams;
  /** Of `ECDHE`. */
  readonly ecdh_params?: ServerEcdhParams;
  /** `digitally-signed`, of suites whose certificate signs: over both randoms and {@link signedParams}. */
  readonly signed_params?: CertificateVerify;
}

/** The fields that the suite has, in this order. */
export interface ClientKeyExchange12 {
  /** Of PSK suites. At most 2^16-1 bytes. */
  readonly psk_identity?: Uint8Array;
  /** Of `RSA`: EncryptedPreMasterSecret. */
  readonly encrypted_pre_master_secret?: Uint8Array;
  /** Of `DHE` and `DH`: the client's share, a number. */
  readonly dh_Yc?: Uint8Array;
  /** Of `ECDHE` and `ECDH`: the client's share. */
  readonly ecdh_Yc?: Uint8Array;
}

/** `ECCurveType.named_curve` (RFC 8422 §5.4). */
export const NAMED_CURVE = 3;

/** Whether the server sends ServerKeyExchange: with plain PSK and RSA_PSK only for its hint (RFC 5246 §7.4.3, RFC 4279 §2, §4). */
export function serverKeyExchangeIs({ keyExchange, authentication }: KeyExchangeKind): 'sent' | 'optional' | 'absent' {
  if (keyExchange === 'DHE' || keyExchange === 'ECDHE') return 'sent';
  return authentication === 'PSK' ? 'optional' : 'absent';
}

/** The body of a suite's ServerKeyExchange. One of a suite that sends none has no fields. */
export function serverKeyExchangeBody({ keyExchange, authentication }: KeyExchangeKind): Codec<ServerKeyExchange12> {
  const signed = authentication !== 'PSK' && authentication !== 'anon';
  return struct('ServerKeyExchange', {
    ...(authentication === 'PSK' && { psk_identity_hint: opaqueVector(0, 2 ** 16 - 1) }),
    ...(keyExchange === 'DHE' && { dh_params: serverDhParams }),
    ...(keyExchange === 'ECDHE' && { ecdh_params: serverEcdhParams }),
    ...((keyExchange === 'DHE' || keyExchange === 'ECDHE') && signed && { signed_params: digitallySigned }),
  }) as Codec<ServerKeyExchange12>;
}

/** The body of a suite's ClientKeyExchange, with an explicit share for `DH` and `ECDH`: the client has no such certificate. */
export function clientKeyExchangeBody({ keyExchange, authentication }: KeyExchangeKind): Codec<ClientKeyExchange12> {
  return struct('ClientKeyExchange', {
    ...(authentication === 'PSK' && { psk_identity: opaqueVector(0, 2 ** 16 - 1) }),
    ...(keyExchange === 'RSA' && { encrypted_pre_master_secret: opaqueVector(0, 2 ** 16 - 1) }),
    ...((keyExchange === 'DHE' || keyExchange === 'DH') && { dh_Yc: opaqueVector(1, 2 ** 16 - 1) }),
    ...((keyExchange === 'ECDHE' || keyExchange === 'ECDH') && { ecdh_Yc: point }),
  }) as Codec<ClientKeyExchange12>;
}

/**
 * What the signature of a ServerKeyExchange is over, behind ClientHello.random and ServerHello.random (RFC 5246 §7.4.3, RFC
 * 8422 §5.4): the bytes of the parameters as they were received.
 * @param body of a suite with certificates, well-formed
 * @returns a view of `body`
 */
export function signedParams(kind: KeyExchangeKind, body: Uint8Array): Uint8Array {
  // Whatever decodes encodes to the same bytes, so their number is that of the bytes that were read.
  const { dh_params, ecdh_params } = decode(serverKeyExchangeBody(kind), body);
  return body.subarray(0, encodeServerParams({ dh_params, ecdh_params }).length);
}

/** ServerDHParams or ServerECDHParams alone: what a server signs before it sends them. */
export function encodeServerParams(params: {
  readonly dh_params?: ServerDhParams | undefined;
  readonly ecdh_params?: ServerEcdhParams | undefined;
}): Uint8Array {
  if (params.dh_params !== undefined) return encode(serverDhParams, params.dh_params);
  return params.ecdh_params === undefined ? new Uint8Array(0) : encode(serverEcdhParams, params.ecdh_params);
}

const serverDhParams: Codec<ServerDhParams> = /* @__PURE__ */ declared(() =>
  struct('ServerDHParams', {
    dh_p: opaqueVector(1, 2 ** 16 - 1),
    dh_g: opaqueVector(1, 2 ** 16 - 1),
    dh_Ys: opaqueVector(1, 2 ** 16 - 1),
  }),
);

const point = /* @__PURE__ */ opaqueVector(1, 2 ** 8 - 1);

/** Behind another type stands a curve by its coefficients, which RFC 8422 §5.4 does away with; nobody knows where it ends. */
const curveType: Codec<number> = {
  type: 'ECCurveType',
  encode: (writer, value) => uint8.encode(writer, value),
  decode(reader) {
    const at = reader.offset;
    const value = uint8.decode(reader);
    if (value !== NAMED_CURVE) throw new DecodeError(`ECCurveType: ${value} is not named_curve`, at);
    return value;
  },
};

const serverEcdhParams: Codec<ServerEcdhParams> = /* @__PURE__ */ struct('ServerECDHParams', {
  curve_type: curveType,
  namedcurve: namedGroupCode,
  public: point,
});

/** `digitally-signed` (RFC 5246 §4.7). */
const digitallySigned: Codec<CertificateVerify> = /* @__PURE__ */ declared(() =>
  struct('DigitallySigned', {
    algorithm: signatureSchemeCode,
    signature: opaqueVector(0, 2 ** 16 - 1),
  }),
);
