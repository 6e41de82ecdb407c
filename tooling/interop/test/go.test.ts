/** Both our ends against Go's crypto/tls, an implementation of its own from hello to close_notify. */
import { NamedGroup } from '@tlskit/tls-messages';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity } from '../src/certificates.ts';
import { BUILD_PATIENCE, buildGoProgram, type GoOptions, goClient, goConnected, goServer } from '../src/go.ts';
import { OurServer, ourClient, refusedByUs } from '../src/ours.ts';
import { payload, sha256 } from '../src/payload.ts';
import { everything, expectClosed, forPeer, node, stopAfterTest } from './support.ts';

type ClientOptions = NonNullable<Parameters<typeof ourClient>[2]>;
type ServerOptions = NonNullable<ConstructorParameters<typeof OurServer>[1]>;

const groups = [
  ...['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'],
  ...['x25519', 'secp256r1', 'secp384r1', 'secp521r1'],
];
const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
const kinds = [
  ['ecdsa-p256', 'ecdsa_secp256r1_sha256'],
  ['ecdsa-p384', 'ecdsa_secp384r1_sha384'],
  ['ecdsa-p521', 'ecdsa_secp521r1_sha512'],
  ['ed25519', 'ed25519'],
  ['rsa-2048', 'rsa_pss_rsae_sha256'],
] as const;

const code = (group: string) => NamedGroup.valueOf(group) as number;
const MEBIBYTE = 1 << 20;

forPeer('go', 'Go', () => {
  const stopping = stopAfterTest();
  let identity: Identity;
  let program: string;
  beforeAll(async () => {
    identity = await goodIdentity('ecdsa-p256');
    program = await buildGoProgram();
  }, BUILD_PATIENCE);

  /** Our client to Go's server: bytes there and back. */
  async function asClient(who: Identity, ours: ClientOptions, theirs: GoOptions = {}, length = 1 << 16) {
    const server = await goServer(program, who, theirs);
    stopping(server.child);
    const client = await ourClient(server.port, who, ours);
    expect(client.info.verified).toBe(true);
    const sent = payload(length);
    client.socket.end(sent);
    expect(sha256(await client.inbox.toEnd())).toBe(sha256(sent));
    expect(await client.inbox.closed()).toBeUndefined();
    await server.child.saying(/^ENDED true$/m);
    expectClosed(client);
    return { info: client.info, peer: await goConnected(server.child) };
  }

  /** Go's client to our server: bytes each way. */
  async function asServer(who: Identity, ours: ServerOptions, theirs: GoOptions = {}, length = 1 << 16) {
    const server = stopping(new OurServer(who, ours));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(goClient(program, port, who, theirs));
    const { socket, inbox } = await coming;
    const [up, down] = [payload(length), payload(length)];
    client.write(up);
    expect(sha256(await inbox.atLeast(length))).toBe(sha256(up));
    socket.end(down);
    expect(await client.exit()).toEqual({ code: 0, signal: null });
    expect(client.errors).toContain('ENDED true');
    expect(sha256(client.output)).toBe(sha256(down));
    await inbox.toEnd();
    expect(await inbox.closed()).toBeUndefined();
    expectClosed(server);
    return { info: socket.info!, peer: await goConnected(client) };
  }

  it('by default both ends agree on X25519MLKEM768 at once: 1 MiB each way', async () => {
    for (const exchange of [asClient, asServer]) {
      const { info, peer } = await exchange(identity, {}, {}, MEBIBYTE);
      expect(info).toMatchObject({ protocol: 'TLSv1.3', group: { name: 'X25519MLKEM768' }, helloRetry: false });
      expect(peer).toMatchObject({ Version: 0x0304, Group: 0x11ec, HelloRetry: false });
    }
  });

  it.each(suites)('%s, both roles: 1 MiB each way', async suite => {
    for (const exchange of [asClient, asServer]) {
      const { info, peer } = await exchange(identity, { cipherSuites: [suite] }, {}, MEBIBYTE);
      expect([info.cipherSuite.name, peer.Suite]).toEqual([suite, info.cipherSuite.code]);
    }
  });

  describe.each([
    ['native', node],
    ['portable', everything],
  ] as const)('%s provider', (_, provider) => {
    it.each(groups)('%s, both roles', async group => {
      const [ours, theirs] = [{ provider, groups: [group] }, { groups: [code(group)] }];
      for (const exchange of [asClient, asServer]) {
        const { info, peer } = await exchange(identity, ours, theirs);
        expect(info).toMatchObject({ group: { name: group }, helloRetry: false });
        expect(peer).toMatchObject({ Group: code(group), HelloRetry: false });
      }
    });

    it.each(kinds)('%s: %s, both roles', async (kind, scheme) => {
      const who = await goodIdentity(kind);
      for (const exchange of [asClient, asServer]) {
        const { info } = await exchange(who, { provider });
        expect(info.signatureScheme?.name).toBe(scheme);
      }
    });
  });

  it.each(groups)('HelloRetryRequest for %s: our client', async group => {
    const first = group === 'x25519' ? 'secp256r1' : 'x25519';
    const client = await asClient(identity, { groups: [first, group], keyShares: [first] }, { groups: [code(group)] });
    expect(client).toMatchObject({ info: { helloRetry: true, group: { name: group } }, peer: { HelloRetry: true } });
  });

  // Of X25519MLKEM768, and of x25519 beside it, Go always sends shares when it takes them.
  it.each(groups.filter(group => !/^x25519/i.test(group)))('HelloRetryRequest for %s: our server', async group => {
    const theirs = { groups: [code('X25519MLKEM768'), code(group)] };
    const server = await asServer(identity, { groups: [group] }, theirs);
    expect(server).toMatchObject({ info: { helloRetry: true, group: { name: group } }, peer: { HelloRetry: true } });
  });

  it('SNI and ALPN, both roles', async () => {
    const names = { alpn: ['a', 'b'] };
    for (const exchange of [asClient, asServer]) {
      const { info, peer } = await exchange(identity, names, { alpn: ['b'] });
      expect(info).toMatchObject({ alpn: 'b', serverName: HOST });
      expect(peer).toMatchObject({ Alpn: 'b', ServerName: HOST });
    }
  });

  it('each refuses the other under an unknown root, and the other hears it', async () => {
    const stranger = await goodIdentity('ecdsa-p256');
    const theirs = await goServer(program, identity);
    stopping(theirs.child);
    expect(await refusedByUs(theirs.port, stranger)).toMatchObject({ alert: 'unknown_ca', sentBy: 'us' });
    await theirs.child.saying(/^ERROR "remote error: tls: unknown certificate authority"$/m);

    const ours = stopping(new OurServer(identity));
    const port = await ours.listen();
    const refusal = ours.refusal();
    const client = stopping(goClient(program, port, stranger));
    expect(await refusal).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'bad_certificate' });
    expect((await client.exit()).code).toBe(1);
  });
});
