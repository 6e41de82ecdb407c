/**
 * A log of certificates that lives as long as a test (RFC 6962): it keeps nothing, and signs what it is shown. Its structures are
 * written by hand and its precertificates taken apart by asn1js, so that a verifier under test meets somebody else's bytes.
 */
import type { CryptoProvider, HashName, SigningKey } from '@tlskit/tls-crypto';
import * as asn1js from 'asn1js';
import { type Block, bytesOf, copy, octets, raw, sequence, tagged } from './asn1.ts';
import type { RawExtension } from './extensions.ts';
import { generateKey, importKey, type KeyKind } from './keys.ts';
import { portable } from './provider.ts';

/** Of Certificate Transparency (RFC 6962 §3.1, §3.3). */
export const transparencyOids = {
  /** The extension with SCTs in a certificate. */
  sctList: '1.3.6.1.4.1.11129.2.4.2',
  /** The critical extension that makes a precertificate of a certificate. */
  poison: '1.3.6.1.4.1.11129.2.4.3',
  /** The purpose of a Precertificate Signing Certificate. */
  precertificateSigning: '1.3.6.1.4.1.11129.2.4.4',
  /** The extension with SCTs in an OCSP response. */
  ocspSctList: '1.3.6.1.4.1.11129.2.4.5',
} as const;

/** What an SCT says, where that is not what is usual. */
export interface SctOptions {
  /** Default: now. Milliseconds since 1970, where it is a number. */
  readonly timestamp?: Date | number | bigint;
  /** Default 0, which is v1. */
  readonly version?: number;
  /** The log that is named, 32 bytes. Default: the one that signs. */
  readonly id?: Uint8Array;
  /** CtExtensions. Default: none. */
  readonly extensions?: Uint8Array;
  /** HashAlgorithm and SignatureAlgorithm of RFC 5246 §7.4.1.4.1, as claimed. Default: SHA-256 (4) with the kind of the log's key. */
  readonly algorithm?: readonly [hash: number, signature: number];
  /** What signs in truth. Default `sha256`, which is all that RFC 6962 §2.1.4 has. */
  readonly hash?: HashName;
  /** Signs with another key than the log's, of the same kind. */
  readonly forged?: boolean;
  /** LogEntryType that is signed. Default: that of the entry, 0 for certificates and 1 for precertificates. */
  readonly entryType?: number;
  /** Changes the bytes of the SCT when it is made. */
  readonly alter?: (sct: Uint8Array) => Uint8Array;
}

/** A log, as its submitters and its users know it. */
export interface TestLog {
  /** SHA-256 of the key. */
  readonly id: Uint8Array;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** DER PKCS#8, unencrypted. */
  readonly key: Uint8Array;
  /** A serialized SCT for a certificate as it is (RFC 6962 §4.1): the first of the chain, DER. */
  addChain(chain: readonly Uint8Array[], options?: SctOptions): Promise<Uint8Array>;
  /**
   * A serialized SCT for a precertificate (RFC 6962 §4.2), the first of the chain, whose poison is taken out. Its issuer is the second,
   * or the third where the second is a Precertificate Signing Certificate.
   *
   * @throws RangeError for a chain without an issuer
   */
  addPreChain(chain: readonly Uint8Array[], options?: SctOptions): Promise<Uint8Array>;
}

export interface LogOptions {
  /** A kind to make a new key of (default `ecdsa-p256`), or the DER PKCS#8 of a key that is there. */
  readonly key?: KeyKind | Uint8Array;
  /** What makes keys and signs. Default: the portable provider. */
  readonly provider?: CryptoProvider;
}

/** A log with a new key. */
export async function createLog({ key = 'ecdsa-p256', provider = portable() }: LogOptions = {}): Promise<TestLog> {
  const { sha256 } = provider.hashes;
  if (sha256 === undefined) throw new RangeError(`${provider.name} has no SHA-256`);
  const pair = typeof key === 'string' ? await generateKey(key, provider) : importKey(key, provider);
  const id = sha256.digest(pair.spki);
  const stranger = async () => {
    const { algorithm } = pair.signingKey;
    return (await generateKey(algorithm.type === 'rsa' ? 'rsa-2048' : 'ecdsa-p256', provider)).signingKey;
  };
  const sign = async (type: number, entry: readonly Uint8Array[], options: SctOptions): Promise<Uint8Array> => {
    const signer = options.forged === true ? await stranger() : pair.signingKey;
    return signedTimestamp(signer, id, options.entryType ?? type, entry, options);
  };
  return {
    id,
    spki: pair.spki,
    key: pair.pkcs8,
    addChain: async ([certificate = new Uint8Array(0)], options = {}) => sign(0, [vector(3, certificate)], options),
    addPreChain: async (chain, options = {}) => {
      const { tbsCertificate, issuerKey } = precertificateEntry(chain);
      return sign(1, [sha256.digest(issuerKey), vector(3, tbsCertificate)], options);
    },
  };
}

/** SignedCertificateTimestampList: serialized SCTs, each behind its length, behind the length of all (RFC 6962 §3.3). */
export function sctList(scts: readonly Uint8Array[]): Uint8Array {
  return vector(2, joined(scts.map(sct => vector(2, sct))));
}

/** The extension that puts SCTs into a certificate: the list in an OCTET STRING, in that of the extension. */
export function sctExtension(scts: readonly Uint8Array[]): RawExtension {
  return { oid: transparencyOids.sctList, value: bytesOf(octets(sctList(scts))) };
}

/** The extension that puts SCTs into the OCSP response for a certificate, in the same form. */
export function ocspSctExtension(scts: readonly Uint8Array[]): RawExtension {
  return { ...sctExtension(scts), oid: transparencyOids.ocspSctList };
}

/** The extension that makes a precertificate: critical, and NULL. */
export function poisonExtension(): RawExtension {
  return { oid: transparencyOids.poison, critical: true, value: bytesOf(new asn1js.Null()) };
}

/** RFC 6962 §3.2: the same fields are signed and sent, but for the version, the signature's type and the entry. */
async function signedTimestamp(
  signer: SigningKey,
  ownId: Uint8Array,
  entryType: number,
  entry: readonly Uint8Array[],
  options: SctOptions,
): Promise<Uint8Array> {
  const { version = 0, id = ownId, extensions = new Uint8Array(0), hash = 'sha256', alter = sct => sct } = options;
  const { timestamp: given = Date.now() } = options;
  const timestamp = new Uint8Array(8);
  new DataView(timestamp.buffer).setBigUint64(0, BigInt(given instanceof Date ? given.getTime() : given));
  const isRsa = signer.algorithm.type === 'rsa';
  const signed = [Uint8Array.of(version, 0), timestamp, Uint8Array.of(0, entryType), ...entry, vector(2, extensions)];
  const signature = await signer.sign({ type: isRsa ? 'rsa-pkcs1' : 'ecdsa', hash }, joined(signed));
  const algorithm = options.algorithm ?? [4, isRsa ? 1 : 3];
  const fields = [Uint8Array.of(version), id, timestamp, vector(2, extensions), Uint8Array.from(algorithm)];
  return alter(joined([...fields, vector(2, signature)]));
}

/** What a log signs of a precertificate: what the certificate will be, without SCTs, and who issues it (RFC 6962 §3.2). */
function precertificateEntry(chain: readonly Uint8Array[]): { tbsCertificate: Uint8Array; issuerKey: Uint8Array } {
  const [precertificate, signer, above] = chain.map(takenApart);
  if (precertificate === undefined || signer === undefined) throw new RangeError('a precertificate without its issuer');
  if (!signer.purposes.includes(transparencyOids.precertificateSigning)) {
    return { tbsCertificate: withoutPoison(precertificate), issuerKey: signer.spki };
  }
  if (above === undefined) throw new RangeError('a precertificate without the issuer of its signer');
  return { tbsCertificate: withoutPoison(precertificate, signer), issuerKey: above.spki };
}

interface TakenApart {
  /** The fields of the signed part, but for the extensions. */
  readonly fields: readonly Uint8Array[];
  readonly issuer: Uint8Array;
  readonly spki: Uint8Array;
  readonly extensions: readonly { readonly oid: string; readonly der: Uint8Array }[];
  readonly purposes: readonly string[];
}

/** The position of the issuer among the fields, and of the key, where the version is written. */
const ISSUER = 3;
const KEY = 6;

function takenApart(der: Uint8Array): TakenApart {
  const [tbs] = children(read(der));
  const all = children(tbs as Block);
  const last = all.at(-1) as Block;
  const written = last.idBlock.tagClass === 3 && last.idBlock.tagNumber === 3;
  const list = written ? children(children(last)[0] as Block) : [];
  const extensions = list.map(each => ({ oid: oidOf(children(each)[0] as Block), der: derOf(each), each }));
  const usage = extensions.find(({ oid }) => oid === '2.5.29.37');
  const contents = usage && (children(usage.each).at(-1) as asn1js.OctetString).valueBlock.valueHexView;
  return {
    fields: (written ? all.slice(0, -1) : all).map(derOf),
    issuer: derOf(all[ISSUER] as Block),
    spki: derOf(all[KEY] as Block),
    extensions: extensions.map(({ oid, der: bytes }) => ({ oid, der: bytes })),
    purposes: contents === undefined ? [] : children(read(contents)).map(oidOf),
  };
}

/** With the name and the authority key identifier of whoever issued the signer, where that is not the issuer itself. */
function withoutPoison({ fields, extensions }: TakenApart, signer?: TakenApart): Uint8Array {
  const authority = '2.5.29.35';
  const kept = extensions
    .filter(({ oid }) => oid !== transparencyOids.poison)
    .map(each => (each.oid === authority && signer?.extensions.find(({ oid }) => oid === authority)) || each);
  const issued = fields.map((field, i) => raw(i === ISSUER && signer !== undefined ? signer.issuer : field));
  const list = kept.length === 0 ? [] : [tagged(3, sequence(...kept.map(({ der }) => raw(der))))];
  return bytesOf(sequence(...issued, ...list));
}

function read(der: Uint8Array): Block {
  return asn1js.fromBER(copy(der)).result;
}

function children(block: Block): Block[] {
  return (block as asn1js.Sequence).valueBlock.value;
}

function oidOf(block: Block): string {
  return (block as asn1js.ObjectIdentifier).valueBlock.toString();
}

/** The bytes that were read, not what asn1js would write. */
function derOf(block: Block): Uint8Array {
  return Uint8Array.from(block.valueBeforeDecodeView);
}

/** `opaque<0..2^(8·width)-1>`. */
function vector(width: 2 | 3, bytes: Uint8Array): Uint8Array {
  const length = Uint8Array.of(bytes.length >> 16, bytes.length >> 8, bytes.length).slice(3 - width);
  return joined([length, bytes]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap(part => [...part]));
}
