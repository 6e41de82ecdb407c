/** What an inspector is told of the protection of records: of TLS 1.2 (RFC 5246 §6.2.3), beside TLS 1.3 (RFC 9846 §5.2). */
import { AnyCipherSuite } from '@tlskit/tls-messages';
import type { RecordObservation } from '@tlskit/tls-record';
import { concat, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { tls12 } from '../src/tls12.ts';
import { converse } from './observed.ts';

const { values: suites } = AnyCipherSuite;

/** What the client sent under its keys: a Finished, and five bytes. */
function sent(config: Parameters<typeof converse>[0] & Parameters<typeof converse>[1]): readonly RecordObservation[] {
  const { client } = converse(config, config, engines => engines.client.write(Uint8Array.of(1, 2, 3, 4, 5)));
  expect(client.error).toBeUndefined();
  return client.records.filter(({ nonce }) => nonce !== undefined);
}

/** seq_num + type + version + length. */
function authenticated({ type }: RecordObservation, sequence: number, length: number): string {
  return toHex(concat(new Uint8Array(7), Uint8Array.of(sequence, type, 3, 3, length >> 8, length & 0xff)));
}

describe('the additional data of records', () => {
  it.each([
    ['AES-128-GCM', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', false],
    ['ChaCha20-Poly1305', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', false],
    ['AES-128-CBC', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', false],
    ['AES-128-CBC, encrypt-then-MAC', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', true],
  ] as const)(
    'has the number of the record, and the length of what is authenticated: %s',
    (_name, suite, encryptThenMac) => {
      const cipherSuites = [suites[suite]];
      const records = sent({ versions: [tls12], groups: [0x001d, 0x0017], cipherSuites, tls12: { encryptThenMac } });
      expect(records.map(({ content }) => content.length)).toEqual([16, 5]);
      for (const [i, record] of records.entries()) {
        const { bytes, content, aad, tagLength } = record;
        // RFC 7366 §3: the length of IV and ciphertext, which is all but the header and the MAC.
        const length = encryptThenMac ? bytes.length - 5 - (tagLength as number) : content.length;
        expect(toHex(aad as Uint8Array)).toBe(authenticated(record, i, length));
      }
    },
  );

  it('is the header in TLS 1.3', () => {
    const records = sent({});
    expect(records.length).toBeGreaterThanOrEqual(2);
    for (const { bytes, aad } of records) expect(toHex(aad as Uint8Array)).toBe(toHex(bytes.subarray(0, 5)));
  });
});
