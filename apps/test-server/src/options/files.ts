/** Files that options name: certificates with their keys, staples, authorities. They are read at the start, and again when told to. */
import { readFileSync } from 'node:fs';
import { UsageError } from '@tlskit/cli-kit';
import type { CredentialOptions } from 'tlskit';

/** Where they are. */
export interface CredentialFiles {
  readonly certificates: readonly string[];
  readonly keys: readonly string[];
  readonly staples: readonly string[];
}

/** @throws UsageError for files that do not go together */
export function checkFiles({ certificates, keys, staples }: CredentialFiles): void {
  if (certificates.length !== keys.length) {
    throw new UsageError(`each --cert goes with a --key: here are ${certificates.length} and ${keys.length}`);
  }
  const most = Math.max(1, certificates.length);
  if (staples.length > most) {
    throw new UsageError(
      `each --ocsp-response goes with a --cert: here are ${staples.length} and ${certificates.length}`,
    );
  }
}

/** Empty where there are none. @throws UsageError */
export function readCredentials({ certificates, keys, staples }: CredentialFiles): CredentialOptions[] {
  return certificates.map((path, index) => ({
    certificate: read('--cert', path),
    key: read('--key', keys[index] as string),
    ocspResponse: readStaple(staples[index]),
  }));
}

/** @throws UsageError */
export function readStaple(path: string | undefined): Uint8Array | undefined {
  return path === undefined ? undefined : read('--ocsp-response', path);
}

/** @throws UsageError */
export function read(option: string, path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${option} ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
