/** TCP segments out of packets: link layers, IPv4 (RFC 791), IPv6 (RFC 8200) and TCP (RFC 9293), as far as they are what TLS goes over. */
import { DecodeError, Reader } from '@tlskit/tls-wire';
import { type Endpoint, EtherType, IPPROTO_TCP } from './frames.ts';

/** A segment of TCP, whose payload is a view of the packet. */
export interface TcpSegment {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** Why a packet is passed over, for people. */
export type Skipped = { readonly skipped: string };

/** Whatever is no TCP over IP, or is cut short before its payload, says why. Never throws. */
export function segmentOf(packet: Uint8Array, linkType: number): TcpSegment | Skipped {
  const read = linkLayers[linkType];
  if (read === undefined) return { skipped: `link type ${linkType}` };
  try {
    return read(new Reader(packet));
  } catch (error) {
    if (error instanceof DecodeError) return { skipped: 'packets that are cut short' };
    throw error;
  }
}

type Layer = (reader: Reader) => TcpSegment | Skipped;

/** Four bits of version tell IPv4 from IPv6. */
const rawIp: Layer = reader => {
  const version = (reader.bytes[reader.offset] ?? 0) >> 4;
  return version === 4 ? ipv4(reader) : version === 6 ? ipv6(reader) : { skipped: 'packets that are not IP' };
};

/** BSD's loopback: four bytes of address family, in the byte order of the machine, which the version of IP tells too. */
const loopback: Layer = reader => {
  reader.take(4);
  return rawIp(reader);
};

const ethernet: Layer = reader => {
  reader.take(12);
  return byEtherType(reader);
};

/** By the registry of LINKTYPE_ values. */
const linkLayers: { readonly [linkType: number]: Layer } = {
  0: loopback,
  1: ethernet,
  // What some systems call raw IP in files of theirs.
  12: rawIp,
  14: rawIp,
  101: rawIp,
  108: loopback,
  /** Linux's cooked capture: type, address type, length and address, then an EtherType. */
  113: reader => {
    reader.take(14);
    return byEtherType(reader);
  },
  228: rawIp,
  229: rawIp,
  /** The second version of it begins with the EtherType. */
  276: reader => {
    const type = reader.uint16();
    reader.take(18);
    return byEtherType(reader, type);
  },
};

/** VLAN tags (IEEE 802.1Q, 802.1ad), and what came before the standard. */
const vlanTypes = new Set([0x8100, 0x88a8, 0x9100]);

function byEtherType(reader: Reader, first = reader.uint16()): TcpSegment | Skipped {
  let type = first;
  while (vlanTypes.has(type)) {
    reader.take(2);
    type = reader.uint16();
  }
  if (type === EtherType.ipv4) return ipv4(reader);
  return type === EtherType.ipv6 ? ipv6(reader) : { skipped: 'packets that are not IP' };
}

function ipv4(reader: Reader): TcpSegment | Skipped {
  const start = reader.offset;
  const headerLength = 4 * (reader.uint8() & 0x0f);
  reader.take(1);
  const length = reader.uint16();
  reader.take(2);
  const fragment = reader.uint16() & 0x3fff;
  reader.take(1);
  const protocol = reader.uint8();
  reader.take(2);
  const [from, to] = [reader.take(4), reader.take(4)];
  if (headerLength < 20 || (length !== 0 && length < headerLength)) return { skipped: 'malformed packets' };
  reader.take(headerLength - 20);
  if (fragment !== 0) return { skipped: 'fragments of IP' };
  // Whoever captures on the machine that sends sees packets before their length is known: it is 0 then.
  const end = length === 0 ? reader.end : start + length;
  return protocol === IPPROTO_TCP ? tcp(reader, end, from, to) : { skipped: 'packets that are not TCP' };
}

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const DESTINATION = 60;

function ipv6(reader: Reader): TcpSegment | Skipped {
  reader.take(4);
  const length = reader.uint16();
  let next = reader.uint8();
  reader.take(1);
  const [from, to] = [reader.take(16), reader.take(16)];
  const end = length === 0 ? reader.end : reader.offset + length;
  for (;;) {
    if (next === IPPROTO_TCP) return tcp(reader, end, from, to);
    if (next === FRAGMENT) return { skipped: 'fragments of IP' };
    if (next !== HOP_BY_HOP && next !== ROUTING && next !== DESTINATION) return { skipped: 'packets that are not TCP' };
    next = reader.uint8();
    const length8 = reader.uint8();
    reader.take(6 + 8 * length8);
  }
}

/** @param end where the packet ends; what an Ethernet frame has behind that is padding, and what it lacks was not kept */
function tcp(reader: Reader, end: number, source: Uint8Array, destination: Uint8Array): TcpSegment | Skipped {
  const start = reader.offset;
  const from = { address: source, port: reader.uint16() };
  const to = { address: destination, port: reader.uint16() };
  const sequence = reader.uint32();
  reader.take(4);
  const headerLength = 4 * (reader.uint8() >> 4);
  const flags = reader.uint8();
  if (headerLength < 20 || start + headerLength > end) return { skipped: 'malformed packets' };
  const dataAt = start + headerLength;
  if (dataAt > reader.end) return { skipped: 'packets that are cut short' };
  return { from, to, sequence, flags, payload: reader.bytes.subarray(dataAt, Math.min(end, reader.end)) };
}
