/** Our server against `openssl s_client`. */
import { readFileSync } from 'node:fs';
import { padToMultiple } from '@tlskit/tls-record';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity, longIdentity } from '../src/certificates.ts';
import { Child } from '../src/child.ts';
import { file } from '../src/files.ts';
import { type Combination, diagonal, groups, kinds, matrix, opensslGroups, opensslKeys, rows } from '../src/matrix.ts';
import { opensslClient, opensslPipe, opensslServer } from '../src/openssl.ts';
import { type OurConnection, OurServer } from '../src/ours.ts';
import { MEBIBYTE, payload, sha256 } from '../src/payload.ts';
import { expectClosed, expectNegotiated, forPeer, keyLogLines, noble, paddedTo, stopAfterTest } from './support.ts';

type ServerOptions = ConstructorParameters<typeof OurServer>[1];

interface Meeting extends OurConnection {
  readonly server: OurServer;
  readonly client: Child;
}

forPeer('openssl', 'our server, openssl s_client', () => {
  const stopping = stopAfterTest();

  /** A server of ours, and the client connected to it. */
  async function meet(
    identity: Identity,
    options: ServerOptions,
    run: (port: number, root: string) => Child,
  ): Promise<Meeting> {
    const server = stopping(new OurServer(identity, options));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(run(port, identity.files.root));
    return { ...(await coming), server, client };
  }

  /** 1 MiB from the client and 1 MiB back, and the end by both, ours first. */
  async function exchange({ server, client, socket, inbox }: Meeting, length = MEBIBYTE): Promise<void> {
    const [up, down] = [payload(length), payload(length)];
    client.write(up);
    expect(sha256(await inbox.atLeast(length))).toBe(sha256(up));
    socket.end(down);
    expect(await client.exit()).toEqual({ code: 0, signal: null });
    expect(sha256(client.output)).toBe(sha256(down));
    expect(await inbox.closed()).toBeUndefined();
    expectClosed(server);
    // What s_client thinks of a connection that ends without close_notify.
    expect(client.errors).not.toMatch(/error|unexpected eof/i);
  }

  describe.each(kinds)('%s', kind => {
    let identity: Identity;
    beforeAll(async () => {
      identity = await goodIdentity(kind);
    });

    async function run({ suite, group }: Combination, provider?: typeof noble): Promise<void> {
      const args = ['-ciphersuites', suite, '-groups', opensslGroups[group]];
      const meeting = await meet(identity, { provider }, (port, root) => opensslPipe(port, root, args));
      expectNegotiated(meeting.socket.info!, { suite, group, kind });
      await exchange(meeting);
      const { errors } = meeting.client;
      expect(errors).toContain(`Ciphersuite: ${suite}`);
      expect(errors).toMatch(opensslKeys[group]);
      expect(errors).toContain(`Verified peername: ${HOST}`);
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
    const pipe =
      (...args: string[]) =>
      (port: number, root: string) =>
        opensslPipe(port, root, args);

    it.each(groups)('HelloRetryRequest for %s: 1 MiB each way', async group => {
      // s_client sends a share of the first group alone.
      const offered = [...groups.filter(other => other !== group), group].map(each => opensslGroups[each]).join(':');
      const meeting = await meet(identity, { groups: [group] }, pipe('-groups', offered));
      expect(meeting.socket.info).toMatchObject({ helloRetry: true, group: { name: group } });
      expect(meeting.server.watch.messages.slice(0, 4)).toEqual([
        ...['< client_hello', '> server_hello', '< client_hello', '> server_hello'],
      ]);
      await exchange(meeting);
    });

    it('of TLS 1.2 and 1.3 we take 1.3', async () => {
      const meeting = await meet(identity, {}, pipe('-min_protocol', 'TLSv1.2'));
      expect(meeting.socket.info?.protocol).toBe('TLSv1.3');
      await exchange(meeting, 1 << 16);
    });

    it('RSASSA-PSS by the key’s own kind', async () => {
      const meeting = await meet(await goodIdentity('rsa-pss'), {}, pipe());
      expect(meeting.socket.info?.signatureScheme?.name).toBe('rsa_pss_pss_sha256');
      await exchange(meeting, 1 << 16);
    });

    it('a Certificate over three records', async () => {
      const meeting = await meet(await longIdentity(), {}, pipe());
      await exchange(meeting, 1 << 16);
    });

    it('extensions that we do not know are passed over', async () => {
      const more = ['-status', '-maxfraglen', '512', '-use_srtp', 'SRTP_AES128_CM_SHA1_80', '-enable_pha'];
      const meeting = await meet(identity, {}, pipe(...more));
      await exchange(meeting, 1 << 16);
    });

    it('a session of another server is passed over: a full handshake', async () => {
      const session = file('');
      const other = await opensslServer(identity);
      const before = opensslClient(other.port, identity.files.root, ['-sess_out', session]);
      // The tickets came before the answer.
      before.write('hello\n');
      await before.saying(/^olleh$/m);
      before.write('Q\n');
      await before.exit();
      await other.child.stop();
      const meeting = await meet(identity, {}, pipe('-sess_in', session));
      expect(meeting.socket.info?.resumed).toBe(false);
      expect(meeting.client.errors).not.toContain('Reused');
      await exchange(meeting, 1 << 16);
    });

    it('ALPN: our order decides', async () => {
      const meeting = await meet(identity, { alpn: ['c', 'b'] }, (port, root) =>
        opensslClient(port, root, ['-alpn', 'a,b,c']),
      );
      expect(meeting.socket.info?.alpn).toBe('c');
      await meeting.client.saying(/ALPN protocol: c$/m);
    });

    it('ALPN: nothing in common is refused', async () => {
      const server = stopping(new OurServer(identity, { alpn: ['c'] }));
      const port = await server.listen();
      const refusal = server.refusal();
      const client = stopping(opensslPipe(port, identity.files.root, ['-alpn', 'a']));
      expect(await refusal).toMatchObject({
        code: 'ERR_TLS_NO_APPLICATION_PROTOCOL',
        alert: 'no_application_protocol',
      });
      await client.saying(/SSL alert number 120/);
    });

    it('SNI: of two certificates the one for the name', async () => {
      const other = await goodIdentity('rsa-2048', 'other.example');
      const credentials = [identity, other].map(({ certificate, key }) => ({ certificate, key }));
      const server = stopping(new OurServer(identity, { credentials }));
      const port = await server.listen();
      for (const [name, { files }, scheme] of [
        ['other.example', other, 'rsa_pss_rsae_sha256'],
        [HOST, identity, 'ecdsa_secp256r1_sha256'],
      ] as const) {
        const coming = server.accept();
        const client = stopping(opensslPipe(port, files.root, ['-servername', name, '-verify_hostname', name]));
        const { socket } = await coming;
        expect(socket.info).toMatchObject({ serverName: name, signatureScheme: { name: scheme } });
        await client.saying(new RegExp(`^Verified peername: ${name}$`, 'm'));
        socket.destroy();
      }
    });

    it('no SNI', async () => {
      const server = stopping(new OurServer(identity));
      const port = await server.listen();
      const coming = server.accept();
      const root = identity.files.root;
      const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-noservername', '-CAfile', root, '-brief'];
      const client = stopping(new Child('openssl', [...args, '-verify_return_error']));
      expect((await coming).socket.info?.serverName).toBeUndefined();
      await client.saying(/^Verification: OK$/m);
    });

    it('of two certificates for one name the one that the client can verify', async () => {
      const other = await goodIdentity('rsa-2048');
      const credentials = [identity, other].map(({ certificate, key }) => ({ certificate, key }));
      const server = stopping(new OurServer(identity, { credentials }));
      const port = await server.listen();
      const coming = server.accept();
      const client = stopping(opensslPipe(port, other.files.root, ['-sigalgs', 'RSA-PSS+SHA384:RSA+SHA256']));
      expect((await coming).socket.info?.signatureScheme?.name).toBe('rsa_pss_rsae_sha384');
      await client.saying(/^Verification: OK$/m);
    });

    it('close_notify: the client goes first', async () => {
      const { client, inbox, server } = await meet(identity, {}, opensslClient);
      client.write('the last line\n');
      await inbox.including('the last line\n');
      client.write('Q\n');
      expect(await client.exit()).toEqual({ code: 0, signal: null });
      expect((await inbox.toEnd()).toString()).toBe('the last line\n');
      expect(await inbox.closed()).toBeUndefined();
      expectClosed(server);
    });

    it('no close_notify: a client that is killed is truncation', async () => {
      const { client, inbox } = await meet(identity, {}, opensslClient);
      client.write('here\n');
      await inbox.including('here\n');
      client.kill();
      expect(await inbox.closed()).toMatchObject({ code: 'ERR_TLS_TRUNCATED', sentBy: 'us' });
    });

    it.each(['K', 'k'])('KeyUpdate by the client (%s), then by us', async command => {
      const { client, socket, inbox, server } = await meet(identity, {}, opensslClient);
      const updates: unknown[] = [];
      socket.on('keyUpdate', update => updates.push(update));
      const talk = async (text: string) => {
        client.write(`${text} from the client\n`);
        await inbox.including(`${text} from the client\n`);
        socket.write(`${text} from us\n`);
        await client.saying(new RegExp(`^${text} from us$`, 'm'));
      };
      await talk('one');
      client.write(`${command}\n`);
      await server.watch.until(() => updates.length > 0);
      await talk('two');
      const answer = command === 'K' ? [{ direction: 'write' }] : [];
      expect(updates).toEqual([{ direction: 'read', requested: command === 'K', answers: false }, ...answer]);
      updates.length = 0;
      socket.updateKeys();
      await talk('three');
      socket.updateKeys({ requestPeer: true });
      socket.write('four from us\n');
      await client.saying(/^four from us$/m);
      // OpenSSL answers the request before the next data that it sends.
      await talk('five');
      expect(updates).toEqual([
        ...[{ direction: 'write' }, { direction: 'write' }, { direction: 'read', requested: false, answers: true }],
      ]);
      client.write('Q\n');
      expect(await inbox.closed()).toBeUndefined();
    });

    it.each([
      [true, 1],
      [false, 0],
    ])('middlebox compatibility mode of the client: %s', async (on, count) => {
      const meeting = await meet(identity, {}, pipe(...(on ? [] : ['-no_middlebox'])));
      await exchange(meeting, 1 << 16);
      expect(meeting.server.watch.contents('in', 'change_cipher_spec')).toHaveLength(count);
      expect(meeting.server.watch.contents('out', 'change_cipher_spec')).toHaveLength(count);
    });

    it('middlebox compatibility mode with HelloRetryRequest', async () => {
      const meeting = await meet(identity, { groups: ['secp384r1'] }, pipe('-groups', 'X25519:P-384'));
      await exchange(meeting, 1 << 16);
      expect(meeting.server.watch.contents('in', 'change_cipher_spec')).toHaveLength(1);
      expect(meeting.server.watch.contents('out', 'change_cipher_spec')).toHaveLength(1);
    });

    it('record padding, both ways', async () => {
      const meeting = await meet(identity, { padding: padToMultiple(1000) }, pipe('-record_padding', '4096'));
      await exchange(meeting, 60_001);
      const { watch } = meeting.server;
      const [theirs, ours] = [watch.contents('in', 'application_data'), watch.contents('out', 'application_data')];
      expect(theirs.length).toBeGreaterThan(0);
      expect(ours.length).toBeGreaterThan(0);
      // OpenSSL counts the byte of the content type in, and pads as much as fits.
      for (const { content, padding = 0 } of theirs) expect(paddedTo(4096, content.length + 1 + padding)).toBe(true);
      for (const { content, padding = 0 } of ours) expect(paddedTo(1000, content.length + padding)).toBe(true);
      expect(theirs.some(({ padding = 0 }) => padding > 0)).toBe(true);
      expect(ours.some(({ padding = 0 }) => padding > 0)).toBe(true);
    });

    it('short records, both ways', async () => {
      const meeting = await meet(identity, { recordSize: 100 }, pipe('-max_send_frag', '512'));
      await exchange(meeting, 1 << 16);
      const longest = (direction: 'in' | 'out') =>
        Math.max(...meeting.server.watch.contents(direction, 'application_data').map(({ content }) => content.length));
      expect(longest('in')).toBeLessThanOrEqual(512);
      expect(longest('out')).toBe(100);
    });

    it('keying material and key log: both have the same', async () => {
      const log = file('');
      const args = ['-keymatexport', 'EXPORTER-tlskit', '-keymatexportlen', '48', '-keylogfile', log];
      const { socket, client, server } = await meet(identity, {}, (port, root) => opensslClient(port, root, args));
      const [, theirs] = await client.saying(/Keying material: ([0-9A-F]+)/);
      const ours = socket.exportKeyingMaterial('EXPORTER-tlskit', new Uint8Array(0), 48);
      expect(ours.toString('hex').toUpperCase()).toBe(theirs);
      client.write('Q\n');
      await client.exit();
      expect(keyLogLines(readFileSync(log, 'latin1').split('\n'))).toEqual(keyLogLines(server.keyLog));
    });
  });
});
