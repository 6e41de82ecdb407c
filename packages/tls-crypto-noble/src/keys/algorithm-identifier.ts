/** AlgorithmIdentifier of a key (RFC 5280 §4.1.1.2), as SubjectPublicKeyInfo and PKCS#8 both carry it. */
import { CryptoError, type CurveName, type HashName } from '@tlskit/tls-crypto';
import { contextTag, DerReader, Tag } from '@tlskit/tls-wire/der';
import { curveOids, hashOids, nameOf, oid } from './oids.ts';
import type { PlainKind } from './plain.ts';

/** Restriction that an `id-RSASSA-PSS` key bears (RFC 4055 §3.1); all absent when it has no parameters. */
export interface RsaPssRestriction {
  readonly hash?: HashName;
  readonly mgfHash?: HashName;
  /** Bytes. */
  readonly minSaltLength?: number;
}

export type KeyKind =
  | { readonly type: 'ec'; readonly curve: CurveName }
  | { readonly type: 'plain'; readonly plain: PlainKind }
  | { readonly type: 'rsa'; readonly pssOnly?: RsaPssRestriction };

/** Reads the next AlgorithmIdentifier, and gives its bytes as well. @throws DecodeError, or CryptoError `unsupported` */
export function readAlgorithmIdentifier(
  parent: DerReader,
  plain: readonly PlainKind[],
): { readonly kind: KeyKind; readonly identifier: Uint8Array } {
  const { value, bytes } = parent.next(Tag.sequence);
  const reader = new DerReader(value);
  const kind = kindOf(reader.oid(), reader, plain);
  reader.finish('AlgorithmIdentifier');
  return { kind, identifier: bytes };
}

function kindOf(algorithm: string, parameters: DerReader, plainKinds: readonly PlainKind[]): KeyKind {
  switch (algorithm) {
    case oid.ecPublicKey: {
      // RFC 5480 §2.1.1: implicitCurve and specifiedCurve MUST NOT be used.
      if (parameters.peek() !== Tag.oid) throw new CryptoError('unsupported', 'EC key without a named curve');
      const curve = nameOf(curveOids, parameters.oid());
      if (curve === undefined) throw new CryptoError('unsupported', 'EC key on a curve that TLS does not use');
      return { type: 'ec', curve };
    }
    case oid.rsaEncryption:
      // RFC 3279 §2.3.1: parameters MUST be NULL.
      parameters.null();
      return { type: 'rsa' };
    case oid.rsassaPss:
      // RFC 4055 §3.1: without parameters the key has no restriction.
      return { type: 'rsa', pssOnly: parameters.done ? {} : readPssParameters(parameters) };
    default: {
      const plain = plainKinds.find(kind => kind.oid === algorithm);
      if (plain === undefined) throw new CryptoError('unsupported', `key of type ${algorithm}`);
      // RFC 8410 §3, RFC 9881 §2: parameters MUST be absent; finish() sees to it.
      return { type: 'plain', plain };
    }
  }
}

/**
 * RSASSA-PSS-params (RFC 4055 §3.1). A default that is written out is read, against DER, because that section says that
 * verifiers MUST recognise it.
 */
function readPssParameters(parent: DerReader): RsaPssRestriction {
  const reader = parent.enter();
  const field = (number: number): DerReader | undefined =>
    reader.peek() === contextTag(number, true) ? reader.enter(contextTag(number, true)) : undefined;

  const hashField = field(0);
  const hash = hashField === undefined ? 'sha1' : readHash(hashField);
  hashField?.finish('hashAlgorithm');

  const mgfField = field(1);
  const mgfHash = mgfField === undefined ? 'sha1' : readMgf1(mgfField);
  mgfField?.finish('maskGenAlgorithm');

  const saltField = field(2);
  const minSaltLength = saltField === undefined ? 20 : saltField.smallUnsigned();
  saltField?.finish('saltLength');

  const trailerField = field(3);
  if (trailerField !== undefined && trailerField.smallUnsigned() !== 1) {
    throw new CryptoError('malformed-key', 'RSASSA-PSS trailerField is not 1');
  }
  trailerField?.finish('trailerField');
  reader.finish('RSASSA-PSS-params');
  return { hash, mgfHash, minSaltLength };
}

function readMgf1(parent: DerReader): HashName {
  const reader = parent.enter();
  if (reader.oid() !== oid.mgf1) throw new CryptoError('unsupported', 'mask generation function other than MGF1');
  const hash = readHash(reader);
  reader.finish('maskGenAlgorithm');
  return hash;
}

function readHash(parent: DerReader): HashName {
  const reader = parent.enter();
  const hash = nameOf(hashOids, reader.oid());
  if (hash === undefined) throw new CryptoError('unsupported', 'RSASSA-PSS key for a hash that TLS does not use');
  // RFC 4055 §2.1: NULL and absent parameters MUST both be accepted.
  if (!reader.done) reader.null();
  reader.finish('hash AlgorithmIdentifier');
  return hash;
}
