/**
 * Replays a TLS 1.3 connection from its records and the private keys of both ends, as a reader who knows everything would:
 * each record is opened, each message goes into the transcript, each secret is derived when its time has come.
 * What the replay finds is then held against what a file says.
 */
import type { Aead, CryptoProvider } from '@tlskit/tls-crypto';
import type { PskKind, TrafficSecret } from '@tlskit/tls-keyschedule';
import {
  type CipherSuiteInfo,
  clientHello,
  decodeMessage,
  earlyDataRow,
  encodeMessage,
  encryptedExtensions,
  findExtension,
  finished,
  groupInfo,
  keyShareRow,
  messageHash,
  newSessionTicket,
  preSharedKeyRow,
  serverHello,
  truncatedClientHello,
} from '@tlskit/tls-messages';
import {
  ContentType,
  createOpener13,
  createSealer13,
  Deframer,
  HEADER_LENGTH,
  MAX_CIPHERTEXT,
  type OpenedRecord,
  openChangeCipherSpec,
  plaintextOpener,
  plaintextSealer,
  type RecordOpener,
  type RecordSealer,
  type WireRecord,
} from '@tlskit/tls-record';
import { concat, equalBytes } from '@tlskit/tls-wire';
import { HandshakeStream, messageName, type Party } from './handshake.ts';
import { type Epoch, Schedule, type TrafficKeys, trafficName } from './schedule.ts';
import { type PrivateKey, sharedSecretOf } from './shared-secret.ts';
import { publicKeyOf, signedContent } from './signatures.ts';

export interface ReplayInput {
  readonly provider: CryptoProvider;
  readonly suite: CipherSuiteInfo;
  readonly psk?: Uint8Array;
  /** Tried in turn unless given. */
  readonly pskKind?: PskKind;
  readonly privateKeys: readonly PrivateKey[];
  /** For groups whose private keys the provider cannot be given. */
  readonly statedSharedSecret?: Uint8Array;
  readonly records: readonly InputRecord[];
}

export interface InputRecord {
  readonly from: Party;
  readonly bytes: Uint8Array;
  /** What is said to be inside: used to go on when the record does not open, never to find that it is right. */
  readonly stated?: { readonly type: number; readonly content: Uint8Array };
}

export interface ReplayedRecord {
  readonly from: Party;
  /** `plaintext`, or the name of the keys. */
  readonly epoch: string;
  readonly wire: WireRecord;
  /** Undefined when it did not open. */
  readonly opened?: OpenedRecord;
  /** The same content sealed anew. */
  readonly sealed?: Uint8Array;
  readonly keys?: TrafficKeys;
  readonly sequence?: number;
  readonly nonce?: Uint8Array;
  readonly aad?: Uint8Array;
  readonly fault?: string;
}

export interface ReplayedMessage {
  readonly from: Party;
  readonly name: string | undefined;
  readonly raw: Uint8Array;
}

/** A Finished value or binder. */
export interface ReplayedFinished {
  readonly from: Party;
  readonly what: 'Finished' | 'PSK binder';
  readonly base: Uint8Array;
  readonly finishedKey: Uint8Array;
  readonly transcriptHash: Uint8Array;
  readonly value: Uint8Array;
  /** As it came over the wire. */
  readonly wire: Uint8Array;
  readonly truncatedHello?: Uint8Array;
}

export interface ReplayedSignature {
  readonly from: Party;
  readonly message: Uint8Array;
  readonly content: Uint8Array;
  /** Undefined where no certificate came before. */
  readonly spki: Uint8Array | undefined;
}

/** What one side writes with now. */
interface Write {
  readonly epoch: string;
  readonly opener: RecordOpener;
  readonly sealer?: RecordSealer;
  readonly keys?: TrafficKeys;
  readonly secret?: TrafficSecret;
}

export class Replay {
  readonly records: ReplayedRecord[] = [];
  readonly messages: ReplayedMessage[] = [];
  readonly finished: ReplayedFinished[] = [];
  readonly signatures: ReplayedSignature[] = [];
  /** What kept the replay from reaching something, or was taken on trust. */
  readonly faults: string[] = [];
  readonly notes: string[] = [];
  /** Key shares that were sent. */
  readonly shares: { readonly from: Party; readonly group: number; readonly share: Uint8Array }[] = [];
  /** Whether the shared secret is the file's own word. */
  sharedSecretTrusted = false;
  readonly schedule: Schedule;
  /** What ServerHello selected: code point, and the name of the group where a provider can have it. */
  selected: { readonly suite?: number; readonly group?: string } = {};

  readonly #input: ReplayInput;
  readonly #aead: Aead;
  readonly #write: { [P in Party]: Write };
  readonly #streams = { client: new HandshakeStream(), server: new HandshakeStream() };
  readonly #certificateKeys: { [P in Party]?: Uint8Array | undefined } = {};
  #handshakeSecrets: { [P in Party]: TrafficSecret } | undefined;
  #applicationSecrets: { [P in Party]: TrafficSecret } | undefined;
  #transcript: Uint8Array[] = [];
  #encryptedExtensions: Uint8Array | undefined;
  #handshakeDone = false;
  readonly #earlyTickets: Uint8Array[] = [];

  constructor(input: ReplayInput) {
    const { provider, suite } = input;
    const hash = provider.hashes[suite.hash];
    const aead = provider.aeads[suite.aead];
    if (hash === undefined || aead === undefined) throw new Error(`${suite.name} is not covered by ${provider.name}`);
    this.#input = input;
    this.#aead = aead;
    this.schedule = new Schedule(hash, aead.keyLength);
    this.schedule.start(input.psk);
    this.#write = { client: plaintextWrite(), server: plaintextWrite() };
    for (const record of input.records) this.#record(record);
    for (const what of this.schedule.disagreements) this.faults.push(`${what}: functions and stages do not agree`);
    for (const from of ['client', 'server'] as const) {
      const { pending } = this.#streams[from];
      if (pending > 0) this.faults.push(`the ${from}'s last handshake message lacks its end: ${pending} bytes came`);
    }
  }

  /** The hash of the transcript as it is now. */
  #transcriptHash(): Uint8Array {
    return this.schedule.hash.digest(...this.#transcript);
  }

  #record({ from, bytes, stated }: InputRecord): void {
    const wire = deframe(bytes);
    const bare = wire.type === ContentType.values.change_cipher_spec;
    const write = this.#write[from];
    const record = { from, wire, epoch: bare ? 'plaintext' : write.epoch };
    let opened: OpenedRecord;
    try {
      opened = bare ? openChangeCipherSpec(wire) : write.opener.open(wire);
      this.records.push({
        ...record,
        opened,
        ...(bare ? { sealed: resealPlain(wire) } : this.#details(wire, opened, write)),
      });
    } catch (error) {
      this.records.push({ ...record, fault: (error as Error).message });
      if (stated === undefined) return;
      opened = { ...stated, padding: 0, encrypted: true };
    }
    if (opened.type !== ContentType.values.handshake) return;
    for (const raw of this.#streams[from].push(opened.content)) {
      try {
        this.#message(from, raw);
      } catch (error) {
        this.faults.push(`${from} ${messageNameOf(raw)}: ${(error as Error).message}`);
      }
    }
  }

  #details(wire: WireRecord, opened: OpenedRecord, write: Write): Partial<ReplayedRecord> {
    if (write.sealer === undefined || write.keys === undefined) return { sealed: resealPlain(wire) };
    const described = write.opener.describe();
    return {
      keys: write.keys,
      ...(described === undefined ? {} : { sequence: described.sequence, nonce: described.nonce }),
      aad: wire.bytes.subarray(0, HEADER_LENGTH),
      sealed: concat(...write.sealer.seal(opened.type, opened.content, opened.padding)),
    };
  }

  #message(from: Party, raw: Uint8Array): void {
    const name = messageName(raw);
    this.messages.push({ from, name, raw });
    if (this.#handshakeDone) return this.#postHandshake(from, name, raw);
    const before = this.#transcriptHash();
    switch (name) {
      case 'ClientHello':
        this.#onClientHello(raw);
        break;
      case 'HelloRetryRequest':
        this.#onHelloRetryRequest(raw);
        break;
      case 'ServerHello':
        this.#onServerHello(raw);
        break;
      case 'EncryptedExtensions':
        this.#transcript.push(raw);
        this.#onEncryptedExtensions(raw);
        break;
      case 'Certificate':
        this.#transcript.push(raw);
        this.#certificateKeys[from] = publicKeyOf(from, raw, this.#encryptedExtensions);
        break;
      case 'CertificateVerify': {
        this.#transcript.push(raw);
        const spki = this.#certificateKeys[from];
        this.signatures.push({ from, message: raw, content: signedContent(from, before), spki });
        break;
      }
      case 'Finished':
        this.#transcript.push(raw);
        this.#onFinished(from, raw, before);
        break;
      case 'NewSessionTicket':
        // Sent before the client's Finished came: its PSK can be had once that is in the transcript.
        this.#earlyTickets.push(raw);
        break;
      case 'EndOfEarlyData':
        this.#transcript.push(raw);
        if (this.#handshakeSecrets !== undefined)
          this.#switch('client', 'handshake data', this.#handshakeSecrets.client);
        break;
      default:
        this.#transcript.push(raw);
    }
  }

  #onClientHello(raw: Uint8Array): void {
    const { psk } = this.#input;
    const { extensions } = decodeMessage(clientHello, raw);
    for (const { group, key_exchange } of findExtension(extensions, keyShareRow, 'CH')?.client_shares ?? []) {
      this.shares.push({ from: 'client', group, share: key_exchange });
    }
    const offered = findExtension(extensions, preSharedKeyRow, 'CH');
    if (psk !== undefined && offered !== undefined) this.#binder(raw, offered.binders[0] as Uint8Array);
    this.#transcript.push(raw);
    if (psk !== undefined && findExtension(extensions, earlyDataRow, 'CH') !== undefined) {
      this.#switch('client', 'early application data', this.schedule.early(this.#transcriptHash()));
    }
  }

  #binder(raw: Uint8Array, wire: Uint8Array): void {
    const truncatedHello = truncatedClientHello(raw);
    const transcriptHash = this.schedule.hash.digest(...this.#transcript, truncatedHello);
    // The label is not on the wire: where the file does not tell, the kind that fits is taken.
    const kinds: readonly PskKind[] = this.#input.pskKind === undefined ? ['ext', 'res'] : [this.#input.pskKind];
    for (const kind of kinds) {
      if (equalBytes(this.schedule.binder(kind, transcriptHash), wire)) break;
    }
    const finishedKey = this.schedule.secret('binder_finished_key');
    this.finished.push({
      from: 'client',
      what: 'PSK binder',
      base: this.schedule.secret('binder_key'),
      finishedKey,
      transcriptHash,
      value: this.schedule.hash.hmac(finishedKey, transcriptHash),
      wire,
      truncatedHello,
    });
  }

  #onHelloRetryRequest(raw: Uint8Array): void {
    // RFC 9846 §4.1: ClientHello1 is replaced by a message_hash message.
    const hash = this.#transcriptHash();
    this.schedule.secrets.set('hash(ClientHello1)', hash);
    this.#transcript = [encodeMessage(messageHash, hash), raw];
    this.#write.client = plaintextWrite();
  }

  #onServerHello(raw: Uint8Array): void {
    const { extensions, cipher_suite } = decodeMessage(serverHello, raw);
    this.#transcript.push(raw);
    const entry = findExtension(extensions, keyShareRow, 'SH')?.server_share;
    if (entry !== undefined) this.shares.push({ from: 'server', group: entry.group, share: entry.key_exchange });
    const group = entry && groupInfo(entry.group)?.name;
    this.selected = { suite: cipher_suite, ...(group === undefined ? {} : { group }) };
    const pskSelected = findExtension(extensions, preSharedKeyRow, 'SH') !== undefined;
    if (!pskSelected && this.#input.psk !== undefined) this.schedule.start(undefined);
    const secrets = this.schedule.handshake(this.#sharedSecret(), this.#transcriptHash());
    this.#handshakeSecrets = secrets;
    this.#switch('server', 'handshake data', secrets.server);
    // Early data goes on under its own keys until EndOfEarlyData, or until the server refuses it.
    if (this.#write.client.epoch === 'plaintext') this.#switch('client', 'handshake data', secrets.client);
    else this.schedule.keys('handshake data', 'client', secrets.client);
  }

  /** Undefined where the server sent no share (psk_ke). */
  #sharedSecret(): Uint8Array | undefined {
    const server = this.shares.find(({ from }) => from === 'server');
    if (server === undefined) return undefined;
    const client = this.shares.findLast(({ from, group }) => from === 'client' && group === server.group);
    const group = groupInfo(server.group);
    const { privateKeys, statedSharedSecret } = this.#input;
    if (group !== undefined && client !== undefined) {
      const shares = { client: client.share, server: server.share };
      const { secret, faults } = sharedSecretOf(group.provider, privateKeys, shares);
      this.faults.push(...faults);
      if (secret !== undefined) return secret;
    }
    if (statedSharedSecret === undefined) throw new Error('there is no private key to compute the shared secret with');
    this.sharedSecretTrusted = true;
    this.notes.push(
      `the shared secret was taken from the file: that of ${group?.name ?? server.group} was not computed`,
    );
    return statedSharedSecret;
  }

  #onEncryptedExtensions(raw: Uint8Array): void {
    this.#encryptedExtensions = raw;
    const { extensions } = decodeMessage(encryptedExtensions, raw);
    const accepted = findExtension(extensions, earlyDataRow, 'EE') !== undefined;
    const early = this.#write.client.epoch === trafficName('early application data', 'client');
    if (early && !accepted && this.#handshakeSecrets !== undefined) {
      this.#switch('client', 'handshake data', this.#handshakeSecrets.client);
    }
  }

  #onFinished(from: Party, raw: Uint8Array, before: Uint8Array): void {
    if (this.#handshakeSecrets === undefined) throw new Error('Finished before ServerHello');
    const base = this.#handshakeSecrets[from];
    const { key, value } = this.schedule.finished(from, base, before);
    const wire = decodeMessage(finished, raw).verify_data;
    const what = 'Finished';
    this.finished.push({ from, what, base: base.secret, finishedKey: key, transcriptHash: before, value, wire });
    if (from === 'server') {
      this.#applicationSecrets = this.schedule.main(this.#transcriptHash());
      this.#switch('server', 'application data', this.#applicationSecrets.server);
      this.schedule.keys('application data', 'client', this.#applicationSecrets.client);
      return;
    }
    if (this.#applicationSecrets === undefined) throw new Error("Finished before the server's");
    this.schedule.resumption(this.#transcriptHash());
    this.#switch('client', 'application data', this.#applicationSecrets.client);
    this.#handshakeDone = true;
    for (const ticket of this.#earlyTickets) this.#postHandshake('server', 'NewSessionTicket', ticket);
  }

  #postHandshake(from: Party, name: string | undefined, raw: Uint8Array): void {
    if (name === 'NewSessionTicket') this.schedule.ticket(decodeMessage(newSessionTicket, raw).ticket_nonce);
    const { secret } = this.#write[from];
    if (name === 'KeyUpdate' && secret !== undefined) this.#switch(from, 'application data', secret.next());
  }

  #switch(from: Party, epoch: Epoch, secret: TrafficSecret): void {
    if (this.#streams[from].pending > 0) this.faults.push(`the ${from}'s keys change within a message`);
    const keys = this.schedule.keys(epoch, from, secret);
    this.#write[from] = {
      epoch: trafficName(epoch, from),
      opener: createOpener13(this.#aead, keys.key, keys.iv),
      sealer: createSealer13(this.#aead, keys.key, keys.iv),
      keys,
      secret,
    };
  }
}

function plaintextWrite(): Write {
  return { epoch: 'plaintext', opener: plaintextOpener() };
}

/** @throws Error unless the bytes are one whole record */
function deframe(bytes: Uint8Array): WireRecord {
  const deframer = new Deframer({ maxFragment: MAX_CIPHERTEXT });
  deframer.push(bytes);
  const record = deframer.next();
  if (record === undefined || deframer.buffered > 0) throw new Error(`${bytes.length} bytes are not one record`);
  return record;
}

function resealPlain(wire: WireRecord): Uint8Array {
  return concat(...plaintextSealer(wire.version).seal(wire.type, wire.fragment));
}

function messageNameOf(raw: Uint8Array): string {
  try {
    return messageName(raw) ?? `message of type ${raw[0]}`;
  } catch {
    return `message of type ${raw[0]}`;
  }
}
