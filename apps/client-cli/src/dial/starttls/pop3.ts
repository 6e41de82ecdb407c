/** STLS of POP3 (RFC 2595 §4). */
import type { Wire } from '../wire.ts';
import { dotLines } from './replies.ts';
import type { StartTls } from './starttls.ts';

export const pop3: StartTls = {
  port: 110,
  async run(wire) {
    await expectGood(wire, 'us');
    // CAPA came later than STLS (RFC 2449): who does not know it may know the other.
    wire.write('CAPA\r\n');
    if ((await status(wire)).startsWith('+')) {
      const capabilities = await dotLines(wire);
      if (!capabilities.some(line => /^STLS\s*$/i.test(line))) {
        throw wire.misconduct('NOT_OFFERED', 'does not offer STLS');
      }
    }
    wire.write('STLS\r\n');
    await expectGood(wire, 'STLS');
  },
};

/** The next line, which says yes or no. */
async function status(wire: Wire): Promise<string> {
  const line = await wire.line();
  if (!/^(?:\+OK|-ERR)(?: |$)/.test(line)) throw wire.malformed('+OK', line);
  return line;
}

async function expectGood(wire: Wire, what: string): Promise<void> {
  const line = await status(wire);
  if (!line.startsWith('+')) throw wire.refused(what, line);
}
