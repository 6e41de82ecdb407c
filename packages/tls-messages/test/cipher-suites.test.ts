/** IANA's table of cipher suites, and the names in it. */
import { describe, expect, it } from 'vitest';
import { AnyCipherSuite, CipherSuite, cipherSuiteInfo, nameOfValue } from '../src/index.ts';
import {
  type CipherSuiteAttributes,
  cipherSuiteInfo12,
  groupInfo12,
  parseCipherSuiteName,
  printCipherSuiteName,
  signatureSchemeInfo12,
} from '../src/tls12.ts';

const all = Object.entries(AnyCipherSuite.values);
const code = (name: string) => AnyCipherSuite.valueOf(name) as number;
const attributes = (name: string) => parseCipherSuiteName(name) as CipherSuiteAttributes;

/** Names that say nothing of a key exchange, or say it in terms of their own. */
const exceptions = [
  'TLS_SM4_GCM_SM3',
  'TLS_SM4_CCM_SM3',
  'TLS_EMPTY_RENEGOTIATION_INFO_SCSV',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_CCM_SHA256',
  'TLS_AES_128_CCM_8_SHA256',
  'TLS_AEGIS_256_SHA512',
  'TLS_AEGIS_128L_SHA256',
  'TLS_FALLBACK_SCSV',
  'TLS_SHA256_SHA256',
  'TLS_SHA384_SHA384',
  'TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC',
  'TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC',
  'TLS_GOSTR341112_256_WITH_28147_CNT_IMIT',
  'TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L',
  'TLS_GOSTR341112_256_WITH_MAGMA_MGM_L',
  'TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_S',
  'TLS_GOSTR341112_256_WITH_MAGMA_MGM_S',
];

describe('the table', () => {
  it('has what the registry of TLS 1.3 and signalling values has', () => {
    expect(AnyCipherSuite.values).toMatchObject(CipherSuite.values);
    expect(Object.keys(CipherSuite.values).every(name => !name.includes('_WITH_'))).toBe(true);
  });

  it('gives viewers its names', () => {
    expect(nameOfValue('CipherSuite', 0xc02f)).toBe('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
    expect(nameOfValue('CipherSuite', 0x1301)).toBe('TLS_AES_128_GCM_SHA256');
  });

  it('has as many suites of each key exchange as the RFCs define', () => {
    const counts: Record<string, number> = {};
    for (const [name] of all) {
      const kind = name.match(/^TLS_(\w+?)(?:_EXPORT)?_WITH_/)?.[1];
      if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    expect(counts).toEqual({
      NULL: 1,
      RSA: 32,
      DH_DSS: 20,
      DH_RSA: 20,
      DHE_DSS: 20,
      DHE_RSA: 25,
      DH_anon: 22,
      KRB5: 14,
      PSK: 24,
      DHE_PSK: 22,
      RSA_PSK: 20,
      ECDH_ECDSA: 17,
      ECDHE_ECDSA: 22,
      ECDH_RSA: 17,
      ECDHE_RSA: 18,
      ECDH_anon: 5,
      SRP_SHA: 3,
      SRP_SHA_RSA: 3,
      SRP_SHA_DSS: 3,
      ECDHE_PSK: 18,
      PSK_DHE: 2,
      ECCPWD: 4,
      GOSTR341112_256: 7,
    });
  });
});

describe('names', () => {
  it.each(all.filter(([name]) => !exceptions.includes(name)))('%s prints back to itself', name => {
    expect(printCipherSuiteName(attributes(name))).toBe(name);
  });

  it('of these do not come apart', () => {
    expect(all.filter(([name]) => parseCipherSuiteName(name) === undefined).map(([name]) => name)).toEqual(exceptions);
  });

  it('are all different in what they say', () => {
    const named = all.filter(([name]) => !exceptions.includes(name));
    expect(new Set(named.map(([name]) => JSON.stringify(parseCipherSuiteName(name)))).size).toBe(named.length);
  });

  it.each([
    'TLS_RSA_WITH_AES_128_GCM_SHA256_',
    'TLS_RSA_WITH_AES_128_CCM_SHA256',
    'TLS_DHE_PSK_WITH_AES_128_CCM_8',
    'TLS_PSK_DHE_WITH_AES_128_CCM',
    'TLS_RSA_WITH_DES_CBC_40_SHA',
    'TLS_KRB5_EXPORT_WITH_DES40_CBC_SHA',
    'TLS_ANON_WITH_AES_128_CBC_SHA',
    'tls_rsa_with_null_sha',
    'TLS_RSA_WITH_AES_192_CBC_SHA',
    '',
  ])('%j is none', name => {
    expect(parseCipherSuiteName(name)).toBeUndefined();
  });

  it('say what protects records, with all lengths', () => {
    expect(attributes('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384')).toEqual({
      keyExchange: 'ECDHE',
      authentication: 'RSA',
      exportable: false,
      cipher: 'AES',
      keyBits: 256,
      mode: 'GCM',
      mac: undefined,
      prf: 'SHA384',
      blockLength: 0,
      tagLength: 16,
      fixedIvLength: 4,
      recordIvLength: 8,
    });
    expect(attributes('TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384')).toMatchObject({
      mac: 'SHA384',
      prf: 'SHA384',
      blockLength: 16,
      tagLength: 0,
      fixedIvLength: 0,
      recordIvLength: 16,
    });
    expect(attributes('TLS_PSK_DHE_WITH_AES_256_CCM_8')).toMatchObject({
      keyExchange: 'DHE',
      authentication: 'PSK',
      mac: undefined,
      prf: 'SHA256',
      tagLength: 8,
    });
    expect(attributes('TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256')).toMatchObject({
      keyBits: 256,
      tagLength: 16,
      fixedIvLength: 12,
      recordIvLength: 0,
    });
    expect(attributes('TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5')).toMatchObject({
      exportable: true,
      keyBits: 40,
      mac: 'MD5',
      prf: 'SHA256',
      blockLength: 8,
    });
  });
});

describe('suites of TLS 1.2', () => {
  it('are known by their parts', () => {
    expect(cipherSuiteInfo12(code('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'))).toEqual({
      code: 0xc02b,
      name: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      version: 0x0303,
      keyExchange: 'ECDHE',
      authentication: 'ECDSA',
      protection: { type: 'aead', aead: 'aes-128-gcm' },
      hash: 'sha256',
    });
    const protection = (name: string) => cipherSuiteInfo12(code(name))?.protection;
    expect([
      protection('TLS_RSA_WITH_AES_256_CBC_SHA'),
      protection('TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384'),
      protection('TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA'),
      protection('TLS_RSA_WITH_NULL_SHA256'),
      protection('TLS_PSK_WITH_AES_256_CCM_8'),
      protection('TLS_PSK_WITH_CHACHA20_POLY1305_SHA256'),
    ]).toEqual([
      { type: 'cbc', cipher: 'aes-256-cbc', mac: 'sha1' },
      { type: 'cbc', cipher: 'aes-256-cbc', mac: 'sha384' },
      { type: 'cbc', cipher: '3des-ede-cbc', mac: 'sha1' },
      { type: 'null', mac: 'sha256' },
      { type: 'aead', aead: 'aes-256-ccm-8' },
      { type: 'aead', aead: 'chacha20-poly1305' },
    ]);
  });

  it('have the hash of their PRF in their names, or SHA-256 [5246:7.4.9:2]', () => {
    const hash = (name: string) => cipherSuiteInfo12(code(name))?.hash;
    for (const name of ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384']) {
      expect(hash(name), name).toBe('sha384');
    }
    for (const name of [
      'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
      'TLS_RSA_WITH_AES_256_CBC_SHA',
      'TLS_ECDHE_ECDSA_WITH_AES_256_CCM',
    ]) {
      expect(hash(name), name).toBe('sha256');
    }
  });

  it('of anonymous key exchange are ephemeral', () => {
    const kinds = [
      'TLS_DH_anon_WITH_AES_128_CBC_SHA',
      'TLS_ECDH_anon_WITH_AES_128_CBC_SHA',
      'TLS_DH_RSA_WITH_AES_128_CBC_SHA',
    ];
    expect(kinds.map(name => cipherSuiteInfo12(code(name))?.keyExchange)).toEqual(['DHE', 'ECDHE', 'DH']);
  });

  it('number 149, and are the same when asked for again', () => {
    const infos = all.flatMap(([, value]) => cipherSuiteInfo12(value) ?? []);
    expect(infos).toHaveLength(149);
    expect(infos.every(info => cipherSuiteInfo12(info.code) === info && cipherSuiteInfo(info.code) === undefined)).toBe(
      true,
    );
  });

  it('are not those of TLS 1.3, for export, without secrets, or of what nobody here does', () => {
    for (const name of [
      'TLS_NULL_WITH_NULL_NULL',
      'TLS_AES_128_GCM_SHA256',
      'TLS_FALLBACK_SCSV',
      'TLS_RSA_EXPORT_WITH_DES40_CBC_SHA',
      'TLS_RSA_WITH_RC4_128_SHA',
      'TLS_RSA_WITH_NULL_MD5',
      'TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256',
      'TLS_KRB5_WITH_3DES_EDE_CBC_SHA',
      'TLS_SRP_SHA_WITH_AES_128_CBC_SHA',
      'TLS_ECCPWD_WITH_AES_128_GCM_SHA256',
    ]) {
      expect(cipherSuiteInfo12(code(name)), name).toBeUndefined();
    }
    expect([0x1a1a, 0xffff].map(cipherSuiteInfo12)).toEqual([undefined, undefined]);
  });
});

describe('groups and signature schemes of TLS 1.2', () => {
  it('have secp224r1, and nothing of ML-KEM', () => {
    expect([21, 29, 256, 4588, 513, 34].map(value => groupInfo12(value)?.provider)).toEqual([
      'secp224r1',
      'x25519',
      'ffdhe2048',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('have ECDSA on any curve, DSA, and nothing of ML-DSA', () => {
    const ecdsa = signatureSchemeInfo12(0x0403);
    expect(ecdsa?.algorithm).toEqual({ type: 'ecdsa', hash: 'sha256' });
    expect(ecdsa?.key({ type: 'ec', curve: 'secp384r1' })).toBe(true);
    expect(ecdsa?.key({ type: 'rsa', bits: 2048 })).toBe(false);
    const dsa = signatureSchemeInfo12(0x0202);
    expect(dsa).toMatchObject({ name: 'dsa_sha1_RESERVED', algorithm: { type: 'dsa', hash: 'sha1' } });
    expect([dsa?.key({ type: 'dsa', bits: 2048 }), dsa?.key({ type: 'ec', curve: 'secp256r1' })]).toEqual([
      true,
      false,
    ]);
    expect(signatureSchemeInfo12(0x0804)?.algorithm.type).toBe('rsa-pss');
    expect([0x0905, 0x0302, 0x0101, 0x0a0a].map(signatureSchemeInfo12)).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });
});
