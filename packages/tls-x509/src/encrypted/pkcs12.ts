/** PKCS#12 (RFC 7292): a private key with its certificates in one file, `.p12` or `.pfx`, under a passphrase. */
import { TlsError } from '@tlskit/tls-alerts';
import { type CryptoProvider, constantTimeEqual, type HashName, type SigningKey, wipe } from '@tlskit/tls-crypto';
import { pkcs12Key } from '@tlskit/tls-crypto-noble/passwords';
import { DecodeError, equalBytes, toHex } from '@tlskit/tls-wire';
import { type DerReader, readDer } from '@tlskit/tls-wire/der';
import { type AlgorithmIdentifier, hashOids, readAlgorithmIdentifier } from '../algorithm.ts';
import { type Certificate, parseCertificate } from '../certificate.ts';
import { checkKeys, invalidOption } from '../errors.ts';
import { importKey } from '../files.ts';
import { isSameKey } from '../same-key.ts';
import { berToDer } from './ber.ts';
import { type Passphrase, passphraseOf, wrongPassphrase } from './passphrase.ts';
import { hmacOids, readIterations, readPbkdf2, unknown } from './pbe.ts';
import { type BagOfKey, type Bags, contentTypes, dataOf, readBags, readContentInfo } from './safe-bags.ts';
import { type PasswordOptions, Work } from './work.ts';

export interface Pkcs12Options extends PasswordOptions {
  /** Which key, where there are several: by the name that was given to it. */
  readonly friendlyName?: string | undefined;
  /** Which key, where there are several: by its identifier, hexadecimal. */
  readonly localKeyId?: string | undefined;
}

/** What `createCredential` takes as `certificate` and `key`, and what else was there. */
export interface Pkcs12 {
  readonly key: SigningKey;
  /** DER: the key's certificate, then those above it, without a root. */
  readonly certificate: readonly Uint8Array[];
  /** DER: the other certificates of the file, roots among them. They are trusted by nobody until somebody says so. */
  readonly others: readonly Uint8Array[];
}

/**
 * Reads a file of the form of OpenSSL, Java, Windows or macOS, DER or BER: one key, or the one that is named, its certificate and its
 * chain. A file with a MAC is read only if that is right: by PKCS#12's own derivation, or PBMAC1 (RFC 9579).
 *
 * @param passphrase text, or bytes of UTF-8; an empty one is what files without any have
 * @throws TlsError `ERR_TLS_PASSPHRASE` for a wrong passphrase, which a damaged file cannot be told from; `ERR_TLS_KEY_MISMATCH` when
 *   the file has no certificate for the key; `ERR_TLS_INVALID_OPTION` for a file without a key, with several of which none is named,
 *   one that is malformed, protection that is not known, and work beyond the limits
 */
export function loadPkcs12(
  provider: Pick<CryptoProvider, 'importPrivateKey' | 'hashes'>,
  file: Uint8Array,
  passphrase: string | Uint8Array,
  options: Pkcs12Options = {},
): Pkcs12 {
  checkKeys('PKCS#12', options, ['friendlyName', 'localKeyId', 'limits', 'functions']);
  if (!(file instanceof Uint8Array)) throw invalidOption('a PKCS#12 file is bytes');
  const work = new Work(options);
  const words = passphraseOf(passphrase);
  let bags: Bags | undefined;
  try {
    bags = read(file, words, provider.hashes, work);
    const chosen = chosenKey(bags.keys, options);
    const key = importKey(provider, chosen.pkcs8);
    return { key, ...chainOf(key, chosen, bags.certificates) };
  } finally {
    wipe(words.octets, words.bmp, ...(bags?.keys ?? []).map(({ pkcs8 }) => pkcs8));
  }
}

/** PFX (RFC 7292 §4): `SEQUENCE { version, authSafe, macData OPTIONAL }`. */
function read(file: Uint8Array, passphrase: Passphrase, hashes: CryptoProvider['hashes'], work: Work): Bags {
  let whole: Uint8Array | undefined;
  try {
    whole = berToDer(file);
    return readDer(whole, 'PKCS#12', reader => {
      const pfx = reader.enter();
      const version = pfx.smallUnsigned();
      if (version !== 3) throw new DecodeError(`PKCS#12 of version ${version}, not 3`, 0);
      const { type, content } = readContentInfo(pfx);
      // RFC 7292 §3: the alternative is a signature by somebody's key.
      if (type !== contentTypes.data) throw unknown('content', type);
      const safes = dataOf(content);
      const mac = pfx.done ? undefined : readMac(pfx.enter());
      pfx.finish('PKCS#12');
      return readBags(safes, mac === undefined ? passphrase : matching(mac, safes, passphrase, hashes, work), work);
    });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw invalidOption(`the PKCS#12 file is malformed: ${error.message}`, error);
  } finally {
    wipe(whole);
  }
}

/** MacData (RFC 7292 §4). */
interface Mac {
  readonly algorithm: AlgorithmIdentifier;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  /** Where the number of iterations stands, if it does. */
  readonly rest: DerReader;
}

function readMac(sequence: DerReader): Mac {
  const info = sequence.enter();
  const algorithm = readAlgorithmIdentifier(info);
  const digest = info.octetString();
  info.finish('DigestInfo');
  return { algorithm, digest, salt: sequence.octetString(), rest: sequence };
}

/** The passphrase under which the MAC is right: an empty one has two encodings, with two zero octets and without any. */
function matching(
  mac: Mac,
  safes: Uint8Array,
  passphrase: Passphrase,
  hashes: CryptoProvider['hashes'],
  work: Work,
): Passphrase {
  const candidates = [passphrase];
  if (passphrase.octets.length === 0) candidates.push({ octets: passphrase.octets, bmp: new Uint8Array() });
  const { hash: name, keyFrom } = macOf(mac, work);
  const hash = hashes[name];
  if (hash === undefined) throw invalidOption(`the PKCS#12 file has a MAC with ${name}, which the provider lacks`);
  for (const candidate of candidates) {
    const key = keyFrom(candidate);
    const digest = hash.hmac(key, safes);
    wipe(key);
    if (constantTimeEqual(digest, mac.digest)) return candidate;
  }
  throw wrongPassphrase('the PKCS#12 file');
}

const pbmac1 = '1.2.840.113549.1.5.14';

function macOf(
  { algorithm, salt, rest }: Mac,
  work: Work,
): { hash: HashName; keyFrom: (passphrase: Passphrase) => Uint8Array } {
  if (algorithm.oid === pbmac1) return pbmac1Of(algorithm, work);
  // The default is 1, and RFC 7292 §4 would have nobody use it.
  const iterations = rest.done ? 1 : readIterations(rest, work);
  rest.finish('MacData');
  const hash = Object.hasOwn(hashOids, algorithm.oid) ? hashOids[algorithm.oid] : undefined;
  if (hash === undefined) throw unknown('hash of its MAC', algorithm.oid);
  const { [hash]: length } = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };
  return { hash, keyFrom: ({ bmp }) => pkcs12Key(hash, 'mac', bmp, salt, iterations, length) };
}

/** PBMAC1-params (RFC 8018 §A.5), in PKCS#12 with the length of the key (RFC 9579 §4); salt and iterations of MacData say nothing then. */
function pbmac1Of({ parameters }: AlgorithmIdentifier, work: Work): ReturnType<typeof macOf> {
  const [derivation, scheme] = readDer(parameters ?? new Uint8Array(), 'PBMAC1-params', reader => {
    const sequence = reader.enter();
    const both = [readAlgorithmIdentifier(sequence), readAlgorithmIdentifier(sequence)] as const;
    sequence.finish('PBMAC1-params');
    return both;
  });
  const hash = Object.hasOwn(hmacOids, scheme.oid) ? hmacOids[scheme.oid] : undefined;
  if (hash === undefined) throw unknown('MAC', scheme.oid);
  const { hash: prf, salt, iterations, keyLength } = readPbkdf2(derivation, work);
  if (keyLength === undefined || keyLength < 20 || keyLength > 64) {
    throw new DecodeError('PBMAC1 without a length of the key from 20 to 64 bytes', 0);
  }
  return { hash, keyFrom: ({ octets }) => work.functions.pbkdf2(prf, octets, salt, iterations, keyLength) };
}

function chosenKey(keys: readonly BagOfKey[], { friendlyName, localKeyId }: Pkcs12Options): BagOfKey {
  const wanted = keys.filter(
    key =>
      (friendlyName === undefined || key.friendlyName === friendlyName) &&
      (localKeyId === undefined || key.localKeyId === localKeyId.toLowerCase()),
  );
  const [key] = wanted;
  const names = () =>
    keys.map(({ friendlyName: name, localKeyId: id }) => name ?? id ?? 'one without a name').join(', ');
  if (keys.length === 0) throw invalidOption('no private key is in this PKCS#12 file');
  if (key === undefined) throw invalidOption(`no private key of that name is in this PKCS#12 file, but ${names()}`);
  if (wanted.length > 1) {
    throw invalidOption(
      `${wanted.length} private keys are in this PKCS#12 file: say by friendlyName or localKeyId which of ${names()}`,
    );
  }
  return key;
}

/** By public keys and names: what attributes say of who belongs to whom decides only between certificates of one key. */
function chainOf(
  key: SigningKey,
  { localKeyId }: BagOfKey,
  bags: Bags['certificates'],
): Pick<Pkcs12, 'certificate' | 'others'> {
  const parsed = bags.map(bag => ({ certificate: parseCertificate(bag.der), localKeyId: bag.localKeyId }));
  const own = parsed.filter(({ certificate }) => isSameKey(certificate.spki, key.spki));
  const leaf = (own.find(each => each.localKeyId === localKeyId) ?? own[0])?.certificate;
  if (leaf === undefined) {
    throw new TlsError('ERR_TLS_KEY_MISMATCH', 'the PKCS#12 file has no certificate for its private key');
  }
  const chain = [leaf];
  let rest = parsed.map(({ certificate }) => certificate).filter(({ der }) => !equalBytes(der, leaf.der));
  for (let last = leaf; !last.isSelfIssued; ) {
    const issuers = rest.filter(other => !other.isSelfIssued && other.subject.equals(last.issuer));
    const next = issuers.find(other => hasIdentifierOf(last, other)) ?? issuers[0];
    if (next === undefined) break;
    chain.push(next);
    rest = rest.filter(other => other !== next);
    last = next;
  }
  return { certificate: chain.map(({ der }) => der), others: rest.map(({ der }) => der) };
}

/** RFC 5280 §4.2.1.1: which of several keys of a name signed. */
function hasIdentifierOf({ authorityKeyIdentifier: wanted }: Certificate, issuer: Certificate): boolean {
  const has = issuer.subjectKeyIdentifier;
  return wanted?.keyIdentifier !== undefined && has !== undefined && toHex(wanted.keyIdentifier) === toHex(has);
}
