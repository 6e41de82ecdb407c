/** The way to a server, as the command line says it. */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { type OptionRows, type Parsed, UsageError } from '@tlskit/cli-kit';
import { type Address, formatAddress, parseAddress } from '../address.ts';

/** For every command that connects, among its own. */
export const dialOptions = {
  ipv4: {
    short: '4',
    conflicts: ['ipv6'],
    help: 'Take IPv4 addresses only.',
  },
  ipv6: {
    short: '6',
    help: 'Take IPv6 addresses only.',
  },
  resolve: {
    elsewhere: ['host-resolve'],
    value: 'HOST:PORT:ADDRESS',
    many: true,
    help: 'Where this is the host and port to connect to, take this address, or one of several, separated by commas. An IPv6 address needs brackets. May be given several times.',
  },
  'connect-to': {
    value: 'HOST:PORT:HOST:PORT',
    many: true,
    help: 'In place of the first host and port connect to the second; names stay what they are. What is empty is any, or stays: ::localhost:8443. The first that fits is taken.',
  },
} as const satisfies OptionRows;

export type DialValues = Parsed<typeof dialOptions>['values'];

/** How to get to where TLS begins: what {@link dial} goes by. */
export interface Route {
  /** Who is asked for, as it was given: the name that its certificate should have. */
  readonly address: Address;
  /** Where to go: the same, unless `--connect-to` says otherwise. */
  readonly destination: Address;
  /** 0 for both. */
  readonly family: 0 | 4 | 6;
  /** Addresses that are not looked up, by `host:port` in lower case. */
  readonly resolve: ReadonlyMap<string, readonly ResolvedAddress[]>;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** @throws UsageError */
export function routeTo(address: Address, values: DialValues): Route {
  const family = values.ipv4 ? 4 : values.ipv6 ? 6 : 0;
  const destination = destinationOf(address, values['connect-to'] ?? []);
  const own = isIP(destination.host);
  if (family !== 0 && own !== 0 && own !== family) {
    throw new UsageError(`--ipv${family} contradicts ${formatAddress(destination)}`);
  }
  return { address, destination, family, resolve: resolveMap(values.resolve ?? []) };
}

/** curl's `HOST1:PORT1:HOST2:PORT2`, each of which may be empty. */
function destinationOf(address: Address, rules: readonly string[]): Address {
  const parsed = rules.map(text => {
    const match = /^(\[[^\]]*\]|[^:[\]]*):(\d*):(\[[^\]]*\]|[^:[\]]*):(\d*)$/.exec(text);
    if (match === null) throw new UsageError(`--connect-to is HOST:PORT:HOST:PORT, not ${JSON.stringify(text)}`);
    const [, host = '', port = '', toHost = '', toPort = ''] = match;
    // Each half is an address, but for what is empty.
    const from = parseAddress(`${host || 'any'}:${port || 1}`);
    const to = parseAddress(`${toHost || 'any'}:${toPort || 1}`);
    return {
      fits:
        (host === '' || from.host.toLowerCase() === address.host.toLowerCase()) &&
        (port === '' || from.port === address.port),
      to: { host: toHost === '' ? address.host : to.host, port: toPort === '' ? address.port : to.port },
    };
  });
  return parsed.find(({ fits }) => fits)?.to ?? address;
}

/** curl's `HOST:PORT:ADDRESS[,ADDRESS]…`. */
function resolveMap(rules: readonly string[]): Route['resolve'] {
  const map = new Map<string, readonly ResolvedAddress[]>();
  for (const text of rules) {
    const match = /^([^:[\]]+:\d+):(.+)$/.exec(text);
    if (match === null) throw new UsageError(`--resolve is HOST:PORT:ADDRESS, not ${JSON.stringify(text)}`);
    const { host, port } = parseAddress(match[1] as string);
    const key = `${host.toLowerCase()}:${port}`;
    if (map.has(key)) throw new UsageError(`--resolve is given twice for ${host}:${port}`);
    map.set(key, (match[2] as string).split(',').map(resolvedAddress));
  }
  return map;
}

function resolvedAddress(text: string): ResolvedAddress {
  const bare = /^\[(.*)\]$/.exec(text)?.[1];
  if (bare !== undefined && isIPv6(bare)) return { address: bare, family: 6 };
  if (isIPv4(text)) return { address: text, family: 4 };
  const hint = isIPv6(text) ? ': an IPv6 address needs its brackets' : '';
  throw new UsageError(`--resolve: ${JSON.stringify(text)} is not an IP address${hint}`);
}
