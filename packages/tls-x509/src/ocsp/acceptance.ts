/** Whether a signed response is accepted, and what it says then (RFC 6960 §3.2). */
import type { TlsError } from '@tlskit/tls-alerts';
import { equalBytes } from '@tlskit/tls-wire';
import type { Extension } from '../extension-list.ts';
import type { RevocationAnswer, RevocationQuestion } from '../revocation.ts';
import type { Step } from '../step.ts';
import { identifies } from './cert-id.ts';
import { ocspOids } from './oids.ts';
import type { BasicOcspResponse, SingleOcspResponse } from './response.ts';
import { checkSigner, refuse, type SignerRules } from './signer.ts';

export interface AcceptanceRules extends SignerRules {
  /** How far clocks may differ, milliseconds. */
  readonly tolerance: number;
  /** How old news may be, milliseconds; by default as the place of the certificate has it. */
  readonly maximumAge: number | undefined;
}

/** What an authentic response says; `until` is when it ends to count, milliseconds since 1970. */
export type Verdict =
  | { readonly status: 'good'; readonly until: number }
  | (Extract<RevocationAnswer, { status: 'revoked' }> & { readonly until: number })
  /** `untimely` is what was true once, or is not yet. */
  | { readonly status: 'unknown' | 'untimely'; readonly why: TlsError };

/** A nonce that went with the request; `required` when the response must have it. */
export interface SentNonce {
  readonly octets: Uint8Array;
  readonly required: boolean;
}

const day = 86_400_000;
/** What authorities of the web may do at most (CA/Browser Forum BR §4.9.10), for subscribers and for authorities. */
const longest = { leaf: 10 * day, authority: 366 * day };
/** §4.2.2.1: without nextUpdate "newer revocation information is available all the time". */
const longestWithoutEnd = day;

/**
 * Judges a response in the order of §3.2.
 *
 * @throws TlsError `ERR_TLS_CERT_STATUS` when the response does not count
 */
export function* acceptResponse(
  basic: BasicOcspResponse,
  question: RevocationQuestion,
  rules: AcceptanceRules,
  nonce?: SentNonce,
): Step<Verdict> {
  const { certificate, issuer } = question;
  // 1: the certificate is the one in question.
  const about = basic.responses.filter(({ certId }) => identifies(certId, certificate, issuer, rules.hashes));
  if (about.length === 0) throw refuse(question, 'is about other certificates', 'RFC 6960 §3.2, 1');
  // 2, 3, 4: the signature is good, and its signer is who should sign, and may.
  yield* checkSigner(basic, question, rules);
  for (const { extensions } of [basic, ...about]) checkCritical(extensions, question);
  if (nonce !== undefined) checkNonce(basic, question, nonce);
  // 5, 6: the news is recent, and there is no newer.
  const verdicts = about.map(single => verdictOf(single, basic, question, rules));
  // Where a responder says more than one thing, it is the worst of what counts.
  const say = (status: Verdict['status']) => verdicts.find(verdict => verdict.status === status);
  return say('revoked') ?? say('unknown') ?? say('good') ?? (verdicts[0] as Verdict);
}

/** §4.1.2, §4.4: what is critical must be known. Of the extensions of responses a nonce alone is, and the others only inform. */
function checkCritical(extensions: ReadonlyMap<string, Extension>, question: RevocationQuestion): void {
  const unknown = [...extensions.values()].find(({ oid, critical }) => critical && oid !== ocspOids.nonce);
  if (unknown === undefined) return;
  throw refuse(question, `has the critical extension ${unknown.oid}, which is unknown`, 'RFC 6960 §4.4');
}

/** §4.4.1. Responses that were made beforehand have none (RFC 9654 §3): their times must do. */
function checkNonce({ nonce }: BasicOcspResponse, question: RevocationQuestion, sent: SentNonce): void {
  if (nonce === undefined && !sent.required) return;
  if (nonce !== undefined && equalBytes(nonce, sent.octets)) return;
  throw refuse(question, `has ${nonce === undefined ? 'no nonce' : 'another nonce than was sent'}`, 'RFC 6960 §4.4.1');
}

function verdictOf(
  { status, thisUpdate, nextUpdate }: SingleOcspResponse,
  { producedAt }: BasicOcspResponse,
  question: RevocationQuestion,
  { tolerance, maximumAge }: AcceptanceRules,
): Verdict {
  const now = question.tools.policy.time;
  const longestOne = maximumAge ?? (question.isLeaf ? longest.leaf : longest.authority);
  const end =
    nextUpdate === undefined
      ? thisUpdate + (maximumAge ?? longestWithoutEnd)
      : Math.min(nextUpdate, thisUpdate + longestOne);
  const until = end + tolerance;
  const untimely = (what: string, rfc: string): Verdict => ({ status: 'untimely', why: refuse(question, what, rfc) });
  if (Math.max(thisUpdate, producedAt) > now + tolerance) {
    const from = iso(Math.max(thisUpdate, producedAt));
    return untimely(`is of ${from}, it is ${iso(now)}`, 'RFC 6960 §4.2.2.1');
  }
  // What is revoked for good stays so, as it does on a CRL however old (RFC 5280 §5.3.1): the response does not count, the certificate neither.
  if (status.status === 'revoked' && status.reason !== 'certificateHold') return { ...status, until };
  if (until < now) return untimely(`was good until ${iso(end)}, it is ${iso(now)}`, 'RFC 6960 §3.2, 5 and 6');
  if (status.status === 'good') return { status: 'good', until };
  if (status.status === 'revoked') return { ...status, until };
  return { status: 'unknown', why: refuse(question, 'says that the certificate is unknown', 'RFC 6960 §2.2') };
}

function iso(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
