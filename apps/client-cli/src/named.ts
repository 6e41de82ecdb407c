import type { Named } from 'tlskit';

/** A value of a registry with its name, as the library's own reports have it. */
export function named(registry: { label(code: number): string }, code: number): Named {
  return { name: registry.label(code), code };
}
