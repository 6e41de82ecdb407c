/**
 * The suites of TLS 1.2 that no other stack at hand has: those of OpenSSL and GnuTLS are all of theirs, and Node, Node 24, Go, Chromium and
 * BoringSSL's tests have none beside them. docs/conformance.md names them, and they are shown between our own ends.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type CipherSuiteInfo12, cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { createCA } from '@tlskit/tls-testing';
import { tls12 } from 'tlskit/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOST, type Identity, identity } from '../src/certificates.ts';
import { OurServer, ourClient } from '../src/ours.ts';
import { payload, sha256 } from '../src/payload.ts';
import { expectClosed, forPeer, node, stopAfterTest } from './support.ts';
import { only } from './tls12-support.ts';

const ours: readonly CipherSuiteInfo12[] = Array.from({ length: 0x1_0000 }, (_, code) =>
  cipherSuiteInfo12(code),
).filter(info => info !== undefined && tls12.handshake.names.supports(info.code, node)) as CipherSuiteInfo12[];

/** What the page says of them. */
const named = [
  ...readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8')
    .split('## Suites of TLS 1.2 without another stack')[1]!
    .split('\n## ')[0]!
    .matchAll(/`(TLS_\w+)`/g),
].map(([, name]) => name as string);

forPeer('gnutls', 'the page', () => {
  forPeer('openssl', 'has them all', () => {
    it('and no others', () => {
      const list = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8' });
      const arguments12 = ['-s', '-tls1_2', '-psk', '-stdname', 'ALL:COMPLEMENTOFALL@SECLEVEL=0'];
      const openssl = new Set(list('openssl', 'ciphers', ...arguments12).match(/^TLS_\w+/gm));
      const codes = list('gnutls-cli', '--list').matchAll(/^TLS_\S+\s+0x(\w\w), 0x(\w\w)\s/gm);
      const gnutls = new Set([...codes].map(([, high, low]) => Number.parseInt(`${high}${low}`, 16)));
      const alone = ours.filter(({ name, code }) => !openssl.has(name) && !gnutls.has(code));
      expect(named.toSorted()).toEqual(alone.map(({ name }) => name).toSorted());
    });
  });
});

describe('between our own ends', () => {
  const stopping = stopAfterTest();
  const key = Buffer.alloc(32, 7);
  const identities = new Map<string, Identity>();
  beforeAll(async () => {
    // The key is for the exchange, whoever signed for it (RFC 4492 §2.1, §2.3; RFC 5246 §7.4.2).
    const root = await createCA({ key: 'rsa-2048' });
    for (const [exchange, key] of [
      ['ECDH', 'ecdsa-p256'],
      ['DH', 'dh-2048'],
      ['ECDHE', 'ecdsa-p256'],
    ] as const) {
      identities.set(exchange, identity(await root.issue({ key, names: [HOST], keyUsage: ['keyAgreement'] }), root));
    }
  });

  it.each(named)('%s', async name => {
    const { authentication, keyExchange } = ours.find(info => info.name === name) as CipherSuiteInfo12;
    const who = identities.get(keyExchange) as Identity;
    const hasKey = authentication === 'PSK';
    const server = stopping(new OurServer(who, { ...only(name), ...(hasKey ? { pskLookup: () => ({ key }) } : {}) }));
    const port = await server.listen();
    const coming = server.accept();
    const psk = hasKey ? { psk: [{ identity: 'alice', key }] } : {};
    const client = await ourClient(port, who, { ...only(name), ...psk });
    const { socket, inbox } = await coming;
    for (const info of [client.info, socket.info]) expect(info).toMatchObject({ cipherSuite: { name } });
    expect(client.info.verified).toBe(!hasKey);
    // With a key in the certificate there is nothing to sign.
    expect(client.watch.messages.includes('< server_key_exchange')).toBe(hasKey);
    const [up, down] = [payload(1 << 16), payload(1 << 16)];
    client.socket.end(up);
    socket.end(down);
    expect(sha256(await inbox.toEnd())).toBe(sha256(up));
    expect(sha256(await client.inbox.toEnd())).toBe(sha256(down));
    expect([await inbox.closed(), await client.inbox.closed()]).toEqual([undefined, undefined]);
    expectClosed(client);
    expectClosed(server);
  });
});
