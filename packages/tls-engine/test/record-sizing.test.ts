/** Records that grow, seen on the wire: content and, with TLS 1.3, one byte of type and 16 of tag. */
import { describe, expect, it } from 'vitest';
import { tls12 } from '../src/tls12.ts';
import { pair, pump, takeAll } from './support.ts';

/** Lengths of content in the records that stand in these bytes. */
function lengths(bytes: Uint8Array, overhead = 17): number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
    found.push(length - overhead);
    at += 5 + length;
  }
  return found;
}

const sizing = { small: 1000, growAfter: 5000, idle: 1000 };

function growing(client: object = {}) {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const ends = pair({ recordSizing: sizing, now: () => clock.now, ...client });
  pump(ends);
  const write = (length: number) => {
    ends.client.engine.write(new Uint8Array(length));
    const bytes = takeAll(ends.client.engine);
    ends.server.engine.receive(bytes);
    return lengths(bytes);
  };
  return { clock, write, ends };
}

describe('records of data', () => {
  it('are small until so many bytes are out, and long then, within one write', () => {
    const { write, ends } = growing();
    expect(write(30_000)).toEqual([1000, 1000, 1000, 1000, 1000, 16_384, 8616]);
    expect(write(20_000)).toEqual([16_384, 3616]);
    expect(ends.server.bytes).toHaveLength(50_000);
  });

  it('count over many writes', () => {
    const { write } = growing();
    for (let i = 0; i < 8; i++) expect(write(600)).toEqual([600]);
    expect(write(3000)).toEqual([1000, 2000]);
  });

  it('are small again after a pause, which every write ends', () => {
    const { clock, write } = growing();
    write(6000);
    clock.now += 999;
    expect(write(2000)).toEqual([2000]);
    clock.now += 999;
    expect(write(2000)).toEqual([2000]);
    clock.now += 1000;
    expect(write(2000)).toEqual([1000, 1000]);
  });

  it('are never longer than the option or the peer says', () => {
    expect(growing({ recordSize: 3000 }).write(12_000)).toEqual([1000, 1000, 1000, 1000, 1000, 3000, 3000, 1000]);
    expect(growing({ recordSize: 400 }).write(1000)).toEqual([400, 400, 200]);
  });

  it('are padded within the length that they may have', () => {
    const { write } = growing({ padding: (_length: number, room: number) => room });
    expect(write(5500)).toEqual([1000, 1000, 1000, 1000, 1000, 16_384]);
  });

  it('are the same with TLS 1.2', () => {
    const clock = Date.UTC(2026, 0, 1);
    const ends = pair(
      { versions: [tls12], recordSizing: sizing, now: () => clock, cipherSuites: [0xc02b] },
      { versions: [tls12], cipherSuites: [0xc02b] },
    );
    pump(ends);
    expect(ends.client.error).toBeUndefined();
    ends.client.engine.write(new Uint8Array(9000));
    expect(lengths(takeAll(ends.client.engine), 24)).toEqual([1000, 1000, 1000, 1000, 1000, 4000]);
  });

  it('may be as small as 64 bytes, any number of them', () => {
    const { write } = growing({ recordSizing: { small: 64, growAfter: 1 << 20, idle: 1000 } });
    const found = write(200_000);
    expect(found).toHaveLength(3125);
    expect(new Set(found)).toEqual(new Set([64]));
  });
});

it('a handshake is not cut by it', () => {
  const ends = pair({ recordSizing: { small: 64, growAfter: 5000, idle: 1000 } });
  expect(lengths(takeAll(ends.client.engine), 0)[0]).toBeGreaterThan(64);
});
