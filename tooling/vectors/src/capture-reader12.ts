/** Reads both sides' byte streams of a TLS 1.2 connection with the master secret of its key log. */
import type { CryptoProvider, Hash } from '@tlskit/tls-crypto';
import { type KeyBlock, MasterSecret12 } from '@tlskit/tls-keyschedule/tls12';
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  encryptThenMacRow,
  extendedMasterSecretRow,
  findExtension,
  type ServerHello,
  serverHello,
} from '@tlskit/tls-messages';
import type { CipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import {
  ContentType,
  Deframer,
  openChangeCipherSpec,
  plaintextOpener,
  plaintextSealer,
  type WireRecord,
} from '@tlskit/tls-record';
import { MAX_CIPHERTEXT_12, type Protection12, protection12 } from '@tlskit/tls-record/tls12';
import { concat } from '@tlskit/tls-wire';
import type { ReadMessage, ReadRecord, ReadStream } from './capture-reader.ts';
import { HandshakeStream, messageName12, type Party } from './handshake.ts';

/** What the hellos agreed on. */
export interface Agreed12 {
  readonly client: ClientHello;
  readonly server: ServerHello;
  readonly encryptThenMac: boolean;
  readonly extendedMasterSecret: boolean;
}

export class CaptureReader12 {
  readonly master: MasterSecret12;
  readonly agreed: Agreed12;
  readonly #provider: CryptoProvider;
  readonly #suite: CipherSuiteInfo12;
  readonly #protection: Protection12;
  readonly #keys: KeyBlock;

  /**
   * @param suite one that the provider has the parts of
   * @throws Error when the key log has no secret, or the streams do not begin with hellos
   */
  constructor(
    provider: CryptoProvider,
    suite: CipherSuiteInfo12,
    secret: Uint8Array | undefined,
    streams: { readonly [P in Party]: Uint8Array },
  ) {
    if (secret === undefined) throw new Error('the key log has no CLIENT_RANDOM');
    this.#provider = provider;
    this.#suite = suite;
    this.#protection = protection12(provider, suite.protection) as Protection12;
    this.master = new MasterSecret12(provider.hashes[suite.hash] as Hash, secret.slice());
    this.agreed = agreedIn(streams);
    const { client, server } = this.agreed;
    this.#keys = this.master.keyBlock(this.#protection, client.random, server.random);
  }

  read(from: Party, stream: Uint8Array): ReadStream {
    const deframer = new Deframer({ maxFragment: MAX_CIPHERTEXT_12 });
    const handshake = new HandshakeStream();
    const records: ReadRecord[] = [];
    const messages: ReadMessage[] = [];
    const epochs = { plaintext: plainRecord, application: this.#protected(from) };
    let epoch: keyof typeof epochs = 'plaintext';
    deframer.push(stream);
    try {
      for (let wire = deframer.next(); wire !== undefined; wire = deframer.next()) {
        const record = epochs[epoch](wire);
        records.push(record);
        if (record.opened.type === ContentType.values.change_cipher_spec) epoch = 'application';
        if (record.opened.type !== ContentType.values.handshake) continue;
        for (const raw of handshake.push(record.opened.content)) {
          messages.push({ name: messageName12(raw), raw, epoch });
        }
      }
      if (handshake.pending > 0) throw new Error('the last handshake message lacks its end');
    } catch (error) {
      return { records, messages, fault: (error as Error).message, leftOver: deframer.buffered };
    }
    return { records, messages, leftOver: deframer.buffered };
  }

  /** Opens, and seals anew with the same IV and padding. */
  #protected(from: Party): (wire: WireRecord) => ReadRecord {
    const { encryptThenMac } = this.agreed;
    const opener = this.#protection.opener(this.#keys[from], { encryptThenMac });
    // What is random in a record is its IV, which is known by then.
    let iv = new Uint8Array(0);
    const provider = { ...this.#provider, random: () => Uint8Array.from(iv) };
    const sealing = protection12(provider, this.#suite.protection) as Protection12;
    const sealer = sealing.sealer(this.#keys[from], { encryptThenMac });
    return wire => {
      const opened = opener.open(wire);
      iv = Uint8Array.from(opener.describe()?.nonce ?? []);
      const sealed = concat(...sealer.seal(opened.type, opened.content, opened.padding));
      return { wire, epoch: 'application', opened, sealed };
    };
  }
}

function plainRecord(wire: WireRecord): ReadRecord {
  const opened =
    wire.type === ContentType.values.change_cipher_spec ? openChangeCipherSpec(wire) : plaintextOpener().open(wire);
  const sealed = concat(...plaintextSealer(wire.version).seal(wire.type, wire.fragment));
  return { wire, epoch: 'plaintext', opened, sealed };
}

function agreedIn(streams: { readonly [P in Party]: Uint8Array }): Agreed12 {
  const first = (stream: Uint8Array) => {
    const deframer = new Deframer();
    deframer.push(stream);
    return new HandshakeStream().push(deframer.next()?.fragment ?? new Uint8Array(0))[0] ?? new Uint8Array(0);
  };
  const client = decodeMessage(clientHello, first(streams.client));
  const server = decodeMessage(serverHello, first(streams.server));
  return {
    client,
    server,
    encryptThenMac: findExtension(server.extensions, encryptThenMacRow, 'SH12') !== undefined,
    extendedMasterSecret: findExtension(server.extensions, extendedMasterSecretRow, 'SH12') !== undefined,
  };
}
