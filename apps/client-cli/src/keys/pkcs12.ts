/** Writing PKCS#12 (RFC 7292): a key, its certificate and those above it in one file, under a passphrase. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { pkcs12Key } from '@tlskit/tls-crypto-noble/passwords';
import { concat } from '@tlskit/tls-wire';
import { contextTag, der, derOid, Tag } from '@tlskit/tls-wire/der';
import { encryptedPkcs8, ITERATIONS, number } from './encrypt.ts';

export interface Pkcs12Contents {
  /** DER PKCS#8, unencrypted. */
  readonly key: Uint8Array;
  /** DER: the key's own first. */
  readonly certificates: readonly Uint8Array[];
}

/** DER. The key is encrypted; certificates, which everybody sees anyway, are not; and all of it has a MAC by the passphrase. */
export function encodePkcs12({ key, certificates }: Pkcs12Contents, passphrase: string): Uint8Array {
  const [own, ...others] = certificates;
  const id = own === undefined ? new Uint8Array() : createHash('sha1').update(own).digest();
  const localKeyId = set(sequence(derOid('1.2.840.113549.1.9.21'), set(octets(id))));
  const keyBag = bag('1.2.840.113549.1.12.10.1.2', encryptedPkcs8(key, passphrase), localKeyId);
  const bags = [...(own === undefined ? [] : [certBag(own, localKeyId)]), ...others.map(each => certBag(each))];
  const safe = sequence(data(sequence(...bags)), data(sequence(keyBag)));
  return sequence(number(3), data(safe), mac(safe, passphrase));
}

function certBag(certificate: Uint8Array, ...attributes: readonly Uint8Array[]): Uint8Array {
  const value = sequence(derOid('1.2.840.113549.1.9.22.1'), explicit(octets(certificate)));
  return bag('1.2.840.113549.1.12.10.1.3', value, ...attributes);
}

function bag(type: string, value: Uint8Array, ...attributes: readonly Uint8Array[]): Uint8Array {
  return sequence(derOid(type), explicit(value), ...attributes);
}

/** ContentInfo of type `data` (RFC 5652 §4). */
function data(contents: Uint8Array): Uint8Array {
  return sequence(derOid('1.2.840.113549.1.7.1'), explicit(octets(contents)));
}

/** MacData (RFC 7292 §4), with SHA-256. */
function mac(safe: Uint8Array, passphrase: string): Uint8Array {
  const salt = randomBytes(16);
  // RFC 7292 §B.1: UTF-16, big-endian, with two zero octets at the end.
  const words = concat(Buffer.from(passphrase, 'utf16le').swap16(), new Uint8Array(2));
  const key = pkcs12Key('sha256', 'mac', words, salt, ITERATIONS, 32);
  const digest = createHmac('sha256', key).update(safe).digest();
  const sha256 = sequence(derOid('2.16.840.1.101.3.4.2.1'), der(Tag.null));
  return sequence(sequence(sha256, octets(digest)), octets(salt), number(ITERATIONS));
}

const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(Tag.sequence, ...parts);
const set = (...parts: readonly Uint8Array[]): Uint8Array => der(Tag.set, ...parts);
const octets = (bytes: Uint8Array): Uint8Array => der(Tag.octetString, bytes);
const explicit = (value: Uint8Array): Uint8Array => der(contextTag(0, true), value);
