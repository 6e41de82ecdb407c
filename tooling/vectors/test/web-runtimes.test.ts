/** The web provider on the WebCrypto of other runtimes: the suites run here, the calls go there. */
import { generateKeyPairSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createWebProvider, type WebProvider } from '@tlskit/tls-crypto-web';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, isAbsent, programs } from '../../runtimes/programs.mjs';
import { complianceChecks } from '../src/compliance.ts';
import { ChromiumRuntime, ProcessRuntime, type WebRuntime } from '../src/web-runtimes.ts';
import { runWycheproof } from '../src/wycheproof.ts';
import { hasWycheproof, loadWycheproof, wycheproofAbsent } from '../src/wycheproof-data.ts';
import { webFiles, webProviders } from '../src/wycheproof-web.ts';

const reference = createNodeProvider();
const { node24, bun, deno } = programs;

const runtimes: { name: string; absent: boolean; start(): Promise<WebRuntime>; lacks: string[] }[] = [
  {
    name: 'Chromium (skipped where there is none: set CHROMIUM_PATH)',
    absent: isAbsent(chromiumPath),
    start: () => ChromiumRuntime.start(chromiumPath),
    lacks: ['x448', 'ed448'],
  },
  {
    name: 'Node 24 (skipped where its package is not for the platform)',
    absent: isAbsent(node24),
    start: async () => new ProcessRuntime(node24, ['--no-warnings', '-e']),
    lacks: [],
  },
  {
    name: 'Bun (skipped where its package is not for the platform)',
    absent: isAbsent(bun),
    start: async () => new ProcessRuntime(bun, ['-e']),
    lacks: ['x448', 'ed448'],
  },
  {
    name: 'Deno (skipped where its package is not for the platform)',
    absent: isAbsent(deno),
    start: async () => new ProcessRuntime(deno, ['eval']),
    lacks: ['ed448'],
  },
];

/** What is native anywhere; all else is not WebCrypto's. */
const native = [
  ...['x25519', 'x448', 'secp256r1', 'secp384r1', 'secp521r1', 'ml-kem-768', 'ml-kem-1024'],
  ...['ecdsa-secp256r1', 'ecdsa-secp384r1', 'ecdsa-secp521r1', 'ed25519', 'ed448'],
  ...['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87', 'rsa-pkcs1', 'rsa-pss'],
];

describe.each(runtimes)('$name', ({ absent, start, lacks }) => {
  if (absent) return it.skip('is not here', () => {});
  let runtime: WebRuntime;
  let provider: WebProvider;
  beforeAll(async () => {
    runtime = await start();
    provider = await createWebProvider({ extras: allExtras, subtle: runtime.subtle });
  });
  afterAll(() => runtime?.close());

  it('has what it is thought to have', () => {
    const described = Object.entries(provider.describe());
    const web = described.filter(([, who]) => who === 'web').map(([name]) => name);
    expect(web.sort()).toEqual(native.filter(name => !lacks.includes(name)).sort());
  });

  it('complies, as the other providers do', async () => {
    const { hashes: _, aeads: __, ...asymmetric } = provider;
    const failures: string[] = [];
    const checks = complianceChecks({ ...asymmetric, hashes: {}, aeads: {} }, reference);
    for (const check of checks) {
      // Those in JavaScript are the same everywhere.
      if (check.name.startsWith('ffdhe')) continue;
      await Promise.resolve(check.run()).catch(error => failures.push(`${check.name}: ${error}`));
    }
    expect(failures).toEqual([]);
    expect(checks.length).toBeGreaterThan(50);
  });

  if (wycheproofAbsent !== undefined) it.skip(wycheproofAbsent, () => {});
  for (const [name, { outOfScope: allowed, optional, sampled }] of wycheproofAbsent === undefined
    ? webFiles(lacks)
    : []) {
    if (optional && !hasWycheproof(name)) continue;
    const sample = sampled === undefined ? '' : ` (one in ${sampled.nth} of ${sampled.flag}; all on this Node's own)`;
    it(`Wycheproof: ${name}${sample}`, async () => {
      const outcome = await runWycheproof(loadWycheproof(name), webProviders(runtime.subtle), sampled);
      expect(outcome.failures).toEqual([]);
      expect(outcome.asserted).toBeGreaterThan(0);
      for (const reason of outcome.outOfScope.keys()) expect(reason).toMatch(allowed ?? /^nothing is out of scope$/);
    });
  }
});

describe.skipIf(runtimes[0]?.absent)('in a page of Chromium (skipped where there is none: set CHROMIUM_PATH)', () => {
  let chromium: ChromiumRuntime;
  let script: string;
  beforeAll(async () => {
    chromium = await ChromiumRuntime.start(chromiumPath);
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('../../../packages/tls-crypto-web/src/index.ts', import.meta.url))],
      conditions: ['@tlskit/source'],
      bundle: true,
      format: 'iife',
      globalName: 'web',
      write: false,
    });
    script = outputFiles[0]?.text ?? '';
  });
  afterAll(() => chromium?.close());

  /** In the page: who does what, and what came of doing it. */
  async function inPage(
    page: Page,
  ): Promise<{ secure: boolean; described: Record<string, string>; results: boolean[] }> {
    await page.addScriptTag({ content: script });
    return page.evaluate(async pkcs8 => {
      const { createWebProvider } = (globalThis as unknown as { web: typeof import('@tlskit/tls-crypto-web') }).web;
      const provider = await createWebProvider();
      const results: boolean[] = [];
      for (const group of Object.values(provider.groups)) {
        const offer = await group.offer();
        const answer = await group.respond(offer.share);
        results.push((await offer.complete(answer.share)).join() === answer.sharedSecret.join());
      }
      const algorithm = { type: 'ecdsa', hash: 'sha256' } as const;
      const key = provider.importPrivateKey(Uint8Array.from(pkcs8));
      const data = provider.random(50);
      const signature = await key.sign(algorithm, data);
      const publicKey = provider.importPublicKey(key.spki);
      results.push(await publicKey.verify(algorithm, data, signature));
      results.push(!(await publicKey.verify(algorithm, data.subarray(1), signature)));
      const aead = provider.aeads['chacha20-poly1305']?.create(provider.random(32));
      const [sealed] = aead?.seal(new Uint8Array(12), data, data) ?? [];
      results.push(aead?.open(new Uint8Array(12), data, sealed as Uint8Array)?.join() === data.join());
      return { secure: isSecureContext, described: provider.describe(), results };
    }, pkcs8);
  }

  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pkcs8 = [...privateKey.export({ format: 'der', type: 'pkcs8' })];

  it('the provider does what it says, natively', async () => {
    const { secure, described, results } = await inPage(await chromium.page('http://localhost/'));
    expect(secure).toBe(true);
    expect(results).toEqual(Array(7).fill(true));
    expect(described).toMatchObject({ x25519: 'web', secp256r1: 'web', 'ecdsa-secp256r1': 'web', sha256: 'noble' });
  });

  it('that is no secure context, and so has no WebCrypto, everything is portable', async () => {
    const { secure, described, results } = await inPage(await chromium.page('http://insecure.example/'));
    expect(secure).toBe(false);
    expect(results).toEqual(Array(7).fill(true));
    expect(new Set(Object.values(described))).toEqual(new Set(['noble']));
  });
});
