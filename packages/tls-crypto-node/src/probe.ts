/**
 * What the running Node can do. Builds differ (FIPS modules, BoringSSL, other runtimes that imitate node:crypto), and a listed
 * name is no proof, so what is cheap to try is tried.
 */
import { constants, getCurves } from 'node:crypto';
import type { BlockCipherName, CurveName, HashName, KeyExchange, KeyOffer, MlDsaSet } from '@tlskit/tls-crypto';
import { mlDsaLengths } from '@tlskit/tls-crypto-noble/keys';
import { concat, equalBytes, fromHex } from '@tlskit/tls-wire';
import { type NodeAeadName, nodeAead } from './aead.ts';
import { nodeBlockCipher } from './cbc.ts';
import { isCcm, type NodeCcmName, nodeCcm } from './ccm.ts';
import { nativeCurves, nativeGroups } from './curves.ts';
import { nodeFfdhe } from './ffdhe.ts';
import { nodeHash } from './hash.ts';
import { nodeMlKem } from './ml-kem.ts';
import { nodeMontgomery } from './montgomery.ts';
import { importParts } from './public-key.ts';

/** Everything that node:crypto may lack, by the name under which `describe()` reports it. */
export type Feature =
  | HashName
  | NodeAeadName
  | NodeCcmName
  | BlockCipherName
  | 'x25519'
  | 'x448'
  | 'secp224r1'
  | CurveName
  | 'ffdhe'
  | 'ml-kem-768'
  | 'ml-kem-1024'
  | `ecdsa-${CurveName}`
  | 'ed25519'
  | 'ed448'
  | `ml-dsa-${MlDsaSet}`
  | 'rsa'
  /** Raw decryption, as key transport of TLS 1.2 needs it. */
  | 'rsa-decryption';

export type Probe = (feature: Feature) => boolean;

const known = new Map<Feature, boolean>();

const ed448Base =
  '14fa30f25b790898adc8d74e2c13bdfdc4397ce61cffd33ad7c2a0051e9c78874098a36c7373ea4b62c7c9563720768824bcb66e71463f6900';

/** Whether this Node does it, found out once in a process. */
export function nodeHas(feature: Feature): boolean {
  let answer = known.get(feature);
  if (answer === undefined) {
    try {
      answer = attempt(feature);
    } catch {
      answer = false;
    }
    known.set(feature, answer);
  }
  return answer;
}

function attempt(feature: Feature): boolean {
  switch (feature) {
    case 'sha1':
    case 'sha256':
    case 'sha384':
    case 'sha512': {
      const hash = nodeHash(feature);
      return hash.create().clone().digest().length === hash.outputLength;
    }
    case 'aes-128-gcm':
    case 'aes-256-gcm':
    case 'chacha20-poly1305':
    case 'aes-128-ccm':
    case 'aes-128-ccm-8':
    case 'aes-256-ccm':
    case 'aes-256-ccm-8': {
      const aead = isCcm(feature) ? nodeCcm(feature) : nodeAead(feature);
      const [key, nonce, data] = [new Uint8Array(aead.keyLength), new Uint8Array(aead.nonceLength), new Uint8Array(1)];
      const [ciphertext, tag] = aead.create(key).seal(nonce, data, data) as [Uint8Array, Uint8Array];
      const sealed = concat(ciphertext, tag);
      return aead.create(key).open(nonce, data, sealed)?.length === 1;
    }
    case 'aes-128-cbc':
    case 'aes-256-cbc':
    case '3des-ede-cbc': {
      const { blockLength, create, keyLength } = nodeBlockCipher(feature);
      const block = new Uint8Array(blockLength);
      const key = create(Uint8Array.from({ length: keyLength }, (_, i) => i));
      return equalBytes(key.decrypt(block, key.encrypt(block, block)), block);
    }
    case 'secp224r1':
      return getCurves().includes(nativeGroups[feature]);
    case 'rsa-decryption':
      return constants.RSA_NO_PADDING !== undefined && nodeHas('rsa');
    case 'x25519':
      return answersItself(nodeMontgomery(feature, ones), Uint8Array.of(9, ...new Uint8Array(31)));
    case 'x448':
      return answersItself(nodeMontgomery(feature, ones), Uint8Array.of(5, ...new Uint8Array(55)));
    case 'ffdhe':
      // The smallest stands for all of them: they differ in nothing but a number.
      return answersItself(nodeFfdhe('ffdhe2048', ones), Uint8Array.of(...new Uint8Array(255), 2));
    case 'ml-kem-768':
    case 'ml-kem-1024': {
      const kem = nodeMlKem(feature === 'ml-kem-768' ? 768 : 1024, ones);
      const offer = kem.offer() as KeyOffer;
      const answer = kem.respond(offer.share) as Answer;
      return equalBytes(offer.complete(answer.share) as Uint8Array, answer.sharedSecret);
    }
    case 'ed25519':
      // The base point of RFC 8032 §5.1.
      return (
        importParts({ type: 'ed25519', point: Uint8Array.of(0x58, ...new Uint8Array(31).fill(0x66)) }) !== undefined
      );
    case 'ed448':
      // The base point of RFC 8032 §5.2.
      return importParts({ type: 'ed448', point: fromHex(ed448Base) }) !== undefined;
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87': {
      const set = Number(feature.slice('ml-dsa-'.length)) as MlDsaSet;
      // Any bytes of the right length are a public key (FIPS 204 §7.2).
      return importParts({ type: 'ml-dsa', set, key: new Uint8Array(mlDsaLengths[set].publicKey) }) !== undefined;
    }
    case 'rsa':
      return (
        importParts({ type: 'rsa', modulus: new Uint8Array(256).fill(0xff), exponent: Uint8Array.of(3) }) !== undefined
      );
    default:
      return getCurves().includes(nativeCurves[feature.replace('ecdsa-', '') as CurveName].openssl);
  }
}

type Answer = { share: Uint8Array; sharedSecret: Uint8Array };

const ones = (length: number): Uint8Array => new Uint8Array(length).fill(1);

/** The answer to a share that is the group's base is the responder's own share. */
function answersItself(group: KeyExchange, base: Uint8Array): boolean {
  const { share, sharedSecret } = group.respond(base) as Answer;
  return equalBytes(share, sharedSecret);
}
