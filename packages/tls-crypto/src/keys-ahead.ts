/** Key pairs for key exchange that are made before anybody waits for them: a connection begins, or answers, with one that lies ready. */
import type { CryptoProvider, GroupName, KeyExchange, KeyOffer } from './provider.ts';

export interface KeysAhead {
  /** The groups to have keys ready for, such as `['x25519']`; those that the provider lacks are passed over. */
  readonly groups: readonly GroupName[];
  /** How many lie ready of each group, 1 to 1000; 4 by default. Whoever reads the memory of the process has that many keys to come. */
  readonly count?: number | undefined;
  /** Runs a task when there is time, one after another; by default `setTimeout`, with no delay. */
  readonly later?: ((task: () => void) => void) | undefined;
}

/**
 * The provider, with keys made ahead for these groups. Each is used once; when one is taken, another is made as soon as there is time. Where
 * none lies ready it is made as ever. It helps where the process is idle between connections, and with groups whose keys take long: the
 * next one then answers sooner by what a pair takes. Where connections come one upon another there is no such time, and it costs what the
 * scheduling does: leave it out there. Of groups with ML-KEM it is the client's keys alone: what a server has to make there depends on the
 * client's.
 * @throws RangeError for a count that is none
 */
export function withKeysAhead<P extends CryptoProvider>(provider: P, { groups, count = 4, later }: KeysAhead): P {
  if (!Number.isInteger(count) || count < 1 || count > 1000) throw new RangeError(`count is 1 to 1000, not ${count}`);
  const schedule = later ?? (task => void setTimeout(task, 0));
  const ahead = groups.flatMap(name => {
    const exchange = provider.groups[name];
    return exchange === undefined ? [] : [[name, keysAhead(exchange, count, schedule)] as const];
  });
  return { ...provider, groups: { ...provider.groups, ...Object.fromEntries(ahead) } };
}

function keysAhead(exchange: KeyExchange, count: number, later: (task: () => void) => void): KeyExchange {
  const ready: KeyOffer[] = [];
  let making = false;
  const fill = () => {
    if (making || ready.length >= count) return;
    making = true;
    later(make);
  };
  const make = () => {
    const keep = (offer: KeyOffer) => {
      making = false;
      ready.push(offer);
      fill();
    };
    // Who needs a key makes one, and hears then what is wrong.
    const giveUp = () => {
      making = false;
    };
    try {
      const offer = exchange.offer();
      if (offer instanceof Promise) offer.then(keep, giveUp);
      else keep(offer);
    } catch {
      giveUp();
    }
  };
  const take = () => {
    const offer = ready.shift();
    fill();
    return offer;
  };
  fill();
  const isDiffieHellman = !exchange.name.includes('MLKEM');
  return {
    name: exchange.name,
    offer: () => take() ?? exchange.offer(),
    respond(peerShare) {
      const own = isDiffieHellman ? take() : undefined;
      if (own === undefined) return exchange.respond(peerShare);
      // In Diffie-Hellman both sides do the same.
      const { share } = own;
      const secret = own.complete(peerShare);
      return secret instanceof Promise
        ? secret.then(sharedSecret => ({ share, sharedSecret }))
        : { share, sharedSecret: secret };
    },
  };
}
