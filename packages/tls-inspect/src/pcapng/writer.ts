/**
 * Captures with their secrets inside, which Wireshark decrypts with no setting: what two ends said, in TCP packets that
 * might have carried it. A reader dissects each packet as it comes to it, so that the secrets stand before the packets.
 */

import { concat } from '@tlskit/tls-wire';
import { parseIp } from '@tlskit/tls-x509';
import type { Sender } from '../entry.ts';
import { opening, packetBlock, secretsBlock } from './blocks.ts';
import { Conversation } from './conversation.ts';
import type { Endpoint } from './frames.ts';

export interface CaptureOptions {
  /** Takes the file in parts, in order, the first of them at once. */
  write(bytes: Uint8Array): void;
  /** What is said to have written the file; `tlskit` unless given. */
  readonly application?: string;
}

/** One end of a connection. */
export interface CaptureEndpoint {
  /** An IP address; a zone behind `%` is left out, and IPv4 within IPv6 is IPv4. */
  readonly address: string;
  /** 0 to 65535. */
  readonly port: number;
}

export interface ConnectionOptions {
  /** Where nobody knows, it is 192.0.2.1 (RFC 5737), or the like of IPv6, and a port of its own. */
  readonly client?: CaptureEndpoint | undefined;
  /** Where nobody knows, 192.0.2.2 and 443. */
  readonly server?: CaptureEndpoint | undefined;
  /** When the connection was made, in milliseconds since 1970; fractions count to the microsecond. */
  readonly openedAt: number;
  /** The most bytes to wait for secrets with, 1 MiB unless given. What comes beyond that is written, whether it can be read or not. */
  readonly maxHeld?: number;
}

/** A pcapng file of one or more connections. */
export interface CaptureWriter {
  /** @throws RangeError for what is no IP address or port */
  connection(options: ConnectionOptions): CapturedConnection;
}

/** What is known of one connection, as it becomes known. Times are milliseconds since 1970. */
export interface CapturedConnection {
  /** Bytes on TCP; what they stand in is copied. Those after the end of their direction are left out. */
  bytes(sender: Sender, bytes: Uint8Array, time: number): void;
  /** A line of a key log (RFC 9850), without line end: it stands in the file before the bytes that were last told. */
  secret(line: string): void;
  /** The sender's FIN. */
  end(sender: Sender, time: number): void;
  /** The sender's RST. */
  reset(sender: Sender, time: number): void;
  /** Writes what waits for secrets or for the next bytes. To be called when it is over; it may be called before. */
  flush(): void;
}

/** A capture that is over. */
export interface Capture {
  readonly client?: CaptureEndpoint;
  readonly server?: CaptureEndpoint;
  /** In the order in which they were sent, with milliseconds since 1970. */
  readonly chunks: readonly { readonly sender: Sender; readonly bytes: Uint8Array; readonly time: number }[];
  /** Text of a key log. */
  readonly keyLog?: string;
}

/** A pcapng file, to which bytes are added as they are sent. No packet is written before the secrets that it needs, as far as they come at all. */
export function createCaptureWriter({ write, application = 'tlskit' }: CaptureOptions): CaptureWriter {
  write(opening(application));
  let count = 0;
  return { connection: options => new Connection(options, count++, write) };
}

/** A pcapng file of one connection that is over. @throws RangeError for what is no IP address or port */
export function encodeCapture({ client, server, chunks, keyLog = '' }: Capture): Uint8Array {
  const parts: Uint8Array[] = [];
  const writer = createCaptureWriter({ write: bytes => void parts.push(bytes) });
  const connection = writer.connection({ client, server, openedAt: chunks[0]?.time ?? 0 });
  for (const line of keyLog.split(/\r?\n/)) if (line !== '') connection.secret(line);
  for (const { sender, bytes, time } of chunks) connection.bytes(sender, bytes, time);
  for (const sender of ['client', 'server'] as const) connection.end(sender, chunks.at(-1)?.time ?? 0);
  connection.flush();
  return concat(...parts);
}

const MAX_HELD = 2 ** 20;

/** The first of the ports that nobody is assigned (RFC 6335 §6). */
const FIRST_PORT = 49152;

/** With these, or with the one of TLS 1.2, a reader can follow a connection as far as it goes. */
const applicationSecrets = ['CLIENT_TRAFFIC_SECRET_0', 'SERVER_TRAFFIC_SECRET_0'];

class Connection implements CapturedConnection {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #maxHeld: number;
  readonly #conversation: Conversation;
  readonly #labels = new Set<string>();
  /** Lines that are not written yet, and the packets behind them. */
  #lines = '';
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(
    { client, server, openedAt, maxHeld = MAX_HELD }: ConnectionOptions,
    number: number,
    write: CaptureOptions['write'],
  ) {
    this.#write = write;
    this.#maxHeld = maxHeld;
    const port = FIRST_PORT + (number % (65536 - FIRST_PORT));
    const ends = sameFamily(endpoint(client, 1, port), endpoint(server, 2, 443));
    this.#conversation = new Conversation(...ends);
    this.#hold(this.#conversation.open(), openedAt);
  }

  bytes(sender: Sender, bytes: Uint8Array, time: number): void {
    // What these bytes lead to is told only after them: they wait, and what was before them need not any more.
    if (this.#isComplete() || this.#heldBytes + bytes.length > this.#maxHeld) this.flush();
    this.#hold(this.#conversation.send(sender, bytes), time);
  }

  secret(line: string): void {
    const wasComplete = this.#isComplete();
    this.#lines += `${line}\n`;
    this.#labels.add(line.slice(0, line.indexOf(' ')));
    if (!wasComplete && this.#isComplete()) this.flush();
  }

  end(sender: Sender, time: number): void {
    this.#hold(this.#conversation.finish(sender), time);
  }

  reset(sender: Sender, time: number): void {
    this.#hold(this.#conversation.reset(sender), time);
  }

  flush(): void {
    if (this.#lines !== '') this.#write(secretsBlock(this.#lines));
    for (const block of this.#held) this.#write(block);
    this.#lines = '';
    this.#held = [];
    this.#heldBytes = 0;
  }

  #hold(frames: readonly Uint8Array[], time: number): void {
    for (const frame of frames) {
      this.#held.push(packetBlock(frame, time));
      this.#heldBytes += frame.length;
    }
  }

  #isComplete(): boolean {
    return this.#labels.has('CLIENT_RANDOM') || applicationSecrets.every(label => this.#labels.has(label));
  }
}

function endpoint(given: CaptureEndpoint | undefined, last: number, port: number): Endpoint {
  if (given === undefined) return { address: Uint8Array.of(192, 0, 2, last), port };
  const address = parseIp(given.address.replace(/%.*$/s, ''));
  if (address === undefined) throw new RangeError(`${JSON.stringify(given.address)} is no IP address`);
  if (!Number.isInteger(given.port) || given.port < 0 || given.port > 65535) {
    throw new RangeError(`port ${given.port} is not 0 to 65535`);
  }
  return { address: withoutPrefix(address), port: given.port };
}

/** ::ffff:0:0/96 (RFC 4291 §2.5.5.2), which is how sockets for both name what reached them by IPv4. */
const mappedPrefix = [...Array<number>(10).fill(0), 0xff, 0xff];

function withoutPrefix(address: Uint8Array): Uint8Array {
  const isMapped = address.length === 16 && mappedPrefix.every((octet, i) => address[i] === octet);
  return isMapped ? address.slice(12) : address;
}

/** One may be known where the other is not: both are IPv6 where one is. */
function sameFamily(client: Endpoint, server: Endpoint): [client: Endpoint, server: Endpoint] {
  if (client.address.length === server.address.length) return [client, server];
  const widened = ({ address, port }: Endpoint): Endpoint =>
    address.length === 16 ? { address, port } : { address: concat(Uint8Array.from(mappedPrefix), address), port };
  return [widened(client), widened(server)];
}
