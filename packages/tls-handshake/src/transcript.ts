/** The transcript hash (RFC 9846 §4.1). */
import type { Hash, HashContext } from '@tlskit/tls-crypto';
import { encodeMessage, messageHash } from '@tlskit/tls-messages';
import { concat } from '@tlskit/tls-wire';

/**
 * The handshake messages so far, as they were on the wire, and their hash.
 * Until the hash function is known the messages are kept; afterwards only the hash's state is.
 */
export class Transcript {
  #pending: Uint8Array[] = [];
  /** All messages, where a signature is to be made over them. */
  #kept: Uint8Array[] | undefined;
  #hash: Hash | undefined;
  #context: HashContext | undefined;

  /** Appends one message, header included. The bytes are copied if they must be kept. */
  add(message: Uint8Array): void {
    if (this.#context !== undefined) this.#kept?.push(message.slice());
    if (this.#context === undefined) this.#pending.push(message.slice());
    else this.#context.update(message);
  }

  /** Fixes the hash function. Asking again for the same is no harm. */
  use(hash: Hash): void {
    if (this.#hash?.name === hash.name) return;
    if (this.#hash !== undefined) throw new Error(`the transcript is under ${this.#hash.name} already`);
    this.#hash = hash;
    this.#context = hash.create();
    for (const message of this.#pending) this.#context.update(message);
    this.#pending = [];
  }

  /**
   * Keeps the messages, whose hash alone is kept otherwise: a CertificateVerify of TLS 1.2 signs them with a hash of its own
   * (RFC 5246 §7.4.8). @throws Error when the hash function was fixed before
   */
  keep(): void {
    if (this.#context !== undefined) throw new Error('messages are gone already');
    this.#kept = [...this.#pending];
  }

  /** Everything so far, of what is kept since {@link keep}; it is kept no longer. */
  takeMessages(): Uint8Array {
    const messages = concat(...(this.#kept ?? []));
    this.#kept = undefined;
    return messages;
  }

  /** The hash over everything so far; of no bytes, when there is nothing. @throws Error before {@link use} */
  hash(): Uint8Array {
    if (this.#context === undefined) throw new Error('the transcript has no hash function yet');
    return this.#context.digest();
  }

  /** Nobody asks for a hash any more: an idle connection keeps no state of one. {@link hash} throws from here on. */
  forget(): void {
    this.#pending = [];
    this.#kept = this.#hash = this.#context = undefined;
  }

  /**
   * Puts other messages in the place of those that are kept, for hellos that stand for others ({@link condense}, {@link recall}).
   * @throws Error when the hash function was fixed before
   */
  rewrite(edit: (messages: readonly Uint8Array[]) => readonly Uint8Array[]): void {
    if (this.#context !== undefined) throw new Error('the messages are hashed already');
    this.#pending = [...edit(this.#pending)];
  }

  /** An independent copy, for hashes over messages that are not, or not wholly, part of the transcript (PSK binders). */
  fork(): Transcript {
    const copy = new Transcript();
    copy.#pending = [...this.#pending];
    copy.#hash = this.#hash;
    copy.#context = this.#context?.clone();
    return copy;
  }
}

/**
 * Replaces the first ClientHello by the synthetic message_hash, as a HelloRetryRequest demands.
 * @throws Error when the hash function was fixed before, or nothing was said
 */
export function condense(transcript: Transcript, hash: Hash): void {
  transcript.rewrite(([clientHello, ...others]) => {
    if (clientHello === undefined) throw new Error('there is no ClientHello to condense');
    return [encodeMessage(messageHash, hash.digest(clientHello)), ...others];
  });
}

/**
 * Puts before all messages what a HelloRetryRequest without state left out: a message_hash of this digest, and the request.
 * @throws Error when the hash function was fixed before
 */
export function recall(transcript: Transcript, helloDigest: Uint8Array, retryRequest: Uint8Array): void {
  transcript.rewrite(messages => [encodeMessage(messageHash, helloDigest), retryRequest, ...messages]);
}

/**
 * A {@link Transcript.fork} without the last message, for what is computed over a part of that message.
 * @throws Error when there is none, or when the hash function was fixed before
 */
export function forkBefore(transcript: Transcript): Transcript {
  const copy = transcript.fork();
  copy.rewrite(messages => {
    if (messages.length === 0) throw new Error('there is no last message');
    return messages.slice(0, -1);
  });
  return copy;
}
