import type { AeadName } from '@tlskit/tls-crypto';
import { wipe } from '@tlskit/tls-crypto';
import type { CipherSuiteProtection12 } from '@tlskit/tls-messages/tls12';

/**
 * What records are under. `application` stays the name through key updates.
 * A flow names epochs and never records, so that framing belongs to whoever drives it.
 */
export type Epoch = 'plaintext' | 'early' | 'handshake' | 'application';

/** Keys of one direction of one epoch, ready for the record layer of their version. The receiver wipes them. */
export type TrafficKeys = TrafficKeys13 | TrafficKeys12;

/** RFC 9846 §7.3. */
export interface TrafficKeys13 {
  readonly version: 0x0304;
  readonly aead: AeadName;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** RFC 5246 §6.3: one direction's part of a key block, and how it protects. */
export interface TrafficKeys12 {
  readonly version: 0x0303;
  readonly protection: CipherSuiteProtection12;
  readonly macKey: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** RFC 7366. */
  readonly encryptThenMac: boolean;
  /** RFC 6066 §7. */
  readonly truncatedHmac: boolean;
}

export function wipeKeys(keys: TrafficKeys): void {
  wipe(keys.key, keys.iv);
  if (keys.version === 0x0303) wipe(keys.macKey);
}
