/** Our client against `openssl s_server`. */
import { padToMultiple } from '@tlskit/tls-record';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity, longIdentity } from '../src/certificates.ts';
import { type Combination, diagonal, groups, kinds, matrix, opensslGroups, rows } from '../src/matrix.ts';
import { type OpensslServer, opensslServer } from '../src/openssl.ts';
import { type OurClient, ourClient } from '../src/ours.ts';
import { reversedLines, sha256, textLines } from '../src/payload.ts';
import { expectClosed, expectNegotiated, forPeer, noble, paddedTo, stopAfterTest } from './support.ts';

/** 1 MiB to the server and 1 MiB back, and the end by both. */
async function exchange(server: OpensslServer, client: OurClient, length?: number): Promise<void> {
  const sent = textLines(length);
  client.socket.write(sent);
  const back = await client.inbox.atLeast(sent.length);
  expect(sha256(back)).toBe(sha256(Buffer.from(reversedLines(sent))));
  client.socket.end();
  await client.inbox.toEnd();
  expect(await client.inbox.closed()).toBeUndefined();
  await server.child.saying(/^CONNECTION CLOSED$/m);
  expectClosed(client);
}

forPeer('openssl', 'our client, openssl s_server', () => {
  const stopping = stopAfterTest();
  const start = async (identity: Identity, args?: readonly string[]) => {
    const server = await opensslServer(identity, args);
    stopping({ stop: () => server.child.stop() });
    return server;
  };

  describe.each(kinds)('%s', kind => {
    let identity: Identity;
    let server: OpensslServer;
    beforeAll(async () => {
      identity = await goodIdentity(kind);
      server = await opensslServer(identity);
    });
    afterAll(() => server.child.stop());

    async function run({ suite, group }: Combination, provider?: typeof noble): Promise<void> {
      server.child.forget();
      const options = { cipherSuites: [suite], groups: [group], provider };
      const client = await ourClient(server.port, identity, options);
      expectNegotiated(client.info, { suite, group, kind });
      expect(client.info.verified).toBe(true);
      await exchange(server, client);
      expect(server.child.text).toContain(`Ciphersuite: ${suite}`);
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
      const server = await start(identity, ['-rev', '-groups', opensslGroups[group]]);
      const first = groups.find(other => other !== group) as string;
      const client = await ourClient(server.port, identity, { groups: [first, group], keyShares: [first] });
      expect(client.info).toMatchObject({ helloRetry: true, group: { name: group } });
      expect(client.watch.messages.slice(0, 4)).toEqual([
        ...['> client_hello', '< server_hello', '> client_hello', '< server_hello'],
      ]);
      await exchange(server, client);
    });

    it('HelloRetryRequest for a hello without shares', async () => {
      const server = await start(identity, ['-rev', '-groups', 'P-384:X25519']);
      const client = await ourClient(server.port, identity, { keyShares: [] });
      expect(client.info).toMatchObject({ helloRetry: true });
      await exchange(server, client, 1 << 16);
    });

    it('HelloRetryRequest with a cookie', async () => {
      const server = await start(identity, ['-stateless']);
      // Between the two hellos a stateless s_server takes no change_cipher_spec, not even from s_client.
      const client = await ourClient(server.port, identity, { compatibilityMode: false });
      expect(client.info).toMatchObject({ helloRetry: true });
      client.socket.write('after the cookie\n');
      await server.child.saying(/^after the cookie$/m);
      client.socket.destroy();
    });

    it('of TLS 1.2 and 1.3 the server takes 1.3', async () => {
      const server = await start(identity, ['-rev', '-min_protocol', 'TLSv1.2']);
      const client = await ourClient(server.port, identity);
      await exchange(server, client, 1 << 16);
    });

    it('RSASSA-PSS by the key’s own kind', async () => {
      const pss = await goodIdentity('rsa-pss');
      const server = await start(pss);
      const client = await ourClient(server.port, pss);
      expect(client.info.signatureScheme?.name).toBe('rsa_pss_pss_sha256');
      await exchange(server, client, 1 << 16);
    });

    it('a Certificate over three records', async () => {
      const long = await longIdentity();
      const server = await start(long);
      const client = await ourClient(server.port, long);
      expect(client.info.peerCertificates[0]?.length).toBeGreaterThan(2 * 16_384);
      await exchange(server, client, 1 << 16);
    });

    it('a server that asks for a certificate: we have none', async () => {
      const server = await start(identity, ['-rev', '-verify', '1']);
      const client = await ourClient(server.port, identity);
      await exchange(server, client, 1 << 16);
      expect(client.watch.messages).toContain('< certificate_request');
      expect(client.watch.messages.slice(-4, -2)).toEqual(['> certificate', '> finished']);
    });

    it('a server that demands a certificate: it says certificate_required', async () => {
      const server = await start(identity, ['-rev', '-Verify', '1']);
      // The handshake is complete for us before the server has seen that there is none.
      const client = await ourClient(server.port, identity);
      expect(await client.inbox.closed()).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'certificate_required' });
    });

    it('ALPN: the server chooses', async () => {
      const server = await start(identity, ['-rev', '-alpn', 'c,b']);
      const client = await ourClient(server.port, identity, { alpn: ['a', 'b', 'c'] });
      expect(client.info.alpn).toBe('c');
      await exchange(server, client, 1 << 16);
    });

    it('ALPN: a server that knows none of ours goes on without', async () => {
      const server = await start(identity, ['-rev']);
      const client = await ourClient(server.port, identity, { alpn: ['a'] });
      expect(client.info.alpn).toBeUndefined();
      await exchange(server, client, 1 << 16);
    });

    it('SNI: the server has a second certificate for another name', async () => {
      const other = await goodIdentity('ed25519', 'other.example');
      const { certificate, key } = other.files;
      const args = ['-rev', '-servername', 'other.example', '-cert2', certificate, '-key2', key];
      const server = await start(identity, [...args, '-CAfile', other.files.chain]);
      const first = await ourClient(server.port, identity);
      expect(first.info.peerCertificate?.names).toEqual([`dns:${HOST}`]);
      await exchange(server, first, 1 << 16);
      server.child.forget();
      const second = await ourClient(server.port, other, { servername: 'other.example' });
      expect(second.info.peerCertificate?.names).toEqual(['dns:other.example']);
      await exchange(server, second, 1 << 16);
    });

    it('close_notify: the server goes first', async () => {
      const server = await start(identity);
      const client = await ourClient(server.port, identity);
      client.socket.write('CLOSE\n');
      await client.inbox.toEnd();
      expect(await client.inbox.closed()).toBeUndefined();
      expectClosed(client);
    });

    it('no close_notify: a server that just goes away is truncation', async () => {
      const server = await start(identity, []);
      const client = await ourClient(server.port, identity);
      client.socket.write('here\n');
      await server.child.saying(/^here$/m);
      server.child.write('q\n');
      expect(await client.inbox.closed()).toMatchObject({ code: 'ERR_TLS_TRUNCATED', sentBy: 'us' });
    });

    it.each(['K', 'k'])('KeyUpdate by the server (%s), then by us', async command => {
      const server = await start(identity, []);
      const client = await ourClient(server.port, identity);
      const updates: unknown[] = [];
      client.socket.on('keyUpdate', update => updates.push(update));
      const talk = async (text: string) => {
        client.socket.write(`${text} from us\n`);
        await server.child.saying(new RegExp(`^${text} from us$`, 'm'));
        server.child.write(`${text} from the server\n`);
        await client.inbox.including(`${text} from the server\n`);
      };
      await talk('one');
      server.child.write(`${command}\n`);
      await client.watch.until(() => updates.length > 0);
      await talk('two');
      const answer = command === 'K' ? [{ direction: 'write' }] : [];
      expect(updates).toEqual([{ direction: 'read', requested: command === 'K', answers: false }, ...answer]);
      updates.length = 0;
      client.socket.updateKeys();
      await talk('three');
      client.socket.updateKeys({ requestPeer: true });
      // OpenSSL answers the request before the next data that it sends.
      await talk('four');
      expect(updates).toEqual([
        ...[{ direction: 'write' }, { direction: 'write' }, { direction: 'read', requested: false, answers: true }],
      ]);
      client.socket.end();
      await client.inbox.closed();
    });

    it.each([
      ['none', 0, 0],
      ['four', 4, 4],
      ['more than are kept', 20, 16],
    ])('tickets: %s', async (_, sent, kept) => {
      const server = await start(identity, ['-rev', '-num_tickets', String(sent)]);
      const client = await ourClient(server.port, identity);
      await exchange(server, client, 1 << 16);
      expect(client.watch.messages.filter(name => name === '< new_session_ticket')).toHaveLength(sent);
      expect(client.watch.events.filter(({ type }) => type === 'session')).toHaveLength(kept);
    });

    it.each([
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ])('middlebox compatibility mode: ours %s, the server’s %s', async (ours, theirs) => {
      const server = await start(identity, ['-rev', ...(theirs ? [] : ['-no_middlebox'])]);
      const client = await ourClient(server.port, identity, { compatibilityMode: ours });
      await exchange(server, client, 1 << 16);
      // OpenSSL sends its change_cipher_spec whether the client sent a session ID or not; it is dropped either way.
      expect(client.watch.contents('out', 'change_cipher_spec')).toHaveLength(ours ? 1 : 0);
      expect(client.watch.contents('in', 'change_cipher_spec')).toHaveLength(theirs ? 1 : 0);
    });

    it('middlebox compatibility mode with HelloRetryRequest', async () => {
      const server = await start(identity, ['-rev', '-groups', 'P-384']);
      const client = await ourClient(server.port, identity);
      await exchange(server, client, 1 << 16);
      expect(client.info.helloRetry).toBe(true);
      expect(client.watch.contents('out', 'change_cipher_spec')).toHaveLength(1);
      expect(client.watch.contents('in', 'change_cipher_spec')).toHaveLength(1);
    });

    it('record padding, both ways', async () => {
      const server = await start(identity, ['-rev', '-record_padding', '4096']);
      const client = await ourClient(server.port, identity, { padding: padToMultiple(1000) });
      await exchange(server, client, 60_001);
      const [theirs, ours] = [
        client.watch.contents('in', 'application_data'),
        client.watch.contents('out', 'application_data'),
      ];
      expect(theirs.length).toBeGreaterThan(0);
      expect(ours.length).toBeGreaterThan(0);
      // OpenSSL counts the byte of the content type in.
      for (const { content, padding = 0 } of theirs) expect(paddedTo(4096, content.length + 1 + padding)).toBe(true);
      for (const { content, padding = 0 } of ours) expect(paddedTo(1000, content.length + padding)).toBe(true);
      expect(theirs.some(({ padding = 0 }) => padding > 0)).toBe(true);
      expect(ours.some(({ padding = 0 }) => padding > 0)).toBe(true);
    });

    it('short records, both ways', async () => {
      const server = await start(identity, ['-rev', '-max_send_frag', '512']);
      const client = await ourClient(server.port, identity, { recordSize: 100 });
      await exchange(server, client, 1 << 16);
      const longest = (direction: 'in' | 'out') =>
        Math.max(...client.watch.contents(direction, 'application_data').map(({ content }) => content.length));
      expect(longest('in')).toBeLessThanOrEqual(512);
      expect(longest('out')).toBe(100);
    });

    it('keying material: both export the same', async () => {
      const server = await start(identity, ['-keymatexport', 'EXPORTER-tlskit', '-keymatexportlen', '48']);
      const client = await ourClient(server.port, identity);
      const [, theirs] = await server.child.saying(/Keying material: ([0-9A-F]+)/);
      const ours = client.socket.exportKeyingMaterial('EXPORTER-tlskit', new Uint8Array(0), 48);
      expect(ours.toString('hex').toUpperCase()).toBe(theirs);
      client.socket.destroy();
    });
  });
});
