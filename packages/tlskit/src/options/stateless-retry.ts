/** HelloRetryRequest without state (RFC 9846 §4.3.2), as an option. */
import type { StatelessRetry } from '@tlskit/tls-handshake';
import type { CookieProtector } from '@tlskit/tls-session';
import { boolean, checkNames, invalid } from './check.ts';

export interface StatelessRetryOptions {
  /** Makes cookies and takes them back, such as a `CookieKeys`. */
  readonly cookies: CookieProtector;
  /** What cookies are good for alone; nothing by default. */
  readonly context?: string | Uint8Array | undefined;
  /** Whether to ask every client to say hello again; false by default. */
  readonly always?: boolean | undefined;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function statelessRetryOf(given: StatelessRetryOptions | undefined): StatelessRetry | undefined {
  if (given === undefined) return undefined;
  checkNames('statelessRetry', given, ['cookies', 'context', 'always']);
  const { cookies, context } = given;
  if (typeof cookies?.seal !== 'function' || typeof cookies.open !== 'function') {
    throw invalid('statelessRetry.cookies has functions seal and open, such as a CookieKeys');
  }
  const bytes = typeof context === 'string' ? new TextEncoder().encode(context) : context;
  if (bytes !== undefined && !(bytes instanceof Uint8Array)) throw invalid('statelessRetry.context is bytes or text');
  return { cookies, context: bytes, always: boolean('statelessRetry.always', given.always, false) };
}
