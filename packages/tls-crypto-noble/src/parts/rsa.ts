import type { ProviderPart } from '@tlskit/tls-crypto';
import { oid } from '../keys/oids.ts';
import { isOfKind } from '../keys/plain.ts';
import { type PublicKeyParts, parseSpki } from '../keys/spki.ts';
import { rsaPublicKey } from '../rsa.ts';

/** Public keys of RSA, `id-RSASSA-PSS` ones among them. */
export const rsaKeys: ProviderPart = base => ({
  keys: { rsa: true },
  importPublicKey(spki) {
    if (!isOfKind([{ oid: oid.rsaEncryption }, { oid: oid.rsassaPss }], spki)) return base.importPublicKey(spki);
    const copy = Uint8Array.from(spki);
    return rsaPublicKey(parseSpki(copy, []) as Extract<PublicKeyParts, { type: 'rsa' }>, copy, base.hashes);
  },
});
