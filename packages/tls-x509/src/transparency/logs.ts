/** The logs that are known (RFC 6962 §2.1.4, §3.2, §5.1), as callers say them and as SCTs are judged by them. */
import { CryptoError, type CryptoProvider, type PublicKey, type SignatureAlgorithm } from '@tlskit/tls-crypto';
import { equalBytes, toHex } from '@tlskit/tls-wire';
import { decodeBase64 } from '../base64.ts';
import { checkKeys, invalidOption } from '../errors.ts';
import { parsePem } from '../pem.ts';

/**
 * How a log stands with those who keep the list. The word of a log that is `qualified`, `usable` or `readonly` counts; of one that
 * is `retired`, what it said before it was; of the others nothing does.
 */
export type CtLogState = 'pending' | 'qualified' | 'usable' | 'readonly' | 'retired' | 'rejected';

/** A log. Times are milliseconds since 1970. */
export interface CtLog {
  /** SubjectPublicKeyInfo: DER, the base64 of it, or PEM. A key on P-256, or of RSA with 2048 bits at least (§2.1.4). */
  readonly key: Uint8Array | string;
  /** SHA-256 of the key, bytes or base64: a check, where the source has it. */
  readonly id?: Uint8Array | string | undefined;
  /** For reports. Default: the id. */
  readonly description?: string | undefined;
  /** Who runs it: SCTs of one operator's logs are as good as one another. */
  readonly operator: string;
  /** Who ran it before, and until when: an SCT is of whoever ran the log then. */
  readonly previousOperators?: readonly { readonly name: string; readonly until: number }[] | undefined;
  /** Seconds within which what the log promised is in the log (§3). For information. */
  readonly mmd?: number | undefined;
  /** Default `usable`. */
  readonly state?: CtLogState | undefined;
  /** Since when it stands so. Without it nothing that a `retired` log said counts. */
  readonly since?: number | undefined;
  /** The log takes certificates alone that end from `start` on and before `end`. Default: all. */
  readonly interval?: { readonly start: number; readonly end: number } | undefined;
}

/** A log that was read and checked. */
export interface KnownLog {
  /** SHA-256 of the key, hexadecimal. */
  readonly id: string;
  readonly description: string;
  readonly state: CtLogState;
  readonly since: number | undefined;
  readonly interval: { readonly start: number; readonly end: number } | undefined;
  readonly key: PublicKey;
  /** How it signs, and by which code points it says so (RFC 5246 §7.4.1.4.1). */
  readonly algorithm: SignatureAlgorithm;
  readonly codes: { readonly hash: number; readonly signature: number };
  /** Who ran it at that time. */
  operatorAt(time: number): string;
  /** All that its SCTs are judged by, in words. */
  readonly terms: string;
}

export const ctLogStates: readonly CtLogState[] = ['pending', 'qualified', 'usable', 'readonly', 'retired', 'rejected'];
const names: readonly (keyof CtLog)[] = [
  'key',
  'id',
  'description',
  'operator',
  'previousOperators',
  'mmd',
  'state',
  'since',
  'interval',
];

/**
 * Logs by their ids.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for what is no log, for a key that logs may not have, an id that is another key's, a key twice
 */
export function knownLogs(
  logs: readonly CtLog[],
  provider: Pick<CryptoProvider, 'importPublicKey' | 'hashes' | 'name'>,
): ReadonlyMap<string, KnownLog> {
  const known = new Map<string, KnownLog>();
  for (const log of logs) {
    const each = knownLog(log, provider);
    if (known.has(each.id)) throw invalidOption(`logs has the key of ${each.description} twice`);
    known.set(each.id, each);
  }
  return known;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function checkLogs(logs: readonly CtLog[]): void {
  if (!Array.isArray(logs) || logs.length === 0) throw invalidOption('logs is a list of logs that is not empty');
  for (const log of logs as readonly CtLog[]) {
    if (typeof log !== 'object' || log === null) throw invalidOption('a log is { key, operator, … }');
    checkKeys('a log', log, names);
    const { operator, description, state, since, interval, previousOperators = [] } = log;
    if (typeof operator !== 'string' || operator === '') throw invalidOption('a log has an operator');
    if (description !== undefined && typeof description !== 'string') throw invalidOption('description is text');
    if (state !== undefined && !ctLogStates.includes(state)) {
      throw invalidOption(`no state of logs is called ${JSON.stringify(state)}: there are ${ctLogStates.join(', ')}`);
    }
    const times = [since ?? 0, ...previousOperators.map(({ until }) => until)];
    if (interval !== undefined) times.push(interval.start, interval.end);
    if (!times.every(Number.isFinite)) throw invalidOption(`log of ${operator}: a time is milliseconds since 1970`);
  }
}

function knownLog(log: CtLog, provider: Pick<CryptoProvider, 'importPublicKey' | 'hashes' | 'name'>): KnownLog {
  const { sha256 } = provider.hashes;
  if (sha256 === undefined) throw invalidOption(`the provider ${provider.name} has no SHA-256`);
  const spki = keyBytes(log);
  const digest = sha256.digest(spki);
  const id = toHex(digest);
  const { operator, description = `log ${id}`, state = 'usable', since, interval } = log;
  const named = typeof log.id === 'string' ? decodeBase64(log.id) : log.id;
  if (log.id !== undefined && (named === undefined || !equalBytes(named, digest))) {
    throw invalidOption(`${description}: the id is not the SHA-256 of the key`);
  }
  const previous = [...(log.previousOperators ?? [])].sort((a, b) => a.until - b.until);
  const key = importKey(spki, description, provider);
  return {
    id,
    description,
    state,
    since,
    interval,
    key,
    ...signatureOf(key, description),
    operatorAt: time => previous.find(({ until }) => time < until)?.name ?? operator,
    terms: JSON.stringify([id, operator, previous, state, since, interval?.start, interval?.end]),
  };
}

function keyBytes({ key, operator }: CtLog): Uint8Array {
  if (key instanceof Uint8Array) return Uint8Array.from(key);
  if (typeof key === 'string' && key.startsWith('-----')) {
    const [block, ...more] = parsePem(key).filter(({ label }) => label === 'PUBLIC KEY');
    if (block !== undefined && more.length === 0) return block.der;
  } else if (typeof key === 'string') {
    const der = decodeBase64(key);
    if (der !== undefined && der.length > 0) return der;
  }
  throw invalidOption(`log of ${operator}: the key is neither DER, nor base64 of it, nor PEM of one PUBLIC KEY`);
}

function importKey(
  spki: Uint8Array,
  description: string,
  provider: Pick<CryptoProvider, 'importPublicKey'>,
): PublicKey {
  try {
    return provider.importPublicKey(spki);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw invalidOption(`${description}: the key cannot be used: ${error.message}`, error);
  }
}

/** §2.1.4 MUST: ECDSA on P-256, or RSASSA-PKCS1-v1_5 with 2048 bits at least; SHA-256 in either case. */
function signatureOf({ algorithm }: PublicKey, description: string): Pick<KnownLog, 'algorithm' | 'codes'> {
  if (algorithm.type === 'ec' && algorithm.curve === 'secp256r1') {
    return { algorithm: { type: 'ecdsa', hash: 'sha256' }, codes: { hash: 4, signature: 3 } };
  }
  if (algorithm.type === 'rsa' && algorithm.pssOnly === undefined && algorithm.bits >= 2048) {
    return { algorithm: { type: 'rsa-pkcs1', hash: 'sha256' }, codes: { hash: 4, signature: 1 } };
  }
  throw invalidOption(`${description}: logs have keys on P-256, or of RSA with 2048 bits at least (RFC 6962 §2.1.4)`);
}
