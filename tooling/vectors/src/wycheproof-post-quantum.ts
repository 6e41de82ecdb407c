/** Wycheproof cases about ML-KEM, by the halves of hybrid groups, and about ML-DSA. */
import { CryptoError, type KeyExchange, type MlDsaSet, type SignatureAlgorithm } from '@tlskit/tls-crypto';
import { encodePkcs8 } from '@tlskit/tls-crypto-noble/keys';
import { concat, equalBytes, fromHex } from '@tlskit/tls-wire';
import type { Check, ProviderFactory } from './wycheproof.ts';
import type { TestCase, TestGroup } from './wycheproof-data.ts';
import { bytes } from './wycheproof-symmetric.ts';

/** The hybrid group that has the KEM of a file, and how much of its shares and secrets is the curve's. */
interface Hybrid {
  readonly name: 'X25519MLKEM768' | 'SecP384r1MLKEM1024';
  readonly kemFirst: boolean;
  /** A private key of the curve, as it is drawn. */
  readonly curveKey: Uint8Array;
  /** Bytes of the curve's share, and of its secret. */
  readonly curveShare: number;
  readonly curveSecret: number;
}

const hybrids: Readonly<Record<string, Hybrid>> = {
  'ML-KEM-768': {
    name: 'X25519MLKEM768',
    kemFirst: true,
    curveKey: new Uint8Array(32).fill(1),
    curveShare: 32,
    curveSecret: 32,
  },
  'ML-KEM-1024': {
    name: 'SecP384r1MLKEM1024',
    kemFirst: false,
    curveKey: new Uint8Array(48).fill(1),
    curveShare: 97,
    curveSecret: 48,
  },
};

/** @param algorithm of the file, such as `ML-KEM` or `ML-DSA-65` */
export async function postQuantumChecks(algorithm: string, create: ProviderFactory): Promise<Record<string, Check>> {
  // What is drawn comes from here, in turn.
  let draws: Uint8Array[] = [];
  const drawing = await create({ random: () => draws.shift() as Uint8Array });

  /** Draws `secret` for the KEM. */
  const prepare = (group: TestGroup, secret: Uint8Array): { hybrid: Hybrid; exchange: KeyExchange } => {
    const hybrid = hybrids[group.parameterSet as string] as Hybrid;
    draws = joined(hybrid, secret, hybrid.curveKey);
    return { hybrid, exchange: drawing.groups[hybrid.name] as KeyExchange };
  };

  return {
    async MLKEMKeyGen(test, group) {
      const { hybrid, exchange } = prepare(group, bytes(test, 'seed'));
      const { share } = await exchange.offer();
      return equalBytes(parts(hybrid, share, hybrid.curveShare).kem, bytes(test, 'ek'));
    },
    async MLKEMTest(test, group) {
      const seed = bytes(test, 'seed');
      if (seed.length !== 64) return `seeds of ${seed.length} bytes`;
      const { hybrid, exchange } = prepare(group, seed);
      const offer = await exchange.offer();
      const { curve } = parts(hybrid, offer.share, hybrid.curveShare);
      return unlessRefused(async () => {
        const answer = concat(...joined(hybrid, bytes(test, 'c'), curve));
        const secret = await offer.complete(answer);
        return equalBytes(parts(hybrid, secret, hybrid.curveSecret).kem, bytes(test, 'K'));
      });
    },
    async MLKEMEncapsTest(test, group) {
      const { hybrid, exchange } = prepare(group, bytes(test, 'm'));
      const curve = await curveShare(create, hybrid);
      return unlessRefused(async () => {
        const answer = await exchange.respond(concat(...joined(hybrid, bytes(test, 'ek'), curve)));
        return (
          equalBytes(parts(hybrid, answer.share, hybrid.curveShare).kem, bytes(test, 'c')) &&
          equalBytes(parts(hybrid, answer.sharedSecret, hybrid.curveSecret).kem, bytes(test, 'K'))
        );
      });
    },
    ...(await mlDsaChecks(Number(algorithm.replace('ML-DSA-', '')) as MlDsaSet, create)),
  };
}

function joined(hybrid: Hybrid, kem: Uint8Array, curve: Uint8Array): Uint8Array[] {
  return hybrid.kemFirst ? [kem, curve] : [curve, kem];
}

function parts(hybrid: Hybrid, both: Uint8Array, curveLength: number): { kem: Uint8Array; curve: Uint8Array } {
  const at = hybrid.kemFirst ? both.length - curveLength : curveLength;
  const [first, second] = [both.subarray(0, at), both.subarray(at)];
  return hybrid.kemFirst ? { kem: first, curve: second } : { kem: second, curve: first };
}

async function curveShare(create: ProviderFactory, { name, curveKey }: Hybrid): Promise<Uint8Array> {
  const { groups } = await create({ random: () => curveKey });
  const curve = groups[name === 'X25519MLKEM768' ? 'x25519' : 'secp384r1'] as KeyExchange;
  return (await curve.offer()).share;
}

async function unlessRefused(run: () => Promise<boolean>): Promise<boolean | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CryptoError) || error.code !== 'invalid-share') throw error;
    return undefined;
  }
}

async function mlDsaChecks(set: MlDsaSet, create: ProviderFactory): Promise<Record<string, Check>> {
  const algorithm: SignatureAlgorithm = { type: 'ml-dsa', set };
  // Randomness of zeros makes the deterministic signatures of the files, where the provider draws from it.
  const provider = await create({ random: length => new Uint8Array(length) });
  const verifies = async (spki: Uint8Array, test: TestCase, signature: Uint8Array): Promise<boolean> =>
    (await provider.importPublicKey(spki).verify(algorithm, bytes(test, 'msg'), signature)) === true;

  return {
    MlDsaVerify(test, group) {
      const reason = notExpressible(test);
      if (reason !== undefined) return reason;
      const spki = fromHex(group.publicKeyDer as string);
      return unlessMalformed(async () => (await verifies(spki, test, bytes(test, 'sig'))) || undefined);
    },
    MlDsaSign(test, group) {
      const reason = notExpressible(test);
      if (reason !== undefined) return reason;
      return unlessMalformed(async () => {
        const key = provider.importPrivateKey(pkcs8Of(set, group));
        const signature = await key.sign(algorithm, bytes(test, 'msg'));
        if (equalBytes(signature, bytes(test, 'sig'))) return true;
        // Made with other randomness, here or in the file: both must verify.
        return (await verifies(key.spki, test, signature)) && (await verifies(key.spki, test, bytes(test, 'sig')));
      });
    },
  };
}

/** TLS has an empty context, and signs messages, not their hashes. */
function notExpressible(test: TestCase): string | undefined {
  if (test.ctx !== undefined && test.ctx !== '') return 'a context string';
  return test.msg === undefined ? 'a message that is known by its hash' : undefined;
}

function pkcs8Of(set: MlDsaSet, group: TestGroup): Uint8Array {
  const { privateKeyPkcs8, privateSeed, privateKey } = group as Readonly<Record<string, string | null | undefined>>;
  if (privateKeyPkcs8) return fromHex(privateKeyPkcs8);
  if (privateSeed) return encodePkcs8({ type: 'ml-dsa', set, seed: fromHex(privateSeed) });
  return encodePkcs8({ type: 'ml-dsa', set, expanded: fromHex(privateKey as string) });
}

async function unlessMalformed(run: () => Promise<boolean | undefined>): Promise<boolean | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CryptoError) || error.code !== 'malformed-key') throw error;
    return undefined;
  }
}
