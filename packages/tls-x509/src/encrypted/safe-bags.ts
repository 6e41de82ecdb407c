/** The structure of PKCS#12 (RFC 7292 §4): what the safes of a file contain. */
import { wipe } from '@tlskit/tls-crypto';
import { concat, DecodeError, toHex } from '@tlskit/tls-wire';
import { contextTag, DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { readAlgorithmIdentifier } from '../algorithm.ts';
import { invalidOption } from '../errors.ts';
import { berToDer, implicitOctets } from './ber.ts';
import { decryptInfo } from './key.ts';
import { type Passphrase, wrongPassphrase } from './passphrase.ts';
import { decrypt, unknown } from './pbe.ts';
import type { Work } from './work.ts';

/** What stands beside keys and certificates, by which they find one another (RFC 2985 §5.5). */
interface BagNames {
  readonly friendlyName?: string;
  /** Hexadecimal. */
  readonly localKeyId?: string;
}

export interface BagOfKey extends BagNames {
  /** DER PKCS#8, unencrypted. */
  readonly pkcs8: Uint8Array;
}

export interface BagOfCertificate extends BagNames {
  readonly der: Uint8Array;
}

/** In the order of the file. */
export interface Bags {
  readonly keys: BagOfKey[];
  readonly certificates: BagOfCertificate[];
}

/** Bags of a file, and bags in bags: far more than any file has. */
const maximumBags = 1000;
const maximumDepth = 8;

export const contentTypes = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
} as const;

const bagTypes = '1.2.840.113549.1.12.10.1.';
const x509Certificate = '1.2.840.113549.1.9.22.1';
const friendlyNameOid = '1.2.840.113549.1.9.20';
const localKeyIdOid = '1.2.840.113549.1.9.21';

/** @param authenticatedSafe BER. @throws DecodeError; TlsError */
export function readBags(authenticatedSafe: Uint8Array, passphrase: Passphrase, work: Work): Bags {
  const reader = new BagReader(passphrase, work);
  try {
    for (const safe of elements(berToDer(authenticatedSafe), 'AuthenticatedSafe')) {
      const { type, content } = readContentInfo(safe);
      if (type === contentTypes.data) reader.readSafe(dataOf(content), 0);
      else if (type === contentTypes.encryptedData) reader.readEncrypted(content);
      // EnvelopedData is encrypted to somebody's public key (RFC 7292 §4.1).
      else throw unknown('content', type);
    }
    return reader.bags;
  } catch (error) {
    wipe(...reader.bags.keys.map(({ pkcs8 }) => pkcs8));
    throw error;
  }
}

/** `SEQUENCE { contentType, content [0] EXPLICIT ANY }` (RFC 2315 §7), and the content. */
export function readContentInfo(sequence: DerReader): { type: string; content: DerReader } {
  const inner = sequence.enter();
  const type = inner.oid();
  const content = inner.enter(contextTag(0, true));
  inner.finish('ContentInfo');
  return { type, content };
}

/** The octets of content of the type data. */
export function dataOf(content: DerReader): Uint8Array {
  const octets = content.octetString();
  content.finish('Data');
  return octets;
}

class BagReader {
  readonly bags: Bags = { keys: [], certificates: [] };
  readonly #passphrase: Passphrase;
  readonly #work: Work;
  #count = 0;

  constructor(passphrase: Passphrase, work: Work) {
    this.#passphrase = passphrase;
    this.#work = work;
  }

  /** EncryptedData (RFC 2315 §13) around a SafeContents. */
  readEncrypted(content: DerReader): void {
    const sequence = content.enter();
    sequence.smallUnsigned();
    const info = sequence.enter();
    info.oid();
    const algorithm = readAlgorithmIdentifier(info);
    const { tag, value } = info.next();
    if ((tag & 0xdf) !== contextTag(0, false)) throw new DecodeError('EncryptedData without its content', 0);
    info.finish('EncryptedContentInfo');
    const safe = decrypt(algorithm, implicitOctets(tag, value), this.#passphrase, this.#work);
    if (safe === undefined) throw wrongPassphrase('the PKCS#12 file');
    this.readSafe(safe, 0);
  }

  /** SafeContents (RFC 7292 §4.2). @param safe BER, which is wiped: there may be keys in it without an encryption of their own */
  readSafe(safe: Uint8Array, depth: number): void {
    try {
      if (depth > maximumDepth) throw invalidOption(`PKCS#12 nested deeper than ${maximumDepth} safes`);
      for (const reader of elements(berToDer(safe), 'SafeContents')) {
        if (++this.#count > maximumBags) throw invalidOption(`PKCS#12 of more than ${maximumBags} bags`);
        const bag = reader.enter();
        const type = bag.oid();
        const { value } = bag.next(contextTag(0, true));
        const names = bag.done ? {} : readNames(bag.enter(Tag.set));
        bag.finish('SafeBag');
        this.#take(type, value, names, depth);
      }
    } finally {
      wipe(safe);
    }
  }

  /** Revocation lists, and secrets of other kinds, are passed over. */
  #take(type: string, value: Uint8Array, names: BagNames, depth: number): void {
    switch (type) {
      case `${bagTypes}1`:
        this.bags.keys.push({ pkcs8: value, ...names });
        break;
      case `${bagTypes}2`:
        this.bags.keys.push({ pkcs8: decryptInfo(value, this.#passphrase, this.#work), ...names });
        break;
      case `${bagTypes}3`: {
        const der = readCertificateBag(value);
        if (der !== undefined) this.bags.certificates.push({ der, ...names });
        break;
      }
      case `${bagTypes}6`:
        this.readSafe(value, depth + 1);
        break;
    }
  }
}

/** CertBag (RFC 7292 §4.2.3); an SDSI certificate is none for us. */
function readCertificateBag(value: Uint8Array): Uint8Array | undefined {
  return readDer(value, 'CertBag', reader => {
    const sequence = reader.enter();
    const type = sequence.oid();
    const content = sequence.enter(contextTag(0, true));
    sequence.finish('CertBag');
    return type === x509Certificate ? content.octetString() : undefined;
  });
}

/** PKCS12Attributes: a SET OF `SEQUENCE { type, values SET }`. Others than the two are passed over. */
function readNames(attributes: DerReader): BagNames {
  let names: BagNames = {};
  while (!attributes.done) {
    const attribute = attributes.enter();
    const type = attribute.oid();
    const values = attribute.enter(Tag.set);
    if (type === friendlyNameOid && !values.done)
      names = { ...names, friendlyName: bmpText(values.next(Tag.bmpString).value) };
    if (type === localKeyIdOid && !values.done) names = { ...names, localKeyId: toHex(values.octetString()) };
  }
  return names;
}

function bmpText(octets: Uint8Array): string {
  let text = '';
  for (let i = 0; i + 1 < octets.length; i += 2) {
    text += String.fromCharCode(((octets[i] as number) << 8) | (octets[i + 1] as number));
  }
  return text;
}

/** A reader at a copy of each value of a SEQUENCE OF, which is wiped in the end. */
function* elements(bytes: Uint8Array, what: string): Generator<DerReader> {
  try {
    const list = readDer(bytes, what, reader => reader.enter());
    while (!list.done) yield new DerReader(concat(list.next().bytes));
  } finally {
    wipe(bytes);
  }
}
