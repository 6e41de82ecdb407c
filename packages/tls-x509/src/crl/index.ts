/** `@tlskit/tls-x509/crl`: certificate revocation lists (RFC 5280 §5, §6.3). */
export { crls } from './checker.ts';
export { type Crl, loadCrls, parseCrl } from './crl.ts';
export type { DistributionPoint, DistributionPointName, IssuingDistributionPoint } from './distribution-point.ts';
export type { CrlEntry } from './entries.ts';
export type { CrlCheckerOptions } from './options.ts';
export type { CrlSource, FetchCrl } from './source.ts';
