import { generateKeyPairSync, pbkdf2Sync, scryptSync } from 'node:crypto';
import { scryptKey } from '@tlskit/tls-crypto-noble/passwords';
import { ascii, fromHex, toHex } from '@tlskit/tls-wire';
import { der, derOid, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decryptPrivateKey, type PasswordFunctions } from '../src/encrypted/index.ts';
import { createCredential, loadPrivateKey } from '../src/index.ts';
import files from './encrypted-files.json' with { type: 'json' };
import { noble, type TlsError, thrown } from './support.ts';

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
const pem = (label: string, content: Uint8Array, headers = '') => {
  const lines = Buffer.from(content)
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return `-----BEGIN ${label}-----\n${headers}${lines}\n-----END ${label}-----\n`;
};
const plain = bytes(files.plain);
const spki = toHex(loadPrivateKey(noble, plain).spki);
const spkiOf = (pkcs8: Uint8Array) => toHex(loadPrivateKey(noble, pkcs8).spki);
const errorOf = (file: string | Uint8Array, passphrase: string | Uint8Array = 'secret'): TlsError =>
  thrown(() => decryptPrivateKey(file, passphrase, { limits: { iterations: 10_000, scryptBytes: 2 ** 20 } }));

/** EncryptedPrivateKeyInfo of PBES2 with this derivation, by the numbers. */
function pbes2(derivation: Uint8Array, cipher = '2.16.840.1.101.3.4.1.42', iv = new Uint8Array(16)): Uint8Array {
  const scheme = sequence(derOid(cipher), der(Tag.octetString, iv));
  const algorithm = sequence(derOid('1.2.840.113549.1.5.13'), sequence(derivation, scheme));
  return sequence(algorithm, der(Tag.octetString, new Uint8Array(160)));
}
const sequence = (...parts: Uint8Array[]) => der(Tag.sequence, ...parts);
const number = (value: number) => derUnsigned(fromHex(value.toString(16).padStart(12, '0')));
const salt = der(Tag.octetString, new Uint8Array(8));
const pbkdf2 = (...parts: Uint8Array[]) => sequence(derOid('1.2.840.113549.1.5.12'), sequence(...parts));
const scrypt = (N: number, r: number, p: number) =>
  sequence(derOid('1.3.6.1.4.1.11591.4.11'), sequence(salt, number(N), number(r), number(p)));

describe('encrypted private keys', () => {
  it.each(Object.entries(files.keys))('of OpenSSL, %s', (_, base64) => {
    for (const file of [bytes(base64), pem('ENCRYPTED PRIVATE KEY', bytes(base64))]) {
      for (const passphrase of ['secret', ascii('secret')]) {
        expect(spkiOf(decryptPrivateKey(file, passphrase))).toBe(spki);
      }
      for (const wrong of ['', 'secre', 'secrets', 'Secret']) {
        const error = errorOf(file, wrong);
        expect(error).toMatchObject({ code: 'ERR_TLS_PASSPHRASE', kind: 'usage' });
        expect(error.message).toContain('passphrase is wrong');
      }
    }
  });

  it.each(Object.entries(files.pem))('of OpenSSL, PEM encrypted by %s', (_, text) => {
    expect(text).toContain('DEK-Info');
    expect(spkiOf(decryptPrivateKey(text, 'secret'))).toBe(spki);
    expect(spkiOf(decryptPrivateKey(text.replaceAll('\n', '\r\n'), 'secret'))).toBe(spki);
    for (const wrong of ['', 'secre', 'secrets']) expect(errorOf(text, wrong).code).toBe('ERR_TLS_PASSPHRASE');
  });

  it('of other kinds, as Node writes them', () => {
    const encryption = { cipher: 'aes-128-cbc', passphrase: 'pass phrase' };
    const { privateKey: rsa, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const expected = toHex(publicKey.export({ type: 'spki', format: 'der' }));
    for (const type of ['pkcs1', 'pkcs8'] as const) {
      const file = rsa.export({ type, format: 'pem', ...encryption }) as string;
      expect(spkiOf(decryptPrivateKey(file, 'pass phrase'))).toBe(expected);
    }
    const { privateKey: edwards } = generateKeyPairSync('ed25519');
    const file = edwards.export({ type: 'pkcs8', format: 'der', ...encryption });
    expect(loadPrivateKey(noble, decryptPrivateKey(Uint8Array.from(file), 'pass phrase')).algorithm.type).toBe(
      'ed25519',
    );
  });

  it('that are not encrypted need no passphrase', () => {
    expect(decryptPrivateKey(plain, 'anything')).toEqual(plain);
    expect(decryptPrivateKey(pem('PRIVATE KEY', plain), '')).toEqual(plain);
  });

  it('are refused without a passphrase, with a word about where to go', () => {
    const encrypted = bytes(files.keys['pbes2 aes-256-cbc']);
    for (const file of [encrypted, pem('ENCRYPTED PRIVATE KEY', encrypted), files.pem.aes256]) {
      const error = thrown(() => loadPrivateKey(noble, file));
      expect(error.code).toBe('ERR_TLS_PASSPHRASE');
      expect(error.message).toContain('decryptPrivateKey');
    }
    const certificate = bytes(files.certificates.leaf);
    expect(thrown(() => createCredential({ provider: noble, certificate, key: encrypted })).code).toBe(
      'ERR_TLS_PASSPHRASE',
    );
    const key = decryptPrivateKey(encrypted, 'secret');
    expect(toHex(createCredential({ provider: noble, certificate, key }).key.spki)).toBe(spki);
  });

  it('have the work done by whom the options name', () => {
    const calls: number[] = [];
    const functions = {
      pbkdf2: (hash: string, password: Uint8Array, given: Uint8Array, iterations: number, length: number) => {
        calls.push(iterations);
        return Uint8Array.from(pbkdf2Sync(password, given, iterations, length, hash));
      },
      scrypt: () => {
        throw new Error('not asked for');
      },
    };
    const key = decryptPrivateKey(bytes(files.keys['pbes2 hmacWithSHA512']), 'secret', { functions });
    expect(spkiOf(key)).toBe(spki);
    expect(calls).toEqual([16]);
  });
});

it.each([
  [2, 1, 1],
  [2, 64, 1],
  [2, 1, 64],
  [2 ** 15, 1, 1],
  [2, 4096, 1],
])('scrypt of N %i, r %i, p %i is worked off alike by noble and by node:crypto', (N, r, p) => {
  const calls: [Uint8Array, Uint8Array][] = [];
  const functions: PasswordFunctions = {
    pbkdf2: () => new Uint8Array(),
    scrypt: (password, given, cost, length, maxmem) => {
      const native = Uint8Array.from(scryptSync(password, given, length, { ...cost, maxmem }));
      calls.push([Uint8Array.from(native), scryptKey(password, given, cost, length, maxmem)]);
      return native;
    },
  };
  const attempt = () => decryptPrivateKey(pbes2(scrypt(N, r, p)), 'secret', { functions });
  expect(thrown(attempt).code).toBe('ERR_TLS_PASSPHRASE');
  expect(calls).toHaveLength(1);
  expect(calls[0]?.[1]).toEqual(calls[0]?.[0]);
});

describe('encryption that is not to be read', () => {
  it.each([
    ['RC4', bytes(files.rc4), '1.2.840.113549.1.12.1.1'],
    ['another cipher', pbes2(pbkdf2(salt, number(1)), '2.16.840.1.101.3.4.1.46'), '2.16.840.1.101.3.4.1.46'],
    ['another derivation', pbes2(sequence(derOid('1.2.3.4'), salt)), '1.2.3.4'],
    [
      'another pseudorandom function',
      pbes2(pbkdf2(salt, number(1), sequence(derOid('1.2.840.113549.2.5'), der(Tag.null)))),
      '1.2.840.113549.2.5',
    ],
  ])('with %s is named', (_, file, oid) => {
    const error = errorOf(file);
    expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    expect(error.message).toContain(oid);
  });

  it.each([
    ['iterations beyond the limit', pbkdf2(salt, number(10_001)), 'limit of 10000'],
    ['enormous iterations', pbkdf2(salt, number(2 ** 47)), 'limit of 10000'],
    ['no iterations', pbkdf2(salt, number(0)), 'no iterations'],
    ['a key of another length', pbkdf2(salt, number(1), number(16)), '16 bytes'],
    ['an enormous salt', pbkdf2(der(Tag.octetString, new Uint8Array(2000)), number(1)), 'salt'],
    ['a salt from elsewhere', pbkdf2(sequence(derOid('1.2.3')), number(1)), 'malformed'],
    ['scrypt beyond the limit', scrypt(2 ** 13, 1, 2), 'limit of 1048576'],
    ['scrypt of the smallest N, and very many blocks', scrypt(2, 1, 2 ** 12), 'limit of 1048576'],
    ['enormous scrypt', scrypt(2 ** 30, 2 ** 40, 2 ** 40), 'limit of 1048576'],
    ['an N that is no power of two', scrypt(1000, 8, 1), 'no cost'],
    ['an N of one', scrypt(1, 8, 1), 'no cost'],
    ['no blocks', scrypt(16, 0, 1), 'no cost'],
    ['an N that is too large for its blocks', scrypt(2 ** 16, 1, 1), 'no cost'],
    [
      'trailing parameters',
      pbkdf2(salt, number(1), number(32), sequence(derOid('1.2.840.113549.2.9')), number(1)),
      'trailing',
    ],
  ])('with %s', (_, derivation, message) => {
    const error = errorOf(pbes2(derivation));
    expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    expect(error.message).toContain(message);
  });

  it('with an IV of another length', () => {
    expect(errorOf(pbes2(pbkdf2(salt, number(1)), undefined, new Uint8Array(8))).message).toContain('IV of 8 bytes');
  });

  it.each([
    ['no Proc-Type', 'DEK-Info: AES-128-CBC,00000000000000000000000000000000\n\n', 'Proc-Type'],
    ['no DEK-Info', 'Proc-Type: 4,ENCRYPTED\n\n', 'DEK-Info'],
    ['a cipher that nobody knows', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: ROT13-CBC,0011223344556677\n\n', 'ROT13'],
    [
      'a cipher called constructor',
      'Proc-Type: 4,ENCRYPTED\nDEK-Info: constructor,0011223344556677\n\n',
      'constructor',
    ],
    ['a short IV', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0011\n\n', 'IV'],
  ])('by headers of PEM with %s', (_, headers, message) => {
    const error = errorOf(pem('EC PRIVATE KEY', new Uint8Array(32), headers));
    expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    expect(error.message).toContain(message);
  });

  it('because the caller made a mistake', () => {
    for (const passphrase of [undefined, 5, null]) {
      expect(thrown(() => decryptPrivateKey(plain, passphrase as never)).message).toContain('passphrase');
    }
    for (const options of [{ limit: {} }, { limits: { rounds: 1 } }, { limits: { iterations: 0 } }]) {
      expect(thrown(() => decryptPrivateKey(plain, 'x', options as never)).code).toBe('ERR_TLS_INVALID_OPTION');
    }
  });
});

describe('damaged files', () => {
  const hostile = ['ERR_TLS_PASSPHRASE', 'ERR_TLS_INVALID_OPTION'];

  it('cut short anywhere are refused', () => {
    const whole = bytes(files.keys['pbes2 aes-256-cbc']);
    for (let length = 0; length < whole.length; length++) {
      expect(hostile).toContain(errorOf(whole.subarray(0, length)).code);
    }
  });

  it('with any bit turned are refused, or give a key of another file', () => {
    const whole = bytes(files.keys['pbes2 aes-256-cbc']);
    const bit = fc.nat(8 * whole.length - 1);
    fc.assert(
      fc.property(bit, at => {
        const damaged = Uint8Array.from(whole);
        damaged[at >> 3] = (damaged[at >> 3] as number) ^ (1 << (at & 7));
        try {
          decryptPrivateKey(damaged, 'secret', { limits: { iterations: 10_000 } });
        } catch (error) {
          expect(hostile).toContain((error as TlsError).code);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nested without end are refused', () => {
    let nested: Uint8Array = new Uint8Array();
    for (let depth = 0; depth < 5000; depth++) nested = sequence(nested);
    const algorithm = sequence(derOid('1.2.840.113549.1.5.13'), nested);
    const error = errorOf(sequence(algorithm, der(Tag.octetString, new Uint8Array(16))));
    expect(error.message).toContain('malformed');
  });
});
