/** OCSP (RFC 6960): responses that servers staple, and those that are asked for. */
export type { OcspFetch, OcspQuery } from './ask.ts';
export type { CertId } from './cert-id.ts';
export { type OcspOptions, ocsp } from './checker.ts';
export { encodeOcspRequest, type OcspRequestOptions, ocspGetUrl } from './request.ts';
export {
  type BasicOcspResponse,
  type OcspCertificateStatus,
  type OcspErrorStatus,
  type OcspResponderId,
  type OcspResponse,
  parseOcspResponse,
  type SingleOcspResponse,
} from './response.ts';
