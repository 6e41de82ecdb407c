/** Our server against Node's own `tls.connect`. */
import { padToMultiple } from '@tlskit/tls-record';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity } from '../src/certificates.ts';
import { type Combination, diagonal, groups, kinds, matrix, opensslGroups, rows } from '../src/matrix.ts';
import { alertInCode, type NodeClientOptions, type NodeConnection, nodeClient } from '../src/node-tls.ts';
import { type OurConnection, OurServer } from '../src/ours.ts';
import { MEBIBYTE, payload, sha256 } from '../src/payload.ts';
import { expectClosed, expectNegotiated, forPeer, keyLogLines, noble, paddedTo, stopAfterTest } from './support.ts';

type ServerOptions = ConstructorParameters<typeof OurServer>[1];

interface Meeting {
  readonly server: OurServer;
  readonly ours: OurConnection;
  readonly peer: NodeConnection;
}

forPeer('node', 'our server, Node’s tls client', () => {
  const stopping = stopAfterTest();

  async function meet(identity: Identity, ours: ServerOptions = {}, theirs: NodeClientOptions = {}): Promise<Meeting> {
    const server = stopping(new OurServer(identity, ours));
    const port = await server.listen();
    const coming = server.accept();
    const peer = await nodeClient(port, identity, theirs);
    return { server, peer, ours: await coming };
  }

  /** 1 MiB each way at the same time, and the end by both, the client's first. */
  async function exchange({ server, ours, peer }: Meeting, length = MEBIBYTE): Promise<void> {
    const [up, down] = [payload(length), payload(length)];
    peer.socket.write(up);
    ours.socket.write(down);
    expect(sha256(await ours.inbox.atLeast(length))).toBe(sha256(up));
    expect(sha256(await peer.inbox.atLeast(length))).toBe(sha256(down));
    peer.socket.end();
    expect(await ours.inbox.toEnd()).toHaveLength(length);
    expect(await peer.inbox.toEnd()).toHaveLength(length);
    expect(await ours.inbox.closed()).toBeUndefined();
    expect(await peer.inbox.closed()).toBeUndefined();
    expectClosed(server);
  }

  describe.each(kinds)('%s', kind => {
    let identity: Identity;
    beforeAll(async () => {
      identity = await goodIdentity(kind);
    });

    async function run({ suite, group }: Combination, provider?: typeof noble): Promise<void> {
      const theirs = { ciphers: suite, ecdhCurve: opensslGroups[group] };
      const meeting = await meet(identity, { provider }, theirs);
      expectNegotiated(meeting.ours.socket.info!, { suite, group, kind });
      const { socket } = meeting.peer;
      expect([socket.authorized, socket.getProtocol(), socket.getCipher().standardName]).toEqual([
        ...[true, 'TLSv1.3', suite],
      ]);
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
      const offered = [...groups.filter(other => other !== group), group].map(each => opensslGroups[each]).join(':');
      const meeting = await meet(identity, { groups: [group] }, { ecdhCurve: offered });
      expect(meeting.ours.socket.info).toMatchObject({ helloRetry: true, group: { name: group } });
      await exchange(meeting);
    });

    it('of TLS 1.2 and 1.3 we take 1.3', async () => {
      const meeting = await meet(identity, {}, { minVersion: 'TLSv1.2' });
      expect(meeting.peer.socket.getProtocol()).toBe('TLSv1.3');
      await exchange(meeting, 1 << 16);
    });

    it('ALPN: our order decides', async () => {
      const meeting = await meet(identity, { alpn: ['c', 'b'] }, { ALPNProtocols: ['a', 'b', 'c'] });
      expect([meeting.ours.socket.alpn, meeting.peer.socket.alpnProtocol]).toEqual(['c', 'c']);
      await exchange(meeting, 1 << 16);
    });

    it('ALPN: nothing in common is refused', async () => {
      const server = stopping(new OurServer(identity, { alpn: ['c'] }));
      const port = await server.listen();
      const refusal = server.refusal();
      const error = await nodeClient(port, identity, { ALPNProtocols: ['a'] }).catch(thrown => thrown);
      expect(alertInCode(error.code)).toBe('no_application_protocol');
      expect(await refusal).toMatchObject({ code: 'ERR_TLS_NO_APPLICATION_PROTOCOL', sentBy: 'us' });
    });

    it('SNI: of two certificates the one for the name', async () => {
      const other = await goodIdentity('rsa-2048', 'other.example');
      const credentials = [identity, other].map(({ certificate, key }) => ({ certificate, key }));
      for (const [name, { root }] of [
        ['other.example', other],
        [HOST, identity],
      ] as const) {
        const meeting = await meet(identity, { credentials }, { servername: name, ca: root });
        expect(meeting.ours.socket.info?.serverName).toBe(name);
        expect(meeting.peer.socket.getPeerCertificate().subjectaltname).toBe(`DNS:${name}`);
        await exchange(meeting, 1 << 10);
      }
    });

    it('close_notify: we go first', async () => {
      const { server, ours, peer } = await meet(identity);
      ours.socket.end('the last words');
      expect((await peer.inbox.toEnd()).toString()).toBe('the last words');
      expect(await peer.inbox.closed()).toBeUndefined();
      expect(await ours.inbox.closed()).toBeUndefined();
      expectClosed(server);
    });

    it('no close_notify: a client that just goes away is truncation', async () => {
      // Tickets that nobody reads would make a reset of it.
      const { ours, peer } = await meet(identity, { tickets: false });
      peer.socket.destroy();
      expect(await ours.inbox.closed()).toMatchObject({ code: 'ERR_TLS_TRUNCATED', sentBy: 'us' });
    });

    it('half-close: after the client’s close_notify we send 1 MiB', async () => {
      const { server, ours, peer } = await meet(identity, { allowHalfOpen: true }, { allowHalfOpen: true });
      peer.socket.end('a question');
      expect((await ours.inbox.toEnd()).toString()).toBe('a question');
      const answer = payload();
      ours.socket.end(answer);
      expect(sha256(await peer.inbox.toEnd())).toBe(sha256(answer));
      expectClosed(server);
    });

    it('KeyUpdate by us, asking for one: 1 MiB each way after it', async () => {
      const meeting = await meet(identity);
      const { ours, peer } = meeting;
      const updates: unknown[] = [];
      ours.socket.on('keyUpdate', update => updates.push(update));
      ours.socket.updateKeys();
      ours.socket.updateKeys({ requestPeer: true });
      ours.socket.write('under new keys');
      await peer.inbox.including('under new keys');
      peer.socket.write('so am I');
      await ours.inbox.including('so am I');
      expect(updates).toEqual([
        ...[{ direction: 'write' }, { direction: 'write' }, { direction: 'read', requested: false, answers: true }],
      ]);
      const [up, down] = [payload(), payload()];
      peer.socket.end(up);
      ours.socket.write(down);
      const [heard, told] = [await ours.inbox.toEnd(), await peer.inbox.toEnd()];
      expect(sha256(heard.subarray('so am I'.length))).toBe(sha256(up));
      expect(sha256(told.subarray('under new keys'.length))).toBe(sha256(down));
    });

    it('record padding', async () => {
      const meeting = await meet(identity, { padding: padToMultiple(1000) });
      await exchange(meeting, 60_001);
      const sent = meeting.server.watch.contents('out', 'application_data');
      for (const { content, padding = 0 } of sent) expect(paddedTo(1000, content.length + padding)).toBe(true);
      expect(sent.some(({ padding = 0 }) => padding > 0)).toBe(true);
    });

    it('keying material and key log: both have the same', async () => {
      const { server, ours, peer } = await meet(identity);
      const context = payload(16);
      const theirs = peer.socket.exportKeyingMaterial(48, 'EXPORTER-tlskit', context);
      expect(ours.socket.exportKeyingMaterial('EXPORTER-tlskit', context, 48)).toEqual(theirs);
      expect(keyLogLines(peer.keyLog)).toEqual(keyLogLines(server.keyLog));
      expect(server.keyLog).toHaveLength(5);
      peer.socket.destroy();
    });
  });
});
