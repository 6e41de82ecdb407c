/** Captures read back: file forms, link layers, and TCP as it comes out of a network. */
import { concat, DecodeError, fromHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameOf, TcpFlag } from '../src/pcapng/frames.ts';
import { encodeCapture, isCapture, readCapture } from '../src/pcapng/index.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);

const client = { address: Uint8Array.of(192, 0, 2, 1), port: 50000 };
const server = { address: Uint8Array.of(192, 0, 2, 2), port: 443 };
const { SYN, ACK, PSH } = TcpFlag;

/** A frame from the client, whose first byte of data has this number in the stream. */
function said(at: number, words: string, flags: number = ACK | PSH, base = 1000): Uint8Array {
  const sequence = (base + 1 + at) >>> 0;
  return frameOf(client, server, { sequence, acknowledgment: 1, flags, payload: bytes(words) }, 0);
}

const syn = (base = 1000): Uint8Array => frameOf(client, server, { sequence: base, acknowledgment: 0, flags: SYN }, 0);

/** A pcap file; every packet is a second after the one before. */
function pcap(packets: readonly Uint8Array[], { little = true, nano = false, linkType = 1 } = {}): Uint8Array {
  const numbers = (...values: number[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    for (const [i, value] of values.entries()) view.setUint32(4 * i, value, little);
    return new Uint8Array(view.buffer);
  };
  const version = little ? fromHex('02000400') : fromHex('00020004');
  const header = [numbers(nano ? 0xa1b23c4d : 0xa1b2c3d4), version, numbers(0, 0, 65535, linkType)];
  const fraction = nano ? 500_000_000 : 500_000;
  return concat(...header, ...packets.flatMap((one, i) => [numbers(i, fraction, one.length, one.length), one]));
}

/** All that the client of the first connection said. */
function heard(file: Uint8Array): string {
  const [connection] = readCapture(file).connections;
  return (connection?.chunks ?? []).map(chunk => (chunk.sender === 'client' ? text(chunk.bytes) : '')).join('');
}

describe('a capture', () => {
  const chunks = [
    { sender: 'client', bytes: bytes('hello'.repeat(1000)), time: 1_767_225_600_000.25 },
    { sender: 'server', bytes: bytes('world'), time: 1_767_225_600_001 },
  ] as const;
  const ends = {
    client: { address: '2001:db8::1', port: 50000 },
    server: { address: '2001:db8::2', port: 8443 },
  };

  it('is read as it was written', () => {
    const file = encodeCapture({ ...ends, chunks, keyLog: 'A B C' });
    expect(isCapture(file)).toBe(true);
    const { connections, keyLog, skipped, error } = readCapture(file);
    expect({ keyLog, skipped, error }).toEqual({ keyLog: 'A B C\n\n', skipped: new Map(), error: undefined });
    expect(connections).toHaveLength(1);
    const [{ client, server, gaps, chunks: read }] = connections as [(typeof connections)[0]];
    expect({ client, server, gaps }).toEqual({ ...ends, gaps: {} });
    expect(text(concat(...read.filter(({ sender }) => sender === 'client').map(each => each.bytes)))).toBe(
      'hello'.repeat(1000),
    );
    expect(read.at(-1)).toEqual({ ...chunks[1], bytes: bytes('world') });
    expect(read[0]?.time).toBe(chunks[0].time);
  });

  it('that is cut short has what came before, and says where', () => {
    const file = encodeCapture({ ...ends, chunks });
    const { connections, error } = readCapture(file.subarray(0, file.length - 600));
    expect(connections[0]?.chunks).toHaveLength(4);
    expect(error).toBeInstanceOf(DecodeError);
    expect(error?.offset).toBeGreaterThan(file.length - 1000);
    for (const none of [new Uint8Array(0), bytes('PK\x03\x04'), bytes('abc')]) {
      expect(() => readCapture(none)).toThrow('neither pcap nor pcapng');
    }
  });

  it.each([
    { little: true, nano: false },
    { little: false, nano: false },
    { little: true, nano: true },
    { little: false, nano: true },
  ])('may be pcap: %j', form => {
    const [connection] = readCapture(pcap([syn(), said(0, 'words')], form)).connections;
    expect(connection?.chunks).toEqual([{ sender: 'client', bytes: bytes('words'), time: 1500 }]);
    expect(connection?.client).toEqual({ address: '192.0.2.1', port: 50000 });
  });

  it('may be pcapng of the other byte order, with times of its own, and packets of the simple kind', () => {
    const block = (type: string, body: string): string => {
      const length = (12 + body.length / 2).toString(16).padStart(2, '0');
      return `${type}${length}000000${body}${length}000000`;
    };
    const hex = (value: Uint8Array): string => Array.from(value, one => one.toString(16).padStart(2, '0')).join('');
    const packet = said(0, 'words!');
    expect(packet.length % 4).toBe(0);
    const size = packet.length.toString(16).padStart(2, '0');
    const file = fromHex(
      [
        block('0a0d0d0a', '4d3c2b1a01000000ffffffffffffffff'),
        // A resolution of 2^-10 s, an offset of 5 s.
        block('01000000', `0100000000000000090001008a0000000e0008000500000000000000`),
        block('06000000', `000000000000000000080000${size}000000${size}000000${hex(packet)}`),
        block('03000000', `${size}000000${hex(said(6, 'simple'))}`),
        block('ff0f0000', 'deadbeef'),
      ].join(''),
    );
    expect(readCapture(file).connections[0]?.chunks).toEqual([
      { sender: 'client', bytes: bytes('words!'), time: 7000 },
      { sender: 'client', bytes: bytes('simple'), time: 0 },
    ]);
  });

  it.each([
    ['a block of no length', '0a0d0d0a000000001a2b3c4d', 'a block of 0 bytes', 4],
    ['no byte order', '0a0d0d0a0000001c00000000', 'no byte-order magic', 8],
    ['a packet of no interface', '0a0d0d0a0000000c1a2b3c4d000000060000002000000001', 'interface 1', 8],
  ])('with %s says so', (_, hex, message, offset) => {
    const { error } = readCapture(concat(fromHex(hex), new Uint8Array(20)));
    expect([error?.message, error?.offset]).toEqual([expect.stringContaining(message), expect.any(Number)]);
    expect(error?.offset).toBeGreaterThanOrEqual(offset);
  });
});

describe('link layers', () => {
  const ip = said(0, 'words').subarray(14);
  const v6 = frameOf(
    { address: new Uint8Array(16).fill(1), port: 50000 },
    { address: new Uint8Array(16).fill(2), port: 443 },
    { sequence: 1, acknowledgment: 0, flags: ACK, payload: bytes('words') },
    0,
  ).subarray(14);
  const withHopByHop = concat(
    v6.subarray(0, 6),
    Uint8Array.of(0),
    v6.subarray(7, 40),
    fromHex('0600000000000000'),
    v6.subarray(40),
  );
  withHopByHop[5] = (withHopByHop[5] as number) + 8;

  it.each([
    ['Ethernet', 1, concat(new Uint8Array(12), fromHex('0800'), ip)],
    ['Ethernet with padding', 1, concat(new Uint8Array(12), fromHex('0800'), ip, bytes('padding'))],
    ['Ethernet with IPv6', 1, concat(new Uint8Array(12), fromHex('86dd'), v6)],
    ['Ethernet with two VLAN tags', 1, concat(new Uint8Array(12), fromHex('88a80001810000020800'), ip)],
    ['raw IPv4', 101, ip],
    ['raw IPv6', 229, v6],
    ['IPv6 with a header more', 101, withHopByHop],
    ["BSD's loopback", 0, concat(fromHex('02000000'), ip)],
    ["OpenBSD's loopback", 108, concat(fromHex('00000018'), v6)],
    ["Linux's cooked form", 113, concat(new Uint8Array(14), fromHex('0800'), ip)],
    ["Linux's cooked form, second version", 276, concat(fromHex('86dd'), new Uint8Array(18), v6)],
  ])('%s', (_, linkType, packet) => {
    expect(heard(pcap([packet], { linkType }))).toBe('words');
  });

  it.each([
    ['link type 147', 147, ip],
    ['packets that are not IP', 1, concat(new Uint8Array(12), fromHex('0806'), new Uint8Array(28))],
    ['packets that are not TCP', 101, concat(ip.subarray(0, 9), Uint8Array.of(17), ip.subarray(10))],
    ['fragments of IP', 101, concat(ip.subarray(0, 6), fromHex('2000'), ip.subarray(8))],
    ['malformed packets', 101, concat(Uint8Array.of(0x44), ip.subarray(1))],
    ['packets that are cut short', 101, ip.subarray(0, 30)],
  ])('what is passed over is told: %s', (reason, linkType, packet) => {
    const { connections, skipped } = readCapture(pcap([packet], { linkType }));
    expect(connections).toEqual([]);
    expect([...skipped]).toEqual([[reason, 1]]);
  });
});

describe('TCP', () => {
  it.each([
    ['in order', [said(0, 'abc'), said(3, 'def')]],
    ['out of order', [said(3, 'def'), said(0, 'abc')]],
    ['sent again', [said(0, 'abc'), said(0, 'abc'), said(3, 'def'), said(3, 'def')]],
    ['overlapping', [said(0, 'abcd'), said(2, 'cdef')]],
    ['overlapping out of order', [said(2, 'cdef'), said(1, 'bcd'), said(0, 'ab')]],
    ['the first of two counts', [said(0, 'abc'), said(0, 'XYZdef')]],
    ['with keep-alives', [said(0, 'abc'), said(2, 'X'), said(3, 'def')]],
  ])('%s', (_, packets) => {
    expect(heard(pcap([syn(), ...packets]))).toBe('abcdef');
  });

  it('counts on from 2^32 at 0', () => {
    const base = 0xffff_fffd;
    expect(heard(pcap([syn(base), said(3, 'def', ACK, base), said(0, 'abc', ACK, base)]))).toBe('abcdef');
  });

  it('whose beginning is missing begins where the capture does', () => {
    const answer = frameOf(server, client, { sequence: 7, acknowledgment: 0, flags: ACK, payload: bytes('hi') }, 0);
    const { connections } = readCapture(pcap([answer, said(0, 'abc')]));
    expect(connections[0]?.client.port).toBe(50000);
    expect(connections[0]?.chunks.map(({ sender, bytes }) => [sender, text(bytes)])).toEqual([
      ['server', 'hi'],
      ['client', 'abc'],
    ]);
  });

  it('with a gap breaks off there, and says how much is missing', () => {
    const file = pcap([syn(), said(0, 'abc'), said(5, 'fgh')]);
    expect(heard(file)).toBe('abc');
    expect(readCapture(file).connections[0]?.gaps).toEqual({ client: { at: 3, missing: 2 } });
  });

  it('of which too much waits breaks off too', () => {
    const late = Array.from({ length: 5000 }, (_, i) => said(i + 1, 'x'));
    const file = pcap([syn(), ...late, said(0, 'a')]);
    expect(heard(file)).toBe('');
    expect(readCapture(file).connections[0]?.gaps).toEqual({ client: { at: 0, missing: 1 } });
  });

  it('that begins anew between the same ends is another connection', () => {
    const file = pcap([syn(), syn(), said(0, 'abc'), syn(5000), said(0, 'def', ACK, 5000)]);
    const { connections } = readCapture(file);
    expect(connections.map(({ chunks }) => chunks.map(chunk => text(chunk.bytes)))).toEqual([['abc'], ['def']]);
  });
});

it('any bytes are read or refused, and nothing else happens', () => {
  const good = encodeCapture({ chunks: [{ sender: 'client', bytes: bytes('words'), time: 0 }], keyLog: 'A B C' });
  const damaged = fc
    .tuple(
      fc.constantFrom(good, pcap([syn(), said(0, 'abc')])),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
    )
    .map(([file, changes]) => {
      const copy = file.slice();
      for (const [at, value] of changes) copy[4 + (at % (copy.length - 4))] = value;
      return copy;
    });
  fc.assert(
    fc.property(damaged, file => {
      expect(readCapture(file).connections.length).toBeLessThanOrEqual(8);
    }),
    { numRuns: 2000 },
  );
});
