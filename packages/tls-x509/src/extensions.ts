/** The contents of the certificate extensions that path validation reads (RFC 5280 §4.2.1). Each reader throws DecodeError. */
import { DecodeError } from '@tlskit/tls-wire';
import { contextTag, DerReader, decodeBitString, readDer, Tag } from '@tlskit/tls-wire/der';
import { type GeneralName, readGeneralName, readGeneralNames } from './general-name.ts';

/** §4.2.1.9 */
export interface BasicConstraints {
  readonly ca: boolean;
  /** How many further authorities, self-issued ones not counted, may stand between this one and the leaf. */
  readonly pathLength: number | undefined;
}

export function readBasicConstraints(value: Uint8Array): BasicConstraints {
  return readDer(value, 'BasicConstraints', reader => {
    const sequence = reader.enter();
    // DER leaves FALSE out, as it is the default. Authorities that write it are many, and there is nothing else it could mean.
    const ca = sequence.peek() === Tag.boolean && sequence.boolean();
    const pathLength = sequence.peek() === Tag.integer ? sequence.smallUnsigned() : undefined;
    sequence.finish('BasicConstraints');
    return { ca, pathLength };
  });
}

/** The bits of KeyUsage in order (§4.2.1.3). */
export const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof keyUsages)[number];

export function readKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  return readDer(value, 'KeyUsage', reader => {
    // DER has no trailing zero bits in a named bit list (X.690 §11.2.2). Roots that every system trusts have, and it could mean nothing else.
    const { bytes } = reader.bitString();
    const set = new Set<KeyUsage>();
    for (const [i, usage] of keyUsages.entries()) {
      if (((bytes[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0) set.add(usage);
    }
    // §4.2.1.3 MUST: at least one bit is set.
    if (set.size === 0) throw new DecodeError('KeyUsage is empty', 0);
    return set;
  });
}

/** Dotted OIDs (§4.2.1.12). */
export function readExtendedKeyUsage(value: Uint8Array): readonly string[] {
  return readDer(value, 'ExtKeyUsageSyntax', reader => {
    const sequence = reader.enter();
    const purposes: string[] = [];
    while (!sequence.done) purposes.push(sequence.oid());
    if (purposes.length === 0) throw new DecodeError('ExtKeyUsageSyntax is empty', 0);
    return purposes;
  });
}

/** §4.2.1.6, and the same form for the issuer's names (§4.2.1.7). */
export function readAlternativeNames(value: Uint8Array): readonly GeneralName[] {
  return readDer(value, 'SubjectAltName', reader => readGeneralNames(reader.enter()));
}

/** §4.2.1.10 */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

export function readNameConstraints(value: Uint8Array): NameConstraints {
  return readDer(value, 'NameConstraints', reader => {
    const sequence = reader.enter();
    const permitted = readSubtrees(sequence, 0);
    const excluded = readSubtrees(sequence, 1);
    sequence.finish('NameConstraints');
    // MUST NOT: constraints that constrain nothing.
    if (permitted === undefined && excluded === undefined) throw new DecodeError('NameConstraints is empty', 0);
    return { permitted: permitted ?? [], excluded: excluded ?? [] };
  });
}

function readSubtrees(reader: DerReader, number: number): readonly GeneralName[] | undefined {
  const tag = contextTag(number, true);
  if (reader.peek() !== tag) return undefined;
  const sequence = reader.enter(tag);
  const subtrees: GeneralName[] = [];
  while (!sequence.done) {
    const subtree = sequence.enter();
    subtrees.push(readGeneralName(subtree));
    // MUST: minimum is zero, which DER leaves out as the default, and there is no maximum.
    subtree.finish('GeneralSubtree with minimum or maximum');
  }
  if (subtrees.length === 0) throw new DecodeError('GeneralSubtrees is empty', 0);
  return subtrees;
}

/** §4.2.1.1 */
export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | undefined;
  readonly issuer: readonly GeneralName[] | undefined;
  /** Contents octets of the INTEGER. */
  readonly serialNumber: Uint8Array | undefined;
}

export function readAuthorityKeyIdentifier(value: Uint8Array): AuthorityKeyIdentifier {
  return readDer(value, 'AuthorityKeyIdentifier', reader => {
    const sequence = reader.enter();
    const keyIdentifier = sequence.optional(contextTag(0, false))?.value;
    const names = sequence.optional(contextTag(1, true));
    const issuer = names === undefined ? undefined : readGeneralNames(new DerReader(names.value));
    const serialNumber = sequence.optional(contextTag(2, false))?.value;
    sequence.finish('AuthorityKeyIdentifier');
    return { keyIdentifier, issuer, serialNumber };
  });
}

/** §4.2.1.2 */
export function readSubjectKeyIdentifier(value: Uint8Array): Uint8Array {
  return readDer(value, 'SubjectKeyIdentifier', reader => reader.octetString());
}

/** Where something about an authority is to be found (§4.2.2.1). */
export interface AccessDescription {
  /** Dotted. */
  readonly method: string;
  readonly location: GeneralName;
}

export function readAuthorityInfoAccess(value: Uint8Array): readonly AccessDescription[] {
  return readDer(value, 'AuthorityInfoAccessSyntax', reader => {
    const sequence = reader.enter();
    const descriptions: AccessDescription[] = [];
    while (!sequence.done) {
      const description = sequence.enter();
      descriptions.push({ method: description.oid(), location: readGeneralName(description) });
      description.finish('AccessDescription');
    }
    if (descriptions.length === 0) throw new DecodeError('AuthorityInfoAccessSyntax is empty', 0);
    return descriptions;
  });
}

/** `SEQUENCE OF INTEGER`, ExtensionTypes of TLS (RFC 7633 §4.1). */
export function readTlsFeatures(value: Uint8Array): readonly number[] {
  return readDer(value, 'Features', reader => {
    const sequence = reader.enter();
    const features: number[] = [];
    while (!sequence.done) features.push(sequence.smallUnsigned());
    // Each is looked for among those of another certificate. TLS does not have as many extensions.
    if (features.length > 100) throw new DecodeError(`Features has ${features.length} of them`, 0);
    return features;
  });
}

/** Whether a BIT STRING's contents are well formed: for parts that are read but not used. */
export function checkBitString(contents: Uint8Array): void {
  decodeBitString(contents);
}
