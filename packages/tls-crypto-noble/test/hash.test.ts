import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createNobleProvider } from '../src/index.ts';

const { hashes } = createNobleProvider();
const text = (value: string) => new TextEncoder().encode(value);

describe('hashes', () => {
  // FIPS 180-4, examples of one block.
  it.each([
    ['sha1', 20, 64, 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256', 32, 64, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'sha384',
      48,
      128,
      'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
    ],
    [
      'sha512',
      64,
      128,
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ] as const)('%s of "abc"', (name, outputLength, blockLength, expected) => {
    const hash = hashes[name]!;
    expect(hash).toMatchObject({ name, outputLength, blockLength });
    expect(toHex(hash.digest(text('abc')))).toBe(expected);
    expect(toHex(hash.digest(text('a'), text(''), text('bc')))).toBe(expected);
    expect(toHex(hash.create().update(text('ab')).update(text('c')).digest())).toBe(expected);
  });

  it('HMAC-SHA-256 of RFC 4231 §4.3 and §4.7', () => {
    const { hmac } = hashes.sha256!;
    expect(toHex(hmac(text('Jefe'), text('what do ya want '), text('for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    // A key longer than a block.
    expect(
      toHex(hmac(new Uint8Array(131).fill(0xaa), text('Test Using Larger Than Block-Size Key - Hash Key First'))),
    ).toBe('60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54');
  });

  it('a context goes on after digest(), and its clone goes its own way', () => {
    const context = hashes.sha256!.create().update(text('ab'));
    const clone = context.clone();
    expect(toHex(context.digest())).toBe(toHex(hashes.sha256!.digest(text('ab'))));
    context.update(text('c'));
    clone.update(text('X'));
    expect(toHex(context.digest())).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(toHex(clone.digest())).toBe(toHex(hashes.sha256!.digest(text('abX'))));
  });

  it('digests nothing', () => {
    expect(toHex(hashes.sha1!.digest())).toBe('da39a3ee5e6b4b0d3255bfef95601890afd80709');
    expect(hashes.sha1!.digest(fromHex(''))).toEqual(hashes.sha1!.digest());
  });
});
