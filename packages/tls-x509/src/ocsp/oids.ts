/** The object identifiers of OCSP (RFC 6960 §B.1). */
export const ocspOids = {
  /** id-pkix-ocsp-basic */
  basic: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
  noCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;
