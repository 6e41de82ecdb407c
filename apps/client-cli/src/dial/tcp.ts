/** Look-up and TCP: all addresses of a host are tried, both families by turns, as node:net does it (RFC 8305). */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { lookedUp } from '@tlskit/cli-kit';
import type { Address } from '../address.ts';
import { DialError } from './error.ts';
import type { Route } from './route.ts';

/** Which addresses of a host are taken. */
export type Resolution = Pick<Route, 'family' | 'resolve'>;

export interface TcpConnection {
  readonly socket: Socket;
  /** Milliseconds; undefined where the host is an address. */
  readonly lookupTime: number | undefined;
  /** Milliseconds, of all that were tried, one after the other. */
  readonly tcpTime: number;
}

/** @throws DialError of the step `lookup` or `tcp` */
export function connectTcp(to: Address, route: Resolution, signal: AbortSignal): Promise<TcpConnection> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let found: number | undefined;
    const socket = connect({
      ...to,
      noDelay: true,
      allowHalfOpen: true,
      autoSelectFamily: true,
      lookup: lookupFor(to, route),
    });
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', fail).off('lookup', onLookup);
      // From here on errors are seen by what reads and writes: whoever comes too late for one finds the socket destroyed.
      socket.on('error', () => {});
    };
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(DialError.from(isLookup(error) ? 'lookup' : 'tcp', error));
    };
    const onAbort = (): void => fail(new DialError('tcp', 'ABORT_ERR', 'the connection was aborted'));
    // One for each address.
    const onLookup = (error: Error | null): void => {
      if (!error) found ??= performance.now();
    };
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    socket.on('lookup', onLookup);
    socket.once('error', fail);
    socket.once('connect', () => {
      settle();
      const now = performance.now();
      const lookupTime = found === undefined ? undefined : found - start;
      resolve({ socket, lookupTime, tcpTime: now - (found ?? start) });
    });
  });
}

/** All addresses of the family, in the system's order; or those that the user named. What is under `localhost` is here. */
export function lookupFor({ port }: Address, { family, resolve }: Resolution): LookupFunction {
  return (host, options, callback) => {
    const given = resolve.get(`${host.toLowerCase()}:${port}`);
    if (given === undefined) return systemLookup(lookedUp(host), { ...options, family, all: true }, callback);
    const addresses = given.filter(each => family === 0 || each.family === family);
    if (addresses.length > 0) return process.nextTick(callback, null, addresses);
    const error = new Error(`--resolve has no IPv${family} address for ${host}:${port}`);
    process.nextTick(callback, Object.assign(error, { code: 'ENOTFOUND', syscall: 'getaddrinfo' }), []);
  };
}

/** The first address of the family, in the system's order. */
export function lookUp(to: Address, route: Resolution): Promise<string> {
  return new Promise((resolve, reject) => {
    lookupFor(to, route)(to.host, { all: true }, (error, addresses) => {
      if (error !== null) return reject(error);
      const [first] = addresses as LookupAddress[];
      resolve((first as LookupAddress).address);
    });
  });
}

function isLookup(error: Error): boolean {
  return (error as NodeJS.ErrnoException).syscall === 'getaddrinfo';
}
