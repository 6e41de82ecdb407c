import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createWebProvider } from '@tlskit/tls-crypto-web';
import { describe, expect, it } from 'vitest';
import { complianceChecks } from '../src/compliance.ts';

const extras = [...allExtras, ...legacyExtras];
const [noble, node] = [withExtras(createNobleProvider(), ...extras), createNodeProvider()];
const web = await createWebProvider({ extras });

for (const [subject, reference] of [
  [noble, node],
  [node, noble],
  [web, node],
] as const) {
  describe(`the ${subject.name} provider, held against the ${reference.name} provider`, () => {
    for (const check of complianceChecks(subject, reference)) {
      // A check throws an AssertionError of its own.
      it(check.name, () => expect((async () => check.run())()).resolves.toBeUndefined());
    }
  });
}
