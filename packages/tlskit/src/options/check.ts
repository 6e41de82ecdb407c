/** Options are checked before anything is done with them: a misspelt one must never be taken for its absence. */
import { TlsError } from '@tlskit/tls-alerts';

export function invalid(message: string, cause?: unknown): TlsError {
  return new TlsError('ERR_TLS_INVALID_OPTION', message, cause === undefined ? {} : { cause });
}

/** What Node's `tls` calls things, and what they are called here. */
const nodeNames: Readonly<Record<string, string>> = {
  rejectUnauthorized: "trust: { insecure: 'accept any certificate' }, if that is what you mean",
  ca: 'trust: { roots }',
  cert: 'certificate',
  pfx: 'certificate and key',
  ALPNProtocols: 'alpn',
  ciphers: 'cipherSuites',
  ecdhCurve: 'groups',
  sigalgs: 'signatureSchemes',
  minVersion: 'versions',
  maxVersion: 'versions',
  secureProtocol: 'versions',
  SNICallback: 'selectCredential',
  checkServerIdentity: 'verifyName',
  socket: 'transport',
  timeout: 'handshakeTimeout, or an AbortSignal as signal',
};

/** Refuses options that do not exist. @throws TlsError `ERR_TLS_INVALID_OPTION`, with the name that was probably meant */
export function checkNames(what: string, options: unknown, known: readonly string[]): void {
  if (!isOptions(options)) throw invalid(`${what} takes an object of options, not ${shown(options)}`);
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw invalid(`${what} has no option '${name}'${hint(name, known)}`);
  }
}

/** Whether these can be options: what keeps its contents elsewhere, as a Map does, would look as if nothing had been said. */
export function isOptions(given: unknown): given is object {
  return /^\[object (Object|Module)\]$/.test(Object.prototype.toString.call(given));
}

function hint(name: string, known: readonly string[]): string {
  if (name === 'random' || name === 'now') return ": only the engine of 'tlskit/engine' takes one from outside";
  const near = nearest(name, known);
  if (near !== undefined) return `: did you mean '${near}'?`;
  const here = Object.hasOwn(nodeNames, name) ? nodeNames[name] : undefined;
  return here === undefined ? '' : `: here it is ${here}`;
}

/** The known name that is at most two typing mistakes away, or undefined. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  let best: string | undefined;
  // Short names are all near to one another.
  let bound = Math.min(3, Math.ceil(name.length / 2));
  for (const candidate of known) {
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bound) {
      best = candidate;
      bound = distance;
    }
  }
  return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours that lead from one text to the other. */
export function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] as number) + 1);
      }
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length] as number;
}

/** A whole number within bounds, or `ifAbsent`. */
export function integer(name: string, value: unknown, min: number, max: number, ifAbsent: number): number {
  if (value === undefined) return ifAbsent;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw invalid(`${name} is a whole number from ${min} to ${max}, not ${shown(value)}`);
  }
  return value;
}

export function boolean(name: string, value: unknown, ifAbsent: boolean): boolean {
  if (value === undefined) return ifAbsent;
  if (typeof value !== 'boolean') throw invalid(`${name} is true or false, not ${shown(value)}`);
  return value;
}

export function oneOf<T extends string>(name: string, value: unknown, choices: readonly T[], ifAbsent: T): T {
  if (value === undefined) return ifAbsent;
  const choice = choices.find(candidate => candidate === value);
  if (choice === undefined) {
    throw invalid(`${name} is ${choices.map(text => `'${text}'`).join(' or ')}, not ${shown(value)}`);
  }
  return choice;
}

export function optionalFunction<T>(name: string, value: T | undefined): T | undefined {
  if (value !== undefined && typeof value !== 'function') throw invalid(`${name} is a function, not ${shown(value)}`);
  return value;
}

/** A list of strings, each once. */
export function strings(name: string, value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every(item => typeof item === 'string')) {
    throw invalid(`${name} is a list of strings`);
  }
  const twice = value.find((item, at) => value.indexOf(item) !== at);
  if (twice !== undefined) throw invalid(`${name} has '${twice}' twice`);
  return value as string[];
}

/** A value as messages show it: short, and no secrets by accident, since only primitives are shown. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `a string of ${value.length} characters` : `'${value}'`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
