/** Entries from the bytes of a connection that is over, or goes on elsewhere: a capture and its key log. */
import { type Aead, type CryptoProvider, wipe } from '@tlskit/tls-crypto';
import { type KeyLogSecrets, parseKeyLog, TrafficSecret } from '@tlskit/tls-keyschedule';
import {
  type CipherSuiteInfo,
  type ClientHello,
  cipherSuiteInfo,
  ExtensionType,
  ProtocolVersion,
  type ServerHello,
} from '@tlskit/tls-messages';
import {
  ContentType,
  createOpener13,
  HEADER_LENGTH,
  type OpenedRecord,
  type RecordOpener,
  type WireRecord,
} from '@tlskit/tls-record';
import { toHex } from '@tlskit/tls-wire';
import { versionOf } from './content.ts';
import type { MessageEntry, RecordEntry, Sender } from './entry.ts';
import { EntryBuilder } from './records.ts';
import type { Openers12 } from './tls12.ts';
import { Unread } from './unread.ts';

export interface DecoderOptions {
  readonly provider: CryptoProvider;
  /** Text of a key log (RFC 9850), which may have other connections too, or what `parseKeyLog` made of it. Without secrets, protected records stay closed. */
  readonly keyLog?: string | ReadonlyMap<string, KeyLogSecrets>;
  /** `openers12` of `@tlskit/tls-inspect/tls12`. Without it protected records of TLS 1.2 stay closed. */
  readonly tls12?: Openers12;
  /** Called with each entry as it is made. */
  readonly onEntry?: (entry: RecordEntry) => void;
  /** The most entries that are made: an entry takes far more memory than an empty record. What follows is not looked at. No bound by default. */
  readonly maxEntries?: number;
}

/** Takes both directions of one connection, in parts, in the order in which they were sent. */
export interface Decoder {
  /** Bytes of one direction; they are borrowed for the call. */
  push(sender: Sender, bytes: Uint8Array): void;
  /** No more will come: what waited for keys, and what is left of a record that was cut short, become entries too. */
  finish(): void;
  readonly entries: readonly RecordEntry[];
  /** Whether there was more than `maxEntries`; known for certain behind {@link finish}. */
  readonly isCut: boolean;
}

/**
 * Decodes both streams of a connection at once. The order of entries is one that the bytes could have been sent in.
 * Never throws for input of any form.
 */
export function decodeStreams(
  streams: { readonly client: Uint8Array; readonly server: Uint8Array },
  options: DecoderOptions,
): readonly RecordEntry[] {
  const decoder = createDecoder(options);
  decoder.push('client', streams.client);
  decoder.push('server', streams.server);
  decoder.finish();
  return decoder.entries;
}

/** Records are opened as far as there are secrets for them; those of versions before TLS 1.2 that are plaintext alone. */
export function createDecoder(options: DecoderOptions): Decoder {
  return new StreamDecoder(options);
}

/** The error of an entry whose record stays closed, because there are no secrets or no suite for it: nothing is wrong with the record. */
export const NO_KEYS = 'there are no keys for it';

/** One direction. */
interface Side {
  readonly sender: Sender;
  /** What came and is not an entry yet. */
  readonly input: Unread;
  epoch: string;
  opener: RecordOpener | undefined;
  secret: TrafficSecret | undefined;
  /** Of TLS 1.3's there may be any number; before that, each is followed by records under new keys. */
  changes: number;
}

class StreamDecoder implements Decoder {
  readonly entries: RecordEntry[] = [];
  isCut = false;
  readonly #options: DecoderOptions;
  readonly #builder = new EntryBuilder();
  readonly #sides = { client: newSide('client'), server: newSide('server') };
  readonly #keyLog: ReadonlyMap<string, KeyLogSecrets>;
  #secrets: KeyLogSecrets = {};
  #offersEarlyData = false;
  /** Settled by a ServerHello or HelloRetryRequest. */
  #version: number | undefined;
  #suite: CipherSuiteInfo | undefined;
  #clientHello: ClientHello | undefined;
  #serverHello: ServerHello | undefined;
  /** HelloRetryRequests are not among them. */
  #serverHellos = 0;
  #isFinishing = false;

  constructor(options: DecoderOptions) {
    this.#options = options;
    const { keyLog = '' } = options;
    this.#keyLog = typeof keyLog === 'string' ? parseKeyLog(keyLog) : keyLog;
  }

  push(sender: Sender, bytes: Uint8Array): void {
    if (this.isCut) return;
    this.#sides[sender].input.push(bytes);
    this.#read();
  }

  finish(): void {
    this.#isFinishing = true;
    this.#read();
    for (const side of Object.values(this.#sides)) {
      const bytes = side.input.take(side.input.bytes.length);
      if (bytes.length > 0 && !this.#isFull()) {
        const { sender, epoch } = side;
        const error = `${bytes.length} bytes of a record that is not all there`;
        this.#add({ sender, epoch, type: bytes[0] as number, bytes, error });
      }
      side.secret?.wipe();
      this.#close(side);
    }
  }

  /** Reads all that can be read, the client's first: the server has nothing to say before it. */
  #read(): void {
    const { client, server } = this.#sides;
    while (this.#readOne(client) || this.#readOne(server));
  }

  #readOne(side: Side): boolean {
    const { sender } = side;
    const input = side.input.bytes;
    if (input.length < HEADER_LENGTH) return false;
    const type = input[0] as number;
    const end = HEADER_LENGTH + (((input[3] as number) << 8) | (input[4] as number));
    if (input.length < end) return false;
    if (this.#mustWait(side, type) || this.#isFull()) return false;
    const isPlaintext = type !== ContentType.values.application_data && !this.#isProtected12(side);
    if (this.#isProtected12(side)) this.#open12(side);
    const bytes = side.input.take(end);
    const fragment = bytes.subarray(HEADER_LENGTH);
    if (isPlaintext) this.#add({ sender, epoch: 'plaintext', type, bytes, content: fragment });
    else this.#open(side, { type, version: 0x0303, bytes, fragment });
    if (type === ContentType.values.change_cipher_spec) {
      side.changes++;
      // Those of a renegotiation are under the old keys, and end them (RFC 5246 §7.1).
      if (this.#isOld()) this.#close(side);
    }
    return true;
  }

  /** Asked before an entry is made. */
  #isFull(): boolean {
    this.isCut ||= this.entries.length >= (this.#options.maxEntries ?? Number.POSITIVE_INFINITY);
    return this.isCut;
  }

  /** Whether what stands before this record in the other direction decides on how to read it. */
  #mustWait(side: Side, type: number): boolean {
    if (this.#isFinishing) return false;
    if (side.sender === 'server') return this.#clientHello === undefined;
    // Behind a change_cipher_spec all is protected in TLS 1.2, and only in TLS 1.3 another ClientHello may come.
    if (side.changes > 0 && this.#version === undefined) return true;
    if (this.#isOld()) return side.changes > this.#serverHellos;
    return type === ContentType.values.application_data && this.#serverHello === undefined;
  }

  #isProtected12(side: Side): boolean {
    return side.changes > 0 && this.#isOld();
  }

  #isOld(): boolean {
    return this.#version !== undefined && this.#version < ProtocolVersion.values['TLS 1.3'];
  }

  /** The keys of both directions come of the latest hellos; each direction takes its own when it comes to them. */
  #open12(side: Side): void {
    side.epoch = 'application';
    const { CLIENT_RANDOM: master } = this.#secrets;
    const [client, server] = [this.#clientHello, this.#serverHello];
    if (side.opener !== undefined || master === undefined || client === undefined || server === undefined) return;
    side.opener = this.#options.tls12?.(this.#options.provider, client, server, master)?.[side.sender];
  }

  #close(side: Side): void {
    side.opener?.wipe();
    side.opener = undefined;
  }

  #open(side: Side, record: WireRecord): void {
    const { type, bytes } = record;
    const { sender } = side;
    const tagLength = this.#aead()?.tagLength;
    const closed = { sender, type, bytes, ...(tagLength !== undefined && { tagLength }) };
    if (side.opener === undefined) {
      this.#add({ ...closed, epoch: side.epoch, error: NO_KEYS });
      return;
    }
    let opened: OpenedRecord;
    try {
      opened = this.#tryOpen(side, record);
    } catch (error) {
      this.#add({ ...closed, epoch: side.epoch, error: error instanceof Error ? error.message : String(error) });
      return;
    }
    const { type: innerType, content, padding } = opened;
    this.#add({ ...closed, epoch: side.epoch, content, innerType, padding, ...side.opener.describe() });
  }

  #tryOpen(side: Side, record: WireRecord): OpenedRecord {
    const opener = side.opener as RecordOpener;
    if (side.epoch !== 'early') return opener.open(record);
    try {
      return opener.open(record);
    } catch (error) {
      // Early data that was rejected has no EndOfEarlyData: the handshake keys come without a word (RFC 9846 §4.3.10).
      const handshake = this.#opener('CLIENT_HANDSHAKE_TRAFFIC_SECRET');
      if (handshake === undefined) throw error;
      const opened = handshake.opener.open(record);
      Object.assign(side, handshake, { epoch: 'handshake' });
      return opened;
    }
  }

  #add(seen: Parameters<EntryBuilder['add']>[0]): void {
    const entry = this.#builder.add(seen);
    this.entries.push(entry);
    for (const message of entry.messages) {
      if (message.protocol === 'handshake' && message.error === undefined) this.#follow(message);
    }
    this.#options.onEntry?.(entry);
  }

  /** What messages say of the keys that follow them. */
  #follow(message: MessageEntry): void {
    const { sender, name, value } = message;
    const side = this.#sides[sender];
    this.#version ??= versionOf(message);
    switch (name) {
      case 'ClientHello': {
        this.#clientHello = value as ClientHello;
        const { random, extensions } = this.#clientHello;
        this.#secrets = this.#keyLog.get(toHex(random)) ?? this.#secrets;
        const { early_data } = ExtensionType.values;
        this.#offersEarlyData = extensions.some(({ extension_type }) => extension_type === early_data);
        break;
      }
      case 'ServerHello': {
        this.#serverHello = value as ServerHello;
        this.#serverHellos++;
        if (this.#isOld()) break;
        this.#suite = cipherSuiteInfo(this.#serverHello.cipher_suite);
        const early = this.#offersEarlyData && 'CLIENT_EARLY_TRAFFIC_SECRET' in this.#secrets;
        const client = this.#sides.client;
        if (early) this.#change(client, 'early', 'CLIENT_EARLY_TRAFFIC_SECRET');
        else this.#change(client, 'handshake', 'CLIENT_HANDSHAKE_TRAFFIC_SECRET');
        this.#change(this.#sides.server, 'handshake', 'SERVER_HANDSHAKE_TRAFFIC_SECRET');
        break;
      }
      case 'EndOfEarlyData':
        this.#change(side, 'handshake', 'CLIENT_HANDSHAKE_TRAFFIC_SECRET');
        break;
      case 'Finished':
        // A Finished within the application epoch answers a later request for a certificate: no keys follow it.
        if (side.epoch !== 'application' && !this.#isOld())
          this.#change(side, 'application', `${sender.toUpperCase()}_TRAFFIC_SECRET_0`);
        break;
      case 'KeyUpdate': {
        // RFC 9846 §4.7.3: the message is the last one under the old keys.
        side.opener?.wipe();
        Object.assign(side, this.#keysOf(side.secret?.next()));
      }
    }
  }

  #change(side: Side, epoch: string, label: string): void {
    side.opener?.wipe();
    side.secret?.wipe();
    Object.assign(side, this.#opener(label) ?? { opener: undefined, secret: undefined }, { epoch });
  }

  #opener(label: string): Keys | undefined {
    const secret = this.#secrets[label];
    const hash = this.#suite === undefined ? undefined : this.#options.provider.hashes[this.#suite.hash];
    if (secret === undefined || hash === undefined || secret.length !== hash.outputLength) return undefined;
    return this.#keysOf(new TrafficSecret(hash, secret.slice()));
  }

  #keysOf(secret: TrafficSecret | undefined): Keys | undefined {
    const aead = this.#aead();
    if (secret === undefined || aead === undefined) return undefined;
    const key = secret.key(aead.keyLength);
    const iv = secret.iv(aead.nonceLength);
    const opener = createOpener13(aead, key, iv);
    wipe(key, iv);
    return { opener, secret };
  }

  #aead(): Aead | undefined {
    return this.#suite === undefined ? undefined : this.#options.provider.aeads[this.#suite.aead];
  }
}

interface Keys {
  readonly opener: RecordOpener;
  readonly secret: TrafficSecret;
}

function newSide(sender: Sender): Side {
  return {
    sender,
    input: new Unread(),
    epoch: 'plaintext',
    opener: undefined,
    secret: undefined,
    changes: 0,
  };
}
