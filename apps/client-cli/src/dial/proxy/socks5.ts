/** SOCKS 5 (RFC 1928), with a user name and a password (RFC 1929). */
import { isIP } from 'node:net';
import { parseIp } from '@tlskit/tls-x509';
import type { Address } from '../../address.ts';
import { DialError } from '../error.ts';
import type { Route } from '../route.ts';
import { lookUp } from '../tcp.ts';
import type { Wire } from '../wire.ts';
import type { ProxyCredentials, ProxyRoute } from './proxy.ts';

const VERSION = 5;
const CONNECT = 1;
const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;
const NONE_ACCEPTABLE = 0xff;
/** Kinds of addresses (RFC 1928 §4). */
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;

/** @throws DialError */
export async function connectBySocks(
  wire: Wire,
  { scheme, credentials }: Pick<ProxyRoute, 'scheme' | 'credentials'>,
  route: Pick<Route, 'destination' | 'family' | 'resolve'>,
): Promise<void> {
  const address = scheme === 'socks5h' ? route.destination : await lookedUp(route);
  const methods = credentials === undefined ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, USER_AND_PASSWORD];
  wire.write(Uint8Array.of(VERSION, methods.length, ...methods));
  const [version, method] = await wire.exactly(2);
  if (version !== VERSION) throw wire.misconduct('MALFORMED', 'does not speak SOCKS 5');
  if (method === USER_AND_PASSWORD && credentials !== undefined) await authenticate(wire, credentials);
  else if (method === NONE_ACCEPTABLE) {
    const why =
      credentials === undefined ? 'wants a user name and a password, or more' : 'wants another authentication';
    throw wire.misconduct('REFUSED', why);
  } else if (method !== NO_AUTHENTICATION) {
    throw wire.misconduct('MALFORMED', `takes authentication ${method}, which was not offered`);
  }
  await request(wire, address);
}

/** RFC 1929 §2. */
async function authenticate(wire: Wire, { user, password }: ProxyCredentials): Promise<void> {
  wire.write(Buffer.concat([Uint8Array.of(1), counted(user), counted(password)]));
  const [, status] = await wire.exactly(2);
  if (status !== 0) throw wire.misconduct('REFUSED', 'refuses the user name or the password');
}

/** RFC 1928 §4 and §6. */
async function request(wire: Wire, { host, port }: Address): Promise<void> {
  const ip = parseIp(host);
  const kind = ip === undefined ? NAME : ip.length === 4 ? IPV4 : IPV6;
  const head = Uint8Array.of(VERSION, CONNECT, 0, kind);
  wire.write(Buffer.concat([head, ip ?? counted(host), Uint8Array.of(port >> 8, port & 0xff)]));
  const [version, reply = 0, , bound] = await wire.exactly(4);
  if (version !== VERSION) throw wire.misconduct('MALFORMED', 'does not speak SOCKS 5');
  if (reply !== 0) {
    throw wire.misconduct('REFUSED', `does not connect to ${host}: ${replies[reply - 1] ?? `reply ${reply}`}`);
  }
  // Where it went out from, which nobody needs.
  if (bound === NAME) await wire.exactly((await wire.exactly(1))[0] as number);
  else if (bound === IPV4 || bound === IPV6) await wire.exactly(bound === IPV4 ? 4 : 16);
  else throw wire.misconduct('MALFORMED', `has an address of kind ${bound}`);
  await wire.exactly(2);
}

const replies = [
  'general failure',
  'not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
  'command not supported',
  'address type not supported',
];

function counted(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Uint8Array.of(bytes.length), bytes]);
}

/** The first address: which of them answers, the proxy alone could tell. */
async function lookedUp({ destination, family, resolve }: Parameters<typeof connectBySocks>[2]): Promise<Address> {
  if (isIP(destination.host) !== 0) return destination;
  try {
    return { host: await lookUp(destination, { family, resolve }), port: destination.port };
  } catch (error) {
    throw DialError.from('lookup', error);
  }
}
