/** tlskit with each of its providers. */
import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { aesCbc, rsaEncryption } from '@tlskit/tls-crypto-noble/legacy';
import type { Stack } from './stack.ts';
import { tlskit } from './tlskit.ts';

export async function withNode(): Promise<Stack> {
  const { createNodeProvider } = await import('@tlskit/tls-crypto-node');
  return tlskit({ provider: createNodeProvider(), crypto: 'node' });
}

/** What a suite of TLS 1.2 takes that is measured beside a peer that has no other. */
const old = [aesCbc, rsaEncryption] as const;

/** Its ChaCha20-Poly1305 is quicker than its AES: who takes the portable provider for its speed says so. */
export async function withNoble(): Promise<Stack> {
  return tlskit({
    provider: withExtras(createNobleProvider(), ...old),
    crypto: 'noble',
    prefers: ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
  });
}

export async function withWeb(): Promise<Stack> {
  return tlskit({ provider: await webProvider(), crypto: 'web' });
}

export async function withSodium(): Promise<Stack> {
  return tlskit({ provider: await sodiumProvider(), crypto: 'web, AEAD of libsodium in WebAssembly' });
}

export async function webFace(): Promise<Stack> {
  const { tlskitWeb } = await import('./tlskit-web.ts');
  return tlskitWeb(await webProvider(), 'web');
}

async function webProvider() {
  const { createWebProvider } = await import('@tlskit/tls-crypto-web');
  return createWebProvider({ extras: old });
}

async function sodiumProvider() {
  const { sodiumAead } = await import('./sodium-aead.ts');
  return withExtras(await webProvider(), await sodiumAead());
}
