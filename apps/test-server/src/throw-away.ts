/** A certificate for those who bring none: made at the start, signed by an authority that lives as long as the server. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCA } from '@tlskit/tls-testing';
import type { CredentialOptions } from 'tlskit';

/** What the certificate is for. */
const names = ['localhost', '127.0.0.1', '::1'];

export interface ThrowAway {
  readonly credential: CredentialOptions;
  /** Where the authority's certificate is, as PEM, for clients that are to trust it. */
  readonly ca: string;
  /** Removes that file and its folder. It happens at the end of the process, too. */
  remove(): void;
}

export async function throwAway(): Promise<ThrowAway> {
  const ca = await createCA();
  const { pem } = await ca.issue({ names });
  // A folder of our own, for us alone: nobody else can put another authority in its place.
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-server-'));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  const file = join(folder, 'ca.pem');
  writeFileSync(file, ca.pem, { mode: 0o600 });
  return { credential: { certificate: pem.certificate, key: pem.key }, ca: file, remove };
}
