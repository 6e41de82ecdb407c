/** STARTTLS of ManageSieve (RFC 5804 §2.2). */
import type { Wire } from '../wire.ts';
import type { StartTls } from './starttls.ts';

export const sieve: StartTls = {
  port: 4190,
  async run(wire) {
    // The server begins by its capabilities (§1.7).
    const capabilities = await response(wire, 'us');
    if (!capabilities.some(line => /^"STARTTLS"/i.test(line))) {
      throw wire.misconduct('NOT_OFFERED', 'does not offer STARTTLS');
    }
    wire.write('STARTTLS\r\n');
    await response(wire, 'STARTTLS');
  },
};

/** @returns the lines before OK. @throws DialError for NO and BYE */
async function response(wire: Wire, what: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (;;) {
    const line = await logicalLine(wire);
    if (/^OK\b/i.test(line)) return lines;
    if (/^(?:NO|BYE)\b/i.test(line)) throw wire.refused(what, line);
    if (!line.startsWith('"')) throw wire.malformed('a capability or OK', line);
    lines.push(line);
  }
}

/** A line with the literals in it (§4): `{5}` or `{5+}` at its end says that so many bytes follow, and then the rest of it. */
async function logicalLine(wire: Wire): Promise<string> {
  let text = await wire.line();
  for (;;) {
    const length = /\{(\d{1,9})\+?\}$/.exec(text)?.[1];
    if (length === undefined) return text;
    const literal = await wire.exactly(Number(length));
    text = `${text} ${literal} ${await wire.line()}`;
  }
}
