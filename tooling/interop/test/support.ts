/** What the tests of all peers share. */
import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { killAll } from '../src/child.ts';
import { removeFiles } from '../src/files.ts';
import type { Combination } from '../src/matrix.ts';
import { schemes } from '../src/matrix.ts';
import type { OurClient, OurServer } from '../src/ours.ts';
import { findPeer, type PeerName } from '../src/programs.ts';

// When a file's tests are over, nothing of them stays.
afterAll(async () => {
  await killAll();
  removeFiles();
});

export const node = createNodeProvider();
export const noble = createNobleProvider();
/** The portable provider with all of its parts. */
export const everything = withExtras(noble, ...allExtras);

/**
 * Tests against a peer. One that is missing is skipped with the reason in the title; where `CI` is set it is a failure:
 * there every peer has to be.
 */
export function forPeer(name: PeerName, title: string, tests: () => void): void {
  const presence = findPeer(name);
  if (presence.here) describe(title, tests);
  else if ((process.env.CI ?? '') === '') describe.skip(`${title} (skipped: ${presence.reason})`, tests);
  else {
    it(`${title}: ${name} must be here`, () => {
      throw new Error(presence.reason);
    });
  }
}

/** Runs when the test is over, whatever came of it. */
export function afterTest(): (clean: () => unknown) => void {
  let cleaners: (() => unknown)[] = [];
  afterEach(async () => {
    const all = cleaners;
    cleaners = [];
    for (const clean of all.reverse()) await clean();
  });
  return clean => cleaners.push(clean);
}

/** Servers and programs of one test, gone with it. */
export function stopAfterTest(): <T extends { stop(): Promise<void> }>(stoppable: T) => T {
  const later = afterTest();
  return stoppable => {
    later(() => stoppable.stop());
    return stoppable;
  };
}

/** What a connection of ours must say of itself after this combination was asked for. */
export function expectNegotiated(info: OurClient['info'], { suite, group, kind }: Combination): void {
  expect({
    protocol: info.protocol,
    suite: info.cipherSuite.name,
    group: info.group?.name,
    scheme: info.signatureScheme?.name,
  }).toEqual({ protocol: 'TLSv1.3', suite, group, scheme: schemes[kind] });
}

/** Both sides said that they have no more to say, and nothing else. */
export function expectClosed({ watch }: Pick<OurClient | OurServer, 'watch'>): void {
  expect({ in: watch.alerts('in'), out: watch.alerts('out') }).toEqual({ in: ['close_notify'], out: ['close_notify'] });
}

/** Whether a record of this length is padded to a multiple, or as far as records go. */
export function paddedTo(multiple: number, length: number): boolean {
  return length % multiple === 0 || length >= 16_384;
}

/** What a key log says (RFC 9850), whatever its order and letters; comments left out. */
export function keyLogLines(lines: readonly string[]): string[] {
  return lines
    .filter(line => /^[A-Z0-9_]+ [0-9a-fA-F]{64} [0-9a-fA-F]+$/.test(line.trim()))
    .map(line => line.trim().toLowerCase())
    .sort();
}
