/** One row for each way in which a certificate can be wrong: what refuses it, by which section, and what the peer is told. */
import type { AlertName, TlsErrorCode } from '@tlskit/tls-alerts';
import { type CryptoProvider, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { dsaKeys } from '@tlskit/tls-crypto-noble/legacy';
import {
  anyPolicy,
  type CertificateOptions,
  createLog,
  type Issued,
  indefiniteLength,
  longLength,
  type NameConstraintOptions,
  trailing,
} from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { crls } from '../src/crl/index.ts';
import type { PolicyRules, VerifierOptions, VerifyInput } from '../src/index.ts';
import { ocsp } from '../src/ocsp/index.ts';
import { requireTransparency } from '../src/transparency/index.ts';
import { createCA, day, judge, type TestCA, TlsError } from './support.ts';

let root: TestCA;
let ca: TestCA;

beforeAll(async () => {
  root = await createCA();
  ca = await root.intermediate();
});

type Options = Partial<Omit<VerifierOptions, 'provider'>> & { readonly provider?: CryptoProvider };

interface Case extends Pick<Issued, 'chain'> {
  readonly options?: Options;
  readonly input?: Partial<VerifyInput>;
}

type Row = readonly [what: string, make: () => Promise<Case>, code: TlsErrorCode, section: string, alert: AlertName];

/** Rows with one verdict. */
const refused = (code: TlsErrorCode, section: string, alert: AlertName, made: Record<string, Row[1]>): readonly Row[] =>
  Object.entries(made).map(([what, make]) => [what, make, code, section, alert]);

const names = ['localhost'];
const past = (days: number) => new Date(Date.now() - days * day);
const ahead = (days: number) => new Date(Date.now() + days * day);

/** A leaf with this below a good authority. */
const leaf =
  (options: CertificateOptions, more: Partial<Case> = {}) =>
  async (): Promise<Case> => ({
    chain: (await ca.issue({ names, ...options })).chain,
    ...more,
  });

/** A good leaf below an authority with this. */
const authority =
  (options: CertificateOptions, below: CertificateOptions = {}, more: Partial<Case> = {}) =>
  async () => ({
    chain: (await (await root.intermediate(options)).issue({ names, ...below })).chain,
    ...more,
  });

/** A good leaf right below a trusted root with this. */
const anchor =
  (options: CertificateOptions, below: CertificateOptions = {}, more: Options = {}) =>
  async () => {
    const own = await createCA(options);
    const { chain } = await own.issue({ names, ...below });
    return { chain, options: { trust: { roots: own.certificate }, ...more } };
  };

const profile = (name: 'rfc5280' | 'webpki'): Partial<Case> => ({ options: { profile: name } });

/** An extension with these contents, DER in hexadecimal. */
const extension = (oid: string, hex: string, critical = false): CertificateOptions => ({
  extensions: [{ oid, critical, value: Uint8Array.from(Buffer.from(hex, 'hex')) }],
});

const validity: readonly Row[] = [
  ...refused('CERT_HAS_EXPIRED', '6.1.3 (a)(2)', 'certificate_expired', {
    'a leaf that has ended': leaf({ notAfter: past(0.001) }),
    'an authority that has ended': authority({ notAfter: past(0.001) }),
    'a root that has ended': anchor({ notAfter: past(0.001) }),
    'a leaf that ends before it begins': leaf({ notBefore: ahead(-1), notAfter: past(2) }),
  }),
  ...refused('CERT_NOT_YET_VALID', '6.1.3 (a)(2)', 'certificate_expired', {
    'a leaf of tomorrow': leaf({ notBefore: ahead(1) }),
    'an authority of tomorrow': authority({ notBefore: ahead(1) }),
  }),
];

const sha1Rsa = { type: 'rsa-pkcs1', hash: 'sha1' } as const;

const signatures: readonly Row[] = [
  ...refused('CERT_SIGNATURE_FAILURE', '6.1.3 (a)(1)', 'bad_certificate', {
    'a leaf that a stranger signed': leaf({ forged: true }),
    'an authority that a stranger signed': authority({ forged: true }),
    'a leaf that was changed when it was signed': leaf({ alterCertificate: bitChanged }),
  }),
  ...refused('ERR_TLS_CERT_WEAK', '9846 §4.5.1.3', 'bad_certificate', {
    MD5: leaf({ claimedAlgorithm: '1.2.840.113549.1.1.4' }),
    'SHA-1 with RSA': async () => ({
      chain: (await (await root.intermediate({ key: 'rsa-2048' })).issue({ names, signature: sha1Rsa })).chain,
    }),
    'SHA-1 with ECDSA': leaf({ signature: { type: 'ecdsa', hash: 'sha1' } }),
    'SHA-1 at an authority': authority({ signature: { type: 'ecdsa', hash: 'sha1' } }),
    'RSA of 1024 bits at a leaf': leaf({ key: 'rsa-1024' }),
    'RSA of 1024 bits at an authority': authority({ key: 'rsa-1024' }),
    'RSA of 1024 bits at a root': anchor({ key: 'rsa-1024' }),
  }),
  ...refused('ERR_TLS_CERT_KEY', '4.1.1.2', 'unsupported_certificate', {
    'an algorithm that nobody knows': leaf({ claimedAlgorithm: '1.2.3.4' }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.1', 'bad_certificate', {
    'algorithms that differ': leaf({ outerAlgorithm: Uint8Array.of(0x30, 5, 6, 3, 0x2b, 0x65, 0x70) }),
  }),
  ...refused('ERR_TLS_CERT_KEY', '9846 §4.5.1.2', 'unsupported_certificate', {
    'a key of a kind that nobody knows': leaf({ publicKey: Uint8Array.of(0x30, 9, 0x30, 4, 6, 2, 0x2a, 3, 3, 1, 0) }),
    'a key that is no point': leaf({ publicKey: noPoint() }),
    'an authority with another key': authority({ publicKey: noPoint() }),
  }),
];

const constraints = (nameConstraints: NameConstraintOptions, below: CertificateOptions = {}) =>
  authority({ nameConstraints }, below);

const thousand = (prefix: string) => Array.from({ length: 1000 }, (_, i) => `${prefix}${i}.test`);

const namesRows: readonly Row[] = [
  ...refused('ERR_TLS_CERT_NAME_CONSTRAINTS', '6.1.3 (b), (c)', 'bad_certificate', {
    'a DNS name that is not permitted': constraints({ permitted: ['example.test'] }),
    'a DNS name that is excluded': constraints({ excluded: ['localhost'] }),
    'a wildcard that covers what is excluded': constraints(
      { excluded: ['a.example.test'] },
      { names: ['localhost', '*.example.test'] },
    ),
    'an IP address that is not permitted': constraints(
      { permitted: ['10.0.0.0/8'] },
      { names: ['localhost', '192.0.2.1'] },
    ),
    'an IPv6 address that is excluded': constraints(
      { excluded: ['2001:db8::/32'] },
      { names: ['localhost', '2001:db8::1'] },
    ),
    'an e-mail address that is not permitted': constraints(
      { permitted: [{ email: 'a.test' }] },
      { names: ['localhost', { email: 'x@b.test' }] },
    ),
    'an e-mail address in the subject that is excluded': constraints(
      { excluded: [{ email: 'b.test' }] },
      { subject: { emailAddress: 'x@b.test' } },
    ),
    'a URI that is not permitted': constraints(
      { permitted: [{ uri: '.a.test' }] },
      { names: ['localhost', { uri: 'https://b.test/' }] },
    ),
    'a URI that is excluded': constraints(
      { excluded: [{ uri: 'b.test' }] },
      { names: ['localhost', { uri: 'https://b.test/' }] },
    ),
    'a directory name that is not permitted': constraints(
      { permitted: [{ directoryName: { O: 'a' } }] },
      { subject: { O: 'b' } },
    ),
    'an alternative directory name that is excluded': constraints(
      { excluded: [{ directoryName: { O: 'b' } }] },
      { names: ['localhost', { directoryName: { O: 'b', CN: 'x' } }] },
    ),
    'a name of a form whose constraints nobody judges': constraints(
      { permitted: [{ registeredId: '1.2.3' }] },
      { names: ['localhost', { registeredId: '1.2.3' }] },
    ),
    'another name of such a form': constraints(
      { excluded: [{ otherName: { oid: '1.2.3', value: Uint8Array.of(5, 0) } }] },
      { names: ['localhost', { otherName: { oid: '1.2.4', value: Uint8Array.of(5, 0) } }] },
    ),
    'a name under a constraint that is none': constraints(
      { excluded: [{ ip: Uint8Array.of(1, 2, 3) }] },
      { names: ['localhost', '192.0.2.1'] },
    ),
    'constraints of a root that the leaf does not keep': anchor({ nameConstraints: { permitted: ['example.test'] } }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.10', 'bad_certificate', {
    'constraints with a minimum': constraints({ permitted: [{ base: 'localhost', minimum: 1 }] }),
    'constraints with a maximum': constraints({ permitted: [{ base: 'localhost', maximum: 1 }] }),
    'constraints that constrain nothing': constraints({}),
    'constraints on no names': constraints({ permitted: [] }),
  }),
  ...refused('ERR_TLS_CERT_ALTNAME_INVALID', '9525', 'bad_certificate', {
    'another name': leaf({ names: ['example.test'] }),
    'a thousand other names': leaf({ names: thousand('a') }),
    'the name as common name alone': leaf({ subject: 'localhost', names: null }),
    'a wildcard for a whole registry': leaf({ names: ['*.test'] }, { input: { name: 'a.test' } }),
    'a wildcard in a label': leaf({ names: ['a*.example.test'] }, { input: { name: 'ab.example.test' } }),
    'a wildcard of another depth': leaf({ names: ['*.example.test'] }, { input: { name: 'a.b.example.test' } }),
    'an address as a DNS name': leaf({ names: [{ dns: '192.0.2.1' }] }, { input: { name: '192.0.2.1' } }),
  }),
  ...refused('ERR_TLS_CERT_WORK_LIMIT', '', 'certificate_unknown', {
    'a thousand names, each under a thousand constraints': authority(
      { nameConstraints: { excluded: thousand('b') } },
      { names: thousand('a') },
    ),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.6', 'bad_certificate', {
    'alternative names that are none': leaf(extension('2.5.29.17', '3000')),
  }),
];

const purposes: readonly Row[] = [
  ...refused('INVALID_PURPOSE', '4.2.1.12', 'unsupported_certificate', {
    'a leaf for code': leaf({ extendedKeyUsage: ['codeSigning'] }),
    'a server with a certificate for clients': leaf({ extendedKeyUsage: ['clientAuth'] }),
    'a client with a certificate for servers': leaf(
      { extendedKeyUsage: ['serverAuth'] },
      { input: { role: 'client', name: null } },
    ),
    'an authority for mail': authority({ extendedKeyUsage: ['emailProtection'] }),
    'a root for mail': anchor({ extendedKeyUsage: ['emailProtection'] }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.12', 'bad_certificate', {
    'no purposes': leaf({ extendedKeyUsage: [] }),
  }),
  ...refused('KEYUSAGE_NO_DIGITAL_SIGNATURE', '9846 §4.5.1.2', 'unsupported_certificate', {
    'a key that does not sign': leaf({ keyUsage: ['keyEncipherment'] }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.3', 'bad_certificate', {
    'a key for nothing': leaf({ keyUsage: [] }),
  }),
  ...refused('KEYUSAGE_NO_CERTSIGN', '6.1.4 (n)', 'unknown_ca', {
    'an authority whose key signs no certificates': authority({ keyUsage: ['cRLSign'] }),
  }),
];

const authorities: readonly Row[] = [
  ...refused('INVALID_CA', '6.1.4 (k)', 'unknown_ca', {
    'an authority that is none': authority({ ca: false }),
    'an authority that does not say so': authority({ ca: null }),
    'an authority of version 1': authority({ version: 1 }),
    'an authority of version 2': authority({ version: 2 }),
    'a leaf as an authority': async () => underLeaf(),
  }),
  ...refused('PATH_LENGTH_EXCEEDED', '6.1.4 (m)', 'unknown_ca', {
    'authorities below one that allows none': async () => deep(0, 1),
    'more authorities than one allows': async () => deep(1, 2),
  }),
  ...refused('ERR_TLS_CERT_WORK_LIMIT', '', 'certificate_unknown', {
    'more authorities than anybody follows': async () => deep(undefined, 11),
    'a hundred and one certificates': async () => ({ chain: Array(101).fill((await ca.issue({ names })).certificate) }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.9', 'bad_certificate', {
    'a path length that is negative': authority(extension('2.5.29.19', '30060101ff0201ff', true)),
  }),
  ...refused('DEPTH_ZERO_SELF_SIGNED_CERT', '6.1', 'unknown_ca', {
    'a leaf that signs itself': async () => ({ chain: [(await createCA({ names })).certificate] }),
  }),
  ...refused('SELF_SIGNED_CERT_IN_CHAIN', '6.1', 'unknown_ca', {
    'a root that nobody trusts': async () => withRoot(),
  }),
  ...refused('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', '6.1', 'unknown_ca', {
    'an authority that is missing': async () => ({
      chain: (await (await ca.intermediate()).issue({ names })).chain.slice(0, 2),
    }),
    'a leaf that names another issuer': leaf({ issuerName: { O: 'nobody' } }),
  }),
  ...refused('UNABLE_TO_VERIFY_LEAF_SIGNATURE', '6.1', 'unknown_ca', {
    'a leaf alone': async () => ({ chain: (await ca.issue({ names })).chain.slice(0, 1) }),
  }),
  ...refused('ERR_TLS_CERT_PIN', '7469', 'unknown_ca', {
    'keys that nobody pinned': leaf({}, { options: { trust: { pins: [`sha256/${'A'.repeat(43)}=`] } } }),
  }),
  ...refused('ERR_TLS_NO_CERTIFICATE', '9846 §4.5.1.3', 'decode_error', {
    'no certificate': async () => ({ chain: [] }),
  }),
];

const unknown = '1.2.3.4';

const extensions: readonly Row[] = [
  ...refused('UNHANDLED_CRITICAL_EXTENSION', '6.1.5 (f)', 'unsupported_certificate', {
    'a critical extension that nobody knows': leaf(extension(unknown, '0500', true)),
    'one at an authority': authority(extension(unknown, '0500', true)),
    'a precertificate': async () => ({ chain: (await ca.issue({ names, scts: [] })).precertificate ?? [] }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.1', 'bad_certificate', {
    'an extension twice': leaf({ extensions: [null, null].map(() => ({ oid: unknown, value: Uint8Array.of(5, 0) })) }),
    'a flag that says what DER leaves out': leaf({ critical: { subjectAltName: 'FALSE' } }),
    'extensions in version 1': leaf({ claimedVersion: 0 }),
    'extensions in version 2': leaf({ claimedVersion: 1 }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.9', 'bad_certificate', {
    'basic constraints that are none': leaf(extension('2.5.29.19', '0500')),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.1', 'bad_certificate', {
    'an authority key identifier that is none': leaf(extension('2.5.29.35', '0400')),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.2', 'bad_certificate', {
    'a subject key identifier that is none': leaf(extension('2.5.29.14', '0500')),
  }),
];

const rules = (policies: PolicyRules): Partial<Case> => ({ options: { policies } });
const needed = { policyConstraints: { requireExplicitPolicy: 0 } };

const policyRows: readonly Row[] = [
  ...refused('ERR_TLS_CERT_POLICY', '6.1.3 (f)', 'bad_certificate', {
    'no policy where one is asked for': leaf({}, rules({ requireExplicit: true })),
    'a policy that is not the one': leaf({ policies: ['1.2.3'] }, rules({ acceptable: ['1.2.4'] })),
    'no policy where an authority asks for one': authority(needed),
    'a policy that the authority has not': authority({ ...needed, policies: ['1.2.4'] }, { policies: ['1.2.3'] }),
    'a policy that the authority mapped to another': authority(
      { ...needed, policies: ['1.2.3'], policyMappings: [['1.2.3', '1.2.4']] },
      { policies: ['1.2.3'] },
    ),
    'any policy where it is inhibited': authority(
      { ...needed, policies: ['1.2.3'], inhibitAnyPolicy: 0 },
      { policies: [anyPolicy] },
    ),
  }),
  ...refused('ERR_TLS_CERT_POLICY', '6.1.5 (g)', 'bad_certificate', {
    'no policy where the leaf itself asks for one': leaf(needed),
  }),
  ...refused('ERR_TLS_CERT_POLICY', '6.1.4 (a)', 'bad_certificate', {
    'a mapping of any': authority({ policies: [anyPolicy], policyMappings: [[anyPolicy, '1.2.3']] }),
    'a mapping to any': authority({ policies: ['1.2.3'], policyMappings: [['1.2.3', anyPolicy]] }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.4', 'bad_certificate', {
    'policies of which there are none': leaf({ policies: [] }),
    'a policy twice': leaf({ policies: ['1.2.3', '1.2.3'] }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.5', 'bad_certificate', {
    'mappings of which there are none': authority({ policyMappings: [] }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.11', 'bad_certificate', {
    'constraints on policies that constrain nothing': authority({ policyConstraints: {} }),
  }),
  ...refused('ERR_TLS_CERT_MALFORMED', '4.2.1.14', 'bad_certificate', {
    'a number of certificates that is negative': authority({ inhibitAnyPolicy: -1 }),
  }),
];

const encodings: readonly Row[] = [
  ...refused('ERR_TLS_CERT_MALFORMED', '4.1', 'bad_certificate', {
    'something behind a leaf': leaf({ alterCertificate: trailing }),
    'a length that is longer than it need be': leaf({ alterCertificate: longLength }),
    'one in the signed part': leaf({ alter: longLength }),
    'a length that is not told': leaf({ alterCertificate: indefiniteLength }),
    'one at the signed part': leaf({ alter: indefiniteLength }),
    'an authority that does not parse': authority({ alterCertificate: longLength }),
    'a serial number without octets': leaf({ serial: new Uint8Array(0) }),
    'a serial number with a zero before it': leaf({ serial: Uint8Array.of(0, 1) }),
    'a version that there is not': leaf({ claimedVersion: 3 }),
    'unique identifiers in version 1': leaf({ version: 1, subjectUniqueId: Uint8Array.of(1) }),
    'a time without seconds': leaf({ notAfter: asn1(0x17, '3001010000Z') }),
    'a time in another zone': leaf({ notAfter: asn1(0x17, '300101000000+0100') }),
    'a time that there is not': leaf({ notAfter: asn1(0x17, '300230000000Z') }),
    'a time with fractions': leaf({ notAfter: asn1(0x18, '20300101000000.5Z') }),
    'a time as text': leaf({ notAfter: asn1(0x0c, '300101000000Z') }),
    'an issuer without a name': leaf({ issuerName: {} }),
    noise: async () => ({ chain: [Uint8Array.of(1, 2, 3)] }),
  }),
];

const rfc5280 = profile('rfc5280');
const webpki = profile('webpki');
const withDsa = withExtras(createNobleProvider(), dsaKeys);

const profiles: readonly Row[] = (
  [
    ['a serial number that is negative', leaf({ serial: Uint8Array.of(0xff) }, rfc5280), '5280 §4.1.2.2'],
    ['a serial number that is zero', leaf({ serial: Uint8Array.of(0) }, rfc5280), '5280 §4.1.2.2'],
    ['a serial number of 21 octets', leaf({ serial: new Uint8Array(21).fill(1) }, rfc5280), '5280 §4.1.2.2'],
    ['GeneralizedTime before 2050', leaf({ notAfter: asn1(0x18, '20490101000000Z') }, rfc5280), '5280 §4.1.2.5'],
    ['no authority key identifier', leaf({ authorityKeyIdentifier: null }, rfc5280), '5280 §4.2.1.1'],
    [
      'an authority key identifier without the key',
      leaf({ authorityKeyIdentifier: { issuer: [{ directoryName: 'x' }], serialNumber: Uint8Array.of(1) } }, rfc5280),
      '5280 §4.2.1.1',
    ],
    [
      'a critical authority key identifier',
      leaf({ critical: { authorityKeyIdentifier: true } }, rfc5280),
      '5280 §4.2.1.1',
    ],
    ['a critical subject key identifier', leaf({ critical: { subjectKeyIdentifier: true } }, rfc5280), '5280 §4.2.1.2'],
    ['an authority without a key identifier', authority({ subjectKeyIdentifier: null }, {}, rfc5280), '5280 §4.2.1.2'],
    [
      'an empty subject beside names that are not critical',
      leaf({ subject: {}, critical: { subjectAltName: false } }, rfc5280),
      '5280 §4.2.1.6',
    ],
    [
      'an authority whose constraints are not critical',
      authority({ critical: { basicConstraints: false } }, {}, rfc5280),
      '5280 §4.2.1.9',
    ],
    [
      'name constraints that are not critical',
      authority({ nameConstraints: { permitted: names }, critical: { nameConstraints: false } }, {}, rfc5280),
      '5280 §4.2.1.10',
    ],
    ['name constraints of a leaf', leaf({ nameConstraints: { permitted: names } }, rfc5280), '5280 §4.2.1.10'],
    ['a path length of a leaf', leaf({ ca: false, pathLength: 0 }, rfc5280), '5280 §4.2.1.9'],
    [
      'a leaf whose key signs certificates',
      leaf({ keyUsage: ['digitalSignature', 'keyCertSign'] }, rfc5280),
      '5280 §4.2.1.3',
    ],
    ['no purposes in the web', leaf({ extendedKeyUsage: null }, webpki), 'BR §7.1.2.7.10'],
    ['any purpose in the web', leaf({ extendedKeyUsage: ['serverAuth', 'any'] }, webpki), 'BR §7.1.2.7.10'],
    ['critical purposes in the web', leaf({ critical: { extendedKeyUsage: true } }, webpki), 'BR §7.1.2.7.6'],
    [
      'a leaf that is an authority in the web',
      leaf({ ca: true, keyUsage: ['digitalSignature', 'keyCertSign'] }, webpki),
      'BR §7.1.2.7.8',
    ],
    ['a common name that is no other name in the web', leaf({ subject: 'other.test' }, webpki), 'BR §7.1.4.3'],
    [
      'critical names beside a subject in the web',
      leaf({ critical: { subjectAltName: true } }, webpki),
      'BR §7.1.2.7.12',
    ],
    ['version 1 in the web', leaf({ version: 1 }, webpki), '5280 §4.2.1.1'],
    [
      'a root with purposes in the web',
      anchor({ extendedKeyUsage: ['serverAuth'] }, {}, { profile: 'webpki' }),
      'BR §7.1.2.1.2',
    ],
    ['DSA in the web', leaf({ key: 'dsa-2048' }, { options: { profile: 'webpki', provider: withDsa } }), 'BR §6.1.5'],
  ] as const
).map(([what, make, section]) => [what, make, 'ERR_TLS_CERT_REFUSED', section, 'certificate_unknown']);

const later: readonly Row[] = [
  ...refused('CERT_REVOKED', '6.3', 'certificate_revoked', {
    'a leaf that a CRL names': async () => revoked('leaf'),
    'an authority that a CRL names': async () => revoked('authority'),
    'a leaf that its own staple says is revoked': async () =>
      stapled({}, certificate => ca.ocsp({ responses: [{ certificate, status: { revokedAt: past(1), reason: 1 } }] })),
  }),
  ...refused('ERR_TLS_CERT_STATUS', '6960 §3.2', 'bad_certificate_status_response', {
    'a staple of a stranger': async () => stapled({}, async certificate => (await createCA()).ocsp(certificate)),
    'a staple for another certificate': async () =>
      stapled({}, async () => ca.ocsp((await ca.issue({ names })).certificate)),
    'a staple of last year': async () =>
      stapled({}, certificate =>
        ca.ocsp({ responses: [{ certificate, thisUpdate: past(365), nextUpdate: past(360) }] }),
      ),
  }),
  ...refused('ERR_TLS_CERT_STATUS', '6960 §4.2.1', 'bad_certificate_status_response', {
    'a staple that does not parse': async () => stapled({}, async () => Uint8Array.of(0x30, 0)),
  }),
  ...refused('ERR_TLS_CERT_STATUS', '7633 §4.3.3', 'bad_certificate_status_response', {
    'no staple where one was promised': async () => stapled({ tlsFeatures: [5] }, undefined),
  }),
  ...refused('ERR_TLS_CERT_STATUS_UNKNOWN', '6.1.3 (a)(3)', 'certificate_unknown', {
    'a leaf of which no CRL says anything': leaf(
      {},
      { options: { revocation: { by: [crls({ crls: [] })], unknown: 'refuse' } } },
    ),
  }),
  ...refused('ERR_TLS_CERT_TRANSPARENCY', '6962 §5.2', 'certificate_unknown', {
    'a leaf that no log knows': async () => unlogged(),
  }),
];

describe.each([
  ['validity', validity],
  ['signatures and keys', signatures],
  ['names', namesRows],
  ['purposes', purposes],
  ['authorities and paths', authorities],
  ['extensions', extensions],
  ['policies', policyRows],
  ['encodings', encodings],
  ['profiles', profiles],
  ['what is asked of others', later],
] as const)('%s', (_, rows) => {
  it.each(rows as readonly Row[])('refuses %s', async (_what, make, code, section, alert) => {
    const { chain, options = {}, input = {} } = await make();
    const error = judge({ trust: { roots: root.certificate }, profile: 'path', ...options }, { chain, ...input });
    if (!(error instanceof TlsError)) throw new Error('it was accepted');
    expect([error.code, error.alert, error.message]).toEqual([code, alert, expect.any(String)]);
    expect(error.rfc ?? '').toContain(section);
    // What is said of a certificate says which.
    if (error.kind !== 'protocol' && chain.length < 100) expect(error.message).toMatch(/certificate/);
  });
});

it('accepts the same where nothing is wrong', async () => {
  const policies = ['1.2.3', anyPolicy];
  for (const make of [
    leaf({}),
    leaf({
      policies,
      issuerAltName: [{ uri: 'https://ca.test/' }],
      authorityInfoAccess: { ocsp: 'http://ocsp.test/' },
    }),
    leaf({ names: [...thousand('a'), 'localhost'] }),
    leaf({ issuerUniqueId: Uint8Array.of(1), subjectUniqueId: Uint8Array.of(2) }),
    authority({ nameConstraints: { permitted: [...names, '10.0.0.0/8'], excluded: thousand('a').slice(0, 50) } }),
    authority({ extendedKeyUsage: ['serverAuth'] }),
    anchor({ pathLength: 0 }),
    leaf({}, rfc5280),
    leaf({}, webpki),
  ]) {
    const { chain, options = {} } = (await make()) as Case;
    const peer = judge({ trust: { roots: root.certificate }, profile: 'path', ...options }, { chain });
    expect(peer).not.toBeInstanceOf(TlsError);
  }
});

/** A bit of the signature changed, in its last octet, so that it is as well formed as before. */
function bitChanged(der: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(der);
  copy[copy.length - 1] = (copy.at(-1) as number) ^ 1;
  return copy;
}

/** A SubjectPublicKeyInfo on P-256 with a point that is not on the curve. */
function noPoint(): Uint8Array {
  const head = '3059301306072a8648ce3d020106082a8648ce3d03010703420004';
  return Uint8Array.from([...Buffer.from(head, 'hex'), ...new Uint8Array(64).fill(1)]);
}

function asn1(tag: number, text: string): Uint8Array {
  return Uint8Array.of(tag, text.length, ...Buffer.from(text));
}

async function underLeaf(): Promise<Case> {
  const subject = 'a leaf';
  const above = await ca.issue({ subject, names });
  const below = await (await createCA({ key: above.key, subject })).issue({ names });
  return { chain: [below.certificate, ...above.chain] };
}

/** So many authorities below one with this path length. */
async function deep(pathLength: number | undefined, count: number): Promise<Case> {
  let last = await root.intermediate(pathLength === undefined ? {} : { pathLength });
  for (let i = 0; i < count; i++) last = await last.intermediate();
  return { chain: (await last.issue({ names })).chain };
}

async function withRoot(): Promise<Case> {
  const other = await createCA();
  return { chain: [...(await other.issue({ names })).chain, other.certificate] };
}

async function revoked(which: 'leaf' | 'authority'): Promise<Case> {
  const between = await root.intermediate();
  const { chain } = await between.issue({ names });
  const certificate = chain[which === 'leaf' ? 0 : 1] as Uint8Array;
  const [own, above] = await Promise.all([
    between.crl({ revoked: which === 'leaf' ? [{ certificate }] : [] }),
    root.crl({ revoked: which === 'leaf' ? [] : [{ certificate }] }),
  ]);
  return { chain, options: { revocation: { by: [crls({ crls: [own.der, above.der] })] } } };
}

async function stapled(
  options: CertificateOptions,
  staple: ((certificate: Uint8Array) => Promise<Uint8Array>) | undefined,
): Promise<Case> {
  const { chain, certificate } = await ca.issue({ names, ...options });
  const checker = ocsp({ provider: createNobleProvider() });
  return {
    chain,
    options: { revocation: { by: [checker], scope: 'leaf' } },
    input: { ocspAsked: true, ocsp: await staple?.(certificate) },
  };
}

async function unlogged(): Promise<Case> {
  const log = await createLog();
  const transparency = requireTransparency({ logs: [{ key: log.spki, operator: 'x' }], minimum: 1 });
  return { chain: (await ca.issue({ names })).chain, options: { transparency } };
}
