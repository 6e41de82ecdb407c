/** Files of captured connections: both byte streams, the key log and what is in the protected records. Byte strings are hexadecimal. */
import type { Party } from './handshake.ts';

export interface Capture {
  readonly file?: string;
  readonly connection?: number;
  /** 32 bytes. */
  readonly client_random?: string;
  /** Code point, hexadecimal. */
  readonly cipher_suite: string;
  readonly version: string;
  readonly hello_retry?: boolean;
  /** Code point of the group of the key exchange, hexadecimal; absent where there was none. */
  readonly group?: string;
  readonly psk?: boolean;
  /** Of TLS 1.2. */
  readonly extended_master_secret?: boolean;
  /** Of TLS 1.2. */
  readonly encrypt_then_mac?: boolean;
  /** Secrets by the labels of RFC 9850. */
  readonly keylog: { readonly [label: string]: string };
  /** Each side's in its order. */
  readonly decrypted_records: readonly CapturedRecord[];
  readonly client_stream: string;
  readonly server_stream: string;
}

export interface CapturedRecord {
  readonly from: Party;
  readonly epoch?: string;
  /** Of TLS 1.3. */
  readonly inner_type?: number;
  /** Of TLS 1.2. */
  readonly type?: number;
  readonly plaintext: string;
}
