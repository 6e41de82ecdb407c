/** Trust anchors by name. They are taken as they are: nobody checks who signed them. */
import { equalBytes } from '@tlskit/tls-wire';
import type { Certificate } from './certificate.ts';
import type { DistinguishedName } from './distinguished-name.ts';

/** Certificates by subject, under the equality of RFC 5280 §7.1; each once. */
export class CertificateIndex {
  readonly #bySubject = new Map<string, Certificate[]>();
  readonly #all: Certificate[] = [];

  constructor(certificates: Iterable<Certificate> = []) {
    for (const certificate of certificates) this.add(certificate);
  }

  get size(): number {
    return this.#all.length;
  }

  get all(): readonly Certificate[] {
    return this.#all;
  }

  add(certificate: Certificate): void {
    const key = certificate.subject.key;
    const same = this.#bySubject.get(key);
    if (same?.some(other => equalBytes(other.der, certificate.der))) return;
    this.#all.push(certificate);
    if (same === undefined) this.#bySubject.set(key, [certificate]);
    else same.push(certificate);
  }

  /** Those with this subject. */
  named(name: DistinguishedName): readonly Certificate[] {
    return this.#bySubject.get(name.key) ?? [];
  }

  /** Whether this very certificate is there. */
  has(certificate: Certificate): boolean {
    return this.named(certificate.subject).some(other => equalBytes(other.der, certificate.der));
  }
}
