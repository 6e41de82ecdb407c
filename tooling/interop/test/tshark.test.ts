/** Captures that we write, read by Wireshark's `tshark`: decrypted with no setting, and with nothing to complain about. */
import { readFileSync, rmSync } from 'node:fs';
import { type ConnectionOptions, createCaptureWriter, readCapture } from '@tlskit/tls-inspect/pcapng';
import { type ConnectOptions, tls12, tls13 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { goodIdentity } from '../src/certificates.ts';
import { file } from '../src/files.ts';
import { NodeServer } from '../src/node-tls.ts';
import { ourClient } from '../src/ours.ts';
import { outputOf } from '../src/programs.ts';
import { forPeer, stopAfterTest } from './support.ts';

/** What tshark says of a file, one line a packet. */
function tshark(path: string, filter: string, ...fields: readonly string[]): string[] {
  // Off by default: whether checksums are right.
  const checks = ['ip', 'tcp'].flatMap(protocol => ['-o', `${protocol}.check_checksum:TRUE`]);
  const shown = fields.flatMap(field => ['-e', field]);
  const text = outputOf('tshark', ['-n', '-r', path, ...checks, '-Y', filter, '-T', 'fields', ...shown]);
  return text.split('\n').filter(line => line !== '');
}

const ends = {
  IPv4: { client: { address: '198.51.100.7', port: 51000 }, server: { address: '203.0.113.9', port: 8443 } },
  IPv6: { client: { address: '2001:db8::7%eth0', port: 51000 }, server: { address: '2001:db8::9', port: 8443 } },
  'IPv4 and IPv6': {
    client: { address: '::ffff:198.51.100.7', port: 51000 },
    server: { address: '2001:db8::9', port: 8443 },
  },
  'unknown addresses': {},
} satisfies Record<string, Omit<ConnectionOptions, 'openedAt'>>;

forPeer('tshark', 'captures, tshark', () => {
  const stopping = stopAfterTest();

  /** A request and its answer of `length` bytes, in a file. */
  async function captured(
    options: ConnectOptions,
    between: Omit<ConnectionOptions, 'openedAt'>,
    length: number,
  ): Promise<string> {
    const identity = await goodIdentity('ecdsa-p256');
    const server = stopping(new NodeServer(identity, { minVersion: 'TLSv1.2' }));
    const accepted = server.accept();
    const port = await server.listen();
    const parts: Uint8Array[] = [];
    const capture = createCaptureWriter({ write: bytes => parts.push(bytes) });
    const connection = capture.connection({ ...between, openedAt: Date.now() });
    const { socket, inbox } = await ourClient(port, identity, {
      ...options,
      keyLog: line => connection.secret(line),
      inspect: {
        record: ({ direction, bytes }) => {
          connection.bytes(direction === 'out' ? 'client' : 'server', bytes, Date.now());
        },
      },
    });
    const peer = await accepted;
    socket.write('GET /secret HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await peer.inbox.atLeast(1);
    peer.socket.end(
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n\r\n${'x'.repeat(length)}`,
    );
    await inbox.toEnd();
    socket.end();
    await inbox.closed();
    for (const sender of ['server', 'client'] as const) connection.end(sender, Date.now());
    connection.flush();
    return file(Buffer.concat(parts));
  }

  describe.each([
    ['TLS 1.3', { versions: [tls13] }, '0x0304'],
    ['TLS 1.2', { versions: [tls12] }, '0x0303'],
  ] as const)('%s', (_, options, version) => {
    it.each(Object.entries(ends))('over %s: HTTP is read, nothing is amiss', async (_name, between) => {
      const path = await captured(options, between, 100_000);
      expect(tshark(path, 'http.request', 'http.request.method', 'http.request.uri')).toEqual(['GET\t/secret']);
      expect(tshark(path, 'http.response', 'http.response.code', 'http.content_length')).toEqual(['200\t100000']);
      const selected = tshark(
        path,
        'tls.handshake.type == 2',
        'tls.handshake.version',
        'tls.handshake.extensions.supported_version',
      );
      expect(selected.join()).toContain(version);
      const amiss =
        '_ws.malformed || tcp.analysis.flags || tcp.checksum.status == 0 || ip.checksum.status == 0 || _ws.expert.severity >= "Warning"';
      expect(tshark(path, amiss, 'frame.number', '_ws.expert.message')).toEqual([]);
      // One connection, begun and ended.
      expect(new Set(tshark(path, 'tcp', 'tcp.stream'))).toEqual(new Set(['0']));
      const flags = tshark(path, 'tcp.len == 0', 'tcp.flags');
      expect(flags.slice(0, 3)).toEqual(['0x0002', '0x0012', '0x0010']);
      expect(flags.slice(-4)).toEqual(['0x0011', '0x0010', '0x0011', '0x0010']);
    });
  });

  it.each(['pcap', 'nsecpcap', 'pcapng'])('that editcap made %s of are read as they were', async form => {
    const path = await captured({}, ends.IPv6, 5000);
    const there = `${path}.${form}`;
    outputOf('editcap', ['-F', form, path, there]);
    const [before, after] = [path, there].map(each => readCapture(readFileSync(each)));
    expect(after?.connections).toHaveLength(1);
    expect(after?.connections).toEqual(before?.connections);
    expect(after?.connections[0]?.gaps).toEqual({});
    rmSync(there);
  });

  it('several connections share a file', async () => {
    const parts: Uint8Array[] = [];
    const writer = createCaptureWriter({ write: bytes => parts.push(bytes), application: 'several' });
    for (const sender of ['client', 'server'] as const) {
      const connection = writer.connection({ openedAt: Date.UTC(2026, 0, 1) + 0.25 });
      connection.bytes(sender, Buffer.from('plain'), Date.UTC(2026, 0, 1) + 1.5);
      connection.reset('server', Date.UTC(2026, 0, 1, 0, 1));
      connection.flush();
    }
    const path = file(Buffer.concat(parts));
    expect(tshark(path, 'tcp.len > 0', 'tcp.stream', 'tcp.srcport', 'tcp.payload')).toEqual([
      '0\t49152\t706c61696e',
      '1\t443\t706c61696e',
    ]);
    expect(tshark(path, 'tcp.stream == 0', 'frame.time_epoch')).toEqual([
      ...Array(3).fill('1767225600.000250000'),
      ...Array(2).fill('1767225600.001500000'),
      '1767225660.000000000',
    ]);
    expect(tshark(path, 'tcp.flags.reset == 1', 'tcp.stream')).toEqual(['0', '1']);
  });
});
