/** Protected records of TLS 1.2, with the secret of a key log (RFC 5246 §6): apart, so that whoever looks at TLS 1.3 alone carries none of it. */
import type { CryptoProvider, Hash } from '@tlskit/tls-crypto';
import { MasterSecret12 } from '@tlskit/tls-keyschedule/tls12';
import {
  type ClientHello,
  encryptThenMacRow,
  findExtension,
  type ServerHello,
  truncatedHmacRow,
} from '@tlskit/tls-messages';
import { cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import type { RecordOpener } from '@tlskit/tls-record';
import { protection12 } from '@tlskit/tls-record/tls12';
import type { Sender } from './entry.ts';

/** Makes what opens the records of both directions; undefined where the suite or a part of the provider is not there. */
export type Openers12 = (
  provider: CryptoProvider,
  client: ClientHello,
  server: ServerHello,
  master: Uint8Array,
) => { readonly [S in Sender]: RecordOpener } | undefined;

/** To be given to a decoder as `tls12`. */
export const openers12: Openers12 = (provider, client, server, master) => {
  const suite = cipherSuiteInfo12(server.cipher_suite);
  const protection = suite && protection12(provider, suite.protection);
  const hash: Hash | undefined = suite && provider.hashes[suite.hash];
  if (protection === undefined || hash === undefined) return undefined;
  const secret = new MasterSecret12(hash, master.slice());
  const keys = secret.keyBlock(protection, client.random, server.random);
  const options = {
    encryptThenMac: findExtension(server.extensions, encryptThenMacRow, 'SH12') !== undefined,
    truncatedHmac: findExtension(server.extensions, truncatedHmacRow, 'SH12') !== undefined,
  };
  const openers = {
    client: protection.opener(keys.client, options),
    server: protection.opener(keys.server, options),
  };
  keys.wipe();
  secret.wipe();
  return openers;
};
