/** Steps of a handshake that may fail for reasons which are not ours: the peer's, or the application's. */
import { TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
import { CryptoError, type MaybePromise } from '@tlskit/tls-crypto';
import type { HandshakeEvent } from './events.ts';
import { emit, type Flow, wait } from './flow.ts';

/**
 * Runs a step of a key exchange: what the provider refuses of a share is the peer's mistake (RFC 9846 §4.3.8, RFC 8422 §5.11).
 * @param code what the mistake is called
 * @param rfc where it is one, if not in the table's place
 */
export function* keyExchange<T>(
  step: () => MaybePromise<T>,
  code: TlsErrorCode = 'ERR_TLS_BAD_KEY_SHARE',
  rfc?: string,
): Flow<T> {
  try {
    return yield* wait(step());
  } catch (error) {
    if (error instanceof CryptoError && error.code === 'invalid-share') {
      throw new TlsError(code, error.message, { cause: error, ...(rfc !== undefined && { rfc }) });
    }
    throw error;
  }
}

/**
 * What the application finds, or nothing where it fails, of which it is told: a handshake with certificates may do
 * (RFC 9846 §4.3.11). A TlsError is its word that the client is refused.
 */
export function* unlessItFails<T>(
  what: Extract<HandshakeEvent, { type: 'failure' }>['of'],
  find: () => MaybePromise<T | undefined>,
  discard: (late: T | undefined) => void,
): Flow<T | undefined> {
  try {
    return yield* wait(find(), discard);
  } catch (error) {
    if (error instanceof TlsError) throw error;
    yield* emit({ type: 'failure', of: what, error });
    return undefined;
  }
}
