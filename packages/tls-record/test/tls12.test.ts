/** Protection of TLS 1.2, against records made from node:crypto's parts by the RFCs' formulas. */
import { createCipheriv, createHmac } from 'node:crypto';
import { type CryptoProvider, type Hash, type HashContext, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { ccm } from '@tlskit/tls-crypto-noble/more';
import { concat, toHex } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContentType, MAX_PLAINTEXT, type RecordOpener, type WireRecord } from '../src/index.ts';
import {
  type CipherProtection12,
  type Keys12,
  MAX_CIPHERTEXT_12,
  type Protection12,
  type Protection12Options,
  protection12,
  recordLimits12,
} from '../src/tls12/index.ts';
import { thrownBy } from './errors.ts';

const provider = withExtras(createNobleProvider(), ccm, ...legacyExtras);
const { alert, application_data, change_cipher_spec, handshake } = ContentType.values;
const bytes = (length: number, first = 0) => Uint8Array.from({ length }, (_, i) => (first + 7 * i) & 0xff);
const text = new TextEncoder().encode('hello');

const aeads = ['aes-128-gcm', 'aes-256-gcm', 'aes-128-ccm', 'aes-256-ccm-8', 'chacha20-poly1305'] as const;
const cbcs = [
  { type: 'cbc', cipher: 'aes-128-cbc', mac: 'sha1' },
  { type: 'cbc', cipher: 'aes-256-cbc', mac: 'sha256' },
  { type: 'cbc', cipher: 'aes-256-cbc', mac: 'sha384' },
  { type: 'cbc', cipher: '3des-ede-cbc', mac: 'sha1' },
] as const;

interface Kind {
  readonly name: string;
  readonly suite: CipherProtection12;
  readonly options: Protection12Options;
}

const kinds: readonly Kind[] = [
  ...aeads.map(aead => ({ name: aead, suite: { type: 'aead', aead } as const, options: {} })),
  ...cbcs.flatMap(suite =>
    [{}, { encryptThenMac: true }, { truncatedHmac: true }, { encryptThenMac: true, truncatedHmac: true }].map(
      options => ({ name: `${suite.cipher} ${suite.mac} ${Object.keys(options).join('+')}`, suite, options }),
    ),
  ),
  ...(['sha1', 'sha256'] as const).flatMap(mac =>
    [{}, { truncatedHmac: true }].map(options => ({
      name: `null ${mac} ${Object.keys(options).join()}`,
      suite: { type: 'null', mac } as const,
      options,
    })),
  ),
];

function protectionOf(suite: CipherProtection12, from: CryptoProvider = provider): Protection12 {
  return protection12(from, suite) as Protection12;
}

function keysOf({ macKeyLength, keyLength, ivLength }: Protection12): Keys12 {
  return { macKey: bytes(macKeyLength, 1), key: bytes(keyLength, 2), iv: bytes(ivLength, 3) };
}

function wire(record: Uint8Array): WireRecord {
  const version = ((record[1] as number) << 8) | (record[2] as number);
  return { type: record[0] as number, version, bytes: record, fragment: record.subarray(5) };
}

function pair({ suite, options }: Pick<Kind, 'suite' | 'options'>, more: Protection12Options = {}) {
  const protection = protectionOf(suite);
  const keys = keysOf(protection);
  const all = { ...options, ...more };
  const [sealer, opener] = [protection.sealer(keys, all), protection.opener(keys, all)];
  const seal = (type: number, content: Uint8Array, padding?: number) => concat(...sealer.seal(type, content, padding));
  return { sealer, opener, seal, open: (record: Uint8Array) => opener.open(wire(record)) };
}

const flip = (record: Uint8Array, at: number, bits = 1) => {
  const copy = Uint8Array.from(record);
  copy[at] = (copy[at] as number) ^ bits;
  return copy;
};

/** A CBC record of any plaintext at all, MAC and padding included: what an attacker who has the key could send. */
function cbcRecord(suite: (typeof cbcs)[number], plaintext: Uint8Array, type: number = application_data): Uint8Array {
  const keys = keysOf(protectionOf(suite));
  const openssl = suite.cipher === '3des-ede-cbc' ? 'des-ede3-cbc' : suite.cipher;
  const iv = bytes(suite.cipher === '3des-ede-cbc' ? 8 : 16, 9);
  const cipher = createCipheriv(openssl, keys.key, iv).setAutoPadding(false);
  const fragment = concat(iv, cipher.update(plaintext), cipher.final());
  return concat(Uint8Array.of(type, 3, 3, fragment.length >> 8, fragment.length & 0xff), fragment);
}

/** HMAC(MAC_write_key, seq_num + type + version + length + content) of the first record (RFC 5246 §6.2.3.1). */
function macOf(suite: { readonly mac: string; readonly type: 'cbc' | 'null' }, content: Uint8Array): Uint8Array {
  const { macKey } = keysOf(protectionOf(suite as CipherProtection12));
  const header = Uint8Array.of(
    ...new Uint8Array(8),
    application_data,
    3,
    3,
    content.length >> 8,
    content.length & 0xff,
  );
  return new Uint8Array(createHmac(suite.mac, macKey).update(header).update(content).digest());
}

/** seq_num + type + version + length (RFC 5246 §6.2.3.1, §6.2.3.3), of IV and ciphertext by encrypt_then_mac (RFC 7366 §3). */
function authenticated(
  { suite, options }: Kind,
  sequence: number,
  content: Uint8Array,
  record: Uint8Array,
): Uint8Array {
  const truncated = options.truncatedHmac ? 10 : undefined;
  const macLength = suite.type === 'aead' ? 0 : (truncated ?? createHmac(suite.mac, '').digest().length);
  const length = options.encryptThenMac ? record.length - 5 - macLength : content.length;
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, sequence, application_data, 3, 3, length >> 8, length & 0xff);
}

describe.each(kinds)('$name', kind => {
  it('opens what it sealed, record after record', () => {
    const { opener, sealer, seal, open } = pair(kind);
    const contents = [
      text,
      new Uint8Array(0),
      bytes(1),
      bytes(15),
      bytes(16),
      bytes(255),
      bytes(4096),
      bytes(MAX_PLAINTEXT),
    ];
    for (const [i, content] of contents.entries()) {
      const record = seal(application_data, content);
      expect(record.length).toBeLessThanOrEqual(content.length + sealer.overhead);
      const opened = open(record);
      expect(toHex(opened.content)).toBe(toHex(content));
      expect(opened).toMatchObject({ type: application_data, encrypted: true });
      expect([opener.sequence, sealer.sequence]).toEqual([i + 1, i + 1]);
      expect(opener.describe()).toEqual(sealer.describe());
      expect(opener.describe()?.sequence).toBe(i);
      expect(toHex(opener.describe()?.aad as Uint8Array)).toBe(toHex(authenticated(kind, i, content, record)));
    }
    expect(toHex(open(seal(handshake, text)).content)).toBe(toHex(text));
    expect([...open(seal(change_cipher_spec, Uint8Array.of(1))).content]).toEqual([1]);
  });

  it('[5246:6.2.3.3:3] opens nothing in which a bit is changed, and stays where it was', () => {
    const { opener, seal, open } = pair(kind);
    const record = seal(application_data, bytes(40));
    for (let at = 5; at < record.length; at++) {
      expect(
        thrownBy(() => open(flip(record, at, 1 << (at % 8)))),
        `byte ${at}`,
      ).toMatchObject({
        code: 'ERR_TLS_BAD_RECORD_MAC',
        alert: 'bad_record_mac',
      });
    }
    // Type and length are authenticated as well.
    expect(thrownBy(() => open(flip(record, 0, application_data ^ handshake)))?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
    expect(opener.sequence).toBe(0);
    expect(toHex(open(record).content)).toBe(toHex(bytes(40)));
  });

  it('opens no record cut short or made longer, whatever its length', () => {
    const { seal, open } = pair(kind);
    const record = seal(application_data, bytes(40));
    for (let length = 5; length < record.length; length++) {
      expect(thrownBy(() => open(record.subarray(0, length)))?.code, `${length} bytes`).toBe('ERR_TLS_BAD_RECORD_MAC');
    }
    for (const more of [1, 8, 16, 32]) {
      expect(thrownBy(() => open(concat(record, new Uint8Array(more))))?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
    }
  });

  it('opens no record twice, and none out of turn', () => {
    const { seal, open } = pair(kind);
    const [first, second] = [seal(application_data, text), seal(application_data, text)];
    expect(thrownBy(() => open(second))?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
    open(first);
    expect(thrownBy(() => open(first))?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
    open(second);
  });

  it('refuses what no record may be [5246:6.2.3:1]', () => {
    const { seal, open } = pair(kind);
    const record = seal(application_data, text);
    const version = (minor: number) => Uint8Array.from(record, (byte, i) => (i === 2 ? minor : byte));
    expect(thrownBy(() => open(version(1)))).toMatchObject({
      code: 'ERR_TLS_RECORD_VERSION',
      alert: 'protocol_version',
    });
    expect(thrownBy(() => open(version(4)))?.code).toBe('ERR_TLS_RECORD_VERSION');
    for (const type of [0, 19, 25, 255]) {
      const other = Uint8Array.from(record, (byte, i) => (i === 0 ? type : byte));
      expect(thrownBy(() => open(other))).toMatchObject({ code: 'ERR_TLS_RECORD_TYPE', alert: 'unexpected_message' });
    }
    const long = concat(Uint8Array.of(application_data, 3, 3, 0, 0), new Uint8Array(MAX_CIPHERTEXT_12 + 1));
    expect(thrownBy(() => open(long))).toMatchObject({ code: 'ERR_TLS_RECORD_OVERFLOW', alert: 'record_overflow' });
  });

  it('[5246:6.2.1:1] refuses more content than was agreed on, of an authentic record too', () => {
    const limited = pair(kind, { maxPlaintext: 512 });
    expect(thrownBy(() => limited.seal(application_data, bytes(513)))?.code).toBe('ERR_TLS_INTERNAL');
    expect(limited.open(limited.seal(application_data, bytes(512))).content).toHaveLength(512);
    const { seal } = pair(kind);
    seal(application_data, text);
    expect(thrownBy(() => limited.open(seal(application_data, bytes(513))))).toMatchObject({
      code: 'ERR_TLS_RECORD_OVERFLOW',
      alert: 'record_overflow',
    });
  });

  it('seals nothing that it would not open', () => {
    const { seal } = pair(kind);
    for (const type of [handshake, alert, change_cipher_spec]) {
      expect(thrownBy(() => seal(type, new Uint8Array(0)))?.code).toBe('ERR_TLS_INTERNAL');
    }
    expect(thrownBy(() => seal(19, text))?.code).toBe('ERR_TLS_INTERNAL');
    expect(thrownBy(() => seal(application_data, bytes(MAX_PLAINTEXT + 1)))?.code).toBe('ERR_TLS_INTERNAL');
    if (kind.suite.type !== 'cbc')
      expect(thrownBy(() => seal(application_data, text, 1))?.code).toBe('ERR_TLS_INTERNAL');
  });

  it('ends when the key is used up, or wiped', () => {
    const { sealer, opener, seal, open } = pair(kind, { recordLimit: 2 });
    expect(sealer.remaining).toBe(2);
    const record = seal(application_data, text);
    seal(application_data, text);
    expect(sealer.remaining).toBe(0);
    expect(thrownBy(() => seal(application_data, text))?.code).toBe('ERR_TLS_KEY_LIMIT');
    opener.wipe();
    expect(thrownBy(() => open(record))?.code).toBe('ERR_TLS_INTERNAL');
    const other = pair(kind);
    other.sealer.wipe();
    expect(thrownBy(() => other.seal(application_data, text))?.code).toBe('ERR_TLS_INTERNAL');
  });

  it('copies its keys, and wants them whole', () => {
    const protection = protectionOf(kind.suite);
    const keys = keysOf(protection);
    const [sealer, opener] = [protection.sealer(keys, kind.options), protection.opener(keys, kind.options)];
    for (const key of Object.values(keys) as Uint8Array[]) key.fill(0);
    expect(toHex(opener.open(wire(concat(...sealer.seal(application_data, text)))).content)).toBe(toHex(text));
    const short = { ...keysOf(protection), macKey: new Uint8Array(protection.macKeyLength + 1) };
    expect(() => protection.sealer(short)).toThrow(RangeError);
    expect(() => protection.opener({ ...keysOf(protection), key: new Uint8Array(3) })).toThrow(RangeError);
    expect(() => protection.opener(keysOf(protection), { maxPlaintext: 0 })).toThrow(RangeError);
  });
});

describe('on the wire', () => {
  it('GCM has half of the nonce in the record (RFC 5288 §3), and the number is never used twice', () => {
    const { sealer, seal } = pair({ suite: { type: 'aead', aead: 'aes-128-gcm' }, options: {} });
    const keys = keysOf(protectionOf({ type: 'aead', aead: 'aes-128-gcm' }));
    for (let sequence = 0; sequence < 3; sequence++) {
      const number = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, sequence);
      const cipher = createCipheriv('aes-128-gcm', keys.key, concat(keys.iv, number));
      cipher.setAAD(concat(number, Uint8Array.of(application_data, 3, 3, 0, 5)));
      const sealed = concat(cipher.update(text), cipher.final(), cipher.getAuthTag());
      expect(toHex(seal(application_data, text))).toBe(
        `${toHex(Uint8Array.of(application_data, 3, 3, 0, 29))}${toHex(number)}${toHex(sealed)}`,
      );
      expect(toHex(sealer.describe()?.nonce as Uint8Array)).toBe(toHex(concat(keys.iv, number)));
    }
  });

  it('an opener takes the nonce that the record has', () => {
    const { open } = pair({ suite: { type: 'aead', aead: 'aes-128-gcm' }, options: {} });
    const keys = keysOf(protectionOf({ type: 'aead', aead: 'aes-128-gcm' }));
    const explicit = bytes(8, 77);
    const cipher = createCipheriv('aes-128-gcm', keys.key, concat(keys.iv, explicit));
    cipher.setAAD(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, application_data, 3, 3, 0, 5));
    const fragment = concat(explicit, cipher.update(text), cipher.final(), cipher.getAuthTag());
    expect(toHex(open(concat(Uint8Array.of(application_data, 3, 3, 0, 29), fragment)).content)).toBe(toHex(text));
  });

  it('ChaCha20-Poly1305 has nothing of it (RFC 7905 §2)', () => {
    const { sealer, seal } = pair({ suite: { type: 'aead', aead: 'chacha20-poly1305' }, options: {} });
    seal(application_data, text);
    const record = seal(application_data, text);
    const { key, iv } = keysOf(protectionOf({ type: 'aead', aead: 'chacha20-poly1305' }));
    const nonce = flip(iv, 11);
    const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
    cipher.setAAD(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, application_data, 3, 3, 0, 5), { plaintextLength: 5 });
    expect(toHex(record.subarray(5))).toBe(toHex(concat(cipher.update(text), cipher.final(), cipher.getAuthTag())));
    expect(toHex(sealer.describe()?.nonce as Uint8Array)).toBe(toHex(nonce));
  });

  it.each(cbcs)('[5246:6.2.3.2:2] CBC has content, MAC and padding in it: $cipher $mac', suite => {
    const { open } = pair({ suite, options: {} });
    const block = suite.cipher === '3des-ede-cbc' ? 8 : 16;
    const inside = concat(text, macOf(suite, text));
    for (let padding = block - (inside.length % block) - 1; padding < 256; padding += block) {
      const plaintext = concat(inside, new Uint8Array(padding + 1).fill(padding));
      const { opener } = pair({ suite, options: {} });
      expect(opener.open(wire(cbcRecord(suite, plaintext)))).toMatchObject({ content: text, padding: padding + 1 });
    }
    const empty = concat(macOf(suite, new Uint8Array(0)));
    const fill = block - (empty.length % block);
    expect(open(cbcRecord(suite, concat(empty, new Uint8Array(fill).fill(fill - 1)))).content).toHaveLength(0);
  });

  it('encrypt-then-MAC has the MAC over IV and ciphertext, under the length of both (RFC 7366 §3)', () => {
    const suite = cbcs[0];
    const record = pair({ suite, options: { encryptThenMac: true } }).seal(application_data, text);
    const { macKey } = keysOf(protectionOf(suite));
    const encrypted = record.subarray(5, record.length - 20);
    expect(encrypted).toHaveLength(32);
    const header = Uint8Array.of(...new Uint8Array(8), application_data, 3, 3, 0, 32);
    expect(toHex(record.subarray(-20))).toBe(createHmac('sha1', macKey).update(header).update(encrypted).digest('hex'));
  });

  it('[6066:7:2] a record without secrecy is content and MAC, which truncated_hmac cuts to 10 bytes (RFC 6066 §7)', () => {
    const suite = { type: 'null', mac: 'sha256' } as const;
    const mac = macOf(suite, text);
    const sealed = (options: Protection12Options) =>
      toHex(pair({ suite, options }).seal(application_data, text).subarray(5));
    expect(sealed({})).toBe(toHex(concat(text, mac)));
    expect(sealed({ truncatedHmac: true })).toBe(toHex(concat(text, mac.subarray(0, 10))));
  });

  it('[5246:6.2.3.2:1] [5246:6.2.3.2:4] a CBC record may have more padding, up to 256 bytes of it, and each its own IV', () => {
    for (const options of [{}, { encryptThenMac: true }]) {
      const { seal, open } = pair({ suite: cbcs[0], options });
      const lengths = [0, 1, 2, 17, 100, 230].map(padding => open(seal(application_data, text, padding)).padding);
      for (const [i, least] of [1, 1, 2, 17, 100, 230].entries()) {
        expect(lengths[i]).toBeGreaterThanOrEqual(least);
        expect(lengths[i]).toBeLessThan(least + 16);
      }
      expect(thrownBy(() => seal(application_data, text, 257))?.code).toBe('ERR_TLS_INTERNAL');
      expect(thrownBy(() => seal(application_data, text, -1))?.code).toBe('ERR_TLS_INTERNAL');
      const ivs = Array.from({ length: 20 }, () => toHex(seal(application_data, text).subarray(5, 21)));
      expect(new Set(ivs).size).toBe(20);
      const random = (length: number) => new Uint8Array(length).fill(0xab);
      const protection = protectionOf(cbcs[0], { ...provider, random });
      const [, iv] = protection.sealer(keysOf(protection), options).seal(application_data, text);
      expect(iv).toEqual(random(16));
    }
  });
});

describe('encrypt-then-MAC', () => {
  /** A record of the first suite with a right MAC over ciphertext that has any plaintext at all. */
  const authentic = (plaintext: Uint8Array, behind = new Uint8Array(0)) => {
    const encrypted = concat(cbcRecord(cbcs[0], plaintext).subarray(5), behind);
    const length = encrypted.length;
    const header = Uint8Array.of(...new Uint8Array(8), application_data, 3, 3, length >> 8, length & 0xff);
    const { macKey } = keysOf(protectionOf(cbcs[0]));
    const mac = createHmac('sha1', macKey).update(header).update(encrypted).digest();
    return concat(Uint8Array.of(application_data, 3, 3, 0, length + 20), encrypted, mac);
  };
  const opened = (record: Uint8Array) => pair({ suite: cbcs[0], options: { encryptThenMac: true } }).open(record);

  it('has the padding checked all the same', () => {
    const good = concat(text, new Uint8Array(11).fill(10));
    expect(opened(authentic(good))).toMatchObject({ content: text, padding: 11 });
    for (const bad of [flip(good, 5), flip(good, 14), flip(good, 15), new Uint8Array(16).fill(16)]) {
      expect(thrownBy(() => opened(authentic(bad)))).toMatchObject({
        code: 'ERR_TLS_BAD_RECORD_MAC',
        alert: 'bad_record_mac',
      });
    }
  });

  it('has one block of ciphertext at least, and whole ones [5246:6.2.3.2:4]', () => {
    expect(opened(authentic(new Uint8Array(16).fill(15))).content).toHaveLength(0);
    expect(thrownBy(() => opened(authentic(new Uint8Array(0))))?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
    for (const more of [1, 8, 15]) {
      const torn = authentic(new Uint8Array(16).fill(15), new Uint8Array(more));
      expect(thrownBy(() => opened(torn))?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
    }
  });
});

describe('authentic records of what may not be', () => {
  const sealed = (content: Uint8Array, type: number) => {
    const suite = cbcs[0];
    const { macKey } = keysOf(protectionOf(suite));
    const header = Uint8Array.of(...new Uint8Array(8), type, 3, 3, 0, content.length);
    const mac = createHmac('sha1', macKey).update(header).update(content).digest();
    const inside = concat(content, mac);
    const fill = 16 - (inside.length % 16);
    return cbcRecord(suite, concat(inside, new Uint8Array(fill).fill(fill - 1)), type);
  };
  const opened = (record: Uint8Array) => thrownBy(() => pair({ suite: cbcs[0], options: {} }).open(record));

  it('empty ones, but of application data [5246:6.2.1:2]', () => {
    for (const type of [handshake, alert, change_cipher_spec]) {
      expect(opened(sealed(new Uint8Array(0), type))).toMatchObject({
        code: 'ERR_TLS_EMPTY_RECORD',
        alert: 'unexpected_message',
      });
    }
  });

  it('a change_cipher_spec other than the byte 1', () => {
    for (const content of [Uint8Array.of(2), Uint8Array.of(1, 1)]) {
      expect(opened(sealed(content, change_cipher_spec))).toMatchObject({
        code: 'ERR_TLS_CHANGE_CIPHER_SPEC',
        alert: 'unexpected_message',
      });
    }
  });
});

describe('bad padding and a bad MAC are the same [5246:6.2.3.2:3]', () => {
  /** Plaintexts of one length, bad in every way there is, and the good one at the end. */
  function variants(
    suite: (typeof cbcs)[number],
    length: number,
  ): { readonly good: Uint8Array; readonly bad: Uint8Array[] } {
    const macLength = macOf(suite, text).length;
    const make = (padding: number) => {
      const content = bytes(length - macLength - padding - 1, 50);
      return concat(content, macOf(suite, content), new Uint8Array(padding + 1).fill(padding));
    };
    const longest = Math.min(255, length - macLength - 1);
    const bad: Uint8Array[] = [];
    for (const padding of [0, 1, 15, 16, 63, 64, 127, longest - 1, longest].filter(n => n >= 0 && n <= longest)) {
      const right = make(padding);
      const end = length - padding - 1;
      bad.push(flip(right, end - 1), flip(right, end - macLength));
      if (end > macLength) bad.push(flip(right, end - macLength - 1));
      // Every byte of the padding counts (unlike in SSL 3: POODLE).
      for (let at = end; at < length - 1; at++) bad.push(flip(right, at));
      bad.push(flip(right, length - 1, 0x80), flip(right, length - 1, 0x10));
    }
    bad.push(new Uint8Array(length), new Uint8Array(length).fill(255), new Uint8Array(length).fill(longest + 1));
    return { good: make(longest), bad };
  }

  it.each(cbcs)('$cipher $mac: one error, with one message', suite => {
    for (const length of [64, 128, 336, 512]) {
      const { good, bad } = variants(suite, length);
      const messages = bad.map(plaintext => {
        const error = thrownBy(() => pair({ suite, options: {} }).open(cbcRecord(suite, plaintext)));
        return `${error?.code} ${error?.message}`;
      });
      expect(new Set(messages)).toEqual(new Set(['ERR_TLS_BAD_RECORD_MAC a record is not authentic']));
      expect(pair({ suite, options: {} }).open(cbcRecord(suite, good)).encrypted).toBe(true);
    }
  });

  it.each(cbcs)(
    '$cipher $mac: [5246:6.2.3.2:5] as many blocks are compressed, in as many calls, wherever it fails',
    suite => {
      for (const length of [64, 80, 128, 256, 336, 512, 1024, 4096]) {
        const { good, bad } = variants(suite, length);
        const work = [...bad, good].map(plaintext => {
          const counter = { blocks: 0, calls: 0 };
          const counted = {
            ...provider,
            hashes: { ...provider.hashes, [suite.mac]: counting(provider.hashes[suite.mac] as Hash, counter) },
          };
          const protection = protectionOf(suite, counted);
          const opener = protection.opener(keysOf(protection));
          // The keys are absorbed when the opener is made.
          Object.assign(counter, { blocks: 0, calls: 0 });
          thrownBy(() => opener.open(wire(cbcRecord(suite, plaintext))));
          return `${counter.blocks} blocks in ${counter.calls} calls`;
        });
        expect(new Set(work).size, `${length} bytes: ${[...new Set(work)]}`).toBe(1);
      }
    },
  );

  /** Counts the compressions of a Merkle-Damgård hash (FIPS 180-4 §5.1, §6), dummy ones too. */
  function counting(hash: Hash, counter: { blocks: number; calls: number }): Hash {
    const { blockLength } = hash;
    const wrap = (inner: HashContext, start: number): HashContext => {
      let length = start;
      const context: HashContext = {
        update(data) {
          counter.calls++;
          counter.blocks += Math.floor((length + data.length) / blockLength) - Math.floor(length / blockLength);
          length += data.length;
          inner.update(data);
          return context;
        },
        digest() {
          counter.calls++;
          counter.blocks += (length % blockLength) + 1 + blockLength / 8 > blockLength ? 2 : 1;
          return inner.digest();
        },
        clone() {
          counter.calls++;
          return wrap(inner.clone(), length);
        },
      };
      return context;
    };
    return { ...hash, create: () => wrap(hash.create(), 0) };
  }
});

describe('hostile bytes', () => {
  it.each(kinds)('fail as a TlsError: $name', kind => {
    const { open } = pair(kind) as { open: (record: Uint8Array) => ReturnType<RecordOpener['open']> };
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 24 }),
        fc.uint8Array({ maxLength: 600, size: 'max' }),
        (type, fragment) => {
          const record = concat(Uint8Array.of(type, 3, 3, fragment.length >> 8, fragment.length & 0xff), fragment);
          expect(thrownBy(() => open(record))?.code).toBe('ERR_TLS_BAD_RECORD_MAC');
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('protection12', () => {
  it('is not there where the provider lacks a part', () => {
    const bare = createNobleProvider();
    expect(protection12(bare, cbcs[0])).toBeUndefined();
    expect(protection12(bare, { type: 'aead', aead: 'aes-128-ccm' })).toBeUndefined();
    expect(protection12({ ...bare, hashes: {} }, { type: 'null', mac: 'sha1' })).toBeUndefined();
    expect(protection12(bare, { type: 'null', mac: 'sha1' })).toMatchObject({
      macKeyLength: 20,
      keyLength: 0,
      ivLength: 0,
    });
  });

  it('says what a key block has', () => {
    const lengths = (suite: CipherProtection12) => {
      const { macKeyLength, keyLength, ivLength } = protectionOf(suite);
      return [macKeyLength, keyLength, ivLength];
    };
    expect(aeads.map(aead => lengths({ type: 'aead', aead }))).toEqual([
      [0, 16, 4],
      [0, 32, 4],
      [0, 16, 4],
      [0, 32, 4],
      [0, 32, 12],
    ]);
    expect(cbcs.map(lengths)).toEqual([
      [20, 16, 0],
      [32, 32, 0],
      [48, 32, 0],
      [20, 24, 0],
    ]);
  });

  it('has limits for keys: 3DES ends before Sweet32', () => {
    const { sealer } = pair({ suite: cbcs[3], options: {} });
    expect(sealer.remaining).toBe(2 ** 18);
    expect(recordLimits12['aes-128-gcm']).toBe(Math.floor(2 ** 24.5));
  });
});
