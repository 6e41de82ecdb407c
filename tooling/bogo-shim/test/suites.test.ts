import { describe, expect, it } from 'vitest';
import { Unimplemented } from '../src/flags.ts';
import { suites12 } from '../src/suites.ts';

describe('lists of suites', () => {
  it('name suites, and sets of them', () => {
    expect(suites12('TLS_RSA_WITH_AES_128_CBC_SHA:TLS_RSA_WITH_AES_256_CBC_SHA')).toEqual([0x002f, 0x0035]);
    expect(suites12('3DES')).toEqual([0x000a]);
    expect(suites12('')).toContain(0xc023);
    expect(suites12('ALL')).not.toContain(0xc023);
  });

  it('take out what was put in', () => {
    expect(suites12('DEFAULT:!AES')).toEqual([0xcca9, 0xcca8, 0xccac]);
  });

  it('of other words are unimplemented', () => {
    expect(() => suites12('[A|B]')).toThrow(Unimplemented);
  });
});
