import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress } from '../src/address.ts';

describe('HOST:PORT', () => {
  it.each([
    ['localhost:443', { host: 'localhost', port: 443 }],
    ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['[fe80::1%eth0]:443', { host: 'fe80::1%eth0', port: 443 }],
    ['bücher.example:443', { host: 'bücher.example', port: 443 }],
  ])('%s is read, and written as it was', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(formatAddress(address)).toBe(text);
  });

  it.each([
    ['localhost', '"localhost" is not HOST:PORT'],
    ['::1', '"::1" is not HOST:PORT: an IPv6 address needs its brackets'],
    ['::1:443', '"::1:443" is not HOST:PORT: an IPv6 address needs its brackets'],
    ['localhost:', '"localhost:" is not HOST:PORT'],
    [':443', '"" is not a host name'],
    ['localhost:0', 'the port is 1 to 65535, not 0'],
    ['localhost:65536', 'the port is 1 to 65535, not 65536'],
    ['localhost:443x', '"localhost:443x" is not HOST:PORT'],
    ['https://localhost:443', '"https://localhost:443" is not HOST:PORT'],
    ['[localhost]:443', '"localhost" is not an IPv6 address'],
    ['a b:443', '"a b" is not a host name'],
    ['user@host:443', '"user@host" is not a host name'],
  ])('%s is refused', (text, message) => {
    expect(() => parseAddress(text)).toThrow(message);
  });
});
