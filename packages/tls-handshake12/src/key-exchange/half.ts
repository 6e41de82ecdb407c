/** One kind of key exchange, without the PSK that may stand beside it. */
import { TlsError } from '@tlskit/tls-alerts';
import { type PublicKey, type SigningKey, wipe } from '@tlskit/tls-crypto';
import type { ClientConfig, Flow, ReceivedHello, ServerConfig } from '@tlskit/tls-handshake';
import type { CipherSuiteInfo12, ClientKeyExchange12, ServerKeyExchange12 } from '@tlskit/tls-messages/tls12';

/** What the client goes by. */
export interface ClientInput {
  readonly config: ClientConfig;
  readonly suite: CipherSuiteInfo12;
  /** The ServerKeyExchange, decoded; undefined where none came. */
  readonly params: ServerKeyExchange12 | undefined;
  /** The key in the server's certificate, where there is one. */
  readonly peerKey: PublicKey | undefined;
  /** `legacy_version` of our ClientHello. */
  readonly clientVersion: number;
}

/** What the server goes by. */
export interface ServerInput {
  readonly config: ServerConfig;
  readonly suite: CipherSuiteInfo12;
  readonly hello: ReceivedHello;
  /**
   * The code point that was chosen for DHE or ECDHE; undefined for DHE with a client that names no group of RFC 7919, which gets
   * `config.tls12.dhParameters`, or ffdhe2048.
   */
  readonly group: number | undefined;
  /** The key of our certificate, where the suite has one. */
  readonly key: SigningKey | undefined;
  /** `legacy_version` of the ClientHello. */
  readonly clientVersion: number;
}

/** What a client has of its exchange when it is done. */
export interface ClientHalf {
  /** Of ClientKeyExchange. */
  readonly fields: ClientKeyExchange12;
  /** The premaster secret, or `other_secret` where a PSK comes to it: the receiver's to wipe. */
  readonly secret: Uint8Array;
  /** The code point of the group, where it has one. */
  readonly group: number | undefined;
}

/** The fields of a ServerKeyExchange that go before the signature. */
export type ServerParams = Omit<ServerKeyExchange12, 'signed_params'>;

/** A server's exchange, which waits for the client. */
export interface ServerHalf {
  /** Of ServerKeyExchange. */
  readonly fields: ServerParams;
  readonly group: number | undefined;
  /** The secret, as the client has it: the receiver's to wipe. Once. */
  complete(sent: ClientKeyExchange12): Flow<Uint8Array>;
  wipe(): void;
}

/** Runs what goes on from a secret, which is wiped where that fails or is cancelled. */
export function* orWipe<T>(secret: Uint8Array | undefined, rest: () => Flow<T>): Flow<T> {
  let done = false;
  try {
    const result = yield* rest();
    done = true;
    return result;
  } finally {
    if (!done) wipe(secret);
  }
}

/** What the messages, the certificate or the configuration must have for this suite: who calls has seen to it. */
export function required<T>(value: T | undefined, what: string, suite: CipherSuiteInfo12): T {
  if (value === undefined) throw new TlsError('ERR_TLS_INTERNAL', `${suite.name} without ${what}`);
  return value;
}
