/** What counts as a peer: tests that look for less than they need would pass without testing anything. */
import { expect, it } from 'vitest';
import { Child } from '../src/child.ts';
import { judge } from '../src/programs.ts';

it.each([
  ['openssl', 'OpenSSL 3.0.19 27 Jan 2026 (Library: OpenSSL 3.0.19 27 Jan 2026)', true],
  ['openssl', 'OpenSSL 1.1.1w  11 Sep 2023', false],
  ['openssl', 'LibreSSL 3.3.6', false],
  ['openssl', undefined, false],
  ['curl', 'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.19 zlib/1.2.13', true],
  ['curl', 'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 GnuTLS/3.7.9 zlib/1.2.13', false],
  ['curl', 'curl 7.52.1 (x86_64-pc-linux-gnu) libcurl/7.52.1 OpenSSL/1.0.2u', false],
  ['tshark', 'TShark (Wireshark) 4.0.17 (Git v4.0.17 packaged as 4.0.17-0+deb12u3).', true],
  ['tshark', 'TShark (Wireshark) 2.6.20 (Git v2.6.20 packaged as 2.6.20-0+deb10u8)', false],
  ['nginx', 'nginx version: nginx/1.22.1', true],
  ['nginx', 'nginx version: openresty/1.21.4.1', false],
  ['gnutls', 'gnutls-cli 3.7.9', true],
  ['gnutls', 'gnutls-cli 3.6.16', false],
  ['node 24', 'Node.js 24.21.0 with OpenSSL 3.5.8', true],
  ['node 24', 'Node.js 22.12.0 with OpenSSL 3.0.15', false],
  ['node 24', undefined, false],
  ['chromium', 'Chromium 144.0.7559.59 built on Debian GNU/Linux 12 (bookworm)', true],
  ['chromium', 'Chromium 120.0.6099.129 built on Debian', false],
  ['go', 'go version go1.26.6 linux/amd64', true],
  ['go', 'go version go1.19.8 linux/amd64', false],
  ['go', 'go version devel', false],
  ['node', 'Node.js 20.20.2 with OpenSSL 3.0.19 and TLSv1.3', true],
  ['node', 'Node.js 20.20.2 with OpenSSL 3.0.19 and TLSv1.2', false],
] as const)('%s that says %s: %s', (name, version, here) => {
  expect(judge(name, version).here).toBe(here);
});

it('a program that ends is not waited for, and says what it said', async () => {
  const child = new Child(process.execPath, ['-e', 'console.error("some words"); process.exitCode = 3']);
  await expect(child.saying(/other words/)).rejects.toThrow(/ended \(code 3\).*some words/s);
  expect(await child.exit()).toEqual({ code: 3, signal: null });
});

it('a program that is not there is an error', async () => {
  await expect(new Child('no-such-program', []).saying(/words/)).rejects.toThrow(/ENOENT/);
});

it('a program is gone when it is stopped', async () => {
  const child = new Child(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log("here")']);
  await child.saying(/here/);
  await child.stop();
  expect(await child.exit()).toEqual({ code: null, signal: 'SIGKILL' });
});
