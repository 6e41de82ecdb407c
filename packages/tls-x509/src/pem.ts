/** The textual encoding of certificates and keys (RFC 7468), in its strict form but for the lengths of lines. */
import { Tag } from '@tlskit/tls-wire/der';
import { decodeBase64 } from './base64.ts';
import { invalidOption } from './errors.ts';

export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, … */
  readonly label: string;
  readonly der: Uint8Array;
  /** Headers of RFC 1421, which older tools put before encrypted keys; empty for RFC 7468. */
  readonly headers: readonly string[];
}

/** Characters of PEM that are read, and blocks: the largest bundles of roots have 400 KB and 150. */
const maximumText = 16 * 1024 * 1024;
const maximumBlocks = 10_000;

/**
 * The blocks of a text, in order. Text around them is ignored, as RFC 7468 §2 asks.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for a block that does not end, ends under another label, or is no base64; and for more
 *   than 16 MiB or 10,000 blocks
 */
export function parsePem(text: string): readonly PemBlock[] {
  if (text.length > maximumText) throw invalidOption(`PEM of ${text.length} characters, the limit is ${maximumText}`);
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly line: number; readonly lines: string[] } | undefined;
  let line = 0;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    line++;
    const content = raw.trim();
    const boundary = /^-----(BEGIN|END) ([\x21-\x2c\x2e-\x7e](?:[- ]?[\x21-\x2c\x2e-\x7e])*)-----$/.exec(content);
    if (boundary?.[1] === 'BEGIN') {
      if (open !== undefined) throw invalidOption(`PEM block "${open.label}" of line ${open.line} does not end`);
      open = { label: boundary[2] as string, line, lines: [] };
    } else if (boundary?.[1] === 'END') {
      if (open?.label !== boundary[2]) throw invalidOption(`PEM line ${line} ends "${boundary[2]}", which is not open`);
      if (blocks.length === maximumBlocks) throw invalidOption(`PEM of more than ${maximumBlocks} blocks`);
      blocks.push(decodeBlock(open as NonNullable<typeof open>));
      open = undefined;
    } else open?.lines.push(content);
  }
  if (open !== undefined) throw invalidOption(`PEM block "${open.label}" of line ${open.line} does not end`);
  return blocks;
}

/**
 * A file read as bytes may be text after all. DER of certificates and keys is a SEQUENCE; PEM never begins with its tag, `0`.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for what is no file
 */
export function textOrDer(file: string | Uint8Array): string | Uint8Array {
  if (typeof file === 'string') return file;
  if (!(file instanceof Uint8Array)) throw invalidOption('a file of certificates or keys is text or bytes');
  return file[0] === Tag.sequence ? file : new TextDecoder().decode(file);
}

function decodeBlock({ label, line, lines }: { label: string; line: number; lines: readonly string[] }): PemBlock {
  const headers = lines.indexOf('');
  const hasHeaders = lines[0]?.includes(':') === true && headers > 0;
  const body = hasHeaders ? lines.slice(headers) : lines;
  const der = decodeBase64(body.join('').replace(/[ \t]/g, ''));
  if (der === undefined || der.length === 0) throw invalidOption(`PEM block "${label}" of line ${line} is no base64`);
  return { label, der, headers: hasHeaders ? lines.slice(0, headers) : [] };
}
