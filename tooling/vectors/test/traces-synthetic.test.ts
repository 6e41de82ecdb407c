import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { offerOf } from '../src/shared-secret.ts';
import { checkTraces } from '../src/traces.ts';
import type { Trace } from '../src/traces-file.ts';
import { corrupted, leavesOf } from './shared-data.ts';
import { type SyntheticOptions, syntheticTrace } from './synthetic.ts';

const kinds: SyntheticOptions[] = [
  { suite: 'TLS_AES_256_GCM_SHA384', group: 'secp384r1' },
  { suite: 'TLS_CHACHA20_POLY1305_SHA256', group: 'x25519', pskKind: 'res' },
  { suite: 'TLS_AES_128_GCM_SHA256', group: 'secp256r1', retry: true },
];

describe('traces that are no one’s yet', () => {
  it.each(kinds)('$suite over $group are replayed to their end', async kind => {
    const trace = syntheticTrace(kind);
    const report = await checkTraces({ traces: { synthetic: trace } });
    expect(report.differences).toEqual([]);
    // Every record sealed anew, every message written back, both Finished values, the binders.
    expect(report.checked).toBeGreaterThan((trace.records ?? []).length + 10);
    expect(report.notes).toEqual(['synthetic: there are no steps to walk']);
  });

  it('differ once any value is changed', async () => {
    const trace = syntheticTrace(kinds[1] as SyntheticOptions);
    for (const path of leavesOf(trace)) {
      const { differences } = await checkTraces({ traces: { synthetic: corrupted(trace, path) } });
      expect([path.join('.'), differences.length > 0]).toEqual([path.join('.'), true]);
    }
  });

  it('are checked on the word of the file where private keys are not listed, which is said', async () => {
    const { key_pairs: _, ...trace } = syntheticTrace(kinds[1] as SyntheticOptions);
    const without = await checkTraces({ traces: { synthetic: trace } });
    expect(without.differences.join('\n')).toContain('no private key to compute the shared secret with');
    const secrets = { ecdhe: sharedSecretOf(syntheticTrace(kinds[1] as SyntheticOptions)) };
    const trusted = await checkTraces({ traces: { synthetic: { ...trace, secrets } } });
    expect(trusted.differences).toEqual([]);
    expect(trusted.notes.join('\n')).toContain('the shared secret was taken from the file');
    const wrong = { ...trace, secrets: { ecdhe: `00${secrets.ecdhe.slice(2)}` } };
    expect((await checkTraces({ traces: { synthetic: wrong } })).differences).not.toEqual([]);
  });
});

/** By the client's private key and the server's public one. */
function sharedSecretOf(trace: Trace): string {
  const [client, server] = trace.key_pairs ?? [];
  const offer = offerOf(client?.group as string, fromHex(client?.private as string));
  return toHex(offer?.complete(fromHex(server?.public as string)) as Uint8Array);
}
