import { X509Certificate } from 'node:crypto';
import { concat, equalBytes, toHex } from '@tlskit/tls-wire';
import { DerReader, der, derBitString, derOid, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { beforeAll, describe, expect, it } from 'vitest';
import { DistinguishedName, describeCertificate, describeKey, parseCertificate } from '../src/index.ts';
import { createCA, noble, type TestCA, thrown } from './support.ts';

let ca: TestCA;
let good: Uint8Array;

beforeAll(async () => {
  ca = await createCA();
  good = (await ca.issue({ names: ['localhost'], subject: { C: 'DE', O: 'Example', CN: 'localhost' } })).certificate;
});

/** The elements of a SEQUENCE, each in DER. */
function elements(bytes: Uint8Array): Uint8Array[] {
  const reader = new DerReader(bytes).enter();
  const parts: Uint8Array[] = [];
  while (!reader.done) parts.push(reader.next().bytes);
  return parts;
}

const sequence = (...parts: Uint8Array[]): Uint8Array => der(Tag.sequence, concat(...parts));

/** The good certificate with its signed part changed; whether the signature is good is no question of parsing. */
function withTbs(change: (parts: Uint8Array[]) => Uint8Array[]): Uint8Array {
  const [tbs, ...rest] = elements(good) as [Uint8Array, ...Uint8Array[]];
  return sequence(sequence(...change(elements(tbs))), ...rest);
}

/** The same with one element replaced. Order: version, serial, algorithm, issuer, validity, subject, key, extensions. */
function replaced(index: number, ...replacement: Uint8Array[]): Uint8Array {
  return withTbs(parts => [...parts.slice(0, index), ...replacement, ...parts.slice(index + 1)]);
}

const time = (tag: number, text: string): Uint8Array => der(tag, new TextEncoder().encode(text));
const utc = (text: string): Uint8Array => time(Tag.utcTime, text);
const later = utc('490101000000Z');
const extension = (...parts: Uint8Array[]): Uint8Array => sequence(derOid('1.2.3.4'), ...parts);
const contents = der(Tag.octetString, Uint8Array.of(5, 0));
const critical = (value: number): Uint8Array => der(Tag.boolean, Uint8Array.of(value));
const extensions = (...list: Uint8Array[]): Uint8Array => der(0xa3, sequence(...list));
const ecdsa384 = sequence(derOid('1.2.840.10045.4.3.3'));

describe('a certificate that parses', () => {
  it('is what Node and pkijs say it is', async () => {
    const keys = ['ecdsa-p256', 'ecdsa-p384', 'ed25519', 'rsa-2048', 'rsa-pss'] as const;
    for (const key of keys) {
      const { certificate: bytes, spki } = await ca.issue({
        key,
        names: ['localhost', '192.0.2.1'],
        subject: { C: 'DE', O: 'Exämple, Inc.', CN: key },
        notBefore: new Date('2020-02-29T23:59:59Z'),
        notAfter: new Date('2050-01-01T00:00:00Z'),
        serial: Uint8Array.of(0, 0x80, 1, 2),
        pathLength: 3,
        ca: true,
        keyUsage: ['digitalSignature', 'keyCertSign', 'decipherOnly'],
        extendedKeyUsage: ['serverAuth', 'codeSigning'],
      });
      const certificate = parseCertificate(bytes);
      const node = new X509Certificate(bytes);
      const other = new pkijs.Certificate({ schema: asn1js.fromBER(Uint8Array.from(bytes)).result });

      expect(certificate.fingerprint256(noble.hashes.sha256 as never)).toBe(node.fingerprint256);
      expect(certificate.notBefore).toBe(Date.parse(node.validFrom));
      expect(certificate.notAfter).toBe(Date.parse(node.validTo));
      expect(certificate.notBefore).toBe(other.notBefore.value.getTime());
      expect(certificate.extendedKeyUsage).toEqual(node.keyUsage);
      expect(certificate.subject.toString()).toBe(`CN=${key}, O=Exämple\\, Inc., C=DE`);
      expect(certificate.subject.toString().split(', ').length).toBe((node.subject.match(/\n/g) ?? []).length + 2);
      expect(same(certificate.spki, spki)).toBe(true);
      expect(same(certificate.spki, node.publicKey.export({ format: 'der', type: 'spki' }))).toBe(true);

      expect(certificate.version).toBe(other.version + 1);
      expect(same(certificate.serialNumber, other.serialNumber.valueBlock.valueHexView)).toBe(true);
      expect(same(certificate.tbs, other.tbsView)).toBe(true);
      expect(same(certificate.signature, other.signatureValue.valueBlock.valueHexView)).toBe(true);
      expect(certificate.signatureAlgorithm.oid).toBe(other.signatureAlgorithm.algorithmId);
      expect(same(certificate.issuer.der, new Uint8Array(other.issuer.toSchema().toBER()))).toBe(true);
      const theirs = (other.extensions ?? []).map(({ extnID, critical, extnValue }) => ({
        oid: extnID,
        critical,
        value: toHex(extnValue.valueBlock.valueHexView),
      }));
      const ours = [...certificate.extensions.values()].map(({ value, ...rest }) => ({ ...rest, value: toHex(value) }));
      expect(ours).toEqual(theirs);
      expect(certificate.basicConstraints).toEqual({ ca: true, pathLength: 3 });
      expect([...(certificate.keyUsage ?? [])]).toEqual(['digitalSignature', 'keyCertSign', 'decipherOnly']);
    }
  });

  it('is not copied', () => {
    const certificate = parseCertificate(good);
    for (const view of [certificate.tbs, certificate.spki, certificate.signature, certificate.subject.der]) {
      expect(view.buffer).toBe(good.buffer);
    }
  });

  it('may have a time of either form at any time, though authorities must not write it', () => {
    const early = time(Tag.generalizedTime, '20200101000000Z');
    const certificate = parseCertificate(replaced(4, sequence(early, later)));
    expect(certificate.notBefore).toBe(Date.UTC(2020, 0, 1));
    expect(certificate.hasConformingTimes).toBe(false);
    expect(parseCertificate(good).hasConformingTimes).toBe(true);
  });

  it('has two digits of the year from 1950 to 2049', () => {
    const { notBefore, notAfter } = parseCertificate(replaced(4, sequence(utc('500101000000Z'), utc('491231235959Z'))));
    expect([notBefore, notAfter]).toEqual([Date.UTC(1950, 0, 1), Date.UTC(2049, 11, 31, 23, 59, 59)]);
  });

  it('may be of version 1 without, and of version 2 with unique identifiers', () => {
    const bare = withTbs(parts => parts.slice(1, 7));
    expect(parseCertificate(bare).version).toBe(1);
    expect(parseCertificate(bare).extensions.size).toBe(0);
    const unique = der(0x81, Uint8Array.of(0, 1, 2));
    const second = withTbs(parts => [der(0xa0, derUnsigned(Uint8Array.of(1))), ...parts.slice(1, 7), unique]);
    expect(parseCertificate(second).version).toBe(2);
  });
});

describe('a certificate that does not parse', () => {
  const cases: readonly (readonly [string, () => Uint8Array])[] = [
    ['nothing', () => new Uint8Array()],
    ['bytes after it', () => concat(good, Uint8Array.of(0))],
    ['a part less', () => sequence(...elements(good).slice(0, 2))],
    ['a part more', () => sequence(...elements(good), Uint8Array.of(5, 0))],
    ['another algorithm outside', () => sequence(...elements(good).with(1, ecdsa384))],
    ['another algorithm inside', () => replaced(2, ecdsa384)],
    ['a signature of no whole octets', () => sequence(...elements(good).with(2, der(3, Uint8Array.of(1, 2))))],
    ['version 1 written out', () => replaced(0, der(0xa0, derUnsigned(Uint8Array.of(0))))],
    ['version 4', () => replaced(0, der(0xa0, derUnsigned(Uint8Array.of(3))))],
    ['version -1', () => replaced(0, der(0xa0, der(Tag.integer, Uint8Array.of(0xff))))],
    ['extensions in version 1', () => withTbs(parts => parts.slice(1))],
    ['extensions in version 2', () => replaced(0, der(0xa0, derUnsigned(Uint8Array.of(1))))],
    [
      'a unique identifier in version 1',
      () => withTbs(parts => [...parts.slice(1, 7), der(0x81, Uint8Array.of(0, 1))]),
    ],
    ['a serial number that is not minimal', () => replaced(1, der(Tag.integer, Uint8Array.of(0, 1)))],
    ['a serial number without contents', () => replaced(1, der(Tag.integer))],
    ['no issuer', () => replaced(3, sequence())],
    ['an issuer with an empty RDN', () => replaced(3, sequence(der(Tag.set)))],
    ['one time', () => replaced(4, sequence(later))],
    ['three times', () => replaced(4, sequence(later, later, later))],
    ['a time without seconds', () => replaced(4, sequence(utc('4901010000Z'), later))],
    ['a time that is not in Zulu', () => replaced(4, sequence(utc('490101000000+0100'), later))],
    ['a time without Z', () => replaced(4, sequence(utc('4901010000000'), later))],
    ['a time with fractions', () => replaced(4, sequence(later, time(Tag.generalizedTime, '20500101000000.5Z')))],
    ['a time of four digits in UTCTime', () => replaced(4, sequence(utc('20490101000000Z'), later))],
    ['a thirteenth month', () => replaced(4, sequence(utc('491301000000Z'), later))],
    ['a month zero', () => replaced(4, sequence(utc('490001000000Z'), later))],
    ['a year before 100', () => replaced(4, sequence(time(Tag.generalizedTime, '00500101000000Z'), later))],
    ['a thirtieth of February', () => replaced(4, sequence(utc('480230000000Z'), later))],
    ['hour 24', () => replaced(4, sequence(utc('490101240000Z'), later))],
    ['minute 60', () => replaced(4, sequence(utc('490101006000Z'), later))],
    ['second 60', () => replaced(4, sequence(utc('490101000060Z'), later))],
    ['a time that is text', () => replaced(4, sequence(time(Tag.utf8String, '490101000000Z'), later))],
    ['a sign in a time', () => replaced(4, sequence(utc('49+101000000Z'), later))],
    ['a subject that is no name', () => replaced(5, sequence(Uint8Array.of(5, 0)))],
    ['a key that is no SEQUENCE', () => replaced(6, derBitString(Uint8Array.of(1)))],
    ['no extensions where there must be some', () => replaced(7, extensions())],
    ['an extension twice', () => replaced(7, extensions(extension(contents), extension(contents)))],
    ['an extension without value', () => replaced(7, extensions(extension()))],
    ['critical that has its default', () => replaced(7, extensions(extension(critical(0), contents)))],
    ['critical that is no BOOLEAN of DER', () => replaced(7, extensions(extension(critical(1), contents)))],
    ['an extension with more than its value', () => replaced(7, extensions(extension(contents, contents)))],
    ['two lists of extensions', () => withTbs(parts => [...parts, parts[7] as Uint8Array])],
    ['a length that is not minimal', () => concat(Uint8Array.of(0x30, 0x83, 0), good.subarray(2))],
  ];

  it.each(cases)('for %s', (_, make) => {
    const error = thrown(() => parseCertificate(make()));
    expect(error).toMatchObject({ code: 'ERR_TLS_CERT_MALFORMED', alert: 'bad_certificate', rfc: 'RFC 5280 §4.1' });
  });

  it('whatever part of it is missing', () => {
    for (let length = 0; length < good.length; length++) {
      expect(thrown(() => parseCertificate(good.subarray(0, length))).code).toBe('ERR_TLS_CERT_MALFORMED');
    }
  });

  it('and what the cases are made of does parse', () => {
    expect(parseCertificate(withTbs(parts => parts)).der).toEqual(good);
    expect(parseCertificate(replaced(7, extensions(extension(critical(0xff), contents)))).extensions.size).toBe(1);
    expect(parseCertificate(replaced(4, sequence(later, later))).notAfter).toBe(Date.UTC(2049, 0, 1));
  });
});

describe('an extension', () => {
  const oids = {
    subjectKeyIdentifier: '2.5.29.14',
    keyUsage: '2.5.29.15',
    subjectAltName: '2.5.29.17',
    basicConstraints: '2.5.29.19',
    nameConstraints: '2.5.29.30',
    certificatePolicies: '2.5.29.32',
    authorityKeyIdentifier: '2.5.29.35',
    extendedKeyUsage: '2.5.29.37',
  } as const;
  type Name = keyof typeof oids;
  const read = (name: Name, value: Uint8Array): unknown =>
    parseCertificate(replaced(7, extensions(sequence(derOid(oids[name]), der(Tag.octetString, value)))))[name];
  const policy = sequence(derOid('2.23.140.1.2.1'));
  const subtree = sequence(der(0x82, Uint8Array.of(0x61)));

  const bad: readonly (readonly [Name, string, Uint8Array])[] = [
    ['basicConstraints', 'a negative path length', sequence(critical(0xff), der(Tag.integer, Uint8Array.of(0xff)))],
    ['basicConstraints', 'more than it has', sequence(critical(0xff), derUnsigned(Uint8Array.of(0)), contents)],
    ['basicConstraints', 'bytes after it', concat(sequence(), Uint8Array.of(0))],
    ['keyUsage', 'no bits', der(Tag.bitString, Uint8Array.of(0))],
    ['keyUsage', 'bits that are all zero', der(Tag.bitString, Uint8Array.of(7, 0))],
    ['keyUsage', 'unused bits that are set', der(Tag.bitString, Uint8Array.of(7, 0x81))],
    ['extendedKeyUsage', 'no purposes', sequence()],
    ['extendedKeyUsage', 'no OIDs', sequence(contents)],
    ['subjectAltName', 'no names', sequence()],
    ['subjectAltName', 'a name of no form', sequence(der(0x89, Uint8Array.of(1)))],
    ['subjectAltName', 'a directory name that is none', sequence(der(0xa4, contents))],
    ['nameConstraints', 'no subtrees', sequence()],
    ['nameConstraints', 'an empty list of subtrees', sequence(der(0xa0))],
    [
      'nameConstraints',
      'a minimum',
      sequence(der(0xa0, sequence(der(0x82, Uint8Array.of(0x61)), der(0x80, Uint8Array.of(1))))),
    ],
    ['nameConstraints', 'subtrees in the wrong order', sequence(der(0xa1, subtree), der(0xa0, subtree))],
    ['authorityKeyIdentifier', 'what it does not have', sequence(der(0x83, Uint8Array.of(1)))],
    ['subjectKeyIdentifier', 'another type', sequence()],
    ['certificatePolicies', 'none', sequence()],
    ['certificatePolicies', 'one twice', sequence(policy, policy)],
  ];

  it.each(bad)('%s is refused for %s', (name, _, value) => {
    const error = thrown(() => read(name, value));
    expect(error.code).toBe('ERR_TLS_CERT_MALFORMED');
    expect(error.rfc).toMatch(/^RFC 5280 §4\.2\.1\.\d+$/);
  });

  it('is read when it is well formed', () => {
    expect(read('basicConstraints', sequence())).toEqual({ ca: false, pathLength: undefined });
    // FALSE is the default and should not be there; there is only one thing that it can mean.
    expect(read('basicConstraints', sequence(critical(0)))).toEqual({ ca: false, pathLength: undefined });
    expect(read('keyUsage', der(Tag.bitString, Uint8Array.of(7, 0, 0x80)))).toEqual(new Set(['decipherOnly']));
    // As the roots "Trustwave Global ECC" write it.
    expect(read('keyUsage', der(Tag.bitString, Uint8Array.of(7, 6, 0)))).toEqual(new Set(['keyCertSign', 'cRLSign']));
    expect(read('extendedKeyUsage', sequence(derOid('1.2.3')))).toEqual(['1.2.3']);
    expect(read('nameConstraints', sequence(der(0xa1, subtree)))).toEqual({
      permitted: [],
      excluded: [{ type: 'dns', value: 'a' }],
    });
    expect(read('certificatePolicies', sequence(policy))).toEqual(['2.23.140.1.2.1']);
    expect(read('subjectKeyIdentifier', contents)).toEqual(Uint8Array.of(5, 0));
    const fields = sequence(
      der(0x80, Uint8Array.of(1)),
      der(0xa1, der(0x82, Uint8Array.of(0x61))),
      der(0x82, Uint8Array.of(2)),
    );
    expect(read('authorityKeyIdentifier', fields)).toEqual({
      keyIdentifier: Uint8Array.of(1),
      issuer: [{ type: 'dns', value: 'a' }],
      serialNumber: Uint8Array.of(2),
    });
  });

  it('that is absent is undefined', () => {
    const certificate = parseCertificate(replaced(7, extensions(extension(contents))));
    for (const name of Object.keys(oids) as Name[]) expect(certificate[name]).toBeUndefined();
  });
});

describe('a distinguished name', () => {
  const attribute = (oid: string, tag: number, text: Uint8Array): Uint8Array =>
    der(Tag.set, sequence(derOid(oid), der(tag, text)));
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  const name = (...rdns: Uint8Array[]): DistinguishedName => new DistinguishedName(sequence(...rdns));
  const cn = (text: string, tag: number = Tag.utf8String): DistinguishedName =>
    name(attribute('2.5.4.3', tag, utf8(text)));
  const bmp = (text: string): Uint8Array =>
    Uint8Array.from([...text].flatMap(c => [c.charCodeAt(0) >> 8, c.charCodeAt(0) & 255]));

  it('is compared by RFC 5280 §7.1', () => {
    expect(cn('Example').equals(cn('EXAMPLE', Tag.printableString))).toBe(true);
    expect(cn(' Example \u00a0 Trust ').equals(cn('example trust'))).toBe(true);
    expect(cn('Straße Ä').equals(cn('STRAßE ä'))).toBe(true);
    expect(cn('e\u0301').equals(cn('\u00e9'))).toBe(true);
    expect(cn('Example').equals(name(attribute('2.5.4.3', Tag.bmpString, bmp('example'))))).toBe(true);
    expect(cn('Example').equals(cn('Example2'))).toBe(false);
    expect(cn('ExampleTrust').equals(cn('Example Trust'))).toBe(false);
    expect(cn('Example').equals(name(attribute('2.5.4.10', Tag.utf8String, utf8('Example'))))).toBe(false);
    // TeletexString by its octets: nobody agrees on what they mean.
    expect(cn('Example', Tag.teletexString).equals(cn('Example'))).toBe(false);
    expect(cn('Example', Tag.teletexString).equals(cn('Example', Tag.teletexString))).toBe(true);
    expect(cn('a', Tag.teletexString).equals(cn('A', Tag.teletexString))).toBe(false);
  });

  it('is not deceived by what looks like structure', () => {
    const two = name(attribute('2.5.4.10', Tag.utf8String, utf8('a')), attribute('2.5.4.3', Tag.utf8String, utf8('b')));
    expect(cn('a","2.5.4.3="b').equals(two)).toBe(false);
    const together = name(
      der(
        Tag.set,
        concat(
          sequence(derOid('2.5.4.10'), der(Tag.utf8String, utf8('a'))),
          sequence(derOid('2.5.4.3'), der(Tag.utf8String, utf8('b'))),
        ),
      ),
    );
    expect(together.equals(two)).toBe(false);
    expect(together.toString()).toBe('O=a+CN=b');
    expect(two.equals(name())).toBe(false);
  });

  it('lies within another whose RDNs it begins with', () => {
    const base = name(attribute('2.5.4.6', Tag.printableString, utf8('DE')));
    const below = name(
      attribute('2.5.4.6', Tag.printableString, utf8('de')),
      attribute('2.5.4.10', Tag.utf8String, utf8('x')),
    );
    expect(below.isWithin(base)).toBe(true);
    expect(base.isWithin(base)).toBe(true);
    expect(base.isWithin(below)).toBe(false);
    expect(base.isWithin(name())).toBe(true);
  });

  it('is written most specific first, with nothing that misleads', () => {
    const subject = name(
      attribute('2.5.4.6', Tag.printableString, utf8('DE')),
      attribute('2.5.4.10', Tag.utf8String, utf8('A, "B" + C; <D>\\=')),
      attribute('2.5.4.3', Tag.utf8String, utf8('x\n\u202ey\0 ')),
      attribute('1.2.3', Tag.octetString, Uint8Array.of(1, 0xab)),
      attribute('2.5.4.11', Tag.utf8String, Uint8Array.of(0xff)),
    );
    expect(subject.toString()).toBe(
      'OU=#ff, 1.2.3=#01ab, CN=x\\u{a}\\u{202e}y\\u{0}\\ , O=A\\, \\"B\\" \\+ C\\; \\<D\\>\\\\\\=, C=DE',
    );
    expect(subject.last('2.5.4.6')).toBe('DE');
    expect(subject.last('2.5.4.7')).toBeUndefined();
  });
});

describe('a description', () => {
  it('is fit for JSON', async () => {
    const options = {
      notBefore: new Date('2024-01-01'),
      notAfter: new Date('2025-01-01'),
      serial: Uint8Array.of(1, 0xff),
    };
    const { certificate } = await ca.issue({ names: ['localhost', '::1'], ...options });
    const parsed = parseCertificate(certificate);
    const description = describeCertificate(parsed, noble.hashes.sha256);
    expect(JSON.parse(JSON.stringify(description))).toEqual({
      subject: 'CN=localhost',
      issuer: parseCertificate(ca.certificate).subject.toString(),
      serialNumber: '01FF',
      notBefore: '2024-01-01T00:00:00.000Z',
      notAfter: '2025-01-01T00:00:00.000Z',
      names: ['dns:localhost', 'ip:::1'],
      key: 'ECDSA P-256',
      fingerprint256: new X509Certificate(certificate).fingerprint256,
    });
    expect(describeCertificate(parsed)).not.toHaveProperty('fingerprint256');
  });

  it('survives names that are malformed', () => {
    const san = sequence(derOid('2.5.29.17'), der(Tag.octetString, sequence()));
    expect(describeCertificate(parseCertificate(replaced(7, extensions(san)))).names).toEqual([]);
  });

  it('says what keys are', async () => {
    const kinds = [
      ['ecdsa-p256', 'ECDSA P-256'],
      ['ecdsa-p384', 'ECDSA P-384'],
      ['ed25519', 'Ed25519'],
      ['rsa-1024', 'RSA 1024'],
      ['rsa-2048', 'RSA 2048'],
      ['rsa-pss', 'RSA-PSS 2048'],
    ] as const;
    for (const [key, text] of kinds) expect(describeKey((await ca.issue({ key })).spki)).toBe(text);
    expect(describeKey(sequence(sequence(derOid('1.2.3')), derBitString(Uint8Array.of(1))))).toBe('1.2.3');
    expect(describeKey(Uint8Array.of(1, 2, 3))).toBe('unreadable');
  });
});

it('names a certificate without subject by its serial number', async () => {
  const { certificate } = await ca.issue({ subject: {}, names: ['a.test'], serial: Uint8Array.of(7, 8) });
  expect(parseCertificate(certificate).label).toBe('with serial number 0708');
  const long = await ca.issue({ subject: 'x'.repeat(1000) });
  expect(parseCertificate(long.certificate).label.length).toBeLessThan(250);
});

function same(one: Uint8Array, other: Uint8Array): boolean {
  return equalBytes(Uint8Array.from(one), Uint8Array.from(other));
}
