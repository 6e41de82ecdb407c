/**
 * The key schedule of a connection as a graph, of what one end really computed. TLS 1.3: HKDF-Extract and HKDF-Expand-Label
 * (RFC 9846 §7.1); TLS 1.2: the PRF (RFC 5246 §5, §6.3, §8.1).
 */
import { toHex } from '@tlskit/tls-wire';
import type { Derivation } from './derivations.ts';

export interface KeyNode {
  /** Place in the order in which they were computed. */
  readonly number: number;
  /** What the RFC calls it. */
  readonly name: string;
  /** How it was made. */
  readonly how: 'extract' | 'expand' | 'finished' | 'prf';
  /** Of HKDF-Expand-Label without `tls13 `, or of the PRF. */
  readonly label: string | undefined;
  /** A transcript hash, or nothing; the seed of the PRF. */
  readonly context: Uint8Array;
  readonly value: Uint8Array;
  /** Numbers of the nodes that it was made of; what came from outside is none. */
  readonly from: readonly number[];
  /** What came from outside: a key that both know, or what the key exchange gave. */
  readonly input: Uint8Array | undefined;
}

/** RFC 9846 §7.1 to §7.5, by labels. */
const names13: Readonly<Record<string, string>> = {
  'ext binder': 'binder_key',
  'res binder': 'binder_key',
  'imp binder': 'binder_key',
  'c e traffic': 'client_early_traffic_secret',
  'e exp master': 'early_exporter_secret',
  derived: 'derived',
  'c hs traffic': 'client_handshake_traffic_secret',
  's hs traffic': 'server_handshake_traffic_secret',
  'c ap traffic': 'client_application_traffic_secret_0',
  's ap traffic': 'server_application_traffic_secret_0',
  'exp master': 'exporter_secret',
  'res master': 'resumption_secret',
  'traffic upd': 'application_traffic_secret_N+1',
  resumption: 'PSK of a ticket',
  finished: 'finished_key',
  key: 'write_key',
  iv: 'write_iv',
};

const stages = ['Early Secret', 'Handshake Secret', 'Main Secret'] as const;

/** @param derivations of one end, in order */
export function keySchedule13(derivations: readonly Derivation[]): readonly KeyNode[] {
  const nodes: KeyNode[] = [];
  const known = new Map<string, KeyNode>();
  const add = (node: Omit<KeyNode, 'number'>): void => {
    // Both directions ask for some twice, and get the same.
    const key = `${node.name} ${toHex(node.value)}`;
    if (known.has(key)) return;
    const made = { number: nodes.length, ...node };
    nodes.push(made);
    known.set(key, made);
    if (!known.has(toHex(node.value))) known.set(toHex(node.value), made);
  };
  const numberOf = (value: Uint8Array) => {
    const node = known.get(toHex(value));
    return node === undefined ? [] : [node.number];
  };
  let stage = 0;
  for (const derivation of derivations) {
    const { key, value } = derivation;
    const parent = known.get(toHex(key));
    if (derivation.type === 'expand') {
      const { label, context } = derivation;
      add({
        name: names13[label] ?? label,
        how: 'expand',
        label,
        context,
        value,
        from: numberOf(key),
        input: undefined,
      });
    } else if (parent?.name === 'finished_key') {
      const context = derivation.input;
      add({
        name: 'verify_data',
        how: 'finished',
        label: undefined,
        context,
        value,
        from: [parent.number],
        input: undefined,
      });
    } else if (parent === undefined || parent.name === 'derived') {
      const name = stages[parent === undefined ? 0 : stage] as string;
      const none = derivation.input.every(byte => byte === 0);
      const context = new Uint8Array(0);
      const input = none ? undefined : derivation.input;
      add({ name, how: 'extract', label: undefined, context, value, from: numberOf(key), input });
      stage = stages.indexOf(name as (typeof stages)[number]) + 1;
    }
  }
  return nodes;
}

const labels12: Readonly<Record<string, string>> = {
  'master secret': 'master_secret',
  'extended master secret': 'master_secret',
  'key expansion': 'key_block',
  'client finished': "client's verify_data",
  'server finished': "server's verify_data",
};

/** The PRF of TLS 1.2: A(1) = HMAC(secret, seed), and each block of output HMAC(secret, A(i) + seed) (RFC 5246 §5). */
export function keySchedule12(derivations: readonly Derivation[]): readonly KeyNode[] {
  const nodes: KeyNode[] = [];
  let current: { key: Uint8Array; seed: Uint8Array; label: string; blocks: Uint8Array[] } | undefined;
  const finish = (): void => {
    if (current === undefined) return;
    const { key, seed, label, blocks } = current;
    current = undefined;
    const name = labels12[label] as string;
    const [length] = name.endsWith('verify_data') ? [12] : name === 'master_secret' ? [48] : [undefined];
    const whole = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
    let at = 0;
    for (const block of blocks) {
      whole.set(block, at);
      at += block.length;
    }
    const value = whole.subarray(0, length);
    // Both ends' Finished are computed by each, one of them twice.
    if (nodes.some(node => node.name === name && toHex(node.value) === toHex(value))) return;
    const parent = nodes.find(node => toHex(node.value) === toHex(key));
    nodes.push({
      number: nodes.length,
      name,
      how: 'prf',
      label,
      context: seed.subarray(label.length),
      value,
      from: parent === undefined ? [] : [parent.number],
      input: parent === undefined ? key : undefined,
    });
  };
  for (const { type, key, value, ...rest } of derivations) {
    if (type !== 'hmac') continue;
    const { input } = rest as { input: Uint8Array };
    const begun = Object.keys(labels12).find(label => startsWith(input, label));
    if (begun !== undefined) {
      finish();
      current = { key, seed: input, label: begun, blocks: [] };
    } else if (current !== undefined && toHex(current.key) === toHex(key) && endsWith(input, current.seed)) {
      current.blocks.push(value);
    }
  }
  finish();
  return nodes;
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && [...text].every((letter, index) => bytes[index] === letter.charCodeAt(0));
}

function endsWith(bytes: Uint8Array, tail: Uint8Array): boolean {
  const from = bytes.length - tail.length;
  return from >= 0 && tail.every((byte, index) => bytes[from + index] === byte);
}
