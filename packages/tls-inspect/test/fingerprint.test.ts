import { createHash } from 'node:crypto';
import { type ClientHello, ExtensionType, makeExtension, serverNameRow } from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import { ja3, ja3Text, ja4, ja4Text } from '../src/index.ts';

const digest = (name: string) => (data: Uint8Array) => createHash(name).update(data).digest();

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const extension = (extension_type: number, hex = '') => ({ extension_type, extension_data: bytes(hex) });

function hello(
  cipher_suites: readonly number[],
  extensions: ClientHello['extensions'],
  legacy_version = 0x0303,
): ClientHello {
  return {
    legacy_version,
    random: new Uint8Array(32),
    legacy_session_id: new Uint8Array(0),
    cipher_suites,
    legacy_compression_methods: Uint8Array.of(0),
    extensions,
  };
}

describe('JA3', () => {
  // The two examples that its authors publish.
  it('is what it is for others', () => {
    const first = hello(
      [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
      [extension(0), extension(10, '0006001700180019'), extension(11, '0100')],
      769,
    );
    expect(ja3Text(first)).toBe('769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0');
    expect(ja3(first, digest('md5'))).toBe('ada70206e40642a3e4461f35503241d5');
    const bare = hello([4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99], [], 769);
    expect(ja3(bare, digest('md5'))).toBe('de350869b8c85de67a350c8d186f11e6');
  });

  it('passes over reserved values', () => {
    const [with_, without] = [
      hello([0x1a1a, 0x1301], [extension(0x2a2a), extension(10, '00043a3a001d')]),
      hello([0x1301], [extension(10, '0002001d')]),
    ];
    expect(ja3Text(with_)).toBe(ja3Text(without));
  });
});

describe('JA4', () => {
  const suites = [
    0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
    0x002f, 0x0035,
  ];
  const types = [0x001b, 0x0033, 0xff01, 0x4469, 0x0017, 0x0005, 0x0023, 0x0012, 0x0015];
  const chrome = [
    extension(0x3a3a),
    ...types.map(type => extension(type)),
    makeExtension(serverNameRow, 'CH', { server_name_list: [{ name_type: 0, name: bytes('61') }] }),
    extension(0x0010, '000c02683208687474702f312e31'),
    extension(0x000d, '001004030804040105030805050108060601'),
    extension(0x000a, '00080a0a001d00170018'),
    extension(0x000b, '0100'),
    extension(0x002b, '060a0a03040303'),
    extension(0x002d, '0101'),
  ];

  // The example of its specification.
  it('is what it is for others, in any order', () => {
    for (const extensions of [chrome, chrome.toReversed()]) {
      expect(ja4(hello(suites, extensions), digest('sha256'))).toBe('t13d1516h2_8daaf6152771_e5627efa2ab1');
    }
    expect(ja4Text(hello(suites, chrome))).toBe(
      't13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_' +
        '0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01_0403,0804,0401,0503,0805,0501,0806,0601',
    );
  });

  it('is of a hello without anything, and of one that cannot be read', () => {
    expect(ja4(hello([], []), digest('sha256'))).toBe('t12i000000_000000000000_000000000000');
    const broken = hello([0x1301], [extension(ExtensionType.values.supported_versions, 'ff'), extension(16, '00')]);
    expect(ja4Text(broken)).toBe('t12i010200_1301_002b');
  });

  it.each([
    ['000908687474702f312e31', 'h1'],
    ['0003026832', 'h2'],
    ['000201ab', 'ab'],
    ['000302ab20', 'a0'],
    ['0006021a1a026832', 'h2'],
    ['0003021a1a', '00'],
  ])('has the ends of the first ALPN name %s: %s', (alpn, ends) => {
    expect(ja4Text(hello([], [extension(16, alpn)]))).toBe(`t12i0001${ends}__`);
  });

  it('says the version', () => {
    expect(
      [0x0304, 0x0303, 0x0302, 0x0301, 0x0300, 0x7f1c].map(version => ja4Text(hello([], [], version)).slice(1, 3)),
    ).toEqual(['13', '12', '11', '10', 's3', '00']);
  });
});
