/** The stacks by name. Each is loaded where it is asked for, and nowhere else: a process has its peer's code and no other. */
import type { Stack } from './stack.ts';

const loaders = {
  'node:tls': async () => (await import('./node-tls.ts')).nodeTls,
  net: async () => (await import('./raw-net.ts')).rawNet,
  tlskit: async () => (await import('./tlskit-node.ts')).tlskitNode,
} satisfies Record<string, () => Promise<Stack>>;

export type StackName = keyof typeof loaders;

export const stackNames = Object.keys(loaders) as StackName[];

export function loadStack(name: StackName): Promise<Stack> {
  return loaders[name]();
}
