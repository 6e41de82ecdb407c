/**
 * HKDF (RFC 5869) and the two functions that TLS 1.3 builds on it: HKDF-Expand-Label and Derive-Secret (RFC 9846 §7.1).
 * Lengths are in bytes everywhere.
 */
import { type Hash, wipe } from '@tlskit/tls-crypto';
import { ascii, type Codec, opaqueVector, struct, uint16 } from '@tlskit/tls-wire';

/** `struct { … } HkdfLabel` (RFC 9846 §7.1), as it goes into HKDF-Expand. */
export interface HkdfLabel {
  /** Bytes that are asked for. */
  readonly length: number;
  /** ASCII, `tls13 ` included. */
  readonly label: Uint8Array;
  readonly context: Uint8Array;
}

/** For whoever wants to read or show an `info`; {@link hkdfExpandLabel} writes the same bytes without it. */
export const hkdfLabel: Codec<HkdfLabel> = struct('HkdfLabel', {
  length: uint16,
  label: opaqueVector(7, 255),
  context: opaqueVector(0, 255),
});

/** HKDF-Extract (RFC 5869 §2.2): a pseudorandom key of `hash.outputLength` bytes. Absent parts are that many zeros. */
export function hkdfExtract(hash: Hash, salt: Uint8Array | undefined, ikm: Uint8Array | undefined): Uint8Array {
  return hash.hmac(salt ?? new Uint8Array(hash.outputLength), ikm ?? new Uint8Array(hash.outputLength));
}

/**
 * HKDF-Expand (RFC 5869 §2.3).
 * @throws RangeError unless `length` is 0 to 255 times `hash.outputLength`
 */
export function hkdfExpand(hash: Hash, prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const input = new Uint8Array(info.length + 1);
  input.set(info);
  return expand(hash, prk, input, length);
}

/**
 * HKDF-Expand-Label (RFC 9846 §7.1).
 * @param label without the `tls13 ` that goes before it: 1 to 249 ASCII characters
 * @param context at most 255 bytes, in most uses a hash or nothing
 * @throws RangeError for a label, context or length out of bounds
 */
export function hkdfExpandLabel(
  hash: Hash,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  if (label.length === 0) throw new RangeError('a label has 1 to 249 bytes, got 0');
  return expandLabel(hash, secret, label, context, length);
}

/** The same with a label that may be empty. */
export function expandLabel(
  hash: Hash,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  return expand(hash, secret, labelInput(label, context, length), length);
}

/**
 * Derive-Secret (RFC 9846 §7.1), with the transcript hash in place of the messages.
 * @throws RangeError when the transcript hash is not one of `hash`
 */
export function deriveSecret(hash: Hash, secret: Uint8Array, label: string, transcriptHash: Uint8Array): Uint8Array {
  checkTranscriptHash(hash, transcriptHash);
  return hkdfExpandLabel(hash, secret, label, transcriptHash, hash.outputLength);
}

/** The hash of nothing, which every "derived" step asks for; kept, since the handshake asks often. */
export function emptyHash(hash: Hash): Uint8Array {
  let digest = emptyHashes.get(hash);
  if (digest === undefined) {
    digest = hash.digest();
    emptyHashes.set(hash, digest);
  }
  return digest;
}

/** A hash of another length is a transcript of another suite: the handshake would fail later, and obscurely. */
export function checkTranscriptHash(hash: Hash, transcriptHash: Uint8Array): void {
  if (transcriptHash.length !== hash.outputLength) {
    throw new RangeError(
      `a transcript hash of ${hash.name} has ${hash.outputLength} bytes, got ${transcriptHash.length}`,
    );
  }
}

const emptyHashes = new WeakMap<Hash, Uint8Array>();

/** "tls13 " */
const prefix = ascii('tls13 ');

/** HkdfLabel written by hand, and one byte behind it for the counter: one buffer and one HMAC for most keys. */
function labelInput(label: string, context: Uint8Array, length: number): Uint8Array {
  const labelLength = prefix.length + label.length;
  if (labelLength > 255) throw new RangeError(`a label has 1 to 249 bytes, got ${label.length}`);
  if (context.length > 255) throw new RangeError(`a context has at most 255 bytes, got ${context.length}`);
  if (!Number.isInteger(length) || length < 0 || length > 0xffff) throw new RangeError(`no such length: ${length}`);
  const input = new Uint8Array(2 + 1 + labelLength + 1 + context.length + 1);
  input[0] = length >>> 8;
  input[1] = length;
  input[2] = labelLength;
  input.set(prefix, 3);
  let at = 3 + prefix.length;
  for (let i = 0; i < label.length; i++) {
    const code = label.charCodeAt(i);
    if (code > 127) throw new RangeError('a label is ASCII');
    input[at++] = code;
  }
  input[at++] = context.length;
  input.set(context, at);
  return input;
}

/** @param input info with one byte behind it, which is overwritten */
function expand(hash: Hash, prk: Uint8Array, input: Uint8Array, length: number): Uint8Array {
  const size = hash.outputLength;
  if (!Number.isInteger(length) || length < 0 || length > 255 * size) {
    throw new RangeError(`HKDF with ${hash.name} gives at most ${255 * size} bytes, not ${length}`);
  }
  input[input.length - 1] = 1;
  let block = hash.hmac(prk, input);
  if (length === size) return block;
  const output = new Uint8Array(length);
  output.set(length < size ? block.subarray(0, length) : block);
  for (let at = size, counter = 2; at < length; at += size, counter++) {
    input[input.length - 1] = counter;
    const next = hash.hmac(prk, block, input);
    wipe(block);
    block = next;
    output.set(length - at < size ? block.subarray(0, length - at) : block, at);
  }
  wipe(block);
  return output;
}
