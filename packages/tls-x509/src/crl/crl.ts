/**
 * Certificate revocation lists (RFC 5280 §5.1, §5.2), read as strictly as certificates: views instead of copies, extensions read when they
 * are asked for, entries found without reading the others.
 */
import { DecodeError, equalBytes, toHex } from '@tlskit/tls-wire';
import { contextTag, type DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../algorithm.ts';
import { DistinguishedName } from '../distinguished-name.ts';
import { invalidOption } from '../errors.ts';
import { type Extension, readExtensionList } from '../extension-list.ts';
import { type AuthorityKeyIdentifier, readAuthorityKeyIdentifier } from '../extensions.ts';
import { parsePem } from '../pem.ts';
import { readTime } from '../time.ts';
import {
  type DistributionPoint,
  type IssuingDistributionPoint,
  readDistributionPoints,
  readIssuingDistributionPoint,
} from './distribution-point.ts';
import { CrlEntries, type CrlEntry } from './entries.ts';
import { orMalformedCrl } from './errors.ts';
import { crlExt } from './oids.ts';

/**
 * Reads a CRL, all of it. The bytes are kept and viewed, not copied: do not change them afterwards.
 *
 * @throws TlsError `ERR_TLS_CRL_MALFORMED` for what is not DER, or does not keep RFC 5280 §5.1: versions and what they allow, equal
 *   signature algorithms, forms of time, extensions once each
 */
export function parseCrl(der: Uint8Array): Crl {
  return orMalformedCrl({ label: `CRL of ${der.length} bytes` }, 'does not parse', 'RFC 5280 §5.1', () =>
    readDer(der, 'CertificateList', reader => readCertificateList(der, reader)),
  );
}

/**
 * The CRLs of a file, DER, in order: PEM (`X509 CRL`, other blocks are passed over) or DER. They are not parsed here.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` when there is none, or the PEM is broken
 */
export function loadCrls(file: string | Uint8Array): readonly Uint8Array[] {
  // DER of a CRL is a SEQUENCE; PEM never begins with its tag, `0`.
  if (typeof file !== 'string' && file[0] === Tag.sequence) return [file];
  const blocks = parsePem(typeof file === 'string' ? file : new TextDecoder().decode(file));
  const lists = blocks.filter(({ label }) => label === 'X509 CRL');
  if (lists.length === 0) throw invalidOption('no CRL is in this file');
  return lists.map(({ der }) => der);
}

interface Parts {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly version: 1 | 2;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly entries: CrlEntries;
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** A CRL as {@link parseCrl} reads it. All bytes are views of `der`. */
export class Crl {
  /** The whole CRL. */
  readonly der: Uint8Array;
  /** What the signature is over. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  /** Contents of the BIT STRING. */
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  /** When it was issued, milliseconds since 1970. */
  readonly thisUpdate: number;
  /** When the next is issued at the latest, milliseconds since 1970. */
  readonly nextUpdate: number | undefined;
  /** By OID. */
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly #entries: CrlEntries;
  readonly #read = new Map<string, unknown>();

  /** For {@link parseCrl}. */
  constructor(parts: Parts) {
    this.der = parts.der;
    this.tbs = parts.tbs;
    this.version = parts.version;
    this.signatureAlgorithm = parts.signatureAlgorithm;
    this.signature = parts.signature;
    this.issuer = parts.issuer;
    this.thisUpdate = parts.thisUpdate;
    this.nextUpdate = parts.nextUpdate;
    this.extensions = parts.extensions;
    this.#entries = parts.entries;
  }

  /** The CRL as messages name it: its issuer, shortened, and its number, if it has one that can be read. */
  get label(): string {
    const value = this.extensions.get(crlExt.cRLNumber)?.value;
    const number = value !== undefined && value.length < 24 ? ` number 0x${toHex(value.subarray(2))}` : '';
    return `CRL${number} of "${this.issuer.label}"`;
  }

  /** Revoked certificates. */
  get count(): number {
    return this.#entries.count;
  }

  /** Whether entries name issuers of certificates (§5.3.3). */
  get namesIssuers(): boolean {
    return this.#entries.nameIssuers;
  }

  /** The first critical extension of an entry that nobody here knows, dotted. */
  get unknownEntryExtension(): string | undefined {
    return this.#entries.unknownExtension;
  }

  /** Increases from one CRL to the next of the same issuer and scope. @throws TlsError `ERR_TLS_CRL_MALFORMED`, as do all that follow */
  get number(): bigint | undefined {
    return this.#extension(crlExt.cRLNumber, 'CRLNumber', 'RFC 5280 §5.2.3', readNumber);
  }

  /** Of a delta CRL: the number of the complete CRL that it begins at. */
  get deltaBase(): bigint | undefined {
    return this.#extension(crlExt.deltaCRLIndicator, 'BaseCRLNumber', 'RFC 5280 §5.2.4', readNumber);
  }

  get authorityKeyIdentifier(): AuthorityKeyIdentifier | undefined {
    const { authorityKeyIdentifier: oid } = crlExt;
    return this.#extension(oid, 'AuthorityKeyIdentifier', 'RFC 5280 §5.2.1', readAuthorityKeyIdentifier);
  }

  /** Which certificates it is about, if not all of its issuer's. */
  get issuingDistributionPoint(): IssuingDistributionPoint | undefined {
    const { issuingDistributionPoint: oid } = crlExt;
    return this.#extension(oid, 'IssuingDistributionPoint', 'RFC 5280 §5.2.5', readIssuingDistributionPoint);
  }

  /** Where deltas to it are. */
  get freshestCRL(): readonly DistributionPoint[] | undefined {
    return this.#extension(crlExt.freshestCRL, 'FreshestCRL', 'RFC 5280 §5.2.6', readDistributionPoints);
  }

  /** All entries, in order. */
  entries(): readonly CrlEntry[] {
    return orMalformedCrl(this, 'revokedCertificates', 'RFC 5280 §5.3', () => [...this.#entries.all()]);
  }

  /** Whether any entry has this serial number, whoever issued the certificate. It costs little, however many there are. */
  hasEntryFor(serialNumber: Uint8Array): boolean {
    return this.#entries.has(serialNumber);
  }

  /** Entries with this serial number (contents octets of the INTEGER), whoever issued the certificates. */
  entriesFor(serialNumber: Uint8Array): readonly CrlEntry[] {
    return orMalformedCrl(this, 'revokedCertificates', 'RFC 5280 §5.3', () => [
      ...this.#entries.withSerial(serialNumber),
    ]);
  }

  #extension<T>(oid: string, what: string, rfc: string, read: (value: Uint8Array) => T): T | undefined {
    const extension = this.extensions.get(oid);
    if (extension === undefined) return undefined;
    if (!this.#read.has(oid)) {
      this.#read.set(
        oid,
        orMalformedCrl(this, what, rfc, () => read(extension.value)),
      );
    }
    return this.#read.get(oid) as T;
  }
}

function readCertificateList(der: Uint8Array, outer: DerReader): Crl {
  const list = outer.enter();
  const { bytes: tbs } = list.next(Tag.sequence);
  const signatureAlgorithm = readAlgorithmIdentifier(list);
  const signature = list.bitStringBytes();
  list.finish('CertificateList');
  return readDer(tbs, 'TBSCertList', reader => {
    const fields = reader.enter();
    const version = readVersion(fields);
    const inner = readAlgorithmIdentifier(fields);
    // §5.1.1.2 MUST: one algorithm, named twice, once under the signature.
    if (!equalBytes(inner.der, signatureAlgorithm.der)) {
      throw new DecodeError('signature algorithms inside and outside the signed part differ', 0);
    }
    const issuer = new DistinguishedName(fields.next(Tag.sequence).bytes);
    // §5.1.2.3 MUST: an issuer has a name.
    if (issuer.isEmpty) throw new DecodeError('issuer is empty', 0);
    const thisUpdate = readTime(fields).time;
    const hasNext = fields.peek() === Tag.utcTime || fields.peek() === Tag.generalizedTime;
    const nextUpdate = hasNext ? readTime(fields).time : undefined;
    const revoked = fields.optional(Tag.sequence);
    // §5.1.2.6 MUST: without revoked certificates the list is absent. Authorities that write an empty one are many, and it means the same.
    const entries = new CrlEntries(revoked?.value ?? new Uint8Array(), version);
    const extensions = readExtensions(fields, version);
    fields.finish('TBSCertList');
    return new Crl({
      der,
      tbs,
      version,
      signatureAlgorithm,
      signature,
      issuer,
      thisUpdate,
      nextUpdate,
      entries,
      extensions,
    });
  });
}

/** §5.1.2.1: version 2, or absent for 1. */
function readVersion(fields: DerReader): 1 | 2 {
  if (fields.peek() !== Tag.integer) return 1;
  const version = fields.smallUnsigned();
  if (version !== 1) throw new DecodeError(`no such version: ${version}`, 0);
  return 2;
}

/** §5.1.2.7: in version 2 only. */
function readExtensions(fields: DerReader, version: 1 | 2): ReadonlyMap<string, Extension> {
  if (fields.peek() !== contextTag(0, true)) return new Map();
  if (version === 1) throw new DecodeError('extensions in a version 1 CRL', 0);
  const explicit = fields.enter(contextTag(0, true));
  const extensions = readExtensionList(explicit);
  explicit.finish('crlExtensions');
  return extensions;
}

/** §5.2.3: at most 20 octets, not negative. */
function readNumber(value: Uint8Array): bigint {
  const magnitude = readDer(value, 'CRLNumber', reader => reader.unsigned());
  if (magnitude.length > 20) throw new DecodeError('CRLNumber has more than 20 octets', 0);
  return BigInt(`0x${toHex(magnitude)}`);
}
