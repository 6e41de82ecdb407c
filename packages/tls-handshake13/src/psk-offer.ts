/** The client's pre-shared keys: offered last in the ClientHello, each with a binder over all that stands before (RFC 9846 §4.3.11). */
import { constantTimeEqual, type Hash, wipe } from '@tlskit/tls-crypto';
import {
  type ClientConfig,
  type ExternalPsk,
  type Flow,
  pskFingerprint,
  type Transcript,
  wait,
} from '@tlskit/tls-handshake';
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
import { type ClientSession, isUsableFor, type SessionPsk } from '@tlskit/tls-session';
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
  /** The key that was agreed on elsewhere, or that the session goes back to. */
  readonly external: SessionPsk | undefined;
}

/** The keys of the configuration, found where they must be. They stay the caller's. */
export function* externalKeys({ psks, serverName, peerName }: ClientConfig): Flow<readonly ExternalPsk[]> {
  if (psks === undefined) return [];
  return typeof psks === 'function' ? yield* wait(psks({ serverName, peerName }), taken) : psks;
}

/** Whether they are of use or not: those that were made for this one time are wiped now. */
function taken(keys: readonly ExternalPsk[]): void {
  for (const key of keys) key.taken?.();
}

/** The keys of one client, in the order in which they are offered; a HelloRetryRequest may leave fewer. */
export class OfferedPsks {
  readonly #now: () => number;
  #psks: readonly OfferedPsk[];
  /** As they stand in the last hello. */
  #identities: readonly PskIdentity[] = [];

  /**
   * Takes the session over: whether it is of use or not, its key is wiped in the end. Of other keys it takes copies. A session of
   * another version is another's: no ticket of one resumes in the other, whose offer may yet be made.
   */
  constructor(config: ClientConfig, suites: readonly number[], keys: readonly ExternalPsk[]) {
    this.#now = config.now;
    const hashes = new Set(suites.map(code => cipherSuiteInfo(code)?.hash));
    // PskIdentity.identity has one byte at least (RFC 9846 §4.3.11).
    const named = keys.filter(({ identity }) => identity.length > 0);
    const external = named.flatMap(psk => (hashes.has(psk.hash) ? externalPsk(psk, config) : []));
    taken(keys);
    const session = config.session?.version === TLS13 ? config.session : undefined;
    const usable = session !== undefined && hashes.has(cipherSuiteInfo(session.cipherSuite)?.hash);
    const resuming = usable ? resumption(session, config, external) : undefined;
    if (resuming === undefined) wipe(session?.psk);
    this.#psks = resuming === undefined ? external : [resuming, ...external];
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

/** A session that goes back to a key of the caller's is for those who still have that key. */
function resumption(session: ClientSession, config: ClientConfig, keys: readonly OfferedPsk[]): OfferedPsk | undefined {
  const { now, verifier, serverName, peerName, credentialsId, provider } = config;
  const name = cipherSuiteInfo(session.cipherSuite)?.hash;
  const hash = name && provider.hashes[name];
  const purpose = { now: now(), trust: verifier.trust, serverName, peerName, credentialsId };
  if (hash === undefined || !isUsableFor(session, purpose)) return undefined;
  const { externalPsk: from } = session;
  const known = ({ external }: OfferedPsk) =>
    external !== undefined && constantTimeEqual(external.fingerprint, from?.fingerprint ?? new Uint8Array(0));
  if (from !== undefined && !keys.some(known)) return undefined;
  return { kind: 'res', identity: session.ticket, key: session.psk, hash, session, external: from };
}

function externalPsk(psk: ExternalPsk, { provider }: ClientConfig): OfferedPsk[] {
  const { identity, key, imported } = psk;
  const hash = provider.hashes[psk.hash];
  const fingerprint = pskFingerprint(provider, psk);
  if (hash === undefined || fingerprint === undefined) return [];
  const kind = imported === undefined ? 'ext' : 'imp';
  const external = { identity: imported?.identity ?? identity, fingerprint };
  // A copy by constructor: `slice` of a Buffer is a view, and what is wiped in the end would be the caller's.
  const own = new Uint8Array(key);
  return [{ kind, identity, key: own, hash, session: undefined, external }];
}

/** The age in milliseconds, obscured (RFC 9846 §4.3.11.1). */
function obfuscatedAge({ receivedAt, ticketAgeAdd }: ClientSession, now: number): number {
  return (Math.max(0, Math.trunc(now - receivedAt)) + ticketAgeAdd) % 2 ** 32;
}
