/** What is wrong with a CRL: every message names the CRL, the check and the section. */
import { errorTable, TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
import { DecodeError } from '@tlskit/tls-wire';
import type { Named } from '../errors.ts';

/** An error about one CRL. `rfc` is given where it is more exact than the table's section. */
export function crlRefusal(
  code: TlsErrorCode,
  crl: Named,
  what: string,
  details: { readonly rfc?: string; readonly cause?: unknown } = {},
): TlsError {
  const rfc = details.rfc ?? errorTable[code].rfc;
  return new TlsError(code, `${crl.label}: ${what}${rfc === undefined ? '' : ` (${rfc})`}`, {
    ...(rfc === undefined ? {} : { rfc }),
    ...('cause' in details ? { cause: details.cause } : {}),
  });
}

/** Runs `read`; what it cannot decode is `ERR_TLS_CRL_MALFORMED`. */
export function orMalformedCrl<T>(crl: Named, what: string, rfc: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw crlRefusal('ERR_TLS_CRL_MALFORMED', crl, `${what}: ${error.message}`, { rfc, cause: error });
  }
}
