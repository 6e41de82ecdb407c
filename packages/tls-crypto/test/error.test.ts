import { describe, expect, it } from 'vitest';
import { CryptoError } from '../src/index.ts';

describe('CryptoError', () => {
  it('carries a code, a message and the cause', () => {
    const cause = new RangeError('inner');
    const error = new CryptoError('invalid-share', 'share of 31 bytes', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'CryptoError', code: 'invalid-share', message: 'share of 31 bytes', cause });
  });

  it('tells what is derived from it apart', () => {
    class Derived extends CryptoError {}
    expect(new Derived('misuse', 'no')).toBeInstanceOf(Derived);
    expect(new Derived('misuse', 'no')).toBeInstanceOf(CryptoError);
    expect(new CryptoError('misuse', 'no')).not.toBeInstanceOf(Derived);
  });

  it('has no cause unless it is given one', () => {
    expect('cause' in new CryptoError('unsupported', 'x448')).toBe(false);
  });
});
