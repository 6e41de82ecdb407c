/** OCSP as a way to know of revocation (RFC 6960): by what the peer stapled (RFC 6066 §8), and by asking. */
import type { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider, HashName } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import { checkKeys, invalidOption } from '../errors.ts';
import {
  checkedRevocation,
  type RevocationAnswer,
  type RevocationChecker,
  type RevocationPolicy,
  type RevocationQuestion,
} from '../revocation.ts';
import { run, type Step } from '../step.ts';
import { type CertificateSource, readCertificates } from '../trust.ts';
import { checkedTimeout, defaultFetchTimeout } from '../within-time.ts';
import { acceptResponse } from './acceptance.ts';
import { AnswerCache } from './answers.ts';
import { type AskRules, ask, type OcspFetch } from './ask.ts';
import { type OcspResponse, parseOcspResponse } from './response.ts';
import { refuse } from './signer.ts';

export interface OcspOptions {
  readonly provider: Pick<CryptoProvider, 'hashes' | 'random' | 'name'>;
  /**
   * Asks the responder that a certificate names, where no good staple came. Without it nobody is asked: staples alone count. Whoever
   * is asked learns whom you talk to.
   */
  readonly fetch?: OcspFetch | undefined;
  /** Milliseconds that `fetch` has for each responder; whoever takes longer knows nothing. Default 10,000. */
  readonly fetchTimeout?: number | undefined;
  /**
   * Whether a nonce goes with what is asked (RFC 9654), from the provider's randomness: `send` takes answers without it too, as those
   * are that were made beforehand, and never one with another. Default `send`.
   */
  readonly nonce?: 'none' | 'send' | 'require' | undefined;
  /** By what certificates are named in requests. Default `sha1`, which every responder knows. */
  readonly hash?: HashName | undefined;
  /** Milliseconds by which clocks may differ. Default 300,000: five minutes. */
  readonly tolerance?: number | undefined;
  /**
   * Milliseconds after which news is too old, whatever it says itself. Default: 10 days for the peer's own certificate, 366 days for
   * authorities, one day for responses that do not say when there will be newer ones.
   */
  readonly maximumAge?: number | undefined;
  /**
   * What to do about a staple that is out of date. RFC 6960 §4.2.2.1 calls it unreliable, and RFC 6066 §8 has the handshake end for it:
   * so `refuse` is the default, unless who is asked knows better. `ignore` takes it for none.
   */
  readonly stale?: 'refuse' | 'ignore' | undefined;
  /** Responders that are trusted for whatever they say (RFC 6960 §4.2.2.2, 1): PEM or DER. Default: none. */
  readonly responders?: CertificateSource | readonly CertificateSource[] | undefined;
  /** How to know of the revocation of delegated responders without `id-pkix-ocsp-nocheck` (RFC 6960 §4.2.2.2.1). Default: nobody is asked. */
  readonly responderRevocation?: Pick<RevocationPolicy, 'by' | 'unknown'> | undefined;
  /** Answers that are kept until they are out of date, staples not among them. Default 1000; 0 for none. */
  readonly cacheEntries?: number | undefined;
  /** Bytes that a response may have. Default 65,536. */
  readonly maximumSize?: number | undefined;
}

const optionNames: Record<keyof OcspOptions, true> = {
  provider: true,
  fetch: true,
  fetchTimeout: true,
  nonce: true,
  hash: true,
  tolerance: true,
  maximumAge: true,
  stale: true,
  responders: true,
  responderRevocation: true,
  cacheEntries: true,
  maximumSize: true,
};

/**
 * A checker for `revocation: { by: [ocsp({ provider })] }`. It judges a staple by RFC 6960 §3.2 and refuses the path for one that is
 * malformed, of somebody who may not speak for the issuer, about another certificate, out of date or of an unknown certificate
 * (`ERR_TLS_CERT_STATUS`, RFC 6066 §8). Error statuses such as `tryLater`, which nobody signs, count as no staple.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION`, `ERR_TLS_CERT_MALFORMED` for responders that do not parse
 */
export function ocsp(options: OcspOptions): RevocationChecker {
  const rules = rulesOf(options);
  return {
    name: 'OCSP',
    id: idOf(rules),
    staples: true,
    check: question => run(check(question, rules), question.signal),
  };
}

interface Rules extends Omit<AskRules, 'fetch'> {
  readonly fetch: OcspFetch | undefined;
  readonly stale: 'refuse' | 'ignore';
}

function* check(question: RevocationQuestion, rules: Rules): Step<RevocationAnswer> {
  const stapled = yield* judgeStaple(question, rules);
  if (stapled.status === 'good' || stapled.status === 'revoked') return stapled;
  const { fetch } = rules;
  const asked: RevocationAnswer = fetch === undefined ? stapled : yield* ask(question, { ...rules, fetch });
  if (asked.status === 'unknown' && stapled.mustEnd && rules.stale === 'refuse') throw stapled.why;
  return asked;
}

type Stapled =
  | Extract<RevocationAnswer, { status: 'good' | 'revoked' }>
  | { readonly status: 'unknown'; readonly why: TlsError; readonly mustEnd: boolean };

/** Whose it should have been is told beside what is wrong with it. */
function parsed(staple: Uint8Array, question: RevocationQuestion): OcspResponse {
  try {
    return parseOcspResponse(staple);
  } catch (error) {
    const { cause } = error as TlsError;
    const what = `of ${staple.length} bytes does not parse${cause instanceof Error ? `: ${cause.message}` : ''}`;
    throw refuse(question, what, 'RFC 6960 §4.2.1', error);
  }
}

/** Most servers staple nothing, and most callers do not ask why: the error, which is costly, is made when somebody does. */
function notStapled({ certificate }: RevocationQuestion): Stapled {
  let why: TlsError | undefined;
  return {
    status: 'unknown',
    get why() {
      why ??= refuse({ certificate }, 'was not stapled', 'RFC 6066 §8');
      return why;
    },
    mustEnd: false,
  };
}

/** RFC 6066 §8 MUST: a response that is not satisfactory ends the handshake. @throws TlsError `ERR_TLS_CERT_STATUS` */
function* judgeStaple(question: RevocationQuestion, rules: Rules): Step<Stapled> {
  const { staple } = question;
  if (staple === undefined) {
    return notStapled(question);
  }
  if (staple.length > rules.maximumSize) {
    throw refuse(question, `has ${staple.length} bytes, the limit is ${rules.maximumSize}`, 'RFC 6066 §8');
  }
  const response = parsed(staple, question);
  if (response.status !== 'successful') {
    return { status: 'unknown', why: refuse(question, `is ${response.status}`, 'RFC 6960 §2.3'), mustEnd: false };
  }
  const verdict = yield* acceptResponse(response.basic, question, rules);
  switch (verdict.status) {
    case 'good':
      return { ...verdict, stapled: true };
    case 'revoked':
      return verdict;
    case 'untimely':
      return { status: 'unknown', why: verdict.why, mustEnd: true };
    case 'unknown':
      throw verdict.why;
  }
}

const nonces = ['none', 'send', 'require'];

function rulesOf(options: OcspOptions): Rules {
  checkKeys('ocsp', options, Object.keys(optionNames));
  const { provider, fetch, nonce = 'send', hash = 'sha1', stale = 'refuse', responders, responderRevocation } = options;
  const { sha1, sha256 } = provider.hashes;
  // Responders are named by the SHA-1 of their keys, whatever else is done with it.
  if (sha1 === undefined || sha256 === undefined)
    throw invalidOption(`the provider ${provider.name} lacks SHA-1 or SHA-256`);
  if (provider.hashes[hash] === undefined)
    throw invalidOption(`ocsp.hash: the provider ${provider.name} has no ${hash}`);
  if (fetch !== undefined && typeof fetch !== 'function') throw invalidOption('ocsp.fetch is no function');
  if (!nonces.includes(nonce)) throw invalidOption(`ocsp.nonce is none of ${nonces.join(', ')}`);
  if (stale !== 'refuse' && stale !== 'ignore') throw invalidOption("ocsp.stale is neither 'refuse' nor 'ignore'");
  const { maximumAge } = options;
  return {
    provider,
    hashes: provider.hashes,
    fetch,
    fetchTimeout: checkedTimeout('ocsp.fetchTimeout', options.fetchTimeout, defaultFetchTimeout),
    nonce,
    hash,
    stale,
    tolerance: count('tolerance', options.tolerance ?? 300_000),
    maximumAge: maximumAge === undefined ? undefined : count('maximumAge', maximumAge),
    responders: responders === undefined ? [] : readCertificates(responders),
    responderRevocation: responderRevocation && checkedRevocation(responderRevocation),
    maximumSize: count('maximumSize', options.maximumSize ?? 65_536),
    cache: new AnswerCache(count('cacheEntries', options.cacheEntries ?? 1000), sha256),
  };
}

function count(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw invalidOption(`ocsp.${name} is not a count: ${value}`);
}

/** What decides on a verdict. */
function idOf({ fetch, nonce, stale, tolerance, maximumAge, responders, responderRevocation, hashes }: Rules): string {
  const trusted = responders.map(({ der }) => toHex(hashes.sha256?.digest(der) as Uint8Array)).sort();
  const by =
    responderRevocation === undefined
      ? []
      : [responderRevocation.unknown, ...responderRevocation.by.map(({ id }) => id)];
  const asks = fetch === undefined ? 'staples' : `asks:${nonce}`;
  return ['ocsp', asks, stale, tolerance, maximumAge ?? '', ...trusted, ...by].join(':');
}
