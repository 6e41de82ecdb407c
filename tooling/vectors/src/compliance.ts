/**
 * What every crypto provider must do, as checks that any test runner can run: a subject is held against known answers, and against a
 * reference on random input and on input that must be refused. What it leaves in memory is the business of `compliance-wiping.ts`. Features that the subject lacks are its own affair; their checks are not listed.
 */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { agreementChecks } from './compliance-agreement.ts';
import { keyImportChecks } from './compliance-import.ts';
import { knownAnswerChecks } from './compliance-known.ts';
import { legacyChecks } from './compliance-legacy.ts';
import { signatureChecks } from './compliance-signatures.ts';
import { aeadChecks, hashChecks } from './compliance-symmetric.ts';

export interface ComplianceCheck {
  readonly name: string;
  /** Throws an `AssertionError` when the subject does not comply. */
  run(): void | Promise<void>;
}

/** @param reference a provider that is taken to be right, and another implementation than the subject */
export function complianceChecks(subject: CryptoProvider, reference: CryptoProvider): readonly ComplianceCheck[] {
  return [
    ...knownAnswerChecks(subject),
    ...hashChecks(subject, reference),
    ...aeadChecks(subject, reference),
    ...agreementChecks(subject, reference),
    ...signatureChecks(subject, reference),
    ...keyImportChecks(subject, reference),
    ...legacyChecks(subject, reference),
  ];
}
