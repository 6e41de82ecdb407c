/** Whom to trust: a discriminated union, so that nothing is trusted by accident. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { toHex } from '@tlskit/tls-wire';
import { CertificateIndex } from './anchors.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { checkKeys, invalidOption } from './errors.ts';
import { loadCertificates } from './files.ts';

/** DER, or PEM with any number of certificates. */
export type CertificateSource = Uint8Array | string;

export type Trust =
  /** Trust anchors: whatever leads to one of them, by the rules, is good. */
  | { readonly roots: CertificateSource | readonly CertificateSource[] }
  /**
   * Public keys: `sha256/` and the base64 of the SHA-256 of a SubjectPublicKeyInfo (the form of RFC 7469 §2.4). A certificate that the
   * peer sends with such a key is a trust anchor, the leaf too; everything else is checked as ever: names, validity, purposes, and the
   * path from the leaf to the pinned certificate. What that certificate says is not vouched for, as anybody can write another around the
   * same key: constraints in it bind nobody who is able to leave them out.
   */
  | { readonly pins: readonly string[] }
  /**
   * No trust at all: any certificate that parses is taken, and what would have been refused is told in `problem`. With `roots` that
   * report is made against them.
   */
  | {
      readonly insecure: 'accept any certificate';
      readonly roots?: CertificateSource | readonly CertificateSource[];
    };

/** A trust that was read and checked. */
export interface TrustPolicy {
  readonly kind: 'roots' | 'pins' | 'insecure';
  /** The anchors for what a peer sent. */
  anchorsFor(sent: readonly Certificate[]): CertificateIndex;
  /** A digest of everything above: who trusts the same has the same. */
  readonly id: string;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` for anything but one of the three, `ERR_TLS_CERT_MALFORMED` for a root that does not parse */
export function readTrust(trust: Trust, provider: Pick<CryptoProvider, 'hashes' | 'name'>): TrustPolicy {
  if (typeof trust !== 'object' || trust === null) {
    throw invalidOption('trust is none of { roots }, { pins } and { insecure }');
  }
  const { sha256 } = provider.hashes;
  if (sha256 === undefined) throw invalidOption(`the provider ${provider.name} has no SHA-256`);
  if ('pins' in trust) {
    checkKeys('trust with pins', trust, ['pins']);
    const pins = readPins(trust.pins);
    return {
      kind: 'pins',
      anchorsFor: sent => new CertificateIndex(sent.filter(({ spki }) => pins.has(encodeBase64(sha256.digest(spki))))),
      id: digest(['pins', ...[...pins].sort()]),
    };
  }
  if ('insecure' in trust) {
    checkKeys('insecure trust', trust, ['insecure', 'roots']);
    if (trust.insecure !== 'accept any certificate') {
      throw invalidOption("insecure trust must be spelt out: { insecure: 'accept any certificate' }");
    }
    const anchors = readRoots(trust.roots ?? []);
    return { kind: 'insecure', anchorsFor: () => anchors, id: digest(['insecure']) };
  }
  checkKeys('trust', trust, ['roots']);
  const { roots } = trust as { readonly roots?: CertificateSource | readonly CertificateSource[] };
  if (roots === undefined) throw invalidOption('trust is none of { roots }, { pins } and { insecure }');
  const anchors = readRoots(roots);
  if (anchors.size === 0) throw invalidOption('trust with no roots trusts nobody');
  const fingerprints = anchors.all.map(root => toHex(sha256.digest(root.der)));
  return { kind: 'roots', anchorsFor: () => anchors, id: digest(['roots', ...fingerprints.sort()]) };

  function digest(parts: readonly string[]): string {
    return toHex((sha256 as NonNullable<typeof sha256>).digest(new TextEncoder().encode(parts.join('\n'))));
  }
}

function readRoots(roots: CertificateSource | readonly CertificateSource[]): CertificateIndex {
  const index = new CertificateIndex();
  for (const root of readCertificates(roots)) index.add(root);
  return index;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION`, `ERR_TLS_CERT_MALFORMED` */
export function readCertificates(given: CertificateSource | readonly CertificateSource[]): readonly Certificate[] {
  const sources: readonly unknown[] = Array.isArray(given) ? given : [given];
  return sources.flatMap(source => {
    if (typeof source !== 'string' && !(source instanceof Uint8Array)) {
      throw invalidOption('a certificate is neither PEM text nor DER bytes');
    }
    return loadCertificates(source).map(parseCertificate);
  });
}

function readPins(pins: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(pins) || pins.length === 0) throw invalidOption('trust with no pins trusts nobody');
  return new Set(
    pins.map(pin => {
      const base64 = typeof pin === 'string' && pin.startsWith('sha256/') ? pin.slice(7) : '';
      if (decodeBase64(base64)?.length !== 32) {
        throw invalidOption(`not a pin of the form sha256/<base64 of 32 bytes>: ${JSON.stringify(pin)}`);
      }
      return base64;
    }),
  );
}
