/** What a checker by CRLs is told, checked. */
import { CertificateIndex } from '../anchors.ts';
import { parseCertificate } from '../certificate.ts';
import { checkKeys, invalidOption } from '../errors.ts';
import { loadCertificates } from '../files.ts';
import type { CertificateSource } from '../trust.ts';
import { checkedTimeout, defaultFetchTimeout } from '../within-time.ts';
import type { Crl } from './crl.ts';
import { KnownSignatures } from './signer.ts';
import { type CrlSource, type FetchCrl, FetchedCrls, GivenCrls, readCrls } from './source.ts';

export interface CrlCheckerOptions {
  /**
   * CRLs at hand, of any issuers, complete ones and deltas, in any order. A function is asked at each check: it returns CRLs that were
   * parsed (`parseCrl`), the same list as long as nothing changes, and so new ones are taken up without a new verifier.
   */
  readonly crls?: CrlSource | readonly CrlSource[] | (() => readonly Crl[]) | undefined;
  /** Gets CRLs from the distribution points that certificates name, by HTTP. Absent: nobody is asked. */
  readonly fetch?: FetchCrl | undefined;
  /** Milliseconds that `fetch` has for each CRL; what takes longer is not there. Default 10,000. */
  readonly fetchTimeout?: number | undefined;
  /** Certificates of those who sign CRLs for others, or by keys of their own, where peers do not send them. They are trusted with nothing. */
  readonly issuers?: CertificateSource | readonly CertificateSource[] | undefined;
  /** Whether delta CRLs are used, and fetched (`use-deltas` of RFC 5280 §6.3.1). Default true. */
  readonly deltas?: boolean | undefined;
  /**
   * Milliseconds that a CRL counts from when it was issued, also where the next one is due later. Default: until the next is due; a CRL
   * that does not say when that is does not count at all (RFC 5280 §5.1.2.5).
   */
  readonly maximumAge?: number | undefined;
  /** Bytes of a CRL that is fetched. Default 10 MiB. */
  readonly maximumSize?: number | undefined;
  /** Bytes of CRLs that were fetched and found good, and are kept until the next ones are due. Default 32 MiB; 0 for none. */
  readonly cacheSize?: number | undefined;
}

/** The same with defaults, and what lives as long as the checker. */
export interface CrlSettings {
  readonly given: GivenCrls;
  readonly fetched: FetchedCrls | undefined;
  readonly issuers: CertificateIndex;
  readonly deltas: boolean;
  readonly maximumAge: number;
  readonly known: KnownSignatures;
  /** Names whom and what it goes by. */
  readonly id: string;
}

const names = ['crls', 'fetch', 'fetchTimeout', 'issuers', 'deltas', 'maximumAge', 'maximumSize', 'cacheSize'];

/** @throws TlsError `ERR_TLS_INVALID_OPTION`; `ERR_TLS_CRL_MALFORMED`, `ERR_TLS_CERT_MALFORMED` for what does not parse */
export function crlSettings(options: CrlCheckerOptions): CrlSettings {
  checkKeys('crls', options, names);
  const { crls: given, fetch, deltas = true, maximumAge = Number.POSITIVE_INFINITY } = options;
  if (given === undefined && fetch === undefined) throw invalidOption('crls needs CRLs, a way to fetch them, or both');
  if (fetch !== undefined && typeof fetch !== 'function') throw invalidOption('crls: fetch is no function');
  if (typeof deltas !== 'boolean') throw invalidOption('crls: deltas is neither true nor false');
  if (!(maximumAge > 0)) throw invalidOption('crls: maximumAge is no number of milliseconds');
  const maximumSize = size('maximumSize', options.maximumSize, 10 * 1024 * 1024);
  const cacheSize = size('cacheSize', options.cacheSize, 32 * 1024 * 1024);
  const fetchTimeout = checkedTimeout('crls: fetchTimeout', options.fetchTimeout, defaultFetchTimeout);
  const lists = typeof given === 'function' ? undefined : readCrls(given ?? []);
  return {
    given: new GivenCrls(typeof given === 'function' ? given : () => lists as readonly Crl[]),
    fetched: fetch === undefined ? undefined : new FetchedCrls({ fetch, fetchTimeout, maximumSize, cacheSize }),
    issuers: readIssuers(options.issuers ?? []),
    deltas,
    maximumAge,
    known: new KnownSignatures(),
    id: ['crl', fingerprint(lists), fetch !== undefined, deltas, maximumAge].join(':'),
  };
}

function size(name: string, value: number | undefined, ifAbsent: number): number {
  if (value === undefined) return ifAbsent;
  if (!Number.isSafeInteger(value) || value < 0) throw invalidOption(`crls: ${name} is no number of bytes`);
  return value;
}

function readIssuers(sources: CertificateSource | readonly CertificateSource[]): CertificateIndex {
  const list: readonly unknown[] = Array.isArray(sources) ? sources : [sources];
  const index = new CertificateIndex();
  for (const source of list) {
    if (typeof source !== 'string' && !(source instanceof Uint8Array)) {
      throw invalidOption('crls: an issuer is neither PEM text nor DER bytes');
    }
    for (const der of loadCertificates(source)) index.add(parseCertificate(Uint8Array.from(der)));
  }
  return index;
}

/** Tells lists of CRLs apart that a caller may have, by FNV-1a over their signatures: nobody gains by making two look the same. */
function fingerprint(lists: readonly Crl[] | undefined): string {
  if (lists === undefined) return 'changing';
  let value = 0x811c9dc5;
  for (const { signature } of lists) {
    for (const octet of signature) value = Math.imul(value ^ octet, 0x01000193);
  }
  return `${lists.length}-${(value >>> 0).toString(16)}`;
}
