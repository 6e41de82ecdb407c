/** Every requirement of RFC 6960, in its order. */
import type { Ledger } from '../ledger.ts';
import { protocol } from './protocol.ts';
import { rfc6960 } from './sections.ts';
import { signers } from './signers.ts';

export const ocsp: Ledger = {
  name: 'OCSP',
  page: 'docs/requirements/ocsp.md',
  folder: 'tooling/ledger/src/ocsp',
  rfcs: [{ number: 6960, about: 'OCSP', rows: inOrder({ ...protocol, ...signers }), sections: rfc6960 }],
};

/** Rows in the order of their sections, and within each by their number. */
function inOrder<T>(rows: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const collator = new Intl.Collator('en', { numeric: true });
  return Object.fromEntries(Object.entries(rows).sort(([a], [b]) => collator.compare(a, b)));
}
