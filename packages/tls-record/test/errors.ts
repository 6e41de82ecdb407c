import { TlsError } from '@tlskit/tls-alerts';

/** Code and alert of what `run` throws. */
export function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof TlsError) return `${error.code} ${error.alert}`;
    throw error;
  }
  return 'nothing was thrown';
}

/** The TlsError that `run` throws, or undefined. */
export function thrownBy(run: () => unknown): TlsError | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof TlsError) return error;
    throw error;
  }
  return undefined;
}
