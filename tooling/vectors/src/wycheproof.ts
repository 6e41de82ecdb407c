/**
 * Runs Wycheproof cases through the provider interface: every valid case must be accepted with the right result, every invalid
 * one refused, and an `acceptable` one goes by the rule of its flag below.
 */
import type { CryptoProvider, MaybePromise } from '@tlskit/tls-crypto';
import type { TestCase, TestGroup, WycheproofFile } from './wycheproof-data.ts';
import type { Coverage } from './wycheproof-files.ts';
import { postQuantumChecks } from './wycheproof-post-quantum.ts';
import { publicKeyChecks } from './wycheproof-public-key.ts';
import { symmetricChecks } from './wycheproof-symmetric.ts';

/** Makes a provider; `random`, when given, must decide the private keys of Diffie-Hellman groups. */
export type ProviderFactory = (options: {
  readonly random?: (length: number) => Uint8Array;
}) => MaybePromise<CryptoProvider>;

/**
 * Carries out one case. `undefined`: refused. `true`: accepted with the result that the file gives. `false`: accepted, or
 * computed, with another result. A string: the interface has no way to express the case, for this reason.
 */
export type Check = (test: TestCase, group: TestGroup) => MaybePromise<Answer>;

type Answer = boolean | undefined | string;

export interface Outcome {
  /** Cases with an answer that was held against the file. */
  readonly asserted: number;
  /** Reasons why cases could not be expressed, with their number. */
  readonly outOfScope: ReadonlyMap<string, number>;
  /** Cases that the sample left out. */
  readonly leftOut: number;
  /** One line for every case that went wrong. */
  readonly failures: readonly string[];
}

/** What TLS asks of the cases about which Wycheproof leaves the choice. Flags that are absent here fail the run. */
const acceptableRules: Readonly<Record<string, 'accept' | 'refuse'>> = {
  /** RFC 9846 §4.3.8.2: the uncompressed form alone. */
  CompressedPoint: 'refuse',
  /** RFC 9846 §7.4.2: an all-zero secret MUST abort. */
  ZeroSharedSecret: 'refuse',
  /** RFC 5246 §4.7: MUST be taken. */
  MissingNull: 'accept',
  /** RFC 7748 §5: these coordinates are ordinary input. */
  Twist: 'accept',
  SpecialPublicKey: 'accept',
  NonCanonicalPublic: 'accept',
  SmallPublicKey: 'accept',
  EdgeCaseMultiplication: 'accept',
  /** Strength is policy, which sits above the provider. */
  WeakHash: 'accept',
  SmallModulus: 'accept',
};

/** @param sampled of cases with this flag, run the first and then every `nth` */
export async function runWycheproof(
  file: WycheproofFile,
  create: ProviderFactory,
  sampled?: Coverage['sampled'],
): Promise<Outcome> {
  const failures: string[] = [];
  const outOfScope = new Map<string, number>();
  let asserted = 0;
  let flagged = 0;
  let leftOut = 0;
  const checks = {
    ...symmetricChecks(file.algorithm, await create({})),
    ...(await publicKeyChecks(create)),
    ...(await postQuantumChecks(file.algorithm, create)),
  };
  for (const group of file.testGroups) {
    const check = checks[group.type];
    if (check === undefined) throw new Error(`no check for groups of type ${group.type}`);
    for (const test of group.tests) {
      if (sampled !== undefined && test.flags?.includes(sampled.flag) && flagged++ % sampled.nth !== 0) {
        leftOut++;
        continue;
      }
      const answer = await attempt(check, test, group);
      if (typeof answer === 'string') {
        outOfScope.set(answer, (outOfScope.get(answer) ?? 0) + 1);
        continue;
      }
      asserted++;
      const expected = expectation(test);
      const got =
        answer instanceof Error ? `threw ${answer}` : answer === undefined ? 'refuse' : answer ? 'accept' : 'differ';
      if (got !== expected) {
        failures.push(`#${test.tcId} ${test.result} [${test.flags}] ${test.comment}: expected ${expected}, got ${got}`);
      }
    }
  }
  return { asserted, outOfScope, leftOut, failures };
}

async function attempt(check: Check, test: TestCase, group: TestGroup): Promise<Answer | Error> {
  try {
    return await check(test, group);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function expectation(test: TestCase): string {
  if (test.result !== 'acceptable') return test.result === 'valid' ? 'accept' : 'refuse';
  const rules = (test.flags ?? []).map(flag => acceptableRules[flag]);
  if (rules.includes('refuse')) return 'refuse';
  return rules.includes('accept') ? 'accept' : 'a rule for the flags';
}
