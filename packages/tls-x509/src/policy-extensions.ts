/** The extensions that say under which policies a certificate was issued, and what binds them. Each reader throws DecodeError. */
import { DecodeError } from '@tlskit/tls-wire';
import { contextTag, type DerReader, readDer, Tag } from '@tlskit/tls-wire/der';

/** `anyPolicy` (RFC 5280 §4.2.1.4). */
export const anyPolicy = '2.5.29.32.0';

/** The policies by OID (RFC 5280 §4.2.1.4); qualifiers are for people. */
export function readCertificatePolicies(value: Uint8Array): readonly string[] {
  return readDer(value, 'CertificatePolicies', reader => {
    const sequence = reader.enter();
    const policies = new Set<string>();
    while (!sequence.done) {
      const information = sequence.enter();
      const policy = information.oid();
      if (!information.done) information.next(Tag.sequence);
      information.finish('PolicyInformation');
      // MUST NOT: the same policy again.
      if (policies.has(policy)) throw new DecodeError(`policy ${policy} appears twice`, 0);
      policies.add(policy);
    }
    if (policies.size === 0) throw new DecodeError('CertificatePolicies is empty', 0);
    return [...policies];
  });
}

/** One policy of the issuer's, and what it is with the subject (RFC 5280 §4.2.1.5). Dotted OIDs. */
export interface PolicyMapping {
  readonly issuer: string;
  readonly subject: string;
}

export function readPolicyMappings(value: Uint8Array): readonly PolicyMapping[] {
  return readDer(value, 'PolicyMappings', reader => {
    const sequence = reader.enter();
    const mappings: PolicyMapping[] = [];
    while (!sequence.done) {
      const pair = sequence.enter();
      mappings.push({ issuer: pair.oid(), subject: pair.oid() });
      pair.finish('PolicyMapping');
    }
    if (mappings.length === 0) throw new DecodeError('PolicyMappings is empty', 0);
    return mappings;
  });
}

/** RFC 5280 §4.2.1.11: how many certificates may follow before it holds. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy?: number;
  readonly inhibitPolicyMapping?: number;
}

export function readPolicyConstraints(value: Uint8Array): PolicyConstraints {
  return readDer(value, 'PolicyConstraints', reader => {
    const sequence = reader.enter();
    const explicit = implicitUnsigned(sequence, 0);
    const mapping = implicitUnsigned(sequence, 1);
    sequence.finish('PolicyConstraints');
    // MUST NOT: constraints that constrain nothing.
    if (explicit === undefined && mapping === undefined) throw new DecodeError('PolicyConstraints is empty', 0);
    return {
      ...(explicit === undefined ? {} : { requireExplicitPolicy: explicit }),
      ...(mapping === undefined ? {} : { inhibitPolicyMapping: mapping }),
    };
  });
}

function implicitUnsigned(reader: DerReader, number: number): number | undefined {
  const contents = reader.optional(contextTag(number, false))?.value;
  if (contents === undefined) return undefined;
  const [first, second] = contents;
  const padded = first === 0 && second !== undefined && second < 0x80;
  if (first === undefined || first >= 0x80 || padded || contents.length > 6) {
    throw new DecodeError('not a small non-negative INTEGER', 0);
  }
  return contents.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** RFC 5280 §4.2.1.14: how many certificates may follow in which `anyPolicy` counts. */
export function readInhibitAnyPolicy(value: Uint8Array): number {
  return readDer(value, 'InhibitAnyPolicy', reader => reader.smallUnsigned());
}
