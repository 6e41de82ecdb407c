/** Reads one side's byte stream of a TLS 1.3 connection with the secrets of its key log. */
import type { Aead, CryptoProvider, Hash } from '@tlskit/tls-crypto';
import { type KeyLogSecrets, TrafficSecret } from '@tlskit/tls-keyschedule';
import { cipherSuiteInfo } from '@tlskit/tls-messages';
import {
  ContentType,
  createOpener13,
  createSealer13,
  Deframer,
  MAX_CIPHERTEXT,
  type OpenedRecord,
  openChangeCipherSpec,
  plaintextOpener,
  plaintextSealer,
  type RecordOpener,
  type RecordSealer,
  type WireRecord,
} from '@tlskit/tls-record';
import { concat } from '@tlskit/tls-wire';
import { HandshakeStream, messageName, type Party } from './handshake.ts';

export type CaptureEpoch = 'plaintext' | 'early' | 'handshake' | 'application';

export interface ReadRecord {
  readonly wire: WireRecord;
  readonly epoch: CaptureEpoch;
  readonly opened: OpenedRecord;
  /** The same content sealed anew. */
  readonly sealed: Uint8Array;
}

export interface ReadMessage {
  readonly name: string | undefined;
  readonly raw: Uint8Array;
  readonly epoch: CaptureEpoch;
}

export interface ReadStream {
  readonly records: readonly ReadRecord[];
  readonly messages: readonly ReadMessage[];
  /** What ended the reading before the stream did. */
  readonly fault?: string;
  /** Bytes of a record of which the capture has not all. */
  readonly leftOver: number;
}

interface Keys {
  readonly epoch: CaptureEpoch;
  readonly opener: RecordOpener;
  readonly sealer: RecordSealer;
  readonly secret?: TrafficSecret;
}

const labels: { readonly [P in Party]: { readonly [E in CaptureEpoch]?: string } } = {
  client: {
    early: 'CLIENT_EARLY_TRAFFIC_SECRET',
    handshake: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
    application: 'CLIENT_TRAFFIC_SECRET_0',
  },
  server: { handshake: 'SERVER_HANDSHAKE_TRAFFIC_SECRET', application: 'SERVER_TRAFFIC_SECRET_0' },
};

export class CaptureReader {
  readonly #aead: Aead;
  readonly #hash: Hash;
  readonly #secrets: KeyLogSecrets;

  /** @param suite a code point that the provider has the parts of */
  constructor(provider: CryptoProvider, suite: number, secrets: KeyLogSecrets) {
    const info = cipherSuiteInfo(suite);
    this.#aead = provider.aeads[info?.aead as keyof typeof provider.aeads] as Aead;
    this.#hash = provider.hashes[info?.hash as keyof typeof provider.hashes] as Hash;
    this.#secrets = secrets;
  }

  /** The traffic secret of an epoch. @throws Error when the key log lacks it */
  secret(from: Party, epoch: CaptureEpoch): TrafficSecret {
    const label = labels[from][epoch];
    const secret = label === undefined ? undefined : this.#secrets[label];
    if (secret === undefined) throw new Error(`the key log has no ${label}`);
    return new TrafficSecret(this.#hash, secret.slice());
  }

  read(from: Party, stream: Uint8Array): ReadStream {
    const deframer = new Deframer({ maxFragment: MAX_CIPHERTEXT });
    const handshake = new HandshakeStream();
    const records: ReadRecord[] = [];
    const messages: ReadMessage[] = [];
    let keys: Keys = { epoch: 'plaintext', opener: plaintextOpener(), sealer: plaintextSealer() };
    deframer.push(stream);
    try {
      for (let wire = deframer.next(); wire !== undefined; wire = deframer.next()) {
        // The first protected record of a side tells that its keys have changed: nothing else in its own stream does.
        if (wire.type === ContentType.values.application_data && keys.epoch === 'plaintext') keys = this.#first(from);
        const record = openRecord(wire, keys);
        records.push(record);
        if (record.opened.type !== ContentType.values.handshake) continue;
        for (const raw of handshake.push(record.opened.content)) {
          const name = messageName(raw);
          messages.push({ name, raw, epoch: keys.epoch });
          keys = this.#after(from, name, keys);
        }
      }
      if (handshake.pending > 0) throw new Error('the last handshake message lacks its end');
    } catch (error) {
      return { records, messages, fault: (error as Error).message, leftOver: deframer.buffered };
    }
    return { records, messages, leftOver: deframer.buffered };
  }

  #first(from: Party): Keys {
    const early = labels[from].early;
    return this.#keys(from, early !== undefined && this.#secrets[early] !== undefined ? 'early' : 'handshake');
  }

  /** The keys that come after a message. */
  #after(from: Party, name: string | undefined, keys: Keys): Keys {
    if (name === 'EndOfEarlyData') return this.#keys(from, 'handshake');
    if (name === 'Finished' && keys.epoch === 'handshake') return this.#keys(from, 'application');
    if (name === 'KeyUpdate' && keys.secret !== undefined) return this.#keysOf('application', keys.secret.next());
    return keys;
  }

  #keys(from: Party, epoch: CaptureEpoch): Keys {
    return this.#keysOf(epoch, this.secret(from, epoch));
  }

  #keysOf(epoch: CaptureEpoch, secret: TrafficSecret): Keys {
    const key = secret.key(this.#aead.keyLength);
    const iv = secret.iv();
    const opener = createOpener13(this.#aead, key, iv);
    return { epoch, opener, sealer: createSealer13(this.#aead, key, iv), secret };
  }
}

function openRecord(wire: WireRecord, keys: Keys): ReadRecord {
  const bare = wire.type !== ContentType.values.application_data;
  if (bare) {
    const opened =
      wire.type === ContentType.values.change_cipher_spec ? openChangeCipherSpec(wire) : plaintextOpener().open(wire);
    const sealed = concat(...plaintextSealer(wire.version).seal(wire.type, wire.fragment));
    return { wire, epoch: 'plaintext', opened, sealed };
  }
  const opened = keys.opener.open(wire);
  const sealed = concat(...keys.sealer.seal(opened.type, opened.content, opened.padding));
  return { wire, epoch: keys.epoch, opened, sealed };
}
