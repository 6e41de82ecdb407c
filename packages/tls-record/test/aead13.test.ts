import type { Aead, AeadName } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { concat, fromHex, toHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ContentType,
  createOpener13,
  createSealer13,
  Deframer,
  MAX_CIPHERTEXT,
  MAX_PLAINTEXT,
  type Protection13Options,
  type RecordSealer,
  recordHeader,
  recordLimits,
  type WireRecord,
} from '../src/index.ts';
import { errorOf } from './errors.ts';

const { alert, application_data, change_cipher_spec, handshake } = ContentType.values;
const { aeads } = createNobleProvider();
const names = ['aes-128-gcm', 'aes-256-gcm', 'chacha20-poly1305'] as const satisfies AeadName[];
const gcm = aeads['aes-128-gcm'] as Aead;
const iv = fromHex('5d313eb2671276ee13000b30');

function keyOf(aead: Aead): Uint8Array {
  return Uint8Array.from({ length: aead.keyLength }, (_, i) => i);
}

function pair(aead: Aead = gcm, options: Protection13Options = {}) {
  const key = keyOf(aead);
  return { sealer: createSealer13(aead, key, iv, options), opener: createOpener13(aead, key, iv, options) };
}

function wire(parts: readonly Uint8Array[]): WireRecord {
  const deframer = new Deframer({ maxFragment: MAX_CIPHERTEXT });
  deframer.push(concat(...parts));
  return deframer.next() as WireRecord;
}

/** Seals any TLSInnerPlaintext, also what no sealer would. */
function forge(inner: Uint8Array, sequence = 0): WireRecord {
  const header = recordHeader(application_data, 0x0303, inner.length + gcm.tagLength);
  const nonce = iv.slice();
  nonce[11] = (nonce[11] as number) ^ sequence;
  return wire([header, ...gcm.create(keyOf(gcm)).seal(nonce, header, inner)]);
}

describe.each(names)('records under %s', name => {
  const aead = aeads[name] as Aead;

  it('open to what was sealed', () => {
    const { sealer, opener } = pair(aead);
    fc.assert(
      fc.property(
        fc.constantFrom(alert, handshake, application_data),
        fc.uint8Array({ minLength: 1, maxLength: 60 }),
        fc.nat(40),
        (type, content, padding) => {
          const record = wire(sealer.seal(type, content, padding));
          expect(record.type).toBe(application_data);
          expect(record.version).toBe(0x0303);
          expect(record.bytes.length).toBe(content.length + padding + sealer.overhead);
          expect(opener.open(record)).toEqual({ type, content, padding, encrypted: true });
          expect(opener.sequence).toBe(sealer.sequence);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('do not open when any byte is changed', () => {
    const { sealer, opener } = pair(aead);
    const { bytes } = wire(sealer.seal(handshake, Uint8Array.of(1, 2, 3, 4), 2));
    // The first byte, the type, is looked at before anything is opened: see below.
    for (let i = 1; i < bytes.length; i++) {
      const changed = bytes.slice();
      changed[i] = (changed[i] as number) ^ 0x40;
      expect(errorOf(() => opener.open(recordOf(changed)))).toBe('ERR_TLS_BAD_RECORD_MAC bad_record_mac');
    }
    expect(opener.open(recordOf(bytes)).content).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('do not open when they are cut short, down to nothing', () => {
    const { sealer, opener } = pair(aead);
    const { fragment } = wire(sealer.seal(application_data, Uint8Array.of(1, 2)));
    for (let length = 0; length < fragment.length; length++) {
      const record = wire([recordHeader(application_data, 0x0303, length), fragment.subarray(0, length)]);
      expect(errorOf(() => opener.open(record))).toBe('ERR_TLS_BAD_RECORD_MAC bad_record_mac');
    }
  });
});

/** A record as it is, whatever its header says. */
function recordOf(bytes: Uint8Array): WireRecord {
  return {
    type: bytes[0] as number,
    version: 0x0303,
    bytes,
    fragment: bytes.subarray(5),
  };
}

describe('an opener', () => {
  it('wants records in order, each once', () => {
    const { sealer, opener } = pair();
    const [first, second] = [1, 2].map(i => wire(sealer.seal(application_data, Uint8Array.of(i)))) as [
      WireRecord,
      WireRecord,
    ];
    expect(errorOf(() => opener.open(second))).toBe('ERR_TLS_BAD_RECORD_MAC bad_record_mac');
    opener.open(first);
    expect(errorOf(() => opener.open(first))).toBe('ERR_TLS_BAD_RECORD_MAC bad_record_mac');
    expect(opener.open(second).content).toEqual(Uint8Array.of(2));
  });

  it('stays where it was after a record that is not authentic, so that early data can be passed over', () => {
    const { sealer, opener } = pair();
    const foreign = wire(createSealer13(gcm, new Uint8Array(16), iv).seal(application_data, Uint8Array.of(1)));
    expect(errorOf(() => opener.open(foreign))).toBe('ERR_TLS_BAD_RECORD_MAC bad_record_mac');
    expect(opener.sequence).toBe(0);
    expect(opener.describe()).toBeUndefined();
    expect(opener.open(wire(sealer.seal(handshake, Uint8Array.of(1)))).type).toBe(handshake);
  });

  it.each([
    ['a plaintext record', handshake, 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['a plaintext alert', alert, 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['change_cipher_spec, which is not protected', change_cipher_spec, 'ERR_TLS_RECORD_TYPE unexpected_message'],
  ])('refuses %s', (_, type, error) => {
    const record = wire([recordHeader(type, 0x0303, 1), Uint8Array.of(1)]);
    expect(errorOf(() => pair().opener.open(record))).toBe(error);
  });

  it.each([
    ['nothing', [], 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['padding alone', [0, 0, 0, 0], 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['an unknown type', [1, 2, 99], 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['a type that nobody registered', [1, 2, 25], 'ERR_TLS_RECORD_TYPE unexpected_message'],
    ['a protected change_cipher_spec', [1, 20], 'ERR_TLS_CHANGE_CIPHER_SPEC unexpected_message'],
    ['an empty handshake record', [22], 'ERR_TLS_EMPTY_RECORD unexpected_message'],
    ['an empty alert record with padding', [21, 0, 0], 'ERR_TLS_EMPTY_RECORD unexpected_message'],
  ])('refuses %s inside a record', (_, inner, error) => {
    expect(errorOf(() => pair().opener.open(forge(Uint8Array.from(inner))))).toBe(error);
  });

  it('takes empty application data, which hides when there is something to say', () => {
    const { opener, sealer } = pair();
    const opened = opener.open(wire(sealer.seal(application_data, new Uint8Array(0), 100)));
    expect(opened).toEqual({ type: application_data, content: new Uint8Array(0), padding: 100, encrypted: true });
  });

  it('finds the type behind content that ends in zeros', () => {
    const opened = pair().opener.open(forge(Uint8Array.of(5, 0, 0, 23, 0)));
    expect(opened).toMatchObject({ content: Uint8Array.of(5, 0, 0), padding: 1 });
  });

  it('bounds the record and what is in it', () => {
    const inner = new Uint8Array(MAX_PLAINTEXT + 2);
    inner[MAX_PLAINTEXT] = application_data;
    // 2^14 bytes, the type, and one byte of padding: the padding counts (RFC 9846 §5.4).
    expect(errorOf(() => pair().opener.open(forge(inner)))).toBe('ERR_TLS_RECORD_OVERFLOW record_overflow');
    const full = inner.subarray(0, MAX_PLAINTEXT + 1);
    expect(pair().opener.open(forge(full)).content).toHaveLength(MAX_PLAINTEXT);
    const large = new Uint8Array(5 + MAX_CIPHERTEXT + 1);
    large[0] = application_data;
    expect(errorOf(() => pair().opener.open(recordOf(large)))).toBe('ERR_TLS_RECORD_OVERFLOW record_overflow');
  });

  it('keeps to a smaller bound when one was agreed on', () => {
    const { opener } = pair(gcm, { maxPlaintext: 64 });
    const inner = new Uint8Array(66).fill(1);
    inner[65] = application_data;
    expect(errorOf(() => opener.open(forge(inner)))).toBe('ERR_TLS_RECORD_OVERFLOW record_overflow');
    expect(pair(gcm, { maxPlaintext: 64 }).opener.open(forge(inner.subarray(1))).content).toHaveLength(64);
  });

  it('is of no use once it is wiped', () => {
    const { opener, sealer } = pair();
    const record = wire(sealer.seal(application_data, Uint8Array.of(1)));
    opener.wipe();
    expect(errorOf(() => opener.open(record))).toBe('ERR_TLS_INTERNAL internal_error');
    expect(opener.describe()).toBeUndefined();
  });
});

describe('a sealer', () => {
  it.each([
    ['change_cipher_spec', change_cipher_spec, 1, 0],
    ['an unknown type', 99, 1, 0],
    ['an empty handshake record', handshake, 0, 0],
    ['an empty alert record, padded', alert, 0, 5],
    ['more than 2^14 bytes', application_data, MAX_PLAINTEXT + 1, 0],
    ['padding beyond 2^14 bytes', application_data, MAX_PLAINTEXT - 1, 2],
    ['padding of less than nothing', application_data, 1, -1],
    ['padding of half a byte', application_data, 1, 0.5],
  ])('does not seal %s', (_, type, length, padding) => {
    const { sealer } = pair();
    expect(errorOf(() => sealer.seal(type, new Uint8Array(length), padding))).toBe('ERR_TLS_INTERNAL internal_error');
    expect(sealer.sequence).toBe(0);
  });

  it('fills a record to the brim, with content or padding', () => {
    const { sealer, opener } = pair();
    const content = new Uint8Array(MAX_PLAINTEXT).fill(7);
    expect(opener.open(wire(sealer.seal(application_data, content))).content).toEqual(content);
    const padded = opener.open(wire(sealer.seal(application_data, Uint8Array.of(1), MAX_PLAINTEXT - 1)));
    // The longer record before this one left nothing behind in the padding.
    expect(padded).toMatchObject({ content: Uint8Array.of(1), padding: MAX_PLAINTEXT - 1 });
  });

  it('gives parts that the next record leaves alone', () => {
    const { sealer } = pair();
    const first = sealer.seal(application_data, new Uint8Array(100).fill(1));
    const before = toHex(concat(...first));
    sealer.seal(application_data, new Uint8Array(100).fill(2), 9);
    expect(toHex(concat(...first))).toBe(before);
  });

  it('counts down to the limit of its key and stops', () => {
    const { sealer } = pair(gcm, { recordLimit: 2 });
    expect(sealer.remaining).toBe(2);
    sealer.seal(application_data, Uint8Array.of(1));
    sealer.seal(application_data, Uint8Array.of(1));
    expect(sealer.remaining).toBe(0);
    expect(errorOf(() => sealer.seal(alert, Uint8Array.of(1, 0)))).toBe('ERR_TLS_KEY_LIMIT internal_error');
  });

  it('has the limits of RFC 9846 §5.5 unless told otherwise', () => {
    expect(pair().sealer.remaining).toBe(23_726_566);
    expect(recordLimits['chacha20-poly1305']).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('is of no use once it is wiped', () => {
    const { sealer } = pair();
    sealer.wipe();
    expect(errorOf(() => sealer.seal(alert, Uint8Array.of(1, 0)))).toBe('ERR_TLS_INTERNAL internal_error');
  });
});

describe('keys', () => {
  it('are copied, so that the caller may wipe his', () => {
    const key = keyOf(gcm);
    const ownIv = iv.slice();
    const sealer = createSealer13(gcm, key, ownIv);
    const opener = createOpener13(gcm, key, ownIv);
    key.fill(0);
    ownIv.fill(0);
    const record = wire(sealer.seal(application_data, Uint8Array.of(1)));
    expect(opener.open(record).content).toEqual(Uint8Array.of(1));
    expect(pair().opener.open(record).content).toEqual(Uint8Array.of(1));
  });

  it('must fit the AEAD', () => {
    expect(() => createSealer13(gcm, new Uint8Array(32), iv)).toThrow(/16 and 12 bytes, got 32 and 12/);
    expect(() => createOpener13(gcm, new Uint8Array(16), new Uint8Array(8))).toThrow(/got 16 and 8/);
    for (const maxPlaintext of [0, MAX_PLAINTEXT + 1, 1.5]) {
      expect(() => pair(gcm, { maxPlaintext })).toThrow(RangeError);
    }
  });
});

describe('nonces', () => {
  /** An AEAD that encrypts nothing and remembers its nonces. */
  function recording(nonces: string[]): Aead {
    const seal = (nonce: Uint8Array, _: Uint8Array, plaintext: Uint8Array) => {
      nonces.push(toHex(nonce));
      return [plaintext.slice(), new Uint8Array(16)];
    };
    const open = (nonce: Uint8Array, _: Uint8Array, sealed: Uint8Array) => {
      nonces.push(toHex(nonce));
      return sealed.slice(0, -16);
    };
    return {
      name: 'aes-128-gcm',
      keyLength: 16,
      nonceLength: 12,
      tagLength: 16,
      create: () => ({ seal, open, wipe() {} }),
    };
  }

  it('are the IV with the number of the record XORed in, and are told afterwards', () => {
    const nonces: string[] = [];
    const sealer: RecordSealer = createSealer13(recording(nonces), new Uint8Array(16), iv);
    expect(sealer.describe()).toBeUndefined();
    for (let i = 0; i < 258; i++) sealer.seal(application_data, Uint8Array.of(1));
    expect(nonces[0]).toBe('5d313eb2671276ee13000b30');
    expect(nonces[1]).toBe('5d313eb2671276ee13000b31');
    expect(nonces[257]).toBe('5d313eb2671276ee13000a31');
    expect(new Set(nonces).size).toBe(258);
    expect(sealer.describe()).toEqual({
      sequence: 257,
      nonce: fromHex(nonces[257] as string),
      // The header: one byte of content, its type, and the tag (RFC 9846 §5.2).
      aad: Uint8Array.of(application_data, 3, 3, 0, 18),
      tagLength: 16,
    });
    expect(sealer.sequence).toBe(258);
  });
});
