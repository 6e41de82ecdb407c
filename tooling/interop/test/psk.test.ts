/** Pre-shared keys that were agreed on elsewhere (RFC 9846 §4.3.11), either end ours; no certificate anywhere. */

import { connect } from 'tlskit/node';
import { expect, it } from 'vitest';
import { bounded, Child } from '../src/child.ts';
import { Inbox } from '../src/inbox.ts';
import { OurServer } from '../src/ours.ts';
import { forPeer, stopAfterTest } from './support.ts';

const key = new Uint8Array(32).fill(0x5a);
const secret = ['-psk', Buffer.from(key).toString('hex'), '-psk_identity', 'alice'];

forPeer('openssl', 'external keys', () => {
  const stopping = stopAfterTest();

  it.each([false, true])('our client, openssl s_server; HelloRetryRequest: %s', async helloRetry => {
    const retry = helloRetry ? ['-groups', 'P-384'] : [];
    const args = ['s_server', '-accept', '127.0.0.1:0', '-tls1_3', '-nocert', '-rev', ...secret, ...retry];
    const peer = stopping(new Child('openssl', args));
    const [, port] = await peer.saying(/^ACCEPT \S*:(\d+)$/m);
    const socket = connect({ host: '127.0.0.1', port: Number(port), psk: [{ identity: 'alice', key }] });
    const inbox = new Inbox(socket);
    const info = await bounded('the handshake', socket.opened);
    expect(info).toMatchObject({ resumed: false, helloRetry, peerCertificates: [] });
    expect(Buffer.from(info.pskIdentity ?? []).toString()).toBe('alice');
    socket.write('hello\n');
    expect(await inbox.including('olleh\n')).toBe('olleh\n');
    socket.destroy();
  });

  it.each([false, true])('our server, openssl s_client; HelloRetryRequest: %s', async helloRetry => {
    const pskLookup = (identity: Uint8Array) => (Buffer.from(identity).toString() === 'alice' ? { key } : undefined);
    const none = { certificate: undefined, key: undefined } as never;
    const server = stopping(new OurServer(none, { pskLookup, ...(helloRetry ? { groups: ['secp384r1'] } : {}) }));
    const port = await server.listen();
    const coming = server.accept();
    const args = ['-connect', `127.0.0.1:${port}`, '-tls1_3', '-groups', 'X25519:P-384', '-ign_eof', ...secret];
    const client = stopping(new Child('openssl', ['s_client', ...args]));
    const { socket, inbox } = await coming;
    expect(socket.info).toMatchObject({ resumed: false, helloRetry });
    expect(Buffer.from(socket.info?.pskIdentity ?? []).toString()).toBe('alice');
    client.write('hello\n');
    await inbox.including('hello\n');
    socket.end('bye\n');
    await client.exit();
    expect(client.text).toContain('bye');
  });
});
