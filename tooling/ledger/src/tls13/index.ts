/** Every requirement of RFC 9846, in its order. */
import type { Ledger } from '../ledger.ts';
import type { Rows } from '../row.ts';
import { alertRows, computations } from './alerts.ts';
import { appendices, compliance, replay } from './appendices.ts';
import { certificates, certificateVerify, serverParameters } from './authentication.ts';
import { cookie, extensions, filters, keyShare, signatures, supportedVersions } from './extensions.ts';
import { clientHello, helloRetryRequest, overview, serverHello } from './hello.ts';
import { keyUpdates, laterAuthentication, newSessionTicket } from './post-handshake.ts';
import { earlyData, preSharedKey, pskExchange } from './psk.ts';
import { contentTypes, plaintexts, protectedRecords } from './records.ts';
import { sections } from './sections.ts';

const rows: Rows = {
  ...overview,
  ...clientHello,
  ...serverHello,
  ...helloRetryRequest,
  ...extensions,
  ...supportedVersions,
  ...cookie,
  ...signatures,
  ...filters,
  ...keyShare,
  ...pskExchange,
  ...earlyData,
  ...preSharedKey,
  ...serverParameters,
  ...certificates,
  ...certificateVerify,
  ...newSessionTicket,
  ...laterAuthentication,
  ...keyUpdates,
  ...contentTypes,
  ...plaintexts,
  ...protectedRecords,
  ...alertRows,
  ...computations,
  ...replay,
  ...compliance,
  ...appendices,
};

export const tls13: Ledger = {
  name: 'TLS 1.3',
  page: 'docs/requirements/tls13.md',
  folder: 'tooling/ledger/src/tls13',
  rfcs: [{ number: 9846, about: 'TLS 1.3', rows, sections }],
};
