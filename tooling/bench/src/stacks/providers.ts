/** tlskit with each of its providers. */
import { type CryptoProvider, withAead, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { aesCbc, rsaEncryption } from '@tlskit/tls-crypto-noble/legacy';
import type { Stack } from './stack.ts';
import { tlskit } from './tlskit.ts';

/** What a suite of TLS 1.2 takes that is measured beside a peer that has no other. */
const old = [aesCbc, rsaEncryption] as const;

const web = async () => (await import('@tlskit/tls-crypto-web')).createWebProvider({ extras: old });

/** Each is made where it is asked for: its modules are not loaded elsewhere. */
export const providers = {
  node: async () => (await import('@tlskit/tls-crypto-node')).createNodeProvider(),
  noble: async () => withExtras(createNobleProvider(), ...old),
  web,
  sodium: async () => withAead(await web(), await (await import('./sodium-aead.ts')).sodiumAead(), 'libsodium'),
} satisfies Record<string, () => Promise<CryptoProvider>>;

export type ProviderName = keyof typeof providers;

export async function withNode(): Promise<Stack> {
  return tlskit({ crypto: 'node' });
}

/** Its ChaCha20-Poly1305 is quicker than its AES: who takes the portable provider for its speed says so. */
export async function withNoble(): Promise<Stack> {
  return tlskit({
    provider: await providers.noble(),
    crypto: 'noble',
    prefers: ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
  });
}

export async function withWeb(): Promise<Stack> {
  return tlskit({ provider: await web(), crypto: 'web' });
}

export async function withSodium(): Promise<Stack> {
  return tlskit({ provider: await providers.sodium(), crypto: 'web, AEAD of libsodium in WebAssembly' });
}

export async function webFace(): Promise<Stack> {
  const { tlskitWeb } = await import('./tlskit-web.ts');
  return tlskitWeb(await web(), 'web');
}
