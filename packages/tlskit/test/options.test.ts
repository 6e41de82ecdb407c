import { PassThrough } from 'node:stream';
import { NamedGroup } from '@tlskit/tls-messages';
import { createCA } from '@tlskit/tls-testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/engine.ts';
import {
  allExtras,
  createCertificateVerifier,
  createNobleProvider,
  hybridGroups,
  tls12,
  tls13,
  withExtras,
} from '../src/index.ts';
import { accept, connect, createServer } from '../src/node/index.ts';
import { nodeDefaults } from '../src/node/options.ts';
import { editDistance, nearest } from '../src/options/check.ts';
import { clientConfig } from '../src/options/client-config.ts';
import type { FaceDefaults } from '../src/options/common-config.ts';
import { serverConfig } from '../src/options/server-config.ts';
import type { ClientOptions, ServerOptions } from '../src/options.ts';
import { credential, localhost, trust } from './support.ts';

const provider = createNobleProvider();
const defaults: FaceDefaults = { provider: () => provider, versions: [tls13] };

const client = (options: object) =>
  clientConfig({ servername: 'localhost', trust, ...options } as ClientOptions, defaults);
const server = (options: object) => serverConfig({ ...credential, ...options } as ServerOptions, defaults);

const everySuite = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['TLS_AES_128_CCM_SHA256', 'TLS_AES_128_CCM_8_SHA256'],
];
const everyGroup = [
  ...['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'],
  ...['x25519', 'x448', 'secp256r1', 'secp384r1', 'secp521r1'],
  ...['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'],
];
const schemes = [
  ...['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512', 'ed25519', 'ed448'],
  ...['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'],
  ...['rsa_pss_pss_sha256', 'rsa_pss_pss_sha384', 'rsa_pss_pss_sha512', 'mldsa44', 'mldsa65', 'mldsa87'],
  ...['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512'],
];

/** What is thrown for a wrong option, or the proof that nothing was. */
function complaint(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION', kind: 'usage' });
    return (error as Error).message;
  }
  throw new Error('no complaint');
}

describe('names of options', () => {
  it.each([
    ['severname', "did you mean 'servername'?"],
    ['serverName', "did you mean 'servername'?"],
    ['apln', "did you mean 'alpn'?"],
    ['trsut', "did you mean 'trust'?"],
    ['cipherSuite', "did you mean 'cipherSuites'?"],
    ['keyshares', "did you mean 'keyShares'?"],
    ['handshakeTimout', "did you mean 'handshakeTimeout'?"],
    ['rejectUnauthorized', "trust: { insecure: 'accept any certificate' }"],
    ['ca', 'trust: { roots }'],
    ['ALPNProtocols', 'here it is alpn'],
    ['minVersion', 'here it is versions'],
    ['checkServerIdentity', 'here it is verifyName'],
    ['socket', 'here it is transport'],
    ['random', "only the engine of 'tlskit/engine'"],
    ['now', "only the engine of 'tlskit/engine'"],
  ])('%s is refused: %s', (name, hint) => {
    const message = complaint(() => connect({ port: 1, [name]: 0 } as never));
    expect(message).toContain(`'${name}'`);
    expect(message).toContain(hint);
  });

  it('that mean nothing are refused without a guess', () => {
    expect(complaint(() => connect({ port: 1, zebra: 1 } as never))).toBe("connect has no option 'zebra'");
  });

  it('are checked by every face', () => {
    expect(complaint(() => createServer({ ...credential, certficate: '' } as never))).toContain("'certificate'");
    expect(complaint(() => createServer({ ...credential, cert: '' } as never))).toContain('certificate');
    expect(complaint(() => accept(new PassThrough(), { ...credential, signals: 1 } as never))).toContain("'signal'");
    expect(complaint(() => createClientEngine({ trust, servername: 'x', ramdom: 1 } as never))).toContain("'random'");
    expect(complaint(() => createServerEngine({ ...credential, host: 'x' } as never))).toContain("'host'");
    expect(complaint(() => createServer({ ...credential, signal: AbortSignal.abort() } as never))).toContain(
      "'signal'",
    );
  });

  it('are checked in options within options', () => {
    expect(complaint(() => client({ limits: { maxTicket: 1 } }))).toContain("'maxTickets'");
    expect(complaint(() => connect({ port: 1, tcp: { localport: 1 } } as never))).toContain("'localPort'");
    expect(complaint(() => connect({ port: 1, inspect: { records() {} } } as never))).toContain("'record'");
    const wrong = [{ ...credential, name: 'x' }];
    expect(complaint(() => serverConfig({ credentials: wrong } as never, defaults))).toContain("'names'");
    expect(complaint(() => client({ trust: { roots: [], rots: [] } }))).toContain('rots');
  });

  it('may stand there undefined', () => {
    expect(client({ alpn: undefined, limits: undefined, keyShares: undefined }).alpn).toEqual([]);
  });

  it('come in an object', () => {
    for (const none of [undefined, null, [], 'x']) expect(complaint(() => connect(none as never))).toContain('object');
  });

  it('nearest is the nearest, and never far', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, `${a}x`)).toBe(1);
      }),
    );
    expect(editDistance('alpn', 'apln')).toBe(1);
    expect(nearest('a', ['b', 'c'])).toBe(undefined);
    expect(nearest('SERVERNAME', ['servername'])).toBe('servername');
  });
});

describe('names of IANA', () => {
  it('become code points, in the order that was said', () => {
    const config = client({
      cipherSuites: ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
      groups: ['secp521r1', 'x25519'],
      signatureSchemes: ['ed25519', 'ecdsa_secp521r1_sha512'],
    });
    expect(config.cipherSuites).toEqual([0x1303, 0x1301]);
    expect(config.groups).toEqual([25, 29]);
    expect(config.keyShares).toEqual([25]);
    expect(config.signatureSchemes).toEqual([0x0807, 0x0603]);
  });

  it('have defaults', () => {
    const config = client({});
    expect(config.cipherSuites).toEqual([0x1301, 0x1302, 0x1303]);
    expect(config.groups).toEqual([29, 23, 24]);
    expect(config.keyShares).toEqual([29]);
    expect(config.signatureSchemes.slice(0, 4)).toEqual([0x0403, 0x0503, 0x0807, 0x0603]);
    // For certificates only, and last.
    expect(config.signatureSchemes.slice(-3)).toEqual([0x0401, 0x0501, 0x0601]);
    expect(config.limits).toEqual({
      maxMessageLength: 131_072,
      maxCertificates: 16,
      maxTickets: 16,
      maxCertificateRequests: 8,
    });
  });

  it.each([
    ['cipherSuites', ['TLS_AES_128_GCM_SHA265'], "did you mean 'TLS_AES_128_GCM_SHA256'?"],
    ['cipherSuites', ['TLS_RSA_WITH_AES_128_CBC_SHA'], 'TLS_RSA_WITH_AES_128_CBC_SHA'],
    ['cipherSuites', ['TLS_AEGIS_256_SHA512'], 'belongs to none of the versions'],
    ['cipherSuites', [], 'cipherSuites is empty'],
    ['cipherSuites', ['TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256'], 'twice'],
    ['cipherSuites', 'TLS_AES_128_GCM_SHA256', 'a list of strings'],
    ['groups', ['x25591'], "did you mean 'x25519'?"],
    ['groups', ['P-256'], 'IANA knows no'],
    ['groups', ['sect163k1'], 'beyond the crypto provider'],
    ['groups', [29], 'a list of strings'],
    ['signatureSchemes', ['ecdsa_secp256r1_sha265'], "did you mean 'ecdsa_secp256r1_sha256'?"],
    ['signatureSchemes', ['rsa_pkcs1_sha256'], 'only schemes for certificates'],
    ['signatureSchemes', ['sm2sig_sm3'], 'beyond the crypto provider'],
    ['signatureSchemes', ['ed448'], 'beyond the crypto provider'],
    ['signatureSchemes', ['mldsa65'], 'beyond the crypto provider'],
    ['delegatedCredentials', ['ed448'], 'beyond the crypto provider'],
    ['groups', ['X25519MLKEM768'], 'beyond the crypto provider'],
    ['groups', ['x448'], 'beyond the crypto provider'],
    ['cipherSuites', ['TLS_AES_128_CCM_SHA256'], 'beyond the crypto provider'],
    // [9846:4.3.3:10]
    ['signatureSchemes', ['ecdsa_sha1', 'ed25519'], 'it comes last'],
    ['keyShares', ['secp521r1'], 'not among groups'],
    ['keyShares', ['secp256r1', 'x25519'], 'another order than groups'],
  ])('%s: %j is refused: %s', (option, value, hint) => {
    expect(complaint(() => client({ [option]: value }))).toContain(hint);
  });

  it('that the provider cannot do are left out of the defaults', () => {
    const { x25519: _, ...groups } = provider.groups;
    const { 'aes-128-gcm': __, ...aeads } = provider.aeads;
    const { sha512: ___, ...hashes } = provider.hashes;
    const less = { ...provider, groups, aeads, hashes };
    const config = client({ provider: less });
    expect(config.groups).toEqual([23, 24]);
    expect(config.keyShares).toEqual([23]);
    expect(config.cipherSuites).toEqual([0x1302, 0x1303]);
    expect(config.signatureSchemes).not.toContain(0x0806);
    expect(complaint(() => client({ provider: less, groups: ['x25519'] }))).toContain('beyond');
    expect(complaint(() => client({ provider: less, cipherSuites: ['TLS_AES_128_GCM_SHA256'] }))).toContain('beyond');
    expect(complaint(() => client({ provider: { ...provider, aeads: {} } }))).toContain('cipherSuites is empty');
  });

  it('come in the order of the provider where it has one, each version by itself, and as they are named otherwise', () => {
    const quick = { ...provider, aeadOrder: ['chacha20-poly1305', 'aes-256-gcm'] } as const;
    const versions = [tls13, tls12];
    expect(client({ provider: quick, versions }).cipherSuites).toEqual([
      ...[0x1303, 0x1302, 0x1301],
      ...[0xcca9, 0xcca8, 0xc02c, 0xc030, 0xc02b, 0xc02f],
    ]);
    expect(client({ provider, versions }).cipherSuites).toEqual([
      ...[0x1301, 0x1302, 0x1303],
      ...[0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8],
    ]);
    const cipherSuites = ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'];
    expect(client({ provider: quick, cipherSuites }).cipherSuites).toEqual([0x1301, 0x1303]);
  });

  it.each([
    ['the Node face', nodeDefaults],
    ['the portable provider with the hybrids', { ...defaults, provider: () => withExtras(provider, hybridGroups) }],
  ])('by default offer X25519MLKEM768 before x25519, and a share of each: %s', (_, face) => {
    const config = clientConfig({ servername: 'localhost', trust }, face);
    expect(config.groups).toEqual([0x11ec, 29, 23, 24]);
    expect(config.keyShares).toEqual([0x11ec, 29]);
    expect(serverConfig(credential, face).groups).toEqual([0x11ec, 29, 23, 24]);
  });

  it.each([
    [
      ['X25519MLKEM768', 'SecP256r1MLKEM768', 'secp384r1', 'x25519'],
      [0x11ec, 24],
    ],
    [['x25519', 'X25519MLKEM768'], [29]],
    [['SecP384r1MLKEM1024', 'X25519MLKEM768'], [0x11ed]],
  ])(
    'of groups %j give shares for the best, and behind one with ML-KEM for the best of the others',
    (groups, shares) => {
      const all = withExtras(provider, ...allExtras);
      expect(client({ provider: all, groups }).keyShares).toEqual(shares);
    },
  );

  it('may be all that TLS 1.3 has, with a provider that has it', () => {
    const all = withExtras(provider, ...allExtras);
    for (const has of [all, nodeDefaults.provider()]) {
      const config = client({ provider: has, cipherSuites: everySuite, groups: everyGroup, signatureSchemes: schemes });
      expect(config.cipherSuites).toEqual([0x1301, 0x1302, 0x1303, 0x1304, 0x1305]);
      expect(config.groups).toHaveLength(everyGroup.length);
      expect(config.signatureSchemes).toHaveLength(schemes.length);
      // CCM and what IANA does not recommend yet are reached by name alone.
      expect(client({ provider: has }).cipherSuites).toEqual([0x1301, 0x1302, 0x1303]);
      expect(client({ provider: has }).signatureSchemes).not.toContain(0x0905);
      expect(client({ provider: has }).signatureSchemes).toContain(0x0808);
    }
    expect(client({}).signatureSchemes).not.toContain(0x0808);
  });

  it.each([
    ['ecdsa_secp256r1_sha256', 'ecdsa-p256'],
    ['ecdsa_secp384r1_sha384', 'ecdsa-p384'],
    ['ecdsa_secp521r1_sha512', 'ecdsa-p521'],
    ['ed25519', 'ed25519'],
    ['ed448', 'ed448'],
    ['rsa_pss_rsae_sha256', 'rsa-2048'],
    ['rsa_pss_pss_sha256', 'rsa-pss'],
    ['mldsa44', 'ml-dsa-44'],
    ['mldsa65', 'ml-dsa-65'],
    ['mldsa87', 'ml-dsa-87'],
  ] as const)('of schemes are taken if, and only if, the provider reads such keys: %s', async (scheme, key) => {
    const { spki } = await createCA({ key });
    const takes = (call: () => unknown) => {
      try {
        call();
        return true;
      } catch {
        return false;
      }
    };
    const all = withExtras(provider, ...allExtras);
    expect(takes(() => all.importPublicKey(spki))).toBe(true);
    for (const each of [provider, withExtras(provider, hybridGroups), all, nodeDefaults.provider()]) {
      const offered = takes(() => client({ provider: each, signatureSchemes: [scheme] }));
      expect(offered).toBe(takes(() => each.importPublicKey(spki)));
    }
  });

  it('of key shares are a part of the groups, or none', () => {
    expect(client({ keyShares: [] }).keyShares).toEqual([]);
    expect(client({ keyShares: ['x25519', 'secp384r1'] }).keyShares).toEqual([29, 24]);
    expect(client({ keyShares: ['secp384r1'] }).keyShares).toEqual([24]);
  });
});

describe('the hash of a pre-shared key', () => {
  const key = new Uint8Array(32).fill(7);

  it('is SHA-256 where nobody says another [9846:4.3.11:2]', async () => {
    expect(client({ psk: [{ identity: 'x', key }] }).psks).toMatchObject([{ hash: 'sha256' }]);
    expect(client({ psk: [{ identity: 'x', key, hash: 'sha384' }] }).psks).toMatchObject([{ hash: 'sha384' }]);
    expect(await server({ pskLookup: () => ({ key }) }).pskLookup?.(key, {} as never)).toMatchObject({
      hash: 'sha256',
    });
  });
});

describe('values', () => {
  it.each([
    [{ recordSize: 0 }, 'recordSize'],
    [{ recordSize: 16_385 }, 'recordSize'],
    [{ recordSize: '1' }, 'recordSize'],
    [{ limits: { maxMessageLength: -1 } }, 'maxMessageLength'],
    [{ limits: { maxOutput: 1.5 } }, 'maxOutput'],
    [{ limits: 5 }, 'limits'],
    [{ padding: 16 }, 'padding'],
    [{ alpn: 'h2' }, 'alpn'],
    [{ alpn: [''] }, 'ALPN'],
    [{ alpn: ['x'.repeat(256)] }, 'ALPN'],
    [{ compatibilityMode: 'yes' }, 'compatibilityMode'],
    [{ versions: [] }, 'versions'],
    [{ versions: ['TLSv1.3'] }, 'versions'],
    [{ provider: 'node' }, 'provider'],
    [{ servername: '' }, 'servername'],
    [{ servername: 'a b' }, 'servername'],
    [{ servername: 'user@host' }, 'servername'],
    [{ servername: 'localhost:443' }, 'servername'],
    [{ servername: 5 }, 'servername'],
    [{ servername: '127.0.0.1' }, "verifyName: '127.0.0.1'"],
    [{ servername: '::1' }, "verifyName: '::1'"],
    [{ servername: '0x7f.1' }, 'servername'],
    [{ servername: '*.example.com' }, 'servername'],
    [{ servername: 'localhost..' }, 'servername'],
    [{ servername: 'a'.repeat(64) }, 'servername'],
    [{ verifyName: '-.example' }, 'verifyName'],
    [{ verifyName: '192.0.2.1%evil.example' }, 'verifyName'],
    [{ serverGroups: ['x25518'] }, "did you mean 'x25519'"],
    [{ alpnMismatch: 'ignore' }, "'refuse' or 'accept'"],
    [{ verifyName: false }, 'verifyName'],
    [{ servername: false }, 'whom to expect'],
    [{ trust: undefined }, 'trust must be said'],
    [{ trust: { insecure: true } }, 'spelt out'],
    [{ trust: { roots: [] } }, 'trusts nobody'],
    [{ trust: { pins: ['sha1/x'] } }, 'not a pin'],
    [{ trust: 'system' }, 'trust'],
    [{ verifier: { trust: 'x', verify() {} } }, 'exclude one another'],
    [{ trust: undefined, verifier: {} }, 'verifier'],
    [{ revocation: {} }, 'list of checkers'],
    [{ revocation: { by: [], unknown: 'refuse' } }, 'refuses everybody'],
    [{ revocation: { by: [], hard: true } }, '"hard"'],
    [{ trust: undefined, verifier: { trust: 'x', verify() {} }, revocation: { by: [] } }, 'revocation is for'],
    [{ trust: undefined, psk: [{ identity: 'x', key: new Uint8Array(32) }], revocation: { by: [] } }, 'with psk alone'],
    [{ trust: { rawPublicKeys: [localhost.spki] }, revocation: { by: [] } }, 'raw public keys alone'],
    [
      { trust: undefined, verifier: { trust: 'x', verify() {} }, verification: { profile: 'path' } },
      'verification is for',
    ],
    [{ trust: { rawPublicKeys: [localhost.spki] }, verification: { profile: 'path' } }, 'raw public keys alone'],
    [{ verification: 'webpki' }, 'an object of options'],
    [{ verification: new Map([['profile', 'path']]) }, 'an object of options'],
    [{ verification: null }, 'an object of options'],
    [{ verification: { limits: new Map([['depth', 1]]) } }, 'limits: no object of options'],
    [{ verification: { limits: null } }, 'limits: no object of options'],
    [{ verification: { isPublicSuffix: 'co.uk' } }, 'isPublicSuffix is a function'],
    [{ verification: { fetchTimeout: 0 } }, 'fetchTimeout is a number of milliseconds'],
    [{ limits: new Map([['maxTickets', 0]]) }, 'limits takes an object of options'],
    [{ revocation: new Map() }, 'revocation: no object of options'],
    [{ trust: new Map() }, 'trust: no object of options'],
    [{ verification: { profile: 'browser' } }, 'no profile is called "browser"'],
    [{ verification: { profil: 'path' } }, 'no option called "profil"'],
    [{ verification: { trust } }, 'has no trust'],
    [{ verification: { revocation: { by: [] } } }, 'has no revocation'],
  ])('of a client: %j is refused', (options, hint) => {
    expect(complaint(() => client(options))).toContain(hint);
  });

  it.each([
    [{ key: undefined }, 'no key beside it'],
    [{ certificate: undefined }, 'no certificate beside it'],
    [{ certificate: undefined, key: undefined }, 'a server needs'],
    [{ credentials: [credential] }, 'exclude one another'],
    [{ selectCredential: () => undefined }, 'exclude one another'],
    [{ certificate: undefined, key: undefined, credentials: [] }, 'not empty'],
    [{ certificate: undefined, key: undefined, selectCredential: 5 }, 'function'],
    [{ verification: { profile: 'path' } }, 'needs trust or verifier'],
    [{ certificate: 'nothing' }, 'certificate'],
    [{ key: 'nothing' }, 'key'],
    [{ preference: 'mine' }, "'server' or 'client'"],
    [{ alpnMismatch: 'shrug' }, "'refuse' or 'ignore'"],
    [{ selectAlpn: 'h2' }, 'selectAlpn is a function'],
    [{ alpn: ['h2'], selectAlpn: () => 'h2' }, 'exclude one another'],
    [{ acknowledgeName: 'no' }, 'acknowledgeName'],
    [{ equalGroups: ['x25519'] }, 'list of strings'],
    [{ equalGroups: 'x25519' }, 'list of lists'],
    [{ groups: ['x25519'], equalGroups: [['x25519', 'secp256r1']] }, 'not among groups'],
    [{ groups: ['x25519'], equalGroups: [['x25519'], ['x25519']] }, 'twice'],
    [{ onClientHello: true }, 'onClientHello is a function'],
  ])('of a server: %j is refused', (options, hint) => {
    expect(complaint(() => server(options))).toContain(hint);
  });

  it("of a server: a key that is not the certificate's is refused", async () => {
    const other = await (await createCA()).issue('localhost');
    expect(() => server({ key: other.pem.key })).toThrow(expect.objectContaining({ code: 'ERR_TLS_KEY_MISMATCH' }));
  });

  it.each([
    [{}, 'where to connect to'],
    [{ host: 'localhost' }, 'where to connect to'],
    [{ port: 0 }, 'port'],
    [{ port: 65_536 }, 'port'],
    [{ port: '443' }, 'port'],
    [{ port: 443, path: '/tmp/x' }, 'exclude one another'],
    [{ port: 443, transport: new PassThrough() }, 'exclude one another'],
    [{ transport: new PassThrough() }, 'whom to expect'],
    [{ transport: new PassThrough(), host: 'localhost' }, 'servername'],
    [{ path: '/tmp/x', servername: 'localhost', tcp: {} }, 'tcp goes with port'],
    [{ transport: {}, servername: 'localhost' }, 'transport is a Duplex stream'],
    [{ transport: new PassThrough({ objectMode: true }), servername: 'localhost' }, 'objects'],
    [{ transport: new PassThrough({ encoding: 'utf8' }), servername: 'localhost' }, 'encoding'],
    [{ port: 443, host: '' }, 'host'],
    [{ port: 443, host: 'a b' }, 'neither a host name'],
    [{ port: 443, signal: 'stop' }, 'signal'],
    [{ port: 443, handshakeTimeout: -1 }, 'handshakeTimeout'],
    [{ port: 443, highWaterMark: 0 }, 'highWaterMark'],
    [{ port: 443, keyLog: '/tmp/keys' }, 'keyLog'],
    [{ port: 443, allowHalfOpen: 1 }, 'allowHalfOpen'],
    [{ port: 443, inspect: { record: true } }, 'inspect.record'],
  ])('of a connection: %o is refused', (options, hint) => {
    expect(complaint(() => connect({ trust, ...options } as never))).toContain(hint);
  });
});

describe('the share that a client sends', () => {
  const shares = (options: object) => clientConfig({ trust, servername: 'a.test', ...options }, defaults).keyShares;
  const { x25519, secp256r1 } = NamedGroup.values;
  const groups = ['x25519', 'secp256r1'];

  it.each([
    [{ groups, serverGroups: ['secp256r1', 'x25519'] }, [x25519]],
    [{ groups, serverGroups: ['secp256r1', 'ffdhe2048'] }, [secp256r1]],
    [{ groups, serverGroups: ['secp256r1'], keyShares: ['x25519'] }, [secp256r1]],
    [{ groups, serverGroups: ['ffdhe2048'], keyShares: groups }, [x25519, secp256r1]],
    [{ groups, serverGroups: [], keyShares: [] }, []],
  ])('of %j is of %j', (options, expected) => {
    expect(shares(options)).toEqual(expected);
  });
});

describe('the name of the peer', () => {
  const names = (options: object, host?: string) => {
    const { serverName, peerName } = clientConfig({ trust, ...options } as ClientOptions, defaults, { host });
    return [serverName, peerName];
  };

  it.each([
    ['Example.COM', ['example.com', 'example.com']],
    ['example.com.', ['example.com', 'example.com']],
    ['bücher.example', ['xn--bcher-kva.example', 'xn--bcher-kva.example']],
    ['under_score.example', ['under_score.example', 'under_score.example']],
    ['192.0.2.1', [undefined, '192.0.2.1']],
    ['2001:db8::1', [undefined, '2001:db8::1']],
    ['[2001:db8::1]', [undefined, '2001:db8::1']],
    ['fe80::1%eth0', [undefined, 'fe80::1']],
  ])('comes from the host %s', (host, expected) => {
    expect(names({}, host)).toEqual(expected);
  });

  it('comes from the options first', () => {
    expect(names({ servername: 'a.test' }, '192.0.2.1')).toEqual(['a.test', 'a.test']);
    expect(names({ servername: false }, 'b.test')).toEqual([undefined, 'b.test']);
    expect(names({ servername: 'a.test', verifyName: 'c.test' }, 'b.test')).toEqual(['a.test', 'c.test']);
    expect(names({ verifyName: '192.0.2.1' }, 'b.test')).toEqual(['b.test', '192.0.2.1']);
  });

  it("need not be said to a verifier of one's own", () => {
    const verifier = createCertificateVerifier({ provider, trust });
    const config = clientConfig({ verifier, servername: false }, defaults);
    expect([config.serverName, config.peerName, config.verifier]).toEqual([undefined, undefined, verifier]);
  });
});
