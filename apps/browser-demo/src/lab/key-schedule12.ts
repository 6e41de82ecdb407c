/** The key schedule of TLS 1.2 as a graph: the PRF, and the key block cut into its parts (RFC 5246 §5, §6.3, §8.1; RFC 7627 §4). */
import type { Sender } from '@tlskit/tls-inspect';
import { ascii, concat, equalBytes, toHex } from '@tlskit/tls-wire';
import { type Derived, type KeyNode, KeyNodes, none, type Round } from './key-nodes.ts';

/** Bytes of the parts of a key block, as the suite has them. */
export interface KeyBlockLengths {
  readonly macKeyLength: number;
  readonly keyLength: number;
  readonly ivLength: number;
}

interface Use {
  readonly name: string;
  /** Bytes; undefined for as many as the suite's keys have. */
  readonly length: number | undefined;
  readonly whose?: Sender;
}

/** By the label of the PRF. */
const uses: Readonly<Record<string, Use>> = {
  'master secret': { name: 'master_secret', length: 48 },
  'extended master secret': { name: 'master_secret', length: 48 },
  'key expansion': { name: 'key_block', length: undefined },
  'client finished': { name: 'verify_data', length: 12, whose: 'client' },
  'server finished': { name: 'verify_data', length: 12, whose: 'server' },
};

/** One call of the PRF, while its HMACs come in. */
interface Call {
  readonly secret: Uint8Array;
  readonly label: string;
  /** Label and seed. */
  readonly seed: Uint8Array;
  readonly step: number;
  /** The newest A(i). */
  a: Uint8Array;
  readonly rounds: Round[];
}

/** @param derived by one end, in order. @param lengths undefined where no suite was agreed on */
export function keySchedule12(derived: readonly Derived[], lengths?: KeyBlockLengths): readonly KeyNode[] {
  const nodes = new KeyNodes();
  for (const call of callsIn(derived)) addCall(nodes, call, lengths);
  return nodes.all;
}

/** A(1) = HMAC(secret, label + seed), each block of output is HMAC(secret, A(i) + label + seed), and A(i + 1) HMAC(secret, A(i)). */
function callsIn(derived: readonly Derived[]): readonly Call[] {
  const calls: Call[] = [];
  for (const { derivation, step } of derived) {
    if (derivation.type !== 'hmac') continue;
    const { key, input, value } = derivation;
    const label = Object.keys(uses).find(each => startsWith(input, ascii(each)));
    const call = calls.at(-1);
    if (label !== undefined) {
      calls.push({ secret: key, label, seed: input, step, a: value, rounds: [] });
    } else if (call !== undefined && equalBytes(call.secret, key)) {
      if (equalBytes(input, call.a)) call.a = value;
      else if (equalBytes(input, concat(call.a, call.seed))) call.rounds.push({ a: call.a, block: value });
    }
  }
  return calls;
}

function addCall(nodes: KeyNodes, call: Call, lengths: KeyBlockLengths | undefined): void {
  const { secret, label, seed, step, rounds } = call;
  const { name, length, whose } = uses[label] as Use;
  const output = concat(...rounds.map(({ block }) => block));
  const value = output.subarray(0, length ?? (lengths === undefined ? undefined : sizeOf(lengths)));
  // Each end computes its own Finished once, and the other's to compare; some twice.
  if (nodes.all.some(node => node.name === name && toHex(node.value) === toHex(value))) return;
  const brought = name === 'master_secret' ? 'pre_master_secret' : 'master_secret';
  const parent =
    nodes.all.find(node => node.how !== 'part' && equalBytes(node.value, secret)) ??
    nodes.add({
      name: brought,
      how: 'input',
      label: undefined,
      context: none,
      value: secret,
      from: [],
      whose: undefined,
      step,
    });
  const context = seed.subarray(label.length);
  const node = nodes.add({
    name,
    how: 'prf',
    label,
    context,
    value,
    from: [parent.number],
    whose,
    step,
    rounds,
  });
  if (name === 'key_block' && lengths !== undefined) cut(nodes, node, lengths);
}

/** RFC 5246 §6.3, in the order of that section; parts of no bytes are none. */
function cut(nodes: KeyNodes, block: KeyNode, { macKeyLength, keyLength, ivLength }: KeyBlockLengths): void {
  let offset = 0;
  const sizes = [
    ['MAC_key', macKeyLength],
    ['key', keyLength],
    ['IV', ivLength],
  ] as const;
  for (const [part, length] of sizes) {
    if (length === 0) continue;
    for (const whose of ['client', 'server'] as const) {
      const value = block.value.subarray(offset, offset + length);
      nodes.add({
        name: `${whose}_write_${part}`,
        how: 'part',
        label: undefined,
        context: none,
        value,
        from: [block.number],
        whose,
        step: block.step,
        offset,
      });
      offset += length;
    }
  }
}

function sizeOf({ macKeyLength, keyLength, ivLength }: KeyBlockLengths): number {
  return 2 * (macKeyLength + keyLength + ivLength);
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return bytes.length > beginning.length && equalBytes(bytes.subarray(0, beginning.length), beginning);
}
