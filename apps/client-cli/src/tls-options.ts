/** What every command that speaks TLS may be told of it: one table of rows, and one way from them to a client's options. */
import { isIP } from 'node:net';
import {
  groupNames,
  groups,
  list,
  type OptionRows,
  type Parsed,
  signatureSchemeNames,
  signatureSchemes,
  suiteNames,
  suites,
  UsageError,
  versions,
} from '@tlskit/cli-kit';
import type { ClientOptions } from 'tlskit';
import { tls12, tls13 } from 'tlskit/node';
import { isHostName } from './address.ts';
import { type Env, ownOf, ownOptions, pskOf } from './tls/own.ts';
import { trustOf, trustOptions } from './tls/trust.ts';

/** Whom to ask for, and whom to expect. */
export const nameOptions = {
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
  'verify-name': {
    elsewhere: ['verify-hostname', 'verify_hostname', 'verify_ip'],
    value: 'NAME',
    help: 'The DNS name or IP address that the certificate must be for, whatever name is asked for.',
  },
} as const satisfies OptionRows;

const offerOptions = {
  tls: {
    elsewhere: ['tls-version', 'tls1.3', 'tls1.2', 'tls1_3', 'tls1_2', 'tlsv1.3', 'tlsv1.2', 'tls-max', 'tlsv1'],
    value: 'VERSIONS',
    choices: ['1.3', '1.2'],
    list: true,
    help: 'Versions of TLS: 1.3, 1.2 or 1.3,1.2, which is the default as far as the suites allow it.',
  },
  ciphersuites: {
    elsewhere: ['ciphers', 'tls13-ciphers', 'cipher', 'priority'],
    value: 'LIST',
    choices: suiteNames,
    list: true,
    help: "Cipher suites to offer, best first, by IANA's names.",
  },
  legacy: {
    value: 'LIST',
    choices: suiteNames,
    list: true,
    help: "Cipher suites of TLS 1.2 that are on only by name, behind the others, by IANA's names: each has something wrong with it.",
  },
  groups: {
    elsewhere: ['curves'],
    value: 'LIST',
    choices: groupNames,
    list: true,
    help: "Groups for the key exchange, best first, by IANA's names, such as X25519MLKEM768,x25519.",
  },
  sigalgs: {
    elsewhere: ['signature-algorithms', 'signature_algorithms', 'sig-algs'],
    value: 'LIST',
    choices: signatureSchemeNames,
    list: true,
    help: "Signature schemes to take, best first, by IANA's names, such as ed25519,ecdsa_secp256r1_sha256.",
  },
  alpn: {
    elsewhere: ['nextprotoneg', 'application-protocols'],
    value: 'LIST',
    choices: ['h2', 'http/1.1'],
    list: true,
    help: 'Application protocols to offer, best first, such as h2,http/1.1.',
  },
} as const satisfies OptionRows;

/** By what they are about, for `--help`. */
export const tlsSections = {
  'Whom to believe': trustOptions,
  'Whom to ask for': nameOptions,
  'What we show': ownOptions,
  'What is offered': offerOptions,
} as const;

/** Rows for a command's own table: `{ ...tlsOptions, json: … }`. */
export const tlsOptions = { ...trustOptions, ...nameOptions, ...ownOptions, ...offerOptions } as const;

export type TlsValues = Parsed<typeof tlsOptions>['values'];

/** What a command line says of TLS. */
export interface TlsSettings {
  /** For `createClient` and `connect` of the library, but for the names. */
  readonly client: ClientOptions;
  /** Whether any certificate is accepted. */
  readonly insecure: boolean;
  /** Whether certificates play a part: with a pre-shared key alone they do not. */
  readonly judges: boolean;
  /** Whom to ask for and to expect, at a host. @throws UsageError */
  names(host: string): PeerNames;
}

/** Who is asked for (SNI), false for nobody; and whose certificate it must be. */
export interface PeerNames {
  readonly servername: string | false;
  readonly verifyName: string;
}

/** @param env for `--pass`. @throws UsageError */
export function tlsSettings(values: TlsValues, env: Env): TlsSettings {
  checkNames(values);
  const judges =
    values.psk === undefined || (values.cacert ?? values.pin ?? values.insecure ?? values.status) !== undefined;
  return {
    client: {
      ...(judges ? trustOf(values) : {}),
      ...ownOf(values, env),
      ...pskOf(values),
      ...offerOf(values),
    },
    insecure: values.insecure === true,
    judges,
    names: host => peerNames(host, values),
  };
}

const modules = { '1.3': tls13, '1.2': tls12 };

function offerOf(values: TlsValues): ClientOptions {
  const { tls, ciphersuites, legacy, groups: exchange, sigalgs, alpn } = values;
  return {
    ...(tls === undefined ? {} : { versions: versions(tls).map(each => modules[each]) }),
    ...(ciphersuites === undefined ? {} : { cipherSuites: suites(ciphersuites) }),
    ...(legacy === undefined ? {} : { legacy: suites(legacy, '--legacy') }),
    ...(exchange === undefined ? {} : { groups: groups(exchange) }),
    ...(sigalgs === undefined ? {} : { signatureSchemes: signatureSchemes(sigalgs) }),
    ...(alpn === undefined ? {} : { alpn: list('--alpn', alpn, /,/) }),
  };
}

function checkNames({ servername, 'verify-name': verifyName }: Parsed<typeof nameOptions>['values']): void {
  for (const [option, name] of Object.entries({ '--servername': servername, '--verify-name': verifyName })) {
    if (name === undefined || isIP(name) !== 0 || isHostName(name)) continue;
    throw new UsageError(`${option}: ${JSON.stringify(name)} is not a host name`);
  }
  if (servername !== undefined && isIP(servername) !== 0) {
    throw new UsageError('--servername is a DNS name: addresses are never asked for (RFC 6066 §3)');
  }
}

/** Who is asked for must answer, and where nobody is asked for, the host, unless it is said who must. @throws UsageError */
export function peerNames(host: string, values: Parsed<typeof nameOptions>['values'] = {}): PeerNames {
  const { servername, noservername, 'verify-name': verifyName } = values;
  checkNames(values);
  // An address with a zone, such as fe80::1%eth0, is in certificates without it.
  const name = servername ?? host.replace(/%.*$/, '');
  return { servername: noservername || isIP(name) !== 0 ? false : name, verifyName: verifyName ?? name };
}
