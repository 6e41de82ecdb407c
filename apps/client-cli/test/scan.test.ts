import { createNobleProvider, MemoryReplayGuard, MemorySessionCache, TicketKeys, TlsError } from 'tlskit';
import { tls12, tls13 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import type { ScanResult } from '../src/scan/result.ts';
import { type Options, type Summary, shows, summary, surveyPort } from './scan-support.ts';
import { ca, localhost, silent, tlsServer } from './support.ts';

const both = ['digitalSignature', 'keyEncipherment'] as const;
const rsa = await ca.issue({ names: ['localhost'], key: 'rsa-2048', keyUsage: both });
const shortRsa = await ca.issue({ names: ['localhost'], key: 'rsa-1024', keyUsage: both });
const ed25519 = await ca.issue({ names: ['localhost'], key: 'ed25519' });
const stranger = await ca.issue('other.example');
const p384 = await ca.issue({ names: ['localhost'], key: 'ecdsa-p384' });

const resumes = (): Options => ({
  tickets: new TicketKeys({ provider: createNobleProvider(), now: Date.now }),
  tls12: { sessions: new MemorySessionCache() },
});

const suites13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const ecdsa = suitesOf('ECDHE_ECDSA');

function suitesOf(exchange: string): readonly string[] {
  return ['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256'].map(
    cipher => `TLS_${exchange}_WITH_${cipher}`,
  );
}

/** What a server of ours with a P-256 certificate shows where nothing is said. */
const usual: Summary = {
  versions: ['TLS 1.3', 'TLS 1.2'],
  suites: { '1.3': suites13, '1.2': ecdsa },
  preference: { '1.3': 'server', '1.2': 'server' },
  groups: { '1.3': ['X25519MLKEM768', 'x25519', 'secp256r1', 'secp384r1'], '1.2': ['x25519', 'secp256r1'] },
  schemes: {
    '1.3': ['ecdsa_secp256r1_sha256'],
    '1.2': ['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512'],
  },
  protocols: [],
  extensions: [
    'server_name 1.3+1.2',
    'max_fragment_length 1.3+1.2',
    'ec_point_formats 1.2',
    'extended_master_secret 1.2',
    'record_size_limit 1.3+1.2',
    'renegotiation_info 1.2',
  ],
  keys: ['ECDSA P-256'],
};

const rsaSchemes = ['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'];
const pkcs1Schemes = ['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512'];
const only12 = ({ suites, preference, groups, schemes, extensions }: Summary): Partial<Summary> => {
  const of12 = <T>(all: Readonly<Record<string, T>>) => ({ '1.2': all['1.2'] as T });
  return {
    versions: ['TLS 1.2'],
    suites: of12(suites),
    preference: of12(preference),
    groups: of12(groups),
    schemes: of12(schemes),
    extensions: extensions.map(text => text.replace('1.3+', '')),
  };
};

/** Options of a server of ours; what of the usual is otherwise. */
const servers: readonly (readonly [title: string, options: Options, shown: Partial<Summary>])[] = [
  ['by default', {}, {}],
  [
    'TLS 1.3 alone',
    { versions: [tls13] },
    {
      versions: ['TLS 1.3'],
      suites: { '1.3': suites13 },
      preference: { '1.3': 'server' },
      groups: { '1.3': usual.groups['1.3']! },
      schemes: { '1.3': usual.schemes['1.3']! },
      extensions: ['server_name 1.3', 'max_fragment_length 1.3', 'record_size_limit 1.3'],
    },
  ],
  ['TLS 1.2 alone', { versions: [tls12] }, only12(usual)],
  [
    'one suite of each version, in CCM',
    { cipherSuites: ['TLS_AES_128_CCM_8_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM'] },
    {
      suites: { '1.3': ['TLS_AES_128_CCM_8_SHA256'], '1.2': ['TLS_ECDHE_ECDSA_WITH_AES_256_CCM'] },
      preference: { '1.3': null, '1.2': null },
    },
  ],
  [
    'an order of its own',
    { cipherSuites: [...suites13].reverse().concat([...ecdsa].reverse()) },
    { suites: { '1.3': [...suites13].reverse(), '1.2': [...ecdsa].reverse() } },
  ],
  [
    "the client's order",
    { preference: 'client' },
    {
      preference: { '1.3': 'client', '1.2': 'client' },
      groups: { ...usual.groups, '1.2': ['x25519', 'secp384r1', 'secp256r1'] },
    },
  ],
  [
    'every group that there is',
    {
      groups: ['x448', 'secp521r1', 'secp384r1', 'x25519', 'SecP256r1MLKEM768', 'ffdhe2048', 'ffdhe3072'],
      ...shows(ed25519),
    },
    {
      suites: { '1.3': suites13, '1.2': ecdsa },
      groups: {
        '1.3': ['x448', 'secp521r1', 'secp384r1', 'x25519', 'SecP256r1MLKEM768', 'ffdhe2048', 'ffdhe3072'],
        '1.2': ['x448', 'secp521r1', 'secp384r1', 'x25519'],
      },
      schemes: { '1.3': ['ed25519'], '1.2': ['ed25519'] },
      keys: ['Ed25519'],
    },
  ],
  [
    'an RSA key',
    shows(rsa),
    {
      suites: { '1.3': suites13, '1.2': suitesOf('ECDHE_RSA') },
      groups: { ...usual.groups, '1.2': ['x25519', 'secp256r1', 'secp384r1'] },
      schemes: { '1.3': rsaSchemes, '1.2': [...rsaSchemes, ...pkcs1Schemes] },
      keys: ['RSA 2048'],
    },
  ],
  [
    'two certificates',
    shows(localhost, rsa),
    {
      // The first certificate that fits goes before the order of suites.
      suites: { '1.3': suites13, '1.2': [...ecdsa, ...suitesOf('ECDHE_RSA')] },
      groups: { ...usual.groups, '1.2': ['x25519', 'secp256r1', 'secp384r1'] },
      schemes: {
        '1.3': [...usual.schemes['1.3']!, ...rsaSchemes],
        '1.2': [...usual.schemes['1.2']!, ...rsaSchemes, ...pkcs1Schemes],
      },
      keys: ['ECDSA P-256', 'RSA 2048'],
    },
  ],
  [
    'two schemes',
    { signatureSchemes: ['rsa_pss_rsae_sha384', 'rsa_pkcs1_sha256'], ...shows(rsa) },
    {
      suites: { '1.3': suites13, '1.2': suitesOf('ECDHE_RSA') },
      groups: { ...usual.groups, '1.2': ['x25519', 'secp256r1', 'secp384r1'] },
      schemes: { '1.3': ['rsa_pss_rsae_sha384'], '1.2': ['rsa_pss_rsae_sha384', 'rsa_pkcs1_sha256'] },
      keys: ['RSA 2048'],
    },
  ],
  [
    'P-384, whose curve clients must know',
    { ...shows(p384), groups: ['secp384r1', 'x25519'] },
    {
      groups: { '1.3': ['secp384r1', 'x25519'], '1.2': ['secp384r1'] },
      schemes: {
        '1.3': ['ecdsa_secp384r1_sha384'],
        '1.2': usual.schemes['1.2']!,
      },
      keys: ['ECDSA P-384'],
    },
  ],
  [
    'suites of old',
    {
      versions: [tls12],
      cipherSuites: [],
      legacy: [
        'TLS_RSA_WITH_AES_128_GCM_SHA256',
        'TLS_DHE_RSA_WITH_AES_256_CBC_SHA',
        'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
        'TLS_ECDH_anon_WITH_AES_128_CBC_SHA',
      ],
      ...shows(rsa),
    },
    {
      ...only12(usual),
      suites: {
        '1.2': [
          'TLS_RSA_WITH_AES_128_GCM_SHA256',
          'TLS_DHE_RSA_WITH_AES_256_CBC_SHA',
          'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
          'TLS_ECDH_anon_WITH_AES_128_CBC_SHA',
        ],
      },
      groups: { '1.2': ['x25519', 'secp256r1', 'secp384r1'] },
      schemes: { '1.2': [...rsaSchemes, ...pkcs1Schemes] },
      extensions: [
        'server_name 1.2',
        'max_fragment_length 1.2',
        'encrypt_then_mac 1.2',
        'extended_master_secret 1.2',
        'record_size_limit 1.2',
        'renegotiation_info 1.2',
      ],
      keys: ['RSA 2048'],
    },
  ],
  [
    'extensions that it may have',
    {
      heartbeat: 'peer_allowed_to_send',
      alpn: ['imap', 'h2'],
      maxFragmentLength: false,
      acknowledgeName: false,
      ...resumes(),
    },
    {
      protocols: ['imap', 'h2'],
      extensions: [
        'ec_point_formats 1.2',
        'heartbeat 1.3+1.2',
        'application_layer_protocol_negotiation 1.3+1.2',
        'extended_master_secret 1.2',
        'record_size_limit 1.3+1.2',
        'session_ticket 1.2',
        'ticket_request 1.3',
        'renegotiation_info 1.2',
      ],
    },
  ],
];

describe('a scan finds what a server is, no more and no less', () => {
  it.each(servers)('%s', async (_, options, shown) => {
    const { result, over } = await surveyPort(await tlsServer(silent, options));
    expect(over).toBeUndefined();
    expect(summary(result)).toEqual({ ...usual, ...shown });
    expect(result.oddities).toEqual([]);
  });
});

/** What a server of ours shows besides, where nothing is said. */
const besides = {
  resumption: [
    {
      version: { name: 'TLS 1.3', code: 0x0304 },
      tickets: 0,
      ticketLifetime: null,
      resumesByTicket: null,
      ticketIsReusable: null,
      resumesById: null,
      earlyData: 0,
      resumesWithoutKeyExchange: null,
    },
    {
      version: { name: 'TLS 1.2', code: 0x0303 },
      tickets: 0,
      ticketLifetime: null,
      resumesByTicket: null,
      ticketIsReusable: null,
      resumesById: false,
      earlyData: null,
      resumesWithoutKeyExchange: null,
    },
  ],
  names: {
    without: { accepted: true, alert: null, otherCertificate: false },
    unknown: { accepted: true, alert: null, otherCertificate: false },
  },
  clientAuth: { requested: false, required: false },
  tolerance: {
    grease: true,
    longestHello: 17_000,
    refusedHello: null,
    futureVersions: true,
    fallbackScsv: true,
    downgradeSentinel: true,
  },
  renegotiation: { secure: true, clientInitiated: false },
  compression: [],
  encryptThenMac: null,
  heartbeat: false,
  dh: null,
  closing: 'close_notify',
} satisfies Partial<ScanResult>;

const [resumption13, resumption12] = besides.resumption as unknown as [object, object];
const trust = { insecure: 'accept any certificate' } as const;
const unknownName = ({ serverName }: { readonly serverName: string | undefined }): void => {
  if (serverName !== 'localhost') throw new TlsError('ERR_TLS_UNRECOGNIZED_NAME', `who is ${serverName}?`);
};

const features: readonly (readonly [title: string, options: () => Options, shown: Partial<ScanResult>])[] = [
  ['nothing else by default', () => ({}), {}],
  [
    'tickets, and sessions by ID',
    () => ({ ...resumes(), ticketCount: 3, ticketLifetime: 600 }),
    {
      resumption: [
        {
          ...resumption13,
          tickets: 3,
          ticketLifetime: 600,
          resumesByTicket: true,
          ticketIsReusable: true,
          resumesWithoutKeyExchange: false,
        },
        {
          ...resumption12,
          tickets: 1,
          // What is left of it, in whole seconds.
          ticketLifetime: expect.closeTo(600, -1),
          resumesByTicket: true,
          ticketIsReusable: true,
          resumesById: true,
        },
      ] as unknown as ScanResult['resumption'],
    },
  ],
  [
    'early data, and resumption without a key exchange',
    () => ({
      ...resumes(),
      versions: [tls13],
      pskModes: ['psk_dhe_ke', 'psk_ke'],
      earlyData: { maxSize: 4096, guard: new MemoryReplayGuard() },
    }),
    {
      resumption: [
        {
          ...resumption13,
          tickets: 2,
          ticketLifetime: 7200,
          resumesByTicket: true,
          ticketIsReusable: true,
          earlyData: 4096,
          resumesWithoutKeyExchange: true,
        },
      ] as unknown as ScanResult['resumption'],
      renegotiation: null,
      compression: null,
      tolerance: { ...besides.tolerance, fallbackScsv: null, downgradeSentinel: null },
    },
  ],
  [
    'renegotiation for whoever asks',
    () => ({ tls12: { renegotiation: 'accept' } }),
    { renegotiation: { secure: true, clientInitiated: true } },
  ],
  [
    'a renegotiation that ends the connection',
    () => ({ tls12: { renegotiation: 'abort' } }),
    { renegotiation: { secure: true, clientInitiated: false } },
  ],
  [
    'clients asked for certificates',
    () => ({ clientAuth: 'request', trust }),
    { clientAuth: { requested: true, required: false } },
  ],
  [
    'clients that must have certificates',
    () => ({ clientAuth: 'require', trust }),
    {
      clientAuth: { requested: true, required: true },
      resumption: [resumption13] as unknown as ScanResult['resumption'],
      renegotiation: { secure: true, clientInitiated: null },
      closing: 'alert',
    },
  ],
  [
    'no other names',
    () => ({ onClientHello: unknownName }),
    {
      names: {
        without: { accepted: false, alert: 'unrecognized_name', otherCertificate: null },
        unknown: { accepted: false, alert: 'unrecognized_name', otherCertificate: null },
      },
    },
  ],
  [
    'another certificate for other names',
    () => ({
      certificate: undefined,
      key: undefined,
      credentials: [
        { certificate: stranger.pem.certificate, key: stranger.pem.key, names: ['other.example'] },
        { certificate: localhost.pem.certificate, key: localhost.pem.key, names: ['localhost'] },
      ],
    }),
    {
      names: {
        without: { accepted: true, alert: null, otherCertificate: true },
        unknown: { accepted: true, alert: null, otherCertificate: true },
      },
    },
  ],
];

describe('a scan tells of features', () => {
  it.each(features)('%s', async (_, options, shown) => {
    const { result } = await surveyPort(await tlsServer(silent, options()));
    expect(result).toMatchObject({ ...besides, ...shown });
  });

  it('the prime of finite-field Diffie-Hellman, and whether encryption comes first', async () => {
    const options = { legacy: ['TLS_DHE_RSA_WITH_AES_128_CBC_SHA'], tls12: { encryptThenMac: false }, ...shows(rsa) };
    const { result } = await surveyPort(await tlsServer(silent, { ...options, groups: ['x25519', 'ffdhe3072'] }));
    expect(result.dh).toMatchObject({ bits: 2048, knownAs: 'ffdhe2048' });
    expect(result.encryptThenMac).toBe(false);
    // RFC 7919: it takes the group by name from clients that name it, and its own for those who name none.
    expect(summary(result).groups['1.2']).toEqual(['x25519', 'ffdhe3072']);
    expect(result.suites[1]!.suites.at(-1)).toMatchObject({ group: { name: 'ffdhe2048' }, dhBits: 2048 });
  });

  it('the certificate: its staple, and what is wrong with it', async () => {
    const staple = await ca.ocsp(localhost.certificate);
    const good = await surveyPort(
      await tlsServer(silent, {
        ...shows(),
        credentials: [{ certificate: localhost.pem.certificate, key: localhost.pem.key, ocspResponse: staple }],
      }),
    );
    expect(good.result.certificates).toMatchObject([{ stapled: true, verified: true, problem: null, chainLength: 1 }]);
    const other = await surveyPort(await tlsServer(silent, shows(shortRsa)));
    expect(other.result.certificates).toMatchObject([{ key: 'RSA 1024', keyBits: 1024, verified: false }]);
  });
});
