import { createHash, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { concat, fromHex } from '@tlskit/tls-wire';
import { contextTag, der, derOid, Tag } from '@tlskit/tls-wire/der';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateDetails, type ExtensionDetails } from '../src/details/index.ts';
import { extensionNames } from '../src/details/oid-names.ts';
import { formatSerialNumber, loadCertificates, parseCertificate } from '../src/index.ts';
import { createCA, noble } from './support.ts';

const ca = await createCA();
const { sha256 } = noble.hashes;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(Tag.sequence, ...parts);
const uri = (value: string): Uint8Array => der(contextTag(6, false), text(value));
const dns = (value: string): Uint8Array => der(contextTag(2, false), text(value));
const small = (value: number): Uint8Array => der(Tag.integer, Uint8Array.of(value));

/** The extension of a certificate that has it with these contents. */
async function shown(oid: string, value: Uint8Array, critical = false): Promise<ExtensionDetails> {
  const { certificate } = await ca.issue({ names: ['localhost'], extensions: [{ oid, critical, value }] });
  const { extensions } = certificateDetails(parseCertificate(certificate));
  return extensions.find(extension => extension.oid === oid) as ExtensionDetails;
}

const names = {
  policies: '2.5.29.32',
  mappings: '2.5.29.33',
  policyConstraints: '2.5.29.36',
  inhibitAny: '2.5.29.54',
  crls: '2.5.29.31',
  access: '1.3.6.1.5.5.7.1.1',
  feature: '1.3.6.1.5.5.7.1.24',
  scts: '1.3.6.1.4.1.11129.2.4.2',
  delegation: '1.3.6.1.4.1.44363.44',
  constraints: '2.5.29.30',
  authorityKey: '2.5.29.35',
  altNames: '2.5.29.17',
};

const sct = concat(
  Uint8Array.of(0),
  new Uint8Array(32).fill(0xab),
  fromHex('0000018bcfe56800'),
  fromHex('0000'),
  fromHex('0403000400000000'),
);
const sctList = concat(Uint8Array.of(0, sct.length + 2, 0, sct.length), sct);

describe('an extension in words and as a value', () => {
  it.each<[string, string, Uint8Array, readonly string[], unknown]>([
    [
      'policies with qualifiers',
      names.policies,
      sequence(
        sequence(derOid('2.23.140.1.2.1')),
        sequence(
          derOid('1.2.3.4'),
          sequence(
            sequence(derOid('1.3.6.1.5.5.7.2.1'), der(Tag.ia5String, text('https://a.example/cps'))),
            sequence(
              derOid('1.3.6.1.5.5.7.2.2'),
              sequence(
                sequence(der(Tag.utf8String, text('Org')), sequence(small(1), small(2))),
                der(Tag.utf8String, text('a "note"')),
              ),
            ),
          ),
        ),
      ),
      [
        'domain validated (2.23.140.1.2.1)',
        '1.2.3.4',
        '  statement of practice uri:https://a.example/cps',
        '  notice 1, 2 of "Org" "a \\"note\\""',
      ],
      [
        { policy: '2.23.140.1.2.1', qualifiers: [] },
        {
          policy: '1.2.3.4',
          qualifiers: [
            { type: 'cps', uri: 'https://a.example/cps' },
            { type: 'userNotice', organization: 'Org', numbers: [1, 2], text: 'a "note"' },
          ],
        },
      ],
    ],
    [
      'mappings',
      names.mappings,
      sequence(sequence(derOid('2.23.140.1.2.1'), derOid('1.2.3'))),
      ['domain validated (2.23.140.1.2.1) is 1.2.3 of the subject'],
      [{ issuer: '2.23.140.1.2.1', subject: '1.2.3' }],
    ],
    [
      'policy constraints',
      names.policyConstraints,
      sequence(der(contextTag(0, false), Uint8Array.of(0)), der(contextTag(1, false), Uint8Array.of(1))),
      [
        'an explicit policy is required after 0 further certificates',
        'policies are not mapped after 1 further certificate',
      ],
      { requireExplicitPolicy: 0, inhibitPolicyMapping: 1 },
    ],
    ['inhibit any', names.inhibitAny, small(2), ['anyPolicy counts for nothing after 2 further certificates'], 2],
    [
      'distribution points',
      names.crls,
      sequence(
        sequence(der(contextTag(0, true), der(contextTag(0, true), uri('http://c.example/1.crl')))),
        sequence(
          der(contextTag(0, true), der(contextTag(0, true), uri('http://c.example/2.crl'))),
          der(contextTag(1, false), Uint8Array.of(5, 0x60)),
          der(contextTag(2, true), dns('signer.example')),
        ),
      ),
      [
        'uri:http://c.example/1.crl',
        'uri:http://c.example/2.crl, for keyCompromise, cACompromise alone, signed by dns:signer.example',
      ],
      [
        { names: ['uri:http://c.example/1.crl'] },
        {
          names: ['uri:http://c.example/2.crl'],
          reasons: ['keyCompromise', 'cACompromise'],
          issuer: ['dns:signer.example'],
        },
      ],
    ],
    [
      'access',
      names.access,
      sequence(
        sequence(derOid('1.3.6.1.5.5.7.48.1'), uri('http://o.example')),
        sequence(derOid('1.3.6.1.5.5.7.48.2'), uri('http://i.example/ca.cer')),
      ),
      ['ocsp (1.3.6.1.5.5.7.48.1) uri:http://o.example', 'caIssuers (1.3.6.1.5.5.7.48.2) uri:http://i.example/ca.cer'],
      [
        { method: '1.3.6.1.5.5.7.48.1', location: 'uri:http://o.example' },
        { method: '1.3.6.1.5.5.7.48.2', location: 'uri:http://i.example/ca.cer' },
      ],
    ],
    [
      'TLS features',
      names.feature,
      sequence(small(5), small(42)),
      ['status_request: the server must staple an OCSP response', 'extension 42 of TLS'],
      [5, 42],
    ],
    [
      'timestamps',
      names.scts,
      der(Tag.octetString, sctList),
      ['2023-11-14T22:13:20.000Z log q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s= ecdsa_secp256r1_sha256'],
      [
        {
          version: 1,
          log: 'q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=',
          time: '2023-11-14T22:13:20.000Z',
          scheme: 'ecdsa_secp256r1_sha256',
        },
      ],
    ],
    [
      'delegation usage',
      names.delegation,
      Uint8Array.of(5, 0),
      ['its key may sign delegated credentials (RFC 9345)'],
      null,
    ],
    [
      'constraints of every form',
      names.constraints,
      sequence(
        der(
          contextTag(0, true),
          sequence(dns('example.com')),
          sequence(der(contextTag(7, false), fromHex('0a000000ff000000'))),
          sequence(der(contextTag(7, false), fromHex('0a000000ff00ff00'))),
          sequence(der(contextTag(7, false), fromHex(`20010db8${'00'.repeat(12)}ffffffff${'00'.repeat(12)}`))),
        ),
        der(contextTag(1, true), sequence(der(contextTag(1, false), text('.example.org')))),
      ),
      [
        'permitted dns:example.com',
        'permitted ip:10.0.0.0/8',
        'permitted ip:10.0.0.0/255.0.255.0',
        'permitted ip:2001:db8::/32',
        'excluded email:.example.org',
      ],
      {
        permitted: ['dns:example.com', 'ip:10.0.0.0/8', 'ip:10.0.0.0/255.0.255.0', 'ip:2001:db8::/32'],
        excluded: ['email:.example.org'],
      },
    ],
    [
      'names of rare forms',
      names.altNames,
      sequence(
        der(contextTag(8, false), fromHex('2a0304')),
        der(
          contextTag(0, true),
          derOid('1.3.6.1.4.1.311.20.2.3'),
          der(contextTag(0, true), der(Tag.utf8String, text('me@corp'))),
        ),
        der(contextTag(0, true), fromHex('00')),
      ),
      ['registeredID:1.2.3.4', 'otherName:userPrincipalName:me@corp', 'otherName:#00'],
      ['registeredID:1.2.3.4', 'otherName:userPrincipalName:me@corp', 'otherName:#00'],
    ],
  ])('%s', async (_, oid, value, words, json) => {
    const extension = await shown(oid, value);
    expect(extension).toMatchObject({ oid, name: extensionNames[oid], words, value: json });
    expect(extension.unreadable).toBeUndefined();
    expect(JSON.parse(JSON.stringify(extension))).toEqual(extension);
  });

  it('that nobody knows: its OID and its octets', async () => {
    expect(await shown('1.2.3.4', fromHex('0500'), true)).toEqual({
      oid: '1.2.3.4',
      critical: true,
      words: ['0500'],
      hex: '0500',
    });
  });

  it('that is malformed: why, and its octets', async () => {
    const extension = await shown(names.policies, fromHex('3000'));
    expect(extension).toMatchObject({ name: 'certificatePolicies', hex: '3000' });
    expect(extension.words).toEqual([`unreadable: ${extension.unreadable}`]);
    expect(extension.unreadable).toContain('empty');
  });

  it('does not act on a terminal, nor pass one name off as two', async () => {
    const evil = 'a.example, dns:b.example\x1b[2J\u009b\r\n';
    const bytes = Uint8Array.from(evil, character => character.charCodeAt(0));
    const extension = await shown(names.altNames, sequence(der(contextTag(2, false), bytes)));
    expect(extension.words).toEqual(['dns:"a.example, dns:b.example\\u{1b}[2J\\u{9b}\\u{d}\\u{a}"']);
    expect(extension.value).toEqual([`dns:${evil}`]);
  });

  it('never throws, whatever its contents', async () => {
    const { certificate } = await ca.issue('localhost');
    const good = parseCertificate(certificate);
    const octets = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.constantFrom(0x30, 4, 3, 5, 0xa0, 0x80), fc.uint8Array({ maxLength: 40 }))
        .map(([tag, contents]) => der(tag, contents)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(extensionNames)), octets, (oid, value) => {
        const extensions = new Map([[oid, { oid, critical: false, value }]]);
        const { extensions: all } = certificateDetails(Object.create(good, { extensions: { value: extensions } }));
        expect(all).toHaveLength(1);
        for (const line of all[0]!.words) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a certificate in full', () => {
  it('has keys with parameters, signature, fingerprint and pin', async () => {
    const { certificate, spki } = await ca.issue({ names: ['localhost'], key: 'rsa-2048' });
    const details = certificateDetails(parseCertificate(certificate), sha256);
    expect(details).toMatchObject({
      version: 3,
      names: ['dns:localhost'],
      key: 'RSA 2048',
      keyDetails: { words: 'RSA 2048', oid: '1.2.840.113549.1.1.1', bits: 2048, exponent: '65537' },
      signature: { words: 'ECDSA with SHA-256', oid: '1.2.840.10045.4.3.2', weak: false },
      selfIssued: false,
      pin: `sha256/${createHash('sha256').update(spki).digest('base64')}`,
    });
    expect(details.fingerprint256?.replaceAll(':', '').toLowerCase()).toBe(
      createHash('sha256').update(certificate).digest('hex'),
    );
    expect(details.extensions.map(({ name, critical }) => [name, critical])).toEqual([
      ['keyUsage', true],
      ['extKeyUsage', false],
      ['subjectAltName', false],
      ['subjectKeyIdentifier', false],
      ['authorityKeyIdentifier', false],
    ]);
    expect(certificateDetails(parseCertificate(certificate))).not.toHaveProperty('pin');
  });

  it.each([
    ['rsa-pss', 'RSA-PSS with SHA-256, 32 bytes of salt'],
    ['ed25519', 'Ed25519'],
    ['ecdsa-p384', 'ECDSA with SHA-384'],
  ] as const)('of a key %s is signed by %s', async (key, words) => {
    const own = await createCA({ key });
    expect(certificateDetails(parseCertificate(own.certificate)).signature).toMatchObject({ words, weak: false });
  });

  it('says that a signature by MD5 is weak', async () => {
    const { certificate } = await ca.issue({ names: ['localhost'], claimedAlgorithm: '1.2.840.113549.1.1.4' });
    expect(certificateDetails(parseCertificate(certificate)).signature).toEqual({
      words: 'RSA with MD5 (1.2.840.113549.1.1.4)',
      oid: '1.2.840.113549.1.1.4',
      weak: true,
    });
  });
});

describe('a serial number', () => {
  it.each([
    ['01', '01'],
    ['00', '00'],
    ['00ff', 'FF'],
    ['7fff', '7FFF'],
    ['ff', '-01'],
    ['8000', '-8000'],
    ['ff38', '-C8'],
  ])('of contents %s is written %s', (contents, text) => {
    expect(formatSerialNumber(fromHex(contents))).toBe(text);
  });

  it('is written as Node writes it', () => {
    for (const pem of rootCertificates) {
      const certificate = parseCertificate(loadCertificates(pem)[0] as Uint8Array);
      // Of zero Node writes half an octet.
      const theirs = new X509Certificate(pem).serialNumber.replace(/^0$/, '00');
      expect(formatSerialNumber(certificate.serialNumber)).toBe(theirs);
    }
  });
});

describe("Node's roots", () => {
  it('are all read to their last extension, and can be anchors', () => {
    expect(rootCertificates.length).toBeGreaterThan(100);
    for (const pem of rootCertificates) {
      const certificate = parseCertificate(loadCertificates(pem)[0] as Uint8Array);
      const details = certificateDetails(certificate, sha256);
      // What validation asks of anchors: none of it throws.
      expect(
        [certificate.keyUsage?.has('keyCertSign') ?? true, certificate.basicConstraints?.ca],
        details.subject,
      ).toEqual([true, true]);
      expect(
        details.extensions.filter(({ unreadable }) => unreadable !== undefined),
        details.subject,
      ).toEqual([]);
      expect(
        details.extensions.filter(({ name }) => name === undefined),
        details.subject,
      ).toEqual([]);
      expect(details.keyDetails.words, details.subject).toMatch(/^(RSA \d{4}|ECDSA P-\d{3})$/);
      expect(details.signature.words, details.subject).toMatch(/^(RSA|ECDSA) with SHA-\d+$/);
    }
  });
});
