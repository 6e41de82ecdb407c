/** Issuers that a peer did not send, asked for where their certificates say they are (RFC 5280 §4.2.2.1, RFC 4325): by the caller alone. */
import { TlsError } from '@tlskit/tls-alerts';
import type { MaybePromise } from '@tlskit/tls-crypto';
import { CertificateIndex } from './anchors.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { invalidOption, refusal } from './errors.ts';
import { loadCertificates } from './files.ts';
import { accessOids } from './oids.ts';
import type { Limits } from './policy.ts';
import type { Step } from './step.ts';
import { withinTime } from './within-time.ts';

/**
 * Asks for the issuer of a certificate at a URL that the certificate names: whoever sent it chose where the request goes. The scheme
 * is `http`, as that of `https` would ask for certificates again; host, port and path are anything, those of your own network too.
 * The answer is DER or PEM of certificates, or a bundle of PKCS#7, or undefined. What to keep is the function's; what takes longer than
 * `fetchTimeout` is not waited for.
 */
export type FetchIssuers = (request: {
  /** From `http://` on, ASCII without spaces, 2048 characters at most. */
  readonly url: string;
  /** Whose issuer is missing. Nobody vouches for it yet. */
  readonly certificate: Certificate;
  /** Aborted when the answer is not waited for any more: for `fetch`. */
  readonly signal: AbortSignal;
}) => MaybePromise<Uint8Array | undefined>;

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function checkedFetchIssuers(fetchIssuers: FetchIssuers | undefined): FetchIssuers | undefined {
  if (fetchIssuers !== undefined && typeof fetchIssuers !== 'function') {
    throw invalidOption('fetchIssuers is a function');
  }
  return fetchIssuers;
}

/** What a search shares with the fetching that it asks for. */
export interface IssuerSearch {
  readonly fetchIssuers: FetchIssuers | undefined;
  readonly fetchTimeout: number;
  readonly limits: Pick<Limits, 'certificates' | 'certificateSize'>;
  /** Told of what came to nothing. */
  fail(error: TlsError, certificate: Certificate): void;
  /** Counts a fetch. @throws what ends the search when there were enough */
  count(): void;
}

/** Certificates that were fetched during one search. They are candidates for intermediates, never anchors. */
export class FetchedIssuers {
  readonly found = new CertificateIndex();
  readonly #search: IssuerSearch;
  /** URLs that are left, by certificate. */
  readonly #left = new Map<Certificate, string[]>();
  readonly #asked = new Set<string>();

  constructor(search: IssuerSearch) {
    this.#search = search;
  }

  /** Asks for the issuer of a certificate at the next place that it names. False when there is none left. */
  *next(certificate: Certificate): Step<boolean> {
    const { fetchIssuers, fetchTimeout, count, fail } = this.#search;
    if (fetchIssuers === undefined) return false;
    const left = this.#left.get(certificate) ?? issuerUrls(certificate);
    this.#left.set(certificate, left);
    const url = left.shift();
    if (url === undefined) return false;
    if (this.#asked.has(url)) return true;
    this.#asked.add(url);
    count();
    try {
      const ask = (signal: AbortSignal) => fetchIssuers({ url, certificate, signal });
      const answer = yield* withinTime('fetchTimeout', fetchTimeout, ask);
      if (answer !== undefined) this.#add(answer);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const code = error instanceof TlsError ? 'ERR_TLS_CERT_MALFORMED' : 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY';
      fail(
        refusal(code, certificate, `its issuer does not come from ${url}: ${why.slice(0, 200)}`, {
          rfc: 'RFC 5280 §4.2.2.1',
          cause: error,
        }),
        certificate,
      );
    }
    return true;
  }

  /** @throws TlsError for an answer in which there is no certificate, or too much */
  #add(answer: Uint8Array): void {
    const { certificateSize, certificates } = this.#search.limits;
    if (!(answer instanceof Uint8Array)) throw invalidOption('the answer is no Uint8Array');
    if (answer.length > certificateSize) throw invalidOption(`${answer.length} bytes, the limit is ${certificateSize}`);
    // A copy, which `slice` of Node's Buffer is none: nobody is to write to it while it is judged.
    const all = loadCertificates(Uint8Array.from(answer));
    const sum = this.found.size + all.length;
    if (sum > certificates) throw invalidOption(`${sum} certificates were fetched, the limit is ${certificates}`);
    for (const der of all) this.found.add(parseCertificate(der));
  }
}

/** Where a certificate says that its issuer is: by HTTP alone, five places at most. What is malformed says nothing. */
function issuerUrls(certificate: Certificate): string[] {
  try {
    return (certificate.authorityInfoAccess ?? [])
      .flatMap(({ method, location }) =>
        method === accessOids.caIssuers && location.type === 'uri' ? [location.value] : [],
      )
      .filter(url => url.length <= 2048 && /^http:\/\/[\x21-\x7e]+$/i.test(url))
      .slice(0, 5);
  } catch (error) {
    if (error instanceof TlsError) return [];
    throw error;
  }
}
