import { concat } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageReassembler } from '../src/reassembler.ts';

const message = (type: number, body: Uint8Array) =>
  concat(Uint8Array.of(type, body.length >> 16, (body.length >> 8) & 255, body.length & 255), body);

function drain(reassembler: MessageReassembler): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let next = reassembler.next(); next !== undefined; next = reassembler.next()) messages.push(next);
  return messages;
}

describe('MessageReassembler', () => {
  it('gives back messages however they were cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        (bodies, cuts) => {
          const messages = bodies.map((body, i) => message(i, body));
          const stream = Uint8Array.from(messages.flatMap(m => [...m]));
          const reassembler = new MessageReassembler(300);
          const out: Uint8Array[] = [];
          for (let at = 0, i = 0; at < stream.length; i++) {
            const length = cuts[i % cuts.length] as number;
            reassembler.push(stream.subarray(at, at + length));
            at += length;
            out.push(...drain(reassembler));
          }
          expect(out).toEqual(messages);
          expect(reassembler.empty).toBe(true);
        },
      ),
    );
  });

  it('owns what it gives out: the fragment may be written to afterwards', () => {
    const reassembler = new MessageReassembler(10);
    const fragment = message(1, Uint8Array.of(9));
    reassembler.push(fragment);
    fragment.fill(0);
    expect(drain(reassembler)).toEqual([message(1, Uint8Array.of(9))]);
  });

  it('refuses a message over the limit as soon as its header is there', () => {
    const reassembler = new MessageReassembler(255);
    reassembler.push(Uint8Array.of(1, 0, 1));
    expect(() => reassembler.push(Uint8Array.of(0))).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_MESSAGE_TOO_LARGE' }),
    );
  });

  it('refuses a second message over the limit before its body is there', () => {
    const reassembler = new MessageReassembler(255);
    reassembler.push(Uint8Array.of(...message(1, new Uint8Array(0)), 1, 255, 255, 255));
    expect(() => drain(reassembler)).toThrow(expect.objectContaining({ code: 'ERR_TLS_MESSAGE_TOO_LARGE' }));
  });

  it('takes a message of 128 KiB in fragments of one byte', () => {
    const big = message(11, new Uint8Array(1 << 17).fill(5));
    const reassembler = new MessageReassembler(1 << 17);
    for (const byte of big) reassembler.push(Uint8Array.of(byte));
    const [only] = drain(reassembler);
    expect(Buffer.compare(only as Uint8Array, big)).toBe(0);
  });
});
