import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/command-line.ts';
import { signatureSchemes, versionRange } from '../src/names.ts';
import { bytesOf, integerOf, secondsOf } from '../src/values.ts';

describe('values', () => {
  it('are whole numbers within bounds', () => {
    expect(integerOf('--n', '17', 0, 17)).toBe(17);
    for (const text of ['18', '-1', '1.5', '0x10', '', '1e3', '９']) {
      expect(() => integerOf('--n', text, 0, 17)).toThrow(
        new UsageError(`--n is 0 to 17, not ${JSON.stringify(text)}`),
      );
    }
  });

  it('are seconds, which are milliseconds then', () => {
    expect(['0', '1', '0.25', '0.0001', '2147483'].map(text => secondsOf('--t', text))).toEqual([
      0, 1000, 250, 1, 2_147_483_000,
    ]);
    for (const text of ['2147484', '-1', 'never']) expect(() => secondsOf('--t', text)).toThrow('number of seconds');
  });

  it('are bytes, and secrets are not shown', () => {
    expect(bytesOf('--psk', '00fF10')).toEqual(Uint8Array.of(0, 255, 16));
    for (const text of ['', '0', '0g', 'ab cd']) {
      expect(() => bytesOf('--psk', text)).toThrow(new UsageError('--psk has hexadecimal digits, two for each byte'));
    }
  });
});

describe('names', () => {
  it('of versions are a range', () => {
    expect(versionRange()).toEqual(['1.3', '1.2']);
    expect(versionRange('1.3')).toEqual(['1.3']);
    expect(versionRange('tls1_2', 'TLSv1.2')).toEqual(['1.2']);
    expect(() => versionRange('1.3', '1.2')).toThrow(new UsageError('--tls-min 1.3 is above --tls-max 1.2'));
    expect(() => versionRange('1.1')).toThrow(new UsageError('--tls-min is 1.2 or 1.3, not "1.1"'));
    expect(() => versionRange('1.2', '1.4')).toThrow(new UsageError('--tls-max is 1.2 or 1.3, not "1.4"'));
  });

  it('of signature schemes are understood, or the nearest is named', () => {
    expect(signatureSchemes('ED25519,rsa_pss_rsae_sha256')).toEqual(['ed25519', 'rsa_pss_rsae_sha256']);
    expect(() => signatureSchemes('ed25591')).toThrow('did you mean ed25519?');
  });
});
