/** What a client wishes to go wrong, by the name that it asks for: each label may be a certificate or a fault. */
import { type BadCertificateName, badCertificateNames } from '../bad/certificates.ts';
import { type ChosenFault, faultOfLabel } from './catalogue.ts';

export interface Wishes {
  /** Undefined for one that is in order. */
  readonly certificate: BadCertificateName | undefined;
  readonly faults: readonly ChosenFault[];
  /** The same for all who wish for the same faults. */
  readonly key: string;
}

/** More labels are no wishes. */
const MAX_LABELS = 8;

/** @param serverName lower case; `split-100.bad-finished.localhost` wishes for two faults. A label that is neither wishes for nothing. */
export function wishesIn(serverName: string | undefined): Wishes {
  const labels = serverName?.split('.', MAX_LABELS) ?? [];
  const faults = new Map<string, ChosenFault>();
  for (const label of labels) {
    const fault = faultOfLabel(label);
    if (fault !== undefined) faults.set(label, fault);
  }
  return {
    certificate: badCertificateNames.find(name => labels.includes(name)),
    faults: [...faults.values()],
    key: [...faults.keys()].join('.'),
  };
}
