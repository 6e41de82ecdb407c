/** SSLRequest of MySQL: the server's first packet says whether it has TLS, and half of a handshake response asks for it. */
import { quoted, type Wire } from '../wire.ts';
import type { StartTls } from './starttls.ts';

/** Capabilities of client and server. */
const CLIENT_PROTOCOL_41 = 0x0000_0200;
const CLIENT_SSL = 0x0000_0800;
const CLIENT_SECURE_CONNECTION = 0x0000_8000;
const CLIENT_PLUGIN_AUTH = 0x0008_0000;

/** The most bytes of a packet, and the character set (utf8mb4), that a client speaks of. */
const MAX_PACKET = 1 << 24;
const CHARSET = 45;

export const mysql: StartTls = {
  port: 3306,
  async run(wire) {
    const greeting = await packet(wire, 0);
    if (greeting[0] === 0xff) throw wire.refused('us', errorText(greeting));
    if (greeting[0] !== 10) throw malformed(wire, greeting);
    // Behind the version of the server: a thread's number, 8 bytes of a challenge, a zero, the lower capabilities.
    const end = greeting.indexOf(0, 1);
    const at = end + 1 + 4 + 8 + 1;
    if (end === -1 || at + 2 > greeting.length) throw malformed(wire, greeting);
    if ((greeting.readUInt16LE(at) & CLIENT_SSL) === 0) throw wire.misconduct('NOT_OFFERED', 'does not offer TLS');

    const request = Buffer.alloc(4 + 32);
    request.writeUIntLE(32, 0, 3);
    request[3] = 1;
    request.writeUInt32LE(CLIENT_PROTOCOL_41 | CLIENT_SSL | CLIENT_SECURE_CONNECTION | CLIENT_PLUGIN_AUTH, 4);
    request.writeUInt32LE(MAX_PACKET, 8);
    request[12] = CHARSET;
    wire.write(request);
    // There is no answer: TLS follows at once.
  },
};

/** The body of the next packet: three bytes of length, one of a number. */
async function packet(wire: Wire, number: number): Promise<Buffer> {
  const header = await wire.exactly(4);
  if (header[3] !== number) throw malformed(wire, header);
  return wire.exactly(header.readUIntLE(0, 3));
}

/** An error packet: a number, and words, behind a state where there is one. */
function errorText(body: Buffer): string {
  const words = body
    .subarray(3)
    .toString()
    .replace(/^#.{5}/, '');
  return body.length < 3 ? words : `${body.readUInt16LE(1)} ${words}`;
}

function malformed(wire: Wire, said: Buffer): Error {
  return wire.misconduct('MALFORMED', `says ${quoted(said.subarray(0, 32).toString('hex'))} (hex), and no MySQL`);
}
