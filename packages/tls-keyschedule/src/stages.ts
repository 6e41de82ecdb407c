/**
 * The key schedule of TLS 1.3 (RFC 9846 §7.1), one class a stage. A stage hands out what the RFC's diagram draws to
 * its right and becomes the stage below it, which consumes it: the secret is wiped and every later use throws.
 *
 *                  0
 *                  |
 *       PSK --> Extract = EarlySecret      +--> binderKey, clientEarlyTraffic, earlyExporter
 *                  |
 *   (EC)DHE --> Extract = HandshakeSecret  +--> client, server
 *                  |
 *         0 --> Extract = MainSecret       +--> client, server, exporter, resumption
 *
 * `transcriptHash` parameters end with the message that the method names. They are the caller's, and public.
 */
import { type Hash, wipe } from '@tlskit/tls-crypto';
import { ExporterSecret } from './exporter.ts';
import { deriveSecret, emptyHash, hkdfExtract } from './hkdf.ts';
import { OwnedSecret } from './owned.ts';
import { BinderKey, TrafficSecret } from './traffic.ts';

/** Where a PSK comes from: provisioned, from a ticket, or imported (RFC 9258 §5.2). */
export type PskKind = 'ext' | 'res' | 'imp';

/** Early Secret. Without a PSK it is HKDF-Extract(0, 0): it has no secrets to give, and the schedule begins here all the same. */
export class EarlySecret {
  readonly hash: Hash;
  readonly #secret: OwnedSecret;

  /** The salt of the next stage, where it is no secret. */
  readonly #salt: Uint8Array | undefined;

  private constructor(hash: Hash, secret: Uint8Array, salt?: Uint8Array) {
    this.hash = hash;
    this.#secret = new OwnedSecret('the early secret', secret);
    this.#salt = salt;
  }

  /** @param psk stays the caller's, who may need it for another hello */
  static from(hash: Hash, psk?: Uint8Array): EarlySecret {
    if (psk !== undefined) return new EarlySecret(hash, hkdfExtract(hash, undefined, psk));
    const { secret, salt } = withoutPsk(hash);
    return new EarlySecret(hash, secret.slice(), salt);
  }

  /** Made with another label for each kind, so that none passes for another (RFC 9846 §7.1). */
  binderKey(kind: PskKind): BinderKey {
    const { hash } = this;
    return new BinderKey(hash, deriveSecret(hash, this.#secret.bytes, `${kind} binder`, emptyHash(hash)));
  }

  /** client_early_traffic_secret. @param transcriptHash of ClientHello */
  clientEarlyTraffic(transcriptHash: Uint8Array): TrafficSecret {
    return traffic(this.hash, this.#secret, 'c e traffic', transcriptHash);
  }

  /**
   * early_exporter_secret, as bytes, which the caller wipes: RFC 9846 §7.5 wants no one to get the early exporter who
   * meant the other. Who does mean it makes an {@link ExporterSecret} of them.
   * @param transcriptHash of ClientHello
   */
  earlyExporter(transcriptHash: Uint8Array): Uint8Array {
    return deriveSecret(this.hash, this.#secret.bytes, 'e exp master', transcriptHash);
  }

  /** Consumes this stage. @param sharedSecret of the key exchange; absent for psk_ke. It is wiped, whatever happens. */
  toHandshake(sharedSecret?: Uint8Array): HandshakeSecret {
    try {
      return new HandshakeSecret(this.hash, advance(this.hash, this.#secret, sharedSecret, this.#salt));
    } finally {
      wipe(sharedSecret);
    }
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

/** Handshake Secret. Made by {@link EarlySecret.toHandshake}. */
export class HandshakeSecret {
  readonly hash: Hash;
  readonly #secret: OwnedSecret;

  /** @internal */
  constructor(hash: Hash, secret: Uint8Array) {
    this.hash = hash;
    this.#secret = new OwnedSecret('the handshake secret', secret);
  }

  /** client_handshake_traffic_secret. @param transcriptHash up to ServerHello */
  client(transcriptHash: Uint8Array): TrafficSecret {
    return traffic(this.hash, this.#secret, 'c hs traffic', transcriptHash);
  }

  /** server_handshake_traffic_secret. @param transcriptHash up to ServerHello */
  server(transcriptHash: Uint8Array): TrafficSecret {
    return traffic(this.hash, this.#secret, 's hs traffic', transcriptHash);
  }

  /** Consumes this stage. */
  toMain(): MainSecret {
    return new MainSecret(this.hash, advance(this.hash, this.#secret, undefined));
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

/** Main Secret. Made by {@link HandshakeSecret.toMain}; whoever has taken what he needs wipes it. */
export class MainSecret {
  readonly hash: Hash;
  readonly #secret: OwnedSecret;

  /** @internal */
  constructor(hash: Hash, secret: Uint8Array) {
    this.hash = hash;
    this.#secret = new OwnedSecret('the main secret', secret);
  }

  /** client_application_traffic_secret_0. @param transcriptHash up to the server's Finished */
  client(transcriptHash: Uint8Array): TrafficSecret {
    return traffic(this.hash, this.#secret, 'c ap traffic', transcriptHash);
  }

  /** server_application_traffic_secret_0. @param transcriptHash up to the server's Finished */
  server(transcriptHash: Uint8Array): TrafficSecret {
    return traffic(this.hash, this.#secret, 's ap traffic', transcriptHash);
  }

  /** exporter_secret. @param transcriptHash up to the server's Finished */
  exporter(transcriptHash: Uint8Array): ExporterSecret {
    return new ExporterSecret(this.hash, deriveSecret(this.hash, this.#secret.bytes, 'exp master', transcriptHash));
  }

  /** resumption_secret; the caller wipes it. @param transcriptHash up to the client's Finished */
  resumption(transcriptHash: Uint8Array): Uint8Array {
    return deriveSecret(this.hash, this.#secret.bytes, 'res master', transcriptHash);
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

function traffic(hash: Hash, secret: OwnedSecret, label: string, transcriptHash: Uint8Array): TrafficSecret {
  return new TrafficSecret(hash, deriveSecret(hash, secret.bytes, label, transcriptHash));
}

/** Derive-Secret(., "derived", ""): the salt of the next Extract. */
function derivedSalt(hash: Hash, secret: Uint8Array): Uint8Array {
  return deriveSecret(hash, secret, 'derived', emptyHash(hash));
}

/**
 * One step down the diagram. Wipes what it came from.
 * @param known the salt, where it is known, and no secret
 */
function advance(hash: Hash, secret: OwnedSecret, ikm: Uint8Array | undefined, known?: Uint8Array): Uint8Array {
  const { bytes } = secret;
  const salt = known ?? derivedSalt(hash, bytes);
  const next = hkdfExtract(hash, salt, ikm);
  if (known === undefined) wipe(salt);
  secret.wipe();
  return next;
}

/** The Early Secret of handshakes without a PSK, and what comes of it: the same for all, and no secrets. */
function withoutPsk(hash: Hash): { readonly secret: Uint8Array; readonly salt: Uint8Array } {
  let constants = constantsWithoutPsk.get(hash);
  if (constants === undefined) {
    const secret = hkdfExtract(hash, undefined, undefined);
    constants = { secret, salt: derivedSalt(hash, secret) };
    constantsWithoutPsk.set(hash, constants);
  }
  return constants;
}

const constantsWithoutPsk = new WeakMap<Hash, { readonly secret: Uint8Array; readonly salt: Uint8Array }>();
