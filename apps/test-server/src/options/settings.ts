/** What `tlskit-server` was told, checked and put into the terms of the library. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { integerOf, list, parse, secondsOf, UsageError } from '@tlskit/cli-kit';
import type { CryptoProvider, PskSource } from 'tlskit';
import { type BadCertificateName, badCertificateNames } from '../bad/certificates.ts';
import { type StapleName, stapleNames } from '../bad/staples.ts';
import { type ChosenFault, faultOf } from '../faults/catalogue.ts';
import { type Target, targetList } from '../relay/targets.ts';
import { type CredentialFiles, checkFiles } from './files.ts';
import { type Negotiation, negotiationOf } from './negotiation.ts';
import { oneOf } from './one-of.ts';
import { pskSource } from './psk.ts';
import {
  DEFAULT_LIFETIME,
  DEFAULT_MESSAGE,
  DEFAULT_RELAYED,
  DEFAULT_TICKETS,
  DEFAULT_TIMEOUT,
  serverOptions,
} from './table.ts';

/** What clients get once they are connected; `discard` is to be connected to and no more. */
export type Mode = 'www' | 'echo' | 'discard';

export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  readonly limits: {
    /** Milliseconds; 0 for no limit. */
    readonly handshake: number;
    /** Milliseconds; 0 for no limit. */
    readonly idle: number;
    readonly connections: number | undefined;
    /** Connections a second. */
    readonly rate: number | undefined;
    /** Bytes of a handshake message. */
    readonly message: number;
  };
  /** Without certificates where one is to be made. */
  readonly files: CredentialFiles;
  /** Certificates that are wrong: undefined for none, true for all by name. */
  readonly bad: BadCertificateName | true | undefined;
  /** What is stapled to the certificate that is made. */
  readonly staple: StapleName | undefined;
  readonly faults: readonly ChosenFault[];
  /** Whether to end when one client has shown what it does. */
  readonly expect: boolean;
  /** Lower case; undefined for any. */
  readonly serverNames: readonly string[] | undefined;
  readonly negotiation: Negotiation;
  readonly records: {
    /** Undefined for the usual one. */
    readonly sizeLimit: number | false | undefined;
    readonly maxFragmentLength: boolean;
    readonly heartbeat: boolean;
    readonly renegotiation: boolean;
  };
  readonly clients: {
    readonly mode: 'none' | 'request' | 'require';
    /** The file with the authorities; undefined where any certificate is good. */
    readonly ca: string | undefined;
    readonly afterHandshake: boolean;
  };
  readonly sessions: {
    readonly tickets: number;
    /** Seconds. */
    readonly lifetime: number;
    readonly cache: boolean;
    /** Bytes; undefined for none. */
    readonly earlyData: number | undefined;
    readonly tooEarly: boolean;
    readonly psk: PskSource | undefined;
    readonly pskKe: boolean;
  };
  readonly mode: Mode;
  /** Bytes of the usual answer; undefined for the page. */
  readonly replySize: number | undefined;
  /** Undefined for none. */
  readonly relay:
    | {
        readonly port: number;
        /** Undefined for loopback. */
        readonly targets: readonly Target[] | undefined;
        readonly origins: readonly string[];
        /** At a time. */
        readonly connections: number;
        /** The folder whose files are served beside it; undefined for none. */
        readonly pages: string | undefined;
      }
    | undefined;
  readonly keyLog: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** The longest answer: what a client may make the server hold at a time is bounded by it. */
const MAX_REPLY = 1 << 26;

/** @throws UsageError */
export function serverSettings(args: readonly string[], provider: CryptoProvider): ServerSettings {
  const { values, positionals } = parse(serverOptions, args);
  if (positionals.length > 0) {
    throw new UsageError(`what is ${JSON.stringify(positionals[0])}? All is said by options here`);
  }
  const number = (name: keyof typeof values, min: number, max: number): number | undefined => {
    const text = values[name];
    return typeof text === 'string' ? integerOf(`--${name}`, text, min, max) : undefined;
  };
  const seconds = (name: keyof typeof values, ifAbsent: number) =>
    secondsOf(`--${name}`, (values[name] as string | undefined) ?? String(ifAbsent));
  const files = {
    certificates: values.cert ?? [],
    keys: values.key ?? [],
    staples: values['ocsp-response'] ?? [],
  };
  checkFiles(files);
  const faults = (values.fault ?? []).map(faultOf);
  const staple = stapleOf(
    values.staple === undefined ? undefined : oneOf('--staple', values.staple, stapleNames),
    faults,
  );
  if (staple !== undefined && files.certificates.length > 0)
    throw new UsageError('responses are made for certificates that are made here, and not for a --cert');
  const tickets = number('tickets', 0, 255) ?? DEFAULT_TICKETS;
  const relayPort = number('relay', 0, 65_535);
  const earlyData = number('early-data', 1, 2 ** 32 - 1);
  if (earlyData !== undefined && tickets === 0)
    throw new UsageError('--early-data goes with tickets, and --tickets is 0');
  return {
    host: values.host ?? '127.0.0.1',
    port: number('port', 0, 65_535) ?? 0,
    limits: {
      handshake: seconds('handshake-timeout', DEFAULT_TIMEOUT),
      idle: seconds('idle-timeout', 0),
      connections: number('max-connections', 1, 1_000_000),
      rate: number('rate', 1, 1_000_000),
      message: number('max-message', 1 << 12, 2 ** 24 + 3) ?? DEFAULT_MESSAGE,
    },
    files,
    bad:
      values.bad ??
      (values['bad-cert'] === undefined ? undefined : oneOf('--bad-cert', values['bad-cert'], badCertificateNames)),
    staple,
    faults,
    expect: values.expect === true,
    serverNames: names(values['server-names']),
    negotiation: negotiationOf(values, provider),
    records: {
      sizeLimit: sizeLimit(number('record-size-limit', 0, 16_385)),
      maxFragmentLength: values['max-fragment-length'] === true,
      heartbeat: values.heartbeat === true,
      renegotiation: values.renegotiation === true,
    },
    clients: {
      mode: values['require-client-cert'] ? 'require' : values['request-client-cert'] ? 'request' : 'none',
      ca: values.ca,
      afterHandshake: values['post-handshake-auth'] === true,
    },
    sessions: {
      tickets,
      lifetime: number('ticket-lifetime', 1, 604_800) ?? DEFAULT_LIFETIME,
      cache: values['session-cache'] === true,
      earlyData,
      tooEarly: values['too-early'] === true,
      psk: pskSource(values.psk, values['psk-hash']),
      pskKe: values['psk-ke'] === true,
    },
    mode: values.www ? 'www' : values.echo ? 'echo' : 'discard',
    replySize: number('reply-size', 0, MAX_REPLY),
    relay:
      relayPort === undefined
        ? undefined
        : {
            port: relayPort,
            targets: values['relay-to'] && targetList(values['relay-to']),
            origins: values['relay-origin'] ?? [],
            connections: number('relay-connections', 1, 100_000) ?? DEFAULT_RELAYED,
            pages: pagesFolder(values.demo),
          },
    keyLog: values.keylog,
    json: values.json === true,
    quiet: values.quiet === true,
  };
}

/** @throws UsageError where there are several */
function stapleOf(named: StapleName | undefined, faults: readonly ChosenFault[]): StapleName | undefined {
  const [staple, ...more] = [named, ...faults.map(fault => fault.staple)].filter(each => each !== undefined);
  if (more.length > 0) throw new UsageError(`one response is stapled: ${staple}, or ${more[0]}`);
  return staple;
}

/** @throws UsageError for a folder that has no page */
function pagesFolder(folder: string | undefined): string | undefined {
  if (folder === undefined || existsSync(join(folder, 'index.html'))) return folder;
  throw new UsageError(`--demo ${folder}: there is no index.html in it`);
}

function names(text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : list('--server-names', text.toLowerCase(), /,/);
}

function sizeLimit(limit: number | undefined): number | false | undefined {
  if (limit === 0) return false;
  if (limit !== undefined && limit < 64) throw new UsageError(`--record-size-limit is 0, or 64 to 16385, not ${limit}`);
  return limit;
}
