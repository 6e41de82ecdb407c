/** A hash of node:crypto in the provider's form: another implementation than the one that users of the package run. */
import { createHash, createHmac } from 'node:crypto';
import type { Hash, HashContext, HashName } from '@tlskit/tls-crypto';

export function nodeHash(name: HashName): Hash {
  return {
    name,
    outputLength: createHash(name).digest().length,
    blockLength: name === 'sha384' || name === 'sha512' ? 128 : 64,
    create: () => context(createHash(name)),
    digest(...parts) {
      const hash = createHash(name);
      for (const part of parts) hash.update(part);
      return new Uint8Array(hash.digest());
    },
    hmac(key, ...parts) {
      const hmac = createHmac(name, key);
      for (const part of parts) hmac.update(part);
      return new Uint8Array(hmac.digest());
    },
  };
}

function context(hash: ReturnType<typeof createHash>): HashContext {
  return {
    update(data) {
      hash.update(data);
      return this;
    },
    digest: () => new Uint8Array(hash.copy().digest()),
    clone: () => context(hash.copy()),
  };
}
