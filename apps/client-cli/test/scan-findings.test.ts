import { createNobleProvider, MemoryReplayGuard, TicketKeys } from 'tlskit';
import { tls12 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { findingRows } from '../src/scan/findings.ts';
import { departures } from '../src/scan/policy.ts';
import { emptyResult, type ScanResult } from '../src/scan/result.ts';
import { weaknesses } from '../src/scan/weaknesses.ts';
import { type Options, shows, surveyPort } from './scan-support.ts';
import { ca, silent, tlsServer } from './support.ts';

const both = ['digitalSignature', 'keyEncipherment'] as const;
const rsa = await ca.issue({ names: ['localhost'], key: 'rsa-2048', keyUsage: both });
const shortRsa = await ca.issue({ names: ['localhost'], key: 'rsa-1024', keyUsage: both });
const soon = await ca.issue({ names: ['localhost'], notAfter: new Date(Date.now() + 5 * 86_400_000) });
const brief = await ca.issue({ names: ['localhost'], notAfter: new Date(Date.now() + 60 * 86_400_000) });
const expired = await ca.issue({
  names: ['localhost'],
  notBefore: new Date(1e12),
  notAfter: new Date(Date.now() - 1e8),
});
const stranger = await ca.issue('other.example');
const promising = await ca.issue({ names: ['localhost'], tlsFeatures: [5] });
const suites13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const tickets = () => new TicketKeys({ provider: createNobleProvider(), now: Date.now });

describe('findings', () => {
  const found = async (options: Options): Promise<readonly string[]> => {
    const { result } = await surveyPort(await tlsServer(silent, options));
    return weaknesses(result, Date.now()).map(({ id }) => id);
  };

  it.each<readonly [string, Options, readonly string[]]>([
    ['of a good server are none', {}, []],
    ['no TLS 1.3', { versions: [tls12] }, ['no-tls-1.3']],
    ['no group with ML-KEM', { groups: ['x25519'] }, ['no-post-quantum-group']],
    [
      'suites of old',
      {
        legacy: [
          'TLS_RSA_WITH_AES_128_CBC_SHA',
          'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
          'TLS_RSA_WITH_NULL_SHA',
          'TLS_DH_anon_WITH_AES_128_GCM_SHA256',
          'TLS_RSA_WITH_AES_128_CCM_8',
        ],
        tls12: { encryptThenMac: false },
        ...shows(rsa),
      },
      [
        'null-cipher',
        'anonymous',
        'blocks-of-64-bits',
        'no-forward-secrecy',
        'cbc-without-encrypt-then-mac',
        'short-tags',
      ],
    ],
    ['SHA-1', { signatureSchemes: ['ecdsa_secp256r1_sha256', 'ecdsa_sha1'] }, ['sha1-signature']],
    ['heartbeats', { heartbeat: 'peer_allowed_to_send' }, ['heartbeat']],
    ['renegotiation', { tls12: { renegotiation: 'accept' } }, ['client-renegotiation']],
    [
      'tickets',
      {
        tickets: tickets(),
        pskModes: ['psk_ke', 'psk_dhe_ke'],
        earlyData: { maxSize: 1, guard: new MemoryReplayGuard() },
      },
      ['resumption-without-key-exchange', 'early-data', 'ticket-reuse'],
    ],
    ['a short key', shows(shortRsa), ['certificate-untrusted', 'certificate-short-key']],
    ['a certificate that will expire', shows(soon), ['certificate-expires-soon']],
    ['a certificate that has expired', shows(expired), ['certificate-expired']],
    ['another name', shows(stranger), ['certificate-name']],
    ['no staple', shows(promising), ['certificate-untrusted', 'certificate-without-staple']],
  ])('%s', async (_, options, ids) => {
    expect(await found(options)).toEqual(ids);
  });
});

/** Findings that no server of ours can be made to show: from results as they would be. */
describe('findings of what others do', () => {
  const version = { name: 'TLS 1.2', code: 0x0303 };
  const suites = (...names: readonly string[]): Partial<ScanResult> => ({
    suites: [
      {
        version,
        preference: null,
        suites: names.map(name => ({ name, code: 0, group: null, dhBits: null, signatureScheme: null })),
      },
    ],
  });
  const spoken = (name: string, code: number) => ({ name, code, offered: true, how: 'its ServerHello' });
  const newest = spoken('TLS 1.3', 0x0304);

  it.each<readonly [string, Partial<ScanResult>, readonly string[]]>([
    ['SSL 2.0', { versions: [newest, spoken('SSL 2.0', 2)] }, ['ssl-2']],
    ['SSL 3.0', { versions: [newest, spoken('SSL 3.0', 0x0300)] }, ['ssl-3']],
    ['TLS 1.0', { versions: [newest, spoken('TLS 1.0', 0x0301)] }, ['tls-1.0']],
    ['TLS 1.1', { versions: [newest, spoken('TLS 1.1', 0x0302)] }, ['tls-1.1']],
    ['RC4', suites('TLS_ECDHE_RSA_WITH_RC4_128_SHA'), ['rc4']],
    ['export', suites('TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA'), ['export', 'cbc-without-encrypt-then-mac']],
    ['DES', suites('TLS_DHE_RSA_WITH_DES_CBC_SHA'), ['single-des', 'cbc-without-encrypt-then-mac']],
    ['static keys', suites('TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256'), ['no-forward-secrecy']],
    ['512 bits', { dh: { bits: 512, prime: 'ff', knownAs: null } }, ['dh-below-1024-bits']],
    [
      '1024 bits that others have',
      { dh: { bits: 1024, prime: 'ff', knownAs: 'Oakley group 2 (RFC 2409)' } },
      ['dh-below-2048-bits', 'dh-common-prime'],
    ],
    ['2048 bits that others have', { dh: { bits: 2048, prime: 'ff', knownAs: 'ffdhe2048' } }, []],
    [
      'a short curve',
      { groups: [{ version, preference: null, groups: [{ name: 'secp192r1', code: 19 }], hiddenBehind: null }] },
      ['weak-group'],
    ],
    ['MD5', { schemes: [{ version, schemes: [{ name: 'rsa_pkcs1_md5', code: 0x0101 }] }] }, ['md5-signature']],
    ['no RFC 5746', { renegotiation: { secure: false, clientInitiated: null } }, ['no-secure-renegotiation']],
    ['compression', { compression: [1] }, ['compression']],
    [
      'no extended master secret',
      { versions: [newest, spoken('TLS 1.2', 0x0303)], compression: [] },
      ['no-extended-master-secret'],
    ],
    ['short MACs', { extensions: [{ name: 'truncated_hmac', code: 4, versions: ['TLS 1.2'] }] }, ['truncated-hmac']],
    [
      'tickets for a month',
      { resumption: [{ version, tickets: 1, ticketLifetime: 2_592_000 } as ScanResult['resumption'][number]] },
      ['long-lived-tickets'],
    ],
    ['what was not offered', { oddities: ['it chose'] }, ['protocol-violation']],
    ['no close_notify', { closing: 'end' }, ['no-close-notify']],
    [
      'intolerance',
      {
        tolerance: {
          grease: false,
          longestHello: 400,
          refusedHello: 2000,
          futureVersions: false,
          fallbackScsv: false,
          downgradeSentinel: false,
        },
      },
      [
        'no-downgrade-sentinel',
        'grease-intolerance',
        'no-fallback-scsv',
        'version-intolerance',
        'long-hello-intolerance',
      ],
    ],
  ])('%s', (_, shown, ids) => {
    expect(weaknesses({ ...emptyResult(), ...shown }, 0).map(({ id }) => id)).toEqual(ids);
  });

  it('a revoked certificate, and one signed by SHA-1', () => {
    const certificate = {
      subject: 'CN=a',
      key: 'ECDSA P-256',
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2026-03-01T00:00:00.000Z',
      weakSignature: true,
      weakChain: false,
      problem: { code: 'CERT_REVOKED', message: 'is revoked' },
    } as ScanResult['certificates'][number];
    const found = weaknesses({ ...emptyResult(), certificates: [certificate] }, Date.UTC(2026, 0, 15));
    expect(found.map(({ id }) => id)).toEqual(['certificate-revoked', 'certificate-weak-signature']);
  });
});

describe("Mozilla's profiles", () => {
  it('say nothing of a server that keeps to them', async () => {
    const { result } = await surveyPort(await tlsServer(silent, { preference: 'client' }));
    expect(departures(result, 'intermediate')).toEqual([]);
    const modern = await surveyPort(
      await tlsServer(silent, { preference: 'client', cipherSuites: suites13, ...shows(brief) }),
    );
    expect(departures(modern.result, 'modern')).toEqual([]);
  });

  it('tell of all that departs', async () => {
    const options = { legacy: ['TLS_DHE_RSA_WITH_AES_128_CBC_SHA'], groups: ['x448'], ...shows(rsa) };
    const { result } = await surveyPort(await tlsServer(silent, options));
    const found = departures(result, 'modern').map(({ id, evidence }) => `${id}: ${evidence}`);
    expect(found).toEqual([
      'policy-version: TLS 1.2',
      `policy-suite: ${[
        'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
        'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
        'TLS_DHE_RSA_WITH_AES_128_CBC_SHA',
      ].join(', ')}`,
      'policy-group: x448',
      'policy-preference: TLS 1.3, TLS 1.2',
      'policy-certificate: CN=localhost: its key is RSA 2048; it lives 91 days, 90 are allowed',
    ]);
    const short = { ...result, dh: { bits: 1024, prime: 'ff', knownAs: null } };
    expect(departures(short, 'intermediate').map(({ id }) => id)).toContain('policy-dh');
    const missing = { ...result, versions: result.versions.map(each => ({ ...each, offered: false })) };
    expect(departures(missing, 'modern').map(({ id }) => id)).toContain('policy-missing-version');
  });
});

it('every finding has a name that stays, a severity and a sentence', () => {
  for (const [id, [severity, meaning]] of Object.entries(findingRows)) {
    expect(id).toMatch(/^[a-z0-9]+([.-][a-z0-9]+)*$/);
    expect(['info', 'low', 'medium', 'high', 'critical']).toContain(severity);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
  }
});
