/**
 * The key schedule of one connection with every value in between kept under the name that RFC 8448 gives it. Each secret is
 * made twice: by the functions, step by step, and by the stages that a handshake uses; the two must not differ.
 */
import type { Hash } from '@tlskit/tls-crypto';
import {
  type BinderKey,
  EarlySecret,
  type HandshakeSecret,
  hkdfExpandLabel,
  hkdfExtract,
  type MainSecret,
  type PskKind,
  resumptionPsk,
  type TrafficSecret,
} from '@tlskit/tls-keyschedule';
import { equalBytes } from '@tlskit/tls-wire';
import type { Party } from './handshake.ts';

/** One HKDF-Extract. */
export interface Extraction {
  /** Undefined: zeros. */
  readonly salt: Uint8Array | undefined;
  readonly ikm: Uint8Array;
  readonly secret: Uint8Array;
}

/** One HKDF-Expand-Label. */
export interface Expansion {
  readonly prk: Uint8Array;
  /** `tls13 ` included. */
  readonly label: string;
  readonly context: Uint8Array;
  readonly expanded: Uint8Array;
}

export interface TrafficKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

export type Epoch = 'early application data' | 'handshake data' | 'application data';

/** The name of a direction's keys, as the traces have it. */
export function trafficName(epoch: Epoch, from: Party): string {
  return `${epoch} (${from} write)`;
}

const nothing = new Uint8Array(0);

export class Schedule {
  readonly extractions = new Map<string, Extraction>();
  readonly expansions = new Map<string, Expansion>();
  readonly secrets = new Map<string, Uint8Array>();
  readonly trafficKeys = new Map<string, TrafficKeys>();
  /** Where functions and stages do not give the same. */
  readonly disagreements: string[] = [];

  readonly hash: Hash;
  readonly #keyLength: number;
  #early: EarlySecret | undefined;
  #handshake: HandshakeSecret | undefined;
  #main: MainSecret | undefined;

  constructor(hash: Hash, keyLength: number) {
    this.hash = hash;
    this.#keyLength = keyLength;
  }

  /** Begins, or begins anew when it turns out which PSK was selected. */
  start(psk: Uint8Array | undefined): void {
    this.#extract('early', undefined, psk);
    this.#early = EarlySecret.from(this.hash, psk);
  }

  /** The binder over a transcript that ends with the truncated ClientHello. */
  binder(kind: PskKind, transcriptHash: Uint8Array): Uint8Array {
    const key = this.#derive('binder key', this.secret('early'), `${kind} binder`, this.hash.digest());
    const finishedKey = this.#derive('binder finished key', key, 'finished', nothing);
    this.secrets.set('binder_key', key);
    this.secrets.set('binder_finished_key', finishedKey);
    const binderKey: BinderKey = this.#stage(this.#early).binderKey(kind);
    const value = this.hash.hmac(finishedKey, transcriptHash);
    this.#agree('binder', value, binderKey.verifyData(transcriptHash));
    return value;
  }

  early(transcriptHash: Uint8Array): TrafficSecret {
    const secret = this.secret('early');
    const stage = this.#stage(this.#early);
    this.#leaf('e exp master', secret, transcriptHash, stage.earlyExporter(transcriptHash));
    return this.#traffic('c e traffic', secret, transcriptHash, stage.clientEarlyTraffic(transcriptHash));
  }

  /** @param sharedSecret undefined for psk_ke */
  handshake(sharedSecret: Uint8Array | undefined, transcriptHash: Uint8Array): { [P in Party]: TrafficSecret } {
    const salt = this.#derive('derived (handshake)', this.secret('early'), 'derived', this.hash.digest());
    if (sharedSecret !== undefined) this.secrets.set('ecdhe', sharedSecret);
    const secret = this.#extract('handshake', salt, sharedSecret);
    this.#handshake = this.#stage(this.#early).toHandshake(sharedSecret?.slice());
    this.secrets.set('hash(..ServerHello)', transcriptHash);
    const client = this.#handshake.client(transcriptHash);
    const server = this.#handshake.server(transcriptHash);
    return {
      client: this.#traffic('c hs traffic', secret, transcriptHash, client),
      server: this.#traffic('s hs traffic', secret, transcriptHash, server),
    };
  }

  main(transcriptHash: Uint8Array): { [P in Party]: TrafficSecret } {
    const salt = this.#derive('derived (master)', this.secret('handshake'), 'derived', this.hash.digest());
    const secret = this.#extract('master', salt, undefined);
    this.#main = this.#stage(this.#handshake).toMain();
    this.secrets.set('hash(..server Finished)', transcriptHash);
    const exporter = this.#main.exporter(transcriptHash);
    this.#leaf('exp master', secret, transcriptHash, exporter.secret);
    return {
      client: this.#traffic('c ap traffic', secret, transcriptHash, this.#main.client(transcriptHash)),
      server: this.#traffic('s ap traffic', secret, transcriptHash, this.#main.server(transcriptHash)),
    };
  }

  resumption(transcriptHash: Uint8Array): void {
    this.secrets.set('hash(..client Finished)', transcriptHash);
    const fromStage = this.#stage(this.#main).resumption(transcriptHash);
    this.#leaf('res master', this.secret('master'), transcriptHash, fromStage);
  }

  /** The PSK of the first ticket stands under `resumption psk`, that of the second under `resumption psk 2`, and so on. */
  ticket(nonce: Uint8Array): void {
    const resumption = this.secret('res master');
    const name = numbered(this.secrets, 'resumption psk');
    const psk = this.#derive(name, resumption, 'resumption', nonce);
    this.secrets.set(name, psk);
    this.#agree('resumption psk', psk, resumptionPsk(this.hash, resumption, nonce));
  }

  /** Key and IV of one direction, kept by name; those of the generations after a key update are numbered from 2. */
  keys(epoch: Epoch, from: Party, traffic: TrafficSecret): TrafficKeys {
    const plain = trafficName(epoch, from);
    const first = this.expansions.get(`${plain} key`);
    // The application keys are made when their secret is, and asked for again when they come into use.
    const known = first === undefined || equalBytes(first.prk, traffic.secret);
    const name = known ? plain : numbered(this.trafficKeys, plain);
    const key = this.#expand(`${name} key`, traffic.secret, 'key', nothing, this.#keyLength);
    const iv = this.#expand(`${name} iv`, traffic.secret, 'iv', nothing, 12);
    this.#agree(`${name} key`, key, traffic.key(this.#keyLength));
    this.#agree(`${name} iv`, iv, traffic.iv());
    this.trafficKeys.set(name, { key, iv });
    return { key, iv };
  }

  /** finished_key and Finished value of one side. */
  finished(from: Party, base: TrafficSecret, transcriptHash: Uint8Array): { key: Uint8Array; value: Uint8Array } {
    const key = this.#derive(`${from} finished key`, base.secret, 'finished', nothing);
    const value = this.hash.hmac(key, transcriptHash);
    this.#agree(`${from} Finished`, value, base.verifyData(transcriptHash));
    return { key, value };
  }

  /** @throws Error when the connection did not get that far */
  secret(name: string): Uint8Array {
    const secret = this.secrets.get(name);
    if (secret === undefined) throw new Error(`there is no ${name} secret`);
    return secret;
  }

  #extract(name: string, salt: Uint8Array | undefined, ikm: Uint8Array | undefined): Uint8Array {
    const secret = hkdfExtract(this.hash, salt, ikm);
    const zeros = new Uint8Array(this.hash.outputLength);
    this.extractions.set(`extract ${name}`, { salt, ikm: ikm ?? zeros, secret });
    this.secrets.set(name, secret);
    return secret;
  }

  #leaf(label: string, secret: Uint8Array, transcriptHash: Uint8Array, fromStage: Uint8Array): void {
    const value = this.#derive(label, secret, label, transcriptHash);
    this.secrets.set(label, value);
    this.#agree(label, value, fromStage);
  }

  #traffic(label: string, secret: Uint8Array, transcriptHash: Uint8Array, fromStage: TrafficSecret): TrafficSecret {
    this.#leaf(label, secret, transcriptHash, fromStage.secret);
    return fromStage;
  }

  #derive(name: string, prk: Uint8Array, label: string, context: Uint8Array): Uint8Array {
    return this.#expand(name, prk, label, context, this.hash.outputLength);
  }

  #expand(name: string, prk: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
    const expanded = hkdfExpandLabel(this.hash, prk, label, context, length);
    // The base may be wiped when a traffic secret goes on to its next generation.
    this.expansions.set(name, { prk: prk.slice(), label: `tls13 ${label}`, context, expanded });
    return expanded;
  }

  #agree(what: string, byFunction: Uint8Array, byStage: Uint8Array): void {
    if (!equalBytes(byFunction, byStage)) this.disagreements.push(what);
  }

  #stage<S>(stage: S | undefined): S {
    if (stage === undefined) throw new Error('the key schedule has not got that far');
    return stage;
  }
}

function numbered(taken: ReadonlyMap<string, unknown>, name: string): string {
  let numberedName = name;
  for (let n = 2; taken.has(numberedName); n++) numberedName = `${name} ${n}`;
  return numberedName;
}
