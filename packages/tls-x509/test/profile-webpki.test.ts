/** What the CA/Browser Forum asks of roots, and RFC 5280 does not. */
import { expect, it } from 'vitest';
import { createCA, type TestCA, verdictOn } from './support.ts';

const aki = (...octets: number[]) => ({
  oid: '2.5.29.35',
  critical: false,
  value: Uint8Array.of(0x30, octets.length + 2, 0x80, octets.length, ...octets),
});

async function verdicts(root: TestCA): Promise<string[]> {
  const leaf = await root.issue({ names: ['localhost'], extendedKeyUsage: ['serverAuth'] });
  return (['webpki', 'rfc5280'] as const).map(profile => verdictOn(root, leaf, {}, { profile }));
}

it('the key identifiers of a root are the same (BR §7.1.2.1.3)', async () => {
  const subjectKeyIdentifier = Uint8Array.of(1, 2, 3);
  const same = await createCA({ subjectKeyIdentifier, extensions: [aki(1, 2, 3)] });
  const other = await createCA({ subjectKeyIdentifier, extensions: [aki(1, 2, 4)] });
  expect(await verdicts(same)).toEqual(['accepted', 'accepted']);
  expect(await verdicts(other)).toEqual(['ERR_TLS_CERT_REFUSED', 'accepted']);
});
