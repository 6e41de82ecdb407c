/** What opens and seals the records of one epoch in one direction, whatever the version and cipher. */
import type { WireRecord } from './record.ts';

/** A record without its protection. */
export interface OpenedRecord {
  /** The content type that counts: the inner one, where there are two. */
  readonly type: number;
  /** A view of the record when it was plaintext; memory of its own otherwise. */
  readonly content: Uint8Array;
  /** Bytes of padding that were taken off. */
  readonly padding: number;
  readonly encrypted: boolean;
}

/** How the last record was protected, for an inspector. */
export interface RecordProtection {
  /** Its sequence number. */
  readonly sequence: number;
  /** A copy. */
  readonly nonce: Uint8Array;
  /**
   * What was authenticated beside the content, by AEAD or MAC; a copy. The record's header in TLS 1.3 (RFC 9846 §5.2); before
   * that, number, type, version and length of what is authenticated, 13 bytes (RFC 5246 §6.2.3.1 and §6.2.3.3, RFC 7366 §3).
   */
  readonly aad: Uint8Array;
  /** Bytes of the tag at the end of the fragment. */
  readonly tagLength: number;
}

/** Takes the protection off the records of one epoch. */
export interface RecordOpener {
  /**
   * @throws TlsError ERR_TLS_BAD_RECORD_MAC, ERR_TLS_RECORD_OVERFLOW, ERR_TLS_RECORD_TYPE, ERR_TLS_CHANGE_CIPHER_SPEC,
   *   ERR_TLS_EMPTY_RECORD, ERR_TLS_KEY_LIMIT. The sequence number goes on only when a record was authentic, so that a server
   *   may pass over early data that it cannot read (RFC 9846 §4.3.10).
   */
  open(record: WireRecord): OpenedRecord;
  /** The number of the next record. */
  readonly sequence: number;
  /**
   * Of the last record that was opened, when none was tried behind it; undefined before the first, and without protection.
   * Computed when asked for.
   */
  describe(): RecordProtection | undefined;
  /** Forgets the keys; every later {@link open} throws. */
  wipe(): void;
}

/** Puts protection on the records of one epoch. */
export interface RecordSealer {
  /**
   * The parts of one record, header first, to be written in turn. They belong to the caller; without protection the second is
   * `content` itself.
   * @param padding bytes of zeros to hide the length with
   * @throws TlsError ERR_TLS_INTERNAL for content that no record may carry (too long, or empty, or of a type that does not
   *   belong here), ERR_TLS_KEY_LIMIT when the keys are used up
   */
  seal(type: number, content: Uint8Array, padding?: number): readonly Uint8Array[];
  /** The number of the next record. */
  readonly sequence: number;
  /** Bytes that a record has more than its content and padding. */
  readonly overhead: number;
  /** Records until the keys are used up (RFC 9846 §5.5). Whoever seals asks for new keys well before it is 0. */
  readonly remaining: number;
  /** Of the last record that was sealed; undefined before the first, and without protection. Computed when asked for. */
  describe(): RecordProtection | undefined;
  /** Forgets the keys; every later {@link seal} throws. */
  wipe(): void;
}

/** One record as an inspector sees it: what went over the wire, what was in it, and what it was protected with. */
export interface RecordObservation {
  readonly direction: 'in' | 'out';
  readonly epoch: string;
  /** Outer content type. */
  readonly type: number;
  /** The whole record, header included. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
  readonly innerType?: number;
  /** Bytes. */
  readonly padding?: number;
  readonly sequence?: number;
  readonly nonce?: Uint8Array;
  /** {@link RecordProtection.aad} */
  readonly aad?: Uint8Array;
  /** Bytes. */
  readonly tagLength?: number;
}
