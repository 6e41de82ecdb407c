/** A TCP connection that might have carried what was said (RFC 9293 §3.5, §3.6): its segments, in order. */
import { peerOf, type Sender } from '../entry.ts';
import { type Endpoint, frameOf, type Segment, TcpFlag } from './frames.ts';

const { FIN, SYN, RST, PSH, ACK } = TcpFlag;

/** The window's shift count (RFC 7323 §2): bytes in flight are never more than the window that was announced. */
const WINDOW_SHIFT = 9;

/** Makes frames of both directions; every byte arrives, in order and once. */
export class Conversation {
  readonly #ends: { readonly [S in Sender]: Endpoint };
  readonly #maxSegment: number;
  /** The next sequence number of each side. */
  readonly #next = { client: 0, server: 0 };
  readonly #isClosed = { client: false, server: false };
  #packets = 0;

  constructor(client: Endpoint, server: Endpoint) {
    this.#ends = { client, server };
    // What Ethernet has room for, behind headers of 20 or 40 bytes and of 20.
    this.#maxSegment = client.address.length === 4 ? 1460 : 1440;
  }

  /** The three-way handshake. */
  open(): Uint8Array[] {
    const options = Uint8Array.of(2, 4, this.#maxSegment >> 8, this.#maxSegment & 0xff, 1, 3, 3, WINDOW_SHIFT);
    return [
      this.#frame('client', SYN, { options }),
      this.#frame('server', SYN | ACK, { options }),
      this.#frame('client', ACK),
    ];
  }

  /** Bytes in segments, and the acknowledgment of them. None after the end of this direction. */
  send(sender: Sender, bytes: Uint8Array): Uint8Array[] {
    if (this.#isClosed[sender] || bytes.length === 0) return [];
    const frames: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += this.#maxSegment) {
      const payload = bytes.subarray(at, at + this.#maxSegment);
      const isLast = at + payload.length === bytes.length;
      frames.push(this.#frame(sender, isLast ? PSH | ACK : ACK, { payload }));
    }
    return [...frames, this.#frame(peerOf(sender), ACK)];
  }

  /** The end of one direction, and its acknowledgment. */
  finish(sender: Sender): Uint8Array[] {
    if (this.#isClosed[sender]) return [];
    const frames = [this.#frame(sender, FIN | ACK), this.#frame(peerOf(sender), ACK)];
    this.#isClosed[sender] = true;
    return frames;
  }

  /** The end of both, at once. */
  reset(sender: Sender): Uint8Array[] {
    if (this.#isClosed.client && this.#isClosed.server) return [];
    const frames = [this.#frame(sender, RST | ACK)];
    this.#isClosed.client = true;
    this.#isClosed.server = true;
    return frames;
  }

  #frame(sender: Sender, flags: number, more: Pick<Segment, 'options' | 'payload'> = {}): Uint8Array {
    const peer = peerOf(sender);
    const sequence = this.#next[sender];
    const taken = (more.payload?.length ?? 0) + ((flags & (SYN | FIN)) === 0 ? 0 : 1);
    this.#next[sender] = (sequence + taken) >>> 0;
    const acknowledgment = (flags & ACK) === 0 ? 0 : this.#next[peer];
    const segment = { sequence, acknowledgment, flags, ...more };
    return frameOf(this.#ends[sender], this.#ends[peer], segment, this.#packets++);
  }
}
