/** Shared secrets from the private keys of a trace: both ends compute, and must find the same (RFC 9846 §7.4). */
import type { GroupName, KeyOffer } from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import { everything } from './everything.ts';
import type { Party } from './handshake.ts';

export interface PrivateKey {
  readonly who: Party;
  readonly group: string;
  readonly key: Uint8Array;
}

/**
 * The offer that a private key makes. The provider draws its private keys from `random` as they are, so that one can be
 * handed in; undefined for a group that it lacks, or that draws in another way.
 */
export function offerOf(group: string, key: Uint8Array): KeyOffer | undefined {
  const random = (length: number) => {
    if (key.length > length) throw new RangeError(`a private key of ${group} has ${length} bytes, got ${key.length}`);
    const padded = new Uint8Array(length);
    padded.set(key, length - key.length);
    return padded;
  };
  const exchange = everything({ random }).groups[group as GroupName];
  return exchange?.offer() as KeyOffer | undefined;
}

/** From whichever private keys there are. They must fit the shares on the wire, and find the same secret. */
export function sharedSecretOf(
  group: GroupName,
  keys: readonly PrivateKey[],
  shares: { readonly [P in Party]: Uint8Array },
): { readonly secret: Uint8Array | undefined; readonly faults: readonly string[] } {
  let secret: Uint8Array | undefined;
  const faults: string[] = [];
  const fitting = keys.filter(key => key.group === group);
  if (fitting.length === 0 && keys.length > 0) faults.push(`no private key is one of ${group}, which was selected`);
  for (const { who, key } of fitting) {
    const offer = offerOf(group, key);
    if (offer === undefined) break;
    if (!equalBytes(offer.share, shares[who])) {
      faults.push(`the ${who}'s private key of ${group} is not that of its share`);
      continue;
    }
    const found = offer.complete(shares[who === 'client' ? 'server' : 'client']) as Uint8Array;
    if (secret !== undefined && !equalBytes(secret, found)) faults.push('the two ends find different secrets');
    secret ??= found;
  }
  return { secret, faults };
}
