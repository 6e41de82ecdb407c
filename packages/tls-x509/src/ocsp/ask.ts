/** Asking a responder (RFC 6960 §4.1, §A.1): by a callback, so that nothing here knows of HTTP. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, HashName, MaybePromise } from '@tlskit/tls-crypto';
import { accessOids } from '../oids.ts';
import type { RevocationAnswer, RevocationQuestion } from '../revocation.ts';
import type { Step } from '../step.ts';
import { withinTime } from '../within-time.ts';
import { type AcceptanceRules, acceptResponse, type SentNonce } from './acceptance.ts';
import type { AnswerCache } from './answers.ts';
import { encodeOcspRequest, ocspGetUrl } from './request.ts';
import { parseOcspResponse } from './response.ts';
import { refuse } from './signer.ts';

/** What is to be sent to a responder. */
export interface OcspQuery {
  /** `http:` or `https:`, as the certificate names it. It was chosen by whoever issued the certificate: think of what it may reach. */
  readonly url: string;
  /** DER of the OCSPRequest: the body of a POST, of type `application/ocsp-request`. */
  readonly body: Uint8Array;
  /** The URL of a GET that asks the same, which caches know (RFC 5019 §5); absent where there is a nonce, or more than 255 bytes. */
  readonly get?: string;
  /** Bytes beyond which a response is not looked at. */
  readonly maximumSize: number;
  /** Aborted when the response is not waited for any more: for `fetch`. */
  readonly signal: AbortSignal;
}

/**
 * Brings the body of a successful response, of type `application/ocsp-response`.
 *
 * @throws (or rejects with) anything when there is none; it reads no more than it wants to, and is waited for as long as `fetchTimeout` says
 */
export type OcspFetch = (query: OcspQuery) => MaybePromise<Uint8Array>;

export interface AskRules extends AcceptanceRules {
  readonly provider: Pick<CryptoProvider, 'hashes' | 'random' | 'name'>;
  readonly fetch: OcspFetch;
  /** Milliseconds. */
  readonly fetchTimeout: number;
  readonly hash: HashName;
  readonly nonce: 'none' | 'send' | 'require';
  /** Bytes of a response. */
  readonly maximumSize: number;
  readonly cache: AnswerCache;
}

/** RFC 9654 §2.1: clients send 32 octets. */
const nonceLength = 32;
/** RFC 5019 §5: a GET is for requests that take at most 255 bytes in the URL. */
const longestGet = 255;

/** Asks the responders that the certificate names, in order, until one knows. Whatever comes of it, it is no error: nobody vouches for networks. */
export function* ask(question: RevocationQuestion, rules: AskRules): Step<RevocationAnswer> {
  const known = rules.cache.find(question);
  if (known !== undefined) return known;
  let why: TlsError | undefined;
  for (const url of responders(question)) {
    question.tools.count('fetches');
    try {
      const answer = yield* askOne(url, question, rules);
      if (answer.status !== 'unknown') return answer;
      why ??= answer.why;
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      why ??= error;
    }
  }
  return {
    status: 'unknown',
    why: why ?? refuse(question, 'is not to be had: it names no responder', 'RFC 6960 §3.1'),
  };
}

function* askOne(url: string, question: RevocationQuestion, rules: AskRules): Step<RevocationAnswer> {
  const { certificate, issuer } = question;
  const { provider, hash, maximumSize } = rules;
  const nonce = sentNonce(rules);
  const body = encodeOcspRequest({ certificate, issuer, provider, hash, nonce: nonce?.octets });
  const get = nonce === undefined ? ocspGetUrl(url, body) : undefined;
  const short = get !== undefined && get.length <= longestGet;
  const bytes = yield* fetched({ url, body, maximumSize, ...(short ? { get } : {}) }, question, rules);
  if (bytes.length > maximumSize) {
    throw refuse(question, `has ${bytes.length} bytes, the limit is ${maximumSize}`, 'RFC 6960 §4.2.1');
  }
  const response = parseOcspResponse(Uint8Array.from(bytes));
  if (response.status !== 'successful') throw refuse(question, `is ${response.status}`, 'RFC 6960 §2.3');
  const verdict = yield* acceptResponse(response.basic, question, rules, nonce);
  if ('why' in verdict) return { status: 'unknown', why: verdict.why };
  // What was revoked may be asked again when what said so has ended: it may have been on hold.
  rules.cache.keep(question, verdict, verdict.until);
  return verdict;
}

function* fetched(
  query: Omit<OcspQuery, 'signal'>,
  question: RevocationQuestion,
  { fetch, fetchTimeout }: AskRules,
): Step<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = yield* withinTime('fetchTimeout', fetchTimeout, signal => fetch({ ...query, signal }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw refuse(question, `was not to be had from ${query.url}: ${message}`, 'RFC 6960 §A.1', error);
  }
  if (bytes instanceof Uint8Array) return bytes;
  throw refuse(question, `was not to be had from ${query.url}: what fetch brought is no bytes`, 'RFC 6960 §A.1');
}

function sentNonce({ nonce, provider }: AskRules): SentNonce | undefined {
  if (nonce === 'none') return undefined;
  return { octets: provider.random(nonceLength), required: nonce === 'require' };
}

/** RFC 5280 §4.2.2.1: where the authority says that its responders are. What has spaces or control characters is no URI (RFC 3986 §2). */
function responders({ certificate }: RevocationQuestion): readonly string[] {
  const urls: string[] = [];
  for (const { method, location } of certificate.authorityInfoAccess ?? []) {
    if (method === accessOids.ocsp && location.type === 'uri' && /^https?:\/\/[\x21-\x7e]+$/i.test(location.value)) {
      urls.push(location.value);
    }
  }
  return urls;
}
