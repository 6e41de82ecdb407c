/** What the cipher suites of TLS 1.2 are made of, in the terms of `@tlskit/tls-crypto`. */
import type { AeadName, BlockCipherName, HashName } from '@tlskit/tls-crypto';
import { AnyCipherSuite } from './any-cipher-suite.ts';
import { type CipherSuiteAttributes, parseCipherSuiteName } from './cipher-suite-names.ts';
import type { CipherSuiteInfo } from './cipher-suites.ts';

/** What protects records (RFC 5246 §6.2.3). */
export type CipherSuiteProtection12 =
  | { readonly type: 'aead'; readonly aead: AeadName }
  | { readonly type: 'cbc'; readonly cipher: BlockCipherName; readonly mac: HashName }
  /** No secrecy: a MAC alone. */
  | { readonly type: 'null'; readonly mac: HashName };

/** What a cipher suite of TLS 1.2 is made of. */
export interface CipherSuiteInfo12 {
  /** The code point. */
  readonly code: number;
  /** IANA's name. */
  readonly name: string;
  /** The one protocol version that the suite is for, here: TLS 1.3 does not know it, and earlier versions are not spoken. */
  readonly version: 0x0303;
  /** `DH` and `ECDH` have the server's share in its certificate; `DHE` and `ECDHE`, also of `anon`, in ServerKeyExchange. */
  readonly keyExchange: 'RSA' | 'DH' | 'DHE' | 'ECDH' | 'ECDHE' | 'PSK';
  /** The key that signs, or that the certificate holds; with `PSK` beside `RSA` there is a certificate as well (RFC 4279 §4). */
  readonly authentication: 'RSA' | 'DSS' | 'ECDSA' | 'PSK' | 'anon';
  readonly protection: CipherSuiteProtection12;
  /** The hash of PRF, transcript and Finished (RFC 5246 §5). */
  readonly hash: 'sha256' | 'sha384';
}

/** Of either version, told by `version`. */
export type AnyCipherSuiteInfo = CipherSuiteInfo | CipherSuiteInfo12;

/**
 * The suite by code point, or undefined where it is not of TLS 1.2, may be exported, is without key exchange, or has what tlskit
 * does not do: RC4, RC2, DES, IDEA, SEED, Camellia, ARIA, MD5, Kerberos, SRP, passwords.
 */
export function cipherSuiteInfo12(code: number): CipherSuiteInfo12 | undefined {
  if (known.has(code)) return known.get(code);
  const name = AnyCipherSuite.nameOf(code);
  // A peer may ask for all numbers that there are; those with a name are few.
  if (name === undefined) return undefined;
  const info = infoOf(code, name);
  known.set(code, info);
  return info;
}

/** Those that were asked for: to take all names apart at the start would cost every program that has TLS 1.2. */
const known: Map<number, CipherSuiteInfo12 | undefined> = /* @__PURE__ */ new Map();

function infoOf(code: number, name: string): CipherSuiteInfo12 | undefined {
  const attributes = parseCipherSuiteName(name);
  if (attributes === undefined || attributes.exportable) return undefined;
  const { authentication } = attributes;
  const keyExchange = authentication === 'anon' ? ephemeral(attributes.keyExchange) : attributes.keyExchange;
  const protection = protectionOf(attributes);
  if (protection === undefined || !isKeyExchange(keyExchange) || !isAuthentication(authentication)) return undefined;
  return {
    code,
    name,
    version: 0x0303,
    keyExchange,
    authentication,
    protection,
    hash: attributes.prf === 'SHA384' ? 'sha384' : 'sha256',
  };
}

function protectionOf({ cipher, keyBits, mode, mac }: CipherSuiteAttributes): CipherSuiteProtection12 | undefined {
  if (cipher === 'CHACHA20') return { type: 'aead', aead: 'chacha20-poly1305' };
  const hash = mac === 'SHA' ? 'sha1' : mac === 'SHA256' ? 'sha256' : mac === 'SHA384' ? 'sha384' : undefined;
  if (hash === undefined) {
    const aead = `${cipher}_${keyBits}_${mode}`.toLowerCase().replaceAll('_', '-');
    return isAead(aead) ? { type: 'aead', aead } : undefined;
  }
  if (cipher === 'NULL') return { type: 'null', mac: hash };
  if (cipher === '3DES_EDE') return { type: 'cbc', cipher: '3des-ede-cbc', mac: hash };
  return cipher === 'AES'
    ? { type: 'cbc', cipher: keyBits === 128 ? 'aes-128-cbc' : 'aes-256-cbc', mac: hash }
    : undefined;
}

function ephemeral(keyExchange: CipherSuiteAttributes['keyExchange']): CipherSuiteAttributes['keyExchange'] {
  return keyExchange === 'DH' ? 'DHE' : keyExchange === 'ECDH' ? 'ECDHE' : keyExchange;
}

const aeads = ['aes-128-gcm', 'aes-256-gcm', 'aes-128-ccm', 'aes-256-ccm', 'aes-128-ccm-8', 'aes-256-ccm-8'] as const;
const exchanges = ['RSA', 'DH', 'DHE', 'ECDH', 'ECDHE', 'PSK'] as const;
const authentications = ['RSA', 'DSS', 'ECDSA', 'PSK', 'anon'] as const;

function isAead(name: string): name is (typeof aeads)[number] {
  return (aeads as readonly string[]).includes(name);
}

function isKeyExchange(name: string): name is CipherSuiteInfo12['keyExchange'] {
  return (exchanges as readonly string[]).includes(name);
}

function isAuthentication(name: string): name is CipherSuiteInfo12['authentication'] {
  return (authentications as readonly string[]).includes(name);
}
