/**
 * How a record is protected: the keys, what the nonce is made of, what is authenticated beside the content. The static IV is looked up among
 * what the ends derived, and is it only if it makes the nonce that was used.
 */
import type { RecordEntry, Sender } from '@tlskit/tls-inspect';
import { concat, toHex } from '@tlskit/tls-wire';
import type { Derived, KeyNode } from '../lab/key-nodes.ts';
import { keySchedule13 } from '../lab/key-schedule.ts';
import { type KeyBlockLengths, keySchedule12 } from '../lab/key-schedule12.ts';
import type { ReadingContext } from './context.ts';
import { EXPLICIT, hasExplicitNonce } from './refine.ts';

/** TLS 1.3; TLS 1.2 with a nonce of IV and number, with one that is in the record, and CBC with HMAC. */
export type ProtectionForm = 'tls13' | 'xor12' | 'explicit12' | 'cbc12';

export interface Row {
  readonly name:
    | 'secret'
    | 'write_key'
    | 'write_iv'
    | 'mac_key'
    | 'sequence'
    | 'nonce'
    | 'iv'
    | 'implicit'
    | 'explicit'
    | 'seq_num'
    | 'opaque_type'
    | 'legacy_record_version'
    | 'type'
    | 'version'
    | 'length'
    | 'tag'
    | 'mac';
  readonly bytes: Uint8Array;
  /** What it says, where bytes do not; the RFC's name of a secret. */
  readonly text?: string;
  /** How many bytes further right it stands. */
  readonly indent?: number;
}

export interface ProtectionFacts {
  readonly form: ProtectionForm;
  /** As far as they are known. */
  readonly keys: readonly Row[];
  /** One below another: the last is made of those above. */
  readonly nonce: readonly Row[];
  readonly additional: readonly Row[];
  readonly tag: Row;
  /** What a CBC record encrypts, in bytes: the MAC is 0 where it is behind the cipher text. */
  readonly cbc: { readonly content: number; readonly mac: number; readonly padding: number } | undefined;
}

const HEADER = 5;

/** Undefined where there were no keys. @param derived by one end */
export function protectionFacts(
  entry: RecordEntry,
  context: ReadingContext,
  derived: readonly Derived[],
): ProtectionFacts | undefined {
  const { protection, record, inner } = entry;
  if (protection?.sequence === undefined || protection.nonce === undefined || inner === undefined) return undefined;
  const { sequence, nonce, tagLength } = protection;
  const { bytes } = record;
  const form = formOf(context);
  const body = bytes.subarray(HEADER);
  const isInside = form === 'cbc12' && !context.encryptThenMac;
  const tag = isInside ? new Uint8Array(0) : body.subarray(body.length - tagLength);
  const common = { form, tag: { name: form === 'cbc12' ? 'mac' : 'tag', bytes: tag } as Row };
  const number = seqNum(sequence);
  if (form === 'tls13') {
    const { iv, keys } = keys13(nonce, number, derived);
    return { ...common, keys, nonce: xorRows(iv, number, nonce), additional: headerRows(entry), cbc: undefined };
  }
  const { keys, iv } = keys12(entry.sender, context, derived);
  const blocks = body.length - nonce.length - (isInside ? 0 : tagLength);
  const mac = isInside ? tagLength : 0;
  const length = form === 'cbc12' && context.encryptThenMac ? nonce.length + blocks : inner.bytes.length;
  const additional: Row[] = [
    { name: 'seq_num', bytes: number, text: String(sequence) },
    { name: 'type', bytes: bytes.subarray(0, 1), text: textAt(entry, 'opaque_type') },
    { name: 'version', bytes: bytes.subarray(1, 3), text: textAt(entry, 'legacy_record_version') },
    { name: 'length', bytes: Uint8Array.of(length >> 8, length & 0xff), text: String(length) },
  ];
  const made: Record<Exclude<ProtectionForm, 'tls13'>, readonly Row[]> = {
    xor12: xorRows(iv, number, nonce),
    explicit12: [
      { name: 'implicit', bytes: iv ?? nonce.subarray(0, nonce.length - EXPLICIT) },
      { name: 'explicit', bytes: body.subarray(0, EXPLICIT), indent: nonce.length - EXPLICIT },
      { name: 'nonce', bytes: nonce },
    ],
    cbc12: [{ name: 'iv', bytes: nonce }],
  };
  const cbc = { content: inner.bytes.length, mac, padding: blocks - inner.bytes.length - mac };
  return { ...common, keys, nonce: made[form], additional, cbc: form === 'cbc12' ? cbc : undefined };
}

function formOf(context: ReadingContext): ProtectionForm {
  if (context.suite === undefined) return 'tls13';
  if (hasExplicitNonce(context)) return 'explicit12';
  return context.suite.protection.type === 'aead' ? 'xor12' : 'cbc12';
}

/** Eight bytes. */
function seqNum(sequence: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(sequence));
  return bytes;
}

/** Of the same length, the shorter one padded to the left. */
function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i - a.length + b.length] ?? 0));
}

function xorRows(iv: Uint8Array | undefined, number: Uint8Array, nonce: Uint8Array): readonly Row[] {
  const padded = concat(new Uint8Array(nonce.length - number.length), number);
  return [
    ...(iv === undefined ? [] : [{ name: 'write_iv', bytes: iv } as const]),
    { name: 'sequence', bytes: padded },
    { name: 'nonce', bytes: nonce },
  ];
}

/** RFC 9846 §5.2: the header of TLSCiphertext. */
function headerRows(entry: RecordEntry): readonly Row[] {
  const { bytes } = entry.record;
  const row = (name: 'opaque_type' | 'legacy_record_version' | 'length', start: number, end: number): Row => ({
    name,
    bytes: bytes.subarray(start, end),
    text: textAt(entry, name),
  });
  return [row('opaque_type', 0, 1), row('legacy_record_version', 1, 3), row('length', 3, HEADER)];
}

function textAt({ record }: RecordEntry, label: string): string {
  return record.fields[0]?.children.find(field => field.label === label)?.text ?? '';
}

/** The IV that makes this nonce, and what was made with it (RFC 9846 §7.3). */
function keys13(nonce: Uint8Array, number: Uint8Array, derived: readonly Derived[]) {
  const nodes = keySchedule13(derived);
  const wanted = toHex(xor(nonce, number));
  const iv = nodes.find(node => node.label === 'iv' && toHex(node.value) === wanted);
  const secret = iv && nodes[iv.from[0] ?? -1];
  const key = secret && nodes.find(node => node.label === 'key' && node.from.includes(secret.number));
  const row = (name: Row['name'], node: KeyNode | undefined): readonly Row[] =>
    node === undefined ? [] : [{ name, bytes: node.value, text: node.name }];
  return { iv: iv?.value, keys: [...row('secret', secret), ...row('write_key', key), ...row('write_iv', iv)] };
}

/** The parts of the key block that protect what one end sends (RFC 5246 §6.3). */
function keys12(sender: Sender, { suite }: ReadingContext, derived: readonly Derived[]) {
  const nodes = suite === undefined ? [] : keySchedule12(derived, lengthsOf(suite.protection));
  const keys = parts12.flatMap(([name, part]): Row[] => {
    const node = nodes.find(each => each.name === `${sender}_write_${part}`);
    return node === undefined ? [] : [{ name, bytes: node.value, text: node.name }];
  });
  return { keys, iv: keys.find(({ name }) => name === 'write_iv')?.bytes };
}

const parts12 = [
  ['mac_key', 'MAC_key'],
  ['write_key', 'key'],
  ['write_iv', 'IV'],
] as const;

type CipherSuiteProtection12 = NonNullable<ReadingContext['suite']>['protection'];

/** RFC 5246 §6.3, §A.6; RFC 5288 §3; RFC 7905 §2. */
function lengthsOf(protection: CipherSuiteProtection12): KeyBlockLengths {
  switch (protection.type) {
    case 'aead': {
      const ivLength = protection.aead === 'chacha20-poly1305' ? 12 : 4;
      return { macKeyLength: 0, keyLength: keyLength(protection.aead), ivLength };
    }
    case 'cbc':
      return { macKeyLength: MAC_KEY[protection.mac], keyLength: keyLength(protection.cipher), ivLength: 0 };
    case 'null':
      return { macKeyLength: MAC_KEY[protection.mac], keyLength: 0, ivLength: 0 };
  }
}

/** Bytes: as many as the hash has. */
const MAC_KEY = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;

function keyLength(cipher: string): number {
  if (cipher.startsWith('3des')) return 24;
  return /256|chacha20/.test(cipher) ? 32 : 16;
}
