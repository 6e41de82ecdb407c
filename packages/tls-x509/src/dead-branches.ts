/** Why each of the paths that were tried came to nothing: for whoever wants to know more than that none was good. */
import { type AlertName, TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
import { subjectOfRefusal } from './errors.ts';

/** One end of the search. */
export interface DeadBranch {
  /** The certificate that it is about, as messages name it; undefined where it is about none. */
  readonly certificate: string | undefined;
  /** The check that failed. */
  readonly check: TlsErrorCode;
  /** The section that asks for it. */
  readonly section: string | undefined;
  /** The alert that a peer would get for it. */
  readonly alert: AlertName | undefined;
  readonly message: string;
  readonly error: TlsError;
}

/**
 * The reasons of all branches of a search, in the order in which they were tried, from the error of a verification. A reason that was
 * found by itself comes alone; an error of anything else gives none.
 */
export function deadBranches(error: unknown): readonly DeadBranch[] {
  if (!(error instanceof TlsError) || !ofCertificates.has(error.kind)) return [];
  const { cause } = error;
  const errors = cause instanceof AggregateError ? cause.errors.filter(each => each instanceof TlsError) : [error];
  return errors.map(each => ({
    certificate: subjectOfRefusal(each)?.label,
    check: each.code,
    section: each.rfc,
    alert: each.alert,
    message: each.message,
    error: each,
  }));
}

const ofCertificates: ReadonlySet<TlsError['kind']> = new Set(['certificate', 'name', 'validity']);

/** The error, with all branches in the order in which they were tried as its cause. */
export function withBranches({ code, message, rfc }: TlsError, branches: readonly TlsError[]): TlsError {
  const cause = new AggregateError(branches, 'each path that was tried');
  return new TlsError(code, message, { cause, ...(rfc === undefined ? {} : { rfc }) });
}
