/** Who may sign an OCSP response about a certificate (RFC 6960 §4.2.2.2), and whether they did. */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import { type Certificate, parseCertificate } from '../certificate.ts';
import { checkExtensions, checkValidity } from '../checks.ts';
import { refusal } from '../errors.ts';
import { purposeOids } from '../oids.ts';
import { judgeOne, type RevocationPolicy, type RevocationQuestion } from '../revocation.ts';
import type { Step } from '../step.ts';
import { keyBits } from './cert-id.ts';
import { ocspOids } from './oids.ts';
import type { BasicOcspResponse, OcspResponderId } from './response.ts';

export interface SignerRules {
  readonly hashes: CryptoProvider['hashes'];
  /** Responders that the caller trusts for whatever they say (§4.2.2.2, 1). */
  readonly responders: readonly Certificate[];
  /** How responders are asked about that need not vouch for themselves (§4.2.2.2.1). */
  readonly responderRevocation: Pick<Required<RevocationPolicy>, 'by' | 'unknown'> | undefined;
}

/** Certificates that come with a response and have the signer's name: more than one is rare, and each costs two signatures. */
const mostDelegates = 3;

/**
 * Finds who signed the response, by the name or key that it gives, among those who may, and checks that they did
 * (RFC 6960 §3.2, 2 to 4).
 *
 * @throws TlsError `ERR_TLS_CERT_STATUS` when nobody did who may
 */
export function* checkSigner(basic: BasicOcspResponse, question: RevocationQuestion, rules: SignerRules): Step<void> {
  const { issuer, tools } = question;
  let problem: TlsError | undefined;
  for (const { signer, delegated } of candidates(basic, issuer, rules)) {
    try {
      if (delegated) checkDelegate(signer, question);
      const algorithm = tools.algorithm(basic.signatureAlgorithm, { label: `${signer.label}'s OCSP response` });
      if (!(yield* tools.verify(tools.key(signer), algorithm, basic.signed, basic.signature))) {
        throw refuse(question, `is not signed by the key of ${signer.label}`, 'RFC 6960 §3.2, 2');
      }
      if (delegated) yield* checkDelegation(signer, question, rules);
      return;
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      problem ??= error;
    }
  }
  if (problem !== undefined && problem.code !== 'ERR_TLS_CERT_STATUS') {
    // Whatever is wrong with a responder's certificate, it is the response that does not count.
    throw refuse(question, `has a signer who does not count: ${problem.message}`, 'RFC 6960 §4.2.2.2', problem);
  }
  throw problem ?? refuse(question, 'is signed by nobody who may speak for its issuer', 'RFC 6960 §4.2.2.2');
}

interface Candidate {
  readonly signer: Certificate;
  readonly delegated: boolean;
}

/** Those who have the name or key of the signer, the caller's own responders first, then the authority itself. */
function candidates(
  { responder, certificates }: BasicOcspResponse,
  issuer: Certificate,
  rules: SignerRules,
): Candidate[] {
  const isNamed = (certificate: Certificate): boolean => isResponder(certificate, responder, rules.hashes);
  const known = [...rules.responders, issuer].filter(isNamed).map(signer => ({ signer, delegated: false }));
  const delegates: Candidate[] = [];
  for (const der of certificates) {
    if (delegates.length === mostDelegates) break;
    const signer = readable(der);
    if (signer !== undefined && isNamed(signer)) delegates.push({ signer, delegated: true });
  }
  return [...known, ...delegates];
}

/** §4.2.2.3: the name or key of a response is that of the certificate by which its signature verifies. */
function isResponder(
  certificate: Certificate,
  responder: OcspResponderId,
  { sha1 }: CryptoProvider['hashes'],
): boolean {
  if ('name' in responder) return certificate.subject.equals(responder.name);
  return sha1 !== undefined && equalBytes(responder.keyHash, sha1.digest(keyBits(certificate)));
}

/** A certificate that is not needed may be anything. */
function readable(der: Uint8Array): Certificate | undefined {
  try {
    const certificate = parseCertificate(der);
    keyBits(certificate);
    return certificate;
  } catch {
    return undefined;
  }
}

/** What a certificate says for itself: that it is one of a responder of this authority, and good today. */
function checkDelegate(signer: Certificate, question: RevocationQuestion): void {
  const { issuer, tools } = question;
  if (!signer.issuer.equals(issuer.subject)) {
    throw refuse(question, `is signed by ${signer.label}, which its issuer did not certify`, 'RFC 6960 §4.2.2.2');
  }
  // Any purpose is none: delegation is explicit.
  if (signer.extendedKeyUsage?.includes(purposeOids.OCSPSigning) !== true) {
    throw refuse(question, `is signed by ${signer.label}, which is not for OCSP signing`, 'RFC 6960 §4.2.2.2');
  }
  // RFC 5280 §4.2.1.12: with that purpose go these bits.
  const { keyUsage } = signer;
  if (keyUsage !== undefined && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation')) {
    throw refuse(question, `is signed by ${signer.label}, whose key may not sign`, 'RFC 5280 §4.2.1.3');
  }
  // An authority below ours that bears the purpose would speak for its superior.
  if (signer.basicConstraints?.ca === true) {
    throw refuse(question, `is signed by ${signer.label}, which is an authority and no responder`, 'RFC 6960 §2.6');
  }
  checkExtensions(signer, [ocspOids.noCheck]);
  checkNoCheck(signer, question);
  checkValidity(signer, tools.policy.time);
}

/** §4.2.2.2.1: the value of the extension is NULL. */
function checkNoCheck(signer: Certificate, question: RevocationQuestion): void {
  const value = signer.extensions.get(ocspOids.noCheck)?.value;
  if (value === undefined || (value.length === 2 && value[0] === 0x05 && value[1] === 0)) return;
  throw refuse(question, `is signed by ${signer.label}, whose nocheck is not NULL`, 'RFC 6960 §4.2.2.2.1');
}

/** §4.2.2.2: directly, by the very key that signed the certificate in question; and not taken back since. */
function* checkDelegation(signer: Certificate, question: RevocationQuestion, rules: SignerRules): Step<void> {
  const { issuer, path, tools } = question;
  const algorithm = tools.algorithm(signer.signatureAlgorithm, signer);
  if (!(yield* tools.verify(tools.key(issuer), algorithm, signer.tbs, signer.signature))) {
    throw refuse(question, `is signed by ${signer.label}, which its issuer did not sign`, 'RFC 6960 §4.2.2.2');
  }
  if (rules.responderRevocation === undefined || signer.extensions.has(ocspOids.noCheck)) return;
  yield* judgeOne(
    {
      certificate: signer,
      issuer,
      path: [signer, ...path.slice(1)],
      isLeaf: false,
      staple: undefined,
      mustKnow: rules.responderRevocation.unknown === 'refuse',
      tools,
    },
    rules.responderRevocation,
  );
}

/** A response that does not count. */
export function refuse(
  { certificate }: Pick<RevocationQuestion, 'certificate'>,
  what: string,
  rfc: string,
  cause?: unknown,
): TlsError {
  const details = { rfc, ...(cause === undefined ? {} : { cause }) };
  return refusal('ERR_TLS_CERT_STATUS', certificate, `OCSP response ${what}`, details);
}
