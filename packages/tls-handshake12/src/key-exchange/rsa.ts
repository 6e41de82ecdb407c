/**
 * Key transport under the RSA key of the server's certificate (RFC 5246 §7.4.7.1). Without forward secrecy, and only as safe as
 * the server is silent: whatever is wrong with a ciphertext, the handshake goes on to a Finished that does not fit.
 */
import { TlsError } from '@tlskit/tls-alerts';
import { type CryptoProvider, type SigningKey, wipe } from '@tlskit/tls-crypto';
import { emit, type Flow, type ServerConfig, wait } from '@tlskit/tls-handshake';
import { receivedRsaPremaster, rsaPremaster, SECRET_LENGTH } from '@tlskit/tls-keyschedule/tls12';
import { der, derBitString, derOid, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import { type ClientHalf, type ClientInput, orWipe, required, type ServerHalf, type ServerInput } from './half.ts';

export function* clientRsa({ config, suite, peerKey, clientVersion }: ClientInput): Flow<ClientHalf> {
  const key = required(peerKey, 'a certificate', suite);
  if (key.algorithm.type !== 'rsa' || key.encryptPkcs1 === undefined) {
    throw new TlsError('ERR_TLS_CERT_KEY', `a key that nothing is encrypted under, for ${suite.name}`, {
      rfc: 'RFC 5246 §7.4.2',
    });
  }
  // RFC 8017 §7.2.1: eleven bytes go to the padding.
  if (key.algorithm.bits < 8 * (SECRET_LENGTH + 11)) {
    throw new TlsError('ERR_TLS_CERT_WEAK', `a key of ${key.algorithm.bits} bits, too few for a premaster secret`);
  }
  const secret = rsaPremaster(clientVersion, config.random);
  const encrypt = key.encryptPkcs1.bind(key);
  const encrypted = yield* orWipe(secret, () => wait(encrypt(secret)));
  return { fields: { encrypted_pre_master_secret: encrypted }, secret, group: undefined };
}

/** @param key with `decryptPkcs1`, or a server cannot do it */
export function serverRsa({ config, suite, key, clientVersion }: ServerInput): ServerHalf {
  const decrypt = required(key?.decryptPkcs1?.bind(key), 'a key that decrypts', suite);
  return {
    fields: {},
    group: undefined,
    complete: ({ encrypted_pre_master_secret: ciphertext }) =>
      decrypted(config, required(ciphertext, 'a ciphertext', suite), clientVersion, decrypt),
    wipe() {},
  };
}

/** Whether the provider's RSA keys encrypt, which is theirs to say: asked of one that is nobody's. */
export function encryptsRsa(provider: CryptoProvider): boolean {
  let known = encrypting.get(provider);
  if (known === undefined) {
    known = provider.keys.rsa === true && provider.importPublicKey(nobodysKey()).encryptPkcs1 !== undefined;
    encrypting.set(provider, known);
  }
  return known;
}

const encrypting = /* @__PURE__ */ new WeakMap<CryptoProvider, boolean>();

/**
 * "In any case, a TLS server MUST NOT generate an alert if processing an RSA-encrypted premaster secret message fails, or the
 * version number is not as expected. Instead, it MUST continue the handshake with a randomly generated premaster secret"
 * (RFC 5246 §7.4.7.1). The random one is drawn before, for every ciphertext, and what is thrown is told to the application alone.
 */
function* decrypted(
  config: ServerConfig,
  ciphertext: Uint8Array,
  clientVersion: number,
  decrypt: SigningKey['decryptPkcs1'] & {},
): Flow<Uint8Array> {
  const fallback = config.random(SECRET_LENGTH);
  let opened: Uint8Array | undefined;
  try {
    try {
      opened = yield* wait(decrypt(ciphertext, fallback));
    } catch (error) {
      yield* emit({ type: 'failure', of: 'decryption', error });
    }
    // A copy, whatever the key answered with: a key that lives elsewhere may hand the fallback itself back.
    const usable = opened?.length === SECRET_LENGTH ? opened : fallback;
    return receivedRsaPremaster(clientVersion, new Uint8Array(usable));
  } finally {
    wipe(fallback, opened);
  }
}

/** SubjectPublicKeyInfo (RFC 8017 §A.1.1) of 2,048 bits, to which no private key is known. */
function nobodysKey(): Uint8Array {
  const modulus = new Uint8Array(256).fill(0xff);
  const key = der(Tag.sequence, derUnsigned(modulus), derUnsigned(Uint8Array.of(1, 0, 1)));
  const algorithm = der(Tag.sequence, derOid('1.2.840.113549.1.1.1'), der(Tag.null));
  return der(Tag.sequence, algorithm, derBitString(key));
}
