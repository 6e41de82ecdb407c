/** How a chain was put together: what the order, the extra and the missing certificates say of who sent it (RFC 9846 §4.5.1.2). */
import { type Certificate, CertificateIndex, parseCertificate } from '@tlskit/tls-x509';
import { TlsError } from 'tlskit';

/** One certificate as it was sent. */
export interface SentCertificate {
  /** 1 for the first. */
  readonly number: number;
  readonly der: Uint8Array;
  /** Undefined where it does not parse. */
  readonly certificate: Certificate | undefined;
  /** Why it does not. */
  readonly error: TlsError | undefined;
}

/** Facts of a chain, by the numbers of its certificates. */
export interface ChainFacts {
  /** Whether each certificate names the next one as its issuer. */
  readonly inOrder: boolean;
  /** Those that were sent before. */
  readonly duplicates: readonly number[];
  /** Those that name nobody who issued the first, nor one above it. */
  readonly unrelated: readonly number[];
  /** Self-issued ones behind the first: who trusts them has them. */
  readonly roots: readonly number[];
  /** Those that do not parse. */
  readonly malformed: readonly number[];
  /** Names of issuers that were neither sent nor are trusted. */
  readonly missing: readonly string[];
}

export function readSent(chain: readonly Uint8Array[]): readonly SentCertificate[] {
  return chain.map((der, i) => {
    const number = i + 1;
    try {
      return { number, der, certificate: parseCertificate(der), error: undefined };
    } catch (error) {
      return { number, der, certificate: undefined, error: TlsError.from(error) };
    }
  });
}

export function factsOf(sent: readonly SentCertificate[], roots: readonly Certificate[]): ChainFacts {
  const anchors = new CertificateIndex(roots);
  const related = new Set<SentCertificate>();
  const missing = new Set<string>();
  const follow = (one: SentCertificate): void => {
    if (related.has(one) || one.certificate === undefined) return;
    related.add(one);
    const { certificate } = one;
    const issuers = sent.filter(other => other.certificate?.subject.equals(certificate.issuer));
    for (const issuer of issuers) follow(issuer);
    if (issuers.length === 0 && anchors.named(certificate.issuer).length === 0) missing.add(String(certificate.issuer));
  };
  if (sent[0] !== undefined) follow(sent[0]);
  const isDuplicate = ({ number, der }: SentCertificate): boolean =>
    sent.some(other => other.number < number && isSame(other.der, der));
  const numbers = (of: (one: SentCertificate) => boolean): number[] => sent.filter(of).map(({ number }) => number);
  return {
    inOrder: sent.every(({ certificate }, i) => {
      const before = sent[i - 1]?.certificate;
      return i === 0 || (certificate !== undefined && before?.issuer.equals(certificate.subject) === true);
    }),
    duplicates: numbers(isDuplicate),
    unrelated: numbers(one => one.certificate !== undefined && !related.has(one) && !isDuplicate(one)),
    roots: numbers(({ number, certificate }) => number > 1 && certificate?.isSelfIssued === true),
    malformed: numbers(({ certificate }) => certificate === undefined),
    missing: [...missing],
  };
}

/** Whether two certificates are the same. */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The facts in words, one line each; the first says whether all is as it should be. */
export function factLines(facts: ChainFacts, count: number): readonly string[] {
  const { duplicates, unrelated, roots, malformed, missing } = facts;
  const lines = [
    ...listed(duplicates, 'was sent before', 'were sent before'),
    ...listed(malformed, 'does not parse', 'do not parse'),
    ...listed(unrelated, 'has nothing to do with the first', 'have nothing to do with the first'),
    ...listed(roots, 'is self-issued, and need not be sent', 'are self-issued, and need not be sent'),
    ...missing.map(name => `missing: ${name || '(no name)'}`),
  ];
  if (count === 1) return lines.length === 0 ? ['alone'] : lines;
  return [facts.inOrder ? 'in order' : 'not in order: each should be issued by the next (RFC 9846 §4.5.1.2)', ...lines];
}

function listed(numbers: readonly number[], one: string, many: string): readonly string[] {
  if (numbers.length === 0) return [];
  const shown =
    numbers.length > 10 ? `${numbers.slice(0, 10).join(', ')} and ${numbers.length - 10} more` : numbers.join(', ');
  return [`certificate${numbers.length === 1 ? '' : 's'} ${shown} ${numbers.length === 1 ? one : many}`];
}
