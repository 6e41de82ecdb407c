/** What certificates may say beyond what servers need, read back by pkijs, and what OpenSSL (Node) makes of wrong encodings. */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { Certificate, type Extension } from 'pkijs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  anyPolicy,
  type CertificateOptions,
  createCA,
  extensionOids,
  indefiniteLength,
  longLength,
  type TestCA,
  trailing,
} from '../src/index.ts';

let ca: TestCA;

beforeAll(async () => {
  ca = await createCA();
});

const parsed = (der: Uint8Array): Certificate => Certificate.fromBER(Uint8Array.from(der));

async function extension(options: CertificateOptions, name: keyof typeof extensionOids): Promise<Extension> {
  const { certificate } = await ca.issue({ names: ['localhost'], ...options });
  expect(new X509Certificate(certificate).verify(createPublicKey(ca.pem))).toBe(true);
  const found = parsed(certificate).extensions?.find(({ extnID }) => extnID === extensionOids[name]);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('an extension', () => {
  it('of policies, with and without qualifiers', async () => {
    const policies = ['1.2.3.4', { oid: '1.2.3.5', cps: 'https://cps.test/', notice: 'none' }, anyPolicy];
    const { critical, parsedValue } = await extension({ policies }, 'certificatePolicies');
    expect(critical).toBe(false);
    const read = (parsedValue as { certificatePolicies: Policy[] }).certificatePolicies;
    expect(read.map(each => [each.policyIdentifier, each.policyQualifiers?.length ?? 0])).toEqual([
      ['1.2.3.4', 0],
      ['1.2.3.5', 2],
      [anyPolicy, 0],
    ]);
  });

  it('of mappings, constraints on policies, and no any', async () => {
    const mappings = await extension({ policyMappings: [['1.2.3', '1.2.4']] }, 'policyMappings');
    expect(mappings.critical).toBe(true);
    expect((mappings.parsedValue as { mappings: object[] }).mappings).toMatchObject([
      { issuerDomainPolicy: '1.2.3', subjectDomainPolicy: '1.2.4' },
    ]);
    const constraints = { requireExplicitPolicy: 0, inhibitPolicyMapping: 300 };
    const read = await extension({ policyConstraints: constraints }, 'policyConstraints');
    expect([read.critical, read.parsedValue]).toMatchObject([true, constraints]);
    const any = await extension({ inhibitAnyPolicy: 2 }, 'inhibitAnyPolicy');
    expect([any.critical, [...any.extnValue.valueBlock.valueHexView]]).toEqual([true, [2, 1, 2]]);
  });

  it('of constraints on names of every form, with distances', async () => {
    const nameConstraints = {
      permitted: ['a.test', '10.0.0.0/8', { email: 'a.test' }, { uri: '.a.test' }, { directoryName: { O: 'x' } }],
      excluded: [{ registeredId: '1.2.3' }, { otherName: { oid: '1.2.3', value: Uint8Array.of(5, 0) } }],
    };
    const { parsedValue } = await extension({ nameConstraints }, 'nameConstraints');
    const { permittedSubtrees, excludedSubtrees } = parsedValue as Record<string, Subtree[]>;
    expect(permittedSubtrees?.map(({ base }) => base.type)).toEqual([2, 7, 1, 6, 4]);
    expect(excludedSubtrees?.map(({ base }) => base.type)).toEqual([8, 0]);
    // pkijs takes distances for EXPLICIT, which they are not (RFC 5280 §A.2): [0] and [1], behind a name of six octets.
    const distant = { excluded: [{ base: 'b.test', minimum: 1, maximum: 2 }] };
    const { extnValue } = await extension({ nameConstraints: distant }, 'nameConstraints');
    expect(Buffer.from(extnValue.valueBlock.valueHexView).toString('hex')).toBe(
      '3012a110300e8206622e74657374800101810102',
    );
  });

  it('of the issuer by name and number, and of its other names', async () => {
    const authorityKeyIdentifier = { issuer: [{ directoryName: 'x' }], serialNumber: Uint8Array.of(7) };
    const { parsedValue } = await extension({ authorityKeyIdentifier }, 'authorityKeyIdentifier');
    const read = parsedValue as { keyIdentifier?: unknown; authorityCertIssuer?: unknown[] };
    expect([read.keyIdentifier, read.authorityCertIssuer?.length]).toEqual([undefined, 1]);
    const { critical } = await extension({ issuerAltName: [{ uri: 'https://ca.test/' }] }, 'issuerAltName');
    expect(critical).toBe(false);
  });

  it('may be critical or not, as asked, also where DER would not write it', async () => {
    const critical = { keyUsage: false, extendedKeyUsage: true, subjectAltName: 'FALSE' } as const;
    expect((await extension({ critical }, 'keyUsage')).critical).toBe(false);
    expect((await extension({ critical }, 'extendedKeyUsage')).critical).toBe(true);
    expect((await extension({ critical }, 'subjectAltName')).critical).toBe(false);
    const { certificate } = await ca.issue({ names: ['localhost'], critical });
    // OBJECT IDENTIFIER 2.5.29.17, BOOLEAN FALSE.
    expect(Buffer.from(certificate).toString('hex')).toContain('0603551d11010100');
  });
});

describe('a certificate', () => {
  it('has a thousand names', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `${i}.example.test`);
    const { certificate } = await ca.issue({ names });
    expect(new X509Certificate(certificate).checkHost('999.example.test')).toBe('999.example.test');
    expect(new X509Certificate(certificate).checkHost('1000.example.test')).toBeUndefined();
  });

  it('has unique identifiers, another issuer, another key, another version', async () => {
    const other = await createCA({ subject: 'other' });
    const options = { issuerUniqueId: Uint8Array.of(1, 2), subjectUniqueId: Uint8Array.of(3) };
    const unique = parsed((await ca.issue(options)).certificate);
    const ids = [unique.issuerUniqueID, unique.subjectUniqueID] as ArrayBuffer[];
    expect(ids.map(each => [...new Uint8Array(each)])).toEqual([
      [0, 1, 2],
      [0, 3],
    ]);
    const named = new X509Certificate((await ca.issue({ subject: 'x', issuerName: { O: 'nobody' } })).certificate);
    expect(named.issuer).toBe('O=nobody');
    const keyed = new X509Certificate((await ca.issue({ subject: 'x', publicKey: other.spki })).certificate);
    expect(keyed.publicKey.equals(createPublicKey(other.pem))).toBe(true);
    expect(parsed((await ca.issue({ claimedVersion: 1 })).certificate).version).toBe(1);
    const second = parsed((await ca.issue({ version: 2 })).certificate);
    expect([second.version, second.extensions]).toEqual([1, undefined]);
  });

  it('is signed by SHA-1, and has keys of 1024 bits, where that is asked for', async () => {
    const rsa = await createCA({ key: 'rsa-1024' });
    const { certificate } = await rsa.issue({
      names: ['localhost'],
      key: 'rsa-1024',
      signature: { type: 'rsa-pkcs1', hash: 'sha1' },
    });
    const x509 = new X509Certificate(certificate);
    expect(x509.verify(createPublicKey(rsa.pem))).toBe(true);
    expect(x509.publicKey.asymmetricKeyDetails?.modulusLength).toBe(1024);
    expect(parsed(certificate).signatureAlgorithm.algorithmId).toBe('1.2.840.113549.1.1.5');
  });

  it('has a subject of any form', async () => {
    const bmp = Uint8Array.of(0x1e, 4, 0, 0x61, 0, 0x62);
    const { certificate } = await ca.issue({ subject: { O: { printable: 'x' }, CN: { der: bmp } } });
    expect(new X509Certificate(certificate).subject).toBe('O=x\nCN=ab');
  });
});

describe('an encoding that is not DER', () => {
  it('is what BER has', () => {
    const value = Uint8Array.of(0x30, 3, 2, 1, 5);
    expect([...longLength(value)]).toEqual([0x30, 0x82, 0, 3, 2, 1, 5]);
    expect([...indefiniteLength(value)]).toEqual([0x30, 0x80, 2, 1, 5, 0, 0]);
    expect([...trailing(value)]).toEqual([0x30, 3, 2, 1, 5, 0]);
    const long = Uint8Array.of(0x30, 0x81, 0x80, ...new Uint8Array(128), 9);
    expect([...longLength(long).subarray(0, 4)]).toEqual([0x30, 0x82, 0, 0x80]);
    expect([...indefiniteLength(long).subarray(-3)]).toEqual([0, 0, 9]);
  });

  it('can be had of a whole certificate, and of its signed part', async () => {
    const outside = await ca.issue({ subject: 'x', alterCertificate: longLength });
    const inside = await ca.issue({ subject: 'x', alter: longLength });
    expect([...outside.certificate.subarray(0, 3)]).toEqual([0x30, 0x83, 0]);
    expect([...inside.certificate.subarray(4, 7)]).toEqual([0x30, 0x83, 0]);
    for (const { certificate } of [outside, inside]) {
      expect(parsed(certificate).subject.typesAndValues[0]?.value.valueBlock.value).toBe('x');
    }
  });
});

interface Policy {
  readonly policyIdentifier: string;
  readonly policyQualifiers?: readonly unknown[];
}

interface Subtree {
  readonly base: { readonly type: number };
}
