/** `tlskit scan` of servers that others wrote, whose configuration is known: it finds that, nothing more and nothing less. */
import { generatePrimeSync, getDiffieHellman } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { AnyCipherSuite } from '@tlskit/tls-messages';
import { createCA, toPem } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity, identity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { gnutlsServer, PRIORITY12 } from '../src/gnutls.ts';
import { nginx } from '../src/nginx.ts';
import { node24Server } from '../src/node-24.ts';
import { opensslServer } from '../src/openssl.ts';
import { findPeer, outputOf } from '../src/programs.ts';
import { type ScanReport, scanned, taken } from './scan-report.ts';
import { afterTest, forPeer, stopAfterTest } from './support.ts';

const authority = await createCA({ key: 'rsa-2048' });
// Without keyEncipherment a key is none for the key exchange of that name (RFC 5246 §7.4.2).
const rsa = identity(
  await authority.issue({ names: [HOST], key: 'rsa-2048', keyUsage: ['digitalSignature', 'keyEncipherment'] }),
  authority,
);
const ecdsa = await goodIdentity('ecdsa-p256');

const suites13 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];
const rsaSchemes13 = ['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'];
const groups30 = ['x25519', 'secp256r1', 'x448', 'secp521r1', 'secp384r1'];
const fields = ['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'];

/** The same in any order. */
const inAnyOrder = (all: readonly string[]) => expect.toSatisfy((found: readonly string[]) => same(found, all));
const same = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join();

forPeer('openssl', 'openssl s_server', () => {
  const stopping = stopAfterTest();

  const scan = async (own: Identity, args: readonly string[]): Promise<ScanReport> => {
    const server = await opensslServer(own, ['-rev', ...args]);
    stopping(server.child);
    return scanned(server.port, own);
  };
  const both = ['-min_protocol', 'TLSv1.2'];

  /** What a cipher string comes to, by OpenSSL's own word, with certificates of these kinds. */
  const ciphers = (text: string, kinds: readonly string[], version = '-tls1_2'): readonly string[] =>
    outputOf('openssl', ['ciphers', '-s', version, '-stdname', text])
      .trim()
      .split('\n')
      .filter(line => kinds.some(kind => line.includes(`Au=${kind} `)))
      .map(line => line.split(' ')[0] as string);

  it('by default', async () => {
    const report = await scan(rsa, both);
    expect(taken(report)).toEqual({
      versions: ['1.3', '1.2'],
      suites: { '1.3': inAnyOrder(suites13), '1.2': inAnyOrder(ciphers('DEFAULT', ['RSA'])) },
      preference: { '1.3': 'client', '1.2': 'client' },
      groups: { '1.3': inAnyOrder([...groups30, ...fields]), '1.2': inAnyOrder(groups30) },
      schemes: {
        '1.3': rsaSchemes13,
        '1.2': [...rsaSchemes13, 'rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512', 'rsa_pkcs1_sha224'],
      },
      keys: ['RSA 2048'],
      oddities: [],
    });
    expect(report).toMatchObject({
      complete: true,
      clientAuth: { requested: false, required: false },
      renegotiation: { secure: true, clientInitiated: false },
      encryptThenMac: true,
      certificates: [{ verified: true, stapled: false }],
      tolerance: {
        grease: true,
        refusedHello: null,
        futureVersions: true,
        fallbackScsv: true,
        downgradeSentinel: true,
      },
      resumption: [
        { tickets: 2, ticketLifetime: 7200, resumesByTicket: true, earlyData: 0, resumesWithoutKeyExchange: false },
        { tickets: 1, ticketLifetime: 7200, resumesByTicket: true, resumesById: true },
      ],
    });
  });

  it.each<readonly [string, Identity, readonly string[], Partial<ReturnType<typeof taken>>]>([
    [
      'TLS 1.3 with suites and groups in its order',
      rsa,
      [
        ...['-tls1_3', '-serverpref', '-ciphersuites', 'TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_8_SHA256'],
        ...['-groups', 'P-384:X448:ffdhe3072'],
      ],
      {
        versions: ['1.3'],
        suites: { '1.3': ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_CCM_8_SHA256'] },
        preference: { '1.3': 'server' },
        groups: { '1.3': ['secp384r1', 'x448', 'ffdhe3072'] },
        schemes: { '1.3': rsaSchemes13 },
      },
    ],
    [
      'TLS 1.2 with three suites in its order',
      rsa,
      [
        '-tls1_2',
        '-serverpref',
        '-cipher',
        'AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-CAMELLIA128-SHA',
        '-groups',
        'P-521',
      ],
      {
        versions: ['1.2'],
        suites: {
          '1.2': [
            'TLS_RSA_WITH_AES_128_CBC_SHA',
            'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
            'TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA',
          ],
        },
        preference: { '1.2': 'server' },
        groups: { '1.2': ['secp521r1'] },
      },
    ],
    [
      'every cipher of TLS 1.2 that it has, in its order, with keys of both kinds',
      rsa,
      [
        '-tls1_2',
        '-serverpref',
        '-cipher',
        'ALL:COMPLEMENTOFALL:@SECLEVEL=0',
        '-dkey',
        ecdsa.files.key,
        '-dcert',
        ecdsa.files.certificate,
      ],
      {
        versions: ['1.2'],
        suites: { '1.2': ciphers('ALL:COMPLEMENTOFALL:@SECLEVEL=0', ['RSA', 'ECDSA', 'None']).filter(isNoPsk) },
        preference: { '1.2': 'server' },
        keys: expect.toSatisfy((keys: readonly string[]) => same(keys, ['RSA 2048', 'ECDSA P-256'])),
        groups: { '1.2': groups30 },
        schemes: expect.anything() as never,
      },
    ],
    [
      'two certificates and three schemes',
      rsa,
      [
        ...both,
        '-dkey',
        ecdsa.files.key,
        '-dcert',
        ecdsa.files.certificate,
        '-sigalgs',
        'ECDSA+SHA256:RSA-PSS+SHA384:RSA+SHA512',
      ],
      {
        suites: { '1.3': inAnyOrder(suites13), '1.2': inAnyOrder(ciphers('DEFAULT', ['RSA', 'ECDSA'])) },
        schemes: {
          '1.3': ['ecdsa_secp256r1_sha256', 'rsa_pss_rsae_sha384'],
          '1.2': ['ecdsa_secp256r1_sha256', 'rsa_pss_rsae_sha384', 'rsa_pkcs1_sha512'],
        },
        keys: expect.toSatisfy((keys: readonly string[]) => same(keys, ['RSA 2048', 'ECDSA P-256'])),
      },
    ],
    [
      'nothing above TLS 1.1',
      rsa,
      [
        '-min_protocol',
        'TLSv1',
        '-max_protocol',
        'TLSv1.1',
        '-serverpref',
        '-cipher',
        'AES256-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0',
      ],
      {
        versions: ['1.1', '1.0'],
        suites: {
          '1.1': ['TLS_RSA_WITH_AES_256_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
          '1.0': ['TLS_RSA_WITH_AES_256_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
        },
        preference: { '1.1': 'server', '1.0': 'server' },
        groups: { '1.1': groups30 },
        schemes: {},
      },
    ],
    [
      'a P-256 certificate, whose curve clients must have',
      ecdsa,
      ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256', '-curves', 'X25519:P-256:P-384'],
      {
        versions: ['1.2'],
        suites: { '1.2': ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'] },
        preference: { '1.2': null },
        groups: { '1.2': inAnyOrder(['x25519', 'secp256r1', 'secp384r1']) },
        schemes: expect.anything() as never,
        keys: ['ECDSA P-256'],
      },
    ],
  ])('%s', async (_, own, args, shown) => {
    const report = await scan(own, args);
    const usual = {
      versions: ['1.3', '1.2'],
      preference: { '1.3': 'client', '1.2': 'client' },
      groups: { '1.3': inAnyOrder([...groups30, ...fields]), '1.2': inAnyOrder(groups30) },
      schemes: {
        '1.2': [...rsaSchemes13, 'rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512', 'rsa_pkcs1_sha224'],
      },
      keys: ['RSA 2048'],
      oddities: [],
    };
    expect(taken(report)).toEqual({ ...usual, ...shown });
  });

  it('a prime of its own, and one that everybody has', async () => {
    const dhe = ['-tls1_2', '-cipher', 'DHE-RSA-AES128-SHA:@SECLEVEL=0'];
    const own = await scan(rsa, [...dhe, '-dhparam', dhParameters(generatePrimeSync(1024))]);
    expect(own.dh).toMatchObject({ bits: 1024, knownAs: null });
    const report = await scan(rsa, [...dhe, '-dhparam', dhParameters(getDiffieHellman('modp15').getPrime())]);
    expect(report.dh).toMatchObject({ bits: 3072, knownAs: 'MODP group 15 (RFC 3526)' });
    expect(report.groups).toEqual([]);
  });

  it('pre-shared keys alone', async () => {
    const key = ['-nocert', '-psk', '00112233445566778899aabbccddeeff'];
    const { suites } = taken(
      await scan(rsa, ['-tls1_2', '-cipher', 'PSK-AES128-CBC-SHA:ECDHE-PSK-AES256-CBC-SHA', ...key]),
    );
    expect(suites['1.2']).toEqual(inAnyOrder(['TLS_PSK_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA']));
  });

  it('application protocols, and what becomes of others', async () => {
    const { protocols } = await scan(rsa, [...both, '-alpn', 'xmpp-client,h2,http/1.1']);
    expect(protocols).toEqual({ protocols: ['xmpp-client', 'h2', 'http/1.1'], otherwise: 'refused' });
    expect((await scan(rsa, ['-tls1_3', '-alpn', 'imap'])).protocols).toEqual({
      protocols: ['imap'],
      otherwise: 'refused',
    });
    expect((await scan(rsa, both)).protocols).toEqual({ protocols: [], otherwise: 'ignored' });
  });

  it('no tickets, and early data', async () => {
    const [none13, none12] = (await scan(rsa, [...both, '-no_ticket', '-num_tickets', '0', '-no_cache'])).resumption;
    expect(none13).toMatchObject({ tickets: 0, resumesByTicket: null });
    expect(none12).toMatchObject({ tickets: 0, resumesByTicket: null, resumesById: false });
    // With -rev it takes no early data.
    const args = ['-tls1_3', '-early_data', '-max_early_data', '4321', '-no_anti_replay'];
    const server = await opensslServer(rsa, args);
    stopping(server.child);
    const [early] = (await scanned(server.port, rsa)).resumption;
    expect(early).toMatchObject({ tickets: 2, earlyData: 4321, resumesByTicket: true });
  });

  it.each([
    ['-verify', false],
    ['-Verify', true],
  ])('clients that it asks for certificates by %s', async (option, required) => {
    for (const version of ['-tls1_3', '-tls1_2']) {
      const { clientAuth, certificates } = await scan(rsa, [version, option, '1', '-verify_quiet']);
      expect(clientAuth).toEqual({ requested: true, required });
      expect(certificates).toMatchObject([{ key: 'RSA 2048', verified: true }]);
    }
  });

  it('renegotiation for whoever asks, and CBC that authenticates first', async () => {
    const report = await scan(rsa, ['-tls1_2', '-client_renegotiation', '-no_etm', '-cipher', 'ECDHE-RSA-AES128-SHA']);
    expect(report).toMatchObject({ renegotiation: { secure: true, clientInitiated: true }, encryptThenMac: false });
    expect(report.findings.map(({ id }) => id)).toEqual(
      ['cbc-without-encrypt-then-mac', 'client-renegotiation', 'no-tls-1.3'].sort(
        (a, b) => order(report, a) - order(report, b),
      ),
    );
  });

  it('names that it does not know', async () => {
    const second = ['-servername', HOST, '-cert2', ecdsa.files.certificate, '-key2', ecdsa.files.key];
    const refused = await scan(rsa, ['-tls1_2', ...second, '-servername_fatal']);
    expect(refused.names.unknown).toEqual({ accepted: false, alert: 'unrecognized_name', otherCertificate: null });
    expect(refused.names.without).toEqual({ accepted: true, alert: null, otherCertificate: true });
    expect(refused.certificates.map(({ key }) => key)).toEqual(['ECDSA P-256']);
    const { names } = await scan(rsa, [...both, ...second]);
    expect(names.unknown).toEqual({ accepted: true, alert: null, otherCertificate: true });
  });
});

/** A file of DHParameter (PKCS #3), `SEQUENCE { prime, base }`, with 2 as the base. */
function dhParameters(prime: Uint8Array | ArrayBuffer): string {
  const p = Buffer.concat([Uint8Array.of(0), new Uint8Array(prime)]);
  const length = (bytes: number) => Uint8Array.of(0x82, bytes >> 8, bytes & 0xff);
  const contents = Buffer.concat([Uint8Array.of(2), length(p.length), p, Uint8Array.of(2, 1, 2)]);
  return file(toPem('DH PARAMETERS', Buffer.concat([Uint8Array.of(0x30), length(contents.length), contents])));
}

const isNoPsk = (name: string): boolean => !/PSK|SRP/.test(name);
const order = ({ findings }: ScanReport, id: string): number => findings.findIndex(each => each.id === id);

forPeer('node 24', 'Node 24', () => {
  const stopping = stopAfterTest();

  it('groups with ML-KEM, by HelloRetryRequest', async () => {
    const groups = ['SecP384r1MLKEM1024', 'X25519MLKEM768', 'MLKEM768', 'x25519'];
    const server = await node24Server(rsa, { minVersion: 'TLSv1.3', ecdhCurve: groups.join(':') });
    stopping(server.child);
    const report = await scanned(server.port, rsa);
    expect(taken(report).groups).toEqual({ '1.3': inAnyOrder(groups) });
    expect(report.findings.map(({ id }) => id)).not.toContain('no-post-quantum-group');
  });
});

forPeer('gnutls', 'gnutls-serv', () => {
  const stopping = stopAfterTest();

  it.each<readonly [string, string, readonly string[], readonly string[]]>([
    [
      'TLS 1.2 and TLS 1.3',
      'NONE:+VERS-TLS1.3:+VERS-TLS1.2:+COMP-NULL:+CTYPE-ALL:+AES-128-GCM:+AES-256-CBC:+AEAD:+SHA1:+ECDHE-RSA:+DHE-RSA:+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-SHA384:+GROUP-SECP384R1:+GROUP-X448:+GROUP-FFDHE3072',
      ['secp384r1', 'x448', 'ffdhe3072'],
      ['rsa_pss_rsae_sha256', 'rsa_pkcs1_sha384'],
    ],
    [
      'TLS 1.2',
      `${PRIORITY12}:+CAMELLIA-256-GCM:+AES-256-CCM-8:+CHACHA20-POLY1305:+AEAD:+RSA:+ECDHE-RSA:+SIGN-RSA-SHA256:+GROUP-X25519`,
      ['x25519'],
      ['rsa_pkcs1_sha256'],
    ],
    [
      'everything',
      'NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2',
      [
        'x25519',
        'secp256r1',
        'secp384r1',
        'secp521r1',
        'x448',
        'ffdhe2048',
        'ffdhe3072',
        'ffdhe4096',
        'ffdhe6144',
        'ffdhe8192',
      ],
      [
        'rsa_pss_rsae_sha256',
        'rsa_pss_rsae_sha384',
        'rsa_pss_rsae_sha512',
        'rsa_pkcs1_sha256',
        'rsa_pkcs1_sha384',
        'rsa_pkcs1_sha512',
        'rsa_pkcs1_sha1',
      ],
    ],
  ])('%s', async (_, base, groups, schemes) => {
    const server = await gnutlsServer(rsa, { base });
    stopping(server.child);
    const report = await scanned(server.port, rsa);
    const found = taken(report);
    // Its own word, by code points: its names are not IANA's.
    const listed = [...outputOf('gnutls-cli', ['--list', '--priority', base]).matchAll(/^(TLS_\S+)\s+0x(..), 0x(..)/gm)]
      .filter(([, name]) => !/ECDSA|PSK/.test(name as string))
      .map(([, , high, low]) => AnyCipherSuite.label(Number.parseInt(`${high}${low}`, 16)));
    expect(Object.values(found.suites).flat()).toEqual(inAnyOrder(listed));
    expect(found.versions).toEqual(/VERS-TLS1\.3/.test(base) ? ['1.3', '1.2'] : ['1.2']);
    for (const [version, each] of Object.entries(found.groups))
      expect([version, each]).toEqual([version, inAnyOrder(groups)]);
    expect(found.schemes['1.2']).toEqual(inAnyOrder(schemes));
    expect(found.oddities).toEqual([]);
  });
});

forPeer('node', "Node's tls", () => {
  const later = afterTest();

  it('finds ciphers, curves, protocols and schemes', async () => {
    const { certificate: cert, key } = rsa;
    const server = tls.createServer({
      ...{ cert, key, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', honorCipherOrder: true },
      ciphers: 'TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305',
      ecdhCurve: 'P-384:X25519',
      sigalgs: 'RSA-PSS+SHA512:RSA+SHA256',
      ALPNProtocols: ['http/1.1', 'h2'],
    });
    server.on('secureConnection', socket => socket.on('error', () => {}).resume());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    later(() => server.close());
    const report = await scanned((server.address() as AddressInfo).port, rsa);
    expect(taken(report)).toEqual({
      versions: ['1.3', '1.2'],
      suites: {
        '1.3': ['TLS_AES_256_GCM_SHA384'],
        '1.2': ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256'],
      },
      preference: { '1.3': null, '1.2': 'server' },
      groups: { '1.3': ['secp384r1', 'x25519'], '1.2': ['secp384r1', 'x25519'] },
      schemes: { '1.3': ['rsa_pss_rsae_sha512'], '1.2': ['rsa_pss_rsae_sha512', 'rsa_pkcs1_sha256'] },
      keys: ['RSA 2048'],
      oddities: [],
    });
    expect(report.protocols).toEqual({ protocols: ['http/1.1', 'h2'], otherwise: 'refused' });
  });
});

const nginxPresence = findPeer('nginx');
// It is one of few that are not everywhere where the others are: here its absence is never a failure.
describe.skipIf(!nginxPresence.here)(nginxPresence.here ? 'nginx' : `nginx (skipped: ${nginxPresence.reason})`, () => {
  const stopping = stopAfterTest();

  it('as Mozilla’s intermediate profile has it', async () => {
    const suites = [
      'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
    ].join(':');
    const server = stopping(
      await nginx(rsa, [
        'ssl_protocols TLSv1.2 TLSv1.3',
        `ssl_ciphers ${suites}`,
        'ssl_prefer_server_ciphers off',
        'ssl_ecdh_curve X25519:prime256v1:secp384r1',
        'ssl_session_tickets off',
        'ssl_session_cache shared:SSL:1m',
      ]),
    );
    const report = await scanned(server.port, rsa, ['--policy', 'intermediate']);
    expect(taken(report)).toMatchObject({
      versions: ['1.3', '1.2'],
      suites: {
        '1.3': inAnyOrder(suites13),
        '1.2': inAnyOrder([
          'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
          'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
          'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
        ]),
      },
      preference: { '1.3': 'client', '1.2': 'client' },
      groups: {
        '1.3': inAnyOrder(['x25519', 'secp256r1', 'secp384r1']),
        '1.2': inAnyOrder(['x25519', 'secp256r1', 'secp384r1']),
      },
    });
    expect(report.protocols?.protocols).toEqual(['h2', 'http/1.1', 'http/1.0', 'http/0.9']);
    expect(report.resumption[1]).toMatchObject({ tickets: 0, resumesById: true });
    expect(report.findings.filter(({ id }) => id.startsWith('policy-'))).toEqual([]);
  });

  it('with what is old', async () => {
    const server = stopping(
      await nginx(rsa, [
        'ssl_protocols TLSv1 TLSv1.2',
        'ssl_ciphers AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0',
        'ssl_prefer_server_ciphers on',
        'ssl_verify_client optional_no_ca',
      ]),
    );
    const report = await scanned(server.port, rsa);
    expect(taken(report).suites).toEqual({
      '1.2': ['TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
      '1.0': ['TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
    });
    expect(report.clientAuth).toEqual({ requested: true, required: false });
  });
});
