/** Rows and tables of extensions. */
import { DecodeError, EncodeError, fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  allExtensions,
  alpnRow,
  cookieRow,
  ExtensionType,
  empty,
  extensionRow,
  extensionTable,
  findExtension,
  handshakeExtensions,
  keyShareRow,
  makeExtension,
  serverNameRow,
  supportedVersionsRow,
} from '../src/index.ts';

describe('findExtension', () => {
  it('decodes as the message has it', () => {
    const inClient = [{ extension_type: 51, extension_data: fromHex('0000') }];
    expect(findExtension(inClient, keyShareRow, 'CH')).toEqual({ client_shares: [] });
    const inRetry = [{ extension_type: 51, extension_data: fromHex('001d') }];
    expect(findExtension(inRetry, keyShareRow, 'HRR')).toEqual({ selected_group: 0x001d });
    expect(() => findExtension(inRetry, keyShareRow, 'SH')).toThrow(DecodeError);
  });

  it('finds nothing where there is nothing', () => {
    expect(findExtension([], cookieRow, 'HRR')).toBeUndefined();
  });

  it('refuses data left over (RFC 9846 §4.3)', () => {
    const extensions = [{ extension_type: 0, extension_data: fromHex('00') }];
    expect(() => findExtension(extensions, serverNameRow, 'EE')).toThrow(DecodeError);
  });
});

describe('makeExtension', () => {
  it('writes what the RFC writes', () => {
    const name = makeExtension(serverNameRow, 'CH', {
      server_name_list: [{ name_type: 0, name: new TextEncoder().encode('a.example') }],
    });
    expect(toHex(name.extension_data)).toBe('000c000009612e6578616d706c65');
    const versions = makeExtension(supportedVersionsRow, 'CH', { versions: [0x0304, 0x0303] });
    expect([versions.extension_type, toHex(versions.extension_data)]).toEqual([43, '0403040303']);
  });

  it('refuses what the bounds forbid', () => {
    expect(() => makeExtension(supportedVersionsRow, 'CH', { versions: [] })).toThrow(EncodeError);
    expect(() => makeExtension(cookieRow, 'CH', { cookie: new Uint8Array(0) })).toThrow(EncodeError);
    expect(() => makeExtension(alpnRow, 'CH', { protocol_name_list: [new Uint8Array(256)] })).toThrow(EncodeError);
  });
});

describe('a table', () => {
  it('knows what may stand where', () => {
    expect(allExtensions.known(51)).toBe(true);
    expect(allExtensions.row(51)).toBe(keyShareRow);
    expect(allExtensions.allowed(51, 'SH')).toBe(true);
    expect(allExtensions.allowed(51, 'EE')).toBe(false);
    expect(allExtensions.known(0x0a0a)).toBe(false);
    expect(allExtensions.allowed(0x0a0a, 'CH')).toBe(false);
    expect(allExtensions.row(0x0a0a)).toBeUndefined();
  });

  it('is composed of rows, also of others', () => {
    const tlsFlags = extensionRow(62, 'tls_flags', { CH: empty });
    const table = extensionTable([cookieRow, tlsFlags]);
    expect(table.rows).toEqual([cookieRow, tlsFlags]);
    expect(table.allowed(ExtensionType.values.tls_flags, 'CH')).toBe(true);
    expect(table.known(keyShareRow.type)).toBe(false);
  });

  it('has the numbers of the registry, which it does not carry', () => {
    for (const { name, type } of allExtensions.rows) expect([name, ExtensionType.valueOf(name)]).toEqual([name, type]);
    for (const [name, type] of Object.entries(handshakeExtensions)) expect(ExtensionType.valueOf(name)).toBe(type);
  });

  it('has one row an extension', () => {
    expect(() => extensionTable([cookieRow, cookieRow])).toThrow(RangeError);
  });
});
