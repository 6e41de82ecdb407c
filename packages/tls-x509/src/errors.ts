/** How this package says no: every refusal names the certificate, the check and the section. */
import { errorTable, TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
import { DecodeError } from '@tlskit/tls-wire';

/** A certificate as messages name it. */
export interface Named {
  readonly label: string;
}

/** An error about one certificate. `rfc` is given where it is more exact than the table's section. */
export function refusal(
  code: TlsErrorCode,
  certificate: Named,
  what: string,
  details: { readonly rfc?: string; readonly cause?: unknown } = {},
): TlsError {
  const rfc = details.rfc ?? errorTable[code].rfc;
  const error = new TlsError(code, `certificate ${certificate.label}: ${what}${rfc === undefined ? '' : ` (${rfc})`}`, {
    ...(rfc === undefined ? {} : { rfc }),
    ...('cause' in details ? { cause: details.cause } : {}),
  });
  subjects.set(error, certificate);
  return error;
}

const subjects = new WeakMap<TlsError, Named>();

/** The certificate that an error is about, where {@link refusal} made it. */
export function subjectOfRefusal(error: TlsError): Named | undefined {
  return subjects.get(error);
}

/** Runs `read`; what it cannot decode is `ERR_TLS_CERT_MALFORMED`. */
export function orMalformed<T>(certificate: Named, what: string, rfc: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw refusal('ERR_TLS_CERT_MALFORMED', certificate, `${what}: ${error.message}`, { rfc, cause: error });
  }
}

/** A mistake of the caller. */
export function invalidOption(message: string, cause?: unknown): TlsError {
  return new TlsError('ERR_TLS_INVALID_OPTION', message, cause === undefined ? {} : { cause });
}

/**
 * Refuses options that do not exist: a misspelt one must not be taken for its absence. So would be what keeps its contents elsewhere, as a
 * Map does.
 */
export function checkKeys(what: string, value: object, known: readonly string[]): void {
  if (!/^\[object (Object|Module)\]$/.test(Object.prototype.toString.call(value))) {
    throw invalidOption(`${what}: no object of options`);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw invalidOption(`${what} has no option called ${JSON.stringify(key)}`);
  }
}
