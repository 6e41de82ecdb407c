import { createHmac, pbkdf2Sync } from 'node:crypto';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import { contextTag, DerReader, der, derOid, derUnsigned, Tag } from '@tlskit/tls-wire/der';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { berToDer, loadPkcs12, type Pkcs12Options } from '../src/encrypted/index.ts';
import { createCredential, loadCertificates, loadPrivateKey, parseCertificate } from '../src/index.ts';
import files from './encrypted-files.json' with { type: 'json' };
import { noble, type TlsError, thrown } from './support.ts';

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
const { pkcs12 } = files;
const leaf = bytes(files.certificates.leaf);
const [intermediate, root] = [bytes(files.certificates.intermediate), bytes(files.certificates.root)];
const spki = toHex(loadPrivateKey(noble, bytes(files.plain)).spki);
const load = (file: Uint8Array, passphrase = 'secret', options: Pkcs12Options = {}) =>
  loadPkcs12(noble, file, passphrase, { limits: { iterations: 10_000 }, ...options });
const errorOf = (file: Uint8Array, passphrase?: string, options?: Pkcs12Options) =>
  thrown(() => load(file, passphrase, options));

const sequence = (...parts: Uint8Array[]) => der(Tag.sequence, ...parts);
const octets = (content: Uint8Array) => der(Tag.octetString, content);
const explicit = (content: Uint8Array) => der(contextTag(0, true), content);
const data = (content: Uint8Array) => sequence(derOid('1.2.840.113549.1.7.1'), explicit(octets(content)));
const bag = (type: number, value: Uint8Array) => sequence(derOid(`1.2.840.113549.1.12.10.1.${type}`), explicit(value));
const small = (value: number) => derUnsigned(fromHex(value.toString(16).padStart(12, '0')));
const pfx = (safes: Uint8Array, ...mac: Uint8Array[]) => sequence(small(3), data(safes), ...mac);
const keyBag = bag(1, bytes(files.plain));
const certificateBag = (certificate: Uint8Array) =>
  bag(3, sequence(derOid('1.2.840.113549.1.9.22.1'), explicit(octets(certificate))));

/** The same in BER: constructed values of indefinite length, OCTET STRINGs in pieces of 1000 bytes. */
function toBer(content: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const reader = new DerReader(content); !reader.done; ) {
    const { tag, value, bytes: whole } = reader.next();
    const end = new Uint8Array(2);
    if ((tag & 0x20) !== 0) parts.push(Uint8Array.of(tag, 0x80), toBer(value), end);
    else if (tag === Tag.octetString && value.length > 1000) {
      const pieces = Array.from({ length: Math.ceil(value.length / 1000) }, (_, i) =>
        octets(value.subarray(1000 * i, 1000 * i + 1000)),
      );
      parts.push(Uint8Array.of(tag | 0x20, 0x80), ...pieces, end);
    } else parts.push(whole);
  }
  return concat(...parts);
}

describe('PKCS#12', () => {
  const passphrases: Record<string, string> = {
    empty: '',
    unicode: 'Gänsefüßchen €',
    'unicode-legacy': 'Gänsefüßchen €',
  };

  it.each(Object.entries(pkcs12).filter(([name]) => name !== 'java-two'))('%s gives key and chain', (name, base64) => {
    for (const file of [bytes(base64), toBer(bytes(base64))]) {
      const { key, certificate, others } = load(file, passphrases[name]);
      expect(toHex(key.spki)).toBe(spki);
      expect(certificate).toEqual([leaf, intermediate]);
      expect(others).toEqual([root]);
      expect(createCredential({ provider: noble, certificate, key }).key).toBe(key);
    }
  });

  it.each(Object.entries(pkcs12).filter(([name]) => name !== 'plain' && name !== 'nomac'))(
    '%s is refused under another passphrase',
    (_, base64) => {
      for (const wrong of ['', 'secre', 'Secret', 'Gänsefüßchen']) {
        if (wrong === '' && base64 === pkcs12.empty) continue;
        expect(errorOf(bytes(base64), wrong)).toMatchObject({ code: 'ERR_TLS_PASSPHRASE' });
      }
    },
  );

  it('without a MAC is found out by its padding', () => {
    expect(errorOf(bytes(pkcs12.nomac), 'wrong').code).toBe('ERR_TLS_PASSPHRASE');
  });

  it('takes the passphrase as bytes of UTF-8', () => {
    const passphrase = new TextEncoder().encode('Gänsefüßchen €');
    for (const file of [pkcs12.unicode, pkcs12['unicode-legacy']]) {
      expect(toHex(loadPkcs12(noble, bytes(file), passphrase).key.spki)).toBe(spki);
    }
  });

  it('with several keys wants to know which', () => {
    const file = bytes(pkcs12['java-two']);
    const error = errorOf(file);
    expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    expect(error.message).toContain('my key, second');
    expect(toHex(load(file, 'secret', { friendlyName: 'my key' }).key.spki)).toBe(spki);
    const second = load(file, 'secret', { friendlyName: 'second' });
    expect(second.certificate.map(each => parseCertificate(each).label)).toEqual(['"CN=second"']);
    expect(errorOf(file, 'secret', { friendlyName: 'third' }).message).toContain('my key, second');
    expect(errorOf(file, 'secret', { localKeyId: 'ff' }).message).toContain('no private key of that name');
  });

  it('needs a key, and its certificate', () => {
    expect(errorOf(bytes(files.noKeys)).message).toContain('no private key');
    expect(errorOf(bytes(files.noCertificates))).toMatchObject({ code: 'ERR_TLS_KEY_MISMATCH' });
    const stranger = pfx(sequence(data(sequence(keyBag, certificateBag(root)))));
    expect(errorOf(stranger)).toMatchObject({ code: 'ERR_TLS_KEY_MISMATCH' });
  });

  it('has bags in bags, and others that are passed over', () => {
    const nested = bag(6, sequence(bag(6, sequence(keyBag)), bag(5, sequence(derOid('1.2.3')))));
    const safes = sequence(
      data(sequence(nested)),
      data(sequence(bag(4, sequence(derOid('1.2.3'))), certificateBag(leaf))),
    );
    expect(load(pfx(safes)).certificate).toEqual([leaf]);
  });

  it('with a MAC by PBMAC1 (RFC 9579) is read, and refused under another passphrase', () => {
    const safes = sequence(data(sequence(keyBag, certificateBag(leaf))));
    const salt = new Uint8Array(8).fill(7);
    const withMac = (keyLength: Uint8Array, prf: string) => {
      const key = pbkdf2Sync('secret', salt, 20, 32, 'sha512');
      const digest = createHmac('sha256', key).update(safes).digest();
      const hmac = (oid: string) => sequence(derOid(oid), der(Tag.null));
      const parameters = sequence(octets(salt), small(20), keyLength, hmac(prf));
      const derivation = sequence(derOid('1.2.840.113549.1.5.12'), parameters);
      const algorithm = sequence(derOid('1.2.840.113549.1.5.14'), sequence(derivation, hmac('1.2.840.113549.2.9')));
      return pfx(safes, sequence(sequence(algorithm, octets(digest)), octets(new Uint8Array(8)), small(1)));
    };
    const sha512 = '1.2.840.113549.2.11';
    expect(load(withMac(small(32), sha512)).certificate).toEqual([leaf]);
    expect(errorOf(withMac(small(32), sha512), 'wrong').code).toBe('ERR_TLS_PASSPHRASE');
    expect(errorOf(withMac(small(32), '1.2.840.113549.2.9')).code).toBe('ERR_TLS_PASSPHRASE');
    expect(errorOf(withMac(small(19), sha512)).message).toContain('20 to 64');
    expect(errorOf(withMac(new Uint8Array(), sha512)).message).toContain('20 to 64');
  });

  it('whose MAC is wrong is refused, though nothing of it was encrypted', () => {
    const file = bytes(pkcs12.plain);
    const at = Buffer.from(file).indexOf('Intermediate');
    expect(at).toBeGreaterThan(0);
    file[at] = (file[at] as number) ^ 1;
    expect(errorOf(file).code).toBe('ERR_TLS_PASSPHRASE');
  });
});

describe('hostile PKCS#12', () => {
  it.each([
    ['another version', sequence(small(4), data(sequence())), 'version 4'],
    ['signed content', sequence(small(3), sequence(derOid('1.2.840.113549.1.7.2'), explicit(sequence()))), '1.7.2'],
    ['enveloped content', pfx(sequence(sequence(derOid('1.2.840.113549.1.7.3'), explicit(sequence())))), '1.7.3'],
    ['trailing bytes', concat(pfx(sequence()), Uint8Array.of(0)), 'trailing'],
    ['too many bags', pfx(sequence(data(sequence(...new Array(1001).fill(bag(4, sequence())))))), '1000 bags'],
  ])('with %s', (_, file, message) => {
    const error = errorOf(file);
    expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    expect(error.message).toContain(message);
  });

  it('with bags in bags without end', () => {
    let nested = bag(6, sequence());
    for (let depth = 0; depth < 10; depth++) nested = bag(6, sequence(nested));
    expect(errorOf(pfx(sequence(data(sequence(nested))))).message).toMatch(/nested deeper/);
    for (let depth = 0; depth < 3000; depth++) nested = bag(6, sequence(nested));
    expect(errorOf(pfx(sequence(data(sequence(nested))))).message).toMatch(/nested deeper/);
  });

  it('with an enormous number of iterations for its MAC', () => {
    const mac = (count: number) =>
      sequence(
        sequence(sequence(derOid('1.3.14.3.2.26')), octets(new Uint8Array(20))),
        octets(new Uint8Array(8)),
        small(count),
      );
    expect(errorOf(pfx(sequence(), mac(2 ** 46))).message).toContain('limit of 10000');
    expect(errorOf(pfx(sequence(), mac(1))).code).toBe('ERR_TLS_PASSPHRASE');
  });

  it('that asks for little work, but often', () => {
    const shrouded = new DerReader(bytes(files.keys['PBE-SHA1-3DES'])).next().bytes;
    const many = sequence(...new Array(900).fill(bag(2, shrouded)));
    expect(errorOf(pfx(sequence(data(many)))).message).toContain('limit of 10000');
  });

  it('cut short or with a bit turned is refused, or what it was', () => {
    const codes = ['ERR_TLS_PASSPHRASE', 'ERR_TLS_INVALID_OPTION', 'ERR_TLS_KEY_MISMATCH', 'ERR_TLS_CERT_MALFORMED'];
    for (const base64 of [pkcs12.openssl3, pkcs12.nomac]) {
      const whole = bytes(base64);
      for (let length = 0; length < whole.length; length += 7) {
        expect(codes).toContain(errorOf(whole.subarray(0, length)).code);
      }
      fc.assert(
        fc.property(fc.nat(8 * whole.length - 1), at => {
          const damaged = Uint8Array.from(whole);
          damaged[at >> 3] = (damaged[at >> 3] as number) ^ (1 << (at & 7));
          try {
            expect(toHex(load(damaged).key.spki)).toBe(spki);
          } catch (error) {
            expect(codes).toContain((error as TlsError).code);
          }
        }),
        { numRuns: 150 },
      );
    }
  });
});

describe('BER', () => {
  it('becomes the DER that it means', () => {
    for (const base64 of [...Object.values(pkcs12), files.pkcs7]) {
      expect(berToDer(toBer(bytes(base64)))).toEqual(berToDer(bytes(base64)));
    }
    expect(toHex(berToDer(fromHex('308400000004048101aa')))).toBe('30030401aa');
  });

  it.each([
    ['a primitive value of indefinite length', '04800000'],
    ['no end', '3080020101'],
    ['an end that has contents', '308000010000'],
    ['a length of nine octets', '3089000000000000000000'],
    ['more length than there is', '300502'],
    ['pieces of another kind', '24800201010000'],
    ['a high tag number', '3f8100'],
    ['trailing bytes', '300000'],
    ['nothing at all', ''],
  ])('with %s is refused', (_, hex) => {
    expect(() => berToDer(fromHex(hex))).toThrow();
  });

  it('is bounded in depth', () => {
    expect(() => berToDer(fromHex('3080'.repeat(40) + '0000'.repeat(40)))).toThrow('deeper than 32');
  });

  it('may have more values than a call has arguments', () => {
    const many = 200_000;
    const contents = new Uint8Array(2 * many).map((_, i) => (i % 2 === 0 ? 0x05 : 0));
    const list = concat(fromHex('3080'), contents, fromHex('0000'));
    expect(berToDer(list)).toEqual(der(Tag.sequence, contents));
    const error = thrown(() => loadPkcs12(noble, list, ''));
    expect((error as TlsError).code).toBe('ERR_TLS_INVALID_OPTION');
    const pieces = concat(
      fromHex('2480'),
      contents.map((_, i) => (i % 2 === 0 ? 0x04 : 0)),
      fromHex('0000'),
    );
    expect(toHex(berToDer(pieces))).toBe('0400');
  });
});

describe('bundles of PKCS#7', () => {
  const bundle = bytes(files.pkcs7);
  const pem = (label: string) => `-----BEGIN ${label}-----\n${files.pkcs7}\n-----END ${label}-----\n`;

  it('give their certificates, in DER and PEM', () => {
    for (const file of [bundle, pem('PKCS7'), pem('CMS')]) {
      expect(loadCertificates(file).map(each => Uint8Array.from(each))).toEqual([leaf, intermediate, root]);
    }
    expect(loadCertificates(berToDer(toBer(bundle))).map(each => Uint8Array.from(each))).toEqual([
      leaf,
      intermediate,
      root,
    ]);
  });

  const signedData = (...certificates: Uint8Array[]) =>
    sequence(
      derOid('1.2.840.113549.1.7.2'),
      explicit(
        sequence(small(1), der(Tag.set), sequence(derOid('1.2.840.113549.1.7.1')), ...certificates, der(Tag.set)),
      ),
    );

  it('pass over attribute certificates', () => {
    const list = der(contextTag(0, true), der(contextTag(1, true), small(1)), leaf);
    expect(loadCertificates(signedData(list))).toEqual([leaf]);
  });

  it.each([
    ['without certificates', signedData(), 'no certificate'],
    ['of other content', sequence(derOid('1.2.840.113549.1.7.1'), explicit(octets(leaf))), 'not SignedData'],
    ['in BER', toBer(bundle), 'berToDer'],
    ['cut short', bundle.subarray(0, -1), 'malformed'],
  ])('%s are refused', (_, file, message) => {
    const error = thrown(() => loadCertificates(file));
    expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
    expect(error.message).toContain(message);
  });
});
