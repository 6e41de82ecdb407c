/** The options of the Node face: what becomes of the transport, beside what every face takes. */
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { tls12 } from '@tlskit/tls-engine/tls12';
import { tls13 } from '@tlskit/tls-engine/tls13';
import type { PeerVerifier } from '@tlskit/tls-handshake';
import { isPublicSuffix } from '@tlskit/tls-x509/public-suffix';
import {
  type ConnectionOptions,
  connectionNames,
  type Inspector,
  type ResumptionOptions,
  resumptionNames,
} from '../connection/settings.ts';
import { type JudgingOptions, judgingOf, stapledRevocation, verifierFor } from '../options/certificates.ts';
import { checkNames, integer, invalid, shown } from '../options/check.ts';
import type { FaceDefaults } from '../options/common-config.ts';
import type { ClientOptions, ServerOptions } from '../options.ts';
import { nodeCompression } from './compression.ts';
import { decryptKey, loadPkcs12 } from './key-files.late.ts';
import type { TlsSocket } from './socket.ts';
import { nodeRoots, nodeTrustStores } from './trust-stores.ts';

/** How a TCP connection is made, in the words of `net.connect`. */
export interface TcpOptions {
  readonly family?: 0 | 4 | 6 | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly lookup?: LookupFunction | undefined;
  readonly autoSelectFamily?: boolean | undefined;
  readonly keepAlive?: boolean | undefined;
  readonly noDelay?: boolean | undefined;
}

/** Where to connect to. */
export interface DestinationOptions {
  /** The name or address to connect to; `localhost` by default. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** A Unix domain socket or named pipe to connect to, in place of host and port. */
  readonly path?: string | undefined;
  readonly tcp?: TcpOptions | undefined;
  /** What to run over, in place of host and port: it is the connection's from here on. */
  readonly transport?: Duplex | undefined;
}

export interface ConnectOptions extends ClientOptions, ConnectionOptions, ResumptionOptions, DestinationOptions {}

export interface AcceptOptions extends ServerOptions, ConnectionOptions {}

export interface TlsServerOptions extends ServerOptions, Omit<ConnectionOptions, 'signal'> {
  /** Makes an inspector for each connection, before its first byte is read; in place of `inspect`, which is one for all. */
  readonly inspectConnection?: ((socket: TlsSocket) => Inspector) | undefined;
  /** Connections beyond this number are dropped. */
  readonly maxConnections?: number | undefined;
}

export const acceptNames = connectionNames;
export const destinationNames = ['host', 'port', 'path', 'tcp', 'transport'] as const;
export const connectNames = [...connectionNames, ...resumptionNames, ...destinationNames] as const;
export const serverNames = [
  ...connectionNames.filter(name => name !== 'signal'),
  'inspectConnection',
  'maxConnections',
] as const;

const tcpNames = ['family', 'localAddress', 'localPort', 'lookup', 'autoSelectFamily', 'keepAlive', 'noDelay'];

const nodeProvider = once(() => createNodeProvider());

/**
 * Native cryptography; TLS 1.3, and TLS 1.2 for peers without it; the roots that Node brings along; the Public Suffix List; its ways to
 * compress.
 */
export const nodeDefaults: FaceDefaults = {
  provider: nodeProvider,
  versions: [tls13, tls12],
  verifier: rootsVerifier,
  keyFiles: { decrypt: decryptKey, loadPkcs12 },
  trustStores: nodeTrustStores,
  isPublicSuffix,
  certificateCompression: nodeCompression,
};

/** Roots are read once for each provider: there are more than a hundred. */
const verifiers = new WeakMap<CryptoProvider, PeerVerifier>();

function rootsVerifier(provider: CryptoProvider, options: JudgingOptions): PeerVerifier {
  const make = (judging: JudgingOptions) =>
    verifierFor(
      { roots: nodeRoots() },
      judging,
      { provider, now: Date.now, isPublicSuffix },
      { revocation: stapledRevocation(provider) },
    );
  if (Object.keys(judgingOf(options)).length > 0) return make(options);
  let verifier = verifiers.get(provider);
  if (verifier === undefined) {
    verifier = make({});
    verifiers.set(provider, verifier);
  }
  return verifier;
}

/** Where to connect to, or what to run over: exactly one of them. */
export type Destination =
  | { readonly transport: Duplex }
  | { readonly path: string }
  | { readonly host: string; readonly port: number; readonly tcp: TcpOptions };

export function destination({ transport, path, host, port, tcp }: DestinationOptions): Destination {
  const given = Object.entries({ transport, path, port }).filter(([, value]) => value !== undefined);
  if (given.length === 0) throw invalid('where to connect to must be said: port (and host), path, or transport');
  if (given.length > 1) throw invalid(`${given.map(([name]) => name).join(' and ')} exclude one another`);
  if (port === undefined) {
    if (host !== undefined || tcp !== undefined) {
      throw invalid(`${host === undefined ? 'tcp' : 'host'} goes with port; for the name of the server say servername`);
    }
    return path === undefined ? { transport: checkTransport(transport) } : { path };
  }
  if (host !== undefined && (typeof host !== 'string' || host === ''))
    throw invalid(`host is a name, not ${shown(host)}`);
  if (tcp !== undefined) checkNames('tcp', tcp, tcpNames);
  return { host: host ?? 'localhost', port: integer('port', port, 1, 65_535, 0), tcp: tcp ?? {} };
}

/** Streams of other makes than Node's own are as good. */
export function checkTransport(transport: unknown): Duplex {
  const duplex = transport as Duplex;
  const methods = ['on', 'once', 'write', 'end', 'cork', 'uncork', 'pause', 'resume', 'destroy'] as const;
  if (typeof transport !== 'object' || transport === null || methods.some(name => typeof duplex[name] !== 'function')) {
    throw invalid(`transport is a Duplex stream, not ${shown(transport)}`);
  }
  if (duplex.readableObjectMode || duplex.writableObjectMode) throw invalid('transport carries objects, not bytes');
  if (duplex.readableEncoding) throw invalid('transport has an encoding, and would give text for bytes');
  return duplex;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
