/**
 * Tickets that the runner can open and change, since it gives the key: name, IV, AES-128-CBC of a session in DER, HMAC-SHA-256.
 * The session's version and suite stand in front, where the runner looks for them; the rest is tlskit's own encoding.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { decodeServerSession, encodeServerSession, type TicketIssuer } from '@tlskit/tls-session';
import { concat, equalBytes } from '@tlskit/tls-wire';
import { der, derUnsigned, readDer, Tag } from '@tlskit/tls-wire/der';

const BLOCK = 16;
const MAC = 32;
/** @param key 48 bytes: name, key of the MAC, key of the cipher */
export function rewritableTickets(key: Uint8Array): TicketIssuer {
  if (key.length !== 48) throw new Error(`a ticket key has 48 bytes, not ${key.length}`);
  const [name, macKey, cipherKey] = [key.subarray(0, 16), key.subarray(16, 32), key.subarray(32)];
  const mac = (bytes: Uint8Array) => createHmac('sha256', macKey).update(bytes).digest();
  return {
    issue(session) {
      const plaintext = der(
        Tag.sequence,
        derUnsigned(Uint8Array.of(1)),
        derUnsigned(uint16(session.version)),
        der(Tag.octetString, uint16(session.cipherSuite)),
        der(Tag.octetString, encodeServerSession(session)),
      );
      const iv = randomBytes(BLOCK);
      const cipher = createCipheriv('aes-128-cbc', cipherKey, iv);
      const sealed = concat(name, iv, cipher.update(plaintext), cipher.final());
      return concat(sealed, mac(sealed));
    },
    redeem(ticket) {
      const sealed = ticket.subarray(0, -MAC);
      if (sealed.length < 3 * BLOCK || !equalBytes(sealed.subarray(0, BLOCK), name)) return undefined;
      if (!equalBytes(mac(sealed), ticket.subarray(-MAC))) return undefined;
      const decipher = createDecipheriv('aes-128-cbc', cipherKey, sealed.subarray(BLOCK, 2 * BLOCK));
      const plaintext = concat(decipher.update(sealed.subarray(2 * BLOCK)), decipher.final());
      return readDer(plaintext, 'session', reader => {
        const fields = reader.enter();
        fields.smallUnsigned();
        const version = fields.smallUnsigned();
        const cipherSuite = number(fields.octetString());
        const session = decodeServerSession(fields.octetString());
        return session && { ...session, version, cipherSuite };
      });
    },
  };
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function number([high = 0, low = 0]: Uint8Array): number {
  return high * 256 + low;
}
