/** What tests of attacks on TLS 1.2 share: peers that break the rules, records that nobody honest would make, and who watches. */
import type { AnyMessage, Effect, TrafficKeys12 } from '@tlskit/tls-handshake';
import { AnyCipherSuite } from '@tlskit/tls-messages';
import { recordHeader } from '@tlskit/tls-record';
import { TicketKeys } from '@tlskit/tls-session';
import { createCA } from '@tlskit/tls-testing';
import { concat } from '@tlskit/tls-wire';
import { expect } from 'vitest';
import type { ClientEngineConfig, EngineVersion, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { credential, type End, type Pair, pair, provider, takeAll, verifier } from './support.ts';

export type Role = 'client' | 'server';
export const roles = ['client', 'server'] as const;

export function suite(name: string): number {
  return AnyCipherSuite.values[name as keyof typeof AnyCipherSuite.values] as number;
}

const rsaIssued = await (await createCA()).issue({ names: ['localhost'], key: 'rsa-2048' });
/** An RSA certificate for localhost. */
export const rsa = { chain: rsaIssued.chain, key: provider.importPrivateKey(rsaIssued.key) };

const rsaPublic = provider.importPublicKey(rsa.key.spki);
export const rsaVerifier = {
  trust: 'test',
  verify: () => ({ publicKey: rsaPublic, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'test' }),
};

export const schemes = [0x0403, 0x0503, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601];
const common = { versions: [tls12], signatureSchemes: schemes, groups: [0x001d, 0x0017, 0x0018] };

/** TLS 1.2 alone, by one suite, with the certificate that goes with it. */
export function by(name: string): { client: Partial<ClientEngineConfig>; server: Partial<ServerEngineConfig> } {
  const cipherSuites = [suite(name)];
  const shown = name.includes('_RSA_') ? rsa : credential;
  return {
    client: { ...common, cipherSuites, verifier: name.includes('_RSA_') ? rsaVerifier : verifier },
    server: { ...common, cipherSuites, credentials: () => shown },
  };
}

export const GCM = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
export const other = (role: Role): Role => (role === 'client' ? 'server' : 'client');
export const ticketKeys = (now = Date.UTC(2026, 0, 1)) => new TicketKeys({ provider, now: () => now });

export function noError({ client, server }: Pair): void {
  expect(client.error?.message ?? server.error?.message).toBeUndefined();
}

export function isSend(effect: Effect): effect is Extract<Effect, { op: 'send' }> {
  return effect.op === 'send';
}

export function sendsA(effect: Effect, { type }: AnyMessage): effect is Extract<Effect, { op: 'send' }> {
  return isSend(effect) && effect.raw[0] === type;
}

/** A version whose writing keys are known to all, in the order in which they come into force. */
export function tapped(version: EngineVersion = tls12): {
  readonly version: EngineVersion;
  readonly keys: TrafficKeys12[];
} {
  const keys: TrafficKeys12[] = [];
  return {
    keys,
    version: {
      ...version,
      createSealer(crypto, given) {
        const { key, iv, macKey } = given as TrafficKeys12;
        keys.push({ ...(given as TrafficKeys12), key: key.slice(), iv: iv.slice(), macKey: macKey.slice() });
        return version.createSealer(crypto, given);
      },
    },
  };
}

/** How a record is other than the RFC wants it. */
export interface Oddity {
  /** Of the header. */
  readonly version?: number;
  /** Of a CBC record: content, MAC and padding before they are encrypted, with encrypt_then_mac content and padding. */
  readonly inner?: (plaintext: Uint8Array, macLength: number) => Uint8Array;
  /** What is on the wire, less the header. */
  readonly fragment?: (fragment: Uint8Array) => Uint8Array;
  readonly sequence?: number;
}

/** Makes records under somebody's keys, of anything. */
export class Forger12 {
  readonly #keys: TrafficKeys12;
  sequence: number;

  /** @param sequence the number of the next record */
  constructor(keys: TrafficKeys12 | undefined, sequence: number) {
    if (keys === undefined) throw new Error('keys of which nobody knows');
    this.#keys = keys;
    this.sequence = sequence;
  }

  seal(type: number, content: Uint8Array, odd: Oddity = {}): Uint8Array {
    const number = new Uint8Array(8);
    new DataView(number.buffer).setUint32(4, odd.sequence ?? this.sequence++);
    const same = (bytes: Uint8Array) => bytes;
    const fragment = (odd.fragment ?? same)(this.#protect(type, content, number, odd.inner ?? same));
    return concat(recordHeader(type, odd.version ?? 0x0303, fragment.length), fragment);
  }

  #protect(type: number, content: Uint8Array, number: Uint8Array, change: NonNullable<Oddity['inner']>): Uint8Array {
    const { protection, key, iv, macKey, encryptThenMac, truncatedHmac } = this.#keys;
    const header = (length: number) => concat(number, recordHeader(type, 0x0303, length));
    if (protection.type === 'aead') {
      const aead = provider.aeads[protection.aead];
      const nonce = concat(iv, number);
      return concat(number, ...(aead?.create(key).seal(nonce, header(content.length), content) ?? []));
    }
    const hash = provider.hashes[protection.mac];
    if (hash === undefined) throw new Error('the provider lacks what tests need');
    const mac = (length: number, ...parts: Uint8Array[]) =>
      hash.hmac(macKey, header(length), ...parts).subarray(0, truncatedHmac ? 10 : undefined);
    const signed = mac(content.length, content);
    if (protection.type === 'null') return change(concat(content, signed), signed.length);
    const cipher = provider.blockCiphers?.[protection.cipher];
    if (cipher === undefined) throw new Error('the provider lacks what tests need');
    const inside = encryptThenMac ? content : concat(content, signed);
    const padding = cipher.blockLength - 1 - (inside.length % cipher.blockLength);
    const plaintext = concat(inside, new Uint8Array(padding + 1).fill(padding));
    const block = provider.random(cipher.blockLength);
    const encrypted = concat(block, cipher.create(key).encrypt(block, change(plaintext, signed.length)));
    return encryptThenMac ? concat(encrypted, mac(encrypted.length, encrypted)) : encrypted;
  }
}

/** The records in a stream, headers and all. */
export function recordsIn(bytes: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + (((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number));
    records.push(bytes.slice(at, end));
    at = end;
  }
  return records;
}

/** A record in the clear. */
export function plain(type: number, ...content: Uint8Array[]): Uint8Array {
  const whole = concat(...content);
  return concat(recordHeader(type, 0x0303, whole.length), whole);
}

/** Two ends, the writing keys of both, and records that either might have sent. */
export interface Tapped extends Pair {
  /** Of records behind the last Finished, of which the end has sent `sequence` behind its change_cipher_spec. */
  forge(as: Role, sequence?: number): Forger12;
}

export function tappedPair(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Tapped {
  const taps = { client: tapped(), server: tapped() };
  const ends = pair({ ...client, versions: [taps.client.version] }, { ...server, versions: [taps.server.version] });
  return { ...ends, forge: (as, sequence = 1) => new Forger12(taps[as].keys.at(-1), sequence) };
}

/** What came of it, in one line: codes, texts, states and alerts, so that two ends that failed alike are alike. */
export function outcome({ error }: End): string {
  return `${error?.code} ${error?.message} ${error?.alert} ${error?.sentBy} ${error?.state}`;
}

/**
 * Carries records one by one until nobody has any; `before` sees each, and says what is given to the receiver instead.
 * Whoever is given nothing has the rest of what it should have got dropped too.
 */
export function stepwise(
  { client, server }: Pair,
  before: (from: Role, record: Uint8Array, index: number) => readonly Uint8Array[] | 'stop' = (_, record) => [record],
): void {
  const count = { client: 0, server: 0 };
  const stopped = { client: false, server: false };
  for (let quiet = false; !quiet; ) {
    quiet = true;
    for (const [from, end, to] of [
      ['client', client, server],
      ['server', server, client],
    ] as const) {
      for (const record of recordsIn(takeAll(end.engine))) {
        quiet = false;
        if (stopped[from]) continue;
        const given = before(from, record, count[from]++);
        if (given === 'stop') stopped[from] = true;
        else for (const one of given) to.engine.receive(one.slice());
      }
    }
  }
}

/** Lets promises settle, and carries what comes of them. */
export async function settled(run: () => void, times = 30): Promise<void> {
  for (let i = 0; i < times; i++) {
    run();
    await new Promise(resolve => setImmediate(resolve));
  }
}
