import { describe, expect, it } from 'vitest';
import { decodeAlpnName, encodeAlpnName, showAlpnNames } from '../src/alpn.ts';

describe('ALPN names', () => {
  it('are bytes, each a character', () => {
    const name = String.fromCharCode(0, 127, 255);
    expect([...encodeAlpnName(name)]).toEqual([0, 127, 255]);
    expect(decodeAlpnName(encodeAlpnName(name))).toBe(name);
    for (const bad of ['', '\u{100}', 'x'.repeat(256)]) {
      expect(() => encodeAlpnName(bad)).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
    }
  });

  it('of a peer are shown without control characters, and not all of thousands', () => {
    expect(showAlpnNames(['h2', 'a\n\u009b\u00ff'])).toBe(String.raw`'h2', 'a\x0a\x9b\xff'`);
    expect(showAlpnNames(Array.from({ length: 1000 }, () => 'x'))).toBe(`${"'x', ".repeat(7)}'x' and 992 more`);
  });
});
