/** Every suite, group and signature scheme of TLS 1.3 by its name, with both providers; and the defaults, whose hello is large. */
import { createCA, type Issued, type KeyKind } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ClientEngineOptions,
  createClientEngine,
  createServerEngine,
  type Engine,
  type ServerEngineOptions,
} from '../src/engine.ts';
import { allExtras, connectionInfo, createNobleProvider, type TlsError, withExtras } from '../src/index.ts';
import { nodeDefaults } from '../src/node/options.ts';
import { credential, trust } from './support.ts';

const noble = withExtras(createNobleProvider(), ...allExtras);
const providers = [
  ['node', nodeDefaults.provider()],
  ['noble', noble],
] as const;

const text = 'a few words';

/** Both ends until nothing moves; what the client says of the connection, and what was sent as application data. */
function run(
  client: Partial<ClientEngineOptions>,
  server: Partial<ServerEngineOptions>,
  carry: (to: Engine, bytes: Uint8Array) => void = (to, bytes) => to.receive(bytes),
) {
  let heard = '';
  let error: TlsError | undefined;
  const closed = (why: TlsError | undefined) => {
    error ??= why;
  };
  const ends = [
    createClientEngine({ servername: 'localhost', trust, ...client }, { closed }),
    createServerEngine(
      { ...credential, ...server },
      {
        data: bytes => {
          heard += new TextDecoder().decode(bytes);
        },
        closed,
      },
    ),
  ] as const;
  ends[1].start();
  ends[0].start();
  const hello = Buffer.concat(ends[0].takeOutput());
  carry(ends[1], hello);
  ends[0].write(new TextEncoder().encode(text));
  for (let moved = true; moved; ) {
    const [down, up] = [Buffer.concat(ends[1].takeOutput()), Buffer.concat(ends[0].takeOutput())];
    moved = up.length + down.length > 0;
    if (down.length > 0) carry(ends[0], down);
    if (up.length > 0) carry(ends[1], up);
  }
  const { connection } = ends[0];
  return { info: connection && connectionInfo(connection, noble), heard, error, hello };
}

describe.each(providers)('with the provider %s', (_, provider) => {
  it.each([
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_CCM_SHA256',
    'TLS_AES_128_CCM_8_SHA256',
  ])('%s', suite => {
    const { info, heard } = run({ provider, cipherSuites: [suite] }, { provider, cipherSuites: [suite] });
    expect(info?.cipherSuite.name).toBe(suite);
    expect(heard).toBe(text);
  });

  it.each([
    ...['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024', 'MLKEM768', 'MLKEM1024'],
    ...['x25519', 'x448', 'secp256r1', 'secp384r1', 'secp521r1'],
    ...['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'],
  ])('%s, at once and by HelloRetryRequest', group => {
    for (const keyShares of [[group], []]) {
      const { info, heard } = run({ provider, groups: [group], keyShares }, { provider, groups: [group] });
      expect(info).toMatchObject({ group: { name: group }, helloRetry: keyShares.length === 0 });
      expect(heard).toBe(text);
    }
  });

  const schemes: [scheme: string, kind: KeyKind][] = [
    ['ecdsa_secp256r1_sha256', 'ecdsa-p256'],
    ['ecdsa_secp384r1_sha384', 'ecdsa-p384'],
    ['ecdsa_secp521r1_sha512', 'ecdsa-p521'],
    ['ed25519', 'ed25519'],
    ['ed448', 'ed448'],
    ['rsa_pss_rsae_sha256', 'rsa-2048'],
    ['rsa_pss_rsae_sha384', 'rsa-2048'],
    ['rsa_pss_rsae_sha512', 'rsa-2048'],
    ['rsa_pss_pss_sha256', 'rsa-pss'],
    ['rsa_pss_pss_sha384', 'rsa-pss'],
    ['rsa_pss_pss_sha512', 'rsa-pss'],
    ['mldsa44', 'ml-dsa-44'],
    ['mldsa65', 'ml-dsa-65'],
    ['mldsa87', 'ml-dsa-87'],
  ];
  const made = new Map<KeyKind, { root: string; leaf: Issued }>();
  beforeAll(async () => {
    for (const kind of new Set(schemes.map(([, each]) => each))) {
      const ca = await createCA({ key: kind });
      made.set(kind, { root: ca.pem, leaf: await ca.issue({ key: kind, names: ['localhost'] }) });
    }
  });

  it.each(schemes)('%s by a key of kind %s, the root’s and the server’s', (scheme, kind) => {
    const { root, leaf } = made.get(kind) as { root: string; leaf: Issued };
    const { certificate, key } = leaf.pem;
    const { info, heard } = run(
      { provider, trust: { roots: [root] }, signatureSchemes: [scheme] },
      { provider, certificate, key, signatureSchemes: [scheme] },
    );
    expect(info).toMatchObject({ signatureScheme: { name: scheme }, verified: true });
    expect(heard).toBe(text);
  });
});

describe('the defaults', () => {
  it('agree on X25519MLKEM768 at once', () => {
    const { info, hello } = run({}, {});
    expect(info).toMatchObject({ group: { name: 'X25519MLKEM768', code: 0x11ec }, helloRetry: false });
    // ML-KEM's key alone has 1,184 bytes.
    expect(hello.length).toBeGreaterThan(1184);
  });

  it('agree on x25519 at once with a peer that has no ML-KEM', () => {
    const old = { provider: createNobleProvider() };
    expect(run({}, old).info).toMatchObject({ group: { name: 'x25519' }, helloRetry: false });
    expect(run(old, {}).info).toMatchObject({ group: { name: 'x25519' }, helloRetry: false });
  });

  it('stand a hello that comes byte by byte, and one in records of 50 bytes', () => {
    const bytewise = run({}, {}, (to, bytes) => {
      for (const byte of bytes) to.receive(Uint8Array.of(byte));
    });
    expect(bytewise).toMatchObject({ heard: text, info: { group: { name: 'X25519MLKEM768' } } });
    const fragmented = run({ recordSize: 50 }, { recordSize: 50 });
    expect(fragmented.hello.length).toBeGreaterThan((1184 * 55) / 50);
    expect(fragmented).toMatchObject({ heard: text, info: { group: { name: 'X25519MLKEM768' } } });
  });

  it('are too large for a server that bounds messages to less, which says so', () => {
    const { error, info } = run({}, { limits: { maxMessageLength: 1000 } });
    expect(info).toBeUndefined();
    expect(error).toMatchObject({ code: 'ERR_TLS_MESSAGE_TOO_LARGE' });
  });
});
