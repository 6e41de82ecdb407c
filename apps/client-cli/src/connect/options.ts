/** What `tlskit connect` can be told, checked and put into the terms of the library. */
import { isIP } from 'node:net';
import { groups, list, type OptionRows, parse, suites, UsageError, versions } from '@tlskit/cli-kit';
import type { ClientOptions, Trust } from 'tlskit';
import { tls12, tls13 } from 'tlskit/node';
import { type Address, parseAddress } from '../address.ts';
import { rootsHelp, rootsOf } from '../roots.ts';
import { DEFAULT_TIMEOUT, milliseconds } from '../timeout.ts';

export const connectOptions = {
  cacert: {
    elsewhere: ['cafile', 'ca', 'ca-certificate', 'x509cafile'],
    value: 'FILE',
    help: rootsHelp,
  },
  insecure: {
    elsewhere: ['no-check-certificate', 'no-verify'],
    short: 'k',
    help: 'Accept any certificate: whoever is in between can read and change everything. What is wrong with it is still reported.',
  },
  servername: {
    elsewhere: ['sni', 'server-name', 'sni-hostname', 'host'],
    value: 'NAME',
    conflicts: ['noservername'],
    help: 'The name to ask for (SNI), and to find in the certificate; by default HOST.',
  },
  noservername: {
    elsewhere: ['disable-sni', 'no-sni'],
    help: 'Ask for no name. The certificate must still be for HOST.',
  },
  alpn: {
    value: 'LIST',
    help: 'Application protocols to offer, best first, such as h2,http/1.1.',
  },
  ciphersuites: {
    elsewhere: ['ciphers', 'tls13-ciphers', 'cipher'],
    value: 'LIST',
    help: "Cipher suites to offer, best first, by IANA's names.",
  },
  tls: {
    elsewhere: ['tls-version', 'tls1.3', 'tls1.2', 'tls1_3', 'tls1_2', 'tlsv1.3', 'tlsv1.2', 'tls-max'],
    value: 'VERSIONS',
    help: 'Versions of TLS: 1.3, 1.2 or 1.3,1.2, which is the default as far as the suites allow it.',
  },
  legacy: {
    value: 'LIST',
    help: "Cipher suites of TLS 1.2 that are on only by name, behind the others, by IANA's names: each has something wrong with it.",
  },
  groups: {
    elsewhere: ['curves'],
    value: 'LIST',
    help: "Groups for the key exchange, best first, by IANA's names, such as X25519MLKEM768,x25519.",
  },
  keylog: {
    elsewhere: ['keylogfile', 'key-log'],
    value: 'FILE',
    help: 'Append the secrets of the connection, for Wireshark; by default to the file that SSLKEYLOGFILE names.',
  },
  trace: {
    elsewhere: ['msg', 'debug', 'verbose', 'v'],
    help: 'After the report, say of every record and message what its bytes are.',
  },
  json: {
    help: 'Connect, print the report as one JSON object on standard output, and close. No data is moved.',
  },
  timeout: {
    elsewhere: ['connect-timeout', 'max-time'],
    value: 'SECONDS',
    help: `For the look-up, TCP and the handshake together; ${DEFAULT_TIMEOUT} by default, 0 for no limit.`,
  },
  quiet: {
    elsewhere: ['silent', 's'],
    conflicts: ['json'],
    help: 'No report. What goes wrong is still said, in one line.',
  },
} as const satisfies OptionRows;

const modules = { '1.3': tls13, '1.2': tls12 };

/** What a client's options and the report come from. */
export interface ConnectSettings {
  readonly address: Address;
  /** For the library's client, as far as the command line decides it. */
  readonly client: Pick<ClientOptions, 'trust' | 'alpn' | 'versions' | 'cipherSuites' | 'legacy' | 'groups'> & Names;
  readonly insecure: boolean;
  readonly keyLog: string | undefined;
  readonly trace: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Milliseconds, or undefined for no limit. */
  readonly timeout: number | undefined;
}

/** @throws UsageError */
export function connectSettings(args: readonly string[]): ConnectSettings {
  const { values, positionals } = parse(connectOptions, args);
  const [target, ...more] = positionals;
  if (target === undefined) throw new UsageError('whom to connect to is missing: HOST:PORT');
  if (more.length > 0) throw new UsageError(`one HOST:PORT at a time, and not also ${JSON.stringify(more[0])}`);
  const address = parseAddress(target);
  const insecure = values.insecure === true;
  return {
    address,
    client: {
      trust: trust(values.cacert, insecure),
      ...names(address.host, values),
      ...(values.alpn === undefined ? {} : { alpn: list('--alpn', values.alpn, /,/) }),
      ...(values.ciphersuites === undefined ? {} : { cipherSuites: suites(values.ciphersuites) }),
      ...(values.tls === undefined ? {} : { versions: versions(values.tls).map(each => modules[each]) }),
      ...(values.legacy === undefined ? {} : { legacy: suites(values.legacy, '--legacy') }),
      ...(values.groups === undefined ? {} : { groups: groups(values.groups) }),
    },
    insecure,
    keyLog: values.keylog,
    trace: values.trace === true,
    json: values.json === true,
    quiet: values.quiet === true,
    timeout: milliseconds(values.timeout ?? String(DEFAULT_TIMEOUT)),
  };
}

/** Who is asked for (SNI), false for nobody; and whose certificate it must be. */
interface Names {
  readonly servername: string | false;
  readonly verifyName: string;
}

/** Who is asked for, and who must answer: the same, unless nobody is asked for. */
function names(
  host: string,
  { servername, noservername }: { readonly servername?: string; readonly noservername?: true },
): Names {
  if (servername !== undefined && isIP(servername) !== 0) {
    throw new UsageError('--servername is a DNS name: addresses are never asked for (RFC 6066 §3)');
  }
  // An address with a zone, such as fe80::1%eth0, is in certificates without it.
  const peer = host.replace(/%.*$/, '');
  const name = servername ?? peer;
  return { servername: noservername || isIP(name) !== 0 ? false : name, verifyName: name };
}

function trust(cacert: string | undefined, insecure: boolean): Trust {
  const roots = rootsOf('--cacert', cacert).map(({ der }) => der);
  return insecure ? { insecure: 'accept any certificate', roots } : { roots };
}
