/** Scans in this process, without the command line around them. */
import { connect } from 'node:net';
import type { Issued } from '@tlskit/tls-testing';
import type { TlsServerOptions } from 'tlskit/node';
import { Connections, type Open } from '../src/scan/connections.ts';
import type { ScanResult } from '../src/scan/result.ts';
import { type Survey, survey } from '../src/scan/survey.ts';
import { ca } from './support.ts';

export type Options = Omit<TlsServerOptions, 'maxConnections'>;

/** Certificates in place of the usual one. */
export function shows(...all: readonly Pick<Issued, 'pem'>[]): Options {
  const credentials = all.map(({ pem }) => ({ certificate: pem.certificate, key: pem.key }));
  return { certificate: undefined, key: undefined, credentials };
}

export const limits = { max: 500, parallel: 2, delay: 0, each: 60_000, total: undefined };

/** TCP to a port of this machine. */
export function openPort(port: number): Open {
  return signal =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true, signal });
      socket.once('connect', () => resolve(socket)).once('error', reject);
    });
}

export async function surveyPort(
  port: number,
  overrides: Partial<typeof limits> = {},
): Promise<Survey & { readonly count: number }> {
  const connections = new Connections(openPort(port), {
    ...limits,
    ...overrides,
    signal: new AbortController().signal,
  });
  try {
    return {
      ...(await survey(connections, 'localhost', { roots: [ca.certificate], name: 'localhost' })),
      count: connections.count,
    };
  } finally {
    connections.close();
  }
}

/** A result in names alone, for comparison. */
export interface Summary {
  readonly versions: readonly string[];
  /** By version, in order. */
  readonly suites: Readonly<Record<string, readonly string[]>>;
  readonly preference: Readonly<Record<string, 'server' | 'client' | null>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly schemes: Readonly<Record<string, readonly string[]>>;
  readonly protocols: readonly string[];
  readonly extensions: readonly string[];
  readonly keys: readonly string[];
}

export function summary({
  versions,
  suites,
  groups,
  schemes,
  protocols,
  extensions,
  certificates,
}: ScanResult): Summary {
  const byVersion = <T extends { readonly version: { readonly name: string } }, V>(
    all: readonly T[],
    value: (of: T) => V,
  ): Readonly<Record<string, V>> => Object.fromEntries(all.map(each => [each.version.name.slice(4), value(each)]));
  const names = (all: readonly { readonly name: string }[]): readonly string[] => all.map(({ name }) => name);
  return {
    versions: names(versions.filter(({ offered }) => offered)),
    suites: byVersion(suites, each => names(each.suites)),
    preference: byVersion(suites, each => each.preference),
    groups: byVersion(groups, each => names(each.groups)),
    schemes: byVersion(schemes, each => names(each.schemes)),
    protocols: protocols?.protocols ?? [],
    extensions: extensions.map(each => `${each.name} ${each.versions.map(name => name.slice(4)).join('+')}`),
    keys: certificates.map(({ key }) => key),
  };
}
