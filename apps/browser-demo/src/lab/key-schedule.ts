/** The key schedule of TLS 1.3 as a graph, of what one end really computed: HKDF-Extract and HKDF-Expand-Label (RFC 9846 §7.1). */
import type { Sender } from '@tlskit/tls-inspect';
import { equalBytes, toHex } from '@tlskit/tls-wire';
import { type Derived, type KeyNode, KeyNodes, none } from './key-nodes.ts';

/** RFC 9846 §7.1 to §7.5, by labels; `*` stands for the sender, `#` for a number. */
const names: Readonly<Record<string, string>> = {
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
  'traffic upd': '*_application_traffic_secret_#',
  resumption: 'PSK of a ticket',
  finished: 'finished_key',
  key: '*_write_key',
  iv: '*_write_iv',
};

const stages = ['Early Secret', 'Handshake Secret', 'Main Secret'] as const;

/**
 * @param derived by one end, in order
 * @param isTranscript whether something is a hash of the transcript: a binder over anything else is a mark that the library has of the
 *   key, for itself, and no part of the handshake
 */
export function keySchedule13(
  derived: readonly Derived[],
  isTranscript: (hash: Uint8Array) => boolean = () => true,
): readonly KeyNode[] {
  return new Schedule(derived, isTranscript).nodes.all;
}

class Schedule {
  readonly nodes = new KeyNodes();
  /** By how they are made: both directions, and both hellos, ask for some again, and get the same. */
  readonly #made = new Map<string, KeyNode>();
  readonly #byValue = new Map<string, KeyNode>();

  readonly #isTranscript: (hash: Uint8Array) => boolean;

  constructor(derived: readonly Derived[], isTranscript: (hash: Uint8Array) => boolean) {
    this.#isTranscript = isTranscript;
    for (const each of derived) this.#add(each);
  }

  #add({ derivation, step }: Derived): void {
    const { key, value } = derivation;
    const how = derivation.type === 'expand' ? [derivation.label, derivation.context] : [derivation.input];
    const id = [key, ...how, value].map(part => (typeof part === 'string' ? part : toHex(part))).join(' ');
    if (this.#made.has(id)) return;
    const parent = this.#byValue.get(toHex(key));
    const node =
      derivation.type === 'expand'
        ? this.#expand(parent, derivation, step)
        : parent?.name === 'finished_key'
          ? this.#verify(parent, derivation, step)
          : this.#extract(parent, derivation, step);
    if (node === undefined) return;
    this.#made.set(id, node);
    this.#byValue.set(toHex(value), node);
  }

  #expand(
    parent: KeyNode | undefined,
    { label, context, value }: { label: string; context: Uint8Array; value: Uint8Array },
    step: number,
  ): KeyNode | undefined {
    if (parent === undefined) return undefined;
    const whose = this.#whose(label, parent);
    const name = (names[label] ?? label).replace('*', whose ?? '').replace('#', String(generation(parent) + 1));
    return this.nodes.add({ name, how: 'expand', label, context, value, from: [parent.number], whose, step });
  }

  #verify(
    parent: KeyNode,
    { input, value }: { input: Uint8Array; value: Uint8Array },
    step: number,
  ): KeyNode | undefined {
    const base = this.nodes.all[parent.from[0] as number] as KeyNode;
    const name = base.name === 'binder_key' ? 'PskBinderEntry' : 'verify_data';
    if (name === 'PskBinderEntry' && !this.#isTranscript(input)) return undefined;
    const { number, whose } = parent;
    return this.nodes.add({ name, how: 'hmac', label: undefined, context: input, value, from: [number], whose, step });
  }

  /** RFC 9846 §7.1: the salt of the Early Secret is 0, that of the others "derived" of the one before. */
  #extract(
    salt: KeyNode | undefined,
    { key, input, value }: { key: Uint8Array; input: Uint8Array; value: Uint8Array },
    step: number,
  ): KeyNode | undefined {
    const above = salt?.name === 'derived' ? (this.nodes.all[salt.from[0] as number] as KeyNode) : undefined;
    if (above === undefined && !isZero(key)) return undefined;
    const name = stages[above === undefined ? 0 : stages.indexOf(above.name as (typeof stages)[number]) + 1];
    if (name === undefined) return undefined;
    const saltNode = salt ?? this.#input('0', key, step);
    const ikm = isZero(input) ? '0' : name === 'Early Secret' ? 'PSK' : 'shared secret';
    const from = [saltNode.number, this.#input(ikm, input, step).number];
    return this.nodes.add({
      name,
      how: 'extract',
      label: undefined,
      context: none,
      value,
      from,
      whose: undefined,
      step,
    });
  }

  #input(name: string, value: Uint8Array, step: number): KeyNode {
    return this.nodes.add({
      name,
      how: 'input',
      label: undefined,
      context: none,
      value,
      from: [],
      whose: undefined,
      step,
    });
  }

  /** Keys and what else comes of a secret are of whom the secret is of. */
  #whose(label: string, parent: KeyNode): Sender | undefined {
    if (/^c .+ traffic$|binder$/.test(label)) return 'client';
    if (/^s .+ traffic$/.test(label)) return 'server';
    return parent.whose;
  }
}

/** The N of application_traffic_secret_N. */
function generation({ name }: KeyNode): number {
  return Number(/_(\d+)$/.exec(name)?.[1] ?? -1);
}

function isZero(bytes: Uint8Array): boolean {
  return equalBytes(bytes, new Uint8Array(bytes.length));
}
