/** The status of a certificate by CRLs (RFC 5280 §6.3): the flow of §6.3.3, whose steps have their letters here. */
import { TlsError } from '@tlskit/tls-alerts';
import { equalBytes } from '@tlskit/tls-wire';
import type { Certificate } from '../certificate.ts';
import { orMalformed } from '../errors.ts';
import type { RevocationAnswer, RevocationChecker, RevocationQuestion, RevocationReason } from '../revocation.ts';
import { run, type Step } from '../step.ts';
import type { Crl } from './crl.ts';
import {
  allReasons,
  type DistributionPoint,
  describeReasons,
  directoryNames,
  hasDirectoryName,
  type Reasons,
  readDistributionPoints,
} from './distribution-point.ts';
import type { CrlEntry } from './entries.ts';
import { crlRefusal } from './errors.ts';
import { crlExt } from './oids.ts';
import { type CrlCheckerOptions, type CrlSettings, crlSettings } from './options.ts';
import { assumedPoint, deltaProblem, reasonsInScope } from './scope.ts';
import { findSigner, isSignedBy, type Signer } from './signer.ts';
import { type CrlPlace, type FetchedCrls, urlsOf } from './source.ts';
import { checkUsable, profileProblem } from './usable.ts';

/**
 * Knows of revocation by CRLs: those at hand, and those that certificates say where to find. Synchronous when the provider is and
 * nothing has to be fetched.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION`; `ERR_TLS_CRL_MALFORMED`, `ERR_TLS_CERT_MALFORMED` for what does not parse
 */
export function crls(options: CrlCheckerOptions): RevocationChecker {
  const settings = crlSettings(options);
  return {
    name: 'CRL',
    id: settings.id,
    processes: [crlExt.cRLDistributionPoints],
    check: question => run(statusOf(question, settings, []), question.signal),
  };
}

/** What one certificate's status is found out with. */
interface Inquiry extends CrlSettings {
  readonly question: RevocationQuestion;
  /** Certificates whose status waits for this one's. */
  readonly pending: readonly Certificate[];
  /** `reasons_mask` of §6.3.2. */
  reasons: Reasons;
  revoked: { readonly at: number; readonly reason: RevocationReason | undefined } | undefined;
  until: number;
  readonly why: TlsError[];
}

/** Signers of CRLs whose own certificates are looked at, one behind the other. */
const maximumDepth = 4;

/** §6.3.3. What is at hand comes first: it costs nothing, and tells nobody what is asked. */
function* statusOf(
  question: RevocationQuestion,
  settings: CrlSettings,
  pending: readonly Certificate[],
): Step<RevocationAnswer> {
  const { certificate } = question;
  const inquiry: Inquiry = {
    ...settings,
    question,
    pending: [...pending, certificate],
    reasons: 0,
    revoked: undefined,
    until: Number.POSITIVE_INFINITY,
    why: [],
  };
  const points = pointsOf(inquiry, crlExt.cRLDistributionPoints);
  for (const point of [...points, ...assumed(inquiry)]) {
    for (const crl of atHand(inquiry, point)) {
      if (isDecided(inquiry)) return answer(inquiry);
      yield* consult(inquiry, crl, point);
    }
  }
  for (const point of points) {
    for (const url of urlsToAsk(inquiry, [point])) {
      if (isDecided(inquiry)) return answer(inquiry);
      const crl = yield* fetch(inquiry, url);
      // One address of a point is as good as another.
      if (crl !== undefined && (yield* consult(inquiry, crl, point, url))) break;
    }
  }
  return answer(inquiry);
}

/** The distribution points of the certificate, none when they are malformed. */
function pointsOf({ question, why }: Inquiry, oid: string): readonly DistributionPoint[] {
  const { certificate } = question;
  const value = certificate.extensions.get(oid)?.value;
  if (value === undefined) return [];
  try {
    const rfc = 'RFC 5280 §4.2.1.13';
    return orMalformed(certificate, 'CRLDistributionPoints', rfc, () => readDistributionPoints(value));
  } catch (error) {
    why.push(TlsError.from(error));
    return [];
  }
}

function assumed({ question, why }: Inquiry): readonly DistributionPoint[] {
  const { certificate } = question;
  try {
    return [orMalformed(certificate, 'IssuerAltName', 'RFC 5280 §4.2.1.7', () => assumedPoint(certificate))];
  } catch (error) {
    why.push(TlsError.from(error));
    return [];
  }
}

/** Those that may be of this point, by their issuers. */
function atHand({ question, given }: Inquiry, { crlIssuer }: DistributionPoint): readonly Crl[] {
  const issuers = crlIssuer === undefined ? [question.certificate.issuer] : directoryNames(crlIssuer);
  return issuers.flatMap(issuer => given.issuedBy(issuer)).filter(crl => !crl.extensions.has(crlExt.deltaCRLIndicator));
}

function urlsToAsk({ fetched }: Inquiry, points: readonly DistributionPoint[]): readonly string[] {
  return fetched === undefined ? [] : urlsOf(points);
}

/** (a) */
function* fetch(inquiry: Inquiry, url: string): Step<Crl | undefined> {
  const { question, fetched, why } = inquiry;
  const { policy, count } = question.tools;
  const isCurrent = (crl: Crl) => policy.time <= (endOf(crl, inquiry) ?? 0);
  try {
    return yield* (fetched as FetchedCrls).get(placeOf(inquiry, url), isCurrent, () => count('fetches'));
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    why.push(error);
    return undefined;
  }
}

function placeOf({ question }: Inquiry, url: string): CrlPlace {
  return { url, issuerKey: question.issuer.spki };
}

/** (b) to (l) for one complete CRL of a distribution point. Whether it was good. */
function* consult(inquiry: Inquiry, crl: Crl, point: DistributionPoint, url?: string): Step<boolean> {
  const { certificate, tools } = inquiry.question;
  const before = inquiry.why.length;
  try {
    checkUsable(crl);
    if (crl.deltaBase !== undefined) throw crlRefusal('ERR_TLS_CRL_SCOPE', crl, 'is a delta CRL, and no complete one');
    const reasons = reasonsInScope(crl, point, inquiry.question); // (b), (d)
    if ((reasons & ~inquiry.reasons) === 0) return true; // (e)
    const odd = profileProblem(crl, tools.policy.profile);
    const outdated = freshnessProblem(crl, inquiry);
    const isSilent = !crl.hasEntryFor(certificate.serialNumber);
    if (isSilent && odd !== undefined) throw odd;
    if (isSilent && outdated !== undefined && !mayHaveDelta(crl, inquiry)) throw outdated;
    const isSigner = inquiry.pending.length > 1 && point.crlIssuer !== undefined;
    const signer = yield* findSigner(crl, inquiry.question, inquiry.issuers, inquiry.known, isSigner); // (f), (g)
    yield* checkSigner(crl, signer, inquiry);
    // Not before it is known whose they are: anybody on the way can write very many entries, each with another issuer.
    const listed = entryIn(crl, certificate); // (j)
    // What a list says for good against a certificate holds, however old or odd the list is: only its silence is worth nothing then.
    const holds = listed !== undefined && listed.reason !== 'certificateHold';
    if (!holds && odd !== undefined) throw odd;
    if (url !== undefined) inquiry.fetched?.keep(placeOf(inquiry, url), crl);
    const delta = yield* deltaTo(crl, signer, inquiry); // (c), (h)
    if (!holds && outdated !== undefined && delta === undefined) throw outdated;
    const entry = (delta && changeIn(delta, certificate)) ?? listed; // (i)
    // (k)
    if (entry !== undefined && entry.reason !== 'removeFromCRL') {
      inquiry.revoked = { at: entry.date, reason: entry.reason };
    }
    inquiry.reasons |= reasons; // (l)
    inquiry.until = Math.min(inquiry.until, endOf(delta ?? crl, inquiry) ?? 0);
    return true;
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    // What keeps it from counting comes before what is wrong with its deltas.
    inquiry.why.splice(before, 0, error);
    return false;
  }
}

/** (f): signers that are no part of the path are judged as those that are. */
function* checkSigner(crl: Crl, { path }: Signer, inquiry: Inquiry): Step<void> {
  const { question, pending } = inquiry;
  for (const [i, certificate] of (path ?? []).slice(0, -1).entries()) {
    const rest = (path as readonly Certificate[]).slice(i);
    // From here on it is the path that is judged anyway; or the very signer that is asked about.
    if (question.path.some(({ der }) => equalBytes(der, certificate.der))) return;
    const isOpen = pending.length > maximumDepth || pending.some(({ der }) => equalBytes(der, certificate.der));
    const { status } = isOpen
      ? ({ status: 'unknown' } as const)
      : yield* statusOf(
          { ...question, certificate, issuer: rest[1] as Certificate, path: rest, isLeaf: false, staple: undefined },
          inquiry,
          pending,
        );
    const insists = certificate.extensions.get(crlExt.cRLDistributionPoints)?.critical === true;
    if (status === 'good' || (status === 'unknown' && !question.mustKnow && !insists)) continue;
    const what = status === 'revoked' ? 'was revoked' : 'may have been revoked';
    throw crlRefusal('ERR_TLS_CRL_ISSUER', crl, `is signed by way of ${certificate.label}, which ${what}`);
  }
}

/** (c), (h): the newest delta that goes with a complete CRL and is signed by the same key. */
function* deltaTo(complete: Crl, signer: Signer, inquiry: Inquiry): Step<Crl | undefined> {
  if (!inquiry.deltas) return undefined;
  for (const delta of deltasAtHand(complete, inquiry)) {
    if (yield* isGoodDelta(delta, complete, signer, inquiry)) return delta;
  }
  for (const url of deltaUrls(complete, inquiry)) {
    const delta = yield* fetch(inquiry, url);
    if (delta === undefined || !(yield* isGoodDelta(delta, complete, signer, inquiry))) continue;
    inquiry.fetched?.keep(placeOf(inquiry, url), delta);
    return delta;
  }
  return undefined;
}

function* isGoodDelta(delta: Crl, complete: Crl, signer: Signer, inquiry: Inquiry): Step<boolean> {
  const { tools } = inquiry.question;
  try {
    checkUsable(delta);
    const odd = profileProblem(delta, tools.policy.profile);
    if (odd !== undefined) throw odd;
    const problem = deltaProblem(delta, complete);
    if (problem !== undefined) throw crlRefusal('ERR_TLS_CRL_SCOPE', delta, problem, { rfc: 'RFC 5280 §5.2.4' });
    // One that was issued with the complete CRL, or before it, has nothing new.
    if ((delta.number as bigint) <= (complete.number as bigint)) return false;
    const outdated = freshnessProblem(delta, inquiry);
    if (outdated !== undefined) throw outdated;
    if (yield* isSignedBy(delta, signer.certificate, tools, inquiry.known)) return true;
    throw crlRefusal('CRL_SIGNATURE_FAILURE', delta, 'is not signed by the key of the complete CRL', {
      rfc: 'RFC 5280 §6.3.3 (h)',
    });
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    inquiry.why.push(error);
    return false;
  }
}

function deltasAtHand(complete: Crl, { given }: Inquiry): readonly Crl[] {
  return given.issuedBy(complete.issuer).filter(crl => crl.extensions.has(crlExt.deltaCRLIndicator));
}

/** §4.2.1.15, §5.2.6 */
function deltaUrls(complete: Crl, inquiry: Inquiry): readonly string[] {
  return urlsToAsk(inquiry, [...pointsOf(inquiry, crlExt.freshestCRL), ...(complete.freshestCRL ?? [])]);
}

/** Whether it is worth looking for what brings an outdated CRL up to date ((a)(1)(i)). */
function mayHaveDelta(complete: Crl, inquiry: Inquiry): boolean {
  if (!inquiry.deltas || complete.number === undefined) return false;
  return deltasAtHand(complete, inquiry).length > 0 || deltaUrls(complete, inquiry).length > 0;
}

/** CRLs know seconds: the current time is taken to the second too. */
function freshnessProblem(crl: Crl, inquiry: Inquiry): TlsError | undefined {
  const now = Math.floor(inquiry.question.tools.policy.time / 1000) * 1000;
  if (now < crl.thisUpdate) {
    // Before its time it is no base either.
    throw crlRefusal('CRL_NOT_YET_VALID', crl, `is of ${iso(crl.thisUpdate)}, it is ${iso(now)}`);
  }
  const end = endOf(crl, inquiry);
  if (end === undefined) return crlRefusal('CRL_HAS_EXPIRED', crl, 'does not say when the next one is due');
  return now > end ? crlRefusal('CRL_HAS_EXPIRED', crl, `was good until ${iso(end)}, it is ${iso(now)}`) : undefined;
}

function endOf({ thisUpdate, nextUpdate }: Crl, { maximumAge }: Inquiry): number | undefined {
  const end = Math.min(nextUpdate ?? Number.POSITIVE_INFINITY, thisUpdate + maximumAge);
  return Number.isFinite(end) ? end : undefined;
}

/** (i): what a delta says of a certificate. Of several entries one that does not remove it counts. */
function changeIn(delta: Crl, certificate: Certificate): CrlEntry | undefined {
  const entries = entriesOf(delta, certificate);
  return entries.find(({ reason }) => reason !== 'removeFromCRL') ?? entries[0];
}

/** (j) */
function entryIn(complete: Crl, certificate: Certificate): CrlEntry | undefined {
  const [entry] = entriesOf(complete, certificate);
  if (entry?.reason !== 'removeFromCRL') return entry;
  throw crlRefusal('ERR_TLS_CRL_MALFORMED', complete, 'has the reason removeFromCRL, which is for delta CRLs', {
    rfc: 'RFC 5280 §5.3.1',
  });
}

/** §5.3.3: by serial number and issuer, which is the CRL's own unless entries say otherwise. */
function entriesOf(crl: Crl, certificate: Certificate): readonly CrlEntry[] {
  const { issuer } = certificate;
  // Entries that stand together share the names of their issuer, which may be many.
  const known = new Map<CrlEntry['certificateIssuer'], boolean>([[undefined, crl.issuer.equals(issuer)]]);
  return crl.entriesFor(certificate.serialNumber).filter(({ certificateIssuer: names }) => {
    const isIssuer = known.get(names) ?? hasDirectoryName(names ?? [], issuer);
    known.set(names, isIssuer);
    return isIssuer;
  });
}

function isDecided({ reasons, revoked }: Inquiry): boolean {
  return revoked !== undefined || reasons === allReasons;
}

function answer(inquiry: Inquiry): RevocationAnswer {
  const { revoked, reasons, until, why, question } = inquiry;
  if (revoked !== undefined) return { status: 'revoked', ...revoked };
  if (reasons === allReasons) return { status: 'good', until };
  const problems: TlsError[] = [...why];
  if (reasons !== 0) {
    const known = `CRLs of "${question.certificate.issuer.label}" speak of these reasons alone: ${describeReasons(reasons)}`;
    problems.push(new TlsError('ERR_TLS_CRL_SCOPE', known, { rfc: 'RFC 5280 §6.3.3 (l)' }));
  }
  const [first] = problems;
  if (problems.length === 1) return { status: 'unknown', why: first };
  const message = first?.message ?? `no CRL of "${question.certificate.issuer.label}" is there (RFC 5280 §6.3.3 (a))`;
  const cause = first === undefined ? {} : { cause: new AggregateError(problems, 'each CRL that was tried') };
  return { status: 'unknown', why: new TlsError(first?.code ?? 'UNABLE_TO_GET_CRL', message, cause) };
}

function iso(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z');
}
