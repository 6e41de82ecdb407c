import { createPrivateKey, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCredential, loadCertificates, loadPrivateKey, parsePem } from '../src/index.ts';
import { createCA, type Issued, noble, type TestCA, TlsError, thrown } from './support.ts';

let ca: TestCA;
let leaf: Issued;

beforeAll(async () => {
  ca = await createCA();
  leaf = await (await ca.intermediate()).issue('localhost');
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const block = (label: string, body: string): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
const invalid = (call: () => unknown): string => {
  const error = thrown(call);
  expect(error.code).toBe('ERR_TLS_INVALID_OPTION');
  return error.message;
};

describe('PEM', () => {
  const body = 'MAMCAQA=';

  it('has blocks in order, with anything around them', () => {
    const text = `subject=x\n${block('A', body)}\r\nnoise\n${block('B C', 'AAAA')}-----BEGIN not a boundary\n`;
    expect(parsePem(text).map(({ label, der }) => [label, base64(der)])).toEqual([
      ['A', body],
      ['B C', 'AAAA'],
    ]);
    expect(parsePem('no block')).toEqual([]);
    expect(parsePem(leaf.pem.certificate).map(({ der }) => Uint8Array.from(der))).toEqual(
      leaf.chain.map(der => Uint8Array.from(der)),
    );
  });

  it('may have any line ends, spaces at the ends of lines, and lines of any length', () => {
    for (const end of ['\n', '\r\n', '\r', ' \t\n']) {
      expect(parsePem(`-----BEGIN A-----${end}MAMC${end}AQA=${end}-----END A-----`)).toHaveLength(1);
    }
    const long = Buffer.alloc(5000, 7).toString('base64');
    expect(base64(parsePem(block('A', long))[0]?.der as Uint8Array)).toBe(long);
  });

  it.each([
    ['does not end', '-----BEGIN A-----\nAAAA\n'],
    ['ends under another label', '-----BEGIN A-----\nAAAA\n-----END B-----\n'],
    ['ends without having begun', '-----END A-----\n'],
    ['begins within another', `-----BEGIN A-----\n${block('B', 'AAAA')}`],
    ['is empty', block('A', '')],
    ['has an alphabet of its own', block('A', 'AA-_')],
    ['is not padded', block('A', 'MAMCAQA')],
    ['is padded too much', block('A', 'MAMCAQA==')],
    ['is padded in the middle', block('A', 'AA==AAAA')],
    ['has bits beyond the last octet', block('A', 'MAMCAQB=')],
    ['has other characters', block('A', 'AA\u00a0AA')],
  ])('is refused when a block %s', (_, text) => {
    expect(invalid(() => parsePem(text))).toMatch(/^PEM/);
  });

  it('is bounded', () => {
    expect(invalid(() => parsePem(' '.repeat(16 * 1024 * 1024 + 1)))).toContain('limit');
    expect(invalid(() => parsePem(block('A', 'AAAA').repeat(10_001)))).toContain('10000 blocks');
  });

  it('of any text is read or refused, and nothing else', () => {
    const pieces = fc.constantFrom(
      '-----BEGIN A-----',
      '-----END A-----',
      '-----',
      'AAAA',
      '=',
      '\n',
      '\r',
      ' ',
      'A: b',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map(parts => parts.join('')),
        ),
        text => {
          try {
            parsePem(text);
          } catch (error) {
            expect(error).toBeInstanceOf(TlsError);
          }
        },
      ),
    );
  });
});

describe('certificates in files', () => {
  it('come from DER and PEM, as text or bytes, beside anything else', () => {
    expect(loadCertificates(leaf.certificate)).toEqual([leaf.certificate]);
    expect(loadCertificates(leaf.pem.certificate)).toHaveLength(2);
    expect(loadCertificates(leaf.pem.key + leaf.pem.certificate)).toHaveLength(2);
    expect(loadCertificates(Buffer.from(leaf.pem.certificate))).toHaveLength(2);
    expect(loadCertificates(ca.pem.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'))).toHaveLength(1);
  });

  it('must be there', () => {
    for (const file of ['', 'text', leaf.pem.key, new Uint8Array()]) {
      expect(invalid(() => loadCertificates(file))).toBe('no certificate is in this file');
    }
    for (const file of [undefined, null, 5, [leaf.certificate], leaf.certificate.buffer]) {
      expect(invalid(() => loadCertificates(file as never))).toContain('text or bytes');
      expect(invalid(() => loadPrivateKey(noble, file as never))).toContain('text or bytes');
    }
  });
});

describe('private keys in files', () => {
  const keyObject = (issued: Issued): KeyObject => createPrivateKey(issued.pem.key);
  const spki = (issued: Issued): string => base64(issued.spki);

  it.each(['ecdsa-p256', 'ecdsa-p384', 'ed25519', 'rsa-2048', 'rsa-pss'] as const)(
    'of kind %s as PKCS#8',
    async key => {
      const issued = await ca.issue({ key });
      for (const file of [issued.key, issued.pem.key, Buffer.from(issued.pem.key)]) {
        expect(base64(loadPrivateKey(noble, file).spki)).toBe(spki(issued));
      }
    },
  );

  it.each(['ecdsa-p256', 'ecdsa-p384'] as const)('of kind %s as SEC1, also behind its parameters', async key => {
    const issued = await ca.issue({ key });
    const pem = keyObject(issued).export({ type: 'sec1', format: 'pem' }) as string;
    expect(pem).toContain('BEGIN EC PRIVATE KEY');
    const parameters = block('EC PARAMETERS', 'BggqhkjOPQMBBw==');
    const der = keyObject(issued).export({ type: 'sec1', format: 'der' });
    for (const file of [pem, parameters + pem, der]) {
      expect(base64(loadPrivateKey(noble, file).spki)).toBe(spki(issued));
    }
  });

  it('of RSA as PKCS#1', async () => {
    const issued = await ca.issue({ key: 'rsa-2048' });
    const pem = keyObject(issued).export({ type: 'pkcs1', format: 'pem' }) as string;
    expect(pem).toContain('BEGIN RSA PRIVATE KEY');
    for (const file of [pem, keyObject(issued).export({ type: 'pkcs1', format: 'der' })]) {
      expect(base64(loadPrivateKey(noble, file).spki)).toBe(spki(issued));
    }
  });

  it('that are encrypted are refused by name', async () => {
    const issued = await ca.issue({ key: 'rsa-2048' });
    const key = keyObject(issued);
    const encryption = { cipher: 'aes-256-cbc', passphrase: 'secret' };
    const files = [
      key.export({ type: 'pkcs8', format: 'pem', ...encryption }),
      key.export({ type: 'pkcs8', format: 'der', ...encryption }),
      key.export({ type: 'pkcs1', format: 'pem', ...encryption }),
    ];
    for (const file of files) expect(thrown(() => loadPrivateKey(noble, file)).code).toBe('ERR_TLS_PASSPHRASE');
  });

  it('must be there, once, whole, and of a kind that is known', async () => {
    const other = await ca.issue('other.test');
    expect(invalid(() => loadPrivateKey(noble, leaf.pem.certificate))).toContain('no private key');
    expect(invalid(() => loadPrivateKey(noble, leaf.pem.key + other.pem.key))).toContain('2 private keys');
    expect(invalid(() => loadPrivateKey(noble, block('DH PRIVATE KEY', 'AAAA')))).toContain('DH PRIVATE KEY');
    expect(invalid(() => loadPrivateKey(noble, block('EC PRIVATE KEY', 'MAMCAQA=')))).toContain('malformed');
    expect(invalid(() => loadPrivateKey(noble, leaf.certificate))).toContain('cannot be used');
    for (let length = 1; length < leaf.key.length; length++) {
      invalid(() => loadPrivateKey(noble, leaf.key.subarray(0, length)));
    }
  });
});

describe('a credential', () => {
  it('is a chain and its key', () => {
    const credential = createCredential({ provider: noble, certificate: leaf.pem.certificate, key: leaf.pem.key });
    expect(credential.chain.map(der => base64(der))).toEqual(leaf.chain.map(base64));
    expect(base64(credential.key.spki)).toBe(base64(leaf.spki));
    expect(credential.leaf.subject.toString()).toBe('CN=localhost');
    const parts = createCredential({ provider: noble, certificate: leaf.chain, key: leaf.key });
    expect(parts.chain).toEqual(leaf.chain);
  });

  it('takes a key that lives elsewhere', () => {
    const elsewhere = { algorithm: leaf.signingKey.algorithm, spki: leaf.spki, sign: async () => new Uint8Array() };
    const credential = createCredential({ provider: noble, certificate: leaf.pem.certificate, key: elsewhere });
    expect(credential.key).toBe(elsewhere);
  });

  it('does not take the key of another certificate', async () => {
    const other = await ca.issue('localhost');
    const rsa = await ca.issue({ names: ['localhost'], key: 'rsa-2048' });
    for (const key of [other.pem.key, rsa.pem.key, ca.key, other.signingKey]) {
      const error = thrown(() => createCredential({ provider: noble, certificate: leaf.pem.certificate, key }));
      expect(error).toMatchObject({ code: 'ERR_TLS_KEY_MISMATCH', kind: 'usage' });
      expect(error.message).toContain('"CN=localhost"');
    }
    // The leaf comes first: with the intermediate before it the key is another one.
    const certificate = [...leaf.chain].reverse();
    expect(thrown(() => createCredential({ provider: noble, certificate, key: leaf.key })).code).toBe(
      'ERR_TLS_KEY_MISMATCH',
    );
  });

  it('takes an RSA key whose parameters one side left out', async () => {
    const rsa = await ca.issue({ names: ['localhost'], key: 'rsa-2048' });
    // The AlgorithmIdentifier without its NULL: two octets less in both lengths around it.
    const spki = Uint8Array.from(rsa.spki);
    const bare = Uint8Array.from([
      ...spki.subarray(0, 2),
      ...length(spki, 2, -2),
      0x30,
      11,
      ...spki.subarray(6, 17),
      ...spki.subarray(19),
    ]);
    const key = { algorithm: rsa.signingKey.algorithm, spki: bare, sign: () => new Uint8Array() };
    expect(createCredential({ provider: noble, certificate: rsa.pem.certificate, key }).key).toBe(key);
  });

  it('needs both', () => {
    const { certificate, key } = leaf.pem;
    for (const options of [
      { certificate },
      { key },
      { certificate: [], key },
      { certificate: key, key },
      { certificate: {}, key },
      { certificate: 5, key },
      { certificate: [[leaf.certificate]], key },
      { certificate: [null], key },
      { certificate, key: null },
    ]) {
      invalid(() => createCredential({ provider: noble, ...options } as never));
    }
    expect(thrown(() => createCredential({ provider: noble, certificate: leaf.key, key })).code).toBe(
      'ERR_TLS_CERT_MALFORMED',
    );
  });
});

/** The two octets of a long length at this place, changed by so much. */
function length(bytes: Uint8Array, at: number, by: number): number[] {
  const value = ((bytes[at] as number) << 8) + (bytes[at + 1] as number) + by;
  return [value >> 8, value & 0xff];
}
