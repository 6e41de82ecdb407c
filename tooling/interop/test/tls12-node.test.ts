/** TLS 1.2 with Node's own tls, either end ours: what its API shows of a connection, and lets begin. */
import { constants } from 'node:crypto';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { createCA } from '@tlskit/tls-testing';
import { MemorySessionCache, MemorySessionStore } from 'tlskit';
import { type ConnectionInfo, type TlsSocket, tls12, tls13 } from 'tlskit/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity, identity } from '../src/certificates.ts';
import { bounded } from '../src/child.ts';
import { type NodeClientOptions, type NodeConnection, NodeServer, nodeClient } from '../src/node-tls.ts';
import { goodOcspResponse } from '../src/ocsp.ts';
import { OurServer, ourClient } from '../src/ours.ts';
import { payload, sha256 } from '../src/payload.ts';
import { expectClosed, forPeer, keyLogLines, stopAfterTest } from './support.ts';
import { only } from './tls12-support.ts';

const versions = [tls13, tls12];
const only12 = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
const renegotiates = { versions, tls12: { renegotiation: 'accept' } } as const;

const { SSL_OP_NO_TICKET, SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_ENCRYPT_THEN_MAC } = constants;
/** OpenSSL's SSL_OP_NO_EXTENDED_MASTER_SECRET, for which Node has no name. */
const NO_EXTENDED_MASTER_SECRET = 1;

forPeer('node', "TLS 1.2 with Node's tls", () => {
  const stopping = stopAfterTest();
  /** Node's servers wait for those who are still there. */
  const leaving = (socket: Duplex) => stopping({ stop: async () => void socket.destroy() });
  let who: Identity;
  let alice: Identity;
  beforeAll(async () => {
    who = await goodIdentity('ecdsa-p256');
    alice = await goodIdentity('ed25519', 'alice.example');
  });

  /** Our client at a server of Node's, and both ends of the connection. */
  async function atNode(theirs: tls.TlsOptions = {}, ours: Parameters<typeof ourClient>[2] = {}, shown = who) {
    const server = stopping(new NodeServer(shown, { ...only12, ...theirs }));
    server.keepSessions();
    const port = await server.listen();
    const coming = server.accept();
    const client = await ourClient(port, shown, { versions, ...ours });
    leaving(client.socket);
    expect(client.info.protocol).toBe('TLSv1.2');
    return { ...client, port, server, peer: await coming };
  }

  /** A client of Node's at our server, and both ends of the connection. */
  async function atOurs(
    ours: ConstructorParameters<typeof OurServer>[1] = {},
    theirs: NodeClientOptions = {},
    shown = who,
  ) {
    const server = stopping(new OurServer(shown, { versions, ...ours }));
    const port = await server.listen();
    const coming = server.accept();
    const peer = await nodeClient(port, shown, { ...only12, ...theirs });
    const { socket, inbox } = await coming;
    leaving(peer.socket);
    expect(socket.info?.protocol).toBe('TLSv1.2');
    return { server, port, socket, inbox, info: socket.info as ConnectionInfo, peer };
  }

  /** Text both ways. */
  async function talk({ socket, inbox, peer }: Pick<OurSide, 'socket' | 'inbox' | 'peer'>): Promise<void> {
    const word = payload(8).toString('hex');
    socket.write(`ours ${word}\n`);
    peer.socket.write(`theirs ${word}\n`);
    await Promise.all([inbox.including(`theirs ${word}\n`), peer.inbox.including(`ours ${word}\n`)]);
  }

  it('1 MiB each way, both roles', async () => {
    for (const ends of [await atNode(), await atOurs()]) {
      const [up, down] = [payload(), payload()];
      ends.socket.end(up);
      ends.peer.socket.end(down);
      expect(sha256(await ends.inbox.toEnd())).toBe(sha256(down));
      expect(sha256(await ends.peer.inbox.toEnd())).toBe(sha256(up));
      expect(await ends.inbox.closed()).toBeUndefined();
      expectClosed(
        'server' in ends && ends.server instanceof OurServer ? ends.server : (ends as { watch: OurServer['watch'] }),
      );
    }
  });

  it('the same keying material, Finished and key log, both roles', async () => {
    const ours = await atNode();
    const theirs = await atOurs();
    for (const { socket, peer } of [ours, theirs]) {
      for (const context of [undefined, Buffer.alloc(0), Buffer.from('context')]) {
        const exported = socket.exportKeyingMaterial('EXPORTER-tlskit', context, 40);
        expect(exported).toEqual(peer.socket.exportKeyingMaterial(40, 'EXPORTER-tlskit', context as Buffer));
      }
    }
    // The client's is the first (RFC 5929 §3).
    expect(ours.socket.channelBinding('tls-unique')).toEqual(ours.peer.socket.getPeerFinished());
    expect(theirs.socket.channelBinding('tls-unique')).toEqual(theirs.peer.socket.getFinished());
    expect(keyLogLines(theirs.server.keyLog)).toEqual(keyLogLines(theirs.peer.keyLog));
    expect(keyLogLines(theirs.server.keyLog)).toHaveLength(1);
  });

  describe('resumption', () => {
    it.each([
      ['tickets', {}],
      ['session IDs', { secureOptions: SSL_OP_NO_TICKET }],
    ] as const)('our client, by %s', async (_, theirs) => {
      const sessions = new MemorySessionStore();
      const first = await atNode(theirs, { sessions });
      expect(first.info.resumed).toBe(false);
      await talk(first);
      first.socket.end();
      await first.inbox.closed();
      for (let i = 0; i < 2; i++) {
        const coming = first.server.accept();
        const again = await ourClient(first.port, who, { versions, sessions });
        leaving(again.socket);
        const peer = await coming;
        expect([again.info.resumed, peer.socket.isSessionReused()]).toEqual([true, true]);
        // In a resumption the server's Finished is the first.
        expect(again.socket.channelBinding('tls-unique')).toEqual(peer.socket.getFinished());
        await talk({ ...again, peer });
        again.socket.end();
        await again.inbox.closed();
      }
    });

    it.each([
      ['tickets', {}, {}],
      [
        'session IDs',
        { tickets: false, tls12: { sessions: new MemorySessionCache() } },
        { secureOptions: SSL_OP_NO_TICKET },
      ],
    ] as const)('our server, by %s', async (_, ours, theirs) => {
      const first = await atOurs(ours, theirs);
      expect(first.info.resumed).toBe(false);
      await talk(first);
      const session = first.peer.socket.getSession();
      first.socket.end();
      await first.inbox.closed();
      const coming = first.server.accept();
      const peer = await nodeClient(first.port, who, { ...only12, ...theirs, session });
      const { socket, inbox } = await coming;
      expect([socket.info?.resumed, peer.socket.isSessionReused()]).toEqual([true, true]);
      expect(socket.channelBinding('tls-unique')).toEqual(peer.socket.getPeerFinished());
      await talk({ socket, inbox, peer });
      socket.end();
    });

    it('our server refuses a session that it does not know, both ways', async () => {
      const first = await atOurs({ tickets: false, tls12: { sessions: new MemorySessionCache() } });
      const session = first.peer.socket.getSession();
      first.socket.end();
      const other = await atOurs({ tickets: false, tls12: { sessions: new MemorySessionCache() } }, { session });
      expect([other.info.resumed, other.peer.socket.isSessionReused()]).toEqual([false, false]);
      await talk(other);
    });
  });

  describe('renegotiation', () => {
    it.each(['our client', "Node's server"] as const)('our client and a server of Node: %s begins it', async begins => {
      const ends = await atNode({}, renegotiates);
      await again(ends, begins === 'our client');
      expect(ends.socket.info).toMatchObject({ verified: true });
      await talk(ends);
    });

    it.each(['our server', "Node's client"] as const)('our server and a client of Node: %s begins it', async begins => {
      const ends = await atOurs(renegotiates);
      await again(ends, begins === 'our server');
      await talk(ends);
    });

    it("a server of Node asks for our client's certificate in it", async () => {
      const { certificate, key } = alice;
      const ends = await atNode({ ca: [alice.root] }, { ...renegotiates, certificate, key });
      expect(ends.peer.socket.getPeerX509Certificate()).toBeUndefined();
      const renegotiated = new Promise(resolve => ends.socket.once('renegotiated', resolve));
      ends.peer.socket.renegotiate({ requestCert: true, rejectUnauthorized: true }, () => {});
      expect(await renegotiated).toMatchObject({ clientSignatureScheme: { name: 'ed25519' } });
      await talk(ends);
      expect(ends.peer.socket.getPeerX509Certificate()?.raw).toEqual(Buffer.from(alice.issued.certificate));
    });

    it('refused by a server of Node: the connection goes on', async () => {
      const ends = await atNode({ secureOptions: SSL_OP_NO_RENEGOTIATION }, renegotiates);
      const refused = new Promise(resolve => ends.socket.once('renegotiated', resolve));
      ends.socket.renegotiate();
      expect(await refused).toBeUndefined();
      await talk(ends);
    });

    it('refused by our client: the connection goes on', async () => {
      const ends = await atNode();
      ends.peer.socket.renegotiate({}, () => {});
      await ends.watch.until(() => ends.watch.alerts('out').includes('no_renegotiation_RESERVED'));
      ends.socket.destroy();
    });
  });

  describe('certificates of clients', () => {
    it('our client, and none of it', async () => {
      const theirs = { requestCert: true, rejectUnauthorized: true, ca: [alice.root] };
      const { certificate, key } = alice;
      const ends = await atNode(theirs, { certificate, key });
      expect(ends.peer.socket.authorized).toBe(true);
      expect(ends.peer.socket.getPeerX509Certificate()?.raw).toEqual(Buffer.from(alice.issued.certificate));
      const none = await atNode({ requestCert: true, rejectUnauthorized: false, ca: [alice.root] });
      expect(none.peer.socket.authorized).toBe(false);
      await talk(none);
    });

    it('our server', async () => {
      const trust = { roots: [alice.root] };
      const ends = await atOurs({ clientAuth: 'require', trust }, { cert: alice.certificate, key: alice.key });
      expect(ends.info).toMatchObject({ verified: true, clientSignatureScheme: { name: 'ed25519' } });
      expect(ends.info.peerCertificates[0]).toEqual(alice.issued.certificate);
      await talk(ends);
    });
  });

  describe('extensions', () => {
    it('ALPN and SNI, both roles', async () => {
      const ours = await atNode({ ALPNProtocols: ['b', 'a'] }, { alpn: ['a', 'c'] });
      expect([ours.info.alpn, ours.peer.socket.alpnProtocol]).toEqual(['a', 'a']);
      const theirs = await atOurs({ alpn: ['b', 'a'] }, { ALPNProtocols: ['a', 'c'] });
      expect([theirs.info.alpn, theirs.peer.socket.alpnProtocol]).toEqual(['a', 'a']);
      expect(theirs.info.serverName).toBe(HOST);
    });

    it('a CertificateStatus, both roles', async () => {
      const root = await createCA();
      const issued = await root.issue({ names: [HOST] });
      const shown = identity(issued, root);
      const response = Buffer.from(goodOcspResponse(root, issued));
      const server = stopping(new NodeServer(shown, only12));
      server.onOcspRequest(() => response);
      const port = await server.listen();
      const client = await ourClient(port, shown, { versions, ocsp: true });
      expect(client.info.ocspResponse).toEqual(Uint8Array.from(response));
      client.socket.destroy();

      const { certificate, key } = shown;
      const credentials = [{ certificate, key, ocspResponse: response }];
      const ours = stopping(new OurServer(shown, { versions, credentials }));
      const ourPort = await ours.listen();
      ours.serve(() => {});
      const options = { host: '127.0.0.1', port: ourPort, servername: HOST, ca: shown.root, requestOCSP: true };
      const socket = tls.connect({ ...options, ...only12 });
      const came = new Promise<Buffer>(resolve => socket.once('OCSPResponse', resolve));
      expect(await bounded('a response', came)).toEqual(response);
      socket.destroy();
    });

    it.each([
      ['extended_master_secret', NO_EXTENDED_MASTER_SECRET, { extendedMasterSecret: false, encryptThenMac: true }],
      ['encrypt_then_mac', SSL_OP_NO_ENCRYPT_THEN_MAC, { extendedMasterSecret: true, encryptThenMac: false }],
      ['neither without', 0, { extendedMasterSecret: true, encryptThenMac: true }],
    ] as const)('without %s, both roles', async (_, secureOptions, expected) => {
      const theirs = { secureOptions, ciphers: 'ECDHE-ECDSA-AES128-SHA' };
      const ours = only('TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA');
      const client = await atNode(theirs, ours);
      expect(client.info.tls12).toMatchObject(expected);
      await talk(client);
      const server = await atOurs(ours, theirs);
      expect(server.info.tls12).toMatchObject(expected);
      await talk(server);
    });

    it('pre-shared keys, both roles', async () => {
      const psk = Buffer.alloc(32, 9);
      const suite = 'TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256';
      const ciphers = 'ECDHE-PSK-CHACHA20-POLY1305';
      const ours = { ...only(suite), psk: [{ identity: 'bob', key: psk }] };
      const client = await atNode({ ciphers, pskCallback: (_, name) => (name === 'bob' ? psk : null) }, ours);
      expect(client.info).toMatchObject({ cipherSuite: { name: suite }, verified: false });
      await talk(client);

      const pskCallback = () => ({ psk, identity: 'bob' });
      const theirs = { ciphers, pskCallback, checkServerIdentity: () => undefined };
      const server = await atOurs({ ...only(suite), pskLookup: () => ({ key: psk }) }, theirs);
      expect(server.info).toMatchObject({ cipherSuite: { name: suite } });
      await talk(server);
    });
  });
});

interface OurSide {
  readonly socket: TlsSocket;
  readonly inbox: NodeConnection['inbox'];
  readonly peer: NodeConnection;
}

/** Renegotiates, and waits until our side says that it is done. */
async function again({ socket, peer }: Pick<OurSide, 'socket' | 'peer'>, ours: boolean): Promise<void> {
  const before = socket.channelBinding('tls-unique');
  const done = new Promise<ConnectionInfo | undefined>(resolve => socket.once('renegotiated', resolve));
  if (ours) socket.renegotiate();
  else peer.socket.renegotiate({}, () => {});
  expect(await bounded('the renegotiation', done)).toMatchObject({ protocol: 'TLSv1.2' });
  expect(socket.channelBinding('tls-unique')).not.toEqual(before);
}
