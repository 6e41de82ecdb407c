/** The records of RFC 8448, byte for byte, when the data lies beside the project. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Aead } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createOpener13, createSealer13, Deframer, MAX_CIPHERTEXT } from '../src/index.ts';

interface TraceRecord {
  readonly from: string;
  readonly hex: string;
  readonly epoch: string;
  readonly key?: string;
  readonly iv?: string;
  readonly seq?: number;
  readonly nonce?: string;
  readonly inner_type?: number;
  readonly padding?: number;
  readonly plaintext?: string;
}

const file = fileURLToPath(new URL('../../../../shared/vectors/rfc8448.json', import.meta.url));
const aead = createNobleProvider().aeads['aes-128-gcm'] as Aead;

// Skipped where the published traces were not put beside the project.
describe.skipIf(!existsSync(file))('the records of RFC 8448', () => {
  const { traces } = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { traces: Record<string, { records: TraceRecord[] }> })
    : { traces: {} };

  it.each(Object.keys(traces))('%s: each is sealed and opened to the same bytes', name => {
    const records = (traces[name] as { records: TraceRecord[] }).records.filter(record => record.key !== undefined);
    expect(records.length).toBeGreaterThan(3);
    const epochs = new Map<
      string,
      { opener: ReturnType<typeof createOpener13>; sealer: ReturnType<typeof createSealer13> }
    >();
    for (const record of records) {
      const key = fromHex(record.key as string);
      const iv = fromHex(record.iv as string);
      let epoch = epochs.get(record.key as string);
      if (epoch === undefined) {
        epoch = { opener: createOpener13(aead, key, iv), sealer: createSealer13(aead, key, iv) };
        epochs.set(record.key as string, epoch);
      }
      const deframer = new Deframer({ maxFragment: MAX_CIPHERTEXT });
      deframer.push(fromHex(record.hex));
      const opened = epoch.opener.open(deframer.next()!);
      expect(opened).toMatchObject({ type: record.inner_type, padding: record.padding, encrypted: true });
      expect(toHex(opened.content)).toBe(record.plaintext);
      const described = epoch.opener.describe();
      expect(described?.sequence).toBe(record.seq);
      expect(toHex(described?.nonce as Uint8Array)).toBe(record.nonce);
      expect(toHex(described?.aad as Uint8Array)).toBe(record.hex.slice(0, 10));
      const sealed = epoch.sealer.seal(opened.type, opened.content, opened.padding);
      expect(toHex(concat(...sealed))).toBe(record.hex);
      expect(epoch.sealer.describe()).toEqual(described);
    }
  });
});
