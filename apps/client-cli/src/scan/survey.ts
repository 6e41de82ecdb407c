/** A scan from its first hello to its last: what is asked, in which order, and what of it stands when it ends early. */
import { AnyCipherSuite, alpnRow, NamedGroup, SignatureScheme } from '@tlskit/tls-messages';
import { isNamed } from '@tlskit/tls-wire';
import { named } from '../named.ts';
import { CertificatesSeen } from './certificates.ts';
import { schemeNamed, ssl3, TLS10, TLS11, TLS12, TLS13, versionName } from './code-points.ts';
import { type Connections, ScanOver } from './connections.ts';
import { commonPrime } from './dh-primes.ts';
import { ExtensionsSeen, findExtensions13, findFeatures12, isCompletable, renegotiates } from './features.ts';
import { bitsOf, type Flight } from './flight.ts';
import { fieldOf, findGroups } from './groups.ts';
import { type Shaken, schemesOf, shake } from './handshake.ts';
import { clientAuthOf, findNames } from './identity.ts';
import { type Answer, Prober } from './probe.ts';
import { emptyResult, type Named, type ScanResult, type SuiteResult } from './result.ts';
import { findResumption12, findResumption13 } from './resumption.ts';
import { findProtocols, findProtocols12, findSchemes12 } from './schemes.ts';
import { speaksSsl2 } from './sslv2.ts';
import { findSuites, type SuitesFound } from './suites.ts';
import { findTolerance } from './tolerance.ts';

export interface Survey {
  readonly result: ScanResult;
  /** Why it ended early; undefined where it did not. */
  readonly over: ScanOver | undefined;
}

/** What the certificates are judged by. */
export interface Judging {
  /** DER. */
  readonly roots: readonly Uint8Array[];
  readonly name: string;
}

/** Steps of a survey, for a progress bar. */
export const STEPS = 13;

/** @param onStep told of each step as it begins @throws whatever is no end of the scan */
export async function survey(
  connections: Connections,
  serverName: string | undefined,
  judging: Judging,
  onStep: (title: string) => void = () => {},
): Promise<Survey> {
  const run = new Run(connections, serverName, onStep);
  let over: ScanOver | undefined;
  try {
    await run.all();
  } catch (error) {
    if (!(error instanceof ScanOver)) throw error;
    over = error;
  }
  await run.finish(judging);
  return { result: run.result, over };
}

class Run {
  readonly result = emptyResult();
  readonly #connections: Connections;
  readonly #serverName: string | undefined;
  readonly #prober: Prober;
  readonly #step: (title: string) => void;
  readonly #certificates = new CertificatesSeen();
  readonly #extensions = new ExtensionsSeen();
  /** Highest first. */
  readonly #spoken: SuitesFound[] = [];
  #dhPrime: Uint8Array | undefined;
  #requestsCertificates = false;

  constructor(connections: Connections, serverName: string | undefined, onStep: (title: string) => void) {
    this.#connections = connections;
    this.#serverName = serverName;
    this.#step = onStep;
    this.#prober = new Prober(connections, serverName, flight => this.#saw(flight));
  }

  /** What does not wait for one another goes on at once, as far as connections may. */
  async all(): Promise<void> {
    await this.#begin('TLS 1.3', () => this.#version(TLS13));
    await together(
      ...[TLS12, TLS11, TLS10, ssl3].map(version => this.#begin(versionName(version), () => this.#version(version))),
      this.#begin('SSL 2.0', () => this.#ssl2()),
    );
    this.#spoken.sort((a, b) => b.version - a.version);
    if (this.#spoken.length === 0) return;
    await together(
      this.#begin('groups', () => this.#groups()),
      this.#begin('signature schemes', () => this.#schemes()),
      this.#begin('protocols and extensions', () => this.#protocolsAndFeatures()),
    );
    await together(
      this.#begin('names', () => this.#names()),
      this.#begin('tolerance', () => this.#tolerance()),
      ...this.#spoken.map(({ version }) => this.#begin('resumption', () => this.#handshakes(version))),
    );
  }

  async #begin(title: string, step: () => Promise<void>): Promise<void> {
    this.#step(title);
    try {
      await step();
    } catch (error) {
      // Errors of another copy of the codecs are called the same.
      if (!isNamed('DecodeError', error)) throw error;
      this.result.oddities.push(`${title}: what it sent does not decode: ${(error as Error).message}`);
    }
  }

  /** What is made of all that was seen, however far the scan came. */
  async finish({ roots, name }: Judging): Promise<void> {
    const { result } = this;
    result.versions.sort((a, b) => b.code - a.code);
    for (const each of [result.suites, result.groups, result.schemes, result.resumption]) {
      each.sort((a, b) => b.version.code - a.version.code);
    }
    result.extensions = this.#extensions.all;
    result.certificates = await this.#certificates.judged(roots, name);
    if (this.#requestsCertificates) result.clientAuth ??= { requested: true, required: null };
    if (this.#dhPrime !== undefined) {
      result.dh = {
        bits: bitsOf(this.#dhPrime),
        prime: Buffer.from(this.#dhPrime).toString('hex'),
        knownAs: commonPrime(this.#dhPrime) ?? null,
      };
    }
  }

  /** Every flight that is readable may bear certificates, and primes. */
  #saw({ chain, ocsp, keys, certificateRequest }: Flight): void {
    this.#certificates.add({ chain, ocsp });
    if (certificateRequest !== undefined) this.#requestsCertificates = true;
    const { dhPrime } = keys;
    if (dhPrime !== undefined && (this.#dhPrime === undefined || bitsOf(dhPrime) < bitsOf(this.#dhPrime))) {
      this.#dhPrime = dhPrime;
    }
  }

  /** A handshake by the library: what it showed is kept. */
  async #shake(options: Parameters<typeof shake>[2]): Promise<Shaken> {
    const shaken = await shake(this.#connections, this.#serverName, options);
    const { evidence } = shaken;
    if (evidence !== undefined) this.#certificates.add(evidence);
    return shaken;
  }

  get #new(): SuitesFound | undefined {
    return this.#spoken.find(({ version }) => version >= TLS13);
  }

  /** The highest version whose flights are readable. */
  get #old(): SuitesFound | undefined {
    return this.#spoken.find(({ version }) => version < TLS13);
  }

  async #version(version: number): Promise<void> {
    const found = await findSuites(this.#prober, version);
    const offered = found.suites.length > 0;
    this.result.versions.push({
      name: versionName(version),
      code: version,
      offered: offered ? true : found.first.kind === 'silent' ? null : false,
      how: offered ? `its ServerHello, ${suitesText(found.suites.length)}` : refusalText(found.first),
    });
    for (const code of found.unoffered) {
      this.result.oddities.push(
        `in ${versionName(version)} it chose ${AnyCipherSuite.label(code)}, which was not offered`,
      );
    }
    if (!offered) return;
    this.#spoken.push(found);
    if (found.needsShares) this.#prober.sendsShares = true;
    this.result.suites.push({
      version: versionNamed(version),
      preference: found.preference ?? null,
      suites: found.suites.map(({ code, value }) => suiteResult(code, value)),
    });
  }

  async #ssl2(): Promise<void> {
    const offered = await speaksSsl2(this.#connections);
    const how = offered ? 'its SERVER-HELLO' : 'no SERVER-HELLO to a CLIENT-HELLO of SSL 2.0';
    this.result.versions.push({ name: 'SSL 2.0', code: 2, offered, how });
  }

  /** Curves are of no version: what the highest of the old ones shows holds for those below. */
  async #groups(): Promise<void> {
    await together(...[this.#new, this.#old].map(found => this.#groupsOf(found)));
  }

  async #groupsOf(found: SuitesFound | undefined): Promise<void> {
    if (found === undefined || found.version <= ssl3) return;
    const { version } = found;
    const { groups, preference, hiddenBehind, unoffered } = await findGroups(this.#prober, found);
    if (groups.length > 0) {
      this.result.groups.push({
        version: versionNamed(version),
        preference: preference ?? null,
        groups: groups.map(code => named(NamedGroup, code)),
        hiddenBehind: hiddenBehind === undefined ? null : named(NamedGroup, hiddenBehind),
      });
    }
    for (const code of unoffered) {
      this.result.oddities.push(`in ${versionName(version)} it chose ${NamedGroup.label(code)}, which was not offered`);
    }
  }

  async #schemes(): Promise<void> {
    for (const { version, ...found } of this.#spoken) {
      const schemes: Named[] = [];
      if (version === TLS13) schemes.push(...(await this.#schemes13()));
      if (version === TLS12) {
        const { schemes: all, unoffered } = await findSchemes12(this.#prober, { version, ...found });
        schemes.push(...all.map(({ code }) => schemeNamed(code)));
        if (unoffered !== undefined) {
          this.result.oddities.push(`in TLS 1.2 it signed by ${schemeNamed(unoffered).name}, which was not offered`);
        }
      }
      if (schemes.length > 0) this.result.schemes.push({ version: versionNamed(version), schemes });
    }
  }

  /** By exclusion, too; what it signs with stands in CertificateVerify, which is encrypted. */
  async #schemes13(): Promise<readonly Named[]> {
    const found: Named[] = [];
    const all = schemesOf('1.3').filter(name => isHandshakeScheme(name));
    for (let offered = all; offered.length > 0; ) {
      const { info } = await this.#shake({ version: '1.3', signatureSchemes: offered });
      const scheme = info?.signatureScheme;
      if (scheme === undefined || !offered.includes(scheme.name)) break;
      found.push({ name: scheme.name, code: scheme.code });
      offered = offered.filter(name => name !== scheme.name);
    }
    return found;
  }

  /** With protocols before extensions: some servers refuse whoever offers none of theirs. */
  async #protocolsAndFeatures(): Promise<void> {
    const [old, recent] = [this.#old, this.#new];
    await this.#protocols();
    if (old !== undefined) await findFeatures12(this.#prober, old, this.#extensions, this.result);
    if (recent !== undefined) {
      const protocol = this.result.protocols?.protocols[0];
      await findExtensions13(this.#connections, this.#serverName, protocol, this.#extensions, this.result);
    }
  }

  async #protocols(): Promise<void> {
    const old = this.#old;
    if (old !== undefined && old.version > ssl3) {
      this.result.protocols = await findProtocols12(this.#prober, old);
      const isAnswered = this.result.protocols.protocols.length > 0;
      if (isAnswered) this.#extensions.add(old.version, [alpnRow.type]);
    } else if (this.#new !== undefined) {
      this.result.protocols = await findProtocols(async alpn => {
        const { info, alerts } = await this.#shake({ version: '1.3', alpn });
        return info === undefined && alerts.includes('no_application_protocol') ? false : info?.alpn;
      });
    }
  }

  async #names(): Promise<void> {
    const where = this.#old ?? this.#new;
    if (where !== undefined && where.version > ssl3) {
      this.result.names = await findNames(this.#prober, where, this.#certificates);
    }
  }

  async #tolerance(): Promise<void> {
    this.result.tolerance = await findTolerance(this.#prober, this.#spoken);
  }

  async #handshakes(version: number): Promise<void> {
    if (!isCompletable(version)) return;
    const is13 = version === TLS13;
    const first = await this.#shake({ version: is13 ? '1.3' : '1.2' });
    // Both versions say the same of these; of TLS 1.3 it is taken where it is spoken.
    const isTop = this.#spoken[0]?.version === version;
    if (isTop) this.result.clientAuth = clientAuthOf(first);
    if (first.info === undefined) return;
    if (isTop) this.result.closing = first.closing;
    const find = is13 ? findResumption13 : findResumption12;
    this.result.resumption.push(await find(this.#connections, this.#serverName, first));
    if (!is13 && this.result.renegotiation?.secure === true) {
      const clientInitiated = await renegotiates(this.#connections, this.#serverName);
      this.result.renegotiation = { secure: true, clientInitiated };
    }
  }
}

/** Waits for all of them, and then throws what the first of those threw that did. */
async function together(...steps: readonly Promise<void>[]): Promise<void> {
  for (const step of await Promise.allSettled(steps)) if (step.status === 'rejected') throw step.reason;
}

function versionNamed(version: number): Named {
  return { name: versionName(version), code: version };
}

function suiteResult(code: number, { keys, version }: Flight): SuiteResult {
  const group = keys.group ?? fieldOf(keys.dhPrime);
  return {
    ...named(AnyCipherSuite, code),
    group: version >= TLS13 || group === undefined ? null : named(NamedGroup, group),
    dhBits: keys.dhPrime === undefined ? null : bitsOf(keys.dhPrime),
    signatureScheme: keys.scheme === undefined ? null : schemeNamed(keys.scheme),
  };
}

/** PKCS#1 and SHA-1 are for certificates alone (RFC 9846 §4.3.3). */
function isHandshakeScheme(name: string): boolean {
  return SignatureScheme.valueOf(name) !== undefined && !/^rsa_pkcs1|sha1|^dsa/.test(name);
}

function suitesText(count: number): string {
  return count === 1 ? '1 suite' : `${count} suites`;
}

function refusalText(answer: Answer): string {
  switch (answer.kind) {
    case 'hello':
      return `it answered by ${versionName(answer.flight.version)}`;
    case 'alert':
      return `alert ${answer.alert.name ?? answer.alert.code}`;
    case 'closed':
      return 'it closed the connection without a word';
    case 'silent':
      return 'it did not answer';
    case 'nonsense':
      return `its answer is no TLS: ${answer.message}`;
  }
}
