/** AUTH TLS of FTP (RFC 4217 §4). */
import { expectReply, readReply } from './replies.ts';
import type { StartTls } from './starttls.ts';

export const ftp: StartTls = {
  port: 21,
  async run(wire) {
    // 120 says that it takes some minutes (RFC 959 §5.4): 220 comes then.
    let greeting = await readReply(wire, true);
    while (greeting.code === 120) greeting = await readReply(wire, true);
    if (greeting.code !== 220) throw wire.refused('us', greeting.last);
    wire.write('AUTH TLS\r\n');
    await expectReply(wire, 'AUTH TLS', [234], true);
  },
};
