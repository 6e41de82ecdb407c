/** The exit codes of `tlskit`: stable, so that scripts can tell one failure from another. */
import type { TlsError } from 'tlskit';

/** Each code with what it means. */
export const exitCodes = {
  good: [0, 'all is well: connected, verified, closed in order'],
  internal: [1, 'something went wrong here, such as a full disk'],
  usage: [2, 'unknown, contradictory or unusable options'],
  tcp: [3, 'the host, or the proxy, was not found or not reached'],
  starttls: [4, 'the server did not agree to STARTTLS'],
  handshake: [5, 'the handshake or the protocol failed, or the peer sent an alert'],
  chain: [6, 'the certificate chain was refused'],
  name: [7, 'the certificate is for another name'],
  validity: [8, 'a certificate has expired or is not valid yet'],
  revoked: [9, 'a certificate was revoked, or there is no good status where one must be'],
  policy: [10, 'something was found that --fail-on, or --fail, does not want'],
  timeout: [11, 'the connection was not ready within --timeout'],
  uncleanClose: [12, 'the connection ended without close_notify: data may be missing'],
} as const satisfies Record<string, readonly [code: number, meaning: string]>;

export type Outcome = keyof typeof exitCodes;

export function exitCode(outcome: Outcome): number {
  return exitCodes[outcome][0];
}

/** From the least to the worst: what is wrong with who is there counts more than that nobody is. */
const gravity: readonly Outcome[] = [
  'good',
  'uncleanClose',
  'policy',
  'timeout',
  'tcp',
  'starttls',
  'handshake',
  'validity',
  'name',
  'chain',
  'revoked',
  'usage',
  'internal',
];

/** Of many. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return gravity[Math.max(0, ...outcomes.map(outcome => gravity.indexOf(outcome)))] as Outcome;
}

/** What a failure of TLS means for the exit code. */
export function outcomeOf({ code, kind }: TlsError, connected: boolean): Outcome {
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return 'timeout';
  if (code === 'CERT_REVOKED' || /^ERR_TLS_CERT_STATUS/.test(code)) return 'revoked';
  switch (kind) {
    case 'certificate':
      return 'chain';
    case 'name':
      return 'name';
    case 'validity':
      return 'validity';
    case 'usage':
      return 'usage';
    case 'internal':
      return 'internal';
    case 'transport':
      return connected ? 'uncleanClose' : 'handshake';
    default:
      return 'handshake';
  }
}
