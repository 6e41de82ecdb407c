/** Everything that is known of a visit to a server, as it becomes known: what the report, for people and for programs, is made of. */
import type { ConnectionInfo, Named, TlsError } from 'tlskit';
import type { Address } from '../address.ts';
import type { Dialed } from '../dial/dial.ts';
import type { Route } from '../dial/route.ts';
import type { Outcome } from '../exit-codes.ts';
import type { Answers } from './asked.ts';
import type { Target } from './options.ts';
import type { Seen } from './seen.ts';

export interface Findings {
  readonly address: Address;
  readonly route: Route;
  /** Of the first connection: the IP address and port that TCP reached. */
  remote: Dialed['remote'] | undefined;
  /** Milliseconds for look-up, TCP and what else stands before TLS, and from the ClientHello to the end of the handshake. */
  connectTime: number | undefined;
  handshakeTime: number | undefined;
  /** The name that was asked for; false for none. */
  readonly servername: string | false;
  /** The name or address that the certificate must be for. */
  readonly verifyName: string;
  /** Of the first handshake, though it may have failed. */
  seen: Seen;
  verified: boolean;
  readonly insecure: boolean;
  /** Whether certificates are judged: with a pre-shared key alone they are not. */
  readonly judges: boolean;
  /** What is wrong with a certificate that was accepted all the same. */
  problem: TlsError | undefined;
  /** Each that came to its end. */
  readonly handshakes: HandshakeSummary[];
  /** Why a session that was to be offered was not, or no further connection was made. */
  readonly sessionNotes: string[];
  /** What was asked of the last connection, where it came so far. */
  answers: Answers | undefined;
  /** Those of `--fail-on` that are so. */
  policy: readonly { readonly name: string; readonly about: string }[];
  failure: Failure | undefined;
}

/** One handshake that is complete. */
export interface HandshakeSummary {
  /** Whether it was to be resumed. */
  readonly wanted: boolean;
  readonly resumed: boolean;
  readonly protocol: string;
  readonly cipherSuite: Named;
  readonly group: Named | undefined;
  readonly helloRetry: boolean;
  /** What became of early data, where some was to be sent: undefined where no session allowed it, and whether the server has it after all. */
  readonly early: { readonly outcome: ConnectionInfo['earlyData']; readonly sent: boolean } | undefined;
  /** Milliseconds. */
  readonly connectTime: number;
  readonly handshakeTime: number;
}

/** Why it did not go well. */
export interface Failure {
  readonly outcome: Outcome;
  readonly message: string;
  /** Of a TlsError, or of the system's error. */
  readonly code: string | undefined;
  readonly alert?: { readonly name: string; readonly code: number } | undefined;
  readonly sentBy?: 'us' | 'peer';
  readonly state?: string | undefined;
  readonly rfc?: string | undefined;
}

/** What is known beforehand. */
export function newFindings(
  { route, names }: Target,
  { insecure, judges }: { readonly insecure: boolean; readonly judges: boolean },
): Findings {
  return {
    address: route.address,
    route,
    ...names,
    insecure,
    judges,
    seen: {},
    verified: false,
    handshakes: [],
    sessionNotes: [],
    policy: [],
    remote: undefined,
    connectTime: undefined,
    handshakeTime: undefined,
    problem: undefined,
    answers: undefined,
    failure: undefined,
  };
}
