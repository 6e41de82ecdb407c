/** Groups of the key exchange: by HelloRetryRequest in TLS 1.3 (RFC 9846 §4.2.4), by ServerKeyExchange before (RFC 8422, RFC 7919). */
import { type FfdheName, ffdhePrime } from '@tlskit/tls-crypto';
import { NamedGroup } from '@tlskit/tls-messages';
import { attributesOf, curves12, ffdheGroups, groups13, TLS13 } from './code-points.ts';
import { type Choice, exclude, type Preference, preferenceOf } from './exclusion.ts';
import type { Flight } from './flight.ts';
import type { Prober } from './probe.ts';
import type { SuitesFound } from './suites.ts';

export interface GroupsFound {
  readonly version: number;
  /** Code points, in the order of the server's choices. */
  readonly groups: readonly number[];
  readonly preference: Preference | undefined;
  /** The curve of the server's certificate, behind which others may hide: without it the server has no suite to choose. */
  readonly hiddenBehind: number | undefined;
  readonly unoffered: readonly number[];
}

/** @throws ScanOver */
export async function findGroups(prober: Prober, found: SuitesFound): Promise<GroupsFound> {
  return found.version >= TLS13 ? findGroups13(prober, found) : findGroups12(prober, found);
}

async function findGroups13(prober: Prober, { version, suites }: SuitesFound): Promise<GroupsFound> {
  const ask = async (groups: readonly number[]): Promise<Choice<Flight> | undefined> => {
    const flight = await prober.flight({ version, suites: suites.map(({ code }) => code), groups });
    return flight?.group === undefined ? undefined : { code: flight.group, value: flight };
  };
  const { found, unoffered } = await exclude(groups13, ask);
  const groups = found.map(({ code }) => code);
  const preference = await preferenceOf(groups, async offered => (await ask(offered))?.code);
  return {
    version,
    groups,
    preference,
    hiddenBehind: undefined,
    unoffered: unoffered === undefined ? [] : [unoffered],
  };
}

async function findGroups12(prober: Prober, found: SuitesFound): Promise<GroupsFound> {
  const { version } = found;
  const curves = await findCurves(prober, found);
  const fields = await findFields(prober, found);
  return { ...curves, version, groups: [...curves.groups, ...fields] };
}

async function findCurves(prober: Prober, { version, suites }: SuitesFound): Promise<Omit<GroupsFound, 'version'>> {
  const ecdhe = suites.filter(({ value }) => value.keys.group !== undefined);
  // An ECDSA certificate is of no use to clients without its curve (RFC 8422 §5.1): RSA tells more.
  const rsa = ecdhe.filter(({ code }) => attributesOf(code)?.authentication !== 'ECDSA');
  const usable = (rsa.length > 0 ? rsa : ecdhe).map(({ code }) => code);
  const ask = async (groups: readonly number[]): Promise<Choice<Flight> | undefined> => {
    const flight = await prober.flight({ version, suites: usable, groups });
    return flight?.keys.group === undefined ? undefined : { code: flight.keys.group, value: flight };
  };
  if (usable.length === 0) return { groups: [], preference: undefined, hiddenBehind: undefined, unoffered: [] };
  const needed = rsa.length > 0 ? undefined : await neededCurve(ask);
  // What cannot be taken away comes last: a server that goes by the client's order then shows all others before.
  const order = needed === undefined ? curves12 : [...curves12.filter(code => code !== needed), needed];
  const { found, unoffered } = await exclude(order, ask);
  const groups = found.map(({ code }) => code);
  const preference = await preferenceOf(groups, async offered => (await ask(offered))?.code);
  const isHiding = needed !== undefined && groups.at(-1) === needed && preference !== 'client';
  return {
    groups,
    preference,
    hiddenBehind: isHiding ? needed : undefined,
    unoffered: unoffered === undefined ? [] : [unoffered],
  };
}

/** The curve without which nothing goes, if there is one among those that certificates have. */
async function neededCurve(
  ask: (groups: readonly number[]) => Promise<Choice<Flight> | undefined>,
): Promise<number | undefined> {
  const { secp256r1, secp384r1, secp521r1 } = NamedGroup.values;
  for (const curve of [secp256r1, secp384r1, secp521r1]) {
    if ((await ask(curves12.filter(code => code !== curve))) === undefined) return curve;
  }
  return undefined;
}

/** Finite fields that the server takes by name; one that has a prime of its own, whatever the client says, shows none (RFC 7919 §4). */
async function findFields(prober: Prober, { version, suites }: SuitesFound): Promise<readonly number[]> {
  const dhe = suites.filter(({ value }) => value.keys.dhPrime !== undefined).map(({ code }) => code);
  if (dhe.length === 0) return [];
  const { found } = await exclude(ffdheGroups, async groups => {
    const flight = await prober.flight({ version, suites: dhe, groups });
    const code = fieldOf(flight?.keys.dhPrime);
    return flight === undefined || code === undefined ? undefined : { code, value: flight };
  });
  // A server of that kind would have changed its mind: one field, and again when it was not offered, is its own.
  const own = suites.find(({ value }) => value.keys.dhPrime !== undefined)?.value.keys.dhPrime;
  const isFixed = found.length === 1 && fieldOf(own) === found[0]?.code && (await insists(prober, version, dhe, own));
  return isFixed ? [] : found.map(({ code }) => code);
}

/** Whether the prime stays the same where the client names other groups alone. */
async function insists(
  prober: Prober,
  version: number,
  suites: readonly number[],
  own: Uint8Array | undefined,
): Promise<boolean> {
  const groups = ffdheGroups.filter(code => code !== fieldOf(own));
  const flight = await prober.flight({ version, suites, groups });
  return fieldOf(flight?.keys.dhPrime) === fieldOf(own);
}

/** The group of RFC 7919 that has this prime. */
export function fieldOf(prime: Uint8Array | undefined): number | undefined {
  if (prime === undefined || prime.length === 0) return undefined;
  const value = BigInt(`0x${Buffer.from(prime).toString('hex')}`);
  return ffdheGroups.find(code => ffdhePrime(NamedGroup.label(code) as FfdheName) === value);
}
