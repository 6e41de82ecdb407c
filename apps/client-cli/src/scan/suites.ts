/** Versions and cipher suites: a version is spoken where one of its suites is. */
import { AlertDescription } from '@tlskit/tls-alerts';
import { suites13, suitesFor, TLS13 } from './code-points.ts';
import { type Choice, exclude, type Preference, preferenceOf } from './exclusion.ts';
import type { Flight } from './flight.ts';
import type { Answer, Prober } from './probe.ts';

export interface SuitesFound {
  readonly version: number;
  /** In the server's order where that decides; otherwise in the order in which they were offered. */
  readonly suites: readonly Choice<Flight>[];
  readonly preference: Preference | undefined;
  /** What the server chose though it was not offered. */
  readonly unoffered: readonly number[];
  /** How the server answered the first hello of this version. */
  readonly first: Answer;
  /** Whether it refuses hellos without shares, which TLS 1.3 allows (RFC 9846 §4.3.8). */
  readonly needsShares: boolean;
}

/** Suites in one hello: some servers do not take many more. */
export const CHUNK = 128;

/** @throws ScanOver */
export async function findSuites(prober: Prober, version: number): Promise<SuitesFound> {
  const found = await findWith(prober, version, false);
  if (version < TLS13 || found.suites.length > 0 || !['alert', 'closed'].includes(found.first.kind)) return found;
  const again = await findWith(prober, version, true);
  return again.suites.length > 0 ? again : found;
}

async function findWith(prober: Prober, version: number, shares: boolean): Promise<SuitesFound> {
  const candidates = version >= TLS13 ? suites13 : suitesFor(version);
  const unoffered: number[] = [];
  let first: Answer | undefined;
  let chunksWithSuites = 0;
  let suites: Choice<Flight>[] = [];
  const ask = async (offered: readonly number[]): Promise<Choice<Flight> | undefined> => {
    const answer = await prober.ask({ version, suites: offered, shares });
    first ??= answer;
    if (answer.kind !== 'hello' || answer.flight.version !== version) return undefined;
    return { code: answer.flight.hello.cipher_suite, value: answer.flight };
  };
  for (let at = 0; at < candidates.length; at += CHUNK) {
    const { found, unoffered: odd } = await exclude(candidates.slice(at, at + CHUNK), ask);
    if (found.length > 0) chunksWithSuites++;
    suites.push(...found);
    if (odd !== undefined) unoffered.push(odd);
    if (isFinal(first as unknown as Answer, version)) break;
  }
  const codes = suites.map(({ code }) => code);
  const preference = await preferenceOf(codes, async offered => (await ask(offered))?.code);
  // What was found in different hellos is not yet in order.
  if (preference === 'server' && chunksWithSuites > 1) suites = inOrder(suites, (await exclude(codes, ask)).found);
  return { version, suites, preference, unoffered, first: first as unknown as Answer, needsShares: shares };
}

/** Whether no other suites would make the server speak this version. */
function isFinal(answer: Answer, version: number): boolean {
  switch (answer.kind) {
    case 'hello':
      // RFC 5246 §E.1: it speaks a lower one at most.
      return answer.flight.version !== version;
    case 'alert':
      return answer.alert.code === AlertDescription.values.protocol_version;
    case 'closed':
      return false;
    default:
      return true;
  }
}

/** Whatever is not found the second time keeps its place at the end. */
function inOrder<T>(found: readonly Choice<T>[], ordered: readonly Choice<T>[]): Choice<T>[] {
  const place = (code: number): number => {
    const at = ordered.findIndex(choice => choice.code === code);
    return at < 0 ? ordered.length : at;
  };
  return [...found].sort((a, b) => place(a.code) - place(b.code));
}
