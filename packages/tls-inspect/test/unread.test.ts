import { expect, it } from 'vitest';
import { Unread } from '../src/unread.ts';

it('gives back what was pushed, in order and in any parts', () => {
  const unread = new Unread();
  const expected = Uint8Array.from({ length: 5000 }, (_, i) => i & 0xff);
  const taken: number[] = [];
  for (let at = 0, turn = 1; at < expected.length; at += turn, turn++) {
    unread.push(expected.subarray(at, at + turn));
    if (turn % 3 === 0) taken.push(...unread.take(turn * 2));
  }
  taken.push(...unread.take(expected.length));
  expect(Uint8Array.from(taken)).toEqual(expected);
  expect(unread.bytes).toHaveLength(0);
});

it('what is taken stays as it is', () => {
  const unread = new Unread();
  unread.push(Uint8Array.of(1, 2, 3));
  const taken = unread.take(2);
  for (let i = 0; i < 100; i++) unread.push(Uint8Array.of(9, 9));
  expect([taken, unread.bytes.subarray(0, 2)]).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3, 9)]);
});

it('does not copy what waits for each part that comes, nor grow when as much is taken', () => {
  const waiting = new Unread();
  const rooms = new Set<ArrayBufferLike>();
  for (let i = 0; i < 100_000; i++) {
    waiting.push(Uint8Array.of(i));
    rooms.add(waiting.bytes.buffer);
  }
  expect(rooms.size).toBeLessThan(20);
  const passing = new Unread();
  for (let i = 0; i < 100_000; i++) {
    passing.push(new Uint8Array(10));
    passing.take(10);
  }
  expect(passing.bytes.buffer.byteLength).toBeLessThan(100);
});
