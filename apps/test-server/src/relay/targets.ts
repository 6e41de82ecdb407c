/** Where the relay may connect to, and for whom: a browser carries the pages of strangers, and they must not reach what is near it. */
import { isIP, isIPv4 } from 'node:net';
import { isLocalName, UsageError } from '@tlskit/cli-kit';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * `host:port` or `[::1]:port`; undefined for what is neither. Names are A-labels: whoever looks one up takes a NUL, say, for its end, and
 * what stood behind it would have been looked at here alone.
 */
export function parseTarget(text: string): Target | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text);
  if (match === null) return undefined;
  const [, bracketed, plain = '', digits] = match;
  const port = Number(digits);
  if (port < 1 || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) return undefined;
  return { host: (bracketed ?? plain).toLowerCase(), port };
}

/** Whether a relay without a list may go there: this machine alone, by names that mean nothing else (RFC 6761 §6.3). */
export function isLoopback({ host }: Pick<Target, 'host'>): boolean {
  if (isLocalName(host) || host === '::1') return true;
  return isIPv4(host) && host.startsWith('127.');
}

/** @throws UsageError for an item that is no HOST:PORT */
export function targetList(texts: readonly string[]): readonly Target[] {
  return texts.map(text => {
    const target = parseTarget(text);
    if (target === undefined) throw new UsageError(`--relay-to is HOST:PORT, not ${JSON.stringify(text)}`);
    return target;
  });
}

/** Without a list, loopback; with one, what is in it. */
export function mayConnect(target: Target, list: readonly Target[] | undefined): boolean {
  if (list === undefined) return isLoopback(target);
  return list.some(({ host, port }) => host === target.host && port === target.port);
}

/** Whether a page of this origin may use the relay: one of this machine, or one that was named. Programs that are no browsers say none. */
export function mayAsk(origin: string | undefined, named: readonly string[]): boolean {
  if (origin === undefined || named.includes(origin)) return true;
  try {
    const { hostname, protocol } = new URL(origin);
    return /^https?:$/.test(protocol) && isLoopback({ host: hostname.replace(/^\[|\]$/g, '') });
  } catch {
    return false;
  }
}
