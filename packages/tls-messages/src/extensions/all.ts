/** Every row of this package, for those who need not spare bytes: viewers and tests. */
import { alpnRow, maxFragmentLengthRow, paddingRow, recordSizeLimitRow, serverNameRow } from './application.ts';
import {
  certificateAuthoritiesRow,
  clientCertificateTypeRow,
  compressCertificateRow,
  oidFiltersRow,
  postHandshakeAuthRow,
  serverCertificateTypeRow,
  signedCertificateTimestampRow,
  statusRequestRow,
} from './certificates.ts';
import { heartbeatRow, useSrtpRow } from './channels.ts';
import { delegatedCredentialRow } from './delegated-credential.ts';
import { tlsFlagsRow } from './flags.ts';
import {
  ecPointFormatsRow,
  encryptThenMacRow,
  extendedMasterSecretRow,
  renegotiationInfoRow,
  sessionTicketRow,
  truncatedHmacRow,
} from './legacy.ts';
import {
  cookieRow,
  keyShareRow,
  signatureAlgorithmsCertRow,
  signatureAlgorithmsRow,
  supportedGroupsRow,
  supportedVersionsRow,
} from './negotiation.ts';
import { earlyDataRow, preSharedKeyRow, pskKeyExchangeModesRow, ticketRequestRow } from './psk.ts';
import { type ExtensionRow, type ExtensionTable, extensionTable } from './row.ts';

/** All rows of this package. */
export const allExtensionRows: readonly ExtensionRow[] = [
  serverNameRow,
  maxFragmentLengthRow,
  truncatedHmacRow,
  statusRequestRow,
  supportedGroupsRow,
  ecPointFormatsRow,
  signatureAlgorithmsRow,
  alpnRow,
  signedCertificateTimestampRow,
  clientCertificateTypeRow,
  serverCertificateTypeRow,
  paddingRow,
  encryptThenMacRow,
  extendedMasterSecretRow,
  compressCertificateRow,
  recordSizeLimitRow,
  delegatedCredentialRow,
  sessionTicketRow,
  preSharedKeyRow,
  earlyDataRow,
  tlsFlagsRow,
  supportedVersionsRow,
  cookieRow,
  pskKeyExchangeModesRow,
  certificateAuthoritiesRow,
  oidFiltersRow,
  postHandshakeAuthRow,
  signatureAlgorithmsCertRow,
  keyShareRow,
  ticketRequestRow,
  renegotiationInfoRow,
  useSrtpRow,
  heartbeatRow,
];

/** The table of {@link allExtensionRows}. */
export const allExtensions: ExtensionTable = /* @__PURE__ */ extensionTable(allExtensionRows);
