/**
 * Makes src/lab/identities.ts: the authority of the demo, its server's certificates and its client's, with their keys and OCSP
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

const servers = [];
for (const kind of kinds) {
  const keyUsage = kind === 'rsa-2048' ? usage.slice(0, 2) : usage.slice(0, 1);
  servers.push([kind, await ca.issue({ ...validity, names: ['server.example'], key: kind, keyUsage })]);
}
const client = await ca.issue({
  ...validity,
  names: ['client.example'],
  key: 'ecdsa-p256',
  extendedKeyUsage: ['clientAuth'],
});

const base64 = bytes => `'${Buffer.from(bytes).toString('base64')}'`;
const identity = async ({ chain, certificate, key }) => {
  const staple = await ca.ocsp({ producedAt: thisUpdate, responses: [{ certificate, thisUpdate, nextUpdate }] });
  return `{ chain: [${chain.map(base64).join(', ')}], key: ${base64(key)}, staple: ${base64(staple)} }`;
};

const lines = [
  '/** Made by tools/mint.mjs. Everybody has these keys: whoever trusts this authority trusts everybody. */',
  '',
  '/** Base64 of DER. */',
  'export interface EncodedIdentity {',
  '  /** The leaf first, without the authority. */',
  '  readonly chain: readonly string[];',
  '  /** PKCS#8. */',
  '  readonly key: string;',
  '  /** An OCSP response that says that the leaf is good. */',
  '  readonly staple: string;',
  '}',
  '',
  `export const authority = ${base64(ca.certificate)};`,
  '',
  'export const servers = {',
  ...(await Promise.all(servers.map(async ([kind, issued]) => `  '${kind}': ${await identity(issued)},`))),
  '} as const satisfies Readonly<Record<string, EncodedIdentity>>;',
  '',
  `export const client: EncodedIdentity = ${await identity(client)};`,
  '',
];
writeFileSync(fileURLToPath(new URL('../src/lab/identities.ts', import.meta.url)), lines.join('\n'));
