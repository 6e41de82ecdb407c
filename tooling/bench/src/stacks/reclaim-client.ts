/** `@reclaimprotocol/tls` over whatever carries bytes. */
import { loadX509FromPem, makeTLSClient } from '@reclaimprotocol/tls';
import { type Channel, overChannel } from './channel.ts';
import { Counter } from './counter.ts';
import { type BenchConnection, type ClientSettings, type Group, host, Lacking, type Suite } from './stack.ts';

const silent = { info() {}, debug() {}, trace() {}, warn() {}, error() {} };
const curves: Partial<Record<Group, 'X25519' | 'SECP256R1'>> = { x25519: 'X25519', secp256r1: 'SECP256R1' };
const suites: Partial<Record<Suite, 'TLS_AES_128_GCM_SHA256' | 'TLS_CHACHA20_POLY1305_SHA256'>> = {
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
};

/** @returns what connects; the promise resolves when data may be sent */
export async function reclaimClient({
  identity,
  group,
  suite,
}: Pick<ClientSettings, 'identity' | 'group' | 'suite'>): Promise<(channel: Channel) => Promise<BenchConnection>> {
  const rootCAs = [await loadX509FromPem(identity.root)];
  const [curve, cipher] = [group && curves[group], suite && suites[suite]];
  if (suite !== undefined && cipher === undefined) throw new Lacking(`no ${suite}`);
  return async channel => {
    const counter = new Counter();
    let ready = () => {};
    let failed = (_: Error) => {};
    const handshake = new Promise<void>((resolve, reject) => {
      ready = resolve;
      failed = reject;
    });
    const tls = makeTLSClient({
      host,
      verifyServerCertificate: true,
      rootCAs,
      supportedProtocolVersions: ['TLS1_3'],
      ...(curve === undefined ? {} : { namedCurves: [curve] }),
      ...(cipher === undefined ? {} : { cipherSuites: [cipher] }),
      logger: silent,
      write({ header, content }) {
        channel.send(header);
        channel.send(content);
      },
      onHandshake: () => ready(),
      onApplicationData: plaintext => counter.add(plaintext.length),
      onTlsEnd: error => {
        const reason = error ?? new Error('the connection ended');
        failed(reason);
        counter.fail(reason);
      },
    });
    channel.listen(bytes => tls.handleReceivedBytes(bytes), failed);
    await tls.startHandshake();
    await handshake;
    return overChannel(channel, counter, data => tls.write(data));
  };
}
