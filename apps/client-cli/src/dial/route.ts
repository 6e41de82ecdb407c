/** The way to a server, as the command line says it. */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { type OptionRows, type Parsed, UsageError } from '@tlskit/cli-kit';
import { type Address, formatAddress, parseAddress } from '../address.ts';
import { type ProxyRoute, parseProxy } from './proxy/proxy.ts';
import { type StartTlsName, startTlsName, startTlsProtocols, tellsName } from './starttls/starttls.ts';
import { parseTarget, type Target } from './target.ts';

const startTlsOptions = {
  starttls: {
    elsewhere: ['starttls-proto', 'app-proto'],
    value: 'PROTOCOL',
    choices: Object.keys(startTlsProtocols),
    help: `Ask for TLS in the words of this protocol first: ${Object.keys(startTlsProtocols).join(', ')}. The port is the protocol's unless it is said.`,
  },
  'starttls-name': {
    elsewhere: ['xmpphost', 'starttls-host', 'starttls-hostname', 'smtphost'],
    value: 'NAME',
    help: 'What is told before TLS: by smtp and lmtp as our own name, in place of our address; by xmpp and xmpp-server as whom we want to talk to, in place of HOST.',
  },
} as const satisfies OptionRows;

/** Where TCP goes, for commands that have TLS from the first byte on. */
export const wayOptions = {
  proxy: {
    short: 'x',
    elsewhere: ['socks5', 'socks5-hostname', 'socks', 'http-proxy', 'https-proxy', 'preproxy'],
    value: 'URL',
    help: 'Connect through this proxy: http://[USER:PASSWORD@]HOST:PORT, https:// the same under TLS, socks5:// or, with the look-up left to the proxy, socks5h://.',
  },
  'proxy-cacert': {
    value: 'FILE',
    needs: ['proxy'],
    help: 'Trust the certificates in this file for a proxy of https://, in the words of --cacert.',
  },
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

/** For every command that connects, among its own. */
export const dialOptions = { ...startTlsOptions, ...wayOptions } as const;

export type DialValues = Parsed<typeof dialOptions>['values'];

/** How to get to where TLS begins: what {@link dial} goes by. */
export interface Route {
  /** Who is asked for, as it was given: the name that its certificate should have. */
  readonly address: Address;
  /** Where to go: the same, unless `--connect-to` says otherwise. */
  readonly destination: Address;
  readonly proxy: ProxyRoute | undefined;
  readonly startTls: StartTlsRoute | undefined;
  /** 0 for both. */
  readonly family: 0 | 4 | 6;
  /** Addresses that are not looked up, by `host:port` in lower case. */
  readonly resolve: ReadonlyMap<string, readonly ResolvedAddress[]>;
}

export interface StartTlsRoute {
  readonly protocol: StartTlsName;
  /** `--starttls-name`. */
  readonly name: string | undefined;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * @param target as {@link parseTarget} takes it, or made by that
 * @throws UsageError
 */
export function routeTo(target: string | Target, values: DialValues): Route {
  const { address, startTls } = typeof target === 'string' ? parseTarget(target, startTlsOf(values)) : target;
  const destination = destinationOf(address, values['connect-to'] ?? []);
  const proxy = values.proxy === undefined ? undefined : parseProxy(values.proxy, values['proxy-cacert']);
  return {
    address,
    destination,
    proxy,
    startTls: startTlsRoute(startTls, values['starttls-name']),
    family: familyOf(values, proxy?.address ?? destination),
    resolve: resolveMap(values.resolve ?? []),
  };
}

/** What `--starttls` says. @throws UsageError */
export function startTlsOf({ starttls }: DialValues): StartTlsName | undefined {
  return starttls === undefined ? undefined : startTlsName(starttls);
}

function startTlsRoute(protocol: StartTlsName | undefined, name: string | undefined): StartTlsRoute | undefined {
  if (name !== undefined && (protocol === undefined || !tellsName(protocol))) {
    throw new UsageError('--starttls-name goes with --starttls smtp, lmtp, xmpp or xmpp-server');
  }
  if (name !== undefined && !/^[^\s\p{C}]+$/u.test(name)) {
    throw new UsageError(`--starttls-name is a name, not ${JSON.stringify(name)}`);
  }
  return protocol && { protocol, name };
}

/** @param first what TCP goes to */
function familyOf({ ipv4, ipv6 }: DialValues, first: Address): Route['family'] {
  const family = ipv4 ? 4 : ipv6 ? 6 : 0;
  const own = isIP(first.host);
  if (family !== 0 && own !== 0 && own !== family)
    throw new UsageError(`--ipv${family} contradicts ${formatAddress(first)}`);
  return family;
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
