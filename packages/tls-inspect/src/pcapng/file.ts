/** Packets out of capture files: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), of either byte order. */
import { DecodeError } from '@tlskit/tls-wire';
import { BlockType, BYTE_ORDER_MAGIC, TLS_KEY_LOG } from './blocks.ts';

/** A packet as it was captured. */
export interface Packet {
  readonly kind: 'packet';
  /** A view of the file; it may be less than what was on the wire. */
  readonly bytes: Uint8Array;
  /** What it begins with, by the registry of LINKTYPE_ values. */
  readonly linkType: number;
  /** Milliseconds since 1970; 0 where the file does not say. */
  readonly time: number;
}

/** Text of a key log in the file. */
export interface Secrets {
  readonly kind: 'secrets';
  readonly keyLog: string;
}

/** Whether it begins as a pcap or pcapng file does. */
export function isCapture(file: Uint8Array): boolean {
  return file.length >= 4 && (isPcapng(file) || pcapForm(file) !== undefined);
}

/** What a file has, in its order. @throws DecodeError with the offset of what is malformed, or cut short */
export function* readFile(file: Uint8Array): Generator<Packet | Secrets> {
  if (!isCapture(file)) throw new DecodeError('neither pcap nor pcapng', 0);
  yield* isPcapng(file) ? readPcapng(file) : readPcap(file);
}

function isPcapng(file: Uint8Array): boolean {
  return viewOf(file).getUint32(0) === BlockType.section;
}

/** Numbers of a file, from the start of it. */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** What a pcap file's magic says: byte order, and units of time in a millisecond. */
interface PcapForm {
  readonly isLittle: boolean;
  readonly unitsPerMillisecond: number;
}

function pcapForm(file: Uint8Array): PcapForm | undefined {
  for (const isLittle of [true, false]) {
    const magic = viewOf(file).getUint32(0, isLittle);
    if (magic === 0xa1b2c3d4) return { isLittle, unitsPerMillisecond: 1e3 };
    if (magic === 0xa1b23c4d) return { isLittle, unitsPerMillisecond: 1e6 };
  }
  return undefined;
}

const PCAP_HEADER = 24;
const PCAP_RECORD_HEADER = 16;

function* readPcap(file: Uint8Array): Generator<Packet> {
  const { isLittle, unitsPerMillisecond } = pcapForm(file) as PcapForm;
  const view = viewOf(file);
  need(file, 0, PCAP_HEADER, 'the header of a pcap file');
  // The upper bits say whether and how long a frame check sequence is.
  const linkType = view.getUint32(20, isLittle) & 0xffff;
  for (let at = PCAP_HEADER; at < file.length; ) {
    need(file, at, PCAP_RECORD_HEADER, 'the header of a packet');
    const [seconds, fraction, length] = [0, 4, 8].map(offset => view.getUint32(at + offset, isLittle)) as [
      number,
      number,
      number,
    ];
    const start = at + PCAP_RECORD_HEADER;
    need(file, start, length, 'a packet');
    at = start + length;
    yield {
      kind: 'packet',
      bytes: file.subarray(start, at),
      linkType,
      time: seconds * 1000 + fraction / unitsPerMillisecond,
    };
  }
}

/** One interface of a section: what its packets begin with, and what their times count. */
interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly unitsPerSecond: number;
  /** Seconds. */
  readonly offset: number;
}

function* readPcapng(file: Uint8Array): Generator<Packet | Secrets> {
  let isLittle = false;
  let interfaces: Interface[] = [];
  const view = viewOf(file);
  for (let at = 0; at < file.length; ) {
    need(file, at, 12, 'a block');
    const type = view.getUint32(at, isLittle);
    if (type === BlockType.section) {
      isLittle = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
      if (!isLittle && view.getUint32(at + 8) !== BYTE_ORDER_MAGIC)
        throw new DecodeError('no byte-order magic', at + 8);
      interfaces = [];
    }
    const length = view.getUint32(at + 4, isLittle);
    if (length < 12 || length % 4 !== 0) throw new DecodeError(`a block of ${length} bytes`, at + 4);
    need(file, at, length, 'a block');
    const block = new Block(file, at + 8, at + length - 4, isLittle);
    if (type === BlockType.interface) interfaces.push(interfaceOf(block));
    else if (type === BlockType.secrets) yield* secretsOf(block);
    else if (type === BlockType.packet) yield enhancedPacket(block, interfaces);
    else if (type === BlockType.simplePacket) yield simplePacket(block, interfaces);
    at += length;
  }
}

/** The body of a block, read within its bounds. */
class Block {
  readonly #file: Uint8Array;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  readonly end: number;
  at: number;

  constructor(file: Uint8Array, start: number, end: number, isLittle: boolean) {
    this.#file = file;
    this.#view = viewOf(file);
    this.#isLittle = isLittle;
    this.at = start;
    this.end = end;
  }

  uint16(): number {
    return this.#view.getUint16(this.#step(2), this.#isLittle);
  }

  uint32(): number {
    return this.#view.getUint32(this.#step(4), this.#isLittle);
  }

  int64(): number {
    return Number(this.#view.getBigInt64(this.#step(8), this.#isLittle));
  }

  bytes(length: number): Uint8Array {
    const start = this.#step(length);
    return this.#file.subarray(start, start + length);
  }

  #step(length: number): number {
    const start = this.at;
    if (length > this.end - start)
      throw new DecodeError(`expected ${length} bytes of a block, ${this.end - start} left`, start);
    this.at += length;
    return start;
  }
}

const OPTION_END = 0;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;

function interfaceOf(block: Block): Interface {
  const linkType = block.uint16();
  block.uint16();
  const snapLength = block.uint32();
  let [unitsPerSecond, offset] = [1e6, 0];
  while (block.at < block.end) {
    const code = block.uint16();
    const length = block.uint16();
    const start = block.at;
    if (code === OPTION_END) break;
    if (code === OPTION_RESOLUTION && length === 1) {
      const [exponent] = block.bytes(1) as unknown as [number];
      unitsPerSecond = exponent & 0x80 ? 2 ** (exponent & 0x7f) : 10 ** exponent;
    } else if (code === OPTION_OFFSET && length === 8) {
      offset = block.int64();
    }
    block.at = Math.min(block.end, start + length + (-length & 3));
  }
  return { linkType, snapLength, unitsPerSecond, offset };
}

function* secretsOf(block: Block): Generator<Secrets> {
  if (block.uint32() !== TLS_KEY_LOG) return;
  yield { kind: 'secrets', keyLog: new TextDecoder().decode(block.bytes(block.uint32())) };
}

function enhancedPacket(block: Block, interfaces: readonly Interface[]): Packet {
  const { linkType, unitsPerSecond, offset } = known(interfaces, block.uint32(), block.at);
  const units = block.uint32() * 2 ** 32 + block.uint32();
  const length = block.uint32();
  block.uint32();
  return { kind: 'packet', bytes: block.bytes(length), linkType, time: (units / unitsPerSecond + offset) * 1000 };
}

/** It is of the first interface, and its length is the packet's on the wire or what was to be kept. */
function simplePacket(block: Block, interfaces: readonly Interface[]): Packet {
  const { linkType, snapLength } = known(interfaces, 0, block.at);
  const length = block.uint32();
  const kept = snapLength === 0 ? length : Math.min(length, snapLength);
  return { kind: 'packet', bytes: block.bytes(kept), linkType, time: 0 };
}

function known(interfaces: readonly Interface[], index: number, at: number): Interface {
  const found = interfaces[index];
  if (found === undefined) throw new DecodeError(`a packet of interface ${index}, which the section does not have`, at);
  return found;
}

function need(file: Uint8Array, at: number, length: number, what: string): void {
  if (length > file.length - at) {
    throw new DecodeError(`expected ${length} bytes of ${what}, ${file.length - at} left`, at);
  }
}
