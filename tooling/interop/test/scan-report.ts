/** `tlskit scan` in this process, and what its report says in names. */
import { HOST, type Identity } from '../src/certificates.ts';
import { tlskit } from './cli-run.ts';

interface Named {
  readonly name: string;
  readonly code: number;
}

interface OfVersion {
  readonly version: Named;
}

/** As much of the report as is looked at. */
export interface ScanReport {
  readonly complete: boolean;
  readonly connections: number;
  readonly versions: readonly (Named & { readonly offered: boolean | null })[];
  readonly suites: readonly (OfVersion & {
    readonly preference: 'server' | 'client' | null;
    readonly suites: readonly (Named & {
      readonly group: Named | null;
      readonly dhBits: number | null;
      readonly signatureScheme: Named | null;
    })[];
  })[];
  readonly groups: readonly (OfVersion & { readonly groups: readonly Named[]; readonly hiddenBehind: Named | null })[];
  readonly schemes: readonly (OfVersion & { readonly schemes: readonly Named[] })[];
  readonly protocols: { readonly protocols: readonly string[]; readonly otherwise: string } | null;
  readonly extensions: readonly (Named & { readonly versions: readonly string[] })[];
  readonly resumption: readonly (OfVersion & Readonly<Record<string, unknown>>)[];
  readonly names: Readonly<Record<'without' | 'unknown', Readonly<Record<string, unknown>> | null>>;
  readonly clientAuth: { readonly requested: boolean; readonly required: boolean | null } | null;
  readonly tolerance: Readonly<Record<string, unknown>>;
  readonly renegotiation: { readonly secure: boolean; readonly clientInitiated: boolean | null } | null;
  readonly encryptThenMac: boolean | null;
  readonly dh: { readonly bits: number; readonly knownAs: string | null } | null;
  readonly certificates: readonly { readonly key: string; readonly verified: boolean; readonly stapled: boolean }[];
  readonly oddities: readonly string[];
  readonly findings: readonly { readonly id: string; readonly severity: string }[];
}

/** Scans a server on the loopback, and waits for the report. */
export async function scanned(
  port: number,
  { files }: Pick<Identity, 'files'>,
  args: readonly string[] = [],
): Promise<ScanReport> {
  const { code, stdout, stderr } = await tlskit([
    ...['scan', `${HOST}:${port}`, '--resolve', `${HOST}:${port}:127.0.0.1`, '--cacert', files.root],
    ...['--json', '--connect-timeout', '60', ...args],
  ]);
  if (code !== 0) throw new Error(`tlskit scan ended with ${code}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}

/** What a server takes, in names alone, by versions without `TLS `. */
export function taken({ versions, suites, groups, schemes, certificates, oddities }: ScanReport) {
  const byVersion = <T extends OfVersion, V>(all: readonly T[], value: (of: T) => V): Readonly<Record<string, V>> =>
    Object.fromEntries(all.map(each => [each.version.name.replace('TLS ', ''), value(each)]));
  const names = (all: readonly Named[]): readonly string[] => all.map(({ name }) => name);
  return {
    versions: versions.filter(({ offered }) => offered).map(({ name }) => name.replace('TLS ', '')),
    suites: byVersion(suites, each => names(each.suites)),
    preference: byVersion(suites, each => each.preference),
    groups: byVersion(groups, each => names(each.groups)),
    schemes: byVersion(schemes, each => names(each.schemes)),
    keys: certificates.map(({ key }) => key),
    oddities,
  };
}
