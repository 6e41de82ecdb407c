/** Why there is nothing to begin TLS on, and what that means for report and exit code. */
import type { Failure } from '../connect/findings.ts';
import type { Deadline } from '../deadline.ts';

/** Where it went wrong. */
export type DialStep = 'lookup' | 'tcp' | 'proxy' | 'starttls';

/** What a proxy, or a server before TLS, did wrong. */
export type Misconduct =
  /** It said no. */
  | 'REFUSED'
  /** It does not offer what is asked for. */
  | 'NOT_OFFERED'
  /** It does not speak the protocol. */
  | 'MALFORMED'
  /** It says more than anybody has to. */
  | 'TOO_LONG'
  /** It ended, or the connection failed. */
  | 'CLOSED'
  /** It said more before TLS than its answer: somebody in between might have (CVE-2011-0411). */
  | 'EARLY_DATA';

export class DialError extends Error {
  override readonly name = 'DialError';
  readonly step: DialStep;
  /** Of the system's error, such as `ECONNREFUSED`; of what a peer did, `ERR_STARTTLS_REFUSED` and the like; or `ABORT_ERR`. */
  readonly code: string | undefined;

  constructor(step: DialStep, code: string | undefined, message: string, options?: ErrorOptions) {
    super(message, options);
    this.step = step;
    this.code = code;
  }

  static misconduct(step: DialStep, what: Misconduct, message: string): DialError {
    return new DialError(step, `ERR_${step.toUpperCase()}_${what}`, message);
  }

  /** An error of the system, of which there may be one for each address that was tried. */
  static from(step: DialStep, error: unknown): DialError {
    if (error instanceof DialError) return error;
    const causes = error instanceof AggregateError && error.errors.length > 0 ? error.errors : [error];
    return new DialError(step, codeOf(error), causes.map(messageOf).join('; '), { cause: error });
  }
}

/** @param error what {@link dial} rejected with. @param deadline whose signal it had */
export function dialFailure(error: DialError, deadline: Deadline): Failure {
  const outcome = error.step === 'starttls' ? 'starttls' : 'tcp';
  if (!deadline.passed) return { outcome, message: error.message, code: error.code };
  const within = `within ${(deadline.timeout ?? 0) / 1000} s`;
  return { outcome: 'timeout', message: `no ${awaited[error.step]} ${within}`, code: 'ETIMEDOUT' };
}

const awaited: Readonly<Record<DialStep, string>> = {
  lookup: 'address',
  tcp: 'TCP connection',
  proxy: 'connection through the proxy',
  starttls: 'answer to STARTTLS',
};

/** What an error says, or is called. */
export function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : (codeOf(error) ?? String(error));
}

/** What the system calls it. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
