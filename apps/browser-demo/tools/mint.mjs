/**
 * Makes src/lab/identities/: the authority of the demo, its server's certificates and its client's, with their keys and OCSP
 * responses. They are the same for everybody and for ever, so that a shared link replays byte for byte; they are worth nothing elsewhere.
 *
 *     node tools/mint.mjs
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createCA } from '@tlskit/tls-testing';

const notBefore = new Date('2025-01-01T00:00:00Z');
const notAfter = new Date('2075-01-01T00:00:00Z');
const validity = { notBefore, notAfter };
/** What the demo takes for now is a year on. */
const [thisUpdate, nextUpdate] = [new Date('2025-12-31T00:00:00Z'), new Date('2026-01-07T00:00:00Z')];

const ca = await createCA({ ...validity, subject: 'Authority of this page', key: 'ecdsa-p256' });
const usage = ['digitalSignature', 'keyEncipherment', 'keyAgreement'];
const kinds = ['ecdsa-p256', 'rsa-2048', 'ed25519'];

const header =
  '/** Made by tools/mint.mjs. Everybody has these keys: whoever trusts this authority trusts everybody. */';
const base64 = bytes => `'${Buffer.from(bytes).toString('base64')}'`;

function write(name, ...lines) {
  const path = fileURLToPath(new URL(`../src/lab/identities/${name}.ts`, import.meta.url));
  writeFileSync(path, [header, ...lines, ''].join('\n'));
}

async function writeIdentity(name, { chain, certificate, key }) {
  const staple = await ca.ocsp({ producedAt: thisUpdate, responses: [{ certificate, thisUpdate, nextUpdate }] });
  write(
    name,
    "import type { EncodedIdentity } from './index.ts';",
    '',
    'export const identity: EncodedIdentity = {',
    `  chain: [${chain.map(base64).join(', ')}],`,
    `  key: ${base64(key)},`,
    `  staple: ${base64(staple)},`,
    '};',
  );
}

write('authority', `export const authority = ${base64(ca.certificate)};`);
for (const kind of kinds) {
  const keyUsage = kind === 'rsa-2048' ? usage.slice(0, 2) : usage.slice(0, 1);
  await writeIdentity(kind, await ca.issue({ ...validity, names: ['server.example'], key: kind, keyUsage }));
}
await writeIdentity(
  'client',
  await ca.issue({ ...validity, names: ['client.example'], key: 'ecdsa-p256', extendedKeyUsage: ['clientAuth'] }),
);
