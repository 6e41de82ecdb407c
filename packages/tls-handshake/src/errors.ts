import { TlsError } from '@tlskit/tls-alerts';

/** What is well-formed and must not be: the most frequent error of handshakes, in short (RFC 9846 §6.2). */
export function illegal(message: string, rfc?: string): TlsError {
  return new TlsError('ERR_TLS_ILLEGAL_PARAMETER', message, rfc === undefined ? {} : { rfc });
}
