/** Where a node is used: the records that a key protects, or that a value is sent in; and what it is called in a key log. */
import type { RecordEntry } from '@tlskit/tls-inspect';
import { equalBytes, toHex } from '@tlskit/tls-wire';
import type { KeyNode } from '../lab/key-nodes.ts';
import type { Connection } from '../lab/run.ts';

export interface Uses {
  readonly how: 'protects' | 'sent';
  readonly records: readonly number[];
}

export function usesOf(node: KeyNode, nodes: readonly KeyNode[], records: readonly RecordEntry[]): Uses | undefined {
  const { how, name, whose, from, value } = node;
  if (how === 'part') return protects(records.filter(({ sender, protection }) => sender === whose && protection));
  if (/_write_(key|iv)$/.test(name)) {
    const iv = nodes.find(other => other.label === 'iv' && other.from[0] === from[0]);
    return protects(records.filter(record => record.sender === whose && iv !== undefined && isUnder(record, iv.value)));
  }
  if (name !== 'verify_data' && name !== 'PskBinderEntry') return undefined;
  const within = records.filter(({ messages }) => messages.some(({ section }) => contains(section.bytes, value)));
  return { how: 'sent', records: within.map(({ number }) => number) };
}

/** The label of the line in which the value is: of RFC 9850. */
export function keyLogName({ value }: KeyNode, { keyLog }: Connection): string | undefined {
  const secret = toHex(value);
  return keyLog.map(line => line.split(' ')).find(([, , logged]) => logged === secret)?.[0];
}

function protects(records: readonly RecordEntry[]): Uses {
  return { how: 'protects', records: records.map(({ number }) => number) };
}

/** RFC 9846 §5.3: the nonce is the IV, with the number of the record XORed onto its end. */
function isUnder({ protection }: RecordEntry, iv: Uint8Array): boolean {
  const { nonce, sequence } = protection ?? {};
  if (nonce === undefined || sequence === undefined) return false;
  const own = nonce.slice();
  for (let at = own.length - 1, left = sequence; left > 0; at--, left = Math.floor(left / 256)) {
    own[at] = (own[at] as number) ^ (left & 255);
  }
  return equalBytes(own, iv);
}

function contains(bytes: Uint8Array, value: Uint8Array): boolean {
  for (let at = 0; at + value.length <= bytes.length; at++) {
    if (equalBytes(bytes.subarray(at, at + value.length), value)) return true;
  }
  return false;
}
