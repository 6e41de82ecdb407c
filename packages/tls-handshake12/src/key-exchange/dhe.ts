/** Ephemeral finite-field Diffie-Hellman (RFC 5246 §7.4.3, §7.4.7.2, §8.1.2), in the groups of RFC 7919 and in those of a server's own. */
import { TlsError } from '@tlskit/tls-alerts';
import { type DhParameters, ffdhePrime, type KeyExchange, type MaybePromise } from '@tlskit/tls-crypto';
import { type ClientConfig, type Flow, illegal, keyExchange, type ServerConfig, wait } from '@tlskit/tls-handshake';
import { dhPremaster } from '@tlskit/tls-keyschedule/tls12';
import { NamedGroup } from '@tlskit/tls-messages';
import { equalBytes, fromHex } from '@tlskit/tls-wire';
import { isFiniteField } from './ecdhe.ts';
import { type ClientHalf, type ClientInput, required, type ServerHalf, type ServerInput } from './half.ts';

export function* clientDhe({ config, suite, params }: ClientInput): Flow<ClientHalf> {
  const { dh_p, dh_g, dh_Ys } = required(params?.dh_params, 'ServerDHParams', suite);
  const group: Group = { p: minimal(dh_p), g: minimal(dh_g) };
  const code = namedGroup(group);
  checkGroup(config, group, code);
  const exchange = yield* exchangeIn(config, group, code);
  const share = checkedShare(group, dh_Ys, 'RFC 7919 §3');
  const answer = yield* inGroup(() => exchange.respond(share));
  return { fields: { dh_Yc: answer.share }, secret: dhPremaster(answer.sharedSecret), group: code };
}

export function* serverDhe({ config, suite, group: chosen }: ServerInput): Flow<ServerHalf> {
  const group = groupToSend(config, chosen);
  const code = namedGroup(group);
  const exchange = yield* exchangeIn(config, group, code);
  const offer = yield* wait(exchange.offer());
  return {
    fields: { dh_params: { dh_p: group.p, dh_g: group.g, dh_Ys: offer.share } },
    group: code,
    *complete({ dh_Yc }) {
      const share = checkedShare(group, required(dh_Yc, 'a share', suite), 'RFC 7919 §4');
      return dhPremaster(yield* inGroup(() => offer.complete(share)));
    },
    wipe: () => offer.wipe(),
  };
}

/** The numbers without leading zeros. */
export type Group = DhParameters;

/** The fewest bits of a prime that nobody vouches for: RFC 7919 §2 names nothing smaller. */
const MIN_BITS = 2048;

const ffdheNames = ['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'] as const;
type FfdheName = (typeof ffdheNames)[number];

const generator = /* @__PURE__ */ Uint8Array.of(2);

/** The group of RFC 7919 by these numbers, which are all that a ServerKeyExchange names it by (RFC 7919 §4); or undefined. */
function namedGroup({ p, g }: Group): number | undefined {
  const name = ffdheNames.find(known => known === `ffdhe${8 * p.length}`);
  return name !== undefined && equalBytes(g, generator) && equalBytes(p, primeOf(name))
    ? NamedGroup.values[name]
    : undefined;
}

/** What a client takes. */
function checkGroup(config: ClientConfig, group: Group, code: number | undefined): void {
  if (code === undefined) return checkSize(config, group);
  // RFC 7919 §4: a server "MUST NOT select a named FFDHE group that was not offered by a compatible client".
  if (config.groups.some(isFiniteField) && !config.groups.includes(code)) {
    throw illegal(`the group ${NamedGroup.nameOf(code)}, which was not offered`, 'RFC 7919 §4');
  }
}

/** No smaller group than is taken. */
export function checkSize({ tls12 }: ClientConfig, { p }: Group): void {
  const [bits, least] = [bitLength(p), tls12?.minDhBits ?? MIN_BITS];
  if (bits >= least) return;
  throw new TlsError('ERR_TLS_DH_PARAM_SIZE', `a finite-field group of ${bits} bits, the least here is ${least}`);
}

/** What a server sends: the group that was chosen, or for clients that do not know RFC 7919 the configuration's own. */
function groupToSend({ tls12 }: ServerConfig, chosen: number | undefined): Group {
  if (chosen === undefined && tls12?.dhParameters !== undefined) {
    const { p, g } = tls12.dhParameters;
    return { p: minimal(p), g: minimal(g) };
  }
  const name = ffdheNames.find(known => NamedGroup.values[known] === (chosen ?? NamedGroup.values.ffdhe2048));
  if (name === undefined) throw new TlsError('ERR_TLS_INTERNAL', `${chosen} is no group of RFC 7919`);
  return { p: primeOf(name), g: generator };
}

/** The provider's own group where it has it, else the arithmetic by its numbers, which are refused where they cannot be a group. */
export function* exchangeIn(
  { provider }: ClientConfig | ServerConfig,
  group: Group,
  code: number | undefined,
): Flow<Omit<KeyExchange, 'name'>> {
  const native = code === undefined ? undefined : provider.groups[NamedGroup.nameOf(code) as FfdheName];
  if (native !== undefined) return native;
  return yield* keyExchange(
    () => {
      const exchange = provider.finiteField?.(group);
      if (exchange === undefined) throw new TlsError('ERR_TLS_INTERNAL', 'the provider has no finite fields');
      return exchange;
    },
    'ERR_TLS_ILLEGAL_PARAMETER',
    'RFC 5246 §7.4.3',
  );
}

/**
 * A peer's share, as long as p: what goes over the wire is a number, with leading zeros or without.
 * "Peers MUST validate each other's public key Y … by ensuring that 1 < Y < p-1" (RFC 7919 §5.1).
 */
export function checkedShare({ p }: Group, share: Uint8Array, rfc: string): Uint8Array {
  const y = minimal(share);
  // p is odd: p - 1 is p but for the last bit.
  const pMinus1 = new Uint8Array(p);
  pMinus1[p.length - 1] = (pMinus1[p.length - 1] as number) & 0xfe;
  const inRange = compare(y, Uint8Array.of(1)) > 0 && compare(y, pMinus1) < 0;
  if (!inRange) throw new TlsError('ERR_TLS_BAD_DH_SHARE', 'a share out of the range of its group', { rfc });
  const padded = new Uint8Array(p.length);
  padded.set(y, p.length - y.length);
  return padded;
}

export function inGroup<T>(step: () => MaybePromise<T>): Flow<T> {
  return keyExchange(step, 'ERR_TLS_BAD_DH_SHARE');
}

function primeOf(name: FfdheName): Uint8Array {
  return fromHex(ffdhePrime(name).toString(16));
}

/** A number without leading zeros, as a copy; of nothing but zeros nothing is left. */
function minimal(number: Uint8Array): Uint8Array {
  const at = number.findIndex(byte => byte !== 0);
  return at === -1 ? new Uint8Array(0) : new Uint8Array(number.subarray(at));
}

/** Of numbers without leading zeros. */
function bitLength(number: Uint8Array): number {
  return number.length === 0 ? 0 : 8 * number.length - (Math.clz32(number[0] as number) - 24);
}

/** Negative, zero or positive, of numbers without leading zeros, which are public. */
function compare(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at === -1 ? 0 : (a[at] as number) - (b[at] as number);
}
