/**
 * TLS 1.2: key transport under RSA through whole connections (RFC 5246 §7.4.7.1; Bleichenbacher's attack, and ROBOT): whatever a
 * client sends as its premaster secret, the server goes on to the same failure at the same place.
 */
import { clientKeyExchange12 } from '@tlskit/tls-messages';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { tls12 } from '../src/tls12.ts';
import { by, outcome, rsa, rsaVerifier, sendsA, stepwise } from './attacks12.ts';
import { asynchronous, pair, provider, pump } from './support.ts';
import { misbehaving12 } from './support12.ts';

const BYTES = 256;
const publicKey = provider.importPublicKey(rsa.key.spki);
const { modulus } = numbersOf();

/** The numbers in the certificate's SubjectPublicKeyInfo: the modulus is what stands behind its tag and length. */
function numbersOf(): { modulus: bigint } {
  const hex = Buffer.from(rsa.key.spki).toString('hex');
  return { modulus: BigInt(`0x${hex.split('0282010100')[1]?.slice(0, 2 * BYTES)}`) };
}

/** Textbook RSA with exponent 65537, for what PKCS #1 would not let through. */
function raw(block: Uint8Array): Uint8Array {
  let base = BigInt(`0x${Buffer.from(block).toString('hex')}`);
  const message = base;
  for (let i = 0; i < 16; i++) base = (base * base) % modulus;
  return fromNumber((base * message) % modulus);
}

function fromNumber(number: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(number.toString(16).padStart(2 * BYTES, '0'), 'hex'));
}

/** EM of RSAES-PKCS1-v1_5 (RFC 8017 §7.2.1), with what is wrong about it. */
function block(secret: Uint8Array, { first = 0, second = 2, zeroAt = -1, separator = 0 } = {}): Uint8Array {
  const padding = new Uint8Array(BYTES - 3 - secret.length).fill(0x5a);
  if (zeroAt >= 0) padding[zeroAt] = 0;
  return concat(Uint8Array.of(first, second), padding, Uint8Array.of(separator), secret);
}

const secret = (version = 0x0303, length = 48) =>
  Uint8Array.from({ length }, (_, i) => (i === 0 ? version >> 8 : i === 1 ? version & 255 : i));

/** What is sent in place of `encrypted_pre_master_secret`. */
const ciphertexts: Record<string, () => Uint8Array> = {
  'a good one of another secret': () => raw(block(secret())),
  'first byte not 0': () => raw(block(secret(), { first: 1 })),
  'block type 1': () => raw(block(secret(), { second: 1 })),
  'block type 0': () => raw(block(secret(), { second: 0 })),
  'block type 0x17 (ROBOT)': () => raw(block(secret(), { second: 0x17 })),
  'no separator': () => raw(block(secret(), { separator: 0x11 })),
  'a zero in the first eight bytes of padding': () => raw(block(secret(), { zeroAt: 3 })),
  'a zero behind them': () => raw(block(secret(), { zeroAt: 100 })),
  'no padding to speak of': () => raw(block(secret(0x0303, BYTES - 3))),
  'a secret of no bytes': () => raw(block(new Uint8Array(0))),
  'a secret of 47 bytes': () => raw(block(secret(0x0303, 47))),
  'a secret of 49 bytes': () => raw(block(secret(0x0303, 49))),
  'a secret of one byte': () => raw(block(secret(0x0303, 1))),
  'version 0x0302': () => raw(block(secret(0x0302))),
  'version 0x0301': () => raw(block(secret(0x0301))),
  'version 0x0300': () => raw(block(secret(0x0300))),
  'version 0x0304': () => raw(block(secret(0x0304))),
  'version 0x0202': () => raw(block(secret(0x0202))),
  zero: () => new Uint8Array(BYTES),
  one: () => fromNumber(1n),
  'the modulus': () => fromNumber(modulus),
  'the modulus and one': () => fromNumber(modulus + 1n),
  'the modulus less one': () => fromNumber(modulus - 1n),
  'all ones': () => new Uint8Array(BYTES).fill(255),
  'one byte too few': () => raw(block(secret())).slice(1),
  'one byte too many, in front': () => concat(Uint8Array.of(0), raw(block(secret()))),
  'one byte too many, behind': () => concat(raw(block(secret())), Uint8Array.of(0)),
  'one byte': () => Uint8Array.of(7),
  nothing: () => new Uint8Array(0),
};

/** A client that sends this ciphertext, and otherwise does as it should. */
function attack(ciphertext: Uint8Array, name: string, key = rsa.key) {
  const { client, server } = by(name);
  const body = concat(Uint8Array.of(ciphertext.length >> 8, ciphertext.length & 255), ciphertext);
  const message = concat(Uint8Array.of(clientKeyExchange12.type, 0, body.length >> 8, body.length & 255), body);
  const versions = [
    misbehaving12('client', effect => (sendsA(effect, clientKeyExchange12) ? { ...effect, raw: message } : effect)),
  ];
  return pair({ ...client, versions }, { ...server, versions: [tls12], credentials: () => ({ ...rsa, key }) });
}

it('a ciphertext made here by a client that knows its secret is understood', () => {
  // The textbook's is the provider's.
  const opened = rsa.key.decryptPkcs1?.(raw(block(secret())), new Uint8Array(48));
  expect(opened).toEqual(secret());
  expect(publicKey.algorithm).toMatchObject({ type: 'rsa', bits: 2048 });
  expect(rsaVerifier.verify().verified).toBe(true);
});

describe.each(['TLS_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_128_CBC_SHA'])('%s', name => {
  it('fails alike, at Finished, whatever the ciphertext [5246:7.4.7.1:2] [5246:7.4.7.1:3] [5246:7.4.7.1:4]', () => {
    const seen = new Map<string, string>();
    for (const [what, make] of Object.entries(ciphertexts)) {
      const ends = attack(make(), name);
      const before: string[] = [];
      stepwise(ends, (from, record) => {
        // All that an attacker sees: what comes from the server, and after which of its own records.
        before.push(`${from} ${record[0]} ${from === 'server' ? record.length : ''} ${ends.server.engine.state}`);
        return [record];
      });
      expect(ends.server.connected, what).toBeUndefined();
      // ECDSA is not there to vary its length: all flights are of one length.
      seen.set(what, `${before.join('\n')}\n${outcome(ends.server)}`);
    }
    expect(new Set(seen.values()).size, [...seen].map(pair => pair.join(':\n')).join('\n\n')).toBe(1);
    const [one] = seen.values();
    expect(one).toContain('ERR_TLS_BAD_RECORD_MAC a record is not authentic bad_record_mac us WAIT_FINISHED');
  });

  it('fails alike where the key answers later', async () => {
    const { decryptPkcs1 } = rsa.key;
    const later = {
      ...asynchronous(rsa.key),
      decryptPkcs1: (ciphertext: Uint8Array, fallback: Uint8Array) =>
        Promise.resolve().then(() => decryptPkcs1?.call(rsa.key, ciphertext, fallback) as Uint8Array),
    };
    const seen = new Set<string>();
    for (const make of Object.values(ciphertexts)) {
      const ends = attack(make(), name, later);
      for (let i = 0; i < 8; i++) {
        pump(ends);
        await new Promise(resolve => setImmediate(resolve));
      }
      seen.add(outcome(ends.server));
    }
    expect([...seen]).toEqual(['ERR_TLS_BAD_RECORD_MAC a record is not authentic bad_record_mac us WAIT_FINISHED']);
  });
});

it('with RSA_PSK an unknown identity and a bad ciphertext are the same, and so is a wrong key', () => {
  const { client, server } = by('TLS_RSA_PSK_WITH_AES_128_GCM_SHA256');
  const key = new Uint8Array(32).fill(3);
  const identity = new TextEncoder().encode('alice');
  const lookups = {
    known: () => ({ key, hash: 'sha256' as const }),
    'known by another key': () => ({ key: key.with(0, 4), hash: 'sha256' as const }),
    unknown: () => undefined,
  };
  const seen = new Set<string>();
  for (const [which, pskLookup] of Object.entries(lookups)) {
    for (const damage of [false, true]) {
      if (which === 'known' && !damage) continue;
      const versions = [
        misbehaving12('client', effect =>
          damage && sendsA(effect, clientKeyExchange12)
            ? { ...effect, raw: effect.raw.with(-9, (effect.raw.at(-9) as number) ^ 1) }
            : effect,
        ),
      ];
      const psks = [{ identity, key, hash: 'sha256' as const }];
      const ends = pair(
        { ...client, verifier: rsaVerifier, psks, versions },
        { ...server, credentials: () => rsa, pskLookup },
      );
      pump(ends);
      seen.add(outcome(ends.server));
    }
  }
  expect([...seen]).toEqual(['ERR_TLS_BAD_RECORD_MAC a record is not authentic bad_record_mac us WAIT_FINISHED']);
});
