/** Records by agreement, with OpenSSL (max_fragment_length) and GnuTLS (record_size_limit); and who supports which version. */
import type { RecordObservation } from '@tlskit/tls-record';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, type Identity } from '../src/certificates.ts';
import { gnutlsClient, gnutlsServer, received } from '../src/gnutls.ts';
import { alertsSeen, opensslClient, opensslPipe, opensslServer } from '../src/openssl.ts';
import { OurServer, ourClient, type Watch } from '../src/ours.ts';
import { payload, reversedLines, sha256, textLines } from '../src/payload.ts';
import { forPeer, stopAfterTest } from './support.ts';

const LENGTH = 1 << 16;

/** The longest record each way: bytes of content, padding, and of the content type where it is protected. */
function longest({ records }: Watch, direction: 'in' | 'out', which: (record: RecordObservation) => boolean): number {
  const length = ({ content, padding = 0, innerType }: RecordObservation) =>
    content.length + padding + (innerType === undefined ? 0 : 1);
  return Math.max(...records.filter(r => r.direction === direction && which(r)).map(length));
}
const isProtected = ({ innerType }: RecordObservation) => innerType !== undefined;
/** A ClientHello is sent before anything is agreed on. */
const isAgreed = ({ epoch, direction }: RecordObservation) => epoch !== 'plaintext' || direction === 'in';

forPeer('openssl', 'OpenSSL', () => {
  const stopping = stopAfterTest();
  let identity: Identity;
  beforeAll(async () => {
    identity = await goodIdentity('ecdsa-p256');
  });

  describe('max_fragment_length', () => {
    it.each([512, 1024, 2048, 4096] as const)('%d, our client: both sides keep to it', async maxFragmentLength => {
      const server = await opensslServer(identity);
      stopping({ stop: () => server.child.stop() });
      const client = await ourClient(server.port, identity, { maxFragmentLength });
      expect(client.info.maxFragmentLength).toBe(maxFragmentLength);
      const sent = textLines(LENGTH);
      client.socket.write(sent);
      const back = await client.inbox.atLeast(sent.length);
      expect(sha256(back)).toBe(sha256(Buffer.from(reversedLines(sent))));
      // OpenSSL does not count the content type, as RFC 6066 §4 has it; we do, as RFC 9846 §5.4 has it.
      expect(longest(client.watch, 'in', isAgreed)).toBeLessThanOrEqual(maxFragmentLength + 1);
      expect(longest(client.watch, 'out', isAgreed)).toBe(maxFragmentLength);
      client.socket.destroy();
    });

    it.each([512, 1024, 2048, 4096])('%d, our server: both sides keep to it', async maxFragmentLength => {
      const server = stopping(new OurServer(identity));
      const port = await server.listen();
      const coming = server.accept();
      const client = stopping(opensslPipe(port, identity.files.root, ['-maxfraglen', String(maxFragmentLength)]));
      const { socket, inbox } = await coming;
      expect(socket.info?.maxFragmentLength).toBe(maxFragmentLength);
      const [up, down] = [payload(LENGTH), payload(LENGTH)];
      client.write(up);
      expect(sha256(await inbox.atLeast(LENGTH))).toBe(sha256(up));
      socket.end(down);
      expect(await client.exit()).toEqual({ code: 0, signal: null });
      expect(sha256(client.output)).toBe(sha256(down));
      expect(longest(server.watch, 'in', isProtected)).toBeLessThanOrEqual(maxFragmentLength + 1);
      expect(longest(server.watch, 'out', () => true)).toBe(maxFragmentLength);
    });
  });

  describe('versions', () => {
    // TLS 1.2 alone, on either side, is among the refusals.
    it('our server, a client of TLS 1.1: protocol_version', async () => {
      const server = stopping(new OurServer(identity));
      const port = await server.listen();
      const refusal = server.refusal();
      const args = ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'];
      const client = stopping(opensslClient(port, identity.files.root, args));
      expect(await refusal).toMatchObject({ code: 'ERR_TLS_PROTOCOL_VERSION', alert: 'protocol_version' });
      await client.exit();
      expect(alertsSeen(client)).toEqual([70]);
    });

    it('a server of TLS 1.2 and 1.3 minds no TLS_FALLBACK_SCSV of ours: there is nothing better', async () => {
      const server = await opensslServer(identity, ['-rev', '-min_protocol', 'TLSv1.2']);
      stopping({ stop: () => server.child.stop() });
      const client = await ourClient(server.port, identity, { fallback: true });
      expect(client.info.protocol).toBe('TLSv1.3');
      client.socket.destroy();
    });

    it('our server minds none of a client of TLS 1.2 and 1.3', async () => {
      const server = stopping(new OurServer(identity));
      const port = await server.listen();
      const coming = server.accept();
      const args = ['-min_protocol', 'TLSv1.2', '-fallback_scsv'];
      stopping(opensslClient(port, identity.files.root, args));
      const { socket } = await coming;
      expect(socket.info?.protocol).toBe('TLSv1.3');
      socket.destroy();
    });
  });
});

forPeer('gnutls', 'GnuTLS: record_size_limit', () => {
  const stopping = stopAfterTest();
  let identity: Identity;
  beforeAll(async () => {
    identity = await goodIdentity('ecdsa-p256');
  });

  it.each([64, 512, 4096, 16_385])('of %d, our client: the server keeps to it', async recordSizeLimit => {
    // Without a word GnuTLS takes none under 512.
    const server = await gnutlsServer(identity, { priority: ':%ALLOW_SMALL_RECORDS' });
    stopping(server.child);
    const client = await ourClient(server.port, identity, { recordSizeLimit });
    expect(client.info.recordSizeLimit).toMatchObject({ receive: recordSizeLimit });
    const sent = textLines(LENGTH, 1000);
    client.socket.write(sent);
    expect(sha256(await client.inbox.atLeast(LENGTH))).toBe(sha256(Buffer.from(sent)));
    expect(longest(client.watch, 'in', isProtected)).toBeLessThanOrEqual(recordSizeLimit);
    client.socket.destroy();
  });

  it.each([512, 4096])('of %d, gnutls-serv: our client keeps to it', async limit => {
    const server = await gnutlsServer(identity, { args: ['--recordsize', String(limit)] });
    stopping(server.child);
    const client = await ourClient(server.port, identity, { recordSizeLimit: 16_385 });
    const send = client.info.recordSizeLimit?.send as number;
    // GnuTLS counts the content alone, and adds the content type to what it says.
    expect(send).toBe(limit + 1);
    const sent = textLines(LENGTH, 1000);
    client.socket.write(sent);
    expect(sha256(await client.inbox.atLeast(LENGTH))).toBe(sha256(Buffer.from(sent)));
    expect(longest(client.watch, 'out', isProtected)).toBe(send);
    client.socket.destroy();
  });

  it.each([512, 4096])('of %d, gnutls-cli: our server keeps to it, and gets its own', async limit => {
    const server = stopping(new OurServer(identity, { recordSizeLimit: 2000 }));
    const port = await server.listen();
    const coming = server.accept();
    const client = stopping(gnutlsClient(port, identity.files.root, { args: ['--recordsize', String(limit)] }));
    const { socket, inbox } = await coming;
    expect(socket.info?.recordSizeLimit).toEqual({ send: limit + 1, receive: 2000 });
    // What gnutls-cli reads at once and cannot send in one record, it loses.
    client.write('a line\n');
    expect(String(await inbox.atLeast(7))).toBe('a line\n');
    const text = textLines(LENGTH, 1000);
    socket.write(text);
    await client.until('all that we sent', () => received(client).length >= LENGTH || undefined);
    client.end();
    await client.exit();
    expect(sha256(Buffer.from(received(client), 'latin1'))).toBe(sha256(Buffer.from(text)));
    expect(longest(server.watch, 'out', isProtected)).toBe(limit + 1);
    expect(longest(server.watch, 'in', isProtected)).toBeLessThanOrEqual(2000);
  });
});
