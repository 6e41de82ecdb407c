import { createPrivateKey } from 'node:crypto';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { tls12 } from '@tlskit/tls-engine/tls12';
import { tls13 } from '@tlskit/tls-engine/tls13';
import { describe, expect, it } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/engine.ts';
import { accept, connect, type TlsError } from '../src/node/index.ts';
import { serverCredentials } from '../src/options/credentials.ts';
import type { KeyFiles } from '../src/options/key-files.ts';
import { ca, credential, duplexPair, localhost, openPair, trust } from './support.ts';

const encrypted = (type: 'pkcs8' | 'sec1', passphrase = 'secret') =>
  createPrivateKey(credential.key).export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase }) as string;

/**
 * A key with its certificates, by `openssl pkcs12 -export -passout pass:secret` with its root: long-lived, and of
 * nobody.
 */
const fixture = {
  pfx: Buffer.from(
    [
      'MIIHtgIBAzCCB20GCSqGSIb3DQEHAaCCB14EggdaMIIHVjCCBfEGCSqGSIb3DQEHBqCCBeIwggXeAgEAMIIF1wYJKoZIhvcNAQcBMFYGCSqGSI',
      'b3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAgORHixcBcyGgIBEDAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQhtepJEJBs9t9bC1x2BmrtYCC',
      'BXC5CqpS/8cuECJzIP+LO6avUR5xIncDlwnVj7UDIHaWHoB1hlb5WqzH8oOvw83yvTxODcXhCVToaLU/DcSY1f2KHcJvwSl4fVponAPmWJXn7p',
      'BMxhylIKRv2IrZ2vGhScpEmu7EPcI9scGOFwYxAVkV2m47nrI5D58evKo31C2cFXB3ZH5O10QM5YSzADMl0ogAwTgiB7NyBvjWxqxm2arYkTEV',
      'hxIz0qwMJ8+BbDSlq5G0SmE2Ay5OuZWQKogBcobwLF/sJVdEF370RirEzzPU0DnD7UfigSzBuYTyCVryMcAjO2dXXA6Xp7aLbNgmsFkWiysVLJ',
      '4NEbNcrWpc1QwVO7gt1ZzNrIyU515YG6/nDP30TQxhKRAUZhGYfuZ6WZzdkuBMMDPZH7O2ayzGiLtljhOwjpoAqPcj/PQu5jFilGFaNP8LDz3/',
      'BSeeY4KF+3jRxWfRJ/OQVJH6h3KSuh4pUmFjYE4MhNou16JGWfy0yRLAc+iejFBV/48800meB7KVAsmUsCwrYQTg3+gYw752gRFmiyjsj6SGft',
      'J0TlVq4FnxGg+EKDJGpOL1w7Rn313OqcUmwRKenbOzAZHrLbyM0dlytapHgPUzwT7ip9ZC4aAYw0/lyRMprikAe+nBf581HZSEUlG0hffqwYcP',
      'p/B8eGGLMuC8xw+82N2L6bRw7EJ/xmTrlnd3rAM+frqrpxlCiefrNYX3BNMl/fklE5CdAA5H/tByBScLYfYRll6iuJ4nsoo4piYJXToq5JfYq4',
      'q0bRHJrUGI7Gt5kRk6f8kwTHWYqxWbOHiO0wVJCq0tPIhOgdJXgZc8PP1yHiKQo87USpuirlXmBxWbzHyJbIZWWePSWTVoBPeoly9jaOWoq8Tv',
      'x/d1DtKoLFzf1p8fZ9N2S/PspyY1i+6Jf/q/ZuXxtfWeBnI6SkJsf7EFP2MSo+/7QzDx4hiEIvAPVDTykEWIigko9z+0lgiOCDUDGzAXm0LHDf',
      'XWEsLyuNsL0bAPGREnpbnYafqjPcdYq9LPIHeKH1Dp1ppVM0Ca5xn3pZQhWbhatcfzX8nGPl3J6IzoGARIYq5RjfpUL+9FI6djGUsDanyMaA2P',
      '3ClFutQ3s+hNuUmzQRI1z4ZxlN5+qHTQR7er0WxZFvNNSqsvhV8ZB8GofDfUmycUNB30F63GrKp6doeNjK3gOPZm77O4O5LkW6OUJLkuXUluK9',
      '8f95zNWFTQYrMqp02sH3NKaLTv+uwYxIxZX/yz5Be/s17+dS74GXT7EDiZJFMTHs6/Zouid2K9E9+syJU0idNy5gYR9iWtjfD9rWMpIF984nP2',
      'F//VjRn3CWOPaOHyVqDrQM286ldJ8ntg1OBh3A0yCRDCYm+K6ndgCU6f06S6Wai5+gWoyPIFuXAvqaKdppN6p9F/XZnbItE3N37L4Rj1T9MILj',
      'eyMloRi6IaSoS33Q3jeiOge6ZUJyf5Pc6cx8ifEkPCNY/lqfRuv8h29mJ/d9OpK2CORTkhLA97/bbZ3OS9g13nheo3HxEqCWCHFAJc/RCV26F6',
      'BUN9IacPhGcTv79Nz9z/vev3AGtmT0XX4GObGQ5hueufcpuyVfNJwYPyvRy+Oai21TEz75NAA7VeF44RbtsYPz59wjOJs+vSsUP0Tp7gMyWIQm',
      'OPYCxV/AVh6rNzDwbG8VDnmDuDjLsPtQPSZH/ZmzrdwbOHwcVup1l3YDnVoQQFkN4OP9ENXoEcPLe5XJUt+0LZ4zfwnbWX/7bFwWyffuK+6bxB',
      'OhrYLQrxSdpyOnwjNoevE6P1zv0ds89YrAp8J1ip0A3RWVn+XbyDeE7pblt7u04mJfIIzarg4JzG33kRXXBp7u/E/SsMlHif/A8wggFdBgkqhk',
      'iG9w0BBwGgggFOBIIBSjCCAUYwggFCBgsqhkiG9w0BDAoBAqCB7jCB6zBWBgkqhkiG9w0BBQ0wSTAoBgkqhkiG9w0BBQwwGwQI3r57Of6pHqgC',
      'ARAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEP6jjdmT/TJFGtVYRcQMrEgEgZAuvI/R8ZsNN3XEStbey6xpO81W+bqreHDA7gwPy2m0mC',
      'SdaDhJ5CyXjAbYf1oXLT9bDzp4CdewMPGdt/1B3eK/PUJrlYJkT+p6RIXY8TYl0NyNtKMkafPL+XxGEvFB3Z8VlIjZrlLbs+aTLnyUIw9lb6OD',
      '3Gbs7f18LhpBohthOWtRb1lb+RLfxDc+3LJkhtMxQjAbBgkqhkiG9w0BCRQxDh4MAG0AeQAgAGsAZQB5MCMGCSqGSIb3DQEJFTEWBBQwQpOW4n',
      'SB+bAalLS9i1Fymt8MtDBAMDEwDQYJYIZIAWUDBAIBBQAEIG5MnKBHjAvnwOLz+EqIJHTeSJUzg2i5XohnuEIBhPEABAj8EO6OUC2PVQIBEA==',
    ].join(''),
    'base64',
  ),
  root: `-----BEGIN CERTIFICATE-----\nMIIBdTCCARugAwIBAgIULbyUCVi0DnFqbMegyPMcYPt/cUkwCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEUm9vdDAgFw0yNjExMjExNTMxMzFaGA8yMTI2MTAyODE1MzEzMVowDzENMAsGA1UEAwwEUm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABD54U/7Ka7QcigU7fZtlsZi4l7gRQma1p9U9ehvYpWBcnbMKj7hyfgS8R80hJd5+ONqbJZbn8IusGkZnEzuUjJCjUzBRMB0GA1UdDgQWBBSStJe901dUqfku7ve+vPvXCgH6AzAfBgNVHSMEGDAWgBSStJe901dUqfku7ve+vPvXCgH6AzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQD6zkpmtaPQ7Z68KcCkZU1G/jTD09AO1kkumhlffW7vRgIgZNcGkW0lfUgE7xdVpvW3TQ+kfMRKza8Ttkok2sjXu6w=\n-----END CERTIFICATE-----\n`,
};

const refusal = (options: object): TlsError => {
  try {
    accept(duplexPair()[0], options as never).destroy();
  } catch (error) {
    return error as TlsError;
  }
  throw new Error('the options were not refused');
};

describe.each([
  ['TLS 1.3', tls13],
  ['TLS 1.2', tls12],
])('in %s', (protocol, version) => {
  const versions = [version];

  it.each(['pkcs8', 'sec1'] as const)('a server has its key under a passphrase, in %s', async type => {
    const { certificate } = credential;
    for (const passphrase of ['secret', Buffer.from('secret')]) {
      const { client, server } = await openPair({ trust, versions }, { certificate, key: encrypted(type), passphrase });
      expect(client.info).toMatchObject({ verified: true });
      client.destroy();
      server.destroy();
    }
  });

  it('a server has all in a file of PKCS#12, alone or among others', async () => {
    const { pfx, root } = fixture;
    const none = { certificate: undefined, key: undefined };
    // Its certificates are OpenSSL's, without purposes.
    const lenient = { trust: { roots: [root] }, versions, verification: { profile: 'rfc5280' } } as const;
    for (const own of [{ pfx, passphrase: 'secret' }, { credentials: [{ pfx, passphrase: 'secret' }] }]) {
      const { client, server } = await openPair(lenient, { ...none, ...own });
      expect(client.info?.peerCertificates).toHaveLength(2);
      expect(protocol).toContain(client.info?.protocol.slice(4) ?? 'nothing');
      client.destroy();
      server.destroy();
    }
  });

  it('a client has its key under a passphrase', async () => {
    const { certificate } = credential;
    const alice = await ca.issue('alice');
    const key = createPrivateKey(alice.pem.key).export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-128-cbc',
      passphrase: 'p',
    });
    const { client, server } = await openPair(
      { trust, versions, certificate: alice.pem.certificate, key: key as string, passphrase: 'p' },
      { certificate, key: credential.key, clientAuth: 'require', trust },
    );
    expect(server.info?.peerCertificate?.subject).toBe('CN=alice');
    client.destroy();
    server.destroy();
  });
});

describe('options of files', async () => {
  const { certificate, key } = credential;
  const other = await ca.issue('localhost');

  it('with a passphrase that is wrong, or missing, are refused at once', () => {
    for (const options of [
      { certificate, key: encrypted('pkcs8') },
      { certificate, key: encrypted('pkcs8'), passphrase: 'wrong' },
      { certificate, key: encrypted('sec1'), passphrase: 'wrong' },
      { pfx: fixture.pfx },
      { pfx: fixture.pfx, passphrase: 'wrong' },
      { credentials: [{ pfx: fixture.pfx, passphrase: 'wrong' }] },
    ]) {
      expect(refusal(options)).toMatchObject({ code: 'ERR_TLS_PASSPHRASE', kind: 'usage' });
    }
  });

  it.each([
    ['pfx and a key', { pfx: fixture.pfx, key, passphrase: 'secret' }],
    ['pfx and a certificate', { pfx: fixture.pfx, certificate, passphrase: 'secret' }],
    ['pfx and a raw public key', { credentials: [{ rawPublicKey: true, pfx: fixture.pfx, passphrase: 'secret' }] }],
    ['pfx that is text', { pfx: 'text' }],
    ['a passphrase alone', { passphrase: 'secret' }],
    ['a passphrase for certificates alone', { certificate, passphrase: 'secret' }],
    ['a passphrase for several', { credentials: [{ certificate, key }], passphrase: 'secret' }],
    ['a passphrase that is none', { certificate, key, passphrase: 5 }],
    ['a passphrase for a key that lives elsewhere', { certificate, key: localhost.signingKey, passphrase: 'secret' }],
  ])('%s do not go together', (_, options) => {
    expect(refusal(options).code).toBe('ERR_TLS_INVALID_OPTION');
  });

  it('a passphrase may stand beside a key that needs none', async () => {
    const { client, server } = await openPair({ trust }, { certificate, key, passphrase: 'secret' });
    expect(client.info?.verified).toBe(true);
    client.destroy();
    server.destroy();
  });

  it.each([
    ['that belongs to it', certificate, undefined],
    ['of another key', other.pem.certificate, 'ERR_TLS_KEY_MISMATCH'],
    ['that is none', 'none', 'ERR_TLS_INVALID_OPTION'],
  ])('leave nothing of a key that was decrypted, beside a certificate %s', (_, beside, code) => {
    const decrypted = Uint8Array.from(createPrivateKey(key).export({ type: 'pkcs8', format: 'der' }));
    const keyFiles: KeyFiles = { decrypt: () => decrypted, loadPkcs12: () => expect.unreachable() };
    const abilities = { provider: createNodeProvider(), keyFiles } as Parameters<typeof serverCredentials>[1];
    const read = () => serverCredentials({ certificate: beside, key: 'a file', passphrase: 'secret' }, abilities);
    if (code === undefined) expect(read).not.toThrow();
    else expect(read).toThrow(expect.objectContaining({ code }));
    expect(decrypted.every(byte => byte === 0)).toBe(true);
  });

  it('are of this face alone: engines say what to do instead', () => {
    expect(() => createServerEngine({ certificate, key: encrypted('pkcs8'), passphrase: 'secret' })).toThrow(
      'decryptPrivateKey',
    );
    expect(() => createClientEngine({ trust, servername: 'localhost', pfx: fixture.pfx })).toThrow('loadPkcs12');
    expect(() => connect({ port: 1, pfx: fixture.pfx })).toThrow(/passphrase/);
  });
});
