/** The cases that carry the key of their certificate, as real handshakes with both providers. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCA, toPem } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import { readCase, readSuite } from '../src/cases.ts';
import { shakeHands } from '../src/handshake.ts';
import { report, runSuite } from '../src/suite.ts';

const file = fileURLToPath(new URL('../../../../shared/x509/limbo-dev.json.gz', import.meta.url));
const absent = !existsSync(file);

/** Both sign by DSA, for the case that has such a key. */
const providers = [createNodeProvider(), withExtras(createNobleProvider(), ...legacyExtras)];

const mayNotSign = 'has a certificate that may not sign (RFC 9846 §4.5.1.2), as we found and said';

/** Why no handshake is made of cases that have a key. */
const left: Readonly<Record<string, string>> = {
  // TLS has the curves P-256, P-384 and P-521 (RFC 9846 §4.3.3; RFC 8422 §5.1.1 took P-192 out of TLS 1.2).
  'webpki::forbidden-p192-leaf':
    'has a key of which no handshake can be made: the private key cannot be used: EC key on a curve that TLS does not use',
  // Authorities' certificates with key usage for that alone, which path validation has nothing against.
  'rfc5280::ca-as-leaf': mayNotSign,
  'rfc5280::ca-as-leaf-wrong-san': mayNotSign,
};

// Skipped only where the cases are absent: they are no part of this repository.
describe.skipIf(absent)(`x509-limbo in handshakes${absent ? ` (absent: ${file})` : ''}`, () => {
  it.each(providers)(
    'succeed exactly when the verdict says so, and who is refused hears the alert: $name',
    async provider => {
      const outcome = await runSuite(readSuite(file), [provider], undefined, shakeHands);
      console.log(report(outcome).join('\n'));
      expect(outcome.differences).toEqual([]);
      expect(outcome.cases).toBeGreaterThan(0);
      const reasons = [...outcome.left].filter(([reason]) => reason !== 'has no private key');
      expect(Object.fromEntries(reasons.flatMap(([reason, ids]) => ids.map(id => [id, reason])))).toEqual(left);
    },
  );

  it.each(providers)('refuse a key of DSA by the profile, though its suite was negotiated: $name', async provider => {
    for await (const value of readSuite(file)) {
      if ((value as { readonly id: string }).id !== 'webpki::forbidden-dsa-leaf') continue;
      const { error } = await shakeHands(readCase(value), provider, Date.now());
      expect(error).toMatchObject({ code: 'ERR_TLS_CERT_REFUSED', alert: 'certificate_unknown' });
      expect(error?.message).toContain(
        '"CN=example.com": has a DSA key, says profile webpki (CA/Browser Forum BR §6.1.5)',
      );
      return;
    }
    throw new Error('the case is gone');
  });
});

describe('a handshake of a case', async () => {
  const ca = await createCA();
  const pem = (der: Uint8Array | undefined): string => toPem('CERTIFICATE', der as Uint8Array);
  const server = await ca.issue({ names: ['example.com'], extendedKeyUsage: ['serverAuth'] });
  const client = await ca.issue({ names: [{ email: 'one@example.com' }], extendedKeyUsage: ['clientAuth'] });
  const good = {
    id: 'rfc5280::good',
    description: 'a chain of two',
    validation_kind: 'SERVER',
    trusted_certs: [ca.pem],
    untrusted_intermediates: [],
    peer_certificate: pem(server.chain[0]),
    peer_certificate_key: server.pem.key,
    signature_algorithms: [],
    key_usage: [],
    extended_key_usage: [],
    expected_result: 'SUCCESS',
    expected_peer_name: { kind: 'DNS', value: 'example.com' },
    expected_peer_names: [],
  };
  const ofClient = {
    ...good,
    validation_kind: 'CLIENT',
    peer_certificate: pem(client.chain[0]),
    peer_certificate_key: client.pem.key,
    expected_peer_name: null,
    expected_peer_names: [{ kind: 'RFC822', value: 'one@example.com' }],
  };
  const otherNames = [{ kind: 'RFC822', value: 'two@example.com' }];

  it.each([
    ['a server', good, undefined, undefined],
    ['a server whose name nobody asks for', { ...good, expected_peer_name: null }, undefined, undefined],
    ['a client', ofClient, undefined, undefined],
    [
      'a server with another name',
      { ...good, expected_peer_name: { kind: 'DNS', value: 'example.org' } },
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'bad_certificate',
    ],
    [
      'a server of yesterday',
      { ...good, validation_time: '2001-01-01T00:00:00Z' },
      'CERT_NOT_YET_VALID',
      'certificate_expired',
    ],
    [
      'a client with another name',
      { ...ofClient, expected_peer_names: otherNames },
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'bad_certificate',
    ],
    ['a client as a server', { ...ofClient, validation_kind: 'SERVER' }, 'INVALID_PURPOSE', 'unsupported_certificate'],
  ])('%s', async (_, testcase, code, alert) => {
    const verdict = await shakeHands(readCase(testcase), createNodeProvider(), Date.now());
    expect(verdict.result).toBe(code === undefined ? 'SUCCESS' : 'FAILURE');
    expect(verdict.error?.code).toBe(code);
    expect(verdict.error?.alert).toBe(alert);
  });

  it.each(providers)('with a key of DSA succeeds where the profile has nothing against it: $name', async provider => {
    const old = await ca.issue({ names: ['example.com'], key: 'dsa-2048', extendedKeyUsage: ['serverAuth'] });
    const [certificate, key] = [pem(old.chain[0]), old.pem.key];
    const testcase = { ...good, peer_certificate: certificate, peer_certificate_key: key };
    expect((await shakeHands(readCase(testcase), provider, Date.now())).result).toBe('SUCCESS');
    const browsers = await shakeHands(readCase({ ...testcase, id: 'webpki::dsa' }), provider, Date.now());
    expect(browsers.error).toMatchObject({ code: 'ERR_TLS_CERT_REFUSED', alert: 'certificate_unknown' });
    const asClient = await ca.issue({ names: ['example.com'], key: 'dsa-2048', extendedKeyUsage: ['clientAuth'] });
    const client = {
      ...testcase,
      validation_kind: 'CLIENT',
      peer_certificate: pem(asClient.chain[0]),
      peer_certificate_key: asClient.pem.key,
    };
    expect((await shakeHands(readCase(client), provider, Date.now())).result).toBe('SUCCESS');
    const refused = await shakeHands(readCase({ ...client, id: 'webpki::dsa' }), provider, Date.now());
    expect(refused.error?.code).toBe('ERR_TLS_CERT_REFUSED');
  });

  it.each([
    ['no key', { ...good, peer_certificate_key: null }, /no private key/],
    ['a key that is none', { ...good, peer_certificate_key: 'key' }, /no handshake can be made/],
    ['a name that is none', { ...good, expected_peer_name: { kind: 'DNS', value: '*.example.com' } }, /verifyName/],
  ])('there is none with %s, and it is said why', async (_, testcase, why) => {
    await expect(shakeHands(readCase(testcase), createNodeProvider(), Date.now())).rejects.toThrow(why);
  });

  it('with the key of another certificate is no refusal of the certificate', async () => {
    const verdict = await shakeHands(
      readCase({ ...good, peer_certificate_key: client.pem.key }),
      createNodeProvider(),
      Date.now(),
    );
    expect(verdict.error?.code).toBe('ERR_TLS_BAD_CERTIFICATE_VERIFY');
  });
});
