/**
 * Certificates that were sent before, kept as they were read: by exact bytes, so that who sends them again has them neither parsed nor their
 * keys imported again. Nothing of what was found of them is kept: signatures, times, names and all else are looked at each time.
 */
import { equalBytes } from '@tlskit/tls-wire';
import { type Certificate, parseCertificate } from './certificate.ts';

/** Bytes of a certificate beyond which it is not kept: few have more, and who sends many of them is up to no good. */
const MAX_SIZE = 8192;

export class KnownCertificates {
  /** The least recently used first. */
  readonly #known = new Map<string, Certificate>();
  readonly #size: number;

  /** @param size how many are kept; 0 for none */
  constructor(size: number) {
    this.#size = size;
  }

  /**
   * The certificate of these bytes, which stay the caller's: what is read is a copy.
   *
   * @throws TlsError as {@link parseCertificate}; what does not parse is not kept
   */
  read(der: Uint8Array): Certificate {
    if (this.#size === 0 || der.length > MAX_SIZE) return parseCertificate(Uint8Array.from(der));
    // The end of a signature, and the length: whoever makes two alike has them displace one another.
    const place = String.fromCharCode(der.length, ...der.subarray(-16));
    let certificate = this.#known.get(place);
    if (certificate === undefined || !equalBytes(certificate.der, der)) {
      certificate = parseCertificate(Uint8Array.from(der));
    }
    this.#known.delete(place);
    this.#known.set(place, certificate);
    if (this.#known.size > this.#size) {
      const [oldest] = this.#known.keys();
      this.#known.delete(oldest as string);
    }
    return certificate;
  }
}
