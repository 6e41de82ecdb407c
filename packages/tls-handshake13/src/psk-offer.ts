/** The client's pre-shared keys: offered last in the ClientHello, each with a binder over all that stands before (RFC 9846 §4.3.11). */
import { type Hash, wipe } from '@tlskit/tls-crypto';
import type { ClientConfig, ExternalPsk, Transcript } from '@tlskit/tls-handshake';
import { EarlySecret, type PskKind } from '@tlskit/tls-keyschedule';
import {
  type ClientHello,
  cipherSuiteInfo,
  clientHello,
  type Extension,
  encodeMessage,
  makeExtension,
  type PskIdentity,
  preSharedKeyRow,
  truncatedClientHello,
} from '@tlskit/tls-messages';
import { type ClientSession, isUsableFor } from '@tlskit/tls-session';
import { TLS13 } from './context.ts';

/** One key that is offered. */
export interface OfferedPsk {
  readonly kind: PskKind;
  readonly identity: Uint8Array;
  /** Ours, and wiped with the offer. */
  readonly key: Uint8Array;
  /** The hash of the suites that may use it. */
  readonly hash: Hash;
  /** The session that a ticket stands for. */
  readonly session: ClientSession | undefined;
}

/** The keys of one client, in the order in which they are offered; a HelloRetryRequest may leave fewer. */
export class OfferedPsks {
  readonly #now: () => number;
  #psks: readonly OfferedPsk[];
  /** As they stand in the last hello. */
  #identities: readonly PskIdentity[] = [];

  /** Takes the session over: whether it is of use or not, its key is wiped in the end. Of other keys it takes copies. */
  constructor(config: ClientConfig, suites: readonly number[]) {
    this.#now = config.now;
    const hashes = new Set(suites.map(code => cipherSuiteInfo(code)?.hash));
    const { session, psks = [] } = config;
    const resuming = session && hashes.has(cipherSuiteInfo(session.cipherSuite)?.hash) && resumption(session, config);
    if (!resuming) wipe(session?.psk);
    const external = psks.filter(({ hash }) => hashes.has(hash)).map(psk => externalPsk(psk, config));
    this.#psks = [resuming || undefined, ...external].filter(psk => psk !== undefined);
  }

  /** How many there are to choose from. */
  get length(): number {
    return this.#psks.length;
  }

  /** The key that the server chose, which stays ours; undefined for an index out of range. */
  at(index: number): OfferedPsk | undefined {
    return this.#psks[index];
  }

  /** Drops those that no suite of this hash may use (RFC 9846 §4.2.2). */
  keepOnly(hash: string | undefined): void {
    for (const { hash: own, key } of this.#psks) if (own.name !== hash) wipe(key);
    this.#psks = this.#psks.filter(psk => psk.hash.name === hash);
  }

  /** The extension with binders of the right lengths and no value, for {@link bind} to complete; none without keys. */
  extensions(): readonly Extension[] {
    if (this.#psks.length === 0) return [];
    const now = this.#now();
    this.#identities = this.#psks.map(({ identity, session }) => ({
      identity,
      obfuscated_ticket_age: session === undefined ? 0 : obfuscatedAge(session, now),
    }));
    return [this.#extension(this.#psks.map(({ hash }) => new Uint8Array(hash.outputLength)))];
  }

  /** The hello with its binders (RFC 9846 §4.3.11.2). @param transcript what came before it */
  bind(hello: ClientHello, transcript: Transcript): ClientHello {
    if (this.#psks.length === 0) return hello;
    const truncated = truncatedClientHello(encodeMessage(clientHello, hello));
    const binders = this.#psks.map(({ kind, hash, key }) => pskBinder(hash, key, kind, transcript.fork(), truncated));
    return { ...hello, extensions: [...hello.extensions.slice(0, -1), this.#extension(binders)] };
  }

  wipe(): void {
    for (const { key } of this.#psks) wipe(key);
    this.#psks = [];
  }

  #extension(binders: readonly Uint8Array[]): Extension {
    return makeExtension(preSharedKeyRow, 'CH', { identities: this.#identities, binders });
  }
}

/**
 * The binder of one key (RFC 9846 §4.3.11.2).
 * @param transcript what came before the hello: a fork, which is used up
 * @param truncated the hello without its binders
 */
export function pskBinder(
  hash: Hash,
  key: Uint8Array,
  kind: PskKind,
  transcript: Transcript,
  truncated: Uint8Array,
): Uint8Array {
  transcript.add(truncated);
  transcript.use(hash);
  const early = EarlySecret.from(hash, key);
  const binderKey = early.binderKey(kind);
  early.wipe();
  const binder = binderKey.verifyData(transcript.hash());
  binderKey.wipe();
  return binder;
}

function resumption(session: ClientSession, config: ClientConfig): OfferedPsk | undefined {
  const { now, verifier, serverName, peerName, provider } = config;
  const name = cipherSuiteInfo(session.cipherSuite)?.hash;
  const hash = name && provider.hashes[name];
  const purpose = { now: now(), trust: verifier.trust, serverName, peerName };
  if (session.version !== TLS13 || hash === undefined || !isUsableFor(session, purpose)) return undefined;
  return { kind: 'res', identity: session.ticket, key: session.psk, hash, session };
}

function externalPsk({ identity, key, hash: name }: ExternalPsk, { provider }: ClientConfig): OfferedPsk | undefined {
  const hash = provider.hashes[name];
  return hash && { kind: 'ext', identity, key: key.slice(), hash, session: undefined };
}

/** The age in milliseconds, obscured (RFC 9846 §4.3.11.1). */
function obfuscatedAge({ receivedAt, ticketAgeAdd }: ClientSession, now: number): number {
  return (Math.max(0, Math.trunc(now - receivedAt)) + ticketAgeAdd) % 2 ** 32;
}
