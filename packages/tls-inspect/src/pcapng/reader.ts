/** Captures read back: the connections in a pcap or pcapng file, each as what its two ends said. */
import { DecodeError } from '@tlskit/tls-wire';
import { formatIp } from '@tlskit/tls-x509';
import type { Sender } from '../entry.ts';
import { isCapture, readFile } from './file.ts';
import { type Endpoint, TcpFlag } from './frames.ts';
import { segmentOf, type TcpSegment } from './headers.ts';
import { type Gap, Reassembler } from './reassembly.ts';
import type { CaptureEndpoint } from './writer.ts';

/** A connection of a capture. */
export interface ReadConnection {
  /** Who sent the SYN; where that is missing, the one with the higher port. */
  readonly client: CaptureEndpoint;
  readonly server: CaptureEndpoint;
  /** What each said, in order of the packets that made it whole; views of the file, with milliseconds since 1970. */
  readonly chunks: readonly { readonly sender: Sender; readonly bytes: Uint8Array; readonly time: number }[];
  /** Where the bytes of a direction break off because packets are missing: nothing behind that is among the chunks. */
  readonly gaps: Readonly<Partial<Record<Sender, Gap>>>;
}

/** What a capture has. */
export interface ReadCapture {
  /** In the order in which they began. */
  readonly connections: readonly ReadConnection[];
  /** Text of the key logs in the file. */
  readonly keyLog: string;
  /** How many packets were passed over, by why. */
  readonly skipped: ReadonlyMap<string, number>;
  /** What is wrong with the file, for instance that it was cut short: all before that was read. */
  readonly error?: DecodeError;
}

/**
 * Reads a capture: Ethernet (with VLAN tags), raw IP, BSD's loopback and Linux's cooked form; IPv4 and IPv6, TCP. Takes memory in proportion
 * to the file.
 * @throws DecodeError for what is no capture at all
 */
export function readCapture(file: Uint8Array): ReadCapture {
  if (!isCapture(file)) throw new DecodeError('neither pcap nor pcapng', 0);
  const connections = new Connections();
  const skipped = new Map<string, number>();
  let keyLog = '';
  let error: DecodeError | undefined;
  try {
    for (const each of readFile(file)) {
      if (each.kind === 'secrets') {
        keyLog += `${each.keyLog}\n`;
        continue;
      }
      const segment = segmentOf(each.bytes, each.linkType);
      if ('skipped' in segment) skipped.set(segment.skipped, (skipped.get(segment.skipped) ?? 0) + 1);
      else connections.push(segment, each.time);
    }
  } catch (thrown) {
    if (!(thrown instanceof DecodeError)) throw thrown;
    error = thrown;
  }
  return { connections: connections.finish(), keyLog, skipped, ...(error !== undefined && { error }) };
}

/** Segments by the connection that they are of. */
class Connections {
  readonly #all: Followed[] = [];
  /** The latest of each pair of ends: pairs are used again. */
  readonly #current = new Map<string, Followed>();

  push(segment: TcpSegment, time: number): void {
    const { from, to, flags, sequence } = segment;
    const key = [from, to].map(textOf).sort().join(' ');
    const isOpening = (flags & TcpFlag.SYN) !== 0 && (flags & TcpFlag.ACK) === 0;
    let connection = this.#current.get(key);
    if (connection === undefined || (isOpening && !connection.isOpenedBy(sequence))) {
      connection = new Followed(segment);
      this.#all.push(connection);
      this.#current.set(key, connection);
    }
    connection.push(segment, time);
  }

  finish(): ReadConnection[] {
    return this.#all.map(connection => connection.finish());
  }
}

class Followed {
  readonly #ends: { readonly [S in Sender]: Endpoint };
  /** Sequence number of the client's SYN; undefined where the capture began after it. */
  readonly #opening: number | undefined;
  readonly #chunks: { sender: Sender; bytes: Uint8Array; time: number }[] = [];
  readonly #streams: { readonly [S in Sender]: Reassembler };

  constructor({ from, to, flags, sequence }: TcpSegment) {
    const isFromClient = (flags & TcpFlag.SYN) === 0 ? from.port >= to.port : (flags & TcpFlag.ACK) === 0;
    this.#ends = isFromClient ? { client: from, server: to } : { client: to, server: from };
    this.#opening = isFromClient && (flags & TcpFlag.SYN) !== 0 ? sequence : undefined;
    const stream = (sender: Sender) =>
      new Reassembler((bytes, time) => void this.#chunks.push({ sender, bytes, time }));
    this.#streams = { client: stream('client'), server: stream('server') };
  }

  /** Whether a SYN of this number is that of this connection, and may so be one that was sent again. */
  isOpenedBy(sequence: number): boolean {
    return this.#opening === sequence;
  }

  push({ from, flags, sequence, payload }: TcpSegment, time: number): void {
    const sender = textOf(from) === textOf(this.#ends.client) ? 'client' : 'server';
    const isSyn = (flags & TcpFlag.SYN) !== 0;
    // A SYN takes a number of its own.
    const first = isSyn ? (sequence + 1) >>> 0 : sequence;
    if (isSyn) this.#streams[sender].begin(first);
    this.#streams[sender].push(first, payload, time);
  }

  finish(): ReadConnection {
    const gaps: Partial<Record<Sender, Gap>> = {};
    for (const sender of ['client', 'server'] as const) {
      const stream = this.#streams[sender];
      stream.finish();
      if (stream.gap !== undefined) gaps[sender] = stream.gap;
    }
    const { client, server } = this.#ends;
    return { client: readable(client), server: readable(server), chunks: this.#chunks, gaps };
  }
}

function readable({ address, port }: Endpoint): CaptureEndpoint {
  return { address: formatIp(address), port };
}

function textOf(end: Endpoint): string {
  const { address, port } = readable(end);
  return `${address}#${port}`;
}
