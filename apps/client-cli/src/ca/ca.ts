/** `tlskit ca`: an authority that nobody knows, and certificates of it, as files for tests. */
import { join } from 'node:path';
import { print, printable } from '@tlskit/cli-kit';
import { type CertificateOptions, createCA, type Issued, type KeyKind, type TestCA, toPem } from '@tlskit/tls-testing';
import { exitCode } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { type NewFile, WARNING, writeFiles } from '../keys/output.ts';
import { encodePkcs12 } from '../keys/pkcs12.ts';
import { type CaSettings, caSettings, type LeafWish, MAX_DAYS } from './options.ts';

/** @returns the exit code. @throws UsageError */
export async function runCa(args: readonly string[], io: Io): Promise<number> {
  const settings = caSettings(args, Date.now());
  const files = await filesOf(settings);
  writeFiles(files, settings.force);
  const width = Math.max(...files.map(({ path }) => path.length)) + 2;
  for (const { path, about } of files) await print(io.stdout, `${printable(path, 1000).padEnd(width)}${about}\n`);
  await print(io.stderr, WARNING);
  return exitCode('good');
}

async function filesOf(settings: CaSettings): Promise<readonly NewFile[]> {
  const authority = { key: settings.caKey, ...validityOfAuthorities(settings) };
  const root = await createCA(authority);
  const issuer = settings.intermediate ? await root.intermediate({ ...authority, pathLength: 0 }) : root;
  const files = authorityFiles('root', 'the root, to be trusted', root, settings);
  if (issuer !== root) files.push(...authorityFiles('intermediate', 'the intermediate', issuer, settings));
  for (const leaf of settings.leaves)
    files.push(...leafFiles(leaf, await issuer.issue(leafOptions(leaf, settings)), settings));
  return files;
}

/** They are there before their leaves, and after them. */
function validityOfAuthorities({ from, until }: CaSettings): Pick<CertificateOptions, 'notBefore' | 'notAfter'> {
  const day = 86_400_000;
  const now = Date.now();
  return {
    notBefore: new Date(Math.min(from, now - day)),
    notAfter: new Date(Math.max(until, now + MAX_DAYS * day)),
  };
}

function leafOptions({ names, role }: LeafWish, { key, from, until }: CaSettings): CertificateOptions {
  return {
    key,
    subject: names[0] as string,
    names,
    notBefore: new Date(from),
    notAfter: new Date(until),
    keyUsage: usages(key),
    extendedKeyUsage: [role === 'server' ? 'serverAuth' : 'clientAuth'],
  };
}

/** RSA keys may be to encrypt with, for the key exchange of old (RFC 5246 §7.4.2). */
function usages(kind: KeyKind): NonNullable<CertificateOptions['keyUsage']> {
  return /^rsa-\d/.test(kind) ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'];
}

function authorityFiles(name: string, what: string, ca: TestCA, { out, caKey }: CaSettings): NewFile[] {
  return [
    { path: join(out, `${name}.pem`), contents: ca.pem, about: `certificate of ${what}`, secret: false },
    {
      path: join(out, `${name}.key`),
      contents: toPem('PRIVATE KEY', ca.key),
      about: `its key, ${caKey}`,
      secret: true,
    },
  ];
}

function leafFiles({ file, names, role }: LeafWish, issued: Issued, { out, key, p12 }: CaSettings): NewFile[] {
  const path = (end: string): string => join(out, `${file}${end}`);
  const { certificate, chain } = issued;
  const whom = `${role}, for ${names.join(', ')}`;
  const files = [
    {
      path: path('.pem'),
      contents: toPem('CERTIFICATE', certificate),
      about: `certificate of a ${whom}`,
      secret: false,
    },
    {
      path: path('-chain.pem'),
      contents: issued.pem.certificate,
      about: 'the same with those above it, as it is sent',
      secret: false,
    },
    { path: path('.key'), contents: issued.pem.key, about: `its key, ${key}`, secret: true },
  ];
  if (p12 === undefined) return files;
  const contents = encodePkcs12({ key: issued.key, certificates: chain }, p12.passphrase);
  return [...files, { path: path('.p12'), contents, about: 'key and certificates as PKCS#12', secret: true }];
}
