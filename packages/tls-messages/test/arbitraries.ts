/** A generator of values for every message, and for every extension in every message that may carry it. */
import type { Codec } from '@tlskit/tls-wire';
import fc from 'fast-check';
import {
  alpnRow,
  type Certificate,
  type CertificateRequest12,
  type ClientHello,
  certificate,
  certificate12,
  certificateAuthoritiesRow,
  certificateRequest,
  certificateRequest12,
  certificateStatus12,
  certificateVerify,
  clientCertificateTypeRow,
  clientHello,
  clientKeyExchange12,
  compressCertificateRow,
  compressedCertificate,
  cookieRow,
  delegatedCredentialRow,
  type Extension,
  type ExtensionMessage,
  type ExtensionRow,
  type ExtensionValues,
  earlyDataRow,
  ecPointFormatsRow,
  encryptedExtensions,
  encryptThenMacRow,
  endOfEarlyData,
  extendedMasterSecretRow,
  finished,
  heartbeatRow,
  helloRequest12,
  keyShareRow,
  keyUpdate,
  type MessageDef,
  maxFragmentLengthRow,
  messageHash,
  NO_EXTENSIONS,
  newSessionTicket,
  newSessionTicket12,
  type OfferedPsks,
  oidFiltersRow,
  paddingRow,
  postHandshakeAuthRow,
  preSharedKeyRow,
  pskKeyExchangeModesRow,
  recordSizeLimitRow,
  renegotiationInfoRow,
  type ServerHello,
  serverCertificateTypeRow,
  serverHello,
  serverHelloDone12,
  serverKeyExchange12,
  serverNameRow,
  sessionTicketRow,
  signatureAlgorithmsCertRow,
  signatureAlgorithmsRow,
  signedCertificateTimestampRow,
  statusRequestRow,
  supportedGroupsRow,
  supportedVersionsRow,
  ticketRequestRow,
  tlsFlagsRow,
  truncatedHmacRow,
  useSrtpRow,
} from '../src/index.ts';

export interface Case {
  readonly name: string;
  readonly type: number;
  readonly codec: Codec<unknown>;
  readonly values: fc.Arbitrary<unknown>;
  /** Only for extensions. */
  readonly message?: ExtensionMessage;
  /** Whether the body may end early and be well-formed still, because its length stands outside. */
  readonly openEnded: boolean;
}

const uint8 = fc.nat(2 ** 8 - 1);
const uint16 = fc.nat(2 ** 16 - 1);
const uint24 = fc.nat(2 ** 24 - 1);
const uint32 = fc.nat(2 ** 32 - 1);
const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const list = <T>(element: fc.Arbitrary<T>, minLength: number, maxLength = 4) =>
  fc.array(element, { minLength, maxLength });
const nothing = fc.constant({});

const extensionArb: fc.Arbitrary<Extension> = fc.record({ extension_type: uint16, extension_data: bytes(0, 12) });
const extensions = list(extensionArb, 0, 3);
const helloExtensions = fc.oneof({ arbitrary: extensions, weight: 4 }, fc.constant(NO_EXTENSIONS));

function messageCase<T>(def: MessageDef<T>, values: fc.Arbitrary<T>, openEnded = false): Case {
  return { name: def.name, type: def.type, codec: def.codec as Codec<unknown>, values, openEnded };
}

const certificateVerifyValues = fc.record({ algorithm: uint16, signature: bytes(0, 40) });
const finishedValues = fc.record({ verify_data: bytes(0, 48) });
const statusValues = fc.oneof(
  fc.record({ status_type: fc.constant(1), response: bytes(1, 30) }),
  fc.record({ status_type: fc.integer({ min: 2, max: 255 }), response: bytes(0, 30) }),
);

const clientHelloCase = messageCase<ClientHello>(
  clientHello,
  fc.record({
    legacy_version: uint16,
    random: bytes(32, 32),
    legacy_session_id: bytes(0, 32),
    cipher_suites: list(uint16, 1),
    legacy_compression_methods: bytes(1, 3),
    extensions: helloExtensions,
  }),
  true,
);

const serverHelloCase = messageCase<ServerHello>(
  serverHello,
  fc.record({
    legacy_version: uint16,
    random: bytes(32, 32),
    legacy_session_id_echo: bytes(0, 32),
    cipher_suite: uint16,
    legacy_compression_method: uint8,
    extensions: helloExtensions,
  }),
  true,
);

export const messageCases13: readonly Case[] = [
  clientHelloCase,
  serverHelloCase,
  messageCase(encryptedExtensions, fc.record({ extensions })),
  messageCase(certificateRequest, fc.record({ certificate_request_context: bytes(0, 8), extensions })),
  messageCase<Certificate>(
    certificate,
    fc.record({
      certificate_request_context: bytes(0, 8),
      certificate_list: list(fc.record({ cert_data: bytes(1, 20), extensions }), 0, 3),
    }),
  ),
  messageCase(certificateVerify, certificateVerifyValues),
  messageCase(finished, finishedValues, true),
  messageCase(
    newSessionTicket,
    fc.record({
      ticket_lifetime: uint32,
      ticket_age_add: uint32,
      ticket_nonce: bytes(0, 8),
      ticket: bytes(1, 30),
      extensions,
    }),
  ),
  messageCase(keyUpdate, fc.record({ request_update: uint8 })),
  messageCase(endOfEarlyData, nothing),
  messageCase(
    compressedCertificate,
    fc.record({ algorithm: uint16, uncompressed_length: uint24, compressed_certificate_message: bytes(1, 40) }),
  ),
  messageCase(messageHash, bytes(0, 64), true),
];

export const messageCases12: readonly Case[] = [
  clientHelloCase,
  serverHelloCase,
  messageCase(helloRequest12, nothing),
  messageCase(certificate12, fc.record({ certificate_list: list(bytes(1, 20), 0) })),
  messageCase(serverKeyExchange12, bytes(0, 40), true),
  messageCase<CertificateRequest12>(
    certificateRequest12,
    fc.record({
      certificate_types: list(uint8, 1),
      supported_signature_algorithms: list(uint16, 1),
      certificate_authorities: list(bytes(1, 20), 0),
    }),
  ),
  messageCase(serverHelloDone12, nothing),
  messageCase(certificateVerify, certificateVerifyValues),
  messageCase(clientKeyExchange12, bytes(0, 40), true),
  messageCase(finished, finishedValues, true),
  messageCase(newSessionTicket12, fc.record({ ticket_lifetime_hint: uint32, ticket: bytes(0, 30) })),
  messageCase(certificateStatus12, statusValues, true),
];

function rowCase<T extends ExtensionValues, M extends keyof T & ExtensionMessage>(
  row: ExtensionRow<T>,
  message: M,
  values: fc.Arbitrary<T[M]>,
  openEnded = false,
): Case {
  const codec = row.in[message] as Codec<unknown>;
  return { name: `${row.name} in ${message}`, type: row.type, codec, values, message, openEnded };
}

const serverNames = fc.record({
  server_name_list: list(
    fc.oneof(
      fc.record({ name_type: fc.constant(0), name: bytes(1, 20) }),
      fc.record({ name_type: fc.integer({ min: 1, max: 255 }), name: bytes(0, 20) }),
    ),
    1,
  ),
});
const schemes = fc.record({ supported_signature_algorithms: list(uint16, 1) });
const groups = fc.record({ named_group_list: list(uint16, 1) });
const protocols = fc.record({ protocol_name_list: list(bytes(1, 10), 1) });
const selectedVersion = fc.record({ selected_version: uint16 });
const share = fc.record({ group: uint16, key_exchange: bytes(1, 40) });
const cookies = fc.record({ cookie: bytes(1, 40) });
const authorities = fc.record({ authorities: list(bytes(1, 20), 1) });
const scts = fc.record({ sct_list: list(bytes(1, 20), 1) });
const compressions = fc.record({ algorithms: list(uint16, 1) });
const delegated = fc.record({
  cred: fc.record({ valid_time: uint32, dc_cert_verify_algorithm: uint16, ASN1_subjectPublicKeyInfo: bytes(1, 40) }),
  algorithm: uint16,
  signature: bytes(1, 40),
});
const pointFormats = fc.record({ ec_point_format_list: list(uint8, 1) });
const renegotiated = fc.record({ renegotiated_connection: bytes(0, 24) });
const statusRequests = fc.oneof(
  fc.record({
    status_type: fc.constant(1),
    request: fc.record({ responder_id_list: list(bytes(1, 10), 0), request_extensions: bytes(0, 10) }),
  }),
  fc.record({ status_type: fc.integer({ min: 2, max: 255 }), request: bytes(0, 20) }),
);
const offeredPsks: fc.Arbitrary<OfferedPsks> = fc.record({
  identities: list(fc.record({ identity: bytes(1, 20), obfuscated_ticket_age: uint32 }), 1, 3),
  binders: list(bytes(32, 48), 1, 3),
});

export const rowCases: readonly Case[] = [
  rowCase(serverNameRow, 'CH', serverNames),
  rowCase(serverNameRow, 'CR', serverNames),
  rowCase(serverNameRow, 'EE', nothing),
  rowCase(serverNameRow, 'SH12', nothing),
  rowCase(maxFragmentLengthRow, 'CH', uint8),
  rowCase(maxFragmentLengthRow, 'EE', uint8),
  rowCase(maxFragmentLengthRow, 'SH12', uint8),
  rowCase(statusRequestRow, 'CH', statusRequests, true),
  rowCase(statusRequestRow, 'CR', nothing),
  rowCase(statusRequestRow, 'CT', statusValues, true),
  rowCase(statusRequestRow, 'SH12', nothing),
  rowCase(supportedGroupsRow, 'CH', groups),
  rowCase(supportedGroupsRow, 'EE', groups),
  rowCase(supportedGroupsRow, 'SH12', groups),
  rowCase(ecPointFormatsRow, 'CH', pointFormats),
  rowCase(ecPointFormatsRow, 'SH12', pointFormats),
  rowCase(signatureAlgorithmsRow, 'CH', schemes),
  rowCase(signatureAlgorithmsRow, 'CR', schemes),
  rowCase(signatureAlgorithmsCertRow, 'CH', schemes),
  rowCase(signatureAlgorithmsCertRow, 'CR', schemes),
  rowCase(alpnRow, 'CH', protocols),
  rowCase(alpnRow, 'EE', protocols),
  rowCase(alpnRow, 'SH12', protocols),
  rowCase(signedCertificateTimestampRow, 'CH', nothing),
  rowCase(signedCertificateTimestampRow, 'CR', nothing),
  rowCase(signedCertificateTimestampRow, 'CT', scts),
  rowCase(signedCertificateTimestampRow, 'SH12', scts),
  rowCase(clientCertificateTypeRow, 'CH', fc.record({ client_certificate_types: list(uint8, 1) })),
  rowCase(clientCertificateTypeRow, 'EE', fc.record({ client_certificate_type: uint8 })),
  rowCase(clientCertificateTypeRow, 'SH12', fc.record({ client_certificate_type: uint8 })),
  rowCase(serverCertificateTypeRow, 'CH', fc.record({ server_certificate_types: list(uint8, 1) })),
  rowCase(serverCertificateTypeRow, 'EE', fc.record({ server_certificate_type: uint8 })),
  rowCase(serverCertificateTypeRow, 'SH12', fc.record({ server_certificate_type: uint8 })),
  rowCase(paddingRow, 'CH', bytes(0, 40), true),
  rowCase(encryptThenMacRow, 'CH', nothing),
  rowCase(encryptThenMacRow, 'SH12', nothing),
  rowCase(truncatedHmacRow, 'CH', nothing),
  rowCase(truncatedHmacRow, 'SH12', nothing),
  rowCase(extendedMasterSecretRow, 'CH', nothing),
  rowCase(extendedMasterSecretRow, 'SH12', nothing),
  rowCase(compressCertificateRow, 'CH', compressions),
  rowCase(compressCertificateRow, 'CR', compressions),
  rowCase(delegatedCredentialRow, 'CH', schemes),
  rowCase(delegatedCredentialRow, 'CR', schemes),
  rowCase(delegatedCredentialRow, 'CT', delegated),
  rowCase(recordSizeLimitRow, 'CH', uint16),
  rowCase(recordSizeLimitRow, 'EE', uint16),
  rowCase(recordSizeLimitRow, 'SH12', uint16),
  rowCase(sessionTicketRow, 'CH', bytes(0, 40), true),
  rowCase(sessionTicketRow, 'SH12', nothing),
  rowCase(preSharedKeyRow, 'CH', offeredPsks),
  rowCase(preSharedKeyRow, 'SH', fc.record({ selected_identity: uint16 })),
  rowCase(earlyDataRow, 'CH', nothing),
  rowCase(earlyDataRow, 'EE', nothing),
  rowCase(earlyDataRow, 'NST', fc.record({ max_early_data_size: uint32 })),
  rowCase(tlsFlagsRow, 'NST', fc.record({ flags: fc.uint8Array({ minLength: 1, maxLength: 255 }) })),
  rowCase(supportedVersionsRow, 'CH', fc.record({ versions: list(uint16, 1) })),
  rowCase(supportedVersionsRow, 'SH', selectedVersion),
  rowCase(supportedVersionsRow, 'HRR', selectedVersion),
  rowCase(cookieRow, 'CH', cookies),
  rowCase(cookieRow, 'HRR', cookies),
  rowCase(pskKeyExchangeModesRow, 'CH', fc.record({ ke_modes: list(uint8, 1) })),
  rowCase(certificateAuthoritiesRow, 'CH', authorities),
  rowCase(certificateAuthoritiesRow, 'CR', authorities),
  rowCase(
    oidFiltersRow,
    'CR',
    fc.record({
      filters: list(
        fc.record({ certificate_extension_oid: bytes(1, 8), certificate_extension_values: bytes(0, 10) }),
        0,
      ),
    }),
  ),
  rowCase(postHandshakeAuthRow, 'CH', nothing),
  rowCase(keyShareRow, 'CH', fc.record({ client_shares: list(share, 0, 3) })),
  rowCase(keyShareRow, 'SH', fc.record({ server_share: share })),
  rowCase(keyShareRow, 'HRR', fc.record({ selected_group: uint16 })),
  rowCase(ticketRequestRow, 'CH', fc.record({ new_session_count: uint8, resumption_count: uint8 })),
  rowCase(ticketRequestRow, 'EE', fc.record({ expected_count: uint8 })),
  rowCase(renegotiationInfoRow, 'CH', renegotiated),
  rowCase(renegotiationInfoRow, 'SH12', renegotiated),
  ...(['CH', 'EE', 'SH12'] as const).flatMap(message => [
    rowCase(useSrtpRow, message, fc.record({ SRTPProtectionProfiles: list(uint16, 1), srtp_mki: bytes(0, 20) })),
    rowCase(heartbeatRow, message, uint8),
  ]),
];
