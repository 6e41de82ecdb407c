import { describe, expect, it } from 'vitest';
import { printable, printableJson } from '../src/text.ts';

describe('printable text', () => {
  it.each([
    ['plain CN=localhost, O=Ünïcode 株式会社 🙂', 'plain CN=localhost, O=Ünïcode 株式会社 🙂'],
    ['\x1b[2J\x1b]0;owned\x07', '\\u{1b}[2J\\u{1b}]0;owned\\u{7}'],
    ['two\r\nlines\tand\0', 'two\\u{d}\\u{a}lines\\u{9}and\\u{0}'],
    ['\x9b31m C1', '\\u{9b}31m C1'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['zero\u200bwidth\u2028line', 'zero\\u{200b}width\\u{2028}line'],
    ['lone \ud800 surrogate', 'lone \\u{d800} surrogate'],
    ['O=Acme\\, Inc.', 'O=Acme\\, Inc.'],
  ])('%j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  it('is cut where it is too long', () => {
    expect(printable('x'.repeat(300))).toBe(`${'x'.repeat(256)}…`);
    expect(printable('abc', 2)).toBe('ab…');
  });
});

describe('printable JSON', () => {
  it('is what it was, and shows nothing that acts', () => {
    const value = { a: '\x1b[2J\x9b\u202e\u2028 \ud800', b: ['🙂', '\u{e0001}'] };
    const text = printableJson(value);
    expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(text).toContain('\\udb40\\udc01');
    expect(text).toContain('🙂');
    expect(JSON.parse(text)).toEqual(value);
  });
});
