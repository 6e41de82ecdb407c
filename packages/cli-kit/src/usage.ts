/** What the library says of options that it does not take. */
import { TlsError } from '@tlskit/tls-alerts';
import { UsageError } from './command-line.ts';

/** What the library does not take is what the user should not have said. @throws UsageError */
export function asUsage<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof TlsError ? new UsageError(error.message) : error;
  }
}
