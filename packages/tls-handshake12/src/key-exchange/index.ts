/**
 * The key exchanges of TLS 1.2 (RFC 5246 §7.4.3, §7.4.7), by what the cipher suite says:
 *
 *     client                                               server
 *                                                          beginKeyExchange
 *                      <-- ServerKeyExchange, if it has any `params`
 *     answerKeyExchange
 *     `body`               --> ClientKeyExchange
 *                                                          `complete`
 *     `premaster`                                          `premaster`
 */

import type { Flow } from '@tlskit/tls-handshake';
import { type CipherSuiteInfo12, type ClientKeyExchange12, clientKeyExchangeBody } from '@tlskit/tls-messages/tls12';
import type { SessionPsk } from '@tlskit/tls-session';
import { decode, encode } from '@tlskit/tls-wire';
import { clientDhe, serverDhe } from './dhe.ts';
import { clientEcdhe, serverEcdhe } from './ecdhe.ts';
import {
  type ClientHalf,
  type ClientInput,
  required,
  type ServerHalf,
  type ServerInput,
  type ServerParams,
} from './half.ts';
import { clientPsk, serverPsk } from './psk.ts';
import { clientRsa, serverRsa } from './rsa.ts';
import { clientDh, clientEcdh, serverDh, serverEcdh } from './static-dh.ts';

export { canExchange, type Unversioned } from './can-exchange.ts';
export type { ClientInput, ServerInput, ServerParams } from './half.ts';
export { knownKeys } from './psk.ts';

/** The client's half, done. */
export interface ClientExchange {
  /** Of ClientKeyExchange, encoded. */
  readonly body: Uint8Array;
  /** The receiver's to wipe, as `MasterSecret12.derive` does it. */
  readonly premaster: Uint8Array;
  /** The code point of the group; undefined where there is none, or it has none. */
  readonly group: number | undefined;
  /** The identity of the key that was taken, for PSK suites. */
  readonly pskIdentity: Uint8Array | undefined;
  /** The same, as a session has it. */
  readonly psk: SessionPsk | undefined;
}

/** The server's half, waiting for ClientKeyExchange. Whoever has it wipes it in the end, whatever became of it. */
export interface ServerExchange {
  /** Of ServerKeyExchange, all but the signature; undefined where none is sent. */
  readonly params: ServerParams | undefined;
  /** The code point of the group; undefined where there is none, or it has none. */
  readonly group: number | undefined;
  /**
   * Reads the body of ClientKeyExchange; once. The premaster secret is the receiver's to wipe.
   * @throws DecodeError for a body of another form, also an empty one
   * @throws TlsError `ERR_TLS_BAD_KEY_SHARE`, `ERR_TLS_BAD_DH_SHARE`; never for what is encrypted, nor for an unknown identity
   */
  complete(body: Uint8Array): Flow<Pick<ClientExchange, 'premaster' | 'pskIdentity' | 'psk'>>;
  wipe(): void;
}

/**
 * Answers a server.
 * @throws TlsError `ERR_TLS_BAD_KEY_SHARE`, `ERR_TLS_BAD_DH_SHARE`, `ERR_TLS_DH_PARAM_SIZE`, `ERR_TLS_ILLEGAL_PARAMETER`
 *   for a group that was not offered, or is none; `ERR_TLS_CERT_KEY`, `ERR_TLS_CERT_WEAK` for a certificate's key that is of no use;
 *   `ERR_TLS_NO_SHARED_KEY` where a PSK suite has no key
 */
export function* answerKeyExchange(input: ClientInput): Flow<ClientExchange> {
  const { config, suite } = input;
  const half = yield* clientHalf(input);
  const { fields, group } = half ?? { fields: {}, group: undefined };
  if (suite.authentication !== 'PSK') {
    const premaster = required(half?.secret, 'a key exchange', suite);
    return { body: encodeBody(suite, fields), premaster, group, pskIdentity: undefined, psk: undefined };
  }
  const { premaster, identity: pskIdentity, psk } = yield* clientPsk(config, half?.secret);
  return { body: encodeBody(suite, { psk_identity: pskIdentity, ...fields }), premaster, group, pskIdentity, psk };
}

/** Begins what the client completes. What must be there for the suite is what {@link canExchange} tells. */
export function* beginKeyExchange(input: ServerInput): Flow<ServerExchange> {
  const { suite } = input;
  const half = yield* serverHalf(input);
  return {
    params: paramsOf(input, half),
    group: half?.group,
    *complete(body) {
      const sent = decode(clientKeyExchangeBody(suite), body);
      const secret = half && (yield* half.complete(sent));
      if (suite.authentication !== 'PSK') {
        return { premaster: required(secret, 'a key exchange', suite), pskIdentity: undefined, psk: undefined };
      }
      const pskIdentity = new Uint8Array(required(sent.psk_identity, 'an identity', suite));
      return { ...(yield* serverPsk(input.config, input.hello, pskIdentity, secret)), pskIdentity };
    },
    wipe: () => half?.wipe(),
  };
}

/** Nothing for plain PSK. */
function* clientHalf(input: ClientInput): Flow<ClientHalf | undefined> {
  switch (input.suite.keyExchange) {
    case 'ECDHE':
      return yield* clientEcdhe(input);
    case 'DHE':
      return yield* clientDhe(input);
    case 'RSA':
      return yield* clientRsa(input);
    case 'ECDH':
      return yield* clientEcdh(input);
    case 'DH':
      return yield* clientDh(input);
    case 'PSK':
      return undefined;
  }
}

/** Nothing for plain PSK. */
function* serverHalf(input: ServerInput): Flow<ServerHalf | undefined> {
  switch (input.suite.keyExchange) {
    case 'ECDHE':
      return yield* serverEcdhe(input);
    case 'DHE':
      return yield* serverDhe(input);
    case 'RSA':
      return serverRsa(input);
    case 'ECDH':
      return serverEcdh(input);
    case 'DH':
      return serverDh(input);
    case 'PSK':
      return undefined;
  }
}

/**
 * PSK suites have a hint in front, be it empty; where there is nothing else to send, it is sent only if there is one
 * (RFC 4279 §2, §3, §4; RFC 5489 §2).
 */
function paramsOf({ config, suite }: ServerInput, half: ServerHalf | undefined): ServerParams | undefined {
  const ephemeral = half !== undefined && (half.fields.dh_params ?? half.fields.ecdh_params) !== undefined;
  if (suite.authentication !== 'PSK') return ephemeral ? half.fields : undefined;
  const hint = config.tls12?.pskIdentityHint;
  if (!ephemeral && hint === undefined) return undefined;
  return { psk_identity_hint: hint ?? new Uint8Array(0), ...half?.fields };
}

function encodeBody(suite: CipherSuiteInfo12, fields: ClientKeyExchange12): Uint8Array {
  return encode(clientKeyExchangeBody(suite), fields);
}
