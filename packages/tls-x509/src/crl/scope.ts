/** Which certificates, and which reasons, a CRL is about (RFC 5280 §6.3.3 (b) to (d)). */
import { equalBytes } from '@tlskit/tls-wire';
import type { Certificate } from '../certificate.ts';
import { readAlternativeNames } from '../extensions.ts';
import type { GeneralName } from '../general-name.ts';
import { ext } from '../oids.ts';
import type { RevocationQuestion } from '../revocation.ts';
import type { Crl } from './crl.ts';
import {
  allReasons,
  type DistributionPoint,
  directoryNames,
  hasDirectoryName,
  haveNameInCommon,
  type IssuingDistributionPoint,
  namesOfPoint,
  type Reasons,
} from './distribution-point.ts';
import { crlRefusal } from './errors.ts';
import { crlExt } from './oids.ts';

/**
 * Checks issuer and scope of a complete CRL against a distribution point of the certificate, (b), and computes the interim reasons mask,
 * (d).
 *
 * @throws TlsError `ERR_TLS_CRL_SCOPE`, or `ERR_TLS_CRL_MALFORMED`
 */
export function reasonsInScope(
  crl: Crl,
  point: DistributionPoint,
  { certificate, tools }: Pick<RevocationQuestion, 'certificate' | 'tools'>,
): Reasons {
  const own = crl.issuingDistributionPoint;
  checkIssuer(crl, point, certificate);
  if (own !== undefined) {
    if (own.name !== undefined) {
      // (b)(2)(i)
      const names = [namesOfPoint(own.name, crl.issuer), namesOf(point, certificate)] as const;
      if (!haveNameInCommon(...names, () => tools.count('nameComparisons'))) {
        throw refuse(crl, 'is of another distribution point', '(b)(2)(i)');
      }
    }
    checkKind(crl, own, certificate);
  }
  return (own?.onlySomeReasons ?? allReasons) & (point.reasons ?? allReasons) & allReasons;
}

/** (b)(1) */
function checkIssuer(crl: Crl, { crlIssuer }: DistributionPoint, certificate: Certificate): void {
  if (crlIssuer === undefined) {
    if (!crl.issuer.equals(certificate.issuer))
      throw refuse(crl, 'is of another issuer than the certificate', '(b)(1)');
    return;
  }
  if (!hasDirectoryName(crlIssuer, crl.issuer)) {
    throw refuse(crl, 'is of another issuer than the distribution point names', '(b)(1)');
  }
  if (crl.issuingDistributionPoint?.indirectCRL !== true) {
    throw refuse(crl, 'is of another issuer than the certificate, and no indirect CRL', '(b)(1)');
  }
}

/** The names of a distribution point of a certificate, or without them those of its issuer. */
function namesOf({ name, crlIssuer = [] }: DistributionPoint, certificate: Certificate): readonly GeneralName[] {
  if (name === undefined) return crlIssuer;
  // §4.2.1.13: relative to the CRL's issuer, if it is named, else to the certificate's.
  return namesOfPoint(name, crlIssuer.length === 0 ? certificate.issuer : directoryNames(crlIssuer)[0]);
}

/** (b)(2)(ii) to (iv) */
function checkKind(crl: Crl, own: IssuingDistributionPoint, certificate: Certificate): void {
  const isAuthority = certificate.basicConstraints?.ca === true;
  if (own.onlyContainsUserCerts && isAuthority) {
    throw refuse(crl, 'is about certificates of users alone, and this is of an authority', '(b)(2)(ii)');
  }
  if (own.onlyContainsCACerts && !isAuthority) {
    throw refuse(crl, 'is about certificates of authorities alone, and this is of none', '(b)(2)(iii)');
  }
  if (own.onlyContainsAttributeCerts) throw refuse(crl, 'is about attribute certificates alone', '(b)(2)(iv)');
}

/** What a certificate has for CRLs that it does not name: those of its issuer (§6.3.3, last paragraph). @throws DecodeError */
export function assumedPoint(certificate: Certificate): DistributionPoint {
  const alternatives = certificate.extensions.get(ext.issuerAltName)?.value;
  const fullName: readonly GeneralName[] = [
    { type: 'directoryName', value: certificate.issuer },
    ...(alternatives === undefined ? [] : readAlternativeNames(alternatives)),
  ];
  return { name: { fullName }, reasons: undefined, crlIssuer: undefined };
}

/**
 * What keeps a delta CRL from being combined with a complete one (§5.2.4, §6.3.3 (c)), or undefined. One that is not newer is no problem,
 * and of no use: that is for the caller to see.
 */
export function deltaProblem(delta: Crl, complete: Crl): string | undefined {
  const { deltaBase } = delta;
  if (!delta.issuer.equals(complete.issuer)) return 'is of another issuer than the complete CRL';
  if (!sameExtension(delta, complete, crlExt.issuingDistributionPoint))
    return 'has another scope than the complete CRL';
  if (!sameExtension(delta, complete, crlExt.authorityKeyIdentifier)) return 'is by another key than the complete CRL';
  if (deltaBase === undefined || delta.number === undefined) return 'is no delta CRL with a number';
  if (complete.number === undefined) return 'is for a complete CRL with a number, and this has none';
  if (complete.number < deltaBase) return `begins at number ${deltaBase}, and the complete CRL has ${complete.number}`;
  return undefined;
}

function sameExtension(one: Crl, other: Crl, oid: string): boolean {
  const [a, b] = [one.extensions.get(oid)?.value, other.extensions.get(oid)?.value];
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}

function refuse(crl: Crl, what: string, step: string): ReturnType<typeof crlRefusal> {
  return crlRefusal('ERR_TLS_CRL_SCOPE', crl, what, { rfc: `RFC 5280 §6.3.3 ${step}` });
}
