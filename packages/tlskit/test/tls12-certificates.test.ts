/** TLS 1.2: certificates that go with the cipher suite and with what the peer takes, and those that do not (RFC 5246 §7.4.2, §7.4.4, §7.4.6). */
import { once } from 'node:events';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCA, type Issued } from '@tlskit/tls-testing';
import { afterEach, describe, expect, it } from 'vitest';
import { MemorySessionStore } from '../src/index.ts';
import {
  type ConnectOptions,
  connect,
  createServer,
  type TlsServer,
  type TlsServerOptions,
  type TlsSocket,
  tls12,
  tls13,
} from '../src/node/index.ts';

const ca = await createCA();
const rsaCa = await createCA({ key: 'rsa-2048' });
type Usage = NonNullable<Parameters<typeof ca.issue>[0] & object>['keyUsage'];
const issue = (key: 'rsa-2048' | 'ecdsa-p256' | 'dsa-2048' | 'dh-2048', keyUsage?: Usage) =>
  ca.issue({ names: ['localhost'], key, ...(keyUsage === undefined ? {} : { keyUsage }) });
const rsa = {
  signing: await issue('rsa-2048', ['digitalSignature']),
  enciphering: await issue('rsa-2048', ['keyEncipherment']),
};
const ec = {
  signing: await issue('ecdsa-p256', ['digitalSignature']),
  agreeing: await issue('ecdsa-p256', ['keyAgreement']),
};

const dsa = {
  signing: await issue('dsa-2048', ['digitalSignature']),
  agreeing: await issue('dsa-2048', ['keyAgreement']),
};

const dh = {
  agreeing: await issue('dh-2048', ['keyAgreement']),
  enciphering: await issue('dh-2048', ['keyEncipherment']),
};

const DH_RSA = 'TLS_DH_RSA_WITH_AES_128_GCM_SHA256';
const RSA = 'TLS_RSA_WITH_AES_128_GCM_SHA256';
const ECDHE_RSA = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const ECDHE_ECDSA = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
const DHE_DSS = 'TLS_DHE_DSS_WITH_AES_128_GCM_SHA256';

const old = { legacy: [RSA], cipherSuites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'] };

const servers: TlsServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(
  options: Partial<TlsServerOptions>,
): Promise<{ port: number; errors: unknown[]; sockets: TlsSocket[] }> {
  const errors: unknown[] = [];
  const sockets: TlsSocket[] = [];
  const server = createServer({ versions: [tls12], ...options }, socket => sockets.push(socket.resume()));
  server.on('tlsClientError', error => errors.push(error));
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return { port: (server.address() as { port: number }).port, errors, sockets };
}

async function visit(port: number, options: Partial<ConnectOptions> = {}): Promise<TlsSocket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    trust: { roots: [ca.pem, rsaCa.pem] },
    versions: [tls12],
    ...options,
  });
  socket.on('error', () => {});
  await socket.opened;
  return socket;
}

/** Whoever asks, whatever for. */
const showing = ({ chain, signingKey, key }: Issued): Partial<TlsServerOptions> => ({
  selectCredential: () => ({ chain, key: natively(key) ?? signingKey }),
});

const native = createNodeProvider();
function natively(pkcs8: Uint8Array) {
  try {
    return native.importPrivateKey(pkcs8);
  } catch {
    return undefined;
  }
}

const owned = ({ pem: { certificate, key } }: Issued) => ({ certificate, key });

describe('a client takes a certificate whose key usage is for the suite, if it has one', () => {
  it.each([
    { suite: RSA, good: rsa.enciphering, bad: rsa.signing, id: '[5246:7.4.2:7]' },
    { suite: ECDHE_RSA, good: rsa.signing, bad: rsa.enciphering, id: '[5246:7.4.2:8]' },
    { suite: ECDHE_ECDSA, good: ec.signing, bad: ec.agreeing, id: '[5246:7.4.2:12]' },
    { suite: DH_RSA, good: dh.agreeing, bad: dh.enciphering, id: '[5246:7.4.2:10]' },
    { suite: DHE_DSS, good: dsa.signing, bad: dsa.agreeing, id: '[5246:7.4.2:9]' },
  ])('$suite $id', async ({ suite, good, bad }) => {
    const options = {
      ...(suite.includes('ECDHE') ? { cipherSuites: [suite] } : { ...old, legacy: [suite] }),
      signatureSchemes: ['rsa_pss_rsae_sha256', 'ecdsa_secp256r1_sha256', 'dsa_sha256_RESERVED'],
    };
    const right = await serve({ ...options, ...showing(good) });
    const socket = await visit(right.port, options);
    expect(socket.info?.cipherSuite.name).toBe(suite);
    socket.destroy();
    const wrong = await serve({ ...options, ...showing(bad) });
    await expect(visit(wrong.port, options)).rejects.toMatchObject({
      code: 'KEYUSAGE_NO_DIGITAL_SIGNATURE',
      alert: 'unsupported_certificate',
    });
  });
});

it('a client judges the certificate of a session by what its key was for, when it does so again', async () => {
  const { port } = await serve({ ...old, ...showing(rsa.enciphering) });
  const sessions = new MemorySessionStore();
  const seen: unknown[] = [];
  for (const verifyResumed of [true, true]) {
    const socket = await visit(port, { ...old, sessions, verifyResumed });
    seen.push([socket.info?.cipherSuite.name, socket.info?.resumed, socket.info?.verified]);
    socket.destroy();
  }
  expect(seen).toEqual([
    [RSA, false, true],
    [RSA, true, true],
  ]);
});

describe('a server shows', () => {
  const modern = { cipherSuites: [ECDHE_RSA] };

  it('the certificate whose key is for the suite [5246:7.4.2:7] [5246:7.4.2:8]', async () => {
    const credentials = [owned(rsa.enciphering), owned(rsa.signing)];
    const { port } = await serve({ ...modern, legacy: [RSA], credentials });
    for (const [options, suite, shown] of [
      [modern, ECDHE_RSA, rsa.signing],
      [old, RSA, rsa.enciphering],
    ] as const) {
      const socket = await visit(port, options);
      expect(socket.info?.cipherSuite.name).toBe(suite);
      expect(socket.info?.peerCertificates[0]).toEqual(shown.certificate);
      socket.destroy();
    }
  });

  it('none whose key is not, and refuses', async () => {
    for (const [options, shown] of [
      [{ ...modern }, rsa.enciphering],
      [old, rsa.signing],
    ] as const) {
      const { port } = await serve({ ...options, ...owned(shown) });
      await expect(visit(port, options)).rejects.toMatchObject({
        code: 'ERR_TLS_PEER_ALERT',
        alert: 'handshake_failure',
      });
    }
    // Nor in TLS 1.3.
    const { port } = await serve({ versions: [tls13, tls12], ...owned(rsa.enciphering) });
    await expect(visit(port, { versions: [tls13] })).rejects.toMatchObject({ alert: 'handshake_failure' });
  });

  it('its own certificate first, and behind it who issued it [5246:7.4.2:3] [5246:7.4.2:4]', async () => {
    const intermediate = await (await ca.intermediate()).intermediate();
    const leaf = await intermediate.issue('localhost');
    expect(leaf.chain).toHaveLength(3);
    const { port } = await serve(owned(leaf));
    const socket = await visit(port);
    expect(socket.info?.peerCertificates).toEqual(leaf.chain);
    socket.destroy();
  });

  it('a chain that is signed as the client said that it may be [5246:7.4.2:14]', async () => {
    const [byEc, byRsa] = [await ca.issue('localhost'), await rsaCa.issue('localhost')];
    for (const credentials of [
      [owned(byEc), owned(byRsa)],
      [owned(byRsa), owned(byEc)],
    ]) {
      const { port } = await serve({ credentials });
      const ecAlone = await visit(port, { signatureSchemes: ['ecdsa_secp256r1_sha256'] });
      expect(ecAlone.info?.peerCertificates[0]).toEqual(byEc.certificate);
      ecAlone.destroy();
      const byOthers = await visit(port, {
        signatureSchemes: ['ecdsa_secp256r1_sha256'],
        certificateSignatureSchemes: ['rsa_pkcs1_sha256', 'rsa_pss_rsae_sha256'],
      });
      expect(byOthers.info?.peerCertificates[0]).toEqual(byRsa.certificate);
      byOthers.destroy();
    }
  });
});

describe('certificates of clients', () => {
  const asking = { clientAuth: 'require', trust: { roots: [ca.pem, rsaCa.pem] } } as const;

  it('are chosen by how their chain is signed [5246:7.4.4:1] [5246:7.4.6:9]', async () => {
    const [byEc, byRsa] = [await ca.issue('localhost'), await rsaCa.issue('localhost')];
    const { port, sockets } = await serve({
      ...owned(ec.signing),
      ...asking,
      certificateAuthorities: false,
      signatureSchemes: ['ecdsa_secp256r1_sha256'],
    });
    for (const credentials of [
      [owned(byEc), owned(byRsa)],
      [owned(byRsa), owned(byEc)],
    ]) {
      const socket = await visit(port, { credentials });
      expect(sockets.at(-1)?.info?.peerCertificates[0]).toEqual(byEc.certificate);
      socket.destroy();
    }
  });

  it('are for signing, or are not shown [5246:7.4.6:4] [5246:7.4.6:6]', async () => {
    const { port, sockets } = await serve({ ...owned(ec.signing), ...asking });
    for (const [own, good] of [
      [rsa.signing, true],
      [ec.signing, true],
      [rsa.enciphering, false],
      [ec.agreeing, false],
    ] as const) {
      const shown = visit(port, owned(own)).then(socket => {
        const [first] = sockets.at(-1)?.info?.peerCertificates ?? [];
        socket.destroy();
        return first;
      });
      // RFC 5246 §7.4.6: an empty Certificate, which this server refuses.
      if (good) expect(await shown).toEqual(own.certificate);
      else await expect(shown).rejects.toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
    }
  });

  it('that are not are refused by the server [5246:7.4.6:4] [5246:7.4.6:6]', async () => {
    for (const own of [rsa.enciphering, ec.agreeing]) {
      const { port, errors } = await serve({ ...owned(ec.signing), ...asking });
      await expect(visit(port, showing(own) as Partial<ConnectOptions>)).rejects.toMatchObject({
        code: 'ERR_TLS_PEER_ALERT',
        alert: 'unsupported_certificate',
      });
      expect(errors).toMatchObject([{ code: 'KEYUSAGE_NO_DIGITAL_SIGNATURE' }]);
    }
  });
});
