/** `subtls` over whatever carries bytes. */
import { startTls, TrustedCert } from 'subtls';
import { type Channel, overChannel } from './channel.ts';
import { Counter } from './counter.ts';
import { type BenchConnection, type ClientSettings, host, Lacking } from './stack.ts';

/** How it reads: it has queues of its own for sockets and for WebSockets. */
interface ReadQueue {
  read: Parameters<typeof startTls>[2];
}

/** @returns what connects; the promise resolves when data may be sent */
export async function subtlsClient({
  identity,
  group,
  suite,
}: Pick<ClientSettings, 'identity' | 'group' | 'suite'>): Promise<
  (queue: ReadQueue, channel: Channel) => Promise<BenchConnection>
> {
  // It offers one of each, and nothing else.
  if ((suite ?? 'TLS_AES_128_GCM_SHA256') !== 'TLS_AES_128_GCM_SHA256') throw new Lacking(`no ${suite}`);
  if ((group ?? 'secp256r1') !== 'secp256r1') throw new Lacking(`no ${group}`);
  const roots = await TrustedCert.databaseFromPEM(identity.root);
  return async (queue, channel) => {
    const tls = await startTls(host, roots, queue.read.bind(queue), data => channel.send(data));
    const counter = new Counter();
    const pump = async () => {
      for (let data = await tls.read(); data !== undefined; data = await tls.read()) counter.add(data.length);
    };
    pump().catch(error => counter.fail(error as Error));
    return overChannel(channel, counter, data => tls.write(data));
  };
}
