/** What the CA/Browser Forum asks of roots and of what stands beside names; RFC 5280 does not. */
import { expect, it } from 'vitest';
import { createCA, type TestCA, verdictOn } from './support.ts';

const aki = (...octets: number[]) => ({
  oid: '2.5.29.35',
  critical: false,
  value: Uint8Array.of(0x30, octets.length + 2, 0x80, octets.length, ...octets),
});

async function verdicts(root: TestCA, extensions: Parameters<TestCA['issue']>[0] = {}): Promise<string[]> {
  const own = typeof extensions === 'string' ? {} : extensions;
  const leaf = await root.issue({ names: ['localhost'], extendedKeyUsage: ['serverAuth'], ...own });
  return (['webpki', 'rfc5280'] as const).map(profile => verdictOn(root, leaf, {}, { profile }));
}

it('the key identifiers of a root are the same (BR §7.1.2.1.3)', async () => {
  const subjectKeyIdentifier = Uint8Array.of(1, 2, 3);
  const same = await createCA({ subjectKeyIdentifier, extensions: [aki(1, 2, 3)] });
  const other = await createCA({ subjectKeyIdentifier, extensions: [aki(1, 2, 4)] });
  expect(await verdicts(same)).toEqual(['accepted', 'accepted']);
  expect(await verdicts(other)).toEqual(['ERR_TLS_CERT_REFUSED', 'accepted']);
});

it('access to the authority is well formed (BR §7.1.2.7.7)', async () => {
  const root = await createCA();
  const access = (...value: number[]) => ({
    extensions: [{ oid: '1.3.6.1.5.5.7.1.1', critical: false, value: Uint8Array.from(value) }],
  });
  // One AccessDescription: id-ad-ocsp, a URI of one letter.
  const good = [0x30, 0x0f, 0x30, 0x0d, 0x06, 0x08, 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 0x86, 1, 0x61];
  expect(await verdicts(root, access(...good))).toEqual(['accepted', 'accepted']);
  expect(await verdicts(root, access(...good.slice(0, -1)))).toEqual(['ERR_TLS_CERT_MALFORMED', 'accepted']);
  expect(await verdicts(root, access(0x05, 0x00))).toEqual(['ERR_TLS_CERT_MALFORMED', 'accepted']);
});
