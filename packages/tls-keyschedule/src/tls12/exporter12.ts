/** Exporters of TLS 1.2 (RFC 5705 §4). */
import type { Hash } from '@tlskit/tls-crypto';
import { OwnedSecret } from '../owned.ts';
import { prf12 } from './prf.ts';

/** Labels that the PRF bears inside of TLS, which no exporter may (RFC 5705 §4, RFC 7627 §4). */
const reserved: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'client finished',
  'server finished',
  'master secret',
  'extended master secret',
  'key expansion',
]);

/** Most bytes of one value: a bound of our own, for the PRF has none. */
const maxLength = 2 ** 16;

export class ExporterSecret12 {
  readonly hash: Hash;
  readonly #secret: OwnedSecret;
  readonly #randoms: readonly [Uint8Array, Uint8Array];

  /** @param secret the master secret, taken over: it is wiped with this object */
  constructor(hash: Hash, secret: Uint8Array, clientRandom: Uint8Array, serverRandom: Uint8Array) {
    this.hash = hash;
    this.#secret = new OwnedSecret('the exporter secret', secret);
    this.#randoms = [new Uint8Array(clientRandom), new Uint8Array(serverRandom)];
  }

  /**
   * The same bytes at both ends for the same label and context, where the handshake had extended_master_secret: without it they
   * may be those of another connection too (RFC 7627 §1), and whoever exports asks first.
   * @param label ASCII characters, and none of TLS's own
   * @param context at most 2^16-1 bytes; none is not the same as an empty one, unlike in TLS 1.3
   * @param length 1 to 65536 bytes
   * @throws RangeError for a label, context or length out of bounds
   */
  export(label: string, context: Uint8Array | undefined, length: number): Uint8Array {
    if (reserved.has(label)) throw new RangeError(`no label for an exporter: ${JSON.stringify(label)}`);
    if (!Number.isInteger(length) || length < 1 || length > maxLength) {
      throw new RangeError(`an exporter gives 1 to ${maxLength} bytes, not ${length}`);
    }
    const seed = context === undefined ? this.#randoms : [...this.#randoms, lengthOf(context), context];
    return prf12(this.hash, this.#secret.bytes, label, seed, length);
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

/** `context_value_length`, an uint16. */
function lengthOf(context: Uint8Array): Uint8Array {
  if (context.length > 0xffff) throw new RangeError(`a context has at most 65535 bytes, got ${context.length}`);
  return Uint8Array.of(context.length >>> 8, context.length & 0xff);
}
