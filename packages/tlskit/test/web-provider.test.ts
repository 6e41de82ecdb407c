/** Whole connections whose public-key work is WebCrypto's, so that every step of a handshake waits for a promise. */
import { hybridGroups } from '@tlskit/tls-crypto-noble/pq';
import { createWebProvider } from '@tlskit/tls-crypto-web';
import { describe, expect, it } from 'vitest';
import { tls12, tls13 } from '../src/index.ts';
import { ca, closed, openPair, readAll, sha256, trust } from './support.ts';

const provider = await createWebProvider({ extras: [hybridGroups] });
const keys = ['ecdsa-p256', 'ed25519', 'rsa-2048'] as const;
const identities = new Map(
  await Promise.all(keys.map(async key => [key, (await ca.issue({ names: ['localhost'], key })).pem] as const)),
);

describe('with the web provider', () => {
  it.each([
    ['TLS 1.3', tls13, 'TLS_CHACHA20_POLY1305_SHA256'],
    ['TLS 1.2', tls12, /^TLS_ECDHE_(ECDSA|RSA)_WITH_CHACHA20_POLY1305_SHA256$/],
  ] as const)(
    '%s: each kind of key and group, both ends and either, by the suite that is quickest',
    async (_, version, suite) => {
      for (const key of keys) {
        for (const group of ['x25519', 'secp256r1', 'X25519MLKEM768']) {
          if (version === tls12 && group === 'X25519MLKEM768') continue;
          const identity = { certificate: identities.get(key)!.certificate, key: identities.get(key)!.key };
          for (const [ours, theirs] of [
            [{ provider }, { provider }],
            [{ provider }, {}],
            [{}, { provider }],
          ] as const) {
            // Keys on P-256 need its group in TLS 1.2 (RFC 8422 §5.1).
            const common = { versions: [version], groups: [...new Set([group, 'secp256r1'])] };
            const { client, server } = await openPair(
              { ...common, ...ours, trust, servername: 'localhost' },
              { ...common, ...theirs, ...identity },
            );
            const info = await client.opened;
            expect([info.verified, info.group?.name]).toEqual([true, group]);
            if ('provider' in ours && 'provider' in theirs) expect(info.cipherSuite.name).toMatch(suite);
            const sent = provider.random(200_000);
            client.end(sent);
            server.end();
            expect(sha256(await readAll(server))).toBe(sha256(sent));
            client.resume();
            await Promise.all([closed(client), closed(server)]);
          }
        }
      }
    },
  );
});
