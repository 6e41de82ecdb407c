/** Registries, and what is known of their values. */
import type { GroupName, KeyAlgorithm } from '@tlskit/tls-crypto';
import { describe, expect, it } from 'vitest';
import {
  CipherSuite,
  cipherSuiteInfo,
  groupInfo,
  isGrease,
  isGreasePskMode,
  NamedGroup,
  nameOfValue,
  registryOf,
  SignatureScheme,
  signatureSchemeInfo,
} from '../src/index.ts';

const scheme = (name: string) => signatureSchemeInfo(SignatureScheme.valueOf(name) as number)!;

describe('GREASE (RFC 8701 §2)', () => {
  it('has sixteen values of 16 bits', () => {
    const values = Array.from({ length: 2 ** 16 }, (_, value) => value).filter(isGrease);
    expect(values).toEqual(Array.from({ length: 16 }, (_, n) => n * 0x1010 + 0x0a0a));
  });

  it('has eight PSK key exchange modes', () => {
    const values = Array.from({ length: 2 ** 8 }, (_, value) => value).filter(isGreasePskMode);
    expect(values).toEqual([0x0b, 0x2a, 0x49, 0x68, 0x87, 0xa6, 0xc5, 0xe4]);
  });

  it('has no names in the registries, and is told by those who look', () => {
    expect([CipherSuite.nameOf(0x1a1a), NamedGroup.nameOf(0x2a2a)]).toEqual([undefined, undefined]);
    expect(nameOfValue('CipherSuite', 0x1a1a)).toBe('GREASE');
    expect(nameOfValue('PskKeyExchangeMode', 0x2a)).toBe('GREASE');
    expect(nameOfValue('PskKeyExchangeMode', 1)).toBe('psk_dhe_ke');
    expect(nameOfValue('CipherSuite', 0x1234)).toBeUndefined();
    expect(nameOfValue('CertificateCompressionAlgorithm', 0x0a0a)).toBeUndefined();
    expect(nameOfValue('uint16', 0x0a0a)).toBeUndefined();
    expect(registryOf('NamedGroup')).toBe(NamedGroup);
  });
});

describe('cipher suites', () => {
  it('of TLS 1.3 are known by their parts', () => {
    expect([0x1301, 0x1302, 0x1303, 0x1304, 0x1305].map(cipherSuiteInfo)).toEqual([
      { code: 0x1301, name: 'TLS_AES_128_GCM_SHA256', version: 0x0304, aead: 'aes-128-gcm', hash: 'sha256' },
      { code: 0x1302, name: 'TLS_AES_256_GCM_SHA384', version: 0x0304, aead: 'aes-256-gcm', hash: 'sha384' },
      {
        code: 0x1303,
        name: 'TLS_CHACHA20_POLY1305_SHA256',
        version: 0x0304,
        aead: 'chacha20-poly1305',
        hash: 'sha256',
      },
      { code: 0x1304, name: 'TLS_AES_128_CCM_SHA256', version: 0x0304, aead: 'aes-128-ccm', hash: 'sha256' },
      { code: 0x1305, name: 'TLS_AES_128_CCM_8_SHA256', version: 0x0304, aead: 'aes-128-ccm-8', hash: 'sha256' },
    ]);
  });

  it('of other versions, GREASE and signalling values are not', () => {
    expect([0x0000, 0x00ff, 0x1300, 0x1306, 0x1a1a, 0x5600, 0xc02f].map(cipherSuiteInfo)).toEqual(
      Array.from({ length: 7 }, () => undefined),
    );
  });
});

describe('groups', () => {
  it('link code points to the names of providers', () => {
    const known: Record<number, GroupName> = {
      23: 'secp256r1',
      24: 'secp384r1',
      25: 'secp521r1',
      29: 'x25519',
      30: 'x448',
      256: 'ffdhe2048',
      257: 'ffdhe3072',
      258: 'ffdhe4096',
      259: 'ffdhe6144',
      260: 'ffdhe8192',
      4587: 'SecP256r1MLKEM768',
      513: 'MLKEM768',
      514: 'MLKEM1024',
      4588: 'X25519MLKEM768',
      4589: 'SecP384r1MLKEM1024',
    };
    const found = Array.from({ length: 2 ** 16 }, (_, code) => groupInfo(code)).filter(info => info !== undefined);
    expect(Object.fromEntries(found.map(info => [info.code, info.provider]))).toEqual(known);
    expect(found.every(info => info.name === NamedGroup.nameOf(info.code))).toBe(true);
  });
});

describe('signature schemes', () => {
  const rsa: KeyAlgorithm = { type: 'rsa', bits: 2048 };
  const pss: KeyAlgorithm = { type: 'rsa', bits: 2048, pssOnly: {} };
  const p256: KeyAlgorithm = { type: 'ec', curve: 'secp256r1' };
  const p384: KeyAlgorithm = { type: 'ec', curve: 'secp384r1' };
  const p521: KeyAlgorithm = { type: 'ec', curve: 'secp521r1' };
  const ed25519: KeyAlgorithm = { type: 'ed25519' };
  const ed448: KeyAlgorithm = { type: 'ed448' };
  const [mlDsa44, mlDsa65, mlDsa87] = ([44, 65, 87] as const).map((set): KeyAlgorithm => ({ type: 'ml-dsa', set }));
  const keys = { rsa, pss, p256, p384, p521, ed25519, ed448, mlDsa44: mlDsa44!, mlDsa65: mlDsa65!, mlDsa87: mlDsa87! };

  it.each([
    ['ecdsa_secp256r1_sha256', ['p256'], true],
    ['ecdsa_secp384r1_sha384', ['p384'], true],
    ['ecdsa_secp521r1_sha512', ['p521'], true],
    ['ecdsa_sha1', ['p256', 'p384', 'p521'], false],
    ['ed25519', ['ed25519'], true],
    ['ed448', ['ed448'], true],
    ['mldsa44', ['mlDsa44'], true],
    ['mldsa65', ['mlDsa65'], true],
    ['mldsa87', ['mlDsa87'], true],
    ['rsa_pkcs1_sha1', ['rsa'], false],
    ['rsa_pkcs1_sha256', ['rsa'], false],
    ['rsa_pkcs1_sha384', ['rsa'], false],
    ['rsa_pkcs1_sha512', ['rsa'], false],
    ['rsa_pss_rsae_sha256', ['rsa'], true],
    ['rsa_pss_rsae_sha384', ['rsa'], true],
    ['rsa_pss_rsae_sha512', ['rsa'], true],
    ['rsa_pss_pss_sha256', ['pss'], true],
    ['rsa_pss_pss_sha384', ['pss'], true],
    ['rsa_pss_pss_sha512', ['pss'], true],
  ] as const)('%s: made by %j, in CertificateVerify of TLS 1.3: %j', (name, makers, handshake13) => {
    const info = scheme(name);
    expect(info.name).toBe(name);
    expect(info.handshake13).toBe(handshake13);
    expect(Object.entries(keys).flatMap(([key, algorithm]) => (info.key(algorithm) ? [key] : []))).toEqual(makers);
  });

  it('say what a provider is to do', () => {
    expect(scheme('ecdsa_secp384r1_sha384').algorithm).toEqual({ type: 'ecdsa', hash: 'sha384' });
    expect(scheme('mldsa65')).toMatchObject({ code: 0x0905, algorithm: { type: 'ml-dsa', set: 65 } });
    expect(scheme('rsa_pkcs1_sha1').algorithm).toEqual({ type: 'rsa-pkcs1', hash: 'sha1' });
    expect(scheme('rsa_pss_pss_sha512').algorithm).toEqual({
      type: 'rsa-pss',
      hash: 'sha512',
      mgfHash: 'sha512',
      saltLength: 64,
    });
  });

  it('heed the restriction of an RSASSA-PSS key (RFC 4055 §3.1)', () => {
    const restricted = (pssOnly: NonNullable<Extract<KeyAlgorithm, { type: 'rsa' }>['pssOnly']>) =>
      (['sha256', 'sha384', 'sha512'] as const).filter(hash =>
        scheme(`rsa_pss_pss_${hash}`).key({ type: 'rsa', bits: 2048, pssOnly }),
      );
    expect(restricted({ hash: 'sha384' })).toEqual(['sha384']);
    expect(restricted({ mgfHash: 'sha256' })).toEqual(['sha256']);
    expect(restricted({ hash: 'sha256', mgfHash: 'sha1' })).toEqual([]);
    expect(restricted({ minSaltLength: 33 })).toEqual(['sha384', 'sha512']);
    expect(restricted({ hash: 'sha256', mgfHash: 'sha256', minSaltLength: 32 })).toEqual(['sha256']);
  });

  it('ask for a modulus that the encoding fits in (RFC 8017 §9)', () => {
    const fits = (name: string, bits: number) => scheme(name).key({ type: 'rsa', bits });
    expect([fits('rsa_pss_rsae_sha512', 1024), fits('rsa_pss_rsae_sha384', 1024)]).toEqual([false, true]);
    // 130 bytes of 64 + 64 + 2, whose first bit counts; EMSA-PSS has one bit less than the modulus.
    expect([fits('rsa_pss_rsae_sha512', 1033), fits('rsa_pss_rsae_sha512', 1034)]).toEqual([false, true]);
    expect([fits('rsa_pkcs1_sha512', 744), fits('rsa_pkcs1_sha512', 752)]).toEqual([false, true]);
  });

  it('are unknown where providers cannot do them', () => {
    for (const name of ['dsa_sha256_RESERVED', 'sm2sig_sm3', 'ecdsa_brainpoolP256r1tls13_sha256']) {
      expect(signatureSchemeInfo(SignatureScheme.valueOf(name) as number)).toBeUndefined();
    }
  });
});
