/** A passphrase in the encodings that files have it in. */
import { TlsError } from '@tlskit/tls-alerts';
import { invalidOption } from '../errors.ts';

/** Copies, to be wiped. */
export interface Passphrase {
  /** For PKCS#8, PBES2 and PEM. */
  readonly octets: Uint8Array;
  /** For PKCS#12: UTF-16, big-endian, with two zero octets at the end (RFC 7292 §B.1). */
  readonly bmp: Uint8Array;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` for what is neither text nor bytes */
export function passphraseOf(given: string | Uint8Array): Passphrase {
  if (typeof given !== 'string' && !(given instanceof Uint8Array)) throw invalidOption('passphrase is text, or bytes');
  const octets = typeof given === 'string' ? new TextEncoder().encode(given) : Uint8Array.from(given);
  const text = typeof given === 'string' ? given : textOf(given);
  const bmp = new Uint8Array(2 * text.length + 2);
  for (let i = 0; i < text.length; i++) {
    bmp[2 * i] = text.charCodeAt(i) >> 8;
    bmp[2 * i + 1] = text.charCodeAt(i) & 0xff;
  }
  return { octets, bmp };
}

/** UTF-8, or else each byte a character. */
function textOf(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    return Array.from(octets, octet => String.fromCharCode(octet)).join('');
  }
}

/** Neither can be told from the other: what is decrypted wrongly looks like any damage. */
export function wrongPassphrase(what: string, cause?: unknown): TlsError {
  const message = `${what}: the passphrase is wrong, or the file is damaged`;
  return new TlsError('ERR_TLS_PASSPHRASE', message, cause === undefined ? {} : { cause });
}
