import { concat } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ContentType,
  Deframer,
  HEADER_LENGTH,
  MAX_CIPHERTEXT,
  MAX_PLAINTEXT,
  recordHeader,
  type WireRecord,
} from '../src/index.ts';
import { errorOf } from './errors.ts';

const { alert, application_data, change_cipher_spec, handshake } = ContentType.values;

function record(type: number, fragment: Uint8Array, version = 0x0303): Uint8Array {
  return concat(recordHeader(type, version, fragment.length), fragment);
}

/** Everything that comes out, with copies, since views of one chunk may not outlive it. */
function drain(deframer: Deframer): WireRecord[] {
  const records: WireRecord[] = [];
  for (let next = deframer.next(); next !== undefined; next = deframer.next()) {
    records.push({ ...next, bytes: next.bytes.slice(), fragment: next.fragment.slice() });
  }
  return records;
}

const fragmentBytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
const someRecord = fc
  .tuple(fc.constantFrom(alert, application_data, change_cipher_spec, handshake), fragmentBytes, fc.nat(0xff))
  .map(([type, fragment, minor]) => record(type, fragment, 0x0300 | minor));

describe('Deframer', () => {
  it('cuts the same records from a stream however it comes', () => {
    fc.assert(
      fc.property(fc.array(someRecord, { maxLength: 8 }), fc.array(fc.nat(30)), fc.boolean(), (records, cuts, late) => {
        const stream = concat(...records);
        const deframer = new Deframer();
        const found: WireRecord[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const chunk = stream.slice(at, at + (cuts[i] ?? stream.length));
          at += chunk.length;
          deframer.push(chunk);
          if (late) continue;
          found.push(...drain(deframer));
          // From here on nothing may look into the chunk.
          chunk.fill(0xee);
        }
        found.push(...drain(deframer));
        expect(found.map(({ bytes }) => bytes)).toEqual(records);
        expect(deframer.buffered).toBe(0);
        expect(deframer.atBoundary).toBe(true);
      }),
    );
  });

  it('works byte by byte, and says what it holds', () => {
    const stream = concat(record(handshake, Uint8Array.of(1, 2, 3)), record(application_data, new Uint8Array(0)));
    const deframer = new Deframer();
    const found: number[] = [];
    for (const [i, byte] of stream.entries()) {
      deframer.push(Uint8Array.of(byte));
      const next = deframer.next();
      if (next !== undefined) found.push(i);
      else expect(deframer.buffered).toBe(i < 8 ? i + 1 : i - 7);
      expect(deframer.atBoundary).toBe(next !== undefined);
    }
    expect(found).toEqual([7, 12]);
  });

  it('gathers what comes while a chunk is not used up, in copies', () => {
    const one = record(handshake, Uint8Array.of(1));
    const two = record(application_data, new Uint8Array(3000).fill(2));
    const stream = concat(one, two, one);
    const deframer = new Deframer();
    for (const byte of stream) {
      const chunk = Uint8Array.of(byte);
      deframer.push(chunk);
      // The first chunk is borrowed; the others are not.
      if (deframer.buffered > 1) chunk.fill(0);
    }
    expect(deframer.buffered).toBe(stream.length);
    expect([deframer.next()?.bytes, deframer.next()?.bytes]).toEqual([one, two]);
    deframer.push(one.slice());
    expect([deframer.next()?.bytes, deframer.next()?.bytes, deframer.next()]).toEqual([one, one, undefined]);
    expect(deframer.buffered).toBe(0);
  });

  it('names the parts of a record', () => {
    const deframer = new Deframer();
    deframer.push(record(handshake, Uint8Array.of(9, 8), 0x0301));
    expect(deframer.next()).toEqual({
      type: handshake,
      version: 0x0301,
      bytes: Uint8Array.of(22, 3, 1, 0, 2, 9, 8),
      fragment: Uint8Array.of(9, 8),
    });
  });

  it('copies no record that lies within a chunk, and copies the one that straddles', () => {
    const one = record(handshake, Uint8Array.of(1));
    const chunk = concat(one, one, one.subarray(0, 3));
    const deframer = new Deframer();
    deframer.push(chunk);
    expect(deframer.next()?.bytes.buffer).toBe(chunk.buffer);
    expect(deframer.next()?.fragment.buffer).toBe(chunk.buffer);
    expect(deframer.next()).toBeUndefined();
    const rest = concat(one.subarray(3), one);
    deframer.push(rest);
    const straddling = deframer.next();
    expect(straddling?.bytes).toEqual(one);
    expect([chunk.buffer, rest.buffer]).not.toContain(straddling?.bytes.buffer);
    expect(deframer.next()?.bytes.buffer).toBe(rest.buffer);
  });

  it('puts records together in the same memory, where it is told to, one after the other', () => {
    const stream = concat(...[1, 2, 3].map(byte => record(application_data, new Uint8Array(10_000).fill(byte))));
    const deframers = [new Deframer({ reuse: true }), new Deframer({ reuse: true })];
    const memory = new Set<ArrayBufferLike>();
    // Each waits for its own bytes in memory of its own.
    const seen = deframers.map(() => [] as number[]);
    for (let at = 0; at < stream.length; at += 4000) {
      for (const [i, deframer] of deframers.entries()) {
        deframer.push(stream.slice(at, at + 4000));
        for (let next = deframer.next(); next !== undefined; next = deframer.next()) {
          expect(next.bytes).toHaveLength(10_005);
          expect(new Set(next.fragment).size).toBe(1);
          seen[i]?.push(next.fragment[0] as number);
          memory.add(next.bytes.buffer);
        }
      }
    }
    expect(seen).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(memory.size).toBeLessThanOrEqual(3);
  });

  it('gives every record memory of its own where it is not told to', () => {
    const one = record(application_data, new Uint8Array(10_000).fill(1));
    const deframer = new Deframer();
    const found = [0, 1].map(() => {
      deframer.push(one.subarray(0, 6000));
      expect(deframer.next()).toBeUndefined();
      deframer.push(one.subarray(6000));
      return deframer.next()?.bytes;
    });
    expect(found).toEqual([one, one]);
    expect(found[0]?.buffer).not.toBe(found[1]?.buffer);
  });

  it('gives a chunk back before it is used up, when it is told to', () => {
    const one = record(handshake, Uint8Array.of(1, 2, 3));
    const deframer = new Deframer({ reuse: true });
    const chunk = concat(one, one, one.subarray(0, 4));
    deframer.push(chunk);
    expect(deframer.next()?.bytes).toEqual(one);
    deframer.keep();
    chunk.fill(0xee);
    deframer.keep();
    expect(deframer.buffered).toBe(12);
    deframer.push(one.slice(4));
    expect([deframer.next()?.bytes, deframer.next()?.bytes, deframer.next()]).toEqual([one, one, undefined]);
  });

  it('takes records of the largest size', () => {
    const deframer = new Deframer({ maxFragment: MAX_CIPHERTEXT });
    const largest = record(handshake, new Uint8Array(MAX_CIPHERTEXT).fill(1));
    deframer.push(largest.subarray(0, 9000));
    expect(deframer.next()).toBeUndefined();
    deframer.push(largest.subarray(9000));
    expect(deframer.next()?.bytes).toEqual(largest);
  });

  it.each([
    ['plaintext of 2^14 + 1', handshake, MAX_PLAINTEXT + 1, MAX_PLAINTEXT, true],
    ['plaintext of 2^14', handshake, MAX_PLAINTEXT, MAX_PLAINTEXT, false],
    ['protected records of 2^14 + 257', application_data, MAX_CIPHERTEXT + 1, MAX_CIPHERTEXT, true],
    ['protected records of 2^14 + 256 while plaintext is read', application_data, MAX_CIPHERTEXT, MAX_PLAINTEXT, false],
    ['records above a limit that was set', handshake, 101, 100, true],
  ])('judges %s by the header alone', (_, type, length, maxFragment, refused) => {
    const deframer = new Deframer({ maxFragment });
    deframer.push(recordHeader(type, 0x0303, length).subarray(0, 4));
    expect(deframer.next()).toBeUndefined();
    deframer.push(Uint8Array.of(length & 0xff));
    if (refused) expect(errorOf(() => deframer.next())).toBe('ERR_TLS_RECORD_OVERFLOW record_overflow');
    else expect(deframer.next()).toBeUndefined();
  });

  it('applies a new limit to the next record', () => {
    const deframer = new Deframer();
    const long = record(handshake, new Uint8Array(MAX_PLAINTEXT + 1));
    deframer.push(concat(record(handshake, Uint8Array.of(1)), long));
    deframer.next();
    deframer.maxFragment = MAX_CIPHERTEXT;
    expect(deframer.next()?.bytes).toEqual(long);
  });

  it('lets heartbeats through where it is told to, from the next header on', () => {
    const deframer = new Deframer();
    deframer.heartbeats = true;
    deframer.push(Uint8Array.of(24, 3, 3, 0, 1, 7));
    expect(deframer.next()?.type).toBe(24);
    deframer.push(Uint8Array.of(25, 3, 3, 0, 1, 7));
    expect(errorOf(() => deframer.next())).toBe('ERR_TLS_RECORD_TYPE unexpected_message');
  });

  it.each([
    ['content type 0', Uint8Array.of(0, 3, 3, 0, 1), 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['content type 24', Uint8Array.of(24, 3, 3, 0, 1), 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['an empty handshake record', Uint8Array.of(22, 3, 3, 0, 0), 'ERR_TLS_EMPTY_RECORD unexpected_message'],
    ['an empty alert record', Uint8Array.of(21, 3, 3, 0, 0), 'ERR_TLS_EMPTY_RECORD unexpected_message'],
    ['another major version', Uint8Array.of(22, 2, 0, 0, 1), 'ERR_TLS_RECORD_VERSION protocol_version'],
  ])('refuses %s', (_, header, error) => {
    const deframer = new Deframer();
    deframer.push(header);
    expect(errorOf(() => deframer.next())).toBe(error);
    // Whatever comes behind it, there is no telling where it begins.
    deframer.push(record(handshake, Uint8Array.of(1)));
    expect(errorOf(() => deframer.next())).toBe(error);
    expect(deframer.buffered).toBe(0);
  });

  it.each([
    ['HTTP/1.1 400 Bad Request\r\n', /plain HTTP$/],
    ['GET / HTTP/1.1\r\n', /plain HTTP request/],
    ['220 mail.example ESMTP\r\n', /text that begins with "220 m"/],
    ['\x80\x2e\x01\x00\x02\x00', /SSL 2\.0/],
    ['\x16\xfe\xfd\x00\x00', /version is 254\.253/],
  ])('says what %j may be', (text, hint) => {
    const deframer = new Deframer();
    deframer.push(Uint8Array.from(text, character => character.charCodeAt(0)));
    expect(() => deframer.next()).toThrow(hint);
  });

  it('ignores legacy_record_version, once TLS is spoken', () => {
    const deframer = new Deframer();
    deframer.push(record(handshake, Uint8Array.of(1), 0x03ff));
    deframer.push(record(handshake, Uint8Array.of(2), 0x9999));
    expect(deframer.next()?.version).toBe(0x03ff);
    expect(deframer.next()?.version).toBe(0x9999);
  });

  it('throws nothing but TlsError, and never more than it got, on random bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 })), chunks => {
        const deframer = new Deframer();
        let out = 0;
        for (const chunk of chunks) {
          deframer.push(chunk);
          try {
            for (const { bytes } of drain(deframer)) out += bytes.length;
          } catch (error) {
            expect(error).toHaveProperty('name', 'TlsError');
          }
        }
        expect(out + deframer.buffered).toBeLessThanOrEqual(chunks.reduce((sum, { length }) => sum + length, 0));
      }),
    );
  });

  it('has headers of five bytes', () => {
    expect(recordHeader(handshake, 0x0301, 0x0102)).toEqual(Uint8Array.of(22, 3, 1, 1, 2));
    expect(HEADER_LENGTH).toBe(5);
  });
});
