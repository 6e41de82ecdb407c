/** A server's requests for certificates after the handshake, as the engine counts them (RFC 9846 §4.7.2). */
import { TlsError } from '@tlskit/tls-alerts';
import type { Command, Connected, HandshakeEvent } from '@tlskit/tls-handshake';

export interface CertificateRequestOptions {
  /** Whether a client without a certificate is refused; false by default. */
  readonly required?: boolean | undefined;
}

/** Bytes of a certificate_request_context: it cannot be foreseen, and comes but once (RFC 9846 §4.4.2). */
const CONTEXT = 32;

export class CertificateRequests {
  readonly #random: (length: number) => Uint8Array;
  readonly #max: number;
  #waiting = 0;

  /** @param max how many may wait for their answers at a time */
  constructor(random: (length: number) => Uint8Array, max = 8) {
    this.#random = random;
    this.#max = max;
  }

  /** @throws TlsError `ERR_TLS_INVALID_STATE` where the client cannot be asked, `ERR_TLS_INVALID_OPTION` for options that are none */
  make(
    { postHandshakeAuth }: Connected,
    options: CertificateRequestOptions,
  ): Extract<Command, { type: 'request-certificate' }> {
    const required = requiredBy(options);
    if (postHandshakeAuth !== true) {
      const message =
        'the client did not offer to show a certificate after the handshake, or nobody here would judge it';
      throw new TlsError('ERR_TLS_INVALID_STATE', message, { rfc: 'RFC 9846 §4.3.6' });
    }
    if (this.#waiting >= this.#max) {
      throw new TlsError('ERR_TLS_INVALID_STATE', `${this.#max} requests for a certificate wait for their answers`);
    }
    this.#waiting++;
    return { type: 'request-certificate', context: this.#random(CONTEXT), required };
  }

  /** The connection as it is after an answer. */
  answered(
    connected: Connected,
    { authenticated }: Extract<HandshakeEvent, { type: 'client-authentication' }>,
  ): Connected {
    this.#waiting--;
    if (authenticated === undefined) return connected;
    const { peer, chain, details, scheme } = authenticated;
    return {
      ...connected,
      peer,
      peerCertificates: chain,
      peerCertificateDetails: details,
      clientSignatureScheme: scheme,
    };
  }
}

/** A misspelt option is not its absence: a client without a certificate would be let pass. */
function requiredBy(options: CertificateRequestOptions): boolean {
  const unknown = Object.keys(options).find(name => name !== 'required');
  if (unknown !== undefined) {
    throw new TlsError('ERR_TLS_INVALID_OPTION', `a request for a certificate has no option '${unknown}'`);
  }
  const { required = false } = options;
  if (typeof required !== 'boolean') throw new TlsError('ERR_TLS_INVALID_OPTION', 'required is true or false');
  return required;
}
