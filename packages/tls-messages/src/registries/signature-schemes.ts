/** IANA "TLS SignatureScheme" (RFC 9846 §4.3.3, §B.3.1.3; draft-ietf-tls-mldsa): code points, and what each asks of a key. */
import type { CurveName, HashName, KeyAlgorithm, KeyName, MlDsaSet, SignatureAlgorithm } from '@tlskit/tls-crypto';
import { declared, type Enumerated, enumerated, registry } from '@tlskit/tls-wire';

/** Signature algorithms; in TLS 1.2 the same two bytes are a hash and a signature algorithm (RFC 5246 §7.4.1.4.1). */
export const SignatureScheme = /* @__PURE__ */ registry('SignatureScheme', 2, {
  rsa_pkcs1_sha1: 0x0201,
  dsa_sha1_RESERVED: 0x0202,
  ecdsa_sha1: 0x0203,
  rsa_pkcs1_sha224: 0x0301,
  dsa_sha224_RESERVED: 0x0302,
  ecdsa_sha224: 0x0303,
  rsa_pkcs1_sha256: 0x0401,
  dsa_sha256_RESERVED: 0x0402,
  ecdsa_secp256r1_sha256: 0x0403,
  rsa_pkcs1_sha256_legacy: 0x0420,
  rsa_pkcs1_sha384: 0x0501,
  dsa_sha384_RESERVED: 0x0502,
  ecdsa_secp384r1_sha384: 0x0503,
  rsa_pkcs1_sha384_legacy: 0x0520,
  rsa_pkcs1_sha512: 0x0601,
  dsa_sha512_RESERVED: 0x0602,
  ecdsa_secp521r1_sha512: 0x0603,
  rsa_pkcs1_sha512_legacy: 0x0620,
  eccsi_sha256: 0x0704,
  iso_ibs1: 0x0705,
  iso_ibs2: 0x0706,
  iso_chinese_ibs: 0x0707,
  sm2sig_sm3: 0x0708,
  gostr34102012_256a: 0x0709,
  gostr34102012_256b: 0x070a,
  gostr34102012_256c: 0x070b,
  gostr34102012_256d: 0x070c,
  gostr34102012_512a: 0x070d,
  gostr34102012_512b: 0x070e,
  gostr34102012_512c: 0x070f,
  rsa_pss_rsae_sha256: 0x0804,
  rsa_pss_rsae_sha384: 0x0805,
  rsa_pss_rsae_sha512: 0x0806,
  ed25519: 0x0807,
  ed448: 0x0808,
  rsa_pss_pss_sha256: 0x0809,
  rsa_pss_pss_sha384: 0x080a,
  rsa_pss_pss_sha512: 0x080b,
  ecdsa_brainpoolP256r1tls13_sha256: 0x081a,
  ecdsa_brainpoolP384r1tls13_sha384: 0x081b,
  ecdsa_brainpoolP512r1tls13_sha512: 0x081c,
  mldsa44: 0x0904,
  mldsa65: 0x0905,
  mldsa87: 0x0906,
});

/** Code points of {@link SignatureScheme}, without its names. */
export const signatureSchemeCode: Enumerated = /* @__PURE__ */ enumerated('SignatureScheme', 2);

/** What a signature scheme is, as TLS 1.3 reads its code point. */
export interface SignatureSchemeInfo {
  /** The code point. */
  readonly code: number;
  /** IANA's name. */
  readonly name: string;
  /** What a provider is asked to do. */
  readonly algorithm: SignatureAlgorithm;
  /** The kinds of key that such signatures are made with, of which a provider must know one to have the scheme. */
  readonly keys: readonly KeyName[];
  /**
   * Whether a key can make, and so check, this signature in TLS 1.3: ECDSA schemes bind the curve, `rsae` and `pss` tell
   * the two kinds of RSA key apart (RFC 9846 §4.3.3), and the modulus must be long enough for the encoding.
   */
  readonly key: (algorithm: KeyAlgorithm) => boolean;
  /** Whether it may stand in a CertificateVerify of TLS 1.3; the others are for signatures in certificates only. */
  readonly handshake13: boolean;
}

/** The scheme by code point, or undefined where providers cannot do it. */
export function signatureSchemeInfo(code: number): SignatureSchemeInfo | undefined {
  return schemes.get(code);
}

/** The name of a scheme, for messages to people: of one that providers know, or the number of another. */
export function signatureSchemeName(code: number): string {
  return signatureSchemeInfo(code)?.name ?? signatureSchemeCode.label(code);
}

const curves = ['secp256r1', 'secp384r1', 'secp521r1'] as const satisfies readonly CurveName[];

type SchemeName = keyof typeof SignatureScheme.values;

const hashLengths = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const satisfies Record<HashName, number>;

/** DER of DigestInfo before the hash, in bytes (RFC 8017 §9.2 note 1). */
const digestInfoLengths = { sha1: 15, sha256: 19, sha384: 19, sha512: 19 } as const satisfies Record<HashName, number>;

function info(
  code: number,
  name: SchemeName,
  algorithm: SignatureAlgorithm,
  keys: readonly KeyName[],
  key: (algorithm: KeyAlgorithm) => boolean,
  handshake13: boolean,
): SignatureSchemeInfo {
  return { code, name, algorithm, keys, key, handshake13 };
}

/** RFC 9846 §4.3.3: these "apply to signatures in certificates only". */
function pkcs1(code: number, name: SchemeName, hash: HashName): SignatureSchemeInfo {
  // EMSA-PKCS1-v1_5 needs eleven bytes beside the DigestInfo (RFC 8017 §9.2).
  const length = digestInfoLengths[hash] + hashLengths[hash] + 11;
  const key = (k: KeyAlgorithm) => k.type === 'rsa' && k.pssOnly === undefined && Math.ceil(k.bits / 8) >= length;
  return info(code, name, { type: 'rsa-pkcs1', hash }, ['rsa'], key, false);
}

function ecdsa(code: number, name: SchemeName, hash: HashName, curve?: CurveName): SignatureSchemeInfo {
  const keys = (curve === undefined ? curves : [curve]).map(each => `ecdsa-${each}` as const);
  const key = (k: KeyAlgorithm) => k.type === 'ec' && (curve === undefined || k.curve === curve);
  // RFC 9846 §4.3.3: ecdsa_sha1 names no curve and is for certificates only.
  return info(code, name, { type: 'ecdsa', hash }, keys, key, curve !== undefined);
}

/** "The length of the Salt MUST be equal to the length of the output of the digest algorithm" (RFC 9846 §4.3.3). */
function pss(code: number, name: SchemeName, hash: HashName, keyKind: 'rsae' | 'pss'): SignatureSchemeInfo {
  const saltLength = hashLengths[hash];
  const key = (k: KeyAlgorithm): boolean => {
    if (k.type !== 'rsa') return false;
    // EMSA-PSS works on one bit less than the modulus, and needs two bytes beside hash and salt (RFC 8017 §9.1.1).
    if (Math.ceil((k.bits - 1) / 8) < hashLengths[hash] + saltLength + 2) return false;
    if (keyKind === 'rsae') return k.pssOnly === undefined;
    return (
      k.pssOnly !== undefined &&
      (k.pssOnly.hash ?? hash) === hash &&
      (k.pssOnly.mgfHash ?? hash) === hash &&
      (k.pssOnly.minSaltLength ?? 0) <= saltLength
    );
  };
  return info(code, name, { type: 'rsa-pss', hash, mgfHash: hash, saltLength }, ['rsa'], key, true);
}

/** draft-ietf-tls-mldsa: in CertificateVerify and in certificates, of TLS 1.3 alone. */
function mlDsa(code: number, name: SchemeName, set: MlDsaSet): SignatureSchemeInfo {
  return info(code, name, { type: 'ml-dsa', set }, [`ml-dsa-${set}`], k => k.type === 'ml-dsa' && k.set === set, true);
}

const schemes: ReadonlyMap<number, SignatureSchemeInfo> = /* @__PURE__ */ declared(
  () =>
    new Map(
      [
        pkcs1(0x0201, 'rsa_pkcs1_sha1', 'sha1'),
        pkcs1(0x0401, 'rsa_pkcs1_sha256', 'sha256'),
        pkcs1(0x0501, 'rsa_pkcs1_sha384', 'sha384'),
        pkcs1(0x0601, 'rsa_pkcs1_sha512', 'sha512'),
        ecdsa(0x0203, 'ecdsa_sha1', 'sha1'),
        ecdsa(0x0403, 'ecdsa_secp256r1_sha256', 'sha256', 'secp256r1'),
        ecdsa(0x0503, 'ecdsa_secp384r1_sha384', 'sha384', 'secp384r1'),
        ecdsa(0x0603, 'ecdsa_secp521r1_sha512', 'sha512', 'secp521r1'),
        pss(0x0804, 'rsa_pss_rsae_sha256', 'sha256', 'rsae'),
        pss(0x0805, 'rsa_pss_rsae_sha384', 'sha384', 'rsae'),
        pss(0x0806, 'rsa_pss_rsae_sha512', 'sha512', 'rsae'),
        pss(0x0809, 'rsa_pss_pss_sha256', 'sha256', 'pss'),
        pss(0x080a, 'rsa_pss_pss_sha384', 'sha384', 'pss'),
        pss(0x080b, 'rsa_pss_pss_sha512', 'sha512', 'pss'),
        info(0x0807, 'ed25519', { type: 'ed25519' }, ['ed25519'], k => k.type === 'ed25519', true),
        info(0x0808, 'ed448', { type: 'ed448' }, ['ed448'], k => k.type === 'ed448', true),
        mlDsa(0x0904, 'mldsa44', 44),
        mlDsa(0x0905, 'mldsa65', 65),
        mlDsa(0x0906, 'mldsa87', 87),
      ].map(scheme => [scheme.code, scheme]),
    ),
);
