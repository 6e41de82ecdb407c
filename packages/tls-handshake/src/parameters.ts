/**
 * What the two sides settle beside keys and authentication: the client offers in its ClientHello, which all versions share,
 * and the server answers in EncryptedExtensions (RFC 9846 §4.4.1), or before TLS 1.3 in its ServerHello. Each parameter has
 * a file of its own concern with what either side does; here they are put together, in the order in which they are sent.
 */
import type { Extension } from '@tlskit/tls-messages';
import { agreedAlpn, answerAlpn, chooseAlpn, offerAlpn } from './alpn.ts';
import { statusRequests } from './certificate-features.ts';
import { agreedCertificateTypes, type CertificateTypes, offerCertificateTypes } from './certificate-types.ts';
import type { ClientConfig, ServerConfig } from './config.ts';
import { agreedHeartbeat, answerHeartbeat, chooseHeartbeat, type Heartbeat, offerHeartbeat } from './heartbeat.ts';
import {
  agreedMaxFragmentLength,
  answerMaxFragmentLength,
  chooseMaxFragmentLength,
  type FragmentLength,
  offerMaxFragmentLength,
} from './max-fragment-length.ts';
import {
  agreedRecordSizeLimit,
  answerRecordSizeLimit,
  chooseRecordSizeLimit,
  offerRecordSizeLimit,
  type RecordSizeLimit,
} from './record-size-limit.ts';
import {
  agreedTickets,
  answerTickets,
  chooseTickets,
  offerTicketRequest,
  type TicketOccasion,
} from './ticket-request.ts';
import { agreedSrtp, answerSrtp, chooseSrtp, offerSrtp, type Srtp } from './use-srtp.ts';
import type { ReceivedHello } from './version.ts';

/** Parameters of a connection, as both sides have them. */
export interface Parameters {
  /** The application protocol (RFC 7301). */
  readonly alpn: string | undefined;
  /** How long protected records may be each way (RFC 8449). */
  readonly recordSizeLimit?: RecordSizeLimit | undefined;
  /** How long records may be both ways, in bytes (RFC 6066 §4). */
  readonly maxFragmentLength?: FragmentLength | undefined;
  /** What kind of certificate either side shows, where it shows one (RFC 7250); X.509 where this is absent. */
  readonly certificateTypes?: CertificateTypes | undefined;
  /** Who may send heartbeats (RFC 6520). */
  readonly heartbeat?: Heartbeat | undefined;
  /** What keys for SRTP are to be made for (RFC 5764). */
  readonly srtp?: Srtp | undefined;
  /** How many tickets the server is about to send, where the client asked for a number (RFC 9149). */
  readonly expectedTickets?: number | undefined;
}

/** The message that bears a server's answers. */
export type AnswerMessage = 'EE' | 'SH12';

/**
 * A parameter on the client's side. They are values that a version is given, so that a bundle carries those that it names.
 */
export interface ClientParameter {
  /** The field of the configuration that asks for it. */
  readonly option: keyof ClientConfig;
  /** Its part of a ClientHello; nothing where the configuration does not ask for it. */
  offer(config: ClientConfig): Extension[];
  /** What the server's answer means. That it answers an offer is checked before. */
  agreed(config: ClientConfig, message: AnswerMessage, extensions: readonly Extension[]): Partial<Parameters>;
}

/** What stands beside certificates: asked for here, and answered there (RFC 6066 §8, RFC 6962 §3.3). */
export const certificateStatusParameter: ClientParameter = {
  option: 'certificates',
  offer: ({ certificates }) => statusRequests(certificates, 'CH'),
  agreed: () => ({}),
};

export const alpnParameter: ClientParameter = {
  option: 'alpn',
  offer: offerAlpn,
  agreed: (config, message, extensions) => ({ alpn: agreedAlpn(config, message, extensions) }),
};

export const certificateTypesParameter: ClientParameter = {
  option: 'certificateTypes',
  offer: offerCertificateTypes,
  agreed: (config, message, extensions) => ({
    certificateTypes: agreedCertificateTypes(config, message, extensions),
  }),
};

export const maxFragmentLengthParameter: ClientParameter = {
  option: 'maxFragmentLength',
  offer: offerMaxFragmentLength,
  agreed: (config, message, extensions) => ({
    maxFragmentLength: agreedMaxFragmentLength(config, message, extensions),
  }),
};

export const recordSizeLimitParameter: ClientParameter = {
  option: 'recordSizeLimit',
  offer: offerRecordSizeLimit,
  agreed: (config, message, extensions) => ({ recordSizeLimit: agreedRecordSizeLimit(config, message, extensions) }),
};

export const heartbeatParameter: ClientParameter = {
  option: 'heartbeat',
  offer: offerHeartbeat,
  agreed: (config, message, extensions) => ({ heartbeat: agreedHeartbeat(config, message, extensions) }),
};

export const srtpParameter: ClientParameter = {
  option: 'srtp',
  offer: offerSrtp,
  agreed: (config, message, extensions) => ({ srtp: agreedSrtp(config, message, extensions) }),
};

export const ticketRequestParameter: ClientParameter = {
  option: 'ticketRequest',
  offer: offerTicketRequest,
  agreed: (_config, message, extensions) => ({ expectedTickets: agreedTickets(message, extensions) }),
};

/** All that there are. */
export const clientParameters: readonly ClientParameter[] = [
  certificateStatusParameter,
  alpnParameter,
  certificateTypesParameter,
  maxFragmentLengthParameter,
  recordSizeLimitParameter,
  heartbeatParameter,
  srtpParameter,
  ticketRequestParameter,
];

/** What a client offers: each parameter once, whichever versions know it. */
export function offeredParameters(config: ClientConfig): Extension[] {
  const known = new Map(config.versions.flatMap(({ parameters }) => parameters).map(each => [each.option, each]));
  return [...known.values()].flatMap(parameter => parameter.offer(config));
}

/** What the server's answers mean to the client. That each answers an offer is checked before. */
export function agreedParameters(
  parameters: readonly ClientParameter[],
  config: ClientConfig,
  message: AnswerMessage,
  extensions: readonly Extension[],
): Parameters {
  return Object.assign({ alpn: undefined }, ...parameters.map(each => each.agreed(config, message, extensions)));
}

/** What a server chooses of what a ClientHello offers. */
export function chosenParameters(
  config: ServerConfig,
  message: AnswerMessage,
  hello: ReceivedHello,
  tickets: TicketOccasion,
): Parameters {
  const { extensions } = hello.hello;
  const recordSizeLimit = chooseRecordSizeLimit(config, message, extensions);
  return {
    alpn: chooseAlpn(config, hello),
    recordSizeLimit,
    // RFC 8449 §5: a server that knows both ignores this one.
    maxFragmentLength: recordSizeLimit === undefined ? chooseMaxFragmentLength(config, extensions) : undefined,
    heartbeat: chooseHeartbeat(config, extensions),
    srtp: chooseSrtp(config, extensions),
    expectedTickets: chooseTickets(config, message, extensions, tickets),
  };
}

/** The server's answers. */
export function answeredParameters(message: AnswerMessage, chosen: Parameters): Extension[] {
  return [
    ...answerAlpn(message, chosen.alpn),
    ...answerMaxFragmentLength(message, chosen.maxFragmentLength),
    ...answerRecordSizeLimit(message, chosen.recordSizeLimit),
    ...answerHeartbeat(message, chosen.heartbeat),
    ...answerSrtp(message, chosen.srtp),
    ...answerTickets(message, chosen.expectedTickets),
  ];
}
