/** What a key schedule is made of, whatever its version: nodes, each of which somebody computed, or brought along. */
import type { Sender } from '@tlskit/tls-inspect';
import type { Derivation } from './derivations.ts';
import type { Connection } from './run.ts';

/** How a node came to be: from outside, or by one of the functions of RFC 9846 §7.1 and §4.5.3, or RFC 5246 §5 and §6.3. */
export type How = 'input' | 'extract' | 'expand' | 'hmac' | 'prf' | 'part';

export interface KeyNode {
  /** Place in the order in which they were computed. */
  readonly number: number;
  /** What the RFC calls it. */
  readonly name: string;
  readonly how: How;
  /** Of HKDF-Expand-Label without `tls13 `, or of the PRF. */
  readonly label: string | undefined;
  /** A transcript hash, or nothing; the seed of the PRF. */
  readonly context: Uint8Array;
  readonly value: Uint8Array;
  /** Numbers of the nodes that it was made of: of HKDF-Extract the salt, then the IKM. */
  readonly from: readonly number[];
  /** Of whose sending it is; undefined for what serves both. */
  readonly whose: Sender | undefined;
  /** Index of the step of the connection in which it was computed first. */
  readonly step: number;
  /** Of a part: where it begins in what it was cut from. */
  readonly offset?: number;
  /** Of the PRF: A(1), A(2), … and the output that each of them gave. */
  readonly rounds?: readonly Round[];
}

/** One step of P_hash (RFC 5246 §5). */
export interface Round {
  readonly a: Uint8Array;
  readonly block: Uint8Array;
}

/** A derivation, and the step of the connection that it was. */
export interface Derived {
  readonly step: number;
  readonly derivation: Derivation;
}

/** What one end computed, in order. */
export function derivedBy({ steps }: Connection, at: Sender): readonly Derived[] {
  return steps.flatMap((step, index) =>
    step.type === 'derived' && step.at === at ? [{ step: index, derivation: step.derivation }] : [],
  );
}

/** Nodes, as they come, with their numbers. */
export class KeyNodes {
  readonly all: KeyNode[] = [];

  add(node: Omit<KeyNode, 'number'>): KeyNode {
    const made = { number: this.all.length, ...node };
    this.all.push(made);
    return made;
  }
}

export const none = new Uint8Array(0);
