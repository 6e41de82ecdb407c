/** `--proxy`: where it is, how it is talked to, and through it. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { domainToASCII } from 'node:url';
import { UsageError } from '@tlskit/cli-kit';
import { type Address, formatAddress, parseAddress } from '../../address.ts';
import { rootsOf } from '../../roots.ts';
import type { Route } from '../route.ts';
import { Wire } from '../wire.ts';
import { connectByHttp } from './http.ts';
import { connectBySocks } from './socks5.ts';
import { startTlsToProxy } from './tls.ts';

export interface ProxyRoute {
  /** `socks5h` and the two of HTTP leave the look-up of the host to the proxy. */
  readonly scheme: 'http' | 'https' | 'socks5' | 'socks5h';
  readonly address: Address;
  readonly credentials: ProxyCredentials | undefined;
  /** Whom to trust as a proxy of https, DER. */
  readonly roots: readonly Uint8Array[];
}

export interface ProxyCredentials {
  readonly user: string;
  readonly password: string;
}

/** Without its credentials: for messages and reports. */
export function formatProxy({ scheme, address }: ProxyRoute): string {
  return `${scheme}://${formatAddress(address)}`;
}

/**
 * @param text `scheme://[user:password@]host:port`, user and password percent-encoded; without a scheme it is http
 * @param cacert whose certificates a proxy of https may have
 * @throws UsageError, which says nothing of the credentials
 */
export function parseProxy(text: string, cacert: string | undefined): ProxyRoute {
  const [, given = 'http', userinfo, place = ''] = /^(?:([a-z0-9+.-]+):\/\/)?(?:(.*)@)?([^@/]*)\/?$/i.exec(text) ?? [];
  const lower = given.toLowerCase();
  const scheme = schemes.find(each => each === lower);
  if (scheme === undefined) {
    throw new UsageError(`--proxy is http://, https://, socks5:// or socks5h://, and not ${JSON.stringify(lower)}`);
  }
  const isSocks = scheme === 'socks5' || scheme === 'socks5h';
  const hasPort = /^(?:\[[^\]]*\]|[^:]*)$/.test(place) === false;
  if (!hasPort && !isSocks) throw new UsageError(`--proxy needs a port: ${scheme}://${place}:PORT`);
  if (cacert !== undefined && scheme !== 'https') throw new UsageError('--proxy-cacert is for a proxy of https://');
  return {
    scheme,
    address: parseAddress(hasPort ? place : `${place}:1080`),
    credentials: userinfo === undefined ? undefined : credentialsOf(userinfo, isSocks),
    roots: scheme === 'https' ? rootsOf('--proxy-cacert', cacert).map(({ der }) => der) : [],
  };
}

const schemes = ['http', 'https', 'socks5', 'socks5h'] as const;

function credentialsOf(userinfo: string, isSocks: boolean): ProxyCredentials {
  const [, user = '', password = ''] = /^([^:]*)(?::(.*))?$/s.exec(userinfo) ?? [];
  const decoded = { user: percentDecoded(user), password: percentDecoded(password) };
  // Lengths are single bytes there (RFC 1929 §2), and no length is none.
  const fits = (part: string): boolean => part.length > 0 && Buffer.byteLength(part) <= 255;
  if (isSocks && !(fits(decoded.user) && fits(decoded.password))) {
    throw new UsageError('--proxy: user name and password of SOCKS have 1 to 255 bytes each');
  }
  if (!isSocks && decoded.user.includes(':')) throw new UsageError('--proxy: a user name of HTTP has no colon');
  return decoded;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UsageError('--proxy: user name and password are percent-encoded UTF-8');
  }
}

/**
 * Makes a proxy connect to the destination.
 * @param socket to the proxy
 * @param hold told of each stream on the way, which is to be destroyed if it comes to nothing
 * @returns the stream to the destination; what that has said already is still to be read from it
 * @throws DialError
 */
export async function throughProxy(
  socket: Socket,
  proxy: ProxyRoute,
  route: Pick<Route, 'destination' | 'family' | 'resolve'>,
  hold: (stream: Duplex) => void,
): Promise<Duplex> {
  const stream = proxy.scheme === 'https' ? await startTlsToProxy(socket, proxy, hold) : socket;
  const wire = new Wire(stream, { step: 'proxy', name: `the proxy ${formatProxy(proxy)}` });
  if (proxy.scheme === 'http' || proxy.scheme === 'https') {
    await connectByHttp(wire, inAscii(route.destination), proxy.credentials);
  } else {
    await connectBySocks(wire, proxy, { ...route, destination: inAscii(route.destination) });
  }
  const rest = wire.release();
  // A server that speaks first may have spoken already.
  if (rest.length > 0) stream.unshift(rest);
  return stream;
}

/** Names go to a proxy as they go to a resolver (RFC 5891 §4). */
function inAscii({ host, port }: Address): Address {
  return { host: domainToASCII(host) || host, port };
}
