import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type HttpRefusal,
  type HttpRequest,
  MAX_HEAD,
  preferredType,
  RequestReader,
  response,
} from '../src/www/http.ts';
import { negotiatedPage } from '../src/www/page.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function read(text: string): HttpRequest | HttpRefusal | undefined {
  return new RequestReader().push(bytes(text));
}

const whole = 'GET /a?b HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\naccept: text/plain\r\n\r\n';

describe('the head of a request', () => {
  it('is read to its blank line', () => {
    expect(read(whole)).toEqual({
      method: 'GET',
      target: '/a?b',
      version: 'HTTP/1.1',
      fields: new Map([
        ['host', 'localhost'],
        ['accept', 'text/html, text/plain'],
      ]),
    });
  });

  it.each([
    ['HTTP/1.0 without fields', 'GET / HTTP/1.0\r\n\r\n'],
    ['bare line feeds', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['empty lines before it', '\r\n\r\nGET / HTTP/1.1\r\n\r\n'],
    ['a body behind it', 'HEAD / HTTP/1.1\r\n\r\nbody'],
  ])('may have %s', (_, text) => {
    expect(read(text)).toMatchObject({ target: '/' });
  });

  it('means the same however it is cut', () => {
    const expected = read(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: whole.length })), cuts => {
        const reader = new RequestReader();
        const ends = [...cuts, whole.length].sort((a, b) => a - b);
        const results = ends.map((end, index) => reader.push(bytes(whole.slice(ends[index - 1] ?? 0, end))));
        // Cuts at the very end make pushes of nothing behind it: the first answer counts.
        const first = results.findIndex(result => result !== undefined);
        expect(ends[first]).toBe(whole.length);
        expect(results[first]).toEqual(expected);
      }),
    );
  });

  it('is answered at no byte before the blank line', () => {
    const reader = new RequestReader();
    for (const character of whole.slice(0, -1)) expect(reader.push(bytes(character))).toBeUndefined();
    expect(reader.push(bytes('\n'))).toMatchObject({ method: 'GET' });
  });

  it.each([
    ['nothing like HTTP', 'hello\r\n\r\n', 400],
    ['no target', 'GET HTTP/1.1\r\n\r\n', 400],
    ['a control character in a field', 'GET / HTTP/1.1\r\na: b\x07\r\n\r\n', 400],
    ['a folded field', 'GET / HTTP/1.1\r\na: b\r\n c\r\n\r\n', 400],
    ['a space before the colon', 'GET / HTTP/1.1\r\na : b\r\n\r\n', 400],
    ['another method', 'POST / HTTP/1.1\r\n\r\n', 405],
    ['another major version', 'GET / HTTP/2.0\r\n\r\n', 505],
  ])('is refused with %s', (_, text, status) => {
    expect(read(text)).toEqual({ status });
  });

  it.each([
    ['without its end', 'x'.repeat(MAX_HEAD + 1)],
    ['with it', `GET / HTTP/1.1\r\na: ${'x'.repeat(MAX_HEAD)}\r\n\r\n`],
  ])('is refused when it is too long, %s', (_, text) => {
    expect(read(text)).toEqual({ status: 431 });
  });

  it('is bounded over all its pieces', () => {
    const reader = new RequestReader();
    const piece = bytes('x'.repeat(MAX_HEAD / 2));
    expect(reader.push(piece)).toBeUndefined();
    expect(reader.push(piece)).toBeUndefined();
    expect(reader.push(bytes('x'))).toEqual({ status: 431 });
  });
});

describe('a response', () => {
  it('has a length in bytes, and ends the connection', () => {
    const text = String(response(200, 'text/plain', 'ä'));
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toContain('\r\ncontent-length: 2\r\n');
    expect(text).toContain('\r\nconnection: close\r\n');
    expect(text).toMatch(/\r\n\r\nä$/);
  });

  it('to HEAD has the same length and no body', () => {
    const text = String(response(200, 'text/plain', 'body', { head: true }));
    expect(text).toContain('\r\ncontent-length: 4\r\n');
    expect(text).toMatch(/\r\n\r\n$/);
  });

  it('is plain text only for those who ask for nothing else', () => {
    const type = (accept: string) => preferredType(read(`GET / HTTP/1.1\r\nAccept: ${accept}\r\n\r\n`) as HttpRequest);
    expect(type('text/plain')).toBe('text/plain');
    expect(type('*/*')).toBe('text/html');
    expect(type('text/html, text/plain;q=0.5')).toBe('text/html');
  });
});

describe('the page', () => {
  it('escapes what it is given', () => {
    const page = negotiatedPage([['server name', `<script>alert("&'")</script>`]]).html();
    expect(page).toContain('&lt;script&gt;alert(&quot;&amp;&#39;&quot;)&lt;/script&gt;');
    expect(page).not.toContain('<script');
  });

  it('has a line for each fact as text', () => {
    expect(
      negotiatedPage([
        ['a', '1'],
        ['long', '2'],
      ]).text(),
    ).toBe('a     1\nlong  2\n');
  });
});
