/** What is to be decoded: where it comes from, and how it is written. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { UsageError } from '@tlskit/cli-kit';
import { isCapture } from '@tlskit/tls-inspect/pcapng';
import { type PemBlock, parsePem } from '@tlskit/tls-x509';
import { TlsError } from 'tlskit';
import { allOf } from '../files.ts';
import type { Io } from '../io.ts';
import type { DecodeSettings, Form } from './options.ts';

/** Bytes of a file: captures are large, and are held in memory. */
const MAXIMUM = 512 * 1024 * 1024;

/** Characters of text that is looked at as a whole; what is longer is binary. */
const MAXIMUM_TEXT = 32 * 1024 * 1024;

export type SourceKind = 'file' | 'stdin' | 'argument';

/** Bytes, or the blocks of PEM. */
export interface Input {
  readonly source: SourceKind;
  readonly form: Form;
  /** None, where there are blocks. */
  readonly bytes: Uint8Array;
  readonly blocks: readonly PemBlock[];
}

/** Something in the text that is not of its form. */
export class FormError extends Error {
  /** In characters, from 0. */
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(offset === undefined ? message : `${message} at character ${offset}`);
    this.offset = offset;
  }
}

/** @throws UsageError for what cannot be read, FormError for what is not written as it says */
export async function readInput({ target, form }: DecodeSettings, { stdin }: Io): Promise<Input> {
  const { source, bytes } = await sourceOf(target, stdin);
  const found = form ?? formOf(bytes);
  const text = (): string => new TextDecoder().decode(bytes);
  const input = { source, form: found, blocks: [] };
  switch (found) {
    case 'binary':
      return { ...input, bytes };
    case 'hex':
      return { ...input, bytes: fromHexText(text()) };
    case 'base64':
      return { ...input, bytes: fromBase64Text(text()) };
    case 'pem':
      return { ...input, bytes: new Uint8Array(0), blocks: blocksOf(text()) };
  }
}

async function sourceOf(target: string, stdin: Io['stdin']): Promise<{ source: SourceKind; bytes: Uint8Array }> {
  if (target === '-') return { source: 'stdin', bytes: await allOf(stdin, MAXIMUM) };
  // A file counts before digits: whoever means digits has none of that name.
  if (!existsSync(target) && /^[0-9a-f\s:]+$/i.test(target)) {
    return { source: 'argument', bytes: new TextEncoder().encode(target) };
  }
  try {
    const { size } = statSync(target);
    if (size > MAXIMUM) throw new Error(`${size} bytes, of which at most ${MAXIMUM} are read`);
    return { source: 'file', bytes: readFileSync(target) };
  } catch (error) {
    throw new UsageError(`${target}: ${error instanceof Error ? error.message : error}`);
  }
}

function formOf(bytes: Uint8Array): Form {
  if (isCapture(bytes) || bytes.length === 0 || bytes.length > MAXIMUM_TEXT) return 'binary';
  // Text of any of the forms is ASCII, but for what stands around PEM.
  if (!bytes.subarray(0, 64).every(byte => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d))) return 'binary';
  const text = new TextDecoder().decode(bytes);
  if (text.includes('-----BEGIN ')) return 'pem';
  if (/^[0-9a-f\s:,]*$/i.test(text.replace(/0x/gi, ''))) return 'hex';
  return /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text) ? 'base64' : 'binary';
}

/** Digits, with spaces, colons, commas or `0x` between bytes. */
function fromHexText(text: string): Uint8Array {
  const digits = text.replace(/0x/gi, '  ');
  const wrong = digits.search(/[^0-9a-f\s:,]/i);
  if (wrong >= 0) throw new FormError(`${JSON.stringify(digits[wrong])} is no hexadecimal digit`, wrong);
  const plain = digits.replace(/[\s:,]/g, '');
  if (plain.length % 2 !== 0) throw new FormError(`${plain.length} hexadecimal digits, which are no whole bytes`);
  return Buffer.from(plain, 'hex');
}

function fromBase64Text(text: string): Uint8Array {
  const wrong = text.search(/[^A-Za-z0-9+/=\s_-]/);
  if (wrong >= 0) throw new FormError(`${JSON.stringify(text[wrong])} is not of base64`, wrong);
  const plain = text.replace(/\s/g, '').replace(/=+$/, '');
  const end = plain.indexOf('=');
  if (end >= 0 || plain.length % 4 === 1) throw new FormError('base64 that does not end as it must');
  return Buffer.from(plain, 'base64');
}

function blocksOf(text: string): readonly PemBlock[] {
  try {
    const blocks = parsePem(text);
    if (blocks.length > 0) return blocks;
  } catch (error) {
    throw new FormError(TlsError.from(error).message);
  }
  throw new FormError('no block of PEM');
}
