/** Who signed a CRL, and whether to believe it (RFC 5280 §6.3.3 (f), (g)). */
import { TlsError } from '@tlskit/tls-alerts';
import type { PublicKey } from '@tlskit/tls-crypto';
import { equalBytes } from '@tlskit/tls-wire';
import type { CertificateIndex } from '../anchors.ts';
import type { Certificate } from '../certificate.ts';
import type { PathTools } from '../path-judge.ts';
import type { RevocationQuestion } from '../revocation.ts';
import type { Step } from '../step.ts';
import type { Crl } from './crl.ts';
import { crlRefusal } from './errors.ts';

export interface Signer {
  readonly certificate: Certificate;
  /** Its path to the anchor, itself first, where it is no part of the path that is judged. */
  readonly path: readonly Certificate[] | undefined;
}

/** Which keys have signed which CRLs: bytes do not change, and CRLs may be long. */
export class KnownSignatures {
  readonly #keys = new WeakMap<Crl, Uint8Array[]>();

  has(crl: Crl, spki: Uint8Array): boolean {
    return this.#keys.get(crl)?.some(known => equalBytes(known, spki)) === true;
  }

  add(crl: Crl, spki: Uint8Array): void {
    const keys = this.#keys.get(crl);
    if (keys === undefined) this.#keys.set(crl, [spki]);
    else keys.push(spki);
  }
}

/**
 * Finds the certificate whose key signed a CRL: it has the name of the CRL's issuer, its key may sign CRLs, and it leads to the anchor of
 * the path that is judged.
 *
 * @param issuers certificates that signers may have, beside those in the path and those that the peer sent
 * @param mayBeItself whether the certificate that is asked about may be the one: whoever issued the certificate of a signer may name that
 *   signer as who tells of it, and nobody else is a witness for himself
 * @throws TlsError `CRL_SIGNATURE_FAILURE`, `ERR_TLS_CRL_ISSUER`, or what is wrong with the signature's algorithm
 */
export function* findSigner(
  crl: Crl,
  question: RevocationQuestion,
  issuers: CertificateIndex,
  known: KnownSignatures,
  mayBeItself: boolean,
): Step<Signer> {
  const { certificate: asked, path, tools } = question;
  const above = path.slice(1).filter(({ subject }) => subject.equals(crl.issuer));
  const others = [...tools.named(crl.issuer), ...issuers.named(crl.issuer)].filter(
    ({ der, spki }) =>
      (mayBeItself || !equalBytes(spki, asked.spki)) && !above.some(other => equalBytes(other.der, der)),
  );
  let problem: TlsError | undefined;
  for (const certificate of [...likeliestFirst(crl, above), ...likeliestFirst(crl, others)]) {
    try {
      if (!(yield* isSignedBy(crl, certificate, tools, known))) continue;
      checkUsage(crl, certificate);
      if (above.includes(certificate)) return { certificate, path: undefined };
      return { certificate, path: yield* traced(crl, certificate, question, issuers) };
    } catch (error) {
      if (!(error instanceof TlsError)) throw error;
      problem ??= error;
    }
  }
  if (problem !== undefined) throw problem;
  if (above.length + others.length === 0) {
    throw crlRefusal('ERR_TLS_CRL_ISSUER', crl, 'no certificate of its issuer is there');
  }
  throw crlRefusal('CRL_SIGNATURE_FAILURE', crl, 'is signed by no key of its issuer that is known');
}

/** (g), (h). @throws TlsError when the algorithm is weak or unknown, or the key cannot be used */
export function* isSignedBy(
  crl: Crl,
  certificate: Certificate,
  tools: PathTools,
  known: KnownSignatures,
): Step<boolean> {
  const algorithm = readAlgorithm(crl, tools);
  const key: PublicKey = tools.key(certificate);
  if (known.has(crl, certificate.spki)) return true;
  const good = yield* tools.verify(key, algorithm, crl.tbs, crl.signature);
  if (good) known.add(crl, certificate.spki);
  return good;
}

function readAlgorithm(crl: Crl, tools: PathTools): ReturnType<PathTools['algorithm']> {
  try {
    return tools.algorithm(crl.signatureAlgorithm, crl);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    throw crlRefusal(error.code, crl, 'is signed by an algorithm that is weak, unknown or malformed', { cause: error });
  }
}

/** (f): a key usage that is there must say cRLSign. */
function checkUsage(crl: Crl, certificate: Certificate): void {
  if (certificate.keyUsage?.has('cRLSign') !== false) return;
  throw crlRefusal('ERR_TLS_CRL_ISSUER', crl, `is signed by the key of ${certificate.label}, which may not sign CRLs`);
}

/** (f): a valid path to the same anchor. */
function* traced(
  crl: Crl,
  certificate: Certificate,
  question: RevocationQuestion,
  issuers: CertificateIndex,
): Step<readonly Certificate[]> {
  const { path, tools } = question;
  const signer = `is signed by ${certificate.label}`;
  let found: readonly Certificate[];
  try {
    found = yield* tools.trace(certificate, path.at(-1) as Certificate, issuers.all);
  } catch (error) {
    if (!(error instanceof TlsError)) throw error;
    throw crlRefusal('ERR_TLS_CRL_ISSUER', crl, `${signer}, which does not lead to the anchor`, { cause: error });
  }
  if (crl.issuer.equals(question.certificate.issuer) && !hasSameSource(found, path)) {
    throw crlRefusal(
      'ERR_TLS_CRL_ISSUER',
      crl,
      `${signer}, a namesake of the certificate's issuer by another authority`,
    );
  }
  return found;
}

/**
 * Names are unique within what one authority issues, not below a whole anchor: another key of the certificate's issuer has been certified
 * by the same authority as the one in the path, or by that one itself (new keys with old, §3.2).
 */
function hasSameSource(signer: readonly Certificate[], [, issuer, above]: readonly Certificate[]): boolean {
  const source = signer[1];
  return source !== undefined && [issuer, above].some(other => other !== undefined && isSameAuthority(source, other));
}

function isSameAuthority(one: Certificate, other: Certificate): boolean {
  return equalBytes(one.spki, other.spki) && one.subject.equals(other.subject);
}

/** Key identifiers order, they do not decide. */
function likeliestFirst(crl: Crl, certificates: readonly Certificate[]): readonly Certificate[] {
  const wanted = crl.authorityKeyIdentifier?.keyIdentifier;
  if (wanted === undefined) return certificates;
  const isWanted = (certificate: Certificate): boolean => {
    try {
      const own = certificate.subjectKeyIdentifier;
      return own !== undefined && equalBytes(own, wanted);
    } catch {
      return false;
    }
  };
  return [...certificates.filter(isWanted), ...certificates.filter(certificate => !isWanted(certificate))];
}
