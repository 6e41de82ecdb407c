import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { mlDsaKeys } from '@tlskit/tls-crypto-noble/pq';
import { Certificate } from 'pkijs';
import { describe, expect, it } from 'vitest';
import { createCA, encodeSubject, extensionOids, type KeyKind } from '../src/index.ts';

// Node's X509Certificate (OpenSSL) is the judge here: it shares no code with the builder.
const kinds: readonly KeyKind[] = [
  ...(['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'ed25519', 'ed448', 'rsa-2048', 'rsa-pss', 'dsa-2048'] as const),
];

describe('a chain that is as it should be', () => {
  it.each(kinds)('with a leaf key of kind %s', async key => {
    const ca = await createCA();
    const leaf = await ca.issue({ names: ['localhost', '127.0.0.1', '2001:db8::1'], key });
    const x509 = new X509Certificate(leaf.certificate);
    expect(x509.verify(new X509Certificate(ca.certificate).publicKey)).toBe(true);
    expect(x509.checkPrivateKey(createPrivateKey(leaf.pem.key))).toBe(true);
    expect(x509.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1');
    expect(x509.ca).toBe(false);
    expect(Uint8Array.from(x509.publicKey.export({ format: 'der', type: 'spki' }))).toEqual(Uint8Array.from(leaf.spki));
  });

  it.each(kinds)('signed by an authority of kind %s', async key => {
    const ca = await createCA({ key });
    const x509 = new X509Certificate((await ca.issue('localhost')).certificate);
    expect(x509.verify(createPublicKey(ca.pem))).toBe(true);
    expect(x509.checkIssued(new X509Certificate(ca.pem))).toBe(true);
  });

  // OpenSSL knows them from 3.5 on; the tests of interoperability ask it then.
  it.each([44, 65, 87] as const)('of kind ml-dsa-%i, as far as this Node can tell', async set => {
    const ca = await createCA({ key: `ml-dsa-${set}` });
    const leaf = await ca.issue({ names: ['localhost'], key: `ml-dsa-${set}` });
    const x509 = new X509Certificate(leaf.certificate);
    expect(x509.issuer).toBe(new X509Certificate(ca.certificate).subject);
    expect(leaf.signingKey.algorithm).toEqual({ type: 'ml-dsa', set });
    const { tbs, signature } = parts(leaf.certificate);
    const key = withExtras(createNobleProvider(), mlDsaKeys).importPublicKey(ca.spki);
    expect(key.verify({ type: 'ml-dsa', set }, tbs, signature)).toBe(true);
    expect(key.verify({ type: 'ml-dsa', set }, Uint8Array.from(tbs).fill(0, 9, 10), signature)).toBe(false);
  });

  it('has its intermediates in order, without the root', async () => {
    const root = await createCA();
    const upper = await root.intermediate({ pathLength: 1 });
    const lower = await upper.intermediate({ subject: { C: 'DE', O: 'Example', CN: 'lower' } });
    const leaf = await lower.issue('example.test');
    expect(leaf.chain).toEqual([leaf.certificate, lower.certificate, upper.certificate]);
    const chain = [...leaf.chain, root.certificate].map(certificate => new X509Certificate(certificate));
    for (const [i, issuer] of chain.slice(1).entries()) expect(chain[i]?.checkIssued(issuer)).toBe(true);
    expect(chain.map(certificate => certificate.ca)).toEqual([false, true, true, true]);
    expect(chain[1]?.subject).toBe('C=DE\nO=Example\nCN=lower');
    expect(leaf.pem.certificate.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  });

  it('can be cross-signed by another authority', async () => {
    const [one, other] = [await createCA(), await createCA()];
    const cross = await other.intermediate({ key: one.key, subject: one.subject });
    const leaf = new X509Certificate((await one.issue('localhost')).certificate);
    expect(leaf.checkIssued(new X509Certificate(cross.certificate))).toBe(true);
    expect(leaf.verify(new X509Certificate(cross.certificate).publicKey)).toBe(true);
  });

  it('takes times, serial and purposes as asked', async () => {
    const ca = await createCA();
    const { certificate } = await ca.issue({
      names: ['localhost'],
      notBefore: new Date('2049-12-31T23:59:59Z'),
      notAfter: new Date('2050-01-01T00:00:00Z'),
      serial: Uint8Array.of(1, 2, 3),
      extendedKeyUsage: ['codeSigning'],
    });
    const x509 = new X509Certificate(certificate);
    expect([x509.validFrom, x509.validTo]).toEqual(['Dec 31 23:59:59 2049 GMT', 'Jan  1 00:00:00 2050 GMT']);
    expect(x509.serialNumber).toBe('010203');
    expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.3']);
    // UTCTime up to 2049, GeneralizedTime from 2050: tags 0x17 and 0x18.
    const text = Array.from(certificate, byte => String.fromCharCode(byte)).join('');
    expect(text).toContain('\x17\x0d491231235959Z\x18\x0f20500101000000Z');
  });
});

describe('a chain that is wrong as asked', () => {
  it('by a signature of another key', async () => {
    const ca = await createCA();
    const x509 = new X509Certificate((await ca.issue({ names: ['localhost'], forged: true })).certificate);
    expect(x509.checkIssued(new X509Certificate(ca.pem))).toBe(true);
    expect(x509.verify(createPublicKey(ca.pem))).toBe(false);
  });

  it('by an issuer that is no authority', async () => {
    const ca = await createCA();
    const below = await ca.intermediate({ ca: false });
    expect(new X509Certificate(below.certificate).ca).toBe(false);
    const missing = await ca.intermediate({ ca: null, keyUsage: null });
    expect(new X509Certificate(missing.certificate).toString()).toContain('BEGIN CERTIFICATE');
    expect(missing.certificate.length).toBeLessThan(below.certificate.length);
  });

  it('by an algorithm that is claimed, and one outside that differs from the one inside', async () => {
    const md5 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04];
    const ca = await createCA();
    const { certificate } = await ca.issue({ names: ['localhost'], claimedAlgorithm: '1.2.840.113549.1.1.4' });
    const text = Array.from(certificate, String).join();
    expect(text.split(md5.join())).toHaveLength(3);
    const outer = Uint8Array.of(0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70);
    const other = await ca.issue({ names: ['localhost'], outerAlgorithm: outer });
    expect(Array.from(other.certificate, String).join()).toContain(Array.from(outer, String).join());
  });

  it('by extensions that are added, doubled or left out', async () => {
    const ca = await createCA();
    const extension = { oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) };
    const occurrences = (der: Uint8Array): number => Array.from(der, String).join().split('6,3,42,3,4').length - 1;
    expect(occurrences((await ca.issue({ extensions: [extension] })).certificate)).toBe(1);
    expect(occurrences((await ca.issue({ extensions: [extension, extension] })).certificate)).toBe(2);
    const bare = await ca.issue({
      subject: 'bare',
      names: null,
      keyUsage: null,
      extendedKeyUsage: null,
      subjectKeyIdentifier: null,
      authorityKeyIdentifier: null,
    });
    expect(new X509Certificate(bare.certificate).subjectAltName).toBeUndefined();
    expect(Array.from(bare.certificate, String).join()).not.toContain('85,29');
  });

  it('by a signed part that was altered before it was signed', async () => {
    const ca = await createCA();
    const { certificate } = await ca.issue({
      subject: 'abc',
      alter: tbs => Uint8Array.from(tbs, (byte, i) => (tbs[i - 1] === 0x61 && byte === 0x62 ? 0x7a : byte)),
    });
    const x509 = new X509Certificate(certificate);
    expect(x509.subject).toBe('CN=azc');
    expect(x509.verify(createPublicKey(ca.pem))).toBe(true);
  });
});

describe('names', () => {
  it('come in every form', async () => {
    const ca = await createCA();
    const { certificate } = await ca.issue({
      subject: {},
      names: [
        { dns: 'a b' },
        { email: 'a@example.test' },
        { uri: 'https://example.test/' },
        { directoryName: { O: 'Example' } },
        { registeredId: '1.2.3.4' },
        { otherName: { oid: '1.2.3', value: Uint8Array.of(0x0c, 1, 0x41) } },
        { ip: Uint8Array.of(1, 2, 3) },
      ],
    });
    const x509 = new X509Certificate(certificate);
    expect(x509.subject).toBeUndefined();
    expect(x509.subjectAltName).toBe(
      'DNS:a b, email:a@example.test, URI:https://example.test/, DirName:O=Example, ' +
        'Registered ID:1.2.3.4, othername:<unsupported>, IP Address:<invalid length=3>',
    );
  });

  it('refuses what has no encoding', () => {
    expect(() => encodeSubject({ nonsense: 'x' })).toThrow(RangeError);
  });

  it('lists the OIDs that are needed to replace a default', async () => {
    const ca = await createCA();
    const replaced = { oid: extensionOids.basicConstraints, value: Uint8Array.of(0x30, 0x00) };
    const { certificate } = await ca.intermediate({ extensions: [replaced] });
    expect(new X509Certificate(certificate).ca).toBe(false);
  });
});

/** What is signed of a certificate, and how. */
function parts(der: Uint8Array): { tbs: Uint8Array; signature: Uint8Array } {
  const certificate = Certificate.fromBER(Uint8Array.from(der));
  return { tbs: certificate.tbsView, signature: certificate.signatureValue.valueBlock.valueHexView };
}
