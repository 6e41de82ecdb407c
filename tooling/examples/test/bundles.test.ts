/** What a bundle of TLS 1.3 alone carries, by the modules that are in it: versions are passed in, and nothing of TLS 1.2 comes along. */
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Modules of the workspace that have a part in the bundle of this source, which is one of that package, as paths in their packages. */
async function modulesOf(source: string, owner = 'tls-engine'): Promise<string[]> {
  const dir = join(root, 'packages', owner);
  const file = join(dir, `.bundle.${process.pid}.mjs`);
  writeFileSync(file, source);
  try {
    const { metafile } = await build({
      entryPoints: [file],
      bundle: true,
      format: 'esm',
      write: false,
      metafile: true,
      absWorkingDir: root,
      logLevel: 'silent',
    });
    return Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    );
  } finally {
    await rm(file);
  }
}

/** Modules that TLS 1.2 alone needs, by how they are called. */
const of12 = /tls12|12\.js$|any-cipher-suite|cipher-suite-names|\/legacy\//;

describe('a client of TLS 1.3', () => {
  it('carries no module of TLS 1.2', async () => {
    const modules = await modulesOf(
      "export { createClientEngine } from '@tlskit/tls-engine'; export { tls13Client } from '@tlskit/tls-engine/tls13';",
    );
    expect(modules.some(path => path.endsWith('tls-engine/dist/engine.js'))).toBe(true);
    expect(modules.filter(path => of12.test(path))).toEqual([]);
  });
});

describe('a client of TLS 1.3 with the features that it names', () => {
  const theirs =
    /handshake13\/dist\/(apart|certificate-compression|delegated|early-data|features|post-handshake-auth|psk-|tasks)|handshake\/dist\/(alpn|heartbeat|max-fragment|record-size|use-srtp|ticket-request|known-peer)|engine\/dist\/(early-data|certificate-requests)|tls-session/;
  const withFeatures = (names: string) =>
    modulesOf(
      `export { createClientEngine } from '@tlskit/tls-engine'; export { client13${names} } from '@tlskit/tls-engine/tls13';`,
    );

  it('carries nothing of the others', async () => {
    const modules = await withFeatures('');
    expect(modules.some(path => path.endsWith('tls-handshake13/dist/client.js'))).toBe(true);
    expect(modules.filter(path => theirs.test(path))).toEqual([]);
  });

  it('carries what it names', async () => {
    const modules = await withFeatures(', alpn, psks, earlyData');
    for (const module of ['handshake/dist/alpn.js', 'handshake13/dist/psk-client.js', 'engine/dist/early-data.js']) {
      expect(modules.some(path => path.endsWith(module))).toBe(true);
    }
  });
});

describe('whoever names TLS 1.2', () => {
  it('gets its modules', async () => {
    const modules = await modulesOf(
      "export { protection12 } from '@tlskit/tls-record/tls12'; export { MasterSecret12 } from '@tlskit/tls-keyschedule/tls12';",
    );
    expect(modules.filter(path => of12.test(path)).length).toBeGreaterThan(5);
  });
});

describe('whoever verifies certificates', () => {
  it('carries nothing of CRLs, OCSP, logs, passphrases and words that was not named', async () => {
    const modules = await modulesOf("export { createCertificateVerifier } from '@tlskit/tls-x509';", 'tls-x509');
    expect(modules.some(path => path.endsWith('tls-x509/dist/verifier.js'))).toBe(true);
    expect(modules.filter(path => /tls-x509\/dist\/(crl|ocsp|transparency|encrypted|details)\//.test(path))).toEqual(
      [],
    );
  });

  it('gets the words by their name', async () => {
    const modules = await modulesOf("export { certificateDetails } from '@tlskit/tls-x509/details';", 'tls-x509');
    expect(modules.some(path => path.endsWith('details/extensions.js'))).toBe(true);
    expect(modules.filter(path => /verifier|path\.js$/.test(path))).toEqual([]);
  });
});

describe('the Public Suffix List', () => {
  const theirs = /\/public-suffix\//;

  it.each([
    "export { createCertificateVerifier } from '@tlskit/tls-x509';",
    "export { createClientEngine, createServerEngine } from 'tlskit/engine';",
    "export { startTls, acceptTls } from 'tlskit/web';",
    "export { createNobleProvider } from 'tlskit';",
  ])('costs nothing where nobody asks for it: %s', async source => {
    const modules = await modulesOf(source, 'tlskit');
    expect(modules.length).toBeGreaterThan(10);
    expect(modules.filter(path => theirs.test(path))).toEqual([]);
  });

  it('comes along by its name', async () => {
    const modules = await modulesOf("export { isPublicSuffix } from 'tlskit';", 'tlskit');
    expect(modules.filter(path => theirs.test(path)).length).toBe(2);
  });
});

describe('files under a passphrase', () => {
  const theirs = /\/encrypted\/|\/passwords\/|pbkdf2|scrypt|\/legacy\//;
  const here = 'tlskit';

  it('cost nothing to those who read none', async () => {
    const credentials = "export { createCertificateVerifier, createCredential } from '@tlskit/tls-x509';";
    const modules = await modulesOf(credentials, here);
    expect(modules.some(path => path.endsWith('tls-x509/dist/credential.js'))).toBe(true);
    expect(modules.filter(path => theirs.test(path))).toEqual([]);
    const engine = await modulesOf("export { createServerEngine } from 'tlskit/engine';", here);
    expect(engine.filter(path => theirs.test(path))).toEqual([]);
  });

  it('bring their ciphers along where they are asked for', async () => {
    const modules = await modulesOf("export { loadPkcs12 } from '@tlskit/tls-x509/encrypted';", here);
    expect(modules.filter(path => theirs.test(path)).length).toBeGreaterThan(5);
  });
});

describe('tlskit/streams', () => {
  const cryptography = /tls-crypto-(noble|web|node)\/dist\/(provider|aead|hash|pq|groups|rsa|key-exchange)|@noble/;

  it('carries no provider and no version of its own', async () => {
    const modules = await modulesOf("export { startTls, acceptTls } from 'tlskit/streams';", 'tlskit');
    expect(modules.some(path => path.endsWith('tlskit/dist/web/connection.js'))).toBe(true);
    expect(modules.filter(path => cryptography.test(path))).toEqual([]);
    expect(modules.filter(path => /tls-handshake1[23]\//.test(path))).toEqual([]);
  });

  it('is what tlskit/web is made of, with its defaults', async () => {
    const modules = await modulesOf("export { startTls } from 'tlskit/web';", 'tlskit');
    expect(modules.filter(path => cryptography.test(path)).length).toBeGreaterThan(10);
    expect(modules.filter(path => /tls-crypto-node\//.test(path))).toEqual([]);
  });
});
