/** Keys of `node:crypto` as options take them. */
import type { KeyObject } from 'node:crypto';
import { CryptoError, type SigningKey } from '@tlskit/tls-crypto';
import { createKeyObjectSigningKey } from '@tlskit/tls-crypto-node';
import { invalid } from '../options/check.ts';

/**
 * What `key` takes, of a private KeyObject of `node:crypto`, which may live in an engine: it is not exported.
 *
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for a public or secret KeyObject, and kinds of keys that sign nothing
 */
export function keyFromKeyObject(key: KeyObject): SigningKey {
  try {
    return createKeyObjectSigningKey(key);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw invalid(`the KeyObject cannot be used: ${error.message}`, error);
  }
}
