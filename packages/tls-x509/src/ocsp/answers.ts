/** Answers that were asked for, kept until there are newer ones. */
import type { Hash } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import type { RevocationAnswer, RevocationQuestion } from '../revocation.ts';

interface Kept {
  readonly answer: RevocationAnswer;
  /** Milliseconds since 1970. */
  readonly until: number;
}

export class AnswerCache {
  readonly #size: number;
  readonly #sha256: Hash;
  // In the order of their coming, so that the oldest goes first.
  readonly #kept = new Map<string, Kept>();

  /** @param size answers that are kept at most; 0 for none */
  constructor(size: number, sha256: Hash) {
    this.#size = size;
    this.#sha256 = sha256;
  }

  find(question: RevocationQuestion): RevocationAnswer | undefined {
    if (this.#size === 0) return undefined;
    const key = this.#keyOf(question);
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (question.tools.policy.time <= kept.until) return kept.answer;
    this.#kept.delete(key);
    return undefined;
  }

  keep(question: RevocationQuestion, answer: RevocationAnswer, until: number): void {
    if (this.#size === 0) return;
    const key = this.#keyOf(question);
    this.#kept.delete(key);
    this.#kept.set(key, { answer, until });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#size) break;
      this.#kept.delete(oldest);
    }
  }

  /** The certificate, the key that its issuer has here, what signatures were good enough, and whether it is a leaf, whose answers last less long. */
  #keyOf({ certificate, issuer, isLeaf, tools }: RevocationQuestion): string {
    const { minimumRsaBits, sha1 } = tools.policy.algorithms;
    return `${toHex(this.#sha256.digest(certificate.der))}/${toHex(this.#sha256.digest(issuer.spki))}/${minimumRsaBits}/${sha1}/${isLeaf}`;
  }
}
