import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  decodeMessage,
  type Extension,
  earlyDataRow,
  encodeMessage,
  encryptedExtensions,
  findExtension,
  type KeyShareEntry,
  keyShareRow,
  makeExtension,
  preSharedKeyRow,
  serverHello,
  serverNameRow,
} from '../src/index.ts';

describe('types follow from row and message', () => {
  const none: readonly Extension[] = [];

  it('of what is found', () => {
    const shares = findExtension(none, keyShareRow, 'CH');
    expectTypeOf(shares?.client_shares).toEqualTypeOf<readonly KeyShareEntry[] | undefined>();
    const share = findExtension(none, keyShareRow, 'SH');
    expectTypeOf(share?.server_share).toEqualTypeOf<KeyShareEntry | undefined>();
    expectTypeOf(findExtension(none, preSharedKeyRow, 'SH')?.selected_identity).toEqualTypeOf<number | undefined>();
    expectTypeOf(findExtension(none, earlyDataRow, 'NST')?.max_early_data_size).toEqualTypeOf<number | undefined>();
    expect([shares, share]).toEqual([undefined, undefined]);
  });

  it('of what is made', () => {
    expect(makeExtension(serverNameRow, 'EE', {})).toEqual({ extension_type: 0, extension_data: new Uint8Array(0) });
    expect(() => {
      // @ts-expect-error EncryptedExtensions carries no key_share
      makeExtension(keyShareRow, 'EE', {});
    }).toThrow();
    expect(() => {
      // @ts-expect-error a ServerHello has one share, not a list
      makeExtension(keyShareRow, 'SH', { client_shares: [] });
    }).toThrow();
  });

  it('of messages', () => {
    const raw = encodeMessage(encryptedExtensions, { extensions: [] });
    expectTypeOf(decodeMessage(encryptedExtensions, raw).extensions).toEqualTypeOf<readonly Extension[]>();
    expectTypeOf(decodeMessage<{ readonly cipher_suite: number }>).returns.toHaveProperty('cipher_suite');
    expect(serverHello.name).toBe('ServerHello');
  });
});
