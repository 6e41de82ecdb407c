/** How many SCTs of whom are enough (RFC 6962 §5.2 leaves it to policy): by default what Chrome asks for. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import type { Certificate } from '../certificate.ts';
import { checkKeys, invalidOption, refusal } from '../errors.ts';
import { run, type Step } from '../step.ts';
import type {
  TransparencyJudge,
  TransparencyPolicy,
  TransparencyQuestion,
  TransparencyReport,
} from '../transparency-policy.ts';
import { type CtLog, checkLogs, type KnownLog, knownLogs } from './logs.ts';
import { type JudgedSct, judgeScts, type SctRules } from './scts.ts';

export interface TransparencyOptions {
  /** The logs that are known: the caller's, or those of `parseLogList`. None are built in. SCTs of others are passed over. */
  readonly logs: readonly CtLog[];
  /**
   * How many SCTs there must be, each of another log. Default: 2; of those in the certificate 3 where it is good for more than 180
   * days, as its logs may come to nothing before it ends.
   */
  readonly minimum?: number | undefined;
  /** How many operators they must be of. Default 2, or `minimum` where that is less. */
  readonly operators?: number | undefined;
}

/**
 * A certificate that was not logged is refused: `ERR_TLS_CERT_TRANSPARENCY`.
 *
 * SCTs in the certificate and those beside it (TLS extension, OCSP response) are counted apart: either are enough. In the certificate
 * one of them has to be of a log that stands, others may be of logs that were retired since; beside it all have to be of logs that
 * stand, as they can be had anew. At most 20 are looked at of each delivery, and each counts as one of `limits.signatures`.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION`
 */
export function requireTransparency(options: TransparencyOptions): TransparencyPolicy {
  return policyOf(options, 'require');
}

/** The same, but nobody is refused: what came of it stands in the verdict's `transparency`. */
export function reportTransparency(options: TransparencyOptions): TransparencyPolicy {
  return policyOf(options, 'report');
}

interface Quorum {
  readonly minimum: number | undefined;
  readonly operators: number | undefined;
}

function policyOf(options: TransparencyOptions, mode: 'require' | 'report'): TransparencyPolicy {
  if (typeof options !== 'object' || options === null) throw invalidOption('transparency wants { logs }');
  checkKeys('transparency', options, ['logs', 'minimum', 'operators']);
  const { logs, minimum, operators } = options;
  checkLogs(logs);
  for (const [name, value] of Object.entries({ minimum, operators })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw invalidOption(`${name} is not a count: ${value}`);
    }
  }
  const prepared = new WeakMap<object, TransparencyJudge>();
  return {
    prepare(provider) {
      let judge = prepared.get(provider);
      if (judge === undefined) {
        judge = judgeOf(rulesOf(logs, provider), { minimum, operators }, mode);
        prepared.set(provider, judge);
      }
      return judge;
    },
  };
}

function rulesOf(
  logs: readonly CtLog[],
  provider: Pick<CryptoProvider, 'importPublicKey' | 'hashes' | 'name'>,
): SctRules {
  const { sha256 } = provider.hashes;
  if (sha256 === undefined) throw invalidOption(`the provider ${provider.name} has no SHA-256`);
  return { logs: knownLogs(logs, provider), sha256, hashes: provider.hashes };
}

function judgeOf(rules: SctRules, quorum: Quorum, mode: 'require' | 'report'): TransparencyJudge {
  return {
    id: mode === 'report' ? '' : idOf(rules, quorum),
    judge: question => run(judged(question, rules, quorum, mode)),
  };
}

/** The same for the same logs in the same state, and the same numbers. */
function idOf({ logs, sha256 }: SctRules, { minimum, operators }: Quorum): string {
  const words = [...logs.values()].map(({ terms }) => terms).sort();
  const text = [`${minimum} ${operators}`, ...words].join('\n');
  return `ct:${toHex(sha256.digest(new TextEncoder().encode(text)))}`;
}

function* judged(
  question: TransparencyQuestion,
  rules: SctRules,
  quorum: Quorum,
  mode: 'require' | 'report',
): Step<TransparencyReport> {
  const certificate = question.path[0] as Certificate;
  const scts = yield* judgeScts(question, rules);
  const embedded = scts.filter(({ report }) => report.delivery === 'embedded');
  const beside = scts.filter(({ report }) => report.delivery !== 'embedded');
  const inside = shortfall(embedded, quorum, lifetime(certificate) > 180 * day ? 3 : 2);
  const outside = shortfall(beside, quorum, 2);
  const reports = scts.map(({ report }) => report);
  if (inside === undefined || outside === undefined) return { satisfied: true, scts: reports };
  const why = `in it ${inside}; beside it ${outside}`;
  if (mode === 'report') return { satisfied: false, why, scts: reports };
  const reasons = reports.filter(({ status }) => status !== 'valid').slice(0, keptReasons);
  const said = reasons.map(
    ({ log, delivery, why: reason }) => `; ${log?.description ?? 'an SCT'} (${delivery}): ${reason}`,
  );
  throw refusal('ERR_TLS_CERT_TRANSPARENCY', certificate, `was not logged as it should be: ${why}${said.join('')}`);
}

const day = 86_400_000;

/** Reasons in an error: enough for a reader, bounded for a peer. */
const keptReasons = 6;

function lifetime({ notBefore, notAfter }: Certificate): number {
  return notAfter - notBefore;
}

/** What these lack to be enough, in words. */
function shortfall(scts: readonly JudgedSct[], { minimum, operators }: Quorum, usual: number): string | undefined {
  const logs = new Set<KnownLog>();
  const runBy = new Set<string>();
  for (const { log, operator } of scts) {
    if (log === undefined) continue;
    logs.add(log);
    runBy.add(operator as string);
  }
  const wanted = minimum ?? usual;
  const wantedOperators = operators ?? Math.min(2, wanted);
  const found = `${plural(logs.size, 'valid SCT')} of ${plural(runBy.size, 'operator')}`;
  if (logs.size < wanted || runBy.size < wantedOperators) {
    return `${logs.size === 0 ? 'no valid SCT' : found}, ${wanted} of ${wantedOperators} are needed`;
  }
  return [...logs].some(({ state }) => state !== 'retired') ? undefined : `${found}, and all their logs are retired`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
