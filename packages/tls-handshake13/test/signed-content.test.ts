import { existsSync, readFileSync } from 'node:fs';
import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { signedContent } from '../src/index.ts';

describe('signedContent', () => {
  it('is the example of RFC 9846 §4.5.2', () => {
    expect(toHex(signedContent('server', new Uint8Array(32).fill(1)))).toBe(
      `${'20'.repeat(64)}544c5320312e332c207365727665722043657274696669636174655665726966790${'0'}${'01'.repeat(32)}`,
    );
  });

  it('separates the roles', () => {
    const hash = new Uint8Array(32);
    expect(signedContent('client', hash)).not.toEqual(signedContent('server', hash));
    expect(new TextDecoder().decode(signedContent('client', hash).subarray(64, 97))).toBe(
      'TLS 1.3, client CertificateVerify',
    );
  });

  const file = new URL('../../../../shared/vectors/rfc8448.json', import.meta.url);
  const present = existsSync(file);
  it.skipIf(!present)(
    `is what the traces of RFC 8448 signed${present ? '' : ' (skipped: ../shared is absent)'}`,
    () => {
      const { traces } = JSON.parse(readFileSync(file, 'utf8'));
      const signed = Object.values(
        traces as Record<string, { certificate_verify?: { from: 'client' | 'server'; content: string }[] }>,
      ).flatMap(trace => trace.certificate_verify ?? []);
      expect(signed.length).toBeGreaterThan(3);
      for (const { from, content } of signed) {
        expect(toHex(signedContent(from, fromHex(content).subarray(98)))).toBe(content);
      }
    },
  );
});
