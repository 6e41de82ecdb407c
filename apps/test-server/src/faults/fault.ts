/**
 * What a fault is made of. Nothing of it is in the protocol's packages: a fault changes the effects of a version's flow, or the records
 * on their way to the transport, or says something odd to the library's options.
 */
import type { Effect } from '@tlskit/tls-handshake';
import type { AlertName, CryptoProvider } from 'tlskit';
import type { TlsServerOptions, TlsSocket } from 'tlskit/node';
import type { StapleName } from '../bad/staples.ts';

/** What becomes of an effect: another, several, or none. It may throw, which ends the handshake by that error's alert. */
export type EffectChange = (effect: Effect) => Effect | readonly Effect[] | undefined;

/** The last bytes, and how the connection ends behind them. */
export interface Cut {
  readonly last: Buffer;
  readonly end: 'fin' | 'reset';
}

/** What becomes of a record on its way out. */
export interface RecordFault {
  /** @param record header and fragment. @returns what is sent in its place */
  record?(record: Buffer): readonly Buffer[] | Cut;
  /** Whether what is sent in one turn goes out in one piece. */
  readonly gather?: true;
  /** How our end of the transport is brought about, where that is not by FIN. */
  readonly end?: 'reset' | 'without-last';
}

/** A fault with its argument. All are made anew for each connection but `options`. */
export interface FaultParts {
  readonly options?: (provider: CryptoProvider, given: TlsServerOptions) => Partial<TlsServerOptions>;
  readonly effects?: () => EffectChange;
  readonly records?: () => RecordFault;
  /** When the handshake is complete, before anything is answered. */
  readonly begin?: (socket: TlsSocket) => void;
  /** What is stapled to the certificate. */
  readonly staple?: StapleName;
}

export interface Fault {
  /** What goes wrong, as a sentence. */
  readonly about: string;
  /** Whether a right client is content, or ends the connection; or may do the one or the other. */
  readonly verdict: 'refuse' | 'accept' | 'either';
  /** The alerts by which it does that, the best one first; empty where it sends none. */
  readonly alerts: readonly AlertName[];
  /** What the catalogue of others calls it. */
  readonly alias?: string;
  /** What stands behind the name, such as `@N`, with what it is by default. In names of hosts a hyphen stands before it, and `--` between its parts. */
  readonly argument?: readonly [form: string, byDefault: string];
  /** @throws UsageError for an argument that is none */
  create(argument: string): FaultParts;
}
