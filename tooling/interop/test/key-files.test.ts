/** Keys, certificates and bundles that OpenSSL wrote, in servers of ours that `openssl s_client` connects to. */
import { createCA, type TestCA } from '@tlskit/tls-testing';
import { createCredential, loadCertificates, loadPrivateKey, parseCertificate } from '@tlskit/tls-x509';
import { decryptPrivateKey, loadPkcs12 } from '@tlskit/tls-x509/encrypted';
import type { TlsServerOptions } from 'tlskit/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOST } from '../src/certificates.ts';
import { Child } from '../src/child.ts';
import { file } from '../src/files.ts';
import { opensslClient } from '../src/openssl.ts';
import {
  hasLegacy,
  legacy,
  type OpensslIdentity,
  openssl,
  opensslIdentity,
  opensslKeyKinds,
  PASSPHRASE,
  read,
} from '../src/openssl-files.ts';
import { OurServer } from '../src/ours.ts';
import { everything, forPeer, node, stopAfterTest } from './support.ts';

const out = ['-passout', `pass:${PASSPHRASE}`];

forPeer('openssl', 'files of OpenSSL', () => {
  const stopping = stopAfterTest();
  let root: TestCA;
  let trusted: string;
  const identities = new Map<string, OpensslIdentity>();
  beforeAll(async () => {
    root = await createCA();
    trusted = file(root.pem);
    for (const kind of opensslKeyKinds) identities.set(kind, await opensslIdentity(kind, root));
  });

  /** A handshake in which s_client verifies chain and name, and each end gets its close_notify. */
  async function serves(options: TlsServerOptions, ...args: string[]): Promise<void> {
    const server = stopping(new OurServer({ certificate: '', key: '' }, { credentials: [options as never] }));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(opensslClient(port, trusted, ['-brief', '-ign_eof', ...args]));
    const { socket } = await coming;
    socket.end('hello');
    expect(await client.exit()).toMatchObject({ code: 0 });
    expect(client.text).toContain('hello');
    expect(client.text).toContain(`Verified peername: ${HOST}`);
    await server.stop();
  }

  describe.each(opensslKeyKinds)('a key of %s', kind => {
    const files = () => identities.get(kind) as OpensslIdentity;
    const certificate = () => [read(files().certificate), read(files().chain)];

    it('as genpkey writes it, and in DER', async () => {
      await serves({ certificate: certificate(), key: read(files().key) });
      const der = openssl(['pkey', '-in', files().key, '-outform', 'DER']);
      await serves({ certificate: certificate(), key: read(der) });
      for (const provider of [everything, node]) {
        const { leaf } = createCredential({ provider, certificate: certificate(), key: read(der) });
        expect(leaf.subject.toString()).toBe(`CN=${HOST}`);
      }
    });

    it('under a passphrase, by pkcs8 with AES and PBKDF2, and by scrypt', async () => {
      const aes = openssl(['pkcs8', '-topk8', '-in', files().key, '-v2', 'aes-256-cbc', ...out]);
      await serves({ certificate: certificate(), key: read(aes), passphrase: PASSPHRASE });
      const scrypt = openssl(['pkcs8', '-topk8', '-in', files().key, '-scrypt', '-outform', 'DER', ...out]);
      await serves({ certificate: certificate(), key: read(scrypt), passphrase: PASSPHRASE }, '-tls1_2');
    });

    it('in PKCS#12, with its chain', async () => {
      const { key, certificate: leaf, chain } = files();
      const pfx = read(openssl(['pkcs12', '-export', '-inkey', key, '-in', leaf, '-certfile', chain, ...out]));
      await serves({ pfx, passphrase: PASSPHRASE });
      for (const provider of [everything, node]) {
        const { certificate: found, others } = loadPkcs12(provider, pfx, PASSPHRASE);
        expect([found.length, others.length]).toEqual([2, 1]);
      }
    });

    it('that is not the one of the certificate is found out at load', () => {
      for (const [other, { key }] of identities) {
        if (other === kind) continue;
        const options = { provider: node, certificate: certificate(), key: read(key) };
        expect(() => createCredential(options)).toThrow(expect.objectContaining({ code: 'ERR_TLS_KEY_MISMATCH' }));
      }
    });
  });

  describe('the forms of older programs', () => {
    const files = (kind: string) => identities.get(kind) as OpensslIdentity;
    const of = (kind: string) => [read(files(kind).certificate), read(files(kind).chain)];

    it.each([
      ['P-256', ['ec']],
      ['P-384', ['ec']],
      ['P-521', ['ec']],
      ['RSA 2048', ['rsa', '-traditional']],
    ])('of %s, plain and encrypted', async (kind, command) => {
      const plain = openssl([...command, '-in', files(kind).key]);
      expect(String(read(plain))).toMatch(/BEGIN (EC|RSA) PRIVATE KEY/);
      await serves({ certificate: of(kind), key: read(plain) });
      for (const cipher of ['-aes128', '-aes192', '-aes256', '-des3']) {
        const encrypted = openssl([...command, '-in', files(kind).key, cipher, ...out]);
        expect(String(read(encrypted))).toContain('DEK-Info');
        await serves({ certificate: of(kind), key: read(encrypted), passphrase: PASSPHRASE });
      }
    });

    it('of DSA', async () => {
      const leaf = await root.issue({ key: 'dsa-2048' });
      const options = { provider: node, certificate: leaf.pem.certificate };
      const [plain, encrypted] = [[], ['-aes128', ...out]].map(more => {
        return read(
          openssl(['dsa', '-in', file(leaf.pem.key), ...more, ...(more.length > 0 ? [] : ['-outform', 'DER'])]),
        );
      }) as [Buffer, Buffer];
      expect(createCredential({ ...options, key: plain }).key.algorithm.type).toBe('dsa');
      const decrypted = decryptPrivateKey(encrypted, PASSPHRASE);
      expect(createCredential({ ...options, key: decrypted }).key.algorithm.type).toBe('dsa');
    });
  });

  describe('every encryption of pkcs8', () => {
    const key = () => (identities.get('P-256') as OpensslIdentity).key;
    const spki = () => loadPrivateKey(node, read(key())).spki;
    const expectRead = (args: readonly string[]) => {
      const encrypted = read(openssl(['pkcs8', '-topk8', '-in', key(), ...out, ...args]));
      expect(loadPrivateKey(node, decryptPrivateKey(encrypted, PASSPHRASE)).spki).toEqual(spki());
      expect(() => decryptPrivateKey(encrypted, 'wrong')).toThrow(
        expect.objectContaining({ code: 'ERR_TLS_PASSPHRASE' }),
      );
    };

    it.each(['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des3'])('by %s', cipher => expectRead(['-v2', cipher]));
    it.each(['hmacWithSHA1', 'hmacWithSHA256', 'hmacWithSHA384', 'hmacWithSHA512'])('by %s', prf =>
      expectRead(['-v2', 'aes-256-cbc', '-v2prf', prf]),
    );
    it
      .skipIf(!hasLegacy())
      .each([
        ...['PBE-MD5-DES', 'PBE-SHA1-DES', 'PBE-MD5-RC2-64', 'PBE-SHA1-RC2-64'],
        ...['PBE-SHA1-3DES', 'PBE-SHA1-2DES', 'PBE-SHA1-RC2-128', 'PBE-SHA1-RC2-40'],
      ])('by %s (skipped where OpenSSL has no legacy provider)', scheme => expectRead(['-v1', scheme, ...legacy]));
  });

  describe('bundles', () => {
    const identity = () => identities.get('P-256') as OpensslIdentity;
    const all = () => ['-inkey', identity().key, '-in', identity().certificate, '-certfile', identity().chain];
    const expectWhole = (pfx: Buffer, passphrase = PASSPHRASE) => {
      const { key, certificate, others } = loadPkcs12(node, pfx, passphrase);
      expect(key.spki).toEqual(parseCertificate(certificate[0] as Uint8Array).spki);
      expect([certificate.length, others.length]).toEqual([2, 1]);
    };

    it.skipIf(!hasLegacy())('PKCS#12 of the old kind (skipped where OpenSSL has no legacy provider)', async () => {
      const pfx = read(openssl(['pkcs12', '-export', ...all(), '-legacy', ...out]));
      expectWhole(pfx);
      await serves({ pfx, passphrase: PASSPHRASE });
    });

    it.each([
      ['without a MAC', ['-nomac']],
      ['with SHA-512', ['-macalg', 'sha512']],
      ['without encryption', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
      ['by AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
      ['with a name', ['-name', 'my key', '-caname', 'my authority']],
    ])('PKCS#12 %s', (_, args) => expectWhole(read(openssl(['pkcs12', '-export', ...all(), ...args, ...out]))));

    it('PKCS#12 without a passphrase, and with letters of other scripts', () => {
      expectWhole(read(openssl(['pkcs12', '-export', ...all(), '-passout', 'pass:'])), '');
      const passphrase = 'Gänsefüßchen €';
      expectWhole(read(openssl(['pkcs12', '-export', ...all(), '-passout', `pass:${passphrase}`])), passphrase);
    });

    it('PKCS#7 of crl2pkcs7, in PEM and DER, as certificate and as roots', async () => {
      const files = ['-certfile', identity().certificate, '-certfile', identity().chain];
      for (const form of ['PEM', 'DER']) {
        const bundle = read(openssl(['crl2pkcs7', '-nocrl', ...files, '-outform', form]));
        expect(loadCertificates(bundle)).toHaveLength(3);
        await serves({ certificate: bundle, key: read(identity().key) });
      }
    });
  });
});

forPeer('gnutls', 'files of GnuTLS', () => {
  it('PKCS#12 of certtool', async () => {
    const root = await createCA();
    const leaf = await root.issue(HOST);
    const args = ['--to-p12', '--load-privkey', file(leaf.pem.key), '--load-certificate', file(leaf.pem.certificate)];
    const more = ['--load-ca-certificate', file(root.pem), '--p12-name', 'mine', '--password', PASSPHRASE, '--outder'];
    const path = file('');
    const certtool = new Child('certtool', [...args, ...more, '--outfile', path]);
    expect(await certtool.exit(), certtool.errors).toMatchObject({ code: 0 });
    const { certificate, others } = loadPkcs12(node, read(path), PASSPHRASE, { friendlyName: 'mine' });
    expect([certificate.length, others.length]).toEqual([1, 1]);
    expect(() => loadPkcs12(node, read(path), 'wrong')).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_PASSPHRASE' }),
    );
  });
});
