/** The transcript hash after each message of a handshake (RFC 9846 §4.5.1), and what CertificateVerify signs (§4.5.3). */
import { concat } from '@tlskit/tls-wire';
import type { CryptoProvider } from 'tlskit';
import { isRetry } from './messages.ts';
import type { Connection, Step } from './run.ts';

type Hash = NonNullable<CryptoProvider['hashes']['sha256']>;
type Message = Extract<Step, { type: 'message' }>;

export interface TranscriptPoint {
  /** The step of the client's that it stands behind. */
  readonly step: number;
  /** The HandshakeType. */
  readonly type: number;
  readonly hash: Uint8Array;
}

const [NEW_SESSION_TICKET, HELLO_REQUEST, CERTIFICATE, MESSAGE_HASH, KEY_UPDATE] = [4, 0, 11, 254, 24];

/** As the client sees it. @param hash of the cipher suite */
export function transcriptOf({ steps }: Connection, hash: Hash): readonly TranscriptPoint[] {
  const points: TranscriptPoint[] = [];
  let messages: Uint8Array[] = [];
  for (const [step, message] of steps.entries()) {
    if (message.type !== 'message' || message.at !== 'client' || !counts(message)) continue;
    // RFC 9846 §4.5.1: the first ClientHello gives way to its hash.
    if (isRetry(message.bytes)) {
      const first = hash.digest(...messages);
      messages = [Uint8Array.of(MESSAGE_HASH, 0, 0, first.length), first];
    }
    messages.push(message.bytes);
    points.push({ step, type: message.bytes[0] as number, hash: hash.digest(...messages) });
  }
  return points;
}

/** The bytes under the server's signature, or the client's (RFC 9846 §4.5.3). @param hash up to its Certificate */
export function signedContent(by: 'client' | 'server', hash: Uint8Array): Uint8Array {
  const context = new TextEncoder().encode(`TLS 1.3, ${by} CertificateVerify`);
  return concat(new Uint8Array(64).fill(0x20), context, Uint8Array.of(0), hash);
}

/** What is behind the handshake is no part of it; a ticket of TLS 1.2 is within. */
function counts({ bytes: [type] }: Message): boolean {
  return type !== KEY_UPDATE && type !== HELLO_REQUEST && type !== NEW_SESSION_TICKET;
}

/** The point behind the Certificate of either end: what its CertificateVerify is over. */
export function certificatePoint(points: readonly TranscriptPoint[]): TranscriptPoint | undefined {
  return points.find(({ type }) => type === CERTIFICATE);
}
