/** Ephemeral elliptic-curve Diffie-Hellman (RFC 8422 §2, §5.4, §5.7), signed or not; and the curves that there are for it. */
import type { KeyExchange, MaybePromise } from '@tlskit/tls-crypto';
import { type ClientConfig, type Flow, illegal, keyExchange, wait } from '@tlskit/tls-handshake';
import { groupInfo12, NAMED_CURVE } from '@tlskit/tls-messages/tls12';
import { type ClientHalf, type ClientInput, required, type ServerHalf, type ServerInput } from './half.ts';

export function* clientEcdhe({ config, suite, params }: ClientInput): Flow<ClientHalf> {
  const { curve_type, namedcurve, public: theirs } = required(params?.ecdh_params, 'ServerECDHParams', suite);
  // RFC 8422 §5.4: curves by their coefficients are done away with.
  if (curve_type !== NAMED_CURVE) throw illegal(`ECCurveType ${curve_type}`, 'RFC 8422 §5.4');
  // RFC 8422 §5.1: the client's extension lists the curves that it can do, and the server chooses among those.
  const exchange = curveOf(config, namedcurve);
  if (exchange === undefined) throw illegal(`a share of group ${namedcurve}, which was not offered`, 'RFC 8422 §5.4');
  const { share, sharedSecret } = yield* validated(() => exchange.respond(theirs));
  return { fields: { ecdh_Yc: share }, secret: sharedSecret, group: namedcurve };
}

export function* serverEcdhe({ config, suite, group }: ServerInput): Flow<ServerHalf> {
  const namedcurve = required(group, 'a curve', suite);
  const exchange = required(curveOf(config, namedcurve), `group ${namedcurve}`, suite);
  const offer = yield* wait(exchange.offer());
  return {
    fields: { ecdh_params: { curve_type: NAMED_CURVE, namedcurve, public: offer.share } },
    group,
    complete: ({ ecdh_Yc }) => validated(() => offer.complete(required(ecdh_Yc, 'a share', suite))),
    wipe: () => offer.wipe(),
  };
}

/**
 * A share that the provider refuses (RFC 8422 §5.11): one that is not on its curve, a compressed point (§5.1.2 leaves uncompressed
 * ones alone), one of wrong length, and with X25519 and X448 one that gives a secret of zeros (§5.10).
 */
export function validated<T>(step: () => MaybePromise<T>): Flow<T> {
  return keyExchange(step, 'ERR_TLS_BAD_KEY_SHARE', 'RFC 8422 §5.11');
}

/** The exchange on a curve, if the configuration names it and the provider has it. */
export function curveOf(config: Pick<ClientConfig, 'groups' | 'provider'>, code: number): KeyExchange | undefined {
  const info = groupInfo12(code);
  if (info === undefined || isFiniteField(code) || !config.groups.includes(code)) return undefined;
  return config.provider.groups[info.provider];
}

/** Whether a code point is of those that are for finite-field groups, known or not (RFC 7919 §2). */
export function isFiniteField(code: number): boolean {
  return code >= 0x0100 && code <= 0x01ff;
}
