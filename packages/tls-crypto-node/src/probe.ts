/**
 * What the running Node can do. Builds differ (FIPS modules, BoringSSL, other runtimes that imitate node:crypto), and a listed
 * name is no proof, so what is cheap to try is tried.
 */
import { getCurves } from 'node:crypto';
import type { CurveName, HashName } from '@tlskit/tls-crypto';
import { type NodeAeadName, nodeAead } from './aead.ts';
import { nativeCurves } from './curves.ts';
import { nodeX25519 } from './groups.ts';
import { nodeHash } from './hash.ts';
import { importParts } from './public-key.ts';

/** Everything that node:crypto may lack, by the name under which `describe()` reports it. */
export type Feature = HashName | NodeAeadName | 'x25519' | CurveName | `ecdsa-${CurveName}` | 'ed25519' | 'rsa';

export type Probe = (feature: Feature) => boolean;

const known = new Map<Feature, boolean>();

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
    case 'chacha20-poly1305': {
      const aead = nodeAead(feature);
      const [key, nonce, data] = [new Uint8Array(aead.keyLength), new Uint8Array(aead.nonceLength), new Uint8Array(1)];
      const [ciphertext, tag] = aead.create(key).seal(nonce, data, data) as [Uint8Array, Uint8Array];
      const sealed = Uint8Array.of(...ciphertext, ...tag);
      return aead.create(key).open(nonce, data, sealed)?.length === 1;
    }
    case 'x25519': {
      const base = Uint8Array.of(9, ...new Uint8Array(31));
      const group = nodeX25519(length => new Uint8Array(length).fill(1));
      // The answer to a share of the base point is the responder's own share.
      const answer = group.respond(base) as { share: Uint8Array; sharedSecret: Uint8Array };
      return answer.share.every((octet, i) => octet === answer.sharedSecret[i]);
    }
    case 'ed25519':
      // The base point of RFC 8032 §5.1.
      return (
        importParts({ type: 'ed25519', point: Uint8Array.of(0x58, ...new Uint8Array(31).fill(0x66)) }) !== undefined
      );
    case 'rsa':
      return (
        importParts({ type: 'rsa', modulus: new Uint8Array(256).fill(0xff), exponent: Uint8Array.of(3) }) !== undefined
      );
    default:
      return getCurves().includes(nativeCurves[feature.replace('ecdsa-', '') as CurveName].openssl);
  }
}
