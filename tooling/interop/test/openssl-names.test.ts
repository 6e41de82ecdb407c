/**
 * What OpenSSL 3.0 has in TLS 1.3 beside the matrix, which is reached by name: the suites with CCM, the larger curves, the
 * finite-field groups, and every signature scheme. Either end ours, with the native provider and with the portable one.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, type Identity } from '../src/certificates.ts';
import { opensslPipe, opensslServer } from '../src/openssl.ts';
import { OurServer, ourClient } from '../src/ours.ts';
import { payload, reversedLines, sha256, textLines } from '../src/payload.ts';
import { everything, expectClosed, forPeer, node, stopAfterTest } from './support.ts';

/** The arguments of s_server and s_client that take nothing but this one. */
interface Names {
  readonly args: readonly string[];
  readonly ours: {
    readonly cipherSuites?: readonly string[];
    readonly groups?: readonly string[];
    readonly signatureSchemes?: readonly string[];
  };
}

const suites = ['TLS_AES_128_CCM_SHA256', 'TLS_AES_128_CCM_8_SHA256'];

/** IANA's names, OpenSSL's, and what s_client says of the server's key. */
const groups = [
  ['secp521r1', 'P-521', /Server Temp Key: ECDH, (secp521r1|P-521), 521 bits/],
  ['x448', 'X448', /Server Temp Key: X448, 448 bits/],
  ['ffdhe2048', 'ffdhe2048', /Server Temp Key: DH, 2048 bits/],
  ['ffdhe3072', 'ffdhe3072', /Server Temp Key: DH, 3072 bits/],
  ['ffdhe4096', 'ffdhe4096', /Server Temp Key: DH, 4096 bits/],
  ['ffdhe6144', 'ffdhe6144', /Server Temp Key: DH, 6144 bits/],
  ['ffdhe8192', 'ffdhe8192', /Server Temp Key: DH, 8192 bits/],
] as const;

/** A scheme, the kind of certificate, and what OpenSSL calls the scheme. */
const schemes = [
  ['ecdsa_secp521r1_sha512', 'ecdsa-p521', 'ECDSA+SHA512'],
  ['ed448', 'ed448', 'ed448'],
  ['rsa_pss_rsae_sha256', 'rsa-2048', 'rsa_pss_rsae_sha256'],
  ['rsa_pss_rsae_sha384', 'rsa-2048', 'rsa_pss_rsae_sha384'],
  ['rsa_pss_rsae_sha512', 'rsa-2048', 'rsa_pss_rsae_sha512'],
  ['rsa_pss_pss_sha256', 'rsa-pss', 'rsa_pss_pss_sha256'],
  ['rsa_pss_pss_sha384', 'rsa-pss', 'rsa_pss_pss_sha384'],
  ['rsa_pss_pss_sha512', 'rsa-pss', 'rsa_pss_pss_sha512'],
] as const;

forPeer('openssl', 'OpenSSL: what is reached by name', () => {
  const stopping = stopAfterTest();
  const identities = new Map<string, Identity>();
  beforeAll(async () => {
    for (const kind of ['ecdsa-p256', ...schemes.map(([, each]) => each)] as const) {
      if (!identities.has(kind)) identities.set(kind, await goodIdentity(kind));
    }
  });
  const identityOf = (kind: string) => identities.get(kind) as Identity;

  describe.each([
    ['native', node],
    ['portable', everything],
  ] as const)('%s provider', (_, provider) => {
    /** Our client to s_server: text, and the text backwards. */
    async function asClient(identity: Identity, { args, ours }: Names, length = 1 << 16) {
      const server = await opensslServer(identity, ['-rev', ...args]);
      stopping(server.child);
      const client = await ourClient(server.port, identity, { ...ours, provider });
      expect(client.info.verified).toBe(true);
      const sent = textLines(length);
      client.socket.write(sent);
      expect(sha256(await client.inbox.atLeast(length))).toBe(sha256(Buffer.from(reversedLines(sent))));
      client.socket.end();
      expect(await client.inbox.closed()).toBeUndefined();
      await server.child.saying(/^CONNECTION CLOSED$/m);
      expectClosed(client);
      return client.info;
    }

    /** Our server to s_client: bytes each way. */
    async function asServer(identity: Identity, { args, ours }: Names, length = 1 << 16) {
      const server = stopping(new OurServer(identity, { ...ours, provider }));
      const port = await server.listen();
      const coming = server.accept();
      const client = stopping(opensslPipe(port, identity.files.root, args));
      const { socket, inbox } = await coming;
      const [up, down] = [payload(length), payload(length)];
      client.write(up);
      expect(sha256(await inbox.atLeast(length))).toBe(sha256(up));
      socket.end(down);
      expect(await client.exit()).toEqual({ code: 0, signal: null });
      expect(sha256(client.output)).toBe(sha256(down));
      expect(await inbox.closed()).toBeUndefined();
      expectClosed(server);
      return { info: socket.info!, said: client.errors };
    }

    it.each(suites)('%s, both roles: 1 MiB each way', async suite => {
      const names = { args: ['-ciphersuites', suite], ours: { cipherSuites: [suite] } };
      expect((await asClient(identityOf('ecdsa-p256'), names, 1 << 20)).cipherSuite.name).toBe(suite);
      const { info, said } = await asServer(identityOf('ecdsa-p256'), names, 1 << 20);
      expect(info.cipherSuite.name).toBe(suite);
      expect(said).toContain(`Ciphersuite: ${suite}`);
    });

    it.each(groups)('%s, both roles', async (group, name, key) => {
      const names = { args: ['-groups', name], ours: { groups: [group] } };
      expect((await asClient(identityOf('ecdsa-p256'), names)).group?.name).toBe(group);
      const { info, said } = await asServer(identityOf('ecdsa-p256'), names);
      expect(info.group?.name).toBe(group);
      expect(said).toMatch(key);
    });

    it.each(schemes)('%s, both roles', async (scheme, kind, name) => {
      // Chains are signed by PKCS #1 where the key is RSA.
      const chain = kind === 'rsa-2048' ? ['rsa_pkcs1_sha256'] : [];
      const ours = { signatureSchemes: [scheme, ...chain] };
      const client = await asClient(identityOf(kind), { args: ['-sigalgs', name], ours });
      expect(client.signatureScheme?.name).toBe(scheme);
      const args = ['-sigalgs', [name, ...(kind === 'rsa-2048' ? ['RSA+SHA256'] : [])].join(':')];
      const { info, said } = await asServer(identityOf(kind), { args, ours });
      expect(info.signatureScheme?.name).toBe(scheme);
      expect(said).toContain('Verification: OK');
    });
  });

  it.each(groups)('HelloRetryRequest for %s, both roles', async (group, name) => {
    const identity = identityOf('ecdsa-p256');
    const server = await opensslServer(identity, ['-rev', '-groups', name]);
    stopping(server.child);
    const client = await ourClient(server.port, identity, { groups: ['X25519MLKEM768', 'x25519', group] });
    expect(client.info).toMatchObject({ helloRetry: true, group: { name: group } });
    client.socket.destroy();

    const ours = stopping(new OurServer(identity, { groups: [group] }));
    const port = await ours.listen();
    const coming = ours.accept();
    const peer = stopping(opensslPipe(port, identity.files.root, ['-groups', `X25519:${name}`]));
    const { socket } = await coming;
    expect(socket.info).toMatchObject({ helloRetry: true, group: { name: group } });
    socket.end();
    await peer.exit();
  });
});
