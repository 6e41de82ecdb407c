/**
 * Pre-shared keys in TLS 1.2: alone (RFC 4279 §2), or beside another exchange, whose secret goes into the premaster secret too
 * (RFC 4279 §3, §4; RFC 5489 §2). Keys have no hash here: any suite takes them, but for keys imported for TLS 1.3 (RFC 9258).
 */
import { TlsError } from '@tlskit/tls-alerts';
import { constantTimeEqual, wipe } from '@tlskit/tls-crypto';
import {
  type ClientConfig,
  type ExternalPsk,
  type Flow,
  pskFingerprint,
  type ReceivedHello,
  type ServerConfig,
  unlessItFails,
  wait,
} from '@tlskit/tls-handshake';
import { pskPremaster } from '@tlskit/tls-keyschedule/tls12';
import type { SessionPsk } from '@tlskit/tls-session';

/** A key that both sides have, as far as the client is concerned. */
export interface PskPremaster {
  readonly premaster: Uint8Array;
  readonly identity: Uint8Array;
  /** What a session says of the key; undefined where the provider lacks its hash. */
  readonly psk: SessionPsk | undefined;
}

/** Bytes of a key that stands in for one that nobody knows. */
const STAND_IN_LENGTH = 32;

/**
 * The client's. The server's hint is of no account: "clients MUST ignore the identity hint field" that no application profile
 * speaks of (RFC 4279 §5.2). The first key is the one.
 * @param otherSecret wiped, whatever happens
 */
export function* clientPsk(config: ClientConfig, otherSecret: Uint8Array | undefined): Flow<PskPremaster> {
  try {
    const keys = yield* externalKeys(config);
    try {
      const psk = keys.find(isUsable);
      if (psk === undefined)
        throw new TlsError('ERR_TLS_NO_SHARED_KEY', 'no key for a PSK suite', { rfc: 'RFC 4279 §2' });
      const identity = new Uint8Array(psk.identity);
      const fingerprint = pskFingerprint(config.provider, psk);
      return {
        premaster: pskPremaster(psk.key, otherSecret),
        identity,
        psk: fingerprint && { identity, fingerprint },
      };
    } finally {
      taken(keys);
    }
  } finally {
    wipe(otherSecret);
  }
}

/** Tells whether a client still has the key that a session goes back to. */
export function* knownKeys(config: ClientConfig): Flow<(key: SessionPsk) => boolean> {
  const keys = yield* externalKeys(config);
  try {
    const known = keys.filter(isUsable).map(key => pskFingerprint(config.provider, key));
    return ({ fingerprint }) => known.some(own => own !== undefined && constantTimeEqual(own, fingerprint));
  } finally {
    taken(keys);
  }
}

/**
 * The server's. An identity that is not known is not told of: RFC 4279 §2 lets a server answer unknown_psk_identity or "continue
 * the protocol as if the PSK identity existed but the key was incorrect"; the latter, so that nobody finds out by trying who is a
 * client here. A random key stands in, and the client's Finished fails.
 * @param otherSecret wiped, whatever happens
 */
export function* serverPsk(
  config: ServerConfig,
  hello: ReceivedHello,
  identity: Uint8Array,
  otherSecret: Uint8Array | undefined,
): Flow<Pick<PskPremaster, 'premaster' | 'psk'>> {
  const { pskLookup } = config;
  const standIn = config.random(STAND_IN_LENGTH);
  try {
    const find = () => pskLookup?.(identity, hello);
    const found = yield* unlessItFails('pskLookup', find, late => late?.taken?.());
    try {
      const known = found !== undefined && found.imported === undefined && fits(found.key);
      const key = known ? found.key : standIn;
      // Of the stand-in too: time does not tell of an identity.
      const fingerprint = pskFingerprint(config.provider, { identity, key, hash: found?.hash ?? 'sha256' });
      return {
        premaster: pskPremaster(key, otherSecret),
        psk: fingerprint && { identity: new Uint8Array(identity), fingerprint },
      };
    } finally {
      found?.taken?.();
    }
  } finally {
    wipe(standIn, otherSecret);
  }
}

/** Whether the configuration has keys that a client may use here, as far as that can be told before they are asked for. */
export function hasPsks({ psks }: Pick<ClientConfig, 'psks'>): boolean {
  return typeof psks === 'function' || psks?.some(isUsable) === true;
}

/**
 * RFC 9258 §5.1: a key that was imported is for TLS 1.3 alone. RFC 4279 §5.1: an identity "MUST be … encoded … using UTF-8"; it may
 * have no bytes at all (§2).
 */
function isUsable({ identity, key, imported }: ExternalPsk): boolean {
  return imported === undefined && fits(identity) && fits(key) && isUtf8(identity);
}

/** The keys of the configuration, found where they must be. */
function* externalKeys({ psks, serverName, peerName }: ClientConfig): Flow<readonly ExternalPsk[]> {
  return typeof psks === 'function' ? yield* wait(psks({ serverName, peerName }), taken) : (psks ?? []);
}

/** What the two length octets of RFC 4279 §2 can tell. */
function fits({ length }: Uint8Array): boolean {
  return length <= 0xffff;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Whoever made keys for this one time wipes them now, those of no use too. */
function taken(keys: readonly ExternalPsk[]): void {
  for (const key of keys) key.taken?.();
}
