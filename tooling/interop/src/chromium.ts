/** Chromium as a client: a page is loaded, and its document printed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST, type Identity } from './certificates.ts';
import { Child } from './child.ts';

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a Chromium is, or undefined. */
export function chromiumPath(): string | undefined {
  return places.find(path => path !== undefined && path !== '' && existsSync(path));
}

export interface Browser {
  /** Its output is the document, when it has ended. */
  readonly child: Child;
  stop(): Promise<void>;
}

/**
 * Loads a page from a server of ours. Roots of one's own it takes from the user's database alone, which stays as it is: by its key
 * the leaf is let pass, whatever its issuer.
 * @param trusted absent to have the certificate judged as any other
 */
export function chromium(port: number, path: string, trusted?: Pick<Identity, 'issued'>): Browser {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-chromium-'));
  const key = trusted && createHash('sha256').update(trusted.issued.spki).digest('base64');
  const child = new Child(chromiumPath() ?? 'chromium', [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-proxy-server'],
    ...[`--user-data-dir=${folder}`, `--host-resolver-rules=MAP ${HOST} 127.0.0.1`],
    ...(key === undefined ? [] : [`--ignore-certificate-errors-spki-list=${key}`]),
    ...['--dump-dom', `https://${HOST}:${port}${path}`],
  ]);
  return {
    child,
    async stop() {
      await child.stop();
      // Its other processes go after it, and may write until then.
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
