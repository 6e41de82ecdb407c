/** Where CRLs come from: the caller's hands, or distribution points by the caller's means, kept until the next is due. */
import { TlsError } from '@tlskit/tls-alerts';
import type { MaybePromise } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import type { DistinguishedName } from '../distinguished-name.ts';
import { invalidOption } from '../errors.ts';
import { type Step, waitOr } from '../step.ts';
import { type Asked, askWithin } from '../within-time.ts';
import { Crl, loadCrls, parseCrl } from './crl.ts';
import type { DistributionPoint } from './distribution-point.ts';
import { crlRefusal } from './errors.ts';

/** DER, PEM with any number of CRLs, or a CRL that was parsed. */
export type CrlSource = Uint8Array | string | Crl;

/**
 * Gets what a distribution point has: DER, as RFC 5280 §4.2.1.13 asks. It may reject.
 *
 * @param url of the scheme `http`
 * @param maximumSize bytes; what is longer is refused, and need not be read to its end
 * @param signal aborted when the CRL is not waited for any more, by none of those who are to have it
 */
export type FetchCrl = (url: string, maximumSize: number, signal: AbortSignal) => MaybePromise<Uint8Array>;

/** Whom to ask, and the bounds on it. */
export interface CrlFetching {
  readonly fetch: FetchCrl;
  /** Milliseconds. */
  readonly fetchTimeout: number;
  /** Bytes of a CRL. */
  readonly maximumSize: number;
  /** Bytes of all that are kept. */
  readonly cacheSize: number;
}

/** CRLs by their issuers. */
export class GivenCrls {
  readonly #lists: () => readonly Crl[];
  readonly #byIssuer = new WeakMap<readonly Crl[], ReadonlyMap<string, readonly Crl[]>>();

  constructor(lists: () => readonly Crl[]) {
    this.#lists = lists;
  }

  /** Those of this issuer, the newest first. */
  issuedBy(issuer: DistinguishedName): readonly Crl[] {
    const lists = this.#lists();
    let index = this.#byIssuer.get(lists);
    if (index === undefined) {
      if (!Array.isArray(lists) || !lists.every(each => each instanceof Crl)) {
        throw invalidOption('crls() returned no list of CRLs that were parsed');
      }
      index = indexed(lists);
      this.#byIssuer.set(lists, index);
    }
    return index.get(keyOf(issuer)) ?? [];
  }
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` for what is no CRL, `ERR_TLS_CRL_MALFORMED` for one that does not parse */
export function readCrls(sources: CrlSource | readonly CrlSource[]): readonly Crl[] {
  const list: readonly unknown[] = Array.isArray(sources) ? sources : [sources];
  return list.flatMap(source => {
    if (source instanceof Crl) return [source];
    if (typeof source !== 'string' && !(source instanceof Uint8Array)) {
      throw invalidOption('a CRL is neither PEM text nor DER bytes');
    }
    // Copies: verdicts are on bytes that nobody writes to.
    return loadCrls(source).map(der => parseCrl(Uint8Array.from(der)));
  });
}

function indexed(lists: readonly Crl[]): ReadonlyMap<string, readonly Crl[]> {
  const index = new Map<string, Crl[]>();
  for (const crl of [...lists].sort((a, b) => b.thisUpdate - a.thisUpdate)) {
    const key = keyOf(crl.issuer);
    const same = index.get(key);
    if (same === undefined) index.set(key, [crl]);
    else same.push(crl);
  }
  return index;
}

function keyOf(name: DistinguishedName): string {
  return name.keys.join(',');
}

/** The addresses of a distribution point that HTTP may be asked for (RFC 5280 §4.2.1.13; §8 says why no other scheme). */
export function urlsOf(points: readonly DistributionPoint[]): readonly string[] {
  const names = points.flatMap(({ name }) => (name !== undefined && 'fullName' in name ? name.fullName : []));
  const urls = names.flatMap(name =>
    name.type === 'uri' && /^http:\/\/[\x21-\x7e]+$/i.test(name.value) ? [name.value] : [],
  );
  return [...new Set(urls)];
}

/** Where a CRL is, and the key of whose certificates it is to tell: what is good for one issuer says nothing to another of the same address. */
export interface CrlPlace {
  readonly url: string;
  /** SubjectPublicKeyInfo of the issuer. */
  readonly issuerKey: Uint8Array;
}

/** A request that has not been answered. */
interface UnderWay extends Asked<Uint8Array> {
  /** How many wait for the answer. */
  waiting: number;
}

/** What distribution points had. Only what was found good is kept, so that nobody on the way can put anything there. */
export class FetchedCrls {
  readonly #fetching: CrlFetching;
  /** By place, the last used last. Those that are outdated stay, to know what is older still. */
  readonly #kept = new Map<string, Crl>();
  readonly #underWay = new Map<string, UnderWay>();
  #size = 0;

  constructor(fetching: CrlFetching) {
    this.#fetching = fetching;
  }

  /**
   * The CRL at this address: the one that is kept, while it is current.
   *
   * @param count is told before something is asked for
   * @throws TlsError `UNABLE_TO_GET_CRL`, `ERR_TLS_CRL_MALFORMED`, or `ERR_TLS_CRL_REFUSED` for one that is older than what was there
   */
  *get(place: CrlPlace, isCurrent: (kept: Crl) => boolean, count: () => void): Step<Crl> {
    const { url } = place;
    const key = keyOfPlace(place);
    const kept = this.#kept.get(key);
    if (kept !== undefined && isCurrent(kept)) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    count();
    const der = yield* this.#ask(url);
    if (!(der instanceof Uint8Array)) throw failure(url, 'gave something else than bytes');
    const { maximumSize } = this.#fetching;
    if (der.length > maximumSize) throw failure(url, `gave ${der.length} bytes, the limit is ${maximumSize}`);
    const crl = parseCrl(Uint8Array.from(der));
    // Whoever is on the way could show an old one for ever.
    if (kept !== undefined && isOlder(crl, kept)) {
      throw crlRefusal('ERR_TLS_CRL_REFUSED', crl, `is older than number ${kept.number}, which was at ${url}`, {
        rfc: 'RFC 5280 §5.2.3',
      });
    }
    return crl;
  }

  /** Keeps a CRL that was found good. */
  keep(place: CrlPlace, crl: Crl): void {
    const { cacheSize } = this.#fetching;
    const key = keyOfPlace(place);
    const before = this.#kept.get(key);
    if (before === crl || crl.der.length > cacheSize) return;
    // Another verification may have kept a newer one since this one was asked for.
    if (before !== undefined && isOlder(crl, before)) return;
    if (before !== undefined) this.#drop(key, before);
    this.#kept.set(key, crl);
    this.#size += crl.der.length;
    for (const [oldest, other] of this.#kept) {
      if (this.#size <= cacheSize) break;
      this.#drop(oldest, other);
    }
  }

  #drop(key: string, crl: Crl): void {
    this.#kept.delete(key);
    this.#size -= crl.der.length;
  }

  /** Who asks for what is under way waits for it. */
  *#ask(url: string): Step<Uint8Array> {
    try {
      const fetching = this.#underWay.get(url) ?? this.#begin(url);
      fetching.waiting++;
      return yield* waitOr(fetching.answer, () => {
        fetching.waiting--;
        if (fetching.waiting === 0) fetching.abandon();
      });
    } catch (error) {
      throw failure(url, 'could not be asked', error);
    }
  }

  #begin(url: string): UnderWay {
    const { fetch, fetchTimeout, maximumSize } = this.#fetching;
    const { answer, abandon } = askWithin('fetchTimeout', fetchTimeout, signal => fetch(url, maximumSize, signal));
    const forget = () => {
      if (this.#underWay.get(url) === fetching) this.#underWay.delete(url);
    };
    const fetching: UnderWay = {
      answer,
      abandon: () => {
        forget();
        abandon();
      },
      waiting: 0,
    };
    if (answer instanceof Promise) {
      this.#underWay.set(url, fetching);
      answer.then(forget, forget);
    }
    return fetching;
  }
}

/** RFC 5280 §5.2.3: numbers increase. */
function isOlder({ number }: Crl, than: Crl): boolean {
  return number !== undefined && than.number !== undefined && number < than.number;
}

function keyOfPlace({ url, issuerKey }: CrlPlace): string {
  return `${url} ${toHex(issuerKey)}`;
}

function failure(url: string, what: string, cause?: unknown): TlsError {
  const shown = url.length > 200 ? `${url.slice(0, 200)}…` : url;
  const said = cause instanceof Error ? `: ${cause.message}` : '';
  return new TlsError('UNABLE_TO_GET_CRL', `${shown} ${what}${said} (RFC 5280 §6.3.3 (a))`, {
    rfc: 'RFC 5280 §6.3.3 (a)',
    ...(cause === undefined ? {} : { cause }),
  });
}
