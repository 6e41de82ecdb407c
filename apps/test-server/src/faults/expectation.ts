/** What a right client does where something is wrong, and whether one did. */
import type { BadCertificate } from '../bad/certificates.ts';
import type { Fault } from './fault.ts';

export interface Expectation {
  readonly verdict: 'accept' | 'refuse' | 'either';
  /** The alerts to refuse by; empty where none is to be seen. */
  readonly alerts: readonly string[];
}

/** What a connection came to. */
export interface Outcome {
  /** Whether the handshake was completed on our side. */
  readonly established: boolean;
  /** Fatal alerts of the client's. */
  readonly alerts: readonly string[];
}

/** Of everything that is wrong at once: one thing to refuse is reason enough. */
export function expectationOf(
  faults: readonly Pick<Fault, 'verdict' | 'alerts'>[],
  certificate: BadCertificate | undefined,
): Expectation {
  const parts: Expectation[] = [
    ...faults,
    ...(certificate === undefined
      ? []
      : [
          {
            verdict: certificate.alerts.length > 0 ? ('refuse' as const) : ('accept' as const),
            alerts: certificate.alerts,
          },
        ]),
  ];
  const refusals = parts.filter(({ verdict }) => verdict === 'refuse');
  if (refusals.length === 0) {
    const either = parts.find(({ verdict }) => verdict === 'either');
    return either ?? { verdict: 'accept', alerts: [] };
  }
  // One that shows no alert may come first.
  const silent = refusals.some(({ alerts }) => alerts.length === 0);
  return { verdict: 'refuse', alerts: silent ? [] : refusals.flatMap(({ alerts }) => alerts) };
}

/** Undefined where all is as it should be; otherwise what is not, as a sentence. */
export function complaint(
  { verdict, alerts }: Expectation,
  { established, alerts: seen }: Outcome,
): string | undefined {
  if (verdict === 'either') return undefined;
  if (verdict === 'accept') {
    if (seen.length > 0) return `the client sent the alert ${seen.join(', ')} for what is allowed`;
    return established ? undefined : 'the client did not complete a handshake that is allowed';
  }
  if (alerts.length === 0 || seen.some(alert => alerts.includes(alert))) return undefined;
  const wanted = alerts.join(' or ');
  return seen.length === 0
    ? `the client sent no alert, where ${wanted} is right`
    : `the client sent the alert ${seen.join(', ')}, where ${wanted} is right`;
}
