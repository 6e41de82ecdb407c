import type { AeadName } from '@tlskit/tls-crypto';

/**
 * What records are under. `application` stays the name through key updates.
 * A flow names epochs and never records, so that framing belongs to whoever drives it.
 */
export type Epoch = 'plaintext' | 'early' | 'handshake' | 'application';

/** Keys of one direction of one epoch, ready for the record layer of that version. The receiver wipes them. */
export interface TrafficKeys {
  /** The protocol version whose record protection this is for. */
  readonly version: number;
  readonly aead: AeadName;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}
