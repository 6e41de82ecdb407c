/** What a CRL must be, whoever signed it, before it says anything of a certificate (RFC 5280 §5.1, §5.2, §5.3). */
import type { TlsError } from '@tlskit/tls-alerts';
import type { Profile } from '../profile.ts';
import type { Crl } from './crl.ts';
import { crlRefusal } from './errors.ts';
import { crlExt } from './oids.ts';

/** Extensions that are processed, and how authorities must mark them (§5.2.1 to §5.2.7). */
const extensions: ReadonlyMap<string, { readonly critical: boolean; readonly rfc: string } | undefined> = new Map([
  [crlExt.authorityKeyIdentifier, { critical: false, rfc: 'RFC 5280 §5.2.1' }],
  // SHOULD NOT be critical.
  [crlExt.issuerAltName, undefined],
  [crlExt.cRLNumber, { critical: false, rfc: 'RFC 5280 §5.2.3' }],
  [crlExt.deltaCRLIndicator, { critical: true, rfc: 'RFC 5280 §5.2.4' }],
  [crlExt.issuingDistributionPoint, { critical: true, rfc: 'RFC 5280 §5.2.5' }],
  [crlExt.freshestCRL, { critical: false, rfc: 'RFC 5280 §5.2.6' }],
  [crlExt.authorityInfoAccess, { critical: false, rfc: 'RFC 5280 §5.2.7' }],
]);

/** @throws TlsError `ERR_TLS_CRL_REFUSED` or `ERR_TLS_CRL_MALFORMED` for a CRL that must not be used */
export function checkUsable(crl: Crl): void {
  for (const { oid, critical } of crl.extensions.values()) {
    // §5.2 MUST NOT use it to determine the status of certificates.
    if (critical && !extensions.has(oid)) throw refuse(crl, `has the critical extension ${oid}, which is unknown`);
  }
  const { unknownEntryExtension } = crl;
  if (unknownEntryExtension !== undefined) {
    const what = `has an entry with the critical extension ${unknownEntryExtension}, which is unknown`;
    throw refuse(crl, what, 'RFC 5280 §5.3');
  }
  // Each reads its extension, and throws when that is malformed.
  void crl.authorityKeyIdentifier;
  void crl.number;
  void crl.deltaBase;
  void crl.freshestCRL;
  if (crl.namesIssuers && crl.issuingDistributionPoint?.indirectCRL !== true) {
    throw refuse(crl, 'names issuers of certificates, and is no indirect CRL', 'RFC 5280 §5.3.3');
  }
}

/** What is not as authorities are to make CRLs, where the profile asks for that. */
export function profileProblem(crl: Crl, profile: Profile): TlsError | undefined {
  if (profile === 'path') return undefined;
  if (crl.version !== 2) return refuse(crl, 'is not of version 2', 'RFC 5280 §5.1.2.1');
  for (const { oid, critical } of crl.extensions.values()) {
    const rule = extensions.get(oid);
    if (rule === undefined || rule.critical === critical) continue;
    return refuse(crl, `extension ${oid} is ${critical ? 'critical' : 'not critical'}`, rule.rfc);
  }
  if (crl.authorityKeyIdentifier === undefined)
    return refuse(crl, 'has no authority key identifier', 'RFC 5280 §5.2.1');
  if (crl.number === undefined) return refuse(crl, 'has no number', 'RFC 5280 §5.2.3');
  if (crl.deltaBase !== undefined && crl.freshestCRL !== undefined) {
    return refuse(crl, 'is a delta CRL and says where deltas to it are', 'RFC 5280 §5.2.6');
  }
  return undefined;
}

function refuse(crl: Crl, what: string, rfc?: string): TlsError {
  return crlRefusal('ERR_TLS_CRL_REFUSED', crl, what, rfc === undefined ? {} : { rfc });
}
