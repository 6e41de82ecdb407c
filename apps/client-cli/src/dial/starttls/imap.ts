/** STARTTLS of IMAP (RFC 9051 §6.2.1; RFC 2595 §3). */
import type { Wire } from '../wire.ts';
import type { StartTls } from './starttls.ts';

export const imap: StartTls = {
  port: 143,
  async run(wire) {
    const greeting = await wire.line();
    // Who is logged in already cannot begin TLS any more (RFC 9051 §7.1.4): in between somebody may want just that.
    if (/^\* PREAUTH\b/i.test(greeting)) throw wire.refused('STARTTLS', greeting);
    if (/^\* BYE\b/i.test(greeting)) throw wire.refused('us', greeting);
    if (!/^\* OK\b/i.test(greeting)) throw wire.malformed('* OK', greeting);

    const capabilities = (await command(wire, 'a1', 'CAPABILITY')).filter(line => /^\* CAPABILITY /i.test(line));
    if (!capabilities.some(line => line.toUpperCase().split(' ').includes('STARTTLS'))) {
      throw wire.misconduct('NOT_OFFERED', 'does not offer STARTTLS');
    }
    await command(wire, 'a2', 'STARTTLS');
  },
};

/** @returns what the server said before its OK. @throws DialError for NO and BAD */
async function command(wire: Wire, tag: string, name: string): Promise<readonly string[]> {
  wire.write(`${tag} ${name}\r\n`);
  const untagged: string[] = [];
  for (;;) {
    const line = await wire.line();
    const [said, condition] = line.split(' ', 2);
    if (said === '*') untagged.push(line);
    else if (said !== tag) throw wire.malformed(`${tag} OK`, line);
    else if (condition?.toUpperCase() === 'OK') return untagged;
    else throw wire.refused(name, line);
  }
}
