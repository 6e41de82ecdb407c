/** STARTTLS of NNTP (RFC 4642 §2.2). */
import { dotLines, expectReply, readReply } from './replies.ts';
import type { StartTls } from './starttls.ts';

export const nntp: StartTls = {
  port: 119,
  async run(wire) {
    await expectReply(wire, 'us', [200, 201]);
    // Servers older than RFC 3977 do not know the command, and may know the other.
    wire.write('CAPABILITIES\r\n');
    if ((await readReply(wire)).code === 101) {
      const capabilities = await dotLines(wire);
      if (!capabilities.some(line => /^STARTTLS\s*$/i.test(line))) {
        throw wire.misconduct('NOT_OFFERED', 'does not offer STARTTLS');
      }
    }
    wire.write('STARTTLS\r\n');
    await expectReply(wire, 'STARTTLS', [382]);
  },
};
