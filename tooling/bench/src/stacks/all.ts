/** The stacks by name. Each is loaded where it is asked for, and nowhere else: a process has its peer's code and no other. */
import type { Stack } from './stack.ts';

const loaders = {
  'node:tls': async () => (await import('./node-tls.ts')).nodeTls,
  net: async () => (await import('./raw-net.ts')).rawNet,
  tlskit: async () => (await import('./providers.ts')).withNode(),
  'tlskit, noble': async () => (await import('./providers.ts')).withNoble(),
  'tlskit, web': async () => (await import('./providers.ts')).withWeb(),
  'tlskit, web and WebAssembly': async () => (await import('./providers.ts')).withSodium(),
  'tlskit/web': async () => (await import('./providers.ts')).webFace(),
  subtls: async () => (await import('./subtls.ts')).subtls,
  '@reclaimprotocol/tls, WebCrypto': async () =>
    (await import('./reclaim.ts')).reclaim(
      'WebCrypto',
      (await import('@reclaimprotocol/tls/webcrypto')).webcryptoCrypto,
    ),
  '@reclaimprotocol/tls, pure': async () =>
    (await import('./reclaim.ts')).reclaim(
      'pure JavaScript',
      (await import('@reclaimprotocol/tls/purejs-crypto')).pureJsCrypto,
    ),
  'lemon-tls': async () => (await import('./lemon.ts')).lemon,
  'node-forge': async () => (await import('./forge.ts')).nodeForge,
} satisfies Record<string, () => Promise<Stack>>;

export type StackName = keyof typeof loaders;

export const stackNames = Object.keys(loaders) as StackName[];

export function loadStack(name: StackName): Promise<Stack> {
  return loaders[name]();
}
