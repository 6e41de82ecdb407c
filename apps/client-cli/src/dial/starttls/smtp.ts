/** STARTTLS of SMTP (RFC 3207), and of LMTP, which greets by another word (RFC 2033 §4.1). */
import { expectReply } from './replies.ts';
import type { StartTls } from './starttls.ts';

export const smtp: StartTls = { port: 25, run: (wire, { own }) => greet(wire, `EHLO ${own}`) };

export const lmtp: StartTls = { port: 24, run: (wire, { own }) => greet(wire, `LHLO ${own}`) };

async function greet(wire: Parameters<StartTls['run']>[0], hello: string): Promise<void> {
  await expectReply(wire, 'us', [220]);
  wire.write(`${hello}\r\n`);
  // The first line is a greeting, then one keyword in each (RFC 5321 §4.1.1.1).
  const { lines } = await expectReply(wire, hello, [250]);
  if (!lines.slice(1).some(line => /^STARTTLS\s*$/i.test(line))) {
    throw wire.misconduct('NOT_OFFERED', 'does not offer STARTTLS');
  }
  wire.write('STARTTLS\r\n');
  await expectReply(wire, 'STARTTLS', [220]);
}
