/** Providers on WebCrypto for Wycheproof: private keys are the runtime's to make, so it is given those of the cases to import instead. */
import type { CurveName } from '@tlskit/tls-crypto';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { encodePkcs8 } from '@tlskit/tls-crypto-noble/keys';
import { createWebProvider } from '@tlskit/tls-crypto-web';
import { concat, fromHex } from '@tlskit/tls-wire';
import type { ProviderFactory } from './wycheproof.ts';
import { type Coverage, wycheproofFiles } from './wycheproof-files.ts';

/** @param subtle that of the runtime, which may be another than this one */
export function webProviders(subtle: SubtleCrypto): ProviderFactory {
  return async ({ random }) => {
    if (random === undefined) return createWebProvider({ extras: allExtras, subtle });
    const importing = new ImportingSubtle(subtle, random);
    const provider = await createWebProvider({ extras: allExtras, subtle: importing as unknown as SubtleCrypto });
    // What it can do was tried with keys of its own.
    importing.draws = true;
    return provider;
  };
}

/** What WebCrypto calls the groups, and the names of ours. */
const groupNames = {
  'P-256': 'secp256r1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  X25519: 'x25519',
  X448: 'x448',
} as const;

interface Algorithm {
  readonly name: string;
  readonly namedCurve?: string;
}

/** The runtime's, but for the keys that it would generate, which are drawn. */
class ImportingSubtle {
  draws = false;
  readonly #subtle: SubtleCrypto;
  readonly #random: (length: number) => Uint8Array;
  readonly #pairs = new Map<string, CryptoKeyPair>();

  constructor(subtle: SubtleCrypto, random: (length: number) => Uint8Array) {
    this.#subtle = subtle;
    this.#random = random;
    // Of what is not here, nothing is changed.
    for (const method of [
      'importKey',
      'exportKey',
      'deriveBits',
      'sign',
      'verify',
      'encapsulateBits',
      'decapsulateBits',
    ]) {
      const own = (subtle as unknown as Record<string, ((...args: unknown[]) => unknown) | undefined>)[method];
      Object.assign(this, { [method]: (...args: unknown[]) => own?.apply(subtle, args) });
    }
  }

  async generateKey(algorithm: Algorithm, extractable: boolean, usages: KeyUsage[]): Promise<unknown> {
    if (!this.draws) return this.#subtle.generateKey(algorithm, extractable, usages);
    const id = algorithm.namedCurve ?? algorithm.name;
    // The share is not what the cases are about: any will do.
    const pair =
      this.#pairs.get(id) ?? ((await this.#subtle.generateKey(algorithm, extractable, usages)) as CryptoKeyPair);
    this.#pairs.set(id, pair);
    return { publicKey: pair.publicKey, privateKey: await this.#import(id, algorithm) };
  }

  #import(id: string, algorithm: Algorithm): Promise<CryptoKey> {
    const { importKey } = this.#subtle as unknown as { importKey(...args: unknown[]): Promise<CryptoKey> };
    const own = importKey.bind(this.#subtle);
    if (id.startsWith('ML-KEM')) return own('raw-seed', this.#random(64), algorithm, false, ['decapsulateBits']);
    const group = groupNames[id as keyof typeof groupNames];
    return own('pkcs8', pkcs8Of(group, this.#random(32)), algorithm, false, ['deriveBits']);
  }
}

/** RFC 8410 §7, and RFC 5915 in PKCS#8. */
function pkcs8Of(group: CurveName | 'x25519' | 'x448', secret: Uint8Array): Uint8Array<ArrayBuffer> {
  if (group === 'x25519') return concat(fromHex('302e020100300506032b656e04220420'), secret);
  if (group === 'x448') return concat(fromHex('3046020100300506032b656f043a0438'), secret);
  return encodePkcs8({ type: 'ec', curve: group, scalar: secret });
}

/** Where private keys are drawn, they are WebCrypto's own: nothing else has the cases' keys. */
const drawn: Readonly<Record<string, string>> = { x448: 'x448', mlkem_768: 'ml-kem-768', mlkem_1024: 'ml-kem-1024' };

/** The files about what WebCrypto does, or may do. @param lacks what it does not, in the words of `describe()` */
export function webFiles(lacks: readonly string[]): readonly (readonly [name: string, Coverage])[] {
  return Object.entries(wycheproofFiles).filter(
    ([name, { native }]) =>
      !native && /^(x\d|ecdh|ecdsa|ed\d|rsa|mldsa|mlkem_\d+$)/.test(name) && !lacks.includes(drawn[name] ?? name),
  );
}
