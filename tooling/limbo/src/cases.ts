/**
 * Cases in the schema of x509-limbo. Whatever is unknown here is told by name: a field that is passed over could be the very one that
 * decides the case.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { jsonMembers } from './json-members.ts';

export interface Case {
  readonly id: string;
  readonly features: readonly string[];
  readonly validation_kind: 'SERVER' | 'CLIENT';
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly peer_certificate_key: string | null;
  /** Null: now. */
  readonly validation_time: string | null;
  /** Empty: any. */
  readonly signature_algorithms: readonly SignatureAlgorithmName[];
  readonly key_usage: readonly KeyUsageName[];
  /** Empty: what the kind of validation implies. */
  readonly extended_key_usage: readonly PurposeName[];
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly expected_peer_name: Name | null;
  readonly expected_peer_names: readonly Name[];
  /** Intermediates, the self-issued not counted. */
  readonly max_chain_depth: number | null;
  readonly crls: readonly string[];
}

export interface Name {
  readonly kind: 'RFC822' | 'DNS' | 'IP';
  readonly value: string;
}

export type KeyUsageName = (typeof keyUsages)[number];
export type PurposeName = (typeof purposes)[number];
export type SignatureAlgorithmName = (typeof signatureAlgorithms)[number];

const keyUsages = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

const purposes = [
  'anyExtendedKeyUsage',
  'serverAuth',
  'clientAuth',
  'codeSigning',
  'emailProtection',
  'timeStamping',
  'OCSPSigning',
] as const;

const signatureAlgorithms = [
  'RSA_WITH_MD5',
  'RSA_WITH_SHA1',
  'RSA_WITH_SHA224',
  'RSA_WITH_SHA256',
  'RSA_WITH_SHA384',
  'RSA_WITH_SHA512',
  'RSA_WITH_SHA3_224',
  'RSA_WITH_SHA3_256',
  'RSA_WITH_SHA3_384',
  'RSA_WITH_SHA3_512',
  'RSASSA_PSS',
  'ECDSA_WITH_SHA1',
  'ECDSA_WITH_SHA224',
  'ECDSA_WITH_SHA256',
  'ECDSA_WITH_SHA384',
  'ECDSA_WITH_SHA512',
  'ECDSA_WITH_SHA3_224',
  'ECDSA_WITH_SHA3_256',
  'ECDSA_WITH_SHA3_384',
  'ECDSA_WITH_SHA3_512',
  'DSA_WITH_SHA1',
  'DSA_WITH_SHA224',
  'DSA_WITH_SHA256',
  'DSA_WITH_SHA384',
  'DSA_WITH_SHA512',
  'ED25519',
  'ED448',
  'GOSTR3411_94_WITH_3410_2001',
  'GOSTR3410_2012_WITH_3411_2012_256',
  'GOSTR3410_2012_WITH_3411_2012_512',
] as const;

const features = [
  'has-policy-constraints',
  'has-cert-policies',
  'no-cert-policies',
  'pedantic-public-suffix-wildcard',
  'name-constraint-dn',
  'pedantic-webpki-subscriber-key',
  'pedantic-webpki-eku',
  'pedantic-serial-number',
  'max-chain-depth',
  'pedantic-rfc5280',
  'rfc5280-incompatible-with-webpki',
  'denial-of-service',
  'has-crl',
];

type Check = (value: unknown) => boolean;

const isText: Check = value => typeof value === 'string';
const isName: Check = value =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).sort().join() === 'kind,value' &&
  ['RFC822', 'DNS', 'IP'].includes((value as Name).kind) &&
  isText((value as Name).value);
const oneOf =
  (values: readonly unknown[]): Check =>
  value =>
    values.includes(value);
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value);

/** Every field of a case, what it may hold, and what it is where it is missing; without `missing` it must be there. */
const fields: Readonly<Record<string, { readonly check: Check; readonly missing?: unknown }>> = {
  id: { check: isText },
  conflicts_with: { check: listOf(isText), missing: [] },
  features: { check: listOf(oneOf(features)), missing: [] },
  importance: { check: oneOf(['undetermined', 'low', 'medium', 'high', 'critical']), missing: 'undetermined' },
  description: { check: isText },
  validation_kind: { check: oneOf(['CLIENT', 'SERVER']) },
  trusted_certs: { check: listOf(isText) },
  untrusted_intermediates: { check: listOf(isText) },
  peer_certificate: { check: isText },
  peer_certificate_key: { check: orNull(isText), missing: null },
  validation_time: { check: orNull(value => isText(value) && !Number.isNaN(timeOf(value as string))), missing: null },
  signature_algorithms: { check: listOf(oneOf(signatureAlgorithms)) },
  key_usage: { check: listOf(oneOf(keyUsages)) },
  extended_key_usage: { check: listOf(oneOf(purposes)) },
  expected_result: { check: oneOf(['SUCCESS', 'FAILURE']) },
  expected_peer_name: { check: orNull(isName), missing: null },
  expected_peer_names: { check: listOf(isName) },
  max_chain_depth: { check: orNull(value => Number.isSafeInteger(value) && (value as number) >= 0), missing: null },
  crls: { check: listOf(isText), missing: [] },
};

/** @throws SyntaxError that names the field that is unknown, is missing, or holds what is unknown */
export function readCase(value: unknown): Case {
  if (typeof value !== 'object' || value === null) throw new SyntaxError('a case is no object');
  const unknown = Object.keys(value).find(name => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw new SyntaxError(`unknown field ${JSON.stringify(unknown)}`);
  const given = value as Readonly<Record<string, unknown>>;
  const complete: Record<string, unknown> = {};
  for (const [name, { check, missing }] of Object.entries(fields)) {
    const found = given[name] === undefined ? missing : given[name];
    if (found === undefined) throw new SyntaxError(`field ${name} is missing`);
    if (!check(found)) throw new SyntaxError(`field ${name} holds what is unknown: ${shown(found)}`);
    complete[name] = found;
  }
  return complete as unknown as Case;
}

/** Milliseconds since 1970 of an RFC 3339 date-time; one without an offset is in UTC. NaN for anything else. */
export function timeOf(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?)([Zz]|[+-]\d\d:\d\d)?$/.exec(text);
  return match === null ? Number.NaN : Date.parse(`${match[1]}${match[2] ?? 'Z'}`);
}

/**
 * The cases of a suite, JSON or gzipped JSON, one at a time and not looked at yet.
 *
 * @throws SyntaxError for what is no suite
 */
export async function* readSuite(path: string): AsyncGenerator<unknown> {
  let isSuite = false;
  let version: unknown;
  for await (const { name, value, isElement } of jsonMembers(bytesOf(path))) {
    if (name === 'testcases' && isElement) {
      isSuite = true;
      yield value;
    } else if (name === 'version' && !isElement) version = value;
    else throw new SyntaxError(`a suite has no member called ${JSON.stringify(name)}`);
  }
  if (!isSuite) throw new SyntaxError('a suite without testcases');
  if (version !== 1) throw new SyntaxError(`version ${shown(version)} of the schema is unknown, 1 is known`);
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  if (!(await isGzipped(path))) {
    yield* createReadStream(path);
    return;
  }
  const gunzip = createGunzip();
  // An error of the file destroys what it is read from.
  pipeline(createReadStream(path), gunzip, () => {});
  yield* gunzip;
}

async function isGzipped(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
