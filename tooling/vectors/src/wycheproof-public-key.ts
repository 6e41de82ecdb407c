/** Wycheproof cases about key agreement and signatures. */
import {
  CryptoError,
  type GroupName,
  type HashName,
  type KeyExchange,
  type PublicKey,
  type SignatureAlgorithm,
} from '@tlskit/tls-crypto';
import { equalBytes, fromHex } from '@tlskit/tls-wire';
import type { Check, ProviderFactory } from './wycheproof.ts';
import type { TestCase, TestGroup } from './wycheproof-data.ts';
import { bytes } from './wycheproof-symmetric.ts';

export async function publicKeyChecks(create: ProviderFactory): Promise<Record<string, Check>> {
  // Private keys are drawn from `random`, so that it decides them.
  let nextPrivateKey = new Uint8Array(0);
  const agreeing = await create({ random: () => nextPrivateKey });
  const agreement: Check = (test, group) => {
    const name = (xdhNames[group.curve as string] ?? group.curve) as GroupName;
    const exchange = agreeing.groups[name];
    if (exchange === undefined) return `group ${name}`;
    nextPrivateKey = leftPadded(bytes(test, 'private'), exchange.name);
    return checkAgreement(exchange, test);
  };

  const provider = await create({});
  // Groups share their key, which comes again and again: providers may verify in another way then.
  let imported: { readonly group: TestGroup; readonly key: PublicKey } | undefined;
  const verification =
    (algorithmOf: (group: TestGroup) => SignatureAlgorithm | string, keyField: string): Check =>
    async (test, group) => {
      const algorithm = algorithmOf(group);
      if (typeof algorithm === 'string') return algorithm;
      const fresh = () => provider.importPublicKey(fromHex(group[keyField] as string));
      if (imported?.group !== group) imported = { group, key: await practised(fresh()) };
      const verified = async (key: PublicKey) =>
        (await key.verify(algorithm, bytes(test, 'msg'), bytes(test, 'sig'))) === true ? true : undefined;
      if (algorithm.type !== 'ecdsa') return verified(imported.key);
      const [first, later] = [await verified(fresh()), await verified(imported.key)];
      return first === later ? first : 'verified in one way, refused in the other';
    };

  return {
    EcdhEcpointTest: agreement,
    XdhComp: agreement,
    EcdsaVerify: verification(ecdsa, 'publicKeyDer'),
    EddsaVerify: verification(eddsa, 'publicKeyDer'),
    RsassaPkcs1Verify: verification(rsaPkcs1, 'publicKeyDer'),
    RsassaPssVerify: verification(rsaPss, 'publicKeyDer'),
    RsassaPssWithParametersVerify: verification(rsaPss, 'publicKeyDer'),
    async RsaesPkcs1Decrypt(test, group) {
      const key = provider.importPrivateKey(fromHex(group.privateKeyPkcs8 as string));
      const message = bytes(test, 'msg');
      // Nobody learns that the padding is bad: there is another message of the length that was asked for.
      const length = test.result === 'valid' ? message.length : 48;
      const fallback = Uint8Array.from({ length }, (_, i) => ~(message[i] ?? 0));
      const decrypted = await key.decryptPkcs1?.(bytes(test, 'ct'), fallback);
      if (decrypted === undefined) return 'decryption';
      if (test.result === 'valid') return equalBytes(decrypted, message);
      return equalBytes(decrypted, fallback) ? undefined : false;
    },
    async RsassaPkcs1Generate(test, group) {
      const algorithm = rsaPkcs1(group);
      if (typeof algorithm === 'string') return algorithm;
      const key = provider.importPrivateKey(fromHex(group.privateKeyPkcs8 as string));
      return equalBytes(await key.sign(algorithm, bytes(test, 'msg')), bytes(test, 'sig'));
    },
  };
}

/** A key that has verified as often as any provider waits for. */
async function practised(key: PublicKey): Promise<PublicKey> {
  // r and s are zero: refused without much work.
  const none = fromHex('3006020100020100');
  for (let i = 0; i < 8; i++) await key.verify({ type: 'ecdsa', hash: 'sha512' }, none, none);
  return key;
}

const xdhNames: Readonly<Record<string, GroupName>> = { curve25519: 'x25519', curve448: 'x448' };

/** Bytes of private keys. */
const privateKeyLengths: Readonly<Record<string, number>> = {
  x25519: 32,
  x448: 56,
  secp256r1: 32,
  secp384r1: 48,
  secp521r1: 66,
};

async function checkAgreement(exchange: KeyExchange, test: TestCase): Promise<boolean | undefined> {
  const offer = await exchange.offer();
  try {
    return equalBytes(await offer.complete(bytes(test, 'public')), bytes(test, 'shared'));
  } catch (error) {
    if (!(error instanceof CryptoError) || error.code !== 'invalid-share') throw error;
    return undefined;
  }
}

/** Private keys of the NIST curves stand in the files as integers, of any length. */
function leftPadded(key: Uint8Array, name: GroupName): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(privateKeyLengths[name] as number);
  const significant = name.startsWith('x') ? key : key.subarray(key.findIndex(octet => octet !== 0));
  padded.set(significant, padded.length - significant.length);
  return padded;
}

function eddsa(group: TestGroup): SignatureAlgorithm {
  const { curve } = group.publicKey as { curve: string };
  return { type: curve === 'edwards448' ? 'ed448' : 'ed25519' };
}

function hashName(sha: unknown): HashName | undefined {
  const name = String(sha).toLowerCase().replace('-', '');
  return name === 'sha1' || name === 'sha256' || name === 'sha384' || name === 'sha512' ? name : undefined;
}

function ecdsa(group: TestGroup): SignatureAlgorithm | string {
  const hash = hashName(group.sha);
  return hash === undefined ? `hash ${group.sha}` : { type: 'ecdsa', hash };
}

function rsaPkcs1(group: TestGroup): SignatureAlgorithm | string {
  const hash = hashName(group.sha);
  return hash === undefined ? `hash ${group.sha}` : { type: 'rsa-pkcs1', hash };
}

function rsaPss(group: TestGroup): SignatureAlgorithm | string {
  const [hash, mgfHash] = [hashName(group.sha), hashName(group.mgfSha)];
  if (hash === undefined) return `hash ${group.sha}`;
  if (mgfHash === undefined) return `MGF1 with ${group.mgfSha}`;
  return { type: 'rsa-pss', hash, mgfHash, saltLength: group.sLen as number };
}
