import { concat } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ContentType,
  fragment,
  MAX_PLAINTEXT,
  noPadding,
  openChangeCipherSpec,
  padToMultiple,
  plaintextOpener,
  plaintextSealer,
  recordHeader,
  type WireRecord,
} from '../src/index.ts';
import { errorOf } from './errors.ts';

const { alert, application_data, change_cipher_spec, handshake } = ContentType.values;

function record(type: number, content: Uint8Array): WireRecord {
  const bytes = concat(recordHeader(type, 0x0303, content.length), content);
  return { type, version: 0x0303, bytes, fragment: bytes.subarray(5) };
}

describe('plaintextOpener', () => {
  it.each([
    ['handshake', handshake, Uint8Array.of(1, 2)],
    ['alert', alert, Uint8Array.of(2, 40)],
    ['change_cipher_spec', change_cipher_spec, Uint8Array.of(1)],
  ])('lets %s through as a view', (_, type, content) => {
    const opener = plaintextOpener();
    const wire = record(type, content);
    const opened = opener.open(wire);
    expect(opened).toEqual({ type, content, padding: 0, encrypted: false });
    expect(opened.content.buffer).toBe(wire.bytes.buffer);
    expect(opener.sequence).toBe(1);
    expect(opener.describe()).toBeUndefined();
  });

  it.each([
    ['application data', application_data, 1, 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['an unknown type', 99, 1, 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['empty handshake', handshake, 0, 'ERR_TLS_EMPTY_RECORD unexpected_message'],
    ['empty alert', alert, 0, 'ERR_TLS_EMPTY_RECORD unexpected_message'],
    ['more than 2^14 bytes', handshake, MAX_PLAINTEXT + 1, 'ERR_TLS_RECORD_OVERFLOW record_overflow'],
    ['change_cipher_spec of two bytes', change_cipher_spec, 2, 'ERR_TLS_CHANGE_CIPHER_SPEC unexpected_message'],
    ['empty change_cipher_spec', change_cipher_spec, 0, 'ERR_TLS_CHANGE_CIPHER_SPEC unexpected_message'],
  ])('refuses %s', (_, type, length, error) => {
    const opener = plaintextOpener();
    expect(errorOf(() => opener.open(record(type, new Uint8Array(length).fill(1))))).toBe(error);
    expect(opener.sequence).toBe(0);
  });
});

describe('openChangeCipherSpec', () => {
  it('takes the single byte 1 and nothing else', () => {
    expect(openChangeCipherSpec(record(change_cipher_spec, Uint8Array.of(1))).encrypted).toBe(false);
    for (const wire of [record(change_cipher_spec, Uint8Array.of(2)), record(handshake, Uint8Array.of(1))]) {
      expect(errorOf(() => openChangeCipherSpec(wire))).toBe('ERR_TLS_CHANGE_CIPHER_SPEC unexpected_message');
    }
  });
});

describe('plaintextSealer', () => {
  it('puts a header before the content, which it does not copy', () => {
    const content = Uint8Array.of(1, 2, 3);
    const parts = plaintextSealer().seal(handshake, content);
    expect(concat(...parts)).toEqual(Uint8Array.of(22, 3, 3, 0, 3, 1, 2, 3));
    expect(parts[1]).toBe(content);
    const first = plaintextSealer(0x0301);
    expect(first.seal(handshake, content)[0]).toEqual(Uint8Array.of(22, 3, 1, 0, 3));
    expect([first.sequence, first.overhead, first.remaining]).toEqual([1, 5, Number.POSITIVE_INFINITY]);
  });

  it.each([
    ['application data', application_data, 1, 0],
    ['nothing', handshake, 0, 0],
    ['more than 2^14 bytes', handshake, MAX_PLAINTEXT + 1, 0],
    ['padding', handshake, 1, 1],
  ])('does not seal %s', (_, type, length, padding) => {
    const seal = () => plaintextSealer().seal(type, new Uint8Array(length), padding);
    expect(errorOf(seal)).toBe('ERR_TLS_INTERNAL internal_error');
  });
});

describe('fragment', () => {
  it('cuts content into views that are all full but the last', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 1, max: 40 }), (content, max) => {
        const parts = [...fragment(content, max)];
        expect(concat(...parts)).toEqual(content);
        expect(parts).toHaveLength(Math.ceil(content.length / max));
        expect(parts.slice(0, -1).every(part => part.length === max)).toBe(true);
        expect(parts.every(part => part.buffer === content.buffer && part.length > 0)).toBe(true);
      }),
    );
    expect(() => [...fragment(new Uint8Array(1), 0)]).toThrow(RangeError);
  });
});

describe('padding', () => {
  it('is none, or up to a multiple, or as much as fits', () => {
    expect(noPadding(5, 100)).toBe(0);
    const policy = padToMultiple(16);
    expect([0, 1, 15, 16, 17].map(length => policy(length, 100))).toEqual([16, 15, 1, 0, 15]);
    expect(policy(17, 4)).toBe(4);
    for (const n of [0, -1, 1.5]) expect(() => padToMultiple(n)).toThrow(RangeError);
  });
});
