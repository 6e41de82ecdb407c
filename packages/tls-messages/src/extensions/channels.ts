/** What runs beside or above TLS: heartbeats (RFC 6520 §2) and the keys of SRTP (RFC 5764 §4.1). */
import { type Codec, declared, opaqueVector, struct, vector } from '@tlskit/tls-wire';
import { HeartbeatMode, SRTPProtectionProfile } from '../registries/others.ts';
import { type ExtensionRow, extensionRow } from './row.ts';

/** RFC 5764 §4.1.1. */
export interface UseSrtpData {
  /** SRTPProtectionProfiles, the preferred first; a server's list has exactly one, which is for the receiver to check. */
  readonly SRTPProtectionProfiles: readonly number[];
  /** The master key identifier, or nothing. */
  readonly srtp_mki: Uint8Array;
}

const useSrtpData: Codec<UseSrtpData> = /* @__PURE__ */ declared(() =>
  struct('UseSRTPData', {
    SRTPProtectionProfiles: vector(SRTPProtectionProfile, 2, 2 ** 16 - 1),
    srtp_mki: opaqueVector(0, 255),
  }),
);

/** RFC 5764 §4.1.1. */
export const useSrtpRow: ExtensionRow<{ CH: UseSrtpData; EE: UseSrtpData; SH12: UseSrtpData }> =
  /* @__PURE__ */ extensionRow(14, 'use_srtp', { CH: useSrtpData, EE: useSrtpData, SH12: useSrtpData });

/** RFC 6520 §2: a HeartbeatMode. */
export const heartbeatRow: ExtensionRow<{ CH: number; EE: number; SH12: number }> = /* @__PURE__ */ extensionRow(
  15,
  'heartbeat',
  { CH: HeartbeatMode, EE: HeartbeatMode, SH12: HeartbeatMode },
);
