/** SSLRequest of PostgreSQL (version 3.0 of its protocol, "SSL Session Encryption"): eight bytes, and one in answer. */
import { quoted } from '../wire.ts';
import type { StartTls } from './starttls.ts';

/** 1234 and 5679, in place of a version. */
const SSL_REQUEST = 80_877_103;

export const postgres: StartTls = {
  port: 5432,
  async run(wire) {
    const request = Buffer.alloc(8);
    request.writeInt32BE(8, 0);
    request.writeInt32BE(SSL_REQUEST, 4);
    wire.write(request);
    const answer = String(await wire.exactly(1));
    if (answer === 'S') return;
    if (answer === 'N') throw wire.misconduct('REFUSED', 'has no TLS');
    // What follows it is by whoever is in between as well, and need not be read.
    if (answer === 'E') throw wire.misconduct('REFUSED', 'answers SSLRequest by an error');
    throw wire.misconduct('MALFORMED', `answers ${quoted(answer)}, and neither S nor N`);
  },
};
