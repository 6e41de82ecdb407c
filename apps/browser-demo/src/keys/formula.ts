/** How a node is made, in the notation of the RFCs (RFC 9846 §7.1 to §7.3, §4.5.3; RFC 5246 §5, §6.3, §8.1; RFC 7627 §4). */
import { equalBytes } from '@tlskit/tls-wire';
import type { KeyNode } from '../lab/key-nodes.ts';
import { rangeOf, type TranscriptPoint } from '../lab/transcript.ts';
import type { End } from './model.ts';

export interface Formula {
  readonly lines: readonly string[];
  /** Where it is written. */
  readonly section: string;
}

/** The point of the transcript whose hash is the context. */
export function pointOf({ how, label, context }: KeyNode, { points }: End): TranscriptPoint | undefined {
  if (context.length === 0 || label === 'resumption' || how === 'input') return undefined;
  return points.find(({ hash }) => equalBytes(hash, context));
}

/** What a context is, as RFCs write it. */
export function contextOf(node: KeyNode, end: End): string {
  const { how, label, context } = node;
  if (label === 'resumption') return 'ticket_nonce';
  if (label === 'master secret') return 'ClientHello.random + ServerHello.random';
  if (label === 'key expansion') return 'server_random + client_random';
  const point = pointOf(node, end);
  if (point !== undefined) return rangeOf(point);
  return context.length === 0 || how === 'expand' ? '""' : 'handshake_messages';
}

export function formulaOf(node: KeyNode, end: End): Formula {
  const { how, name, label, value, from, context, offset = 0 } = node;
  const [first = '', second = ''] = from.map(number => end.nodes[number]?.name ?? '');
  const messages = contextOf(node, end);
  switch (how) {
    case 'input':
      return { lines: [], section: name.endsWith('master_secret') ? 'RFC 5246 §8.1' : 'RFC 9846 §7.1' };
    case 'extract':
      return { lines: [`HKDF-Extract(${first}, ${second})`], section: 'RFC 9846 §7.1' };
    case 'hmac': {
      const section = name === 'PskBinderEntry' ? 'RFC 9846 §4.3.11.2' : 'RFC 9846 §4.5.3';
      return { lines: [`HMAC(${first}, Transcript-Hash(${messages}))`], section };
    }
    case 'expand': {
      const hashed = context.length === value.length && label !== 'resumption';
      const expand = `HKDF-Expand-Label(${first}, "${label}", ${hashed ? `Transcript-Hash(${messages})` : messages}, ${value.length})`;
      const lines = hashed ? [`Derive-Secret(${first}, "${label}", ${messages})`, expand] : [expand];
      return { lines, section: sections[label ?? ''] ?? 'RFC 9846 §7.1' };
    }
    case 'prf':
      return prf(node, first, messages);
    case 'part':
      return { lines: [`${first}[${offset}..${offset + value.length - 1}]`], section: 'RFC 5246 §6.3' };
  }
}

const sections: Readonly<Record<string, string>> = {
  finished: 'RFC 9846 §4.5.3',
  'traffic upd': 'RFC 9846 §7.2',
  key: 'RFC 9846 §7.3',
  iv: 'RFC 9846 §7.3',
  resumption: 'RFC 9846 §4.7.1',
};

function prf({ label = '', name, value }: KeyNode, secret: string, messages: string): Formula {
  const cut = `[0..${value.length - 1}]`;
  if (label === 'extended master secret') {
    const lines = [`PRF(${secret}, "${label}", session_hash)${cut}`, `session_hash = Hash(${messages})`];
    return { lines, section: 'RFC 7627 §4' };
  }
  if (name === 'verify_data') {
    return { lines: [`PRF(${secret}, "${label}", Hash(${messages}))${cut}`], section: 'RFC 5246 §7.4.9' };
  }
  const section = name === 'key_block' ? 'RFC 5246 §6.3' : 'RFC 5246 §8.1';
  return { lines: [`PRF(${secret}, "${label}", ${messages})${name === 'key_block' ? '' : cut}`], section };
}
