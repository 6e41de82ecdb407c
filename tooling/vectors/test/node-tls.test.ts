/** Node's own TLS as witness: its key log, and the exporter values that it computes for itself. */
import { once } from 'node:events';
import tls from 'node:tls';
import type { Hash } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { ExporterSecret, parseKeyLog } from '@tlskit/tls-keyschedule';
import { createCA } from '@tlskit/tls-testing';
import { toHex } from '@tlskit/tls-wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { hashes } = createNobleProvider();
const suites = [
  ['TLS_AES_128_GCM_SHA256', hashes.sha256],
  ['TLS_AES_256_GCM_SHA384', hashes.sha384],
] as const satisfies [string, Hash | undefined][];

describe("Node's TLS 1.3", () => {
  let server: tls.Server;
  let ca: string;

  beforeAll(async () => {
    const authority = await createCA();
    const { pem } = await authority.issue('localhost');
    ca = authority.pem;
    server = tls.createServer({ key: pem.key, cert: pem.certificate, minVersion: 'TLSv1.3' }, socket => {
      socket.on('error', () => {});
      socket.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(() => server.close());

  it.each(suites)('exports what ExporterSecret exports, with %s', async (ciphers, hash) => {
    const { port } = server.address() as { port: number };
    const socket = tls.connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca,
      ciphers,
      minVersion: 'TLSv1.3',
    });
    let log = '';
    socket.on('keylog', line => {
      log += line;
    });
    await once(socket, 'secureConnect');
    const [secrets] = parseKeyLog(log).values();
    const exporter = new ExporterSecret(hash as Hash, secrets?.EXPORTER_SECRET as Uint8Array);
    const cases = [
      ['EXPORTER-tlskit', '', 32],
      ['EXPORTER-tlskit', 'context', 32],
      ['EXPORTER-Channel-Binding', '', 1],
      ['EXPORTER-long', 'x'.repeat(1000), 300],
    ] as const;
    for (const [label, context, length] of cases) {
      const ours = exporter.export(label, new TextEncoder().encode(context), length);
      expect(toHex(ours)).toBe(socket.exportKeyingMaterial(length, label, Buffer.from(context)).toString('hex'));
    }
    socket.destroy();
  });
});
