/**
 * How a record is protected: the keys, what the nonce is made of, what is authenticated beside the content. The static IV is looked up among
 * what the ends derived, and is it only if it makes the nonce that was used.
 */
import type { RecordEntry, Sender } from '@tlskit/tls-inspect';
import { concat, toHex } from '@tlskit/tls-wire';
import type { Derivation } from '../lab/derivations.ts';
import { type KeyNode, keySchedule12, keySchedule13 } from '../lab/key-schedule.ts';
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

/** Undefined where there were no keys. @param derivations of one end */
export function protectionFacts(
  entry: RecordEntry,
  context: ReadingContext,
  derivations: readonly Derivation[],
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
    const { iv, keys } = keys13(nonce, number, derivations);
    return { ...common, keys, nonce: xorRows(iv, number, nonce), additional: headerRows(bytes), cbc: undefined };
  }
  const { keys, iv } = keys12(entry.sender, context, derivations);
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
function headerRows(bytes: Uint8Array): readonly Row[] {
  return [
    { name: 'opaque_type', bytes: bytes.subarray(0, 1) },
    { name: 'legacy_record_version', bytes: bytes.subarray(1, 3) },
    { name: 'length', bytes: bytes.subarray(3, HEADER) },
  ];
}

function textAt({ record }: RecordEntry, label: string): string {
  return record.fields[0]?.children.find(field => field.label === label)?.text ?? '';
}

/** The IV that makes this nonce, and what was made with it (RFC 9846 §7.3). */
function keys13(nonce: Uint8Array, number: Uint8Array, derivations: readonly Derivation[]) {
  const nodes = keySchedule13(derivations);
  const wanted = toHex(xor(nonce, number));
  const iv = nodes.find(node => node.label === 'iv' && toHex(node.value) === wanted);
  const secret = iv && nodes[iv.from[0] ?? -1];
  const key = secret && nodes.find(node => node.label === 'key' && node.from.includes(secret.number));
  const row = (name: Row['name'], node: KeyNode | undefined): readonly Row[] =>
    node === undefined ? [] : [{ name, bytes: node.value, text: node.name }];
  return { iv: iv?.value, keys: [...row('secret', secret), ...row('write_key', key), ...row('write_iv', iv)] };
}

/** The parts of the key block that protect what one end sends (RFC 5246 §6.3). */
function keys12(sender: Sender, { suite }: ReadingContext, derivations: readonly Derivation[]) {
  const block = keySchedule12(derivations).find(node => node.name === 'key_block')?.value;
  const protection = suite?.protection;
  if (block === undefined || protection === undefined) return { keys: [], iv: undefined };
  const isAead = protection.type === 'aead';
  const sizes = {
    mac_key: isAead ? 0 : (MAC_KEY[protection.mac] ?? 0),
    write_key: protection.type === 'null' ? 0 : keyLength(isAead ? protection.aead : protection.cipher),
    write_iv: !isAead ? 0 : protection.aead === 'chacha20-poly1305' ? 12 : 4,
  };
  let at = 0;
  const keys: Row[] = [];
  for (const name of ['mac_key', 'write_key', 'write_iv'] as const) {
    const size = sizes[name];
    const from = at + (sender === 'client' ? 0 : size);
    if (size > 0) keys.push({ name, bytes: block.subarray(from, from + size) });
    at += 2 * size;
  }
  return { keys, iv: keys.find(({ name }) => name === 'write_iv')?.bytes };
}

/** Bytes: as many as the hash has (RFC 5246 §A.6). */
const MAC_KEY: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha384: 48 };

function keyLength(cipher: string): number {
  if (/3des|des-ede/i.test(cipher)) return 24;
  return /256|chacha20/.test(cipher) ? 32 : 16;
}
