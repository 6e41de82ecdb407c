/** Both our ends against Node 24's tls, over an OpenSSL that has ML-KEM and ML-DSA. */
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, type Identity } from '../src/certificates.ts';
import { node24Client, node24Connected, node24Server } from '../src/node-24.ts';
import { OurServer, ourClient } from '../src/ours.ts';
import { payload, sha256 } from '../src/payload.ts';
import { everything, expectClosed, forPeer, node, stopAfterTest } from './support.ts';

type ClientOptions = NonNullable<Parameters<typeof ourClient>[2]>;
type ServerOptions = NonNullable<ConstructorParameters<typeof OurServer>[1]>;

/** The hybrids by IANA's names, which OpenSSL uses too, and ML-KEM alone by OpenSSL's. */
const groups = [
  ['X25519MLKEM768', 'X25519MLKEM768'],
  ['SecP256r1MLKEM768', 'SecP256r1MLKEM768'],
  ['SecP384r1MLKEM1024', 'SecP384r1MLKEM1024'],
  ['MLKEM768', 'MLKEM768'],
  ['MLKEM1024', 'MLKEM1024'],
] as const;

const schemes = [
  ['mldsa44', 'ml-dsa-44'],
  ['mldsa65', 'ml-dsa-65'],
  ['mldsa87', 'ml-dsa-87'],
] as const;

const MEBIBYTE = 1 << 20;

forPeer('node 24', 'Node 24', () => {
  const stopping = stopAfterTest();
  let identity: Identity;
  beforeAll(async () => {
    identity = await goodIdentity('ecdsa-p256');
  });

  /** Our client to Node 24's server: bytes there and back. */
  async function asClient(who: Identity, ours: ClientOptions, theirs: object, length = 1 << 16) {
    const server = await node24Server(who, theirs);
    stopping(server.child);
    const client = await ourClient(server.port, who, ours);
    expect(client.info.verified).toBe(true);
    const sent = payload(length);
    client.socket.end(sent);
    expect(sha256(await client.inbox.toEnd())).toBe(sha256(sent));
    expect(await client.inbox.closed()).toBeUndefined();
    await server.child.saying(/^ENDED true$/m);
    expectClosed(client);
    return { info: client.info, peer: await node24Connected(server.child) };
  }

  /** Node 24's client to our server: bytes each way. */
  async function asServer(who: Identity, ours: ServerOptions, theirs: object, length = 1 << 16) {
    const server = stopping(new OurServer(who, ours));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(node24Client(port, who, theirs));
    const { socket, inbox } = await coming;
    const [up, down] = [payload(length), payload(length)];
    client.write(up);
    expect(sha256(await inbox.atLeast(length))).toBe(sha256(up));
    socket.end(down);
    expect(await client.exit()).toEqual({ code: 0, signal: null });
    expect(sha256(client.output)).toBe(sha256(down));
    expect(await inbox.closed()).toBeUndefined();
    expectClosed(server);
    const peer = await node24Connected(client);
    expect(peer).toMatchObject({ protocol: 'TLSv1.3', authorized: true });
    return { info: socket.info!, peer };
  }

  it('by default both ends agree on X25519MLKEM768 at once: 1 MiB each way', async () => {
    const agreed = { protocol: 'TLSv1.3', group: { name: 'X25519MLKEM768' }, helloRetry: false };
    expect((await asClient(identity, {}, {}, MEBIBYTE)).info).toMatchObject(agreed);
    expect((await asServer(identity, {}, {}, MEBIBYTE)).info).toMatchObject(agreed);
  });

  describe.each([
    ['native', node],
    ['portable', everything],
  ] as const)('%s provider', (_, provider) => {
    it.each(groups)('%s, both roles', async (group, name) => {
      const [ours, theirs] = [{ provider, groups: [group] }, { ecdhCurve: name }];
      const agreed = { group: { name: group }, helloRetry: false };
      expect((await asClient(identity, ours, theirs)).info).toMatchObject(agreed);
      expect((await asServer(identity, ours, theirs)).info).toMatchObject(agreed);
    });

    it.each(schemes)('%s in root, intermediate, leaf and handshake, both roles', async (scheme, kind) => {
      const who = await goodIdentity(kind);
      const [ours, theirs] = [{ provider, signatureSchemes: [scheme] }, { sigalgs: scheme }];
      const agreed = { signatureScheme: { name: scheme } };
      expect((await asClient(who, ours, theirs)).info).toMatchObject(agreed);
      expect((await asServer(who, ours, theirs)).info).toMatchObject(agreed);
    });
  });

  it.each(groups)('HelloRetryRequest for %s, both roles', async (group, name) => {
    const agreed = { group: { name: group }, helloRetry: true };
    const ours = { groups: ['x25519', group], keyShares: ['x25519'] };
    expect((await asClient(identity, ours, { ecdhCurve: name })).info).toMatchObject(agreed);
    expect((await asServer(identity, { groups: [group] }, { ecdhCurve: `X25519:${name}` })).info).toMatchObject(agreed);
  });

  it('a server without ML-KEM takes our share of x25519, and a client without it gets x25519', async () => {
    const agreed = { group: { name: 'x25519' }, helloRetry: false };
    expect((await asClient(identity, {}, { ecdhCurve: 'X25519' })).info).toMatchObject(agreed);
    expect((await asServer(identity, {}, { ecdhCurve: 'X25519' })).info).toMatchObject(agreed);
  });
});
