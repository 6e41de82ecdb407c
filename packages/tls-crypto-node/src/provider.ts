/** The native provider: `node:crypto` where it can, the portable provider where it cannot. */
import { getRandomValues } from 'node:crypto';
import {
  type BlockCipherName,
  CryptoError,
  type CryptoProvider,
  type CurveName,
  type HashName,
  type MlDsaSet,
  type PublicKey,
  primitiveNames,
  type SigningKey,
} from '@tlskit/tls-crypto';
import {
  type EcGroupName,
  ed448Kind,
  ed25519Kind,
  isOfKind,
  mlDsaKinds,
  type PrivateKeyParts,
  type PublicKeyParts,
  parsePkcs8,
  parseSpki,
} from '@tlskit/tls-crypto-noble/keys';
import { dhKinds, dsaKinds } from '@tlskit/tls-crypto-noble/legacy';
import type { FfdheName } from '@tlskit/tls-crypto-noble/more';
import { hybridsOf, type Kem, mlKemsOf } from '@tlskit/tls-crypto-noble/pq';
import { type NodeAeadName, nodeAead } from './aead.ts';
import { nodeBlockCipher } from './cbc.ts';
import { type NodeCcmName, nodeCcm } from './ccm.ts';
import { nodeEcdh } from './ecdh.ts';
import { nodeFfdhe } from './ffdhe.ts';
import { nodeHash } from './hash.ts';
import { nodeMlKem } from './ml-kem.ts';
import { nodeMontgomery } from './montgomery.ts';
import { finiteFieldExchange, portableProvider } from './portable.late.ts';
import { mlKem768, mlKem1024 } from './portable-kem.late.ts';
import { type Feature, nodeHas, type Probe } from './probe.ts';
import { nodePublicKey } from './public-key.ts';
import { nodeSigningKey } from './signing-key.ts';

export interface NodeOptions {
  /**
   * Replaces the platform's CSPRNG for private keys of Diffie-Hellman groups and for the provider's `random`, with the draws of
   * the portable provider; signatures keep OpenSSL's own. For known-answer tests.
   * **Anything but a CSPRNG here gives your keys away.**
   */
  readonly random?: (length: number) => Uint8Array;
}

export type NodeProvider = CryptoProvider & {
  /** Who does what, as `primitiveNames` of `@tlskit/tls-crypto` names it. */
  describe(): Record<string, 'node' | 'noble'>;
};

const plainKinds = [ed25519Kind, ed448Kind, ...mlDsaKinds];

/** The native provider: synchronous; what the running Node lacks, the portable provider does, as `describe()` tells. */
export function createNodeProvider(options: NodeOptions = {}): NodeProvider {
  return assemble(options, nodeHas);
}

/** The provider, given what node can do. */
export function assemble(options: NodeOptions, has: Probe): NodeProvider {
  const injected = options.random === undefined ? undefined : measured(options.random);
  let made: CryptoProvider | undefined;
  const noble = () => {
    made ??= portableProvider(injected);
    return made;
  };
  const random = injected ?? nativeRandom;

  const chosen: Record<string, 'node' | 'noble'> = {};
  function pick<T>(feature: Feature, native: () => T, portable: () => T | undefined): T {
    const useNode = has(feature);
    chosen[feature] = useNode ? 'node' : 'noble';
    return useNode ? native() : (portable() as T);
  }

  const hash = (name: HashName) =>
    pick(
      name,
      () => nodeHash(name),
      () => noble().hashes[name],
    );
  const aead = (name: NodeAeadName) =>
    pick(
      name,
      () => nodeAead(name),
      () => noble().aeads[name],
    );
  const ccm = (name: NodeCcmName) =>
    pick(
      name,
      () => nodeCcm(name),
      () => noble().aeads[name],
    );
  const montgomery = (name: 'x25519' | 'x448') =>
    pick(
      name,
      () => nodeMontgomery(name, random),
      () => noble().groups[name],
    );
  const block = (name: BlockCipherName) =>
    pick(
      name,
      () => nodeBlockCipher(name),
      () => noble().blockCiphers?.[name],
    );
  const ecdh = (curve: EcGroupName) =>
    pick(
      curve,
      () => nodeEcdh(curve, injected),
      () => noble().groups[curve],
    );
  const ffdhe = (name: FfdheName) =>
    pick(
      'ffdhe',
      () => nodeFfdhe(name, random),
      () => noble().groups[name],
    );
  const doesKey = (feature: Feature) =>
    pick(
      feature,
      () => true,
      () => false,
    );

  const hashes = { sha1: hash('sha1'), sha256: hash('sha256'), sha384: hash('sha384'), sha512: hash('sha512') };
  const aeads = {
    'aes-128-gcm': aead('aes-128-gcm'),
    'aes-256-gcm': aead('aes-256-gcm'),
    'chacha20-poly1305': aead('chacha20-poly1305'),
    'aes-128-ccm': ccm('aes-128-ccm'),
    'aes-128-ccm-8': ccm('aes-128-ccm-8'),
    'aes-256-ccm': ccm('aes-256-ccm'),
    'aes-256-ccm-8': ccm('aes-256-ccm-8'),
  };
  const curves = {
    x25519: montgomery('x25519'),
    secp256r1: ecdh('secp256r1'),
    secp384r1: ecdh('secp384r1'),
    secp521r1: ecdh('secp521r1'),
    x448: montgomery('x448'),
  };
  const kem = (set: 768 | 1024, portable: Kem): Kem =>
    pick(
      `ml-kem-${set}`,
      // OpenSSL draws what a secret is made of for itself: an injected source must go through the portable one.
      () =>
        injected === undefined ? nodeMlKem(set, random) : { ...nodeMlKem(set, random), respond: portable.respond },
      () => portable,
    );
  const kem768 = kem(
    768,
    whenUsed(() => mlKem768(random)),
  );
  const kem1024 = kem(
    1024,
    whenUsed(() => mlKem1024(random)),
  );
  const blockCiphers = {
    'aes-128-cbc': block('aes-128-cbc'),
    'aes-256-cbc': block('aes-256-cbc'),
    '3des-ede-cbc': block('3des-ede-cbc'),
  };
  const groups = {
    ...curves,
    secp224r1: ecdh('secp224r1'),
    ffdhe2048: ffdhe('ffdhe2048'),
    ffdhe3072: ffdhe('ffdhe3072'),
    ffdhe4096: ffdhe('ffdhe4096'),
    ffdhe6144: ffdhe('ffdhe6144'),
    ffdhe8192: ffdhe('ffdhe8192'),
    ...mlKemsOf(kem768, kem1024),
    ...hybridsOf(curves, kem768, kem1024),
  };
  const nativeEc: Readonly<Record<CurveName, boolean>> = {
    secp256r1: doesKey('ecdsa-secp256r1'),
    secp384r1: doesKey('ecdsa-secp384r1'),
    secp521r1: doesKey('ecdsa-secp521r1'),
  };
  const nativeMlDsa: Readonly<Record<MlDsaSet, boolean>> = {
    44: doesKey('ml-dsa-44'),
    65: doesKey('ml-dsa-65'),
    87: doesKey('ml-dsa-87'),
  };
  const decrypts = has('rsa-decryption');
  const nativeOther = { ed25519: doesKey('ed25519'), ed448: doesKey('ed448'), rsa: doesKey('rsa') };
  const isNative = (key: PublicKeyParts | PrivateKeyParts): boolean => {
    if (key.type === 'ec') return nativeEc[key.curve];
    return key.type === 'ml-dsa' ? nativeMlDsa[key.set] : nativeOther[key.type];
  };

  return {
    name: 'node',
    random,
    hashes,
    aeads,
    groups,
    blockCiphers,
    // OpenSSL would prove the prime of every group anew, which takes longer than the exchange does in JavaScript.
    finiteField: parameters => finiteFieldExchange(parameters, groups, random),
    keys: allKeys,
    importPublicKey(spki): PublicKey {
      const copy = Uint8Array.from(spki);
      if (isOfKind(portableKinds, copy)) return noble().importPublicKey(copy);
      const parts = parseSpki(copy, plainKinds);
      if (!isNative(parts)) return noble().importPublicKey(copy);
      return nodePublicKey(parts, copy, () => noble().importPublicKey(copy));
    },
    importPrivateKey(pkcs8): SigningKey {
      const portable = (key: Uint8Array) => noble().importPrivateKey(key);
      if (isOfKind(portableKinds, pkcs8)) return portable(pkcs8);
      const parts = parsePkcs8(pkcs8, plainKinds);
      return isNative(parts) ? nodeSigningKey(parts, portable, decrypts) : portable(pkcs8);
    },
    describe() {
      const who = (name: string) => chosen[name] ?? (name.startsWith('rsa-') ? chosen.rsa : undefined) ?? 'noble';
      return Object.fromEntries(primitiveNames(this).map(name => [name, who(name)]));
    },
  };
}

/** Keys that Node does not import, or not as TLS has them. */
const portableKinds = [...dsaKinds, ...dhKinds];

/** What the running Node lacks of them, noble has. */
const allKeys: Required<CryptoProvider['keys']> = {
  rsa: true,
  dsa: true,
  dh: true,
  'ecdsa-secp256r1': true,
  'ecdsa-secp384r1': true,
  'ecdsa-secp521r1': true,
  ed25519: true,
  ed448: true,
  'ml-dsa-44': true,
  'ml-dsa-65': true,
  'ml-dsa-87': true,
};

/** The KEM, made when it is first used. */
function whenUsed(make: () => Kem): Kem {
  let kem: Kem | undefined;
  const made = () => {
    kem ??= make();
    return kem;
  };
  return { offer: () => made().offer(), respond: peerShare => made().respond(peerShare) };
}

/** `getRandomValues` takes half the time of `randomFillSync`, and no more than this at once. */
const MAX_DRAW = 65_536;

function nativeRandom(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  if (length <= MAX_DRAW) return getRandomValues(bytes);
  for (let at = 0; at < length; at += MAX_DRAW) getRandomValues(bytes.subarray(at, at + MAX_DRAW));
  return bytes;
}

/** What comes from outside is copied, since keys drawn from it are wiped, and measured. */
function measured(source: (length: number) => Uint8Array): (length: number) => Uint8Array {
  return length => {
    const bytes = Uint8Array.from(source(length));
    if (bytes.length !== length)
      throw new CryptoError('no-entropy', `random gave ${bytes.length} bytes, not ${length}`);
    return bytes;
  };
}
