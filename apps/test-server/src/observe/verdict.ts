/** What is to be made of what a client offers, in words. */
import type { Offer } from './offer.ts';

export type Severity = 'bad' | 'weak' | 'note';

export interface Finding {
  readonly severity: Severity;
  readonly text: string;
}

export interface Verdict {
  /** The worst there is; `good` where nothing is bad or weak. */
  readonly grade: 'good' | 'weak' | 'bad';
  /** A sentence. */
  readonly words: string;
  readonly findings: readonly Finding[];
}

/** Suites that nobody should offer, by what is wrong with them. */
const brokenSuites: readonly (readonly [RegExp, string])[] = [
  [/_NULL_/, 'suites without encryption'],
  [/_anon_/, 'suites without authentication'],
  [/_EXPORT_/, 'suites with keys of 40 bits, made to be broken'],
  [/_RC4_/, 'suites with RC4, whose output tells of the plaintext (RFC 7465)'],
  [/_(DES40?|RC2)_CBC/, 'suites with DES or RC2, which can be tried out'],
  [/_MD5$/, 'suites with MACs of MD5'],
];

const weakSuites: readonly (readonly [RegExp, string])[] = [
  [/3DES/, 'suites with 3DES, whose blocks are too short (Sweet32)'],
  [/^TLS_(RSA|DH|ECDH)_(?!anon)/, 'suites without forward secrecy'],
  [/_CBC_/, 'suites with CBC, which need care that not all peers take (Lucky Thirteen)'],
];

export function verdictOn(offer: Offer): Verdict {
  const findings = [
    ...versionFindings(offer),
    ...suiteFindings(offer),
    ...extensionFindings(offer),
    ...groupFindings(offer),
  ];
  const grade = findings.some(({ severity }) => severity === 'bad')
    ? 'bad'
    : findings.some(({ severity }) => severity === 'weak')
      ? 'weak'
      : 'good';
  return { grade, words: words[grade](offer), findings };
}

const words = {
  good: ({ postQuantum }: Offer) =>
    `What this client offers is good${postQuantum ? ', and its key exchange holds against quantum computers too.' : '.'}`,
  weak: () => 'This client can do well, and offers weak things beside: a server of old decides which it is.',
  bad: () => 'This client offers things that are broken: whoever is in between may bring it to use them.',
};

function versionFindings({ versions, compressionMethods }: Offer): Finding[] {
  const names = versions.map(({ name }) => name);
  const old = names.filter(name => /^SSL|^TLS 1\.[01]$/.test(name));
  return [
    ...found(old.length > 0, 'bad', `It offers ${old.join(' and ')}, which RFC 8996 ended.`),
    ...found(!names.includes('TLS 1.3'), 'weak', 'It does not offer TLS 1.3.'),
    ...found(
      compressionMethods.some(method => method !== 0),
      'bad',
      'It offers compression, which tells of secrets by lengths (CRIME).',
    ),
  ];
}

function suiteFindings({ cipherSuites }: Offer): Finding[] {
  const names = cipherSuites.map(({ name }) => name).filter(name => !name.endsWith('_SCSV'));
  const of = (rules: typeof brokenSuites, severity: Severity) =>
    rules.flatMap(([pattern, what]) => {
      const count = names.filter(name => pattern.test(name)).length;
      return found(count > 0, severity, `It offers ${what}: ${count}.`);
    });
  return [...of(brokenSuites, 'bad'), ...of(weakSuites, 'weak')];
}

function extensionFindings({ extensions, versions, cipherSuites, signatureSchemes }: Offer): Finding[] {
  const has = (type: string) => extensions.some(({ name }) => name === type);
  const speaks12 = versions.some(({ name }) => name === 'TLS 1.2');
  const secure =
    has('renegotiation_info') || cipherSuites.some(({ name }) => name === 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV');
  const sha1 = signatureSchemes.filter(({ name }) => /sha1/.test(name));
  return [
    ...found(
      !has('server_name'),
      'note',
      'It asks for no name: servers of many names cannot tell which certificate it wants.',
    ),
    ...found(
      speaks12 && !has('extended_master_secret'),
      'weak',
      'In TLS 1.2 its keys are not bound to the handshake (RFC 7627).',
    ),
    ...found(speaks12 && !secure, 'weak', 'It lacks secure renegotiation (RFC 5746).'),
    ...found(sha1.length > 0, 'weak', `It takes signatures with SHA-1: ${sha1.map(({ name }) => name).join(', ')}.`),
    ...found(
      cipherSuites.some(({ grease }) => grease),
      'note',
      'It sends reserved values (GREASE), so that servers keep ignoring what they do not know.',
    ),
  ];
}

function groupFindings({ groups, postQuantum, versions }: Offer): Finding[] {
  const modern = versions.some(({ name }) => name === 'TLS 1.3');
  return [
    ...found(
      modern && !postQuantum,
      'note',
      'It offers no post-quantum group: what is recorded today may be read one day.',
    ),
    ...found(
      groups.some(({ name }) => /^(sect|secp1|secp2)(?!56r1)/.test(name)),
      'weak',
      'It offers curves that are too small, or that nobody looks after any more.',
    ),
  ];
}

function found(is: boolean, severity: Severity, text: string): Finding[] {
  return is ? [{ severity, text }] : [];
}
