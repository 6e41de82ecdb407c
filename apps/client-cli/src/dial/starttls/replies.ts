/** Replies with three digits, as SMTP (RFC 5321 §4.2), FTP (RFC 959 §4.2) and NNTP (RFC 3977 §3.2) have them. */
import type { Wire } from '../wire.ts';

export interface Reply {
  readonly code: number;
  /** Of each line what stands behind the code; between the first and the last of FTP whole lines. */
  readonly lines: readonly string[];
  /** The last line. */
  readonly last: string;
}

/**
 * The next reply; one of several lines has `-` behind the code of all but the last one.
 * @param free whether lines in between may be anything, as in FTP
 * @throws DialError
 */
export async function readReply(wire: Wire, free = false): Promise<Reply> {
  const lines: string[] = [];
  let code: string | undefined;
  for (;;) {
    const line = await wire.line();
    const [, digits, separator, text = ''] = /^(\d{3})(?:([ -])(.*))?$/.exec(line) ?? [];
    const isOurs = digits !== undefined && (code === undefined || digits === code);
    if (!isOurs) {
      if (!free || code === undefined) throw wire.malformed('a reply of three digits', line);
      lines.push(line);
      continue;
    }
    code = digits;
    lines.push(text);
    if (separator !== '-') return { code: Number(digits), lines, last: line };
  }
}

/** The reply that is wanted. @param what for messages: what a reply of another code refuses. @throws DialError */
export async function expectReply(wire: Wire, what: string, wanted: readonly number[], free = false): Promise<Reply> {
  const reply = await readReply(wire, free);
  if (!wanted.includes(reply.code)) throw wire.refused(what, reply.last);
  return reply;
}

/** Lines up to the one that has only a dot (RFC 3977 §3.1.1, RFC 1939 §3). */
export async function dotLines(wire: Wire): Promise<readonly string[]> {
  const lines: string[] = [];
  for (;;) {
    const line = await wire.line();
    if (line === '.') return lines;
    lines.push(line.replace(/^\./, ''));
  }
}
