/** `tlskit keygen`: a private key of any kind that certificates may bear. */
import { createPrivateKey } from 'node:crypto';
import { print, printable } from '@tlskit/cli-kit';
import { generateKey, portable, toPem } from '@tlskit/tls-testing';
import { exitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { encryptedPkcs8 } from '../keys/encrypt.ts';
import { type NewFile, WARNING, writeFiles } from '../keys/output.ts';
import { type KeygenSettings, keygenSettings } from './options.ts';

/** @returns the exit code. @throws UsageError */
export async function runKeygen(args: readonly string[], io: Io): Promise<number> {
  const settings = keygenSettings(args);
  const { kind, out, publicOut, der, force, passphrase } = settings;
  const { pkcs8, spki } = await generateKey(kind, portable());
  const contents = privateKey(pkcs8, settings);
  const files: NewFile[] = [];
  if (out !== undefined) {
    const about = `private key, ${kind}${passphrase === undefined ? '' : ', encrypted'}`;
    files.push({ path: out, contents, about, secret: true });
  }
  if (publicOut !== undefined) {
    const bytes = der ? spki : toPem('PUBLIC KEY', spki);
    files.push({ path: publicOut, contents: bytes, about: `public key, ${kind}`, secret: false });
  }
  writeFiles(files, force);
  if (out === undefined) io.stdout.write(contents);
  // What goes to standard output is the key alone.
  for (const { path, about } of files) await print(io.stderr, `${printable(path)}: ${about}\n`);
  await print(io.stderr, WARNING);
  return exitCode('good');
}

function privateKey(pkcs8: Uint8Array, { form, passphrase, der }: KeygenSettings): string | Uint8Array {
  if (passphrase !== undefined) {
    const encrypted = encryptedPkcs8(pkcs8, passphrase);
    return der ? encrypted : toPem('ENCRYPTED PRIVATE KEY', encrypted);
  }
  if (form === 'pkcs8') return der ? pkcs8 : toPem('PRIVATE KEY', pkcs8);
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  return der ? key.export({ type: form, format: 'der' }) : key.export({ type: form, format: 'pem' });
}
