/** Every requirement of the RFCs of TLS 1.2, in their order. */
import type { Ledger } from '../ledger.ts';
import { alerts } from './alerts.ts';
import { alpn } from './alpn.ts';
import { appendices } from './appendices.ts';
import { certificates } from './certificates.ts';
import { ecc } from './ecc.ts';
import { exchange } from './exchange.ts';
import { extendedMasterSecret } from './extended-master-secret.ts';
import { extensions } from './extensions.ts';
import { hello } from './hello.ts';
import { records } from './records.ts';
import { renegotiation } from './renegotiation.ts';
import { rfc5077, rfc5246, rfc5746, rfc6066, rfc7301, rfc7627, rfc8422, rfc9846 } from './sections.ts';
import { tickets } from './tickets.ts';
import { updates } from './updates.ts';

export const tls12: Ledger = {
  name: 'TLS 1.2',
  page: 'docs/requirements/tls12.md',
  folder: 'tooling/ledger/src/tls12',
  rfcs: [
    {
      number: 5246,
      about: 'TLS 1.2',
      rows: { ...records, ...alerts, ...hello, ...certificates, ...exchange, ...appendices },
      sections: rfc5246,
    },
    { number: 8422, about: 'elliptic curves', rows: ecc, sections: rfc8422 },
    { number: 6066, about: 'extensions', rows: extensions, sections: rfc6066 },
    { number: 5746, about: 'secure renegotiation', rows: renegotiation, sections: rfc5746 },
    { number: 7627, about: 'the extended master secret', rows: extendedMasterSecret, sections: rfc7627 },
    { number: 5077, about: 'tickets', rows: tickets, sections: rfc5077 },
    { number: 7301, about: 'ALPN', rows: alpn, sections: rfc7301 },
    { number: 9846, about: 'changes for TLS 1.2', rows: updates, sections: rfc9846, chosen: true },
  ],
};
