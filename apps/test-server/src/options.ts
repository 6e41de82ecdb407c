/** What `tlskit-server` can be told, checked and put into the terms of the library. */
import { readFileSync } from 'node:fs';
import { groups, list, type OptionRows, parse, suites, UsageError, versions } from '@tlskit/cli-kit';
import type { CredentialOptions } from 'tlskit';
import { tls12, tls13 } from 'tlskit/node';

/** Seconds for a handshake, unless `--handshake-timeout` says otherwise. */
const DEFAULT_TIMEOUT = 30;

/** The longest `--handshake-timeout`, in seconds: what fits a timer. */
const MAX_TIMEOUT = 2_147_483;

export const serverOptions = {
  port: {
    elsewhere: ['listen'],
    value: 'PORT',
    help: 'The port to listen on; 0, which is the default, takes a free one.',
  },
  host: {
    elsewhere: ['address', 'bind', 'accept'],
    value: 'HOST',
    help: 'The address to listen on; 127.0.0.1 by default. A name is listened on with all its addresses: localhost with IPv4 and IPv6.',
  },
  cert: {
    value: 'FILE',
    many: true,
    help: 'A certificate and its intermediates (PEM or DER), for the --key in the same place. Several pairs make a server with several certificates: a client gets the first that it can verify.',
  },
  key: { value: 'FILE', many: true, help: 'The private key of a certificate (PEM or DER, unencrypted).' },
  alpn: { value: 'LIST', help: 'Application protocols, best first; a client that offers others alone is refused.' },
  ciphersuites: {
    elsewhere: ['ciphers', 'cipher'],
    value: 'LIST',
    help: "Cipher suites, best first, by IANA's names.",
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
  groups: { elsewhere: ['curves'], value: 'LIST', help: "Groups for the key exchange, best first, by IANA's names." },
  www: {
    elsewhere: ['http'],
    help: 'Answer a GET of HTTP/1.x with a page that tells what was negotiated, then close.',
  },
  echo: { conflicts: ['www'], help: 'Send back what clients send.' },
  'handshake-timeout': {
    value: 'SECONDS',
    help: `How long a handshake may take; ${DEFAULT_TIMEOUT} by default, 0 for no limit.`,
  },
  keylog: { value: 'FILE', help: 'Append the secrets of all connections, for Wireshark.' },
  json: { help: 'Say in one line of JSON, on standard output, that the server is ready.' },
  quiet: { help: 'Say nothing of connections.' },
} as const satisfies OptionRows;

const modules = { '1.3': tls13, '1.2': tls12 };

/** What clients get once they are connected; `discard` is to be connected to and no more. */
export type Mode = 'www' | 'echo' | 'discard';

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  /** Empty where a certificate is to be made. */
  readonly credentials: readonly CredentialOptions[];
  readonly alpn: readonly string[] | undefined;
  readonly versions: readonly (typeof tls13)[] | undefined;
  readonly cipherSuites: readonly string[] | undefined;
  readonly legacy: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly mode: Mode;
  /** Milliseconds; 0 for no limit. */
  readonly handshakeTimeout: number;
  readonly keyLog: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** @throws UsageError */
export function serverSettings(args: readonly string[]): ServerSettings {
  const { values, positionals } = parse(serverOptions, args);
  if (positionals.length > 0) {
    throw new UsageError(`what is ${JSON.stringify(positionals[0])}? All is said by options here`);
  }
  return {
    host: values.host ?? '127.0.0.1',
    port: port(values.port ?? '0'),
    credentials: credentials(values.cert ?? [], values.key ?? []),
    alpn: values.alpn === undefined ? undefined : list('--alpn', values.alpn, /,/),
    cipherSuites: values.ciphersuites === undefined ? undefined : suites(values.ciphersuites),
    versions: values.tls === undefined ? undefined : versions(values.tls).map(each => modules[each]),
    legacy: values.legacy === undefined ? undefined : suites(values.legacy, '--legacy'),
    groups: values.groups === undefined ? undefined : groups(values.groups),
    mode: values.www ? 'www' : values.echo ? 'echo' : 'discard',
    handshakeTimeout: milliseconds(values['handshake-timeout'] ?? String(DEFAULT_TIMEOUT)),
    keyLog: values.keylog,
    json: values.json === true,
    quiet: values.quiet === true,
  };
}

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 65_535)) throw new UsageError(`--port is 0 to 65535, not ${JSON.stringify(text)}`);
  return value;
}

function credentials(certificates: readonly string[], keys: readonly string[]): CredentialOptions[] {
  if (certificates.length !== keys.length) {
    throw new UsageError(`each --cert goes with a --key: here are ${certificates.length} and ${keys.length}`);
  }
  return certificates.map((path, index) => ({
    certificate: read('--cert', path),
    key: read('--key', keys[index] as string),
  }));
}

function read(option: string, path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${option} ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

function milliseconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds <= MAX_TIMEOUT)) {
    throw new UsageError(
      `--handshake-timeout is a number of seconds up to ${MAX_TIMEOUT}, not ${JSON.stringify(text)}`,
    );
  }
  return seconds === 0 ? 0 : Math.max(1, Math.round(seconds * 1000));
}
