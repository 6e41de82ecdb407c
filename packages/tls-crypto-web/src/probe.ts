/**
 * What the running WebCrypto can do. Runtimes differ, a name that is known is no proof, and what must be refused must be refused here
 * too: so everything is tried once, by the code that is used afterwards.
 */
import type { CurveName, KeyAlgorithm, KeyExchange, MlDsaSet, SignatureAlgorithm } from '@tlskit/tls-crypto';
import { encodePkcs8, encodeSpki, mlDsaLengths } from '@tlskit/tls-crypto-noble/keys';
import { equalBytes, fromHex } from '@tlskit/tls-wire';
import type { Feature } from './feature.ts';
import { type MontgomeryName, webEcdh, webMontgomery } from './key-exchange.ts';
import { webMlKem } from './ml-kem.ts';
import { importPublicKey } from './public-key.ts';
import { fromWeb, type Scheme, schemeFor, toWeb } from './scheme.ts';
import { ecPkcs8, importSecret } from './signing-key.ts';
import type { Subtle } from './subtle.ts';

const known = new WeakMap<Subtle, Map<Feature, Promise<boolean>>>();

/** Those of the features that this WebCrypto has, each found out once. All are tried at the same time. */
export async function webHas(subtle: Subtle, features: readonly Feature[]): Promise<ReadonlySet<Feature>> {
  const answers = known.get(subtle) ?? new Map<Feature, Promise<boolean>>();
  known.set(subtle, answers);
  const found = await Promise.all(
    features.map(feature => {
      const answer = answers.get(feature) ?? attempt(subtle, feature).catch(() => false);
      answers.set(feature, answer);
      return answer;
    }),
  );
  return new Set(features.filter((_, i) => found[i]));
}

async function attempt(subtle: Subtle, feature: Feature): Promise<boolean> {
  switch (feature) {
    case 'secp256r1':
    case 'secp384r1':
    case 'secp521r1':
      return answersItself(webEcdh(subtle, feature, noGroup), basePoint(feature), offCurve(feature));
    case 'x25519':
    case 'x448':
      return answersItself(webMontgomery(subtle, feature, noGroup), oddBases[feature]);
    case 'ml-kem-768':
      return mlKem(subtle, 768);
    case 'ml-kem-1024':
      return mlKem(subtle, 1024);
    case 'ecdsa-secp256r1':
    case 'ecdsa-secp384r1':
    case 'ecdsa-secp521r1':
      return ecdsa(subtle, feature.slice('ecdsa-'.length) as CurveName);
    case 'ed25519':
      return ed25519(subtle);
    case 'ed448':
      return ed448(subtle);
    case 'ml-dsa-44':
    case 'ml-dsa-65':
    case 'ml-dsa-87':
      return mlDsa(subtle, Number(feature.slice('ml-dsa-'.length)) as MlDsaSet);
    case 'rsa-pkcs1':
      return rsa(subtle, { type: 'rsa-pkcs1', hash: 'sha256' });
    case 'rsa-pss':
      return rsa(subtle, { type: 'rsa-pss', hash: 'sha256', mgfHash: 'sha256', saltLength: 32 });
  }
}

/** Stands where the portable group would: nobody else is to answer here. */
const noGroup: KeyExchange = {
  name: 'x25519',
  offer: () => Promise.reject(new Error('no native offer')),
  respond: () => Promise.reject(new Error('no native answer')),
};

/** The answer to a share that is the group's base is the responder's own share, of points its X. */
async function answersItself(group: KeyExchange, base: Uint8Array, bad?: Uint8Array): Promise<boolean> {
  const { share, sharedSecret } = await group.respond(base);
  const own = bad === undefined ? share : share.subarray(1, 1 + sharedSecret.length);
  return equalBytes(own, sharedSecret) && (bad === undefined || (await refused(() => group.respond(bad))));
}

async function refused(run: () => unknown): Promise<boolean> {
  try {
    await run();
    return false;
  } catch {
    return true;
  }
}

/** Base points (SEC 2 §2.4.2, §2.5.1, §2.6.1) as X and Y. */
const basePoints: Readonly<Record<CurveName, string>> = {
  secp256r1:
    '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
    '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  secp384r1:
    'aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7' +
    '3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f',
  secp521r1:
    '00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66' +
    '011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650',
};

function basePoint(curve: CurveName): Uint8Array {
  return fromHex(`04${basePoints[curve]}`);
}

function offCurve(curve: CurveName): Uint8Array {
  const point = basePoint(curve);
  point[point.length - 1] = (point.at(-1) as number) ^ 1;
  return point;
}

/**
 * The bases 9 and 5 plus the prime, which are ordinary input and must be reduced (RFC 7748 §5); with X25519 with the bit above as well,
 * which must be ignored.
 */
const oddBases: Readonly<Record<MontgomeryName, Uint8Array>> = {
  x25519: fromHex(`f6${'ff'.repeat(31)}`),
  x448: fromHex(`04${'00'.repeat(27)}${'ff'.repeat(28)}`),
};

async function mlKem(subtle: Subtle, set: 768 | 1024): Promise<boolean> {
  const kem = webMlKem(subtle, set);
  const offer = await kem.offer();
  const answer = await kem.respond(offer.share);
  // A coefficient of 4095 is not reduced (FIPS 203 §7.2).
  const bad = Uint8Array.from(offer.share).fill(0xff, 0, 3);
  return equalBytes(await offer.complete(answer.share), answer.sharedSecret) && (await refused(() => kem.respond(bad)));
}

/** The hashes that TLS 1.3 pairs with the curves (RFC 9846 §4.3.3). */
const ownHashes = { secp256r1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' } as const;

/** The key 1, whose public key is the base point: made with, verified by, and not good for anything else. */
async function ecdsa(subtle: Subtle, curve: CurveName): Promise<boolean> {
  const spki = encodeSpki({ type: 'ec', curve, point: basePoint(curve) });
  const scalar = new Uint8Array((basePoint(curve).length - 1) / 2);
  scalar[scalar.length - 1] = 1;
  const key = { algorithm: { type: 'ec', curve }, spki, secret: ecPkcs8(scalar, spki) } as const;
  return signsAndVerifies(subtle, key, { type: 'ecdsa', hash: ownHashes[curve] });
}

/** RFC 8032 §7.1, test 1; and its signature with the order added to S, which is to be refused (§5.1.7). */
async function ed25519(subtle: Subtle): Promise<boolean> {
  const seed = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
  const point = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  const r = 'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155';
  const good = fromHex(`${r}5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b`);
  const malleated = fromHex(`${r}4c8c7872aa064e049dbb3013fbf29380d25bf5f0595bbe24655141438e7a101b`);
  const key = {
    algorithm: { type: 'ed25519' },
    spki: encodeSpki({ type: 'ed25519', point }),
    secret: encodePkcs8({ type: 'ed25519', seed }),
  } as const;
  const verified = await verifies(subtle, key, key.algorithm, new Uint8Array(0), [good, malleated]);
  return verified.join() === 'true,false' && (await signsAndVerifies(subtle, key, key.algorithm));
}

/** RFC 8032 §7.4, "Blank". */
async function ed448(subtle: Subtle): Promise<boolean> {
  const seed = fromHex(
    '6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b',
  );
  const point = fromHex(
    '5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180',
  );
  const key = {
    algorithm: { type: 'ed448' },
    spki: encodeSpki({ type: 'ed448', point }),
    secret: encodePkcs8({ type: 'ed448', seed }),
  } as const;
  return signsAndVerifies(subtle, key, key.algorithm);
}

/** Any bytes of the right length are a public key, and any seed is a private one (FIPS 204 §7.2, §6.1). */
async function mlDsa(subtle: Subtle, set: MlDsaSet): Promise<boolean> {
  const algorithm = { type: 'ml-dsa', set } as const;
  const { publicKey, signature } = mlDsaLengths[set];
  const spki = encodeSpki({ ...algorithm, key: new Uint8Array(publicKey) });
  const key = { algorithm, spki, secret: new Uint8Array(32) };
  const [good] = await verifies(subtle, key, algorithm, message, [new Uint8Array(signature)]);
  const made = await signs(subtle, key, algorithm);
  return good === false && made.length === signature;
}

/** A key that nobody has the private half of. Private keys are tried when they are there. */
async function rsa(subtle: Subtle, algorithm: SignatureAlgorithm): Promise<boolean> {
  const numbers = { modulus: new Uint8Array(256).fill(0xff), exponent: Uint8Array.of(1, 0, 1) };
  const key = { algorithm: { type: 'rsa', bits: 2048 }, spki: encodeSpki({ type: 'rsa', ...numbers }) } as const;
  const signature = new Uint8Array(256).fill(1);
  return (await verifies(subtle, key, algorithm, message, [signature])).join() === 'false';
}

interface TrialKey {
  readonly algorithm: KeyAlgorithm;
  readonly spki: Uint8Array;
}

const message = Uint8Array.of(1, 2, 3);

async function signsAndVerifies(
  subtle: Subtle,
  key: TrialKey & { readonly secret: Uint8Array },
  algorithm: SignatureAlgorithm,
): Promise<boolean> {
  const signature = await signs(subtle, key, algorithm);
  const [good] = await verifies(subtle, key, algorithm, message, [signature]);
  const [bad] = await verifies(subtle, key, algorithm, message.subarray(1), [signature]);
  return good === true && bad === false;
}

async function signs(
  subtle: Subtle,
  { algorithm: kind, secret }: TrialKey & { readonly secret: Uint8Array },
  algorithm: SignatureAlgorithm,
): Promise<Uint8Array> {
  const scheme = schemeFor(kind, algorithm) as Scheme;
  const key = await importSecret(subtle, kind, secret, scheme.key);
  return fromWeb(kind, await subtle.sign(scheme.use, key, message));
}

async function verifies(
  subtle: Subtle,
  { algorithm: kind, spki }: TrialKey,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signatures: readonly Uint8Array[],
): Promise<boolean[]> {
  const scheme = schemeFor(kind, algorithm) as Scheme;
  const key = await importPublicKey(subtle, kind, spki, scheme.key);
  return Promise.all(
    signatures.map(signature => subtle.verify(scheme.use, key, toWeb(kind, signature) as Uint8Array, data)),
  );
}
