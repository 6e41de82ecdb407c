/** `HOST:PORT` as people write it. */
import { isIP, isIPv6 } from 'node:net';
import { bracketed, UsageError } from '@tlskit/cli-kit';

export interface Address {
  /** A host name, or an IP address without brackets. */
  readonly host: string;
  /** 1 to 65,535. */
  readonly port: number;
}

/** @throws UsageError for what is no host with a port; an IPv6 address needs its brackets: `[::1]:443` */
export function parseAddress(text: string): Address {
  const match = /^(?:\[(?<bracketed>[^\]]*)\]|(?<bare>[^[\]:]*)):(?<port>\d{1,5})$/.exec(text);
  if (match?.groups === undefined) {
    const hint = isIPv6(text) ? ': an IPv6 address needs its brackets, as in [::1]:443' : '';
    throw new UsageError(`${JSON.stringify(text)} is not HOST:PORT${hint}`);
  }
  const { bracketed, bare = '', port: digits } = match.groups;
  const host = bracketed ?? bare;
  const port = Number(digits);
  if (bracketed !== undefined && !isIPv6(bracketed)) {
    throw new UsageError(`${JSON.stringify(bracketed)} is not an IPv6 address`);
  }
  if (bracketed === undefined && !isHostName(host)) throw new UsageError(`${JSON.stringify(host)} is not a host name`);
  if (port < 1 || port > 65_535) throw new UsageError(`the port is 1 to 65535, not ${digits}`);
  return { host, port };
}

/** `host:port`, with brackets where they are needed. */
export function formatAddress({ host, port }: Address): string {
  return `${bracketed(host)}:${port}`;
}

/** Whether it may be looked up, or asked for: an IPv4 address, or labels without white space, control characters or delimiters. */
export function isHostName(host: string): boolean {
  return isIP(host) === 4 || (host.length > 0 && host.length <= 253 && /^[^\s\p{C}/@?#%\\]+$/u.test(host));
}
