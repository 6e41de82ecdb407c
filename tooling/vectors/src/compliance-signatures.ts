/** Compliance of signatures: made and verified across providers, and what must not verify. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import type { CryptoError, CryptoProvider, CurveName, PublicKey, SignatureAlgorithm } from '@tlskit/tls-crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { DerReader, der, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import type { ComplianceCheck } from './compliance.ts';
import { type TestKey, testKeys } from './compliance-keys.ts';
import { assertPlain, flipped } from './compliance-symmetric.ts';

const orders: Readonly<Record<CurveName, bigint>> = {
  secp256r1: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  secp384r1: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  secp521r1:
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};

export function signatureChecks(subject: CryptoProvider, reference: CryptoProvider): ComplianceCheck[] {
  return testKeys().flatMap(key => [
    {
      name: `${key.name}: both halves are imported, and say what they are`,
      run() {
        const [signer, verifier] = [subject.importPrivateKey(key.pkcs8), subject.importPublicKey(key.spki)];
        const other = reference.importPublicKey(key.spki);
        assert.equal(toHex(signer.spki), toHex(key.spki));
        assert.equal(toHex(verifier.spki), toHex(key.spki));
        assert.deepEqual(signer.algorithm, verifier.algorithm);
        assert.deepEqual(verifier.algorithm, other.algorithm);
      },
    },
    {
      name: `${key.name}: signatures verify here and there, and nothing near to them does`,
      async run() {
        // What is imported is copied: the caller may wipe its own.
        const [pkcs8, spki] = [Uint8Array.from(key.pkcs8), Uint8Array.from(key.spki)];
        const [signer, verifier] = [subject.importPrivateKey(pkcs8), subject.importPublicKey(spki)];
        pkcs8.fill(0);
        spki.fill(0);
        const [otherSigner, other] = [reference.importPrivateKey(key.pkcs8), reference.importPublicKey(key.spki)];
        for (const algorithm of key.algorithms) {
          const what = JSON.stringify(algorithm);
          const data = subject.random(randomInt(200));
          const signature = await signer.sign(algorithm, data);
          assertPlain(signature);
          assert.equal(await verifier.verify(algorithm, data, signature), true, what);
          assert.equal(await other.verify(algorithm, data, signature), true, `${what} at the reference`);
          const theirs = await otherSigner.sign(algorithm, data);
          assert.equal(await verifier.verify(algorithm, data, theirs), true, `${what} from the reference`);
          await assertNothingNearVerifies(verifier, algorithm, data, theirs);
        }
      },
    },
    {
      name: `${key.name}: what the key cannot do is unsupported to sign, and false to verify`,
      async run() {
        const [signer, verifier] = [subject.importPrivateKey(key.pkcs8), subject.importPublicKey(key.spki)];
        const data = subject.random(20);
        const signature = await signer.sign(key.algorithms[0] as SignatureAlgorithm, data);
        for (const algorithm of key.refused) {
          const what = JSON.stringify(algorithm);
          await assert.rejects(
            async () => signer.sign(algorithm, data),
            (error: CryptoError) => error.code === 'unsupported',
            what,
          );
          assert.equal(await verifier.verify(algorithm, data, signature), false, what);
        }
      },
    },
    ...(key.name.startsWith('P-') ? [ecdsaForms(key, subject)] : []),
    ...(key.name.startsWith('RSA') ? [rsaForms(key, subject)] : []),
  ]);
}

async function assertNothingNearVerifies(
  key: PublicKey,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<void> {
  const no = async (wrong: SignatureAlgorithm, bytes: Uint8Array, sig: Uint8Array, what: string) =>
    assert.equal(await key.verify(wrong, bytes, sig), false, `${JSON.stringify(algorithm)}: ${what}`);
  await no(algorithm, concat(data, Uint8Array.of(0)), signature, 'longer data');
  await no(algorithm, data, signature.subarray(0, -1), 'shorter signature');
  await no(algorithm, data, concat(signature, Uint8Array.of(0)), 'longer signature');
  await no(algorithm, data, new Uint8Array(0), 'no signature');
  await no(algorithm, data, new Uint8Array(signature.length), 'zeros');
  await no(algorithm, data, new Uint8Array(signature.length).fill(0xff), 'ones');
  for (let round = 0; round < 4; round++) {
    await no(algorithm, data, flipped(signature, randomInt(8 * signature.length)), 'a bit flipped');
  }
  if (!('hash' in algorithm)) return;
  const hash = algorithm.hash === 'sha256' ? 'sha384' : 'sha256';
  await no({ ...algorithm, hash }, data, signature, `as ${hash}`);
  if (algorithm.type !== 'rsa-pss') return;
  await no({ type: 'rsa-pkcs1', hash: algorithm.hash }, data, signature, 'as PKCS#1 v1.5');
  await no({ ...algorithm, saltLength: algorithm.saltLength + 1 }, data, signature, 'a longer salt');
  await no({ ...algorithm, saltLength: Math.abs(algorithm.saltLength - 1) }, data, signature, 'a shorter salt');
  await no(
    { ...algorithm, mgfHash: algorithm.mgfHash === 'sha256' ? 'sha512' : 'sha256' },
    data,
    signature,
    'another MGF1',
  );
}

function ecdsaForms(key: TestKey, subject: CryptoProvider): ComplianceCheck {
  return {
    name: `${key.name}: ECDSA signatures have one encoding, and r and s one range`,
    async run() {
      const algorithm = { type: 'ecdsa', hash: 'sha256' } as const;
      const [signer, verifier] = [subject.importPrivateKey(key.pkcs8), subject.importPublicKey(key.spki)];
      const n = orders[(verifier.algorithm as { curve: CurveName }).curve];
      const data = subject.random(50);
      const signature = await signer.sign(algorithm, data);
      const reader = new DerReader(signature).enter();
      const [r, s] = [reader.unsigned(), reader.unsigned()].map(magnitude => BigInt(`0x${toHex(magnitude)}`)) as [
        bigint,
        bigint,
      ];
      const verify = (sig: Uint8Array) => verifier.verify(algorithm, data, sig);
      const pair = (a: Uint8Array, b: Uint8Array) => der(Tag.sequence, a, b);
      const int = (value: bigint) => derUnsigned(bigEndian(value));
      assert.equal(await verify(pair(int(r), int(s))), true);
      // ECDSA is malleable; TLS does not ask for low s.
      assert.equal(await verify(pair(int(r), int(n - s))), true, 'n - s');

      const padded = (value: bigint) => der(Tag.integer, Uint8Array.of(0, 0), bigEndian(value));
      const refused: Record<string, Uint8Array> = {
        'r + n': pair(int(r + n), int(s)),
        's + n': pair(int(r), int(s + n)),
        'r of zero': pair(int(0n), int(s)),
        's of zero': pair(int(r), int(0n)),
        'both zero': pair(int(0n), int(0n)),
        'r of n': pair(int(n), int(s)),
        's of n': pair(int(r), int(n)),
        'r and s of one': pair(int(1n), int(1n)),
        'r without end': pair(int(1n << 4000n), int(s)),
        'padded r': pair(padded(r), int(s)),
        'padded s': pair(int(r), padded(s)),
        'negative r': pair(der(Tag.integer, Uint8Array.of(0x80), bigEndian(r)), int(s)),
        'empty r': pair(der(Tag.integer), int(s)),
        'three numbers': der(Tag.sequence, int(r), int(s), int(s)),
        'one number': der(Tag.sequence, int(r)),
        'a set': der(Tag.set, int(r), int(s)),
        'indefinite length': concat(fromHex('3080'), int(r), int(s), fromHex('0000')),
        'a long length of length': concat(fromHex('308200'), signature.subarray(1)),
        'raw r and s': concat(bigEndian(r), bigEndian(s)),
      };
      for (const [what, sig] of Object.entries(refused)) assert.equal(await verify(sig), false, what);
    },
  };
}

function rsaForms(key: TestKey, subject: CryptoProvider): ComplianceCheck {
  return {
    name: `${key.name}: RSA signatures have the length of the modulus, and are below it`,
    async run() {
      const algorithm = key.algorithms[0] as SignatureAlgorithm;
      const [signer, verifier] = [subject.importPrivateKey(key.pkcs8), subject.importPublicKey(key.spki)];
      const outer = new DerReader(key.spki).enter();
      outer.next();
      const modulus = new DerReader(outer.bitStringBytes()).enter().unsigned();
      const n = BigInt(`0x${toHex(modulus)}`);
      const data = subject.random(50);
      const signature = await signer.sign(algorithm, data);
      assert.equal(signature.length, modulus.length);
      const s = BigInt(`0x${toHex(signature)}`);
      const refused: Record<string, Uint8Array> = {
        'a zero in front': concat(Uint8Array.of(0), signature),
        's + n': bigEndian(s + n),
        'n - s': bigEndian(n - s),
        n: modulus,
        'n - 1': bigEndian(n - 1n),
        one: concat(new Uint8Array(modulus.length - 1), Uint8Array.of(1)),
      };
      for (const [what, sig] of Object.entries(refused)) {
        assert.equal(await verifier.verify(algorithm, data, sig), false, what);
      }
    },
  };
}

/** The magnitude of a number, without leading zeros; zero is one octet. */
function bigEndian(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
}
