/** The "use_srtp" extension (RFC 5764 §4.1): the profile of an SRTP session whose keys come of this connection's exporter (§4.2). */
import { type Extension, findExtension, makeExtension, SRTPProtectionProfile, useSrtpRow } from '@tlskit/tls-messages';
import { equalBytes } from '@tlskit/tls-wire';
import type { ClientConfig, ServerConfig } from './config.ts';
import { illegal } from './errors.ts';
import type { AnswerMessage } from './parameters.ts';

/** What a client offers. */
export interface SrtpOffer {
  /** Code points of SRTPProtectionProfiles, best first. */
  readonly profiles: readonly number[];
  /** The master key identifier to put into packets, at most 255 bytes; empty for none. */
  readonly mki: Uint8Array;
}

/** What a server takes. */
export interface SrtpChoice {
  /** Code points of SRTPProtectionProfiles, best first. */
  readonly profiles: readonly number[];
  /** Whether to go along with a client that wants a master key identifier. */
  readonly mki: boolean;
}

/** What was agreed on. */
export interface Srtp {
  /** The code point of the profile. */
  readonly profile: number;
  /** The master key identifier; empty for none. */
  readonly mki: Uint8Array;
}

/** The client's part of a ClientHello. */
export function offerSrtp({ srtp }: ClientConfig): Extension[] {
  return srtp === undefined
    ? []
    : [makeExtension(useSrtpRow, 'CH', { SRTPProtectionProfiles: srtp.profiles, srtp_mki: srtp.mki })];
}

/** The one profile that the server chose, of ours, and our MKI or none (RFC 5764 §4.1.1, §4.1.3). */
export function agreedSrtp(
  { srtp }: ClientConfig,
  message: AnswerMessage,
  extensions: readonly Extension[],
): Srtp | undefined {
  const answer = findExtension(extensions, useSrtpRow, message);
  if (answer === undefined || srtp === undefined) return undefined;
  const {
    SRTPProtectionProfiles: [profile, ...others],
    srtp_mki: mki,
  } = answer;
  if (profile === undefined || others.length > 0) throw illegal('the server chose several profiles', 'RFC 5764 §4.1.1');
  if (!srtp.profiles.includes(profile)) {
    throw illegal(`the server chose ${SRTPProtectionProfile.label(profile)}, which was not offered`, 'RFC 5764 §4.1.1');
  }
  if (mki.length > 0 && !equalBytes(mki, srtp.mki)) throw illegal('the server has another srtp_mki', 'RFC 5764 §4.1.3');
  return { profile, mki: mki.slice() };
}

/** The first profile of ours that the client has too; without any the connection goes on, and SRTP has no keys (RFC 5764 §4.1.1). */
export function chooseSrtp({ srtp }: ServerConfig, hello: readonly Extension[]): Srtp | undefined {
  const offer = findExtension(hello, useSrtpRow, 'CH');
  if (offer === undefined || srtp === undefined) return undefined;
  const profile = srtp.profiles.find(code => offer.SRTPProtectionProfiles.includes(code));
  if (profile === undefined) return undefined;
  return { profile, mki: srtp.mki ? offer.srtp_mki.slice() : new Uint8Array(0) };
}

/** The server's answer. */
export function answerSrtp(message: AnswerMessage, srtp: Srtp | undefined): Extension[] {
  return srtp === undefined
    ? []
    : [makeExtension(useSrtpRow, message, { SRTPProtectionProfiles: [srtp.profile], srtp_mki: srtp.mki })];
}
