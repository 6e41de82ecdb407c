/** The roots that Node brings along are good anchors under every profile: no rule may shut out what the public trusts. */
import { rootCertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { checkCertificate } from '../src/checks.ts';
import {
  type Certificate,
  defaultAlgorithms,
  defaultLimits,
  loadCertificates,
  parseCertificate,
} from '../src/index.ts';
import { checkKey } from '../src/key-rules.ts';
import type { Policy } from '../src/policy.ts';
import { noble, TlsError } from './support.ts';

const roots = rootCertificates.flatMap(pem => loadCertificates(pem).map(parseCertificate));

it.each(['path', 'rfc5280', 'webpki'] as const)('the public roots are anchors under %s', profile => {
  expect(roots.length).toBeGreaterThan(100);
  expect(roots.map(root => problemWith(root, profile)).filter(problem => problem !== undefined)).toEqual([]);
});

/** Each at a time when it is valid: some may have ended meanwhile. */
function problemWith(root: Certificate, profile: Policy['profile']): string | undefined {
  const purpose = { name: 'serverAuth', keyUsage: ['digitalSignature'] } as const;
  const policy = { profile, purpose, algorithms: defaultAlgorithms, limits: defaultLimits, time: root.notBefore };
  try {
    checkCertificate(root, 'anchor', policy);
    checkKey(noble.importPublicKey(root.spki).algorithm, root, policy);
    return undefined;
  } catch (error) {
    if (error instanceof TlsError) return error.message;
    throw error;
  }
}
