/** What runs beside or above TLS: heartbeats (RFC 6520) and the keys of SRTP (RFC 5764). */
import type { HeartbeatModeName, SrtpChoice, SrtpOffer } from '@tlskit/tls-handshake';
import { SRTPProtectionProfile } from '@tlskit/tls-messages';
import { boolean, checkNames, invalid, shown, strings } from './check.ts';
import { code } from './names.ts';

export interface HeartbeatOptions {
  /**
   * Heartbeats (RFC 6520): whether the peer may send requests, `'peer_allowed_to_send'` or `'peer_not_allowed_to_send'`. Either
   * lets us send some, if the peer allows it. None by default, as nothing over a stream needs them.
   */
  readonly heartbeat?: HeartbeatModeName | undefined;
}

/** What a client offers for SRTP. */
export interface SrtpOptions {
  /** IANA names, best first, such as `SRTP_AEAD_AES_128_GCM`. */
  readonly profiles: readonly string[];
  /** The master key identifier, at most 255 bytes; none by default. */
  readonly mki?: Uint8Array | undefined;
}

/** What a server takes for SRTP. */
export interface SrtpServerOptions {
  /** IANA names, best first. */
  readonly profiles: readonly string[];
  /** Whether clients may have a master key identifier; false by default: their packets then have none (RFC 5764 §4.1.3). */
  readonly mki?: boolean | undefined;
}

export function heartbeatOf({ heartbeat }: HeartbeatOptions): HeartbeatModeName | undefined {
  if (heartbeat === undefined || heartbeat === 'peer_allowed_to_send' || heartbeat === 'peer_not_allowed_to_send') {
    return heartbeat;
  }
  throw invalid(`heartbeat is 'peer_allowed_to_send' or 'peer_not_allowed_to_send', not ${shown(heartbeat)}`);
}

export function srtpOfferOf(given: SrtpOptions | undefined): SrtpOffer | undefined {
  if (given === undefined) return undefined;
  const profiles = profilesOf(given);
  const { mki = new Uint8Array(0) } = given;
  if (!(mki instanceof Uint8Array) || mki.length > 255) throw invalid('srtp.mki is at most 255 bytes');
  return { profiles, mki };
}

export function srtpChoiceOf(given: SrtpServerOptions | undefined): SrtpChoice | undefined {
  return given && { profiles: profilesOf(given), mki: boolean('srtp.mki', given.mki, false) };
}

function profilesOf(given: { readonly profiles: readonly string[] }): readonly number[] {
  checkNames('srtp', given, ['profiles', 'mki']);
  const profiles = strings('srtp.profiles', given.profiles);
  if (profiles.length === 0) throw invalid('srtp.profiles is empty');
  return profiles.map(name => code('srtp.profiles', SRTPProtectionProfile, name));
}
