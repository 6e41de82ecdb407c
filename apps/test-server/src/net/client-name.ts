/** The name that a client asks for, read from its first bytes before the library sees them: which server is to take it goes by that. */
import type { Socket } from 'node:net';
import { clientHello, decodeMessage, findExtension, serverNameRow } from '@tlskit/tls-messages';
import { recordsIn } from '../faults/records.ts';

/** More bytes, headers of records included, are no hello whose name we need to know. */
const MAX_HELLO = 1 << 18;

const HANDSHAKE = 22;

/** Bytes of a record's header. */
const HEADER = 5;

/**
 * Reads as far as the end of the ClientHello, and puts all of it back. A socket whose peer ends before is destroyed: nothing can be put back
 * then.
 * @returns the name, lower case; undefined where there is none, be it that no hello came. What is wrong is for the library to say.
 * @param limit milliseconds, after which the socket is destroyed; 0 for none
 */
export function clientName(socket: Socket, limit: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const sniffer = new NameSniffer();
    const chunks: Buffer[] = [];
    const timer = limit === 0 ? undefined : setTimeout(() => socket.destroy(), limit);
    const end = (): void => {
      socket.destroy();
      finish();
    };
    const finish = (): void => {
      clearTimeout(timer);
      socket.off('data', receive).off('end', end).off('close', finish).off('error', finish);
      socket.pause();
      if (chunks.length > 0 && !socket.destroyed) socket.unshift(Buffer.concat(chunks));
      resolve(sniffer.name);
    };
    const receive = (chunk: Buffer): void => {
      chunks.push(chunk);
      if (sniffer.push(chunk)) finish();
    };
    socket.on('data', receive).once('end', end).once('close', finish).once('error', finish);
  });
}

class NameSniffer {
  #rest = Buffer.alloc(0);
  readonly #fragments: Buffer[] = [];
  /** Bytes of the fragments, and of all that came. */
  #length = 0;
  #seen = 0;
  /** Where the message ends, once its header is there. */
  #end: number | undefined;
  #name: string | undefined;

  /** Lower case; undefined until it is known, and where there is none. */
  get name(): string | undefined {
    return this.#name;
  }

  /** @returns whether nothing more is to be known */
  push(chunk: Buffer): boolean {
    this.#seen += chunk.length;
    const { records, rest } = recordsIn(Buffer.concat([this.#rest, chunk]));
    this.#rest = Buffer.from(rest);
    // What is no TLS has no records, and would be waited for.
    if (rest.length > 0 && rest[0] !== HANDSHAKE) return true;
    for (const record of records) {
      if (record[0] !== HANDSHAKE) return true;
      this.#length += record.length - HEADER;
      this.#fragments.push(record.subarray(HEADER));
    }
    return this.#isWhole() || this.#seen > MAX_HELLO;
  }

  /** Fragments may be of one byte each, or of none: they are joined once for the length, and once for all. */
  #isWhole(): boolean {
    if (this.#length < 4) return false;
    if (this.#end === undefined) this.#end = 4 + Buffer.concat(this.#fragments, 4).readUIntBE(1, 3);
    if (this.#length < this.#end) return false;
    this.#name = nameIn(Buffer.concat(this.#fragments, this.#end));
    return true;
  }
}

/** What is no hello has no name. */
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
