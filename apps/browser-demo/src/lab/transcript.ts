/** The transcript of a handshake, and its hash after each message (RFC 9846 §4.1, RFC 5246 §7.4.9), as one end has it. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { Sender } from '@tlskit/tls-inspect';
import { truncatedClientHello } from '@tlskit/tls-messages';
import { ascii, concat } from '@tlskit/tls-wire';
import { isRetry, messageName } from './messages.ts';
import type { Connection, Step } from './run.ts';

type Hash = NonNullable<CryptoProvider['hashes']['sha256']>;
type Message = Extract<Step, { type: 'message' }>;

export interface TranscriptPoint {
  /** Index of the step that it stands behind. */
  readonly step: number;
  /** The HandshakeType. */
  readonly type: number;
  /** As RFCs name it: with the sender, where both send such messages, and with a number, where there are two. */
  readonly name: string;
  readonly sender: Sender;
  /** The message, with its header. */
  readonly message: Uint8Array;
  /** Bytes of a ClientHello that stay out of it: its binders (RFC 9846 §4.3.11.2). */
  readonly truncated: number | undefined;
  /** What has been hashed, message by message. */
  readonly hashed: readonly Hashed[];
  readonly hash: Uint8Array;
}

/** What goes into the hash: a message, or what stands in its place. */
export interface Hashed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const [CLIENT_HELLO, HELLO_REQUEST, FINISHED, MESSAGE_HASH] = [1, 0, 20, 254];

/** Messages that either end may send in one handshake. */
const ofEither: ReadonlySet<number> = new Set([11, 15, FINISHED, 25]);

/** @param hash of the cipher suite */
export function transcriptOf({ steps }: Connection, hash: Hash, at: Sender = 'client'): readonly TranscriptPoint[] {
  const points: TranscriptPoint[] = [];
  const messages = steps.flatMap((message, step) => (isOf(message, at) ? [{ step, message }] : []));
  const again = messages.some(({ message }) => isRetry(message.bytes));
  let hashed: Hashed[] = [];
  let hellos = 0;
  for (const { step, message } of messages) {
    // Behind both Finished the transcript is over; a HelloRequest is never in it (RFC 5246 §7.4.1.1).
    if (points.filter(({ type }) => type === FINISHED).length === 2) break;
    const { bytes } = message;
    const type = bytes[0] as number;
    if (type === HELLO_REQUEST) continue;
    const sender = senderOf(message);
    const plain = messageName(bytes);
    const name =
      type === CLIENT_HELLO && again ? `${plain}${++hellos}` : ofEither.has(type) ? `${sender} ${plain}` : plain;
    // RFC 9846 §4.1: the first ClientHello gives way to its hash.
    if (isRetry(bytes)) hashed = [{ name: 'message_hash', bytes: messageHash(hash, hashed) }];
    const point = { step, type, sender, message: bytes };
    const partial = type === CLIENT_HELLO ? truncatedIn(bytes) : undefined;
    if (partial !== undefined) {
      const before = [...hashed, { name: `Truncate(${name})`, bytes: partial }];
      const truncated = bytes.length - partial.length;
      points.push({ ...point, name: `Truncate(${name})`, truncated, hashed: before, hash: digest(hash, before) });
    }
    hashed = [...hashed, { name, bytes }];
    points.push({ ...point, name, truncated: undefined, hashed, hash: digest(hash, hashed) });
  }
  return points;
}

/** How RFCs write what a hash is over. */
export function rangeOf({ name, hashed }: TranscriptPoint): string {
  return hashed.length === 1 ? name : `ClientHello...${name.replace(/^ClientHello2$/, 'ClientHello')}`;
}

/** The bytes under the server's signature, or the client's, in their parts (RFC 9846 §4.5.2). @param hash up to its Certificate */
export function signedParts(by: Sender, hash: Uint8Array) {
  return {
    padding: new Uint8Array(64).fill(0x20),
    context: ascii(`TLS 1.3, ${by} CertificateVerify`),
    separator: Uint8Array.of(0),
    hash,
  };
}

export function signedContent(by: Sender, hash: Uint8Array): Uint8Array {
  return concat(...Object.values(signedParts(by, hash)));
}

/** The point behind the Certificate of an end, compressed or not: what its CertificateVerify is over. */
export function certificatePoint(points: readonly TranscriptPoint[], by: Sender = 'server') {
  return points.find(({ type, sender }) => (type === 11 || type === 25) && sender === by);
}

function isOf(step: Step, at: Sender): step is Message {
  return step.type === 'message' && step.at === at;
}

function senderOf({ at, direction }: Message): Sender {
  return (direction === 'out') === (at === 'client') ? 'client' : 'server';
}

function messageHash(hash: Hash, hashed: readonly Hashed[]): Uint8Array {
  const first = digest(hash, hashed);
  return concat(Uint8Array.of(MESSAGE_HASH, 0, 0, first.length), first);
}

function digest(hash: Hash, hashed: readonly Hashed[]): Uint8Array {
  return hash.digest(...hashed.map(({ bytes }) => bytes));
}

/** Undefined for a hello without pre-shared keys, and for one that somebody spoilt. */
function truncatedIn(hello: Uint8Array): Uint8Array | undefined {
  try {
    return truncatedClientHello(hello);
  } catch {
    return undefined;
  }
}
