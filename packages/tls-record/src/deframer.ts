/** From a stream of bytes to records (RFC 9846 §5.1). What is wrong with a header is said before the body has come. */
import { TlsError } from '@tlskit/tls-alerts';
import { ContentType, HEADER_LENGTH, MAX_CIPHERTEXT, MAX_PLAINTEXT, type WireRecord } from './record.ts';

export interface DeframerOptions {
  /** First value of {@link Deframer.maxFragment}. */
  readonly maxFragment?: number;
  /**
   * Whether a record that was put together lasts only until {@link Deframer.next} is called again, so that others can be put together
   * in the same memory; false by default: then it is the caller's.
   */
  readonly reuse?: boolean;
}

const { alert, application_data, change_cipher_spec, handshake, heartbeat } = ContentType.values;
const none = new Uint8Array(0);
const types: ReadonlySet<number> = new Set([alert, application_data, change_cipher_spec, handshake]);

/**
 * Cuts pushed chunks into records. A record that lies within one chunk is a view of it; only a straddling one is copied,
 * and what is pushed while a chunk is not used up.
 *
 * Chunks are borrowed: do not overwrite one before {@link next} has answered `undefined`, or {@link keep} was called. From then on
 * the deframer holds copies alone, and only the records that it gave out still look into the chunk.
 */
export class Deframer {
  /**
   * Most bytes of a fragment, of any type but application_data: 2^14 before records are protected, 2^14 + 256 after.
   * Application data is protected always, so that it may have the larger size always; a server that skips early
   * data (RFC 9846 §4.3.10) meets it when it reads plaintext. Takes effect with the next header.
   */
  maxFragment: number;

  /**
   * Whether heartbeats (RFC 6520) are let through: they show their type where only the content of records is encrypted, as before
   * TLS 1.3. Takes effect with the next header.
   */
  heartbeats = false;

  #chunk: Uint8Array | undefined;
  /** Whether `#chunk` is a copy already. */
  #owned = false;
  /** Bytes of `#chunk` that are used up. */
  #at = 0;
  /** What came while `#chunk` was not used up, in one piece: a stream of single bytes must not cost an object for each. */
  #queue: Uint8Array = none;
  #queued = 0;
  #buffered = 0;

  /** A header, or a record, of which not all has come; `#have` bytes of it have. */
  #header: Uint8Array | undefined;
  #partial: Uint8Array | undefined;
  /** Bytes of the record in `#partial`, which may be larger. */
  #length = 0;
  #have = 0;
  readonly #reuse: boolean;
  /** What the record that was given out last lies in, if it was put together and the memory is used again. */
  #lent: Uint8Array | undefined;

  #first = true;
  #failure: TlsError | undefined;

  constructor(options: DeframerOptions = {}) {
    this.maxFragment = options.maxFragment ?? MAX_PLAINTEXT;
    this.#reuse = options.reuse ?? false;
  }

  /** Bytes that were pushed and not given out as records. */
  get buffered(): number {
    return this.#buffered;
  }

  /** Whether no record is begun. Asked after {@link next} has answered `undefined`: a stream that ends elsewhere is cut short. */
  get atBoundary(): boolean {
    return this.#have === 0;
  }

  /** Takes bytes as they come, any number of them. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#failure !== undefined) return;
    this.#buffered += bytes.length;
    if (this.#chunk !== undefined) this.#enqueue(bytes);
    // Views of a plain array are made more quickly than those of a subclass, such as Node's.
    else this.#chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Copies what is left of the chunk, which is its owner's again. */
  keep(): void {
    if (this.#chunk === undefined || this.#owned) return;
    this.#chunk = this.#chunk.slice(this.#at);
    this.#owned = true;
    this.#at = 0;
  }

  /**
   * The next record, or undefined until more bytes are pushed.
   * @throws TlsError ERR_TLS_RECORD_VERSION, ERR_TLS_RECORD_TYPE, ERR_TLS_RECORD_OVERFLOW or ERR_TLS_EMPTY_RECORD;
   *   then again at every call, since nobody knows where the next record would begin
   */
  next(): WireRecord | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#lent !== undefined) this.#release();
    const chunk = this.#chunk;
    if (chunk === undefined) return undefined;
    const at = this.#at;
    const available = chunk.length - at;
    if (this.#have === 0 && available >= HEADER_LENGTH) {
      const length = this.#check(chunk, at);
      const end = at + HEADER_LENGTH + length;
      if (end <= chunk.length) {
        this.#buffered -= end - at;
        this.#consume(end - at);
        return view(chunk, at, end);
      }
    }
    return this.#assemble();
  }

  /** The slow way, for a record that straddles chunks. */
  #assemble(): WireRecord | undefined {
    if (this.#partial === undefined) {
      this.#header ??= new Uint8Array(HEADER_LENGTH);
      this.#fill(this.#header, HEADER_LENGTH);
      if (this.#have < HEADER_LENGTH) return undefined;
      this.#length = HEADER_LENGTH + this.#check(this.#header, 0);
      // The size is checked, so that a peer makes us reserve the largest record and no more.
      this.#partial = this.#reuse ? bufferFor(this.#length) : new Uint8Array(this.#length);
      this.#partial.set(this.#header);
      this.#header = undefined;
    }
    const partial = this.#partial;
    this.#fill(partial, this.#length);
    if (this.#have < this.#length) return undefined;
    this.#partial = undefined;
    if (this.#reuse) this.#lent = partial;
    this.#have = 0;
    this.#buffered -= this.#length;
    return view(partial, 0, this.#length);
  }

  #release(): void {
    const buffer = this.#lent;
    this.#lent = undefined;
    if (buffer?.length === LARGEST && spare.length < MAX_SPARE) spare.push(buffer);
  }

  #enqueue(bytes: Uint8Array): void {
    const length = this.#queued + bytes.length;
    if (length > this.#queue.length) {
      const larger = new Uint8Array(Math.max(length, this.#queue.length * 2));
      larger.set(this.#queue.subarray(0, this.#queued));
      this.#queue = larger;
    }
    this.#queue.set(bytes, this.#queued);
    this.#queued = length;
  }

  /** Moves bytes of the chunks into `target`, of which `#have` bytes are there, until there are `length` or they are used up. */
  #fill(target: Uint8Array, length: number): void {
    while (this.#chunk !== undefined && this.#have < length) {
      const end = Math.min(this.#chunk.length, this.#at + length - this.#have);
      const part = this.#chunk.subarray(this.#at, end);
      target.set(part, this.#have);
      this.#have += part.length;
      this.#consume(part.length);
    }
  }

  #consume(length: number): void {
    this.#at += length;
    if (this.#at < (this.#chunk as Uint8Array).length) return;
    this.#at = 0;
    this.#chunk = undefined;
    this.#owned = false;
    if (this.#queued === 0) return;
    this.#chunk = this.#queue.subarray(0, this.#queued);
    this.#owned = true;
    this.#queue = none;
    this.#queued = 0;
  }

  /** The length in a header that nothing is wrong with. */
  #check(bytes: Uint8Array, at: number): number {
    const type = bytes[at] as number;
    const length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
    // legacy_record_version MUST be ignored for all purposes (RFC 9846 §5.1). We do, but for the first byte of it in the first record,
    // to tell a peer that speaks another protocol from one that speaks this one badly. No RFC asks for that.
    if (this.#first && bytes[at + 1] !== 3) {
      this.#fail('ERR_TLS_RECORD_VERSION', `not a TLS record: ${guess(bytes.subarray(at, at + HEADER_LENGTH))}`);
    }
    this.#first = false;
    // RFC 9846 §5: an unexpected record type ends the connection.
    const isHeartbeat = this.heartbeats && type === heartbeat;
    if (!isHeartbeat && !types.has(type)) {
      this.#fail('ERR_TLS_RECORD_TYPE', `no such content type: ${type}`);
    }
    // RFC 9846 §5.1, §5.2: a record that exceeds the length is a record_overflow.
    const max = type === application_data ? Math.max(this.maxFragment, MAX_CIPHERTEXT) : this.maxFragment;
    if (length > max) this.#fail('ERR_TLS_RECORD_OVERFLOW', `a record of ${length} bytes, at most ${max} are allowed`);
    // RFC 9846 §5.1: no zero-length fragments of Handshake types; an Alert record contains exactly one message.
    if (length === 0 && (type === handshake || type === alert)) {
      this.#fail('ERR_TLS_EMPTY_RECORD', `an empty ${ContentType.label(type)} record`);
    }
    return length;
  }

  #fail(code: 'ERR_TLS_RECORD_VERSION' | 'ERR_TLS_RECORD_TYPE' | RecordSizeCode, message: string): never {
    this.#failure = new TlsError(code, message);
    this.#chunk = undefined;
    this.#queue = none;
    this.#queued = 0;
    this.#partial = undefined;
    this.#buffered = 0;
    throw this.#failure;
  }
}

type RecordSizeCode = 'ERR_TLS_RECORD_OVERFLOW' | 'ERR_TLS_EMPTY_RECORD';

/** Bytes of the longest record there is (RFC 5246 §6.2.3), and of those for which no large buffer is taken. */
const LARGEST = HEADER_LENGTH + 2 ** 14 + 2048;
const SMALL = 4096;

/**
 * Buffers in which records were put together, for all connections: each is one's alone from a record's header until its last byte was
 * looked at. Idle connections have none. They hold what was on the wire.
 */
const spare: Uint8Array[] = [];
const MAX_SPARE = 16;

function bufferFor(length: number): Uint8Array {
  if (length <= SMALL || length > LARGEST) return new Uint8Array(length);
  return spare.pop() ?? new Uint8Array(LARGEST);
}

function view(bytes: Uint8Array, start: number, end: number): WireRecord {
  const { buffer, byteOffset } = bytes;
  return {
    type: bytes[start] as number,
    version: ((bytes[start + 1] as number) << 8) | (bytes[start + 2] as number),
    bytes: new Uint8Array(buffer, byteOffset + start, end - start),
    fragment: new Uint8Array(buffer, byteOffset + start + HEADER_LENGTH, end - start - HEADER_LENGTH),
  };
}

/** What the first five bytes look like, for the person who connected to the wrong port. */
function guess(header: Uint8Array): string {
  const text = String.fromCharCode(...header);
  if (text === 'HTTP/') return 'the peer answered in plain HTTP';
  if (/^(GET |HEAD |POST |PUT |OPTIO|CONNE|PRI )/.test(text)) return 'the peer sent a plain HTTP request';
  if (((header[0] as number) & 0x80) !== 0 && header[2] === 1) return 'it looks like an SSL 2.0 ClientHello';
  if (/^[\x20-\x7e\r\n]+$/.test(text)) return `the peer sent text that begins with ${JSON.stringify(text)}`;
  return `its version is ${header[1]}.${header[2]}`;
}
