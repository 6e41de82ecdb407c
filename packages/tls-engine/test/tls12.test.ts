/** TLS 1.2 between two engines: the flows of RFC 5246 §7.3 over its records, beside TLS 1.3 in one negotiation. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import type { Credential, HandshakeEvent, PeerVerifier } from '@tlskit/tls-handshake';
import { AnyCipherSuite } from '@tlskit/tls-messages';
import { type ClientSession, MemorySessionCache, TicketKeys } from '@tlskit/tls-session';
import { createCA } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { credential, pair, provider, pump, verifier } from './support.ts';

const native = createNodeProvider();

const rsaIssued = await (await createCA()).issue({ names: ['localhost'], key: 'rsa-2048' });
const rsa: Credential = { chain: rsaIssued.chain, key: native.importPrivateKey(rsaIssued.key) };

const code = (name: string) => AnyCipherSuite.values[name as keyof typeof AnyCipherSuite.values] as number;

const schemes = [0x0403, 0x0503, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601];
const only12 = { versions: [tls12], signatureSchemes: schemes, groups: [0x001d, 0x0017, 0x0018, 0x0100] } as const;
const both = { versions: [tls13, tls12], signatureSchemes: schemes } as const;

/** Accepts the credential's key. */
function accepting({ key }: Credential): PeerVerifier {
  const publicKey = native.importPublicKey(key.spki);
  return {
    trust: 'test',
    verify: () => ({ publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'test' }),
  };
}

function connect(
  suites: readonly string[],
  shown: Credential = credential,
  client: Partial<ClientEngineConfig> = {},
  server: Partial<ServerEngineConfig> = {},
) {
  const cipherSuites = suites.map(code);
  const ends = pair(
    { ...only12, cipherSuites, verifier: accepting(shown), ...client },
    { ...only12, cipherSuites, credentials: () => shown, ...server },
  );
  pump(ends);
  return ends;
}

function talk(ends: ReturnType<typeof pair>): void {
  ends.client.engine.write(new TextEncoder().encode('to the server'));
  ends.server.engine.write(new TextEncoder().encode('to the client'));
  pump(ends);
  expect([ends.server.text, ends.client.text]).toEqual(['to the server', 'to the client']);
  ends.client.engine.close();
  ends.server.engine.close();
  pump(ends);
  expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  expect([ends.client.closed, ends.server.closed]).toEqual([true, true]);
}

function noError(ends: ReturnType<typeof pair>): void {
  expect(ends.client.error?.message ?? ends.server.error?.message).toBeUndefined();
}

describe('a full handshake', () => {
  it.each([
    'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_128_CCM',
    'TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8',
    'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
    'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
    'TLS_ECDHE_ECDSA_WITH_NULL_SHA',
  ])('%s', name => {
    const ends = connect([name]);
    noError(ends);
    expect(ends.client.connected).toMatchObject({
      version: 0x0303,
      cipherSuite: { name },
      resumed: false,
      tls12: { extendedMasterSecret: true, secureRenegotiation: true, encryptThenMac: name.includes('CBC') },
    });
    expect(ends.server.connected).toMatchObject({ version: 0x0303, cipherSuite: { name } });
    talk(ends);
  });

  it.each([
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
  ])('%s', name => {
    const ends = connect([name], rsa);
    noError(ends);
    expect(ends.client.connected).toMatchObject({ version: 0x0303, cipherSuite: { name } });
    talk(ends);
  });

  it.each([
    ['TLS_DH_RSA_WITH_AES_128_GCM_SHA256', 'dh-2048'],
    ['TLS_DH_DSS_WITH_AES_256_CBC_SHA256', 'dh-2048'],
    ['TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256', 'ecdsa-p256'],
    ['TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384', 'ecdsa-p384'],
  ] as const)('%s, by the key in the certificate: %s', async (name, kind) => {
    const issued = await (await createCA()).issue({ names: ['localhost'], key: kind });
    const own: Credential = { chain: issued.chain, key: native.importPrivateKey(issued.key) };
    const ends = connect([name], own);
    noError(ends);
    expect(ends.client.connected).toMatchObject({ version: 0x0303, cipherSuite: { name } });
    talk(ends);
    const other = connect([name], rsa);
    expect(other.server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME' });
  });

  it.each(['TLS_PSK_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256', 'TLS_DHE_PSK_WITH_AES_128_CCM'])(
    '%s',
    name => {
      const key = new Uint8Array(32).fill(7);
      const identity = new TextEncoder().encode('alice');
      const shared = { key, hash: 'sha256' } as const;
      const ends = connect([name], credential, { psks: [{ identity, ...shared }] }, { pskLookup: () => shared });
      noError(ends);
      expect(ends.server.connected).toMatchObject({ cipherSuite: { name }, pskIdentity: identity });
      talk(ends);
    },
  );

  it.each([
    ['native', native],
    ['portable', createNobleProvider()],
  ])('is the same with the %s provider', (_, given: CryptoProvider) => {
    const ends = connect(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'], credential, { provider: given });
    noError(ends);
    talk(ends);
  });

  it('is not anonymous where the server requires certificates of its clients (RFC 5246 §7.4.4)', () => {
    const anonymous = 'TLS_DH_anon_WITH_AES_128_GCM_SHA256';
    const signed = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
    const suites = [anonymous, signed];
    const clientAuth = (mode: 'request' | 'require') => ({ clientAuth: { mode, verifier: accepting(credential) } });
    const client = { credentials: () => credential };
    expect(connect(suites, credential, client, clientAuth('request')).server.connected).toMatchObject({
      cipherSuite: { name: anonymous },
      peerCertificates: [],
    });
    expect(connect(suites, credential, client, clientAuth('require')).server.connected).toMatchObject({
      cipherSuite: { name: signed },
      peerCertificates: credential.chain,
    });
    const { server } = connect([anonymous], credential, client, clientAuth('require'));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_CIPHER', alert: 'handshake_failure' });
  });

  it('gives both sides the same keying material, with a context and without', () => {
    const { client, server } = connect(['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']);
    const exported = [undefined, new Uint8Array(0), Uint8Array.of(1)].map(context => {
      const [ours, theirs] = [client, server].map(end =>
        end.connected?.exportKeyingMaterial('EXPORTER-test', context, 32),
      );
      expect(ours).toEqual(theirs);
      return String(ours);
    });
    // RFC 5705 §4: no context is another thing than an empty one.
    expect(new Set(exported).size).toBe(3);
    expect(client.connected?.tls12?.firstFinished).toEqual(server.connected?.tls12?.firstFinished);
  });
});

describe('beside TLS 1.3', () => {
  const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'];
  it.each([
    [[tls13, tls12], [tls13, tls12], 0x0304],
    [[tls13, tls12], [tls12], 0x0303],
    [[tls12], [tls13, tls12], 0x0303],
    [[tls13, tls12], [tls13], 0x0304],
    [[tls13], [tls13, tls12], 0x0304],
    [[tls12], [tls12], 0x0303],
  ] as const)('row %#', (ours, theirs, version) => {
    const ends = connect(suites, credential, { ...both, versions: ours }, { ...both, versions: theirs });
    noError(ends);
    expect([ends.client.connected?.version, ends.server.connected?.version]).toEqual([version, version]);
    talk(ends);
  });
});

describe('a session', () => {
  const suites = ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'];
  const given = (events: readonly HandshakeEvent[]) =>
    events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0] as ClientSession;
  const now = () => Date.UTC(2026, 0, 1);

  it.each([
    ['by a ticket', () => ({ tickets: new TicketKeys({ provider, now }) })],
    ['by its ID', () => ({ tls12: { sessions: new MemorySessionCache({ now }) } })],
  ])('resumes %s, again and again', (_, make) => {
    const server = make();
    const first = connect(suites, credential, {}, server);
    noError(first);
    let session = given(first.client.events);
    talk(first);
    for (let i = 0; i < 3; i++) {
      const again = connect(suites, credential, { session }, server);
      noError(again);
      expect([again.client.connected?.resumed, again.server.connected?.resumed]).toEqual([true, true]);
      expect(again.client.connected?.tls12?.firstFinished).toEqual(again.server.connected?.tls12?.firstFinished);
      session = given(again.client.events);
      talk(again);
    }
  });
});

describe('renegotiation', () => {
  const suites = ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'];
  const accept = { tls12: { renegotiation: 'accept' } } as const;

  it.each(['client', 'server'] as const)('begun by the %s', side => {
    const ends = connect(suites, credential, accept, accept);
    noError(ends);
    for (let i = 0; i < 3; i++) {
      ends[side].engine.renegotiate();
      pump(ends);
    }
    noError(ends);
    const count = (events: readonly HandshakeEvent[]) => events.filter(({ type }) => type === 'renegotiated').length;
    expect([count(ends.client.events), count(ends.server.events)]).toEqual([3, 3]);
    talk(ends);
  });

  it.each(['client', 'server'] as const)('that the %s asks for, refused', side => {
    const ends = connect(suites);
    ends[side].engine.renegotiate();
    pump(ends);
    noError(ends);
    expect(ends[side].events.map(({ type }) => type)).toContain('renegotiation-refused');
    talk(ends);
  });

  it('authenticates a client that was not known', () => {
    const clientAuth = { mode: 'request', verifier } as const;
    const ends = connect(suites, credential, { ...accept, credentials: () => credential }, { ...accept, clientAuth });
    noError(ends);
    expect(ends.server.connected).toMatchObject({ peer: { verified: true }, clientSignatureScheme: 0x0403 });
    ends.server.engine.renegotiate();
    pump(ends);
    noError(ends);
    expect(ends.server.engine.connection).toMatchObject({ peer: { verified: true } });
    talk(ends);
  });
});
