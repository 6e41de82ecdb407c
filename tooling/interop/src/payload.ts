/** What is sent, and how it is known again. */
import { createHash, randomBytes } from 'node:crypto';

/** 1 MiB: what each side sends to the other. */
export const MEBIBYTE = 1 << 20;

/** Bytes without structure, so that none can be lost, repeated or swapped unseen. */
export function payload(length: number = MEBIBYTE): Buffer {
  return randomBytes(length);
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Text of exactly `length` bytes in lines shorter than `longest`, for peers that read lines. */
export function textLines(length: number = MEBIBYTE, longest = 4096): string {
  const text = randomBytes(Math.ceil((length * 3) / 4) + 3)
    .toString('base64')
    .slice(0, length);
  // Lengths differ, so that lines and records never fall together.
  const parts: string[] = [];
  for (let at = 0, i = 0; at < length; i++) {
    const size = Math.min(length - at, 2 + ((i * 997) % (longest - 2)));
    parts.push(`${text.slice(at, at + size - 1)}\n`);
    at += size;
  }
  return parts.join('');
}

/** Each line backwards: what `openssl s_server -rev` answers. */
export function reversedLines(text: string): string {
  return text.replace(/[^\n]+/g, line => [...line].reverse().join(''));
}
