/** What hellos alone have: the block that may be absent, the sentinels in random, the truncated form. */
import { createHash } from 'node:crypto';
import { ascii, concat, DecodeError, fromHex, toHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClientHello,
  clientHello,
  DOWNGRADE_TLS11,
  DOWNGRADE_TLS12,
  decodeMessage,
  type Extension,
  encodeMessage,
  HELLO_RETRY_RANDOM,
  isHelloRetryRequest,
  makeExtension,
  NO_EXTENSIONS,
  preSharedKeyRow,
  pskKeyExchangeModesRow,
  serverHello,
  truncatedClientHello,
} from '../src/index.ts';

const hello: ClientHello = {
  legacy_version: 0x0303,
  random: new Uint8Array(32).fill(7),
  legacy_session_id: new Uint8Array(0),
  cipher_suites: [0x1301],
  legacy_compression_methods: Uint8Array.of(0),
  extensions: NO_EXTENSIONS,
};

describe('the extensions block', () => {
  it('is absent, or empty, and stays what it was', () => {
    const absent = encodeMessage(clientHello, hello);
    const empty = encodeMessage(clientHello, { ...hello, extensions: [] });
    expect(toHex(empty.subarray(4))).toBe(`${toHex(absent.subarray(4))}0000`);
    expect(decodeMessage(clientHello, absent).extensions).toBe(NO_EXTENSIONS);
    expect(decodeMessage(clientHello, empty).extensions).not.toBe(NO_EXTENSIONS);
    expect(decodeMessage(clientHello, empty).extensions).toEqual([]);
  });

  it('is the last thing in the message (RFC 9846 §4.2.2)', () => {
    const raw = encodeMessage(clientHello, { ...hello, extensions: [] });
    const more = concat(raw, Uint8Array.of(0));
    more[3] = (more[3] as number) + 1;
    expect(() => decodeMessage(clientHello, more)).toThrow(DecodeError);
  });

  it('cannot be made of one byte', () => {
    const more = concat(encodeMessage(clientHello, hello), Uint8Array.of(0));
    more[3] = (more[3] as number) + 1;
    expect(() => decodeMessage(clientHello, more)).toThrow(DecodeError);
  });

  it('of nobody can be written to', () => {
    expect(() =>
      (NO_EXTENSIONS as Extension[]).push({ extension_type: 0, extension_data: new Uint8Array(0) }),
    ).toThrow();
  });
});

describe('lists with elements of two bytes', () => {
  it('have no half element', () => {
    const raw = encodeMessage(clientHello, { ...hello, cipher_suites: [0x1301, 0x1302] });
    raw[4 + 2 + 32 + 1 + 1] = 3;
    expect(() => decodeMessage(clientHello, raw)).toThrow(DecodeError);
  });
});

describe('random of a server (RFC 9846 §4.2.3)', () => {
  const answer = {
    legacy_version: 0x0303,
    random: HELLO_RETRY_RANDOM,
    legacy_session_id_echo: new Uint8Array(0),
    cipher_suite: 0x1301,
    legacy_compression_method: 0,
    extensions: NO_EXTENSIONS,
  };

  it('says that it is a HelloRetryRequest', () => {
    const random = createHash('sha256').update('HelloRetryRequest').digest();
    expect(toHex(HELLO_RETRY_RANDOM)).toBe(toHex(random));
    const retry = decodeMessage(serverHello, encodeMessage(serverHello, answer));
    expect(isHelloRetryRequest(retry)).toBe(true);
    expect(isHelloRetryRequest({ ...answer, random: new Uint8Array(32) })).toBe(false);
  });

  it('says that a lower version was chosen', () => {
    expect(toHex(DOWNGRADE_TLS12)).toBe(toHex(concat(ascii('DOWNGRD'), Uint8Array.of(1))));
    expect(toHex(DOWNGRADE_TLS11)).toBe(toHex(concat(ascii('DOWNGRD'), Uint8Array.of(0))));
  });
});

describe('the truncated ClientHello (RFC 9846 §4.3.11.2)', () => {
  const modes = makeExtension(pskKeyExchangeModesRow, 'CH', { ke_modes: [1] });
  const offer = (lengths: readonly number[], fill: number) =>
    makeExtension(preSharedKeyRow, 'CH', {
      identities: lengths.map(length => ({ identity: Uint8Array.of(length), obfuscated_ticket_age: 5 })),
      binders: lengths.map(length => new Uint8Array(length).fill(fill)),
    });
  const withPsks = (lengths: readonly number[], fill: number) =>
    encodeMessage(clientHello, { ...hello, extensions: [modes, offer(lengths, fill)] });

  it('is all but the binders, their length included', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 32, max: 255 }), { minLength: 1, maxLength: 4 }), lengths => {
        const raw = withPsks(lengths, 0xbb);
        const cut = truncatedClientHello(raw);
        const list = lengths.map(length => concat(Uint8Array.of(length), new Uint8Array(length).fill(0xbb)));
        const total = concat(...list).length;
        expect(toHex(concat(cut, Uint8Array.of(total >> 8, total & 0xff), ...list))).toBe(toHex(raw));
        // What the binders are does not matter, how long they are does.
        expect(toHex(truncatedClientHello(withPsks(lengths, 0)))).toBe(toHex(cut));
      }),
    );
  });

  it('is a view', () => {
    const raw = withPsks([32], 0);
    expect(truncatedClientHello(raw).buffer).toBe(raw.buffer);
  });

  it.each([
    ['without pre_shared_key', [modes]],
    ['with pre_shared_key before the last', [offer([32], 0), modes]],
    ['without extensions', NO_EXTENSIONS],
    ['with a malformed one', [{ extension_type: preSharedKeyRow.type, extension_data: fromHex('0000') }]],
  ] as const)('is none %s', (_what, extensions) => {
    const raw = encodeMessage(clientHello, { ...hello, extensions });
    expect(() => truncatedClientHello(raw)).toThrow(DecodeError);
  });
});
