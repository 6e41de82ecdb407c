/** Ethernet frames with TCP (RFC 9293) over IPv4 (RFC 791) or IPv6 (RFC 8200), as they might have been on a wire. */
import { concat, type Writer, written } from '@tlskit/tls-wire';

/** One end of a TCP connection, as its packets name it. */
export interface Endpoint {
  /** 4 or 16 octets; both ends have as many. */
  readonly address: Uint8Array;
  readonly port: number;
}

export const TcpFlag = { FIN: 0x01, SYN: 0x02, RST: 0x04, PSH: 0x08, ACK: 0x10 } as const;

export const EtherType = { ipv4: 0x0800, ipv6: 0x86dd } as const;

/** The protocol number of TCP. */
export const IPPROTO_TCP = 6;

/** What a TCP header says, beside the ports. */
export interface Segment {
  /** Modulo 2^32. */
  readonly sequence: number;
  readonly acknowledgment: number;
  /** {@link TcpFlag}s. */
  readonly flags: number;
  /** A multiple of four bytes. */
  readonly options?: Uint8Array;
  readonly payload?: Uint8Array;
}

/** @param identification of an IPv4 packet, modulo 2^16 */
export function frameOf(from: Endpoint, to: Endpoint, segment: Segment, identification: number): Uint8Array {
  const tcp = tcpOf(from, to, segment);
  const isV4 = from.address.length === 4;
  const header = isV4 ? ipv4Header(from, to, tcp.length, identification) : ipv6Header(from, to, tcp.length);
  return concat(ethernetHeader(from, to, isV4 ? EtherType.ipv4 : EtherType.ipv6), header, tcp);
}

/** Locally administered addresses, by the last octet of the IP address. */
function ethernetHeader(from: Endpoint, to: Endpoint, type: number): Uint8Array {
  const mac = ({ address, port }: Endpoint): Uint8Array =>
    Uint8Array.of(2, 0, 0, port >> 8, port & 0xff, address.at(-1) as number);
  return concat(mac(to), mac(from), Uint8Array.of(type >> 8, type & 0xff));
}

function ipv4Header(from: Endpoint, to: Endpoint, length: number, identification: number): Uint8Array {
  const header = written(writer => {
    writer.uint8(0x45);
    writer.uint8(0);
    writer.uint16(20 + length);
    writer.uint16(identification & 0xffff);
    // Don't fragment.
    writer.uint16(0x4000);
    writer.uint8(64);
    writer.uint8(IPPROTO_TCP);
    writer.uint16(0);
    writer.put(from.address);
    writer.put(to.address);
  });
  return withChecksum(header, 10, checksum(header));
}

function ipv6Header(from: Endpoint, to: Endpoint, length: number): Uint8Array {
  return written(writer => {
    writer.uint32(0x6000_0000);
    writer.uint16(length);
    writer.uint8(IPPROTO_TCP);
    writer.uint8(64);
    writer.put(from.address);
    writer.put(to.address);
  });
}

function tcpOf(from: Endpoint, to: Endpoint, segment: Segment): Uint8Array {
  const { sequence, acknowledgment, flags, options = new Uint8Array(0), payload = new Uint8Array(0) } = segment;
  const tcp = written(writer => {
    writer.uint16(from.port);
    writer.uint16(to.port);
    writer.uint32(sequence);
    writer.uint32(acknowledgment);
    writer.uint8((5 + options.length / 4) << 4);
    writer.uint8(flags);
    writer.uint16(0xffff);
    writer.uint32(0);
    writer.put(options);
    writer.put(payload);
  });
  return withChecksum(
    tcp,
    16,
    checksum(
      written(writer => pseudoHeader(writer, from, to, tcp.length)),
      tcp,
    ),
  );
}

/** RFC 9293 §3.1; IPv6's has the length in four bytes (RFC 8200 §8.1), which sums up to the same. */
function pseudoHeader(writer: Writer, from: Endpoint, to: Endpoint, length: number): void {
  writer.put(from.address);
  writer.put(to.address);
  writer.uint16(IPPROTO_TCP);
  writer.uint16(length);
}

/** The Internet checksum (RFC 1071). Parts are of even length, but for the last. */
export function checksum(...parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const bytes of parts) {
    for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] as number) << 8) | (bytes[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function withChecksum(bytes: Uint8Array, at: number, value: number): Uint8Array {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 0xff;
  return bytes;
}
