/** The `info` of HKDF-Expand, written by the declared HkdfLabel (RFC 9846 §7.1). */
import { hkdfLabel } from '@tlskit/tls-keyschedule';
import { ascii, encode } from '@tlskit/tls-wire';
import type { Expansion } from './schedule.ts';

export function hkdfInfo({ label, context, expanded }: Expansion): Uint8Array {
  return encode(hkdfLabel, { length: expanded.length, label: ascii(label), context });
}
