/**
 * Two key exchanges as one (RFC 9954 §3; draft-ietf-tls-ecdhe-mlkem): shares and secrets are those of the halves, one
 * behind the other, of fixed lengths. The secret is good as long as one half is.
 */
import {
  CryptoError,
  type GroupName,
  type KeyExchange,
  type KeyOffer,
  type MaybePromise,
  wipe,
} from '@tlskit/tls-crypto';
import { concat } from '@tlskit/tls-wire';
import type { Kem } from './ml-kem.ts';

export interface Half {
  readonly exchange: Kem;
  /** Bytes of the share that offers, and of the one that answers. */
  readonly offerLength: number;
  readonly answerLength: number;
}

/** @param first whose share and secret come first */
export function hybrid(name: GroupName, first: Half, second: Half): KeyExchange {
  return {
    name,
    offer: () =>
      both(
        () => first.exchange.offer(),
        () => second.exchange.offer(),
        offer => offer.wipe(),
        (a, b) => new HybridOffer(name, a, b, first.answerLength, second.answerLength),
      ),
    respond(peerShare) {
      const [left, right] = cut(name, peerShare, first.offerLength, second.offerLength);
      return both(
        () => first.exchange.respond(left),
        () => second.exchange.respond(right),
        answer => wipe(answer.sharedSecret),
        (a, b) => ({
          share: concat(a.share, b.share),
          sharedSecret: joined(a.sharedSecret, b.sharedSecret),
        }),
      );
    },
  };
}

class HybridOffer implements KeyOffer {
  readonly share: Uint8Array;
  readonly #name: GroupName;
  readonly #first: KeyOffer;
  readonly #second: KeyOffer;
  readonly #firstLength: number;
  readonly #secondLength: number;
  #ended = false;

  constructor(name: GroupName, first: KeyOffer, second: KeyOffer, firstLength: number, secondLength: number) {
    this.share = concat(first.share, second.share);
    this.#name = name;
    this.#first = first;
    this.#second = second;
    this.#firstLength = firstLength;
    this.#secondLength = secondLength;
  }

  complete(peerShare: Uint8Array): MaybePromise<Uint8Array> {
    if (this.#ended) throw new CryptoError('misuse', 'this key offer was completed or wiped');
    this.#ended = true;
    // A half that refuses leaves the other one uncompleted, with its key.
    return ending(
      () => {
        const [left, right] = cut(this.#name, peerShare, this.#firstLength, this.#secondLength);
        return both(
          () => this.#first.complete(left),
          () => this.#second.complete(right),
          wipe,
          joined,
        );
      },
      () => this.wipe(),
    );
  }

  wipe(): void {
    this.#ended = true;
    this.#first.wipe();
    this.#second.wipe();
  }
}

/** @throws CryptoError `invalid-share` */
function cut(name: GroupName, share: Uint8Array, first: number, second: number): [Uint8Array, Uint8Array] {
  if (share.length !== first + second) {
    throw new CryptoError('invalid-share', `${name}: a share of ${share.length} bytes, not ${first + second}`);
  }
  return [share.subarray(0, first), share.subarray(first)];
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const secret = concat(first, second);
  wipe(first, second);
  return secret;
}

/**
 * Two steps and their joint result, with promises only where a step makes one, and then both at the same time; when one fails, what came
 * of the other is discarded.
 */
function both<Part, Result>(
  left: () => MaybePromise<Part>,
  right: () => MaybePromise<Part>,
  discard: (part: Part) => void,
  join: (a: Part, b: Part) => Result,
): MaybePromise<Result> {
  const first = left();
  if (first instanceof Promise) return bothLate(first, right, discard, join);
  let failed = true;
  return ending(
    () =>
      then(right(), second => {
        failed = false;
        return join(first, second);
      }),
    () => {
      if (failed) discard(first);
    },
  );
}

async function bothLate<Part, Result>(
  first: Promise<Part>,
  right: () => MaybePromise<Part>,
  discard: (part: Part) => void,
  join: (a: Part, b: Part) => Result,
): Promise<Result> {
  const [a, b] = await Promise.allSettled([first, (async () => right())()]);
  if (a.status === 'fulfilled' && b.status === 'fulfilled') return join(a.value, b.value);
  if (a.status === 'fulfilled') discard(a.value);
  if (b.status === 'fulfilled') discard(b.value);
  throw a.status === 'rejected' ? a.reason : (b as PromiseRejectedResult).reason;
}

function then<T, Result>(value: MaybePromise<T>, next: (value: T) => MaybePromise<Result>): MaybePromise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Does `last` when `run` is over, whatever came of it. */
function ending<T>(run: () => MaybePromise<T>, last: () => void): MaybePromise<T> {
  let result: MaybePromise<T>;
  try {
    result = run();
  } catch (error) {
    last();
    throw error;
  }
  if (result instanceof Promise) return result.finally(last);
  last();
  return result;
}
