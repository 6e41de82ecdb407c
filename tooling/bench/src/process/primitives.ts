/** The primitives of a full handshake of TLS 1.3, each alone; and AEADs alone. */
import type { Aead, CryptoProvider, MaybePromise } from '@tlskit/tls-crypto';
import { loadCertificates, parseCertificate } from 'tlskit';
import type { Identity } from '../stacks/stack.ts';
import { repeatNow } from './cpu.ts';
import type { Length, Turn } from './turns.ts';

export interface Primitive {
  readonly name: string;
  /** How many times it is done in a handshake, at both ends together. */
  readonly count: number;
  /** Microseconds of one. */
  readonly each: number;
}

/**
 * What no implementation can leave out of a handshake with x25519, TLS_AES_128_GCM_SHA256, a P-256 chain of leaf, intermediate and
 * root, and two tickets. Keys of certificates are not read: a client keeps them that it has met before. HKDF is counted in HMACs: a label whose output is no longer than the hash takes one.
 */
export async function primitives(provider: CryptoProvider, identity: Identity, length: Length): Promise<Primitive[]> {
  const { sha256 } = provider.hashes;
  const { x25519 } = provider.groups;
  const aes = provider.aeads['aes-128-gcm'];
  if (sha256 === undefined || x25519 === undefined || aes === undefined) throw new Error('the provider lacks some');
  const spki = parseCertificate(loadCertificates(identity.certificate)[0] as Uint8Array).spki;
  const publicKey = provider.importPublicKey(spki);
  const signingKey = provider.importPrivateKey(pkcs8(identity.key));
  const algorithm = { type: 'ecdsa', hash: 'sha256' } as const;
  const signed = provider.random(130);
  const signature = now(signingKey.sign(algorithm, signed));
  const [secret, nonce, header] = [provider.random(32), provider.random(12), provider.random(5)];
  const [label, flight, key] = [provider.random(50), provider.random(1600), provider.random(16)];
  const peer = now(x25519.offer());
  const sealing = aes.create(key);
  const sealed = joined(sealing.seal(nonce, header, flight));

  const list: readonly (readonly [string, number, () => void])[] = [
    ['x25519: a key and its share', 2, () => now(x25519.offer()).wipe()],
    // Answering is a key, and a secret: the second is told by what is left.
    ['x25519: a key, its share and the secret', 2, () => now(x25519.respond(peer.share))],
    ['ECDSA P-256: a signature', 1, () => now(signingKey.sign(algorithm, signed))],
    ['ECDSA P-256: a verification', 3, () => now(publicKey.verify(algorithm, signed, signature))],
    // Each end, counted: 2 extracts, 1 "derived", 6 secrets, 4 keys and 4 IVs, 2 keys and 2 MACs of Finished, 2 keys of tickets.
    ['HMAC-SHA-256', 46, () => sha256.hmac(secret, label)],
    // Each end: after ServerHello, Certificate, CertificateVerify, both Finished and the server's one more time.
    ['SHA-256 of 400 bytes', 12, () => sha256.digest(flight.subarray(0, 400))],
    // The client's: a random and a session ID; the server's: a random, of tickets two age_adds and two nonces.
    ['random bytes, 32', 8, () => provider.random(32)],
    ['AES-128-GCM: a key', 8, () => aes.create(key)],
    // The server's flight, the client's, two tickets, and the record that they go in.
    ['AES-128-GCM: 1,600 bytes sealed', 5, () => sealing.seal(nonce, header, flight)],
    ['AES-128-GCM: 1,600 bytes opened', 3, () => sealing.open(nonce, header, sealed)],
  ];
  const measured = list.map(([name, count, run]) => {
    const { units, milliseconds } = repeatNow(length, run);
    return { name, count, each: (milliseconds / units) * 1000 };
  });
  const [made, answered] = measured as [Primitive, Primitive, ...Primitive[]];
  const secretAlone = { name: 'x25519: a secret', count: 2, each: answered.each - made.each };
  return [made, secretAlone, ...measured.slice(2)];
}

export function aeadTurn(aead: Aead | undefined, operation: 'seal' | 'open', length: Length): Turn {
  if (aead === undefined) throw new Error('the provider has no such AEAD');
  const key = aead.create(new Uint8Array(aead.keyLength).fill(1));
  const [nonce, header] = [new Uint8Array(12), new Uint8Array(5)];
  const plaintext = new Uint8Array(16_384).fill(2);
  const sealed = joined(key.seal(nonce, header, plaintext));
  const run = operation === 'seal' ? () => key.seal(nonce, header, plaintext) : () => key.open(nonce, header, sealed);
  const { units, milliseconds } = repeatNow(length, run);
  return { units: units * plaintext.length, milliseconds };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function pkcs8(pem: string): Uint8Array {
  return new Uint8Array(Buffer.from(pem.replace(/-----.*-----|\s/g, ''), 'base64'));
}

/** What is measured here is synchronous. */
function now<T>(value: MaybePromise<T>): T {
  if (value instanceof Promise) throw new Error('the provider answers by promises');
  return value;
}
