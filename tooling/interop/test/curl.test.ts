/** Our server against curl. */
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity } from '../src/certificates.ts';
import type { Child } from '../src/child.ts';
import { curl, parseRequest } from '../src/curl.ts';
import { file } from '../src/files.ts';
import { type Combination, diagonal, groups, kinds, matrix, opensslGroups, rows } from '../src/matrix.ts';
import { type OurConnection, OurServer } from '../src/ours.ts';
import { MEBIBYTE, payload, sha256 } from '../src/payload.ts';
import { expectClosed, expectNegotiated, forPeer, noble, stopAfterTest } from './support.ts';

type ServerOptions = ConstructorParameters<typeof OurServer>[1];

interface Meeting extends OurConnection {
  readonly server: OurServer;
  readonly client: Child;
}

forPeer('curl', 'our server, curl', () => {
  const stopping = stopAfterTest();
  const up = payload();
  let upload: string;
  beforeAll(() => {
    upload = file(up);
  });

  async function meet(identity: Identity, options: ServerOptions, args: readonly string[] = []): Promise<Meeting> {
    const server = stopping(new OurServer(identity, options));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(curl(port, identity.files.root, args));
    return { ...(await coming), server, client };
  }

  /** Reads a request, and answers it with `body` and the end of the connection. */
  async function answer({ inbox, socket, client, server }: Meeting, body: Buffer): Promise<Buffer> {
    await inbox.including('\r\n\r\n');
    const { bodyAt, length } = parseRequest(inbox.bytes);
    const request = await inbox.atLeast(bodyAt + length);
    socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n'), body]));
    expect(await client.exit()).toEqual({ code: 0, signal: null });
    expect(sha256(client.output)).toBe(sha256(body));
    expect(await inbox.closed()).toBeUndefined();
    expectClosed(server);
    return request.subarray(bodyAt);
  }

  /** 1 MiB from curl and 1 MiB back. */
  async function exchange(meeting: Meeting): Promise<void> {
    expect(sha256(await answer(meeting, payload()))).toBe(sha256(up));
  }

  const post = () => ['--header', 'expect:', '--data-binary', `@${upload}`];

  describe.each(kinds)('%s', kind => {
    let identity: Identity;
    beforeAll(async () => {
      identity = await goodIdentity(kind);
    });

    async function run({ suite, group }: Combination, provider?: typeof noble): Promise<void> {
      const args = ['--tls13-ciphers', suite, '--curves', opensslGroups[group]];
      const meeting = await meet(identity, { provider }, [...args, ...post()]);
      expectNegotiated(meeting.socket.info!, { suite, group, kind });
      await exchange(meeting);
      expect(meeting.client.errors).toContain(`SSL connection using TLSv1.3 / ${suite}`);
      expect(meeting.client.errors).toContain('SSL certificate verify ok');
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

    it('GET, with all of its defaults', async () => {
      const meeting = await meet(identity, {});
      const { info } = meeting.socket;
      expect(info).toMatchObject({ protocol: 'TLSv1.3', serverName: HOST, helloRetry: false });
      expect(await answer(meeting, Buffer.from('a page'))).toHaveLength(0);
      expect(meeting.client.output.toString()).toBe('a page');
    });

    it('of TLS 1.2 and 1.3 we take 1.3', async () => {
      const meeting = await meet(identity, {}, ['--tlsv1.2']);
      expect(meeting.socket.info?.protocol).toBe('TLSv1.3');
      await answer(meeting, Buffer.from('a page'));
    });

    it.each(groups)('HelloRetryRequest for %s: 1 MiB each way', async group => {
      const offered = [...groups.filter(other => other !== group), group].map(each => opensslGroups[each]).join(':');
      const meeting = await meet(identity, { groups: [group] }, ['--curves', offered, ...post()]);
      expect(meeting.socket.info).toMatchObject({ helloRetry: true, group: { name: group } });
      await exchange(meeting);
    });

    it('ALPN: http/1.1', async () => {
      const meeting = await meet(identity, { alpn: ['http/1.1'] });
      expect(meeting.socket.alpn).toBe('http/1.1');
      await answer(meeting, payload(1000));
      expect(meeting.client.errors).toContain('ALPN: server accepted http/1.1');
    });

    it('ALPN: nothing in common is refused', async () => {
      const server = stopping(new OurServer(identity, { alpn: ['smtp'] }));
      const port = await server.listen();
      const refusal = server.refusal();
      const client = stopping(curl(port, identity.files.root));
      expect(await refusal).toMatchObject({ code: 'ERR_TLS_NO_APPLICATION_PROTOCOL', sentBy: 'us' });
      expect((await client.exit()).code).toBe(35);
      expect(client.errors).toMatch(/alert no application protocol/);
    });

    it('SNI: of two certificates the one for the name', async () => {
      const other = await goodIdentity('rsa-2048', 'other.example');
      const credentials = [other, identity].map(({ certificate, key }) => ({ certificate, key }));
      const meeting = await meet(identity, { credentials });
      expect(meeting.socket.info?.serverName).toBe(HOST);
      await answer(meeting, payload(1000));
      expect(meeting.client.errors).toContain(`host "${HOST}" matched cert's "${HOST}"`);
    });

    it('KeyUpdate by us in the middle of 1 MiB', async () => {
      const meeting = await meet(identity, {}, post());
      const { inbox, socket } = meeting;
      const updates: unknown[] = [];
      socket.on('keyUpdate', update => updates.push(update));
      socket.updateKeys({ requestPeer: true });
      await inbox.including('\r\n\r\n');
      const body = payload();
      socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n');
      await new Promise(resolve => socket.write(body.subarray(0, MEBIBYTE / 2), resolve));
      socket.updateKeys();
      await inbox.atLeast(parseRequest(inbox.bytes).bodyAt + MEBIBYTE);
      socket.end(body.subarray(MEBIBYTE / 2));
      expect((await meeting.client.exit()).code).toBe(0);
      expect(sha256(meeting.client.output)).toBe(sha256(body));
      expect(updates).toContainEqual({ direction: 'read', requested: false, answers: true });
    });

    it('no close_notify: a curl that is killed is truncation', async () => {
      const { inbox, socket, client } = await meet(identity, {}, ['--no-buffer']);
      await inbox.including('\r\n\r\n');
      await new Promise(resolve => socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhalf a pa', resolve));
      await client.saying(/half a pa/);
      client.kill();
      expect(await inbox.closed()).toMatchObject({ code: 'ERR_TLS_TRUNCATED' });
    });
  });
});
