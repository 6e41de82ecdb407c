/** What both sides of a TLS 1.2 handshake do with the things that the shared floor hands them. */
import { TlsError } from '@tlskit/tls-alerts';
import { type CryptoProvider, type Hash, wipe } from '@tlskit/tls-crypto';
import { type Connected, type Flow, keys } from '@tlskit/tls-handshake';
import {
  type ExporterSecret12,
  type KeyBlock,
  type KeyBlockLengths,
  MasterSecret12,
} from '@tlskit/tls-keyschedule/tls12';
import type { CipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import type { Terms } from './terms.ts';

export { illegal } from '@tlskit/tls-handshake';

export const TLS12 = 0x0303;

/** A suite with the primitives behind it. */
export interface Suite {
  readonly info: CipherSuiteInfo12;
  readonly hash: Hash;
  readonly lengths: KeyBlockLengths;
}

/** The suite, or undefined where the provider lacks a part of it. */
export function suiteOf(provider: CryptoProvider, info: CipherSuiteInfo12): Suite | undefined {
  const hash = provider.hashes[info.hash];
  const lengths = keyBlockLengths(provider, info.protection);
  return hash && lengths && { info, hash, lengths };
}

/** What a suite's key block has for each direction (RFC 5246 §6.3; RFC 5288 §3, RFC 7905 §2, RFC 6655 §3 for the IVs of AEADs). */
function keyBlockLengths(
  provider: CryptoProvider,
  protection: CipherSuiteInfo12['protection'],
): KeyBlockLengths | undefined {
  if (protection.type === 'aead') {
    const aead = provider.aeads[protection.aead];
    const ivLength = protection.aead === 'chacha20-poly1305' ? 12 : 4;
    return aead && { macKeyLength: 0, keyLength: aead.keyLength, ivLength };
  }
  const mac = provider.hashes[protection.mac];
  if (protection.type === 'null') return mac && { macKeyLength: mac.outputLength, keyLength: 0, ivLength: 0 };
  const cipher = provider.blockCiphers?.[protection.cipher];
  // RFC 5246 §6.2.3.2: each record brings an IV of its own.
  return mac && cipher && { macKeyLength: mac.outputLength, keyLength: cipher.keyLength, ivLength: 0 };
}

/** Both randoms, which keys and signatures are made over. */
export interface Randoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/**
 * The master secret (RFC 5246 §8.1), or the extended one (RFC 7627 §4).
 * @param premaster wiped
 * @param sessionHash of all messages up to and including ClientKeyExchange
 */
export function masterSecret(
  suite: Suite,
  { extendedMasterSecret }: Terms,
  premaster: Uint8Array,
  randoms: Randoms,
  sessionHash: () => Uint8Array,
): MasterSecret12 {
  return extendedMasterSecret
    ? MasterSecret12.deriveExtended(suite.hash, premaster, sessionHash())
    : MasterSecret12.derive(suite.hash, premaster, randoms.client, randoms.server);
}

/**
 * The exporter of a connection (RFC 5705). RFC 7627 §5.4: who is between both sides may have a master secret with each that is not
 * bound to its handshake, and the same: "the client or server MUST NOT export any key material based on" it.
 */
export function exporting(
  exporter: ExporterSecret12,
  { extendedMasterSecret }: Pick<Terms, 'extendedMasterSecret'>,
): Connected['exportKeyingMaterial'] {
  return (label, context, length) => {
    if (extendedMasterSecret) return exporter.export(label, context, length);
    throw new TlsError('ERR_TLS_INVALID_STATE', 'nothing is exported in TLS 1.2 without extended_master_secret', {
      rfc: 'RFC 7627 §5.4',
    });
  };
}

/** The keys of both directions, each installed when its change_cipher_spec is sent or has come (RFC 5246 §6.3, §7.1). */
export class ConnectionKeys {
  readonly #suite: Suite;
  readonly #terms: Terms;
  readonly #block: KeyBlock;

  constructor(suite: Suite, terms: Terms, master: MasterSecret12, randoms: Randoms) {
    this.#suite = suite;
    this.#terms = terms;
    this.#block = master.keyBlock(suite.lengths, randoms.client, randoms.server);
  }

  *install(direction: 'read' | 'write', sender: 'client' | 'server'): Flow<void> {
    const { macKey, key, iv } = this.#block[sender];
    yield* keys(direction, 'handshake', {
      version: TLS12,
      protection: this.#suite.info.protection,
      // Of their own: the receiver wipes them, and a key block is wiped as a whole.
      macKey: macKey.slice(),
      key: key.slice(),
      iv: iv.slice(),
      encryptThenMac: this.#terms.encryptThenMac,
      truncatedHmac: this.#terms.truncatedHmac,
    });
  }

  wipe(): void {
    this.#block.wipe();
  }
}

/** A secret in bytes, for `Secrets` to wipe. */
export function wipeable(bytes: Uint8Array): { readonly bytes: Uint8Array; wipe(): void } {
  return { bytes, wipe: () => wipe(bytes) };
}

/** RFC 5746 §5: whoever was known is not somebody else all of a sudden. */
export function anotherCertificate(): TlsError {
  return new TlsError('ERR_TLS_ILLEGAL_PARAMETER', 'the peer renegotiates with another certificate', {
    rfc: 'RFC 5746 §5',
  });
}

/** Both agree on nothing, or on what is not safe: handshake_failure (RFC 5246 §7.2.2). */
export function refused(message: string, rfc: string): TlsError {
  return new TlsError('ERR_TLS_REFUSED', message, { rfc });
}
