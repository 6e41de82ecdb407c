/** What handshake messages are called. */
import { toHex } from '@tlskit/tls-wire';

/** By which a ServerHello is a HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 9846 §4.2.3). */
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** HandshakeType (RFC 9846 §4, RFC 5246 §7.4, RFC 6066 §8, RFC 8879 §4, RFC 5077 §3.3). */
const names: Readonly<Record<number, string>> = {
  0: 'HelloRequest',
  1: 'ClientHello',
  2: 'ServerHello',
  4: 'NewSessionTicket',
  5: 'EndOfEarlyData',
  8: 'EncryptedExtensions',
  11: 'Certificate',
  12: 'ServerKeyExchange',
  13: 'CertificateRequest',
  14: 'ServerHelloDone',
  15: 'CertificateVerify',
  16: 'ClientKeyExchange',
  20: 'Finished',
  22: 'CertificateStatus',
  24: 'KeyUpdate',
  25: 'CompressedCertificate',
};

/** @param message with its header */
export function messageName(message: Uint8Array): string {
  const type = message[0] as number;
  return isRetry(message) ? 'HelloRetryRequest' : (names[type] ?? `HandshakeType ${type}`);
}

export function isRetry(message: Uint8Array): boolean {
  return message[0] === 2 && toHex(message.subarray(6, 38)) === RETRY;
}
