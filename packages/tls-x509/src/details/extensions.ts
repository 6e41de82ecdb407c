/** What each extension of a certificate says, in words and as a value of JSON (RFC 5280 §4.2 and later RFCs). */
import { DecodeError, toHex } from '@tlskit/tls-wire';
import { readDer } from '@tlskit/tls-wire/der';
import type { Certificate } from '../certificate.ts';
import type { Extension } from '../extension-list.ts';
import {
  keyUsages,
  readAlternativeNames,
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readExtendedKeyUsage,
  readKeyUsage,
  readNameConstraints,
  readSubjectKeyIdentifier,
  readTlsFeatures,
} from '../extensions.ts';
import { readInhibitAnyPolicy, readPolicyConstraints, readPolicyMappings } from '../policy-extensions.ts';
import { accessNames, extensionNames, policyNames, purposeNames, statementNames } from './oid-names.ts';
import {
  type DistributionPointDetails,
  type PolicyDetails,
  type QualifierDetails,
  readPoints,
  readPolicies,
  readStatements,
  readString,
  readTimestamps,
  readUsagePeriod,
} from './readers.ts';
import { called, hexPairs, nameText, quoted, safeName, subtreeText } from './text.ts';

export interface ExtensionDetails {
  /** Dotted. */
  readonly oid: string;
  /** `basicConstraints`, …; undefined where nobody here knows it. */
  readonly name?: string;
  readonly critical: boolean;
  /** One line for each thing that it says, without control characters; as long and as many as the certificate makes them. */
  readonly words: readonly string[];
  /** The same for programs: a value of JSON, undefined where it is unknown or unreadable. Texts in it are as the certificate has them. */
  readonly value?: unknown;
  /** Why it cannot be read. */
  readonly unreadable?: string;
  /** The contents of extnValue in hexadecimal, where they are unknown or unreadable. */
  readonly hex?: string;
}

/** All extensions in order. Never throws. */
export function extensionDetails(certificate: Certificate): readonly ExtensionDetails[] {
  return [...certificate.extensions.values()].map(detailsOf);
}

function detailsOf({ oid, critical, value }: Extension): ExtensionDetails {
  const name = Object.hasOwn(extensionNames, oid) ? extensionNames[oid] : undefined;
  const common = { oid, ...(name === undefined ? {} : { name }), critical };
  const row = name === undefined ? undefined : rows[name];
  if (row === undefined) return { ...common, words: [toHex(value)], hex: toHex(value) };
  try {
    return { ...common, ...row(value) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { message } = error;
    return { ...common, words: [`unreadable: ${message}`], unreadable: message, hex: toHex(value) };
  }
}

type Told = Pick<ExtensionDetails, 'words' | 'value'>;

function row<T>(read: (value: Uint8Array) => T, words: (value: T) => readonly string[]): (value: Uint8Array) => Told {
  return bytes => {
    const value = read(bytes);
    return { value, words: words(value) };
  };
}

const names = row(
  value => readAlternativeNames(value).map(nameText),
  each => each.map(safeName),
);
const access = row(
  value => readAuthorityInfoAccess(value).map(({ method, location }) => ({ method, location: nameText(location) })),
  all => all.map(({ method, location }) => `${called(method, accessNames)} ${safeName(location)}`),
);
const points = row(readPoints, all => all.map(pointWords));

/** By the names of the extensions; what is not here is shown in hexadecimal. */
const rows: Readonly<Record<string, (value: Uint8Array) => Told>> = {
  basicConstraints: row(
    value => {
      const { ca, pathLength } = readBasicConstraints(value);
      return { ca, ...(pathLength === undefined ? {} : { pathLength }) };
    },
    ({ ca, pathLength }) => [
      `${ca ? 'authority' : 'no authority'}${pathLength === undefined ? '' : `, path length ${pathLength}`}`,
    ],
  ),
  keyUsage: row(
    value => {
      const set = readKeyUsage(value);
      return keyUsages.filter(usage => set.has(usage));
    },
    usages => [usages.join(', ')],
  ),
  extKeyUsage: row(readExtendedKeyUsage, all => all.map(oid => called(oid, purposeNames))),
  subjectAltName: names,
  issuerAltName: names,
  subjectKeyIdentifier: row(
    value => toHex(readSubjectKeyIdentifier(value)),
    hex => [pairs(hex)],
  ),
  authorityKeyIdentifier: row(
    value => {
      const { keyIdentifier, issuer, serialNumber } = readAuthorityKeyIdentifier(value);
      return {
        ...(keyIdentifier === undefined ? {} : { keyIdentifier: toHex(keyIdentifier) }),
        ...(issuer === undefined ? {} : { issuer: issuer.map(nameText) }),
        ...(serialNumber === undefined ? {} : { serialNumber: toHex(serialNumber).toUpperCase() }),
      };
    },
    ({ keyIdentifier, issuer = [], serialNumber }) => [
      ...(keyIdentifier === undefined ? [] : [pairs(keyIdentifier)]),
      ...issuer.map(name => `issuer ${safeName(name)}`),
      ...(serialNumber === undefined ? [] : [`serial number ${serialNumber}`]),
    ],
  ),
  nameConstraints: row(
    value => {
      const { permitted, excluded } = readNameConstraints(value);
      return { permitted: permitted.map(subtreeText), excluded: excluded.map(subtreeText) };
    },
    ({ permitted, excluded }) => [
      ...permitted.map(name => `permitted ${safeName(name)}`),
      ...excluded.map(name => `excluded ${safeName(name)}`),
    ],
  ),
  certificatePolicies: row(readPolicies, all => all.flatMap(policyWords)),
  policyMappings: row(readPolicyMappings, all =>
    all.map(
      ({ issuer, subject }) => `${called(issuer, policyNames)} is ${called(subject, policyNames)} of the subject`,
    ),
  ),
  policyConstraints: row(
    readPolicyConstraints,
    ({ requireExplicitPolicy: explicit, inhibitPolicyMapping: mapping }) => [
      ...(explicit === undefined ? [] : [`an explicit policy is required after ${certificates(explicit)}`]),
      ...(mapping === undefined ? [] : [`policies are not mapped after ${certificates(mapping)}`]),
    ],
  ),
  inhibitAnyPolicy: row(readInhibitAnyPolicy, skip => [`anyPolicy counts for nothing after ${certificates(skip)}`]),
  cRLDistributionPoints: points,
  freshestCRL: points,
  authorityInfoAccess: access,
  subjectInfoAccess: access,
  tlsFeature: row(readTlsFeatures, all => all.map(feature => featureNames[feature] ?? `extension ${feature} of TLS`)),
  signedCertificateTimestampList: row(readTimestamps, all =>
    all.map(({ version, log, time, scheme }) =>
      log === undefined ? `of version ${version}, which is unknown` : `${time} log ${log} ${scheme}`,
    ),
  ),
  ctPoison: row(readNull, () => ['a precertificate, which is no certificate (RFC 6962 §3.1)']),
  delegationUsage: row(readNull, () => ['its key may sign delegated credentials (RFC 9345)']),
  ocspNoCheck: row(readNull, () => ['of an OCSP responder, whose revocation nobody asks for (RFC 6960 §4.2.2.2.1)']),
  qcStatements: row(readStatements, all => all.map(oid => called(oid, statementNames))),
  privateKeyUsagePeriod: row(readUsagePeriod, ({ notBefore, notAfter }) => [
    ...(notBefore === undefined ? [] : [`the key is used from ${notBefore}`]),
    ...(notAfter === undefined ? [] : [`the key is used until ${notAfter}`]),
  ]),
  microsoftTemplateName: row(readString, text => [quoted(text)]),
  netscapeComment: row(readString, text => [quoted(text)]),
};

/** Extensions of TLS that a certificate may demand (RFC 7633 §4.2.3): stapling, and stapling for the whole chain. */
const featureNames: Readonly<Record<number, string>> = {
  5: 'status_request: the server must staple an OCSP response',
  17: 'status_request_v2: the server must staple OCSP responses',
};

function pairs(hex: string): string {
  return hexPairs(Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16)));
}

function certificates(count: number): string {
  return count === 1 ? '1 further certificate' : `${count} further certificates`;
}

function policyWords({ policy, qualifiers }: PolicyDetails): readonly string[] {
  return [called(policy, policyNames), ...qualifiers.map(qualifier => `  ${qualifierWords(qualifier)}`)];
}

function qualifierWords(qualifier: QualifierDetails): string {
  if ('uri' in qualifier) return `statement of practice ${safeName(`uri:${qualifier.uri}`)}`;
  if ('value' in qualifier) return `qualifier ${qualifier.type} ${qualifier.value}`;
  const { organization, numbers = [], text } = qualifier;
  return [
    'notice',
    ...(organization === undefined ? [] : [`${numbers.join(', ')} of ${quoted(organization)}`]),
    ...(text === undefined ? [] : [quoted(text)]),
  ].join(' ');
}

function pointWords({
  names: where = [],
  nameRelativeToIssuer,
  reasons,
  issuer = [],
}: DistributionPointDetails): string {
  return [
    ...where.map(safeName),
    ...(nameRelativeToIssuer === undefined ? [] : [`relative to the issuer: ${nameRelativeToIssuer}`]),
    ...(reasons === undefined ? [] : [`for ${reasons.join(', ')} alone`]),
    ...issuer.map(name => `signed by ${safeName(name)}`),
  ].join(', ');
}

function readNull(value: Uint8Array): null {
  return readDer(value, 'NULL', reader => {
    reader.null();
    return null;
  });
}
