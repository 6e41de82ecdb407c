/** Every cipher suite that has a number, what its name says, and what the library does with it. */
import { type CryptoProvider, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { tls12 } from '@tlskit/tls-engine/tls12';
import { tls13 } from '@tlskit/tls-engine/tls13';
import { AnyCipherSuite, cipherSuiteInfo } from '@tlskit/tls-messages';
import { type CipherSuiteAttributes, parseCipherSuiteName } from '@tlskit/tls-messages/tls12';
import { choices, type Settings, type Version } from '../lab/settings.ts';

/** Offered where nobody names any; only where `cipherSuites` names it; only where `legacy` does; not at all. */
export type Use = 'default' | 'named' | 'legacy' | 'never';

/** The newest version that may use it; `none` for what only signals something. */
export type SuiteVersion = '1.3' | '1.2' | '≤ 1.2' | '≤ 1.1' | '≤ 1.0' | 'none';

/** What is not known, or does not apply, is undefined. */
export interface SuiteRow {
  readonly name: string;
  readonly code: number;
  readonly version: SuiteVersion;
  /** In TLS 1.3 it is negotiated apart: `any`. */
  readonly keyExchange: string | undefined;
  readonly authentication: string | undefined;
  readonly cipher: string | undefined;
  readonly mode: string | undefined;
  /** Of the MAC of each record, where the cipher is no AEAD. */
  readonly mac: string | undefined;
  /** Of transcript, PRF or HKDF, in the newest version. */
  readonly hash: string | undefined;
  readonly forwardSecrecy: 'yes' | 'no' | 'exchange' | undefined;
  readonly keyBits: number | undefined;
  /** Bytes that are made with the keys, and bytes in each record. */
  readonly iv: readonly [number, number] | undefined;
  /** Bytes. */
  readonly tag: number | undefined;
  readonly use: Use;
  /** The settings of this page by which it is seen. */
  readonly settings: Pick<Settings, 'version' | 'suite'> | undefined;
}

/** @param provider whose algorithms decide what the library can do */
export function suiteRows(provider: CryptoProvider): readonly SuiteRow[] {
  return Object.entries(AnyCipherSuite.values).map(([name, code]) => ({
    name,
    code,
    ...(parts13(code, provider) ?? parts12(name) ?? named(name)),
    use: useOf(name, code, provider),
    settings: settingsOf(name),
  }));
}

/** All algorithms that there are, old ones too. */
export async function wholeProvider(): Promise<CryptoProvider> {
  const [{ ccm }, { legacyExtras }] = await Promise.all([
    import('@tlskit/tls-crypto-noble/more'),
    import('@tlskit/tls-crypto-noble/legacy'),
  ]);
  return withExtras(createNobleProvider(), ccm, ...legacyExtras);
}

type Parts = Omit<SuiteRow, 'name' | 'code' | 'use' | 'settings'>;

const unknown: Parts = {
  version: 'none',
  keyExchange: undefined,
  authentication: undefined,
  cipher: undefined,
  mode: undefined,
  mac: undefined,
  hash: undefined,
  forwardSecrecy: undefined,
  keyBits: undefined,
  iv: undefined,
  tag: undefined,
};

/** RFC 9846 §B.4: an AEAD and a hash. The nonce is made with the keys alone (§5.3). */
function parts13(code: number, { aeads }: CryptoProvider): Parts | undefined {
  const info = cipherSuiteInfo(code);
  const aead = info && aeads[info.aead];
  if (aead === undefined) return undefined;
  return {
    ...named(info?.name ?? ''),
    keyBits: aead.keyLength * 8,
    iv: [aead.nonceLength, 0],
    tag: aead.tagLength,
  };
}

function parts12(name: string): Parts | undefined {
  const parts = parseCipherSuiteName(name);
  if (parts === undefined) return undefined;
  const { keyExchange, authentication, cipher, mode, mac, prf, keyBits, fixedIvLength, recordIvLength, tagLength } =
    parts;
  const version = versionOf(parts);
  return {
    version,
    keyExchange,
    authentication,
    cipher,
    mode,
    mac,
    // Before TLS 1.2 the PRF was of both, for every suite (RFC 4346 §5).
    hash: version === '≤ 1.0' || version === '≤ 1.1' ? 'MD5+SHA-1' : prf,
    forwardSecrecy: isForwardSecret(parts) ? 'yes' : 'no',
    keyBits,
    iv: [fixedIvLength, recordIvLength],
    tag: tagLength,
  };
}

/** In TLS 1.3 these are agreed on apart from the suite. */
const apart = { version: '1.3', keyExchange: 'any', authentication: 'any', forwardSecrecy: 'exchange' } as const;

/** Names without a key exchange: `TLS_cipher_mode_hash` of TLS 1.3, GOST's, and signalling values. */
function named(name: string): Parts {
  // RFC 9150: a MAC, and nothing is encrypted.
  const [, mac, of] = /^TLS_(SHA\d+)_(SHA\d+)$/.exec(name) ?? [];
  if (mac !== undefined) return { ...unknown, ...apart, cipher: 'NULL', mac, hash: of };
  const [, suite, hash] = /^TLS_(.+)_(SHA\d+|SM3)$/.exec(name) ?? [];
  if (suite !== undefined && !name.includes('_WITH_')) {
    const [, cipher = suite, mode] = /^(.+?)(?:_\d+L?)?_(GCM|CCM(?:_8)?|POLY1305)$/.exec(suite) ?? [];
    return { ...unknown, ...apart, cipher, mode, hash };
  }
  // RFC 9367: what stands where the key exchange stood is the hash.
  const [, gost, block, mgm] = /^TLS_(GOST\w+)_WITH_(\w+?)_(MGM_[LS])$/.exec(name) ?? [];
  if (gost !== undefined) return { ...unknown, ...apart, cipher: block, mode: mgm, hash: gost };
  const [, exchange, cipher] = /^TLS_(GOST\w+)_WITH_(\w+)$/.exec(name) ?? [];
  if (exchange === undefined) return unknown;
  return { ...unknown, version: '1.2', keyExchange: exchange, cipher };
}

/** RFC 5246 §A.5, RFC 5469, RFC 4346 §A.5: what came with TLS 1.2, and what went before. */
function versionOf({ mac, cipher, exportable }: CipherSuiteAttributes): SuiteVersion {
  if (exportable) return '≤ 1.0';
  if (cipher === 'IDEA' || cipher === 'DES') return '≤ 1.1';
  return mac === undefined || mac === 'SHA256' || mac === 'SHA384' ? '1.2' : '≤ 1.2';
}

/** Whether old connections stay secret when a key or password becomes known: the share of the server is fresh each time. */
function isForwardSecret({ keyExchange, authentication }: CipherSuiteAttributes): boolean {
  if (keyExchange === 'DH' || keyExchange === 'ECDH') return authentication === 'anon';
  return ['DHE', 'ECDHE', 'SRP', 'ECCPWD'].includes(keyExchange);
}

function useOf(name: string, code: number, provider: CryptoProvider): Use {
  const version = [tls13, tls12].find(({ handshake }) => handshake.suiteInfo(code) !== undefined);
  const names = version?.handshake.names;
  if (names === undefined || !names.supports(code, provider)) return 'never';
  if (names.defaultCipherSuites.includes(name)) return 'default';
  return names.isLegacy(code) ? 'legacy' : 'named';
}

function settingsOf(suite: string): SuiteRow['settings'] {
  const version = (['1.3', '1.2'] as readonly Version[]).find(each => choices.suite.values[each].includes(suite));
  return version && { version, suite };
}
