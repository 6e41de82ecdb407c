/** Compliance with known answers: the examples of the RFCs and of FIPS 180-4, which no provider that agrees with itself alone would give. */
import assert from 'node:assert/strict';
import type { AeadName, CryptoProvider, CurveName, HashName } from '@tlskit/tls-crypto';
import { encodeEcdsaSignature, encodeSpki } from '@tlskit/tls-crypto-noble/keys';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import type { ComplianceCheck } from './compliance.ts';

const text = (value: string) => new TextEncoder().encode(value);

export function knownAnswerChecks(subject: CryptoProvider): ComplianceCheck[] {
  return [
    ...Object.values(subject.hashes).map(hash => ({
      name: `${hash.name}: the examples of FIPS 180-4 and RFC 4231 (RFC 2202)`,
      run() {
        const [digest, mac] = digests[hash.name];
        assert.equal(toHex(hash.digest(text('abc'))), digest);
        assert.equal(toHex(hash.create().update(text('a')).update(text('bc')).digest()), digest);
        assert.equal(toHex(hash.hmac(text('Jefe'), text('what do ya want '), text('for nothing?'))), mac);
      },
    })),
    ...aeads
      .filter(({ name }) => subject.aeads[name] !== undefined)
      .map(({ name, source, key, nonce, aad, plaintext, sealed }) => ({
        name: `${name}: the example of ${source}`,
        run() {
          const own = subject.aeads[name]?.create(fromHex(key));
          const parts = own?.seal(fromHex(nonce), fromHex(aad), plaintext) ?? [];
          assert.equal(toHex(concat(...parts)), sealed);
          assert.deepEqual(own?.open(fromHex(nonce), fromHex(aad), fromHex(sealed)), plaintext);
        },
      })),
    ...ecdsa
      .filter(({ curve }) => subject.keys[`ecdsa-${curve}`])
      .map(({ curve, hash, point, signature }) => ({
        name: `ECDSA on ${curve}: the example of RFC 6979 §A.2`,
        async run() {
          const key = subject.importPublicKey(encodeSpki({ type: 'ec', curve, point: fromHex(`04${point}`) }));
          const encoded = encodeEcdsaSignature(fromHex(signature));
          assert.equal(await key.verify({ type: 'ecdsa', hash }, text('sample'), encoded), true);
          assert.equal(await key.verify({ type: 'ecdsa', hash }, text('test'), encoded), false);
        },
      })),
    ...(subject.keys.ed25519
      ? [
          {
            name: 'Ed25519: test 2 of RFC 8032 §7.1',
            async run() {
              const key = subject.importPublicKey(encodeSpki({ type: 'ed25519', point: fromHex(ed25519.point) }));
              const signature = fromHex(ed25519.signature);
              assert.equal(await key.verify({ type: 'ed25519' }, Uint8Array.of(0x72), signature), true);
              assert.equal(await key.verify({ type: 'ed25519' }, Uint8Array.of(0x73), signature), false);
            },
          },
        ]
      : []),
  ];
}

/** Of `abc`, and of test case 2. */
const digests: Readonly<Record<HashName, readonly [digest: string, mac: string]>> = {
  sha1: ['a9993e364706816aba3e25717850c26c9cd0d89d', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  sha256: [
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  sha384: [
    'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
  ],
  sha512: [
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
};

interface AeadExample {
  readonly name: AeadName;
  readonly source: string;
  readonly key: string;
  readonly nonce: string;
  readonly aad: string;
  readonly plaintext: Uint8Array;
  /** With the tag behind it. */
  readonly sealed: string;
}

const gcm = {
  source: 'the GCM specification (McGrew and Viega, appendix B)',
  nonce: 'cafebabefacedbaddecaf888',
  aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
  plaintext: fromHex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  ),
};

const aeads: readonly AeadExample[] = [
  {
    ...gcm,
    name: 'aes-128-gcm',
    key: 'feffe9928665731c6d6a8f9467308308',
    sealed:
      '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47',
  },
  {
    ...gcm,
    name: 'aes-256-gcm',
    key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
    sealed:
      '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b',
  },
  {
    name: 'chacha20-poly1305',
    source: 'RFC 8439 §2.8.2',
    key: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
    nonce: '070000004041424344454647',
    aad: '50515253c0c1c2c3c4c5c6c7',
    plaintext: text(
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
    ),
    sealed:
      'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36' +
      '92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691',
  },
];

interface EcdsaExample {
  readonly curve: CurveName;
  readonly hash: HashName;
  /** X and Y. */
  readonly point: string;
  /** r and s, of `sample`. */
  readonly signature: string;
}

const ecdsa: readonly EcdsaExample[] = [
  {
    curve: 'secp256r1',
    hash: 'sha256',
    point:
      '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6' +
      '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
    signature:
      'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716' +
      'f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  },
  {
    curve: 'secp384r1',
    hash: 'sha384',
    point:
      'ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13' +
      '8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720',
    signature:
      '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46' +
      '99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
  },
];

const ed25519 = {
  point: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
  signature:
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
    '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
};
