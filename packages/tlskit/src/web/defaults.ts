/** The web face as it is by default: public-key work by WebCrypto where the runtime has it, TLS 1.3, and TLS 1.2 for peers without it. */
import { hybridGroups } from '@tlskit/tls-crypto-noble/pq';
import { startWebProvider, type WebProvider } from '@tlskit/tls-crypto-web';
import { tls12 } from '@tlskit/tls-engine/tls12';
import { tls13 } from '@tlskit/tls-engine/tls13';
import type { FaceDefaults } from '../options/common-config.ts';
import { TlsClient } from './client.ts';
import type { TlsConnection } from './connection.ts';
import type { AcceptTlsOptions, StartTlsOptions } from './options.ts';
import { accept, start } from './start-tls.ts';
import type { ByteStreams } from './transport.ts';

/**
 * Is the client of a server at the other end of `transport`, which is the connection's from here on. The server is verified by
 * `trust`, which must be said, and must be the one that `servername` or `verifyName` names.
 * @throws TlsError `ERR_TLS_INVALID_OPTION`; with whatever else goes wrong the connection's promises and streams reject
 */
export function startTls(transport: ByteStreams, options: StartTlsOptions): TlsConnection {
  return start(transport, options, webDefaults);
}

/** A client of many connections, by the options of `startTls`, which are read once. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function createClient(options: StartTlsOptions): TlsClient {
  return new TlsClient(options, webDefaults);
}

/** Is the server for a client at the other end of `transport`. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function acceptTls(transport: ByteStreams, options: AcceptTlsOptions): TlsConnection {
  return accept(transport, options, webDefaults);
}

/**
 * The provider that connections have where none is named, when it is known what WebCrypto does, which `describe()` tells: one for all,
 * tried out when it is first asked for. Who asks early spares the first connection 10 to 40 ms.
 * @throws CryptoError `no-entropy` where there is no CSPRNG
 */
export async function defaultProvider(): Promise<WebProvider> {
  const provider = webProvider();
  await provider.ready;
  return provider;
}

let provider: WebProvider | undefined;

function webProvider(): WebProvider {
  provider ??= startWebProvider({ extras: [hybridGroups] });
  return provider;
}

const webDefaults: FaceDefaults = { provider: webProvider, versions: [tls13, tls12] };
