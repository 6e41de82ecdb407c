/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng §3, §4), big-endian: a reader finds out by the byte-order magic.
 * Each is type, total length, body, padding to 32 bits, and the total length again.
 */
import { type Writer, written } from '@tlskit/tls-wire';

export const BlockType = {
  section: 0x0a0d0d0a,
  interface: 1,
  simplePacket: 3,
  packet: 6,
  secrets: 10,
} as const;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** What a Decryption Secrets Block holds (§4.7): `TLSK`, a key log. */
export const TLS_KEY_LOG = 0x544c534b;

/** What packets begin with: an Ethernet header. */
export const LINKTYPE_ETHERNET = 1;

/** The section and its one interface, whose times are in microseconds. @param application what wrote the file */
export function opening(application: string): Uint8Array {
  return written(writer => {
    block(writer, BlockType.section, body => {
      body.uint32(BYTE_ORDER_MAGIC);
      body.uint16(1);
      body.uint16(0);
      // Nobody knows how long the section becomes.
      body.uint64(0xffff_ffff_ffff_ffffn);
      option(body, 4, new TextEncoder().encode(application));
      option(body, 0, new Uint8Array(0));
    });
    block(writer, BlockType.interface, body => {
      body.uint16(LINKTYPE_ETHERNET);
      body.uint16(0);
      // No limit to what is kept of a packet.
      body.uint32(0);
    });
  });
}

/** @param lines of a key log, each with its end */
export function secretsBlock(lines: string): Uint8Array {
  const bytes = new TextEncoder().encode(lines);
  return written(writer => {
    block(writer, BlockType.secrets, body => {
      body.uint32(TLS_KEY_LOG);
      body.uint32(bytes.length);
      body.put(bytes);
    });
  });
}

/** @param time milliseconds since 1970; what is finer than a microsecond is cut */
export function packetBlock(frame: Uint8Array, time: number): Uint8Array {
  return written(writer => {
    block(writer, BlockType.packet, body => {
      body.uint32(0);
      body.uint64(BigInt(Math.max(0, Math.trunc(time * 1000))));
      body.uint32(frame.length);
      body.uint32(frame.length);
      body.put(frame);
    });
  });
}

/** Around the body that `write` writes. */
function block(writer: Writer, type: number, write: (writer: Writer) => void): void {
  const body = written(write);
  const padding = -body.length & 3;
  const length = 12 + body.length + padding;
  writer.uint32(type);
  writer.uint32(length);
  writer.put(body);
  writer.put(new Uint8Array(padding));
  writer.uint32(length);
}

function option(writer: Writer, code: number, value: Uint8Array): void {
  writer.uint16(code);
  writer.uint16(value.length);
  writer.put(value);
  writer.put(new Uint8Array(-value.length & 3));
}
