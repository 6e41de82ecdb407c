/**
 * What the parts of certificates, CRLs, OCSP messages, requests and keys are called (RFC 5280 §4.1 and §5.1, RFC 6960 §4, RFC 2986 §4,
 * RFC 5958 §2, RFC 5915 §3, RFC 8017 §A.1). Names alone: that a value is right is not looked at here.
 */
import { contextTag, Tag } from '@tlskit/tls-wire/der';

/** How to name what is in a value. */
export interface Shape {
  /** The ASN.1 type's name. */
  readonly type: string;
  /** Of a SEQUENCE, in order. A part that is not there is passed over. */
  readonly parts?: readonly Part[];
  /** Of every element of a SEQUENCE OF or SET OF. */
  readonly each?: Shape;
  /** By the tag, of what is one of several. */
  readonly choices?: Readonly<Record<number, Part>>;
  /** What is encoded within an OCTET STRING or BIT STRING. */
  readonly inside?: Shape;
}

export interface Part {
  readonly label: string;
  /** The tags that it may have; any, where they are not said. */
  readonly tags?: readonly number[];
  readonly shape?: Shape;
}

/** What anything may be: only its ASN.1 type is known. */
export const anything: Shape = { type: '' };

const part = (label: string, shape?: Shape, ...tags: readonly number[]): Part => ({
  label,
  ...(shape !== undefined && { shape }),
  ...(tags.length > 0 && { tags }),
});
const sequence = (type: string, ...parts: readonly Part[]): Shape => ({ type, parts });
const each = (type: string, element: Shape): Shape => ({ type, each: element });
/** `[n]` around another value. */
const explicit = (shape: Shape): Shape => ({ type: shape.type, each: shape });
const inside = (shape: Shape): Shape => ({ type: '', inside: shape });
const tag = (number: number): number => contextTag(number, true);
const times = [Tag.utcTime, Tag.generalizedTime];

const algorithm = sequence('AlgorithmIdentifier', part('algorithm'), part('parameters'));
const attribute = sequence('AttributeTypeAndValue', part('type'), part('value'));
const name = each('Name', each('RelativeDistinguishedName', attribute));
const validity = sequence('Validity', part('notBefore'), part('notAfter'));
const publicKey = sequence('SubjectPublicKeyInfo', part('algorithm', algorithm), part('subjectPublicKey'));

const generalName: Shape = {
  type: 'GeneralName',
  choices: {
    [tag(0)]: part('otherName'),
    [contextTag(1, false)]: part('rfc822Name'),
    [contextTag(2, false)]: part('dNSName'),
    [tag(4)]: part('directoryName', explicit(name)),
    [contextTag(6, false)]: part('uniformResourceIdentifier'),
    [contextTag(7, false)]: part('iPAddress'),
    [contextTag(8, false)]: part('registeredID'),
  },
};
const generalNames = each('GeneralNames', generalName);

const extension = sequence(
  'Extension',
  part('extnID'),
  part('critical', undefined, Tag.boolean),
  part('extnValue', inside(anything)),
);
const extensions = each('Extensions', extension);

/** The values of extensions by their OIDs (RFC 5280 §4.2). */
export const extensionShapes: Readonly<Record<string, Shape>> = {
  '2.5.29.17': generalNames,
  '2.5.29.18': generalNames,
  '2.5.29.19': sequence(
    'BasicConstraints',
    part('cA', undefined, Tag.boolean),
    part('pathLenConstraint', undefined, Tag.integer),
  ),
  '2.5.29.35': {
    type: 'AuthorityKeyIdentifier',
    parts: [
      part('keyIdentifier', undefined, contextTag(0, false)),
      part('authorityCertIssuer', generalNames, tag(1)),
      part('authorityCertSerialNumber', undefined, contextTag(2, false)),
    ],
  },
  '2.5.29.31': each(
    'CRLDistributionPoints',
    sequence(
      'DistributionPoint',
      part('distributionPoint', explicit({ type: '', choices: { [tag(0)]: part('fullName', generalNames) } }), tag(0)),
      part('reasons', undefined, contextTag(1, false)),
      part('cRLIssuer', generalNames, tag(2)),
    ),
  ),
  '1.3.6.1.5.5.7.1.1': each(
    'AuthorityInfoAccessSyntax',
    sequence('AccessDescription', part('accessMethod'), part('accessLocation', generalName)),
  ),
};

const version = part('version', explicit(anything), tag(0));

const tbsCertificate = sequence(
  'TBSCertificate',
  version,
  part('serialNumber', undefined, Tag.integer),
  part('signature', algorithm, Tag.sequence),
  part('issuer', name, Tag.sequence),
  part('validity', validity, Tag.sequence),
  part('subject', name, Tag.sequence),
  part('subjectPublicKeyInfo', publicKey, Tag.sequence),
  part('issuerUniqueID', undefined, contextTag(1, false)),
  part('subjectUniqueID', undefined, contextTag(2, false)),
  part('extensions', explicit(extensions), tag(3)),
);

/** Something that is signed, with the algorithm and the signature. */
const signed = (type: string, label: string, contents: Shape): Shape =>
  sequence(type, part(label, contents), part('signatureAlgorithm', algorithm), part('signature'));

const certificate = signed('Certificate', 'tbsCertificate', tbsCertificate);

const revoked = sequence(
  'RevokedCertificate',
  part('userCertificate'),
  part('revocationDate'),
  part('crlEntryExtensions', extensions),
);

const crl = signed(
  'CertificateList',
  'tbsCertList',
  sequence(
    'TBSCertList',
    part('version', undefined, Tag.integer),
    part('signature', algorithm, Tag.sequence),
    part('issuer', name, Tag.sequence),
    part('thisUpdate', undefined, ...times),
    part('nextUpdate', undefined, ...times),
    part('revokedCertificates', each('RevokedCertificates', revoked), Tag.sequence),
    part('crlExtensions', explicit(extensions), tag(0)),
  ),
);

const request = signed(
  'CertificationRequest',
  'certificationRequestInfo',
  sequence(
    'CertificationRequestInfo',
    part('version'),
    part('subject', name),
    part('subjectPKInfo', publicKey),
    part(
      'attributes',
      each('Attributes', sequence('Attribute', part('type'), part('values', each('', extensions)))),
      tag(0),
    ),
  ),
);

const certId = sequence(
  'CertID',
  part('hashAlgorithm', algorithm),
  part('issuerNameHash'),
  part('issuerKeyHash'),
  part('serialNumber'),
);

const certStatus: Shape = {
  type: 'CertStatus',
  choices: {
    [contextTag(0, false)]: part('good'),
    [tag(1)]: part('revoked', sequence('RevokedInfo', part('revocationTime'), part('revocationReason'))),
    [contextTag(2, false)]: part('unknown'),
  },
};

const singleResponse = sequence(
  'SingleResponse',
  part('certID', certId, Tag.sequence),
  part('certStatus', certStatus, contextTag(0, false), tag(1), contextTag(2, false)),
  part('thisUpdate', undefined, Tag.generalizedTime),
  part('nextUpdate', explicit(anything), tag(0)),
  part('singleExtensions', explicit(extensions), tag(1)),
);

const responseData = sequence(
  'ResponseData',
  version,
  part('responderID', explicit(name), tag(1), tag(2)),
  part('producedAt', undefined, Tag.generalizedTime),
  part('responses', each('', singleResponse), Tag.sequence),
  part('responseExtensions', explicit(extensions), tag(1)),
);

const basicResponse = sequence(
  'BasicOCSPResponse',
  part('tbsResponseData', responseData),
  part('signatureAlgorithm', algorithm),
  part('signature'),
  part('certs', explicit(each('', certificate)), tag(0)),
);

const ocspResponse = sequence(
  'OCSPResponse',
  part('responseStatus'),
  part(
    'responseBytes',
    explicit(sequence('ResponseBytes', part('responseType'), part('response', inside(basicResponse)))),
    tag(0),
  ),
);

const ecPrivateKey = sequence(
  'ECPrivateKey',
  part('version'),
  part('privateKey'),
  part('parameters', explicit(anything), tag(0)),
  part('publicKey', explicit(anything), tag(1)),
);

const privateKeyInfo = sequence(
  'PrivateKeyInfo',
  part('version'),
  part('privateKeyAlgorithm', algorithm),
  part('privateKey', inside(anything)),
  part('attributes', undefined, tag(0)),
  part('publicKey', undefined, contextTag(1, false)),
);

const rsaParts = [
  'version',
  'modulus',
  'publicExponent',
  'privateExponent',
  'prime1',
  'prime2',
  'exponent1',
  'exponent2',
];
const rsaPrivateKey = sequence('RSAPrivateKey', ...[...rsaParts, 'coefficient'].map(label => part(label)));

/** What there are names for. */
export const derShapes = {
  certificate,
  crl,
  csr: request,
  'ocsp-response': ocspResponse,
  'private-key': privateKeyInfo,
  'encrypted-key': sequence('EncryptedPrivateKeyInfo', part('encryptionAlgorithm', algorithm), part('encryptedData')),
  'ec-key': ecPrivateKey,
  'rsa-key': rsaPrivateKey,
  'public-key': publicKey,
  pkcs7: sequence('ContentInfo', part('contentType'), part('content', explicit(anything), tag(0))),
  pkcs12: sequence('PFX', part('version'), part('authSafe'), part('macData')),
  der: anything,
} as const satisfies Readonly<Record<string, Shape>>;

export type DerForm = keyof typeof derShapes;
