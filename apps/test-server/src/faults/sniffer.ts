/** The name that a client asks for, read from its first bytes beside the library: faults of records choose by it. */
import { clientHello, decodeMessage, findExtension, serverNameRow } from '@tlskit/tls-messages';
import { recordsIn } from './records.ts';

/** More is no hello whose name we need to know. */
const MAX_HELLO = 1 << 18;

const HANDSHAKE = 22;

export class NameSniffer {
  #input = Buffer.alloc(0);
  #message = Buffer.alloc(0);
  #done = false;
  #name: string | undefined;

  /** Lower case; undefined until it is known, and where there is none. */
  get name(): string | undefined {
    return this.#name;
  }

  push(chunk: Buffer): void {
    if (this.#done) return;
    const { records, rest } = recordsIn(Buffer.concat([this.#input, chunk]));
    this.#input = Buffer.from(rest);
    for (const record of records) {
      if (record[0] === HANDSHAKE) this.#message = Buffer.concat([this.#message, record.subarray(5)]);
      else this.#done = true;
    }
    if (this.#message.length >= 4) {
      const length = 4 + this.#message.readUIntBE(1, 3);
      if (this.#message.length >= length) {
        this.#done = true;
        this.#name = nameIn(this.#message.subarray(0, length));
      }
    }
    if (this.#done || this.#input.length + this.#message.length > MAX_HELLO) {
      this.#done = true;
      this.#input = this.#message = Buffer.alloc(0);
    }
  }
}

/** What is no hello has no name: the library says what is wrong with it. */
function nameIn(message: Uint8Array): string | undefined {
  try {
    const { extensions } = decodeMessage(clientHello, message);
    const list = findExtension(extensions, serverNameRow, 'CH')?.server_name_list ?? [];
    const host = list.find(({ name_type }) => name_type === 0);
    return host && Buffer.from(host.name).toString('latin1').toLowerCase();
  } catch {
    return undefined;
  }
}
