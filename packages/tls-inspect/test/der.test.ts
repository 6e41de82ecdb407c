/** DER as a tree: certificates and all that is around them, damaged ones too. */

import { createCA } from '@tlskit/tls-testing';
import { fromHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotateDer, type DerForm, derFormOf } from '../src/der/index.ts';
import { formatSection, leaves } from '../src/index.ts';
import { faultsOf } from './support.ts';

const ca = await createCA();
const issued = await ca.issue({ names: ['localhost', '192.0.2.1'] });
const crl = await ca.crl();

/** Labels and texts of the leaves. */
function said(bytes: Uint8Array, form: DerForm): string[] {
  const { section, error } = annotateDer(bytes, form);
  expect(error).toBeUndefined();
  expect(faultsOf(section)).toEqual([]);
  return leaves(section.fields).map(({ label, text }) => `${label}: ${text}`);
}

describe('a tree of DER', () => {
  it('names the parts of a certificate', () => {
    const parts = said(issued.chain[0]!, 'certificate');
    for (const part of [
      'algorithm: ecdsa-with-SHA256 (1.2.840.10045.4.3.2)',
      'type: CN (2.5.4.3)',
      'value: "localhost"',
      'parameters: P-256 (1.2.840.10045.3.1.7)',
      'extnID: subjectAltName (2.5.29.17)',
      'dNSName: "localhost"',
      'iPAddress: 192.0.2.1',
      'critical: TRUE',
    ]) {
      expect(parts).toContain(part);
    }
    const text = formatSection(annotateDer(issued.chain[0]!, 'certificate').section);
    expect(text).toMatch(/^ {2}0000 {2}30 82 .. .. {14}Certificate: SEQUENCE, \d+ bytes\n/);
    expect(text).toContain('subjectPublicKeyInfo SubjectPublicKeyInfo: SEQUENCE, 89 bytes');
  });

  it('names the parts of a CRL and of a key', () => {
    expect(said(crl.der, 'crl').some(part => part.startsWith('thisUpdate: "'))).toBe(true);
    expect(said(issued.key, 'private-key')).toContain('algorithm: ec (1.2.840.10045.2.1)');
  });

  it.each([
    ['certificate', () => issued.chain[0]!],
    ['crl', () => crl.der],
    ['private-key', () => issued.key],
    ['csr', () => fromHex('3010300902010030003000a0003000030100')],
    ['ocsp-response', () => fromHex('30030a0106')],
    ['rsa-key', () => fromHex(`301b${'020101'.repeat(9)}`)],
    ['ec-key', () => fromHex('3006020101040100')],
    ['encrypted-key', () => fromHex('30053000040100')],
    ['public-key', () => fromHex('3006300003020000')],
    ['pkcs7', () => fromHex('300706032a0304a000')],
    ['pkcs12', () => fromHex('30050201033000')],
    ['der', () => fromHex('020101')],
  ] as const)('%s is told by its tags', (form, bytes) => {
    expect(derFormOf(bytes())).toBe(form);
  });

  it.each([
    ['3080', 'an indefinite length, which is not DER', 1],
    ['3004048101ff', 'a length that is not minimal', 3],
    ['3003040500', 'a value of 5 bytes, of which 1 are there', 2],
    ['3002041f', 'a value of 31 bytes, of which 0 are there', 2],
    ['30021f01', 'a tag number above 30', 2],
    ['300104', 'a value without its length', 2],
    [
      '30'.repeat(60).replace(/(..)/g, (_, tag, at) => tag + (118 - at).toString(16).padStart(2, '0')),
      'too deeply nested',
      82,
    ],
  ])('%s is malformed there', (hex, message, offset) => {
    const bytes = fromHex(hex);
    const { error, section } = annotateDer(bytes);
    expect([error?.message, error?.offset]).toEqual([message, offset]);
    expect(faultsOf(section)).toEqual([]);
    expect(derFormOf(bytes)).toBeUndefined();
  });

  it('covers the unused bits of a string in which nothing is where something is meant to be', () => {
    const { section, error } = annotateDer(fromHex('300b020100300306012a030100'), 'private-key');
    expect(error).toBeUndefined();
    expect(faultsOf(section)).toEqual([]);
  });

  it('covers every byte, whatever they are', () => {
    const damaged = fc
      .tuple(
        fc.constantFrom(issued.chain[0]!, crl.der, issued.key),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      )
      .map(([bytes, changes]) => {
        const copy = bytes.slice();
        for (const [at, value] of changes) copy[at % copy.length] = value;
        return copy;
      });
    fc.assert(
      fc.property(
        fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })),
        fc.constantFrom('certificate', 'crl', 'private-key', 'der'),
        (bytes, form) => {
          expect(faultsOf(annotateDer(bytes, form).section)).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
