/** Our client against Node's own `tls.createServer`. */
import type { TlsOptions } from 'node:tls';
import { padToMultiple } from '@tlskit/tls-record';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity } from '../src/certificates.ts';
import { type Combination, diagonal, groups, kinds, matrix, opensslGroups, rows } from '../src/matrix.ts';
import { type NodeConnection, NodeServer } from '../src/node-tls.ts';
import { type OurClient, ourClient } from '../src/ours.ts';
import { MEBIBYTE, payload, sha256 } from '../src/payload.ts';
import { expectClosed, expectNegotiated, forPeer, keyLogLines, noble, paddedTo, stopAfterTest } from './support.ts';

type ClientOptions = Parameters<typeof ourClient>[2];

interface Meeting {
  readonly server: NodeServer;
  readonly peer: NodeConnection;
  readonly client: OurClient;
}

forPeer('node', 'our client, Node’s tls server', () => {
  const stopping = stopAfterTest();

  async function meet(identity: Identity, theirs: TlsOptions = {}, ours: ClientOptions = {}): Promise<Meeting> {
    const server = stopping(new NodeServer(identity, theirs));
    const port = await server.listen();
    const coming = server.accept();
    const client = await ourClient(port, identity, ours);
    return { server, client, peer: await coming };
  }

  /** 1 MiB each way at the same time, and the end by both, ours first. */
  async function exchange({ client, peer }: Meeting, length = MEBIBYTE): Promise<void> {
    const [up, down] = [payload(length), payload(length)];
    client.socket.write(up);
    peer.socket.write(down);
    expect(sha256(await peer.inbox.atLeast(length))).toBe(sha256(up));
    expect(sha256(await client.inbox.atLeast(length))).toBe(sha256(down));
    client.socket.end();
    expect(await peer.inbox.toEnd()).toHaveLength(length);
    expect(await client.inbox.toEnd()).toHaveLength(length);
    expect(await peer.inbox.closed()).toBeUndefined();
    expect(await client.inbox.closed()).toBeUndefined();
    expectClosed(client);
  }

  describe.each(kinds)('%s', kind => {
    let identity: Identity;
    beforeAll(async () => {
      identity = await goodIdentity(kind);
    });

    async function run({ suite, group }: Combination, provider?: typeof noble): Promise<void> {
      const meeting = await meet(identity, {}, { cipherSuites: [suite], groups: [group], provider });
      expectNegotiated(meeting.client.info, { suite, group, kind });
      expect(meeting.client.info.verified).toBe(true);
      await exchange(meeting);
    }

    it.each(rows(matrix, kind))('%s, %s: 1 MiB each way', (_suite, _group, combination) => run(combination));
    it.each(rows(diagonal, kind))('%s, %s, noble provider: 1 MiB each way', (_suite, _group, combination) =>
      run(combination, noble),
    );
  });

  describe('and', () => {
    let identity: Identity;
    beforeAll(async () => {
      identity = await goodIdentity('ecdsa-p256');
    });

    it.each(groups)('HelloRetryRequest for %s: 1 MiB each way', async group => {
      const first = groups.find(other => other !== group) as string;
      const meeting = await meet(
        identity,
        { ecdhCurve: opensslGroups[group] },
        { groups: [first, group], keyShares: [first] },
      );
      expect(meeting.client.info).toMatchObject({ helloRetry: true, group: { name: group } });
      await exchange(meeting);
    });

    it('of TLS 1.2 and 1.3 the server takes 1.3', async () => {
      const meeting = await meet(identity, { minVersion: 'TLSv1.2' });
      expect(meeting.peer.socket.getProtocol()).toBe('TLSv1.3');
      await exchange(meeting, 1 << 16);
    });

    it('a server that asks for a certificate: we have none', async () => {
      const meeting = await meet(identity, { requestCert: true, rejectUnauthorized: false });
      expect(meeting.peer.socket.authorized).toBe(false);
      expect(meeting.client.watch.messages).toContain('< certificate_request');
      await exchange(meeting, 1 << 16);
    });

    it('ALPN: the server chooses', async () => {
      const meeting = await meet(identity, { ALPNProtocols: ['c', 'b'] }, { alpn: ['a', 'b', 'c'] });
      expect([meeting.client.info.alpn, meeting.peer.socket.alpnProtocol]).toEqual(['c', 'c']);
      await exchange(meeting, 1 << 16);
    });

    it('ALPN: nothing in common, and the server says so', async () => {
      const server = stopping(new NodeServer(identity, { ALPNProtocols: ['c'] }));
      const port = await server.listen();
      await expect(ourClient(port, identity, { alpn: ['a'] })).rejects.toMatchObject({
        code: 'ERR_TLS_PEER_ALERT',
        alert: 'no_application_protocol',
        sentBy: 'peer',
      });
    });

    it('SNI: the server hears the name', async () => {
      const meeting = await meet(identity);
      expect((meeting.peer.socket as { servername?: string }).servername).toBe(HOST);
      await exchange(meeting, 1 << 16);
    });

    it('close_notify: the server goes first', async () => {
      const { peer, client } = await meet(identity);
      peer.socket.write('the last words');
      await client.inbox.including('the last words');
      // Not before: Node loses its close_notify while its tickets are still being written.
      peer.socket.end();
      expect((await client.inbox.toEnd()).toString()).toBe('the last words');
      expect(await client.inbox.closed()).toBeUndefined();
      expect(await peer.inbox.closed()).toBeUndefined();
      expectClosed(client);
    });

    it('no close_notify: a server that just goes away is truncation', async () => {
      const { peer, client } = await meet(identity);
      peer.socket.destroy();
      expect(await client.inbox.closed()).toMatchObject({ code: 'ERR_TLS_TRUNCATED', sentBy: 'us' });
    });

    it('half-close: after our close_notify the server sends 1 MiB', async () => {
      const { peer, client } = await meet(identity, { allowHalfOpen: true });
      client.socket.end('a question');
      expect((await peer.inbox.toEnd()).toString()).toBe('a question');
      const answer = payload();
      peer.socket.end(answer);
      expect(sha256(await client.inbox.toEnd())).toBe(sha256(answer));
      expectClosed(client);
    });

    it('half-close: after the server’s close_notify we send 1 MiB', async () => {
      const { peer, client } = await meet(identity, { allowHalfOpen: true }, { allowHalfOpen: true });
      peer.socket.write('a question');
      await client.inbox.including('a question');
      peer.socket.end();
      expect((await client.inbox.toEnd()).toString()).toBe('a question');
      const answer = payload();
      client.socket.end(answer);
      expect(sha256(await peer.inbox.toEnd())).toBe(sha256(answer));
      expectClosed(client);
    });

    it('KeyUpdate by us, asking for one: 1 MiB each way after it', async () => {
      const meeting = await meet(identity);
      const { client, peer } = meeting;
      const updates: unknown[] = [];
      client.socket.on('keyUpdate', update => updates.push(update));
      client.socket.updateKeys();
      client.socket.updateKeys({ requestPeer: true });
      client.socket.write('under new keys');
      await peer.inbox.including('under new keys');
      peer.socket.write('so am I');
      await client.inbox.including('so am I');
      expect(updates).toEqual([
        ...[{ direction: 'write' }, { direction: 'write' }, { direction: 'read', requested: false, answers: true }],
      ]);
      const [up, down] = [payload(), payload()];
      client.socket.end(up);
      peer.socket.write(down);
      const [heard, told] = [await peer.inbox.toEnd(), await client.inbox.toEnd()];
      expect(sha256(heard.subarray('under new keys'.length))).toBe(sha256(up));
      expect(sha256(told.subarray('so am I'.length))).toBe(sha256(down));
    });

    it('tickets are taken without harm', async () => {
      const meeting = await meet(identity);
      await exchange(meeting, 1 << 16);
      expect(meeting.client.watch.events.filter(({ type }) => type === 'session')).toHaveLength(2);
    });

    it.each([
      [true, 1],
      [false, 0],
    ])('middlebox compatibility mode: %s', async (compatibilityMode, count) => {
      const meeting = await meet(identity, {}, { compatibilityMode });
      await exchange(meeting, 1 << 16);
      expect(meeting.client.watch.contents('out', 'change_cipher_spec')).toHaveLength(count);
    });

    it('record padding', async () => {
      const meeting = await meet(identity, {}, { padding: padToMultiple(1000) });
      await exchange(meeting, 60_001);
      const sent = meeting.client.watch.contents('out', 'application_data');
      for (const { content, padding = 0 } of sent) expect(paddedTo(1000, content.length + padding)).toBe(true);
      expect(sent.some(({ padding = 0 }) => padding > 0)).toBe(true);
    });

    it('keying material and key log: both have the same', async () => {
      const log: string[] = [];
      const { client, peer, server } = await meet(identity, {}, { keyLog: line => log.push(line) });
      const context = payload(16);
      const theirs = peer.socket.exportKeyingMaterial(48, 'EXPORTER-tlskit', context);
      expect(client.socket.exportKeyingMaterial('EXPORTER-tlskit', context, 48)).toEqual(theirs);
      expect(keyLogLines(log)).toEqual(keyLogLines(server.keyLog));
      expect(log).toHaveLength(5);
      client.socket.destroy();
    });
  });
});
