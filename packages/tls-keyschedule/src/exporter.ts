/** Keying material for others: exporters (RFC 9846 §7.5, RFC 5705) and the PSKs of tickets (RFC 9846 §4.7.1) and of the importer (RFC 9258). */
import { type Hash, wipe } from '@tlskit/tls-crypto';
import { emptyHash, expandLabel, hkdfExpandLabel, hkdfExtract } from './hkdf.ts';
import { OwnedSecret } from './owned.ts';

export class ExporterSecret {
  readonly hash: Hash;
  readonly #secret: OwnedSecret;

  /** @param secret taken over: it is wiped with this object */
  constructor(hash: Hash, secret: Uint8Array) {
    this.hash = hash;
    this.#secret = new OwnedSecret('the exporter secret', secret);
  }

  /** The secret itself, for a key log. Not a copy. */
  get secret(): Uint8Array {
    return this.#secret.bytes;
  }

  /**
   * TLS-Exporter (RFC 9846 §7.5): the same bytes at both ends for the same label and context.
   * @param label at most 249 ASCII characters (RFC 5705 §4). HkdfLabel has no room for an empty one (RFC 9846 §7.1), and all other
   *   implementations take it: so does this
   * @param context any length; an empty one is the same as none
   * @param length bytes: 1 to 255 times `hash.outputLength`
   * @throws RangeError for a label or length out of bounds
   */
  export(label: string, context: Uint8Array, length: number): Uint8Array {
    const { hash } = this;
    const max = 255 * hash.outputLength;
    if (!Number.isInteger(length) || length < 1 || length > max) {
      throw new RangeError(`an exporter of ${hash.name} gives 1 to ${max} bytes, not ${length}`);
    }
    const secret = expandLabel(hash, this.#secret.bytes, label, emptyHash(hash), hash.outputLength);
    const contextHash = context.length === 0 ? emptyHash(hash) : hash.digest(context);
    const value = hkdfExpandLabel(hash, secret, 'exporter', contextHash, length);
    wipe(secret);
    return value;
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

/**
 * The PSK of one ticket (RFC 9846 §4.7.1): `hash.outputLength` bytes, which the caller wipes.
 * @param ticketNonce of the NewSessionTicket, at most 255 bytes
 */
export function resumptionPsk(hash: Hash, resumptionSecret: Uint8Array, ticketNonce: Uint8Array): Uint8Array {
  return hkdfExpandLabel(hash, resumptionSecret, 'resumption', ticketNonce, hash.outputLength);
}

/**
 * The key that an external one is imported as (RFC 9258 §5.1): `length` bytes, which the caller wipes.
 * @param hash of the external key
 * @param identity the ImportedIdentity as it is on the wire
 * @param length bytes of the output of the hash that the imported key is for
 */
export function importedPsk(hash: Hash, externalPsk: Uint8Array, identity: Uint8Array, length: number): Uint8Array {
  const extracted = hkdfExtract(hash, undefined, externalPsk);
  const imported = hkdfExpandLabel(hash, extracted, 'derived psk', hash.digest(identity), length);
  wipe(extracted);
  return imported;
}
