import type { ClientModule, VersionModule } from '@tlskit/tls-handshake';
import { cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { connect12 } from './client.ts';
import { TLS12 } from './context.ts';
import { extensions12 } from './extensions.ts';
import { offer12 } from './offer.ts';
import { accept12 } from './server.ts';

export { TLS12 } from './context.ts';

/** The client's side of TLS 1.2 alone, for bundles that never serve. */
export const handshake12Client: ClientModule = {
  version: TLS12,
  name: 'TLS 1.2',
  extensions: extensions12,
  suiteInfo: cipherSuiteInfo12,
  client: { offer: offer12, connect: connect12 },
};

/** TLS 1.2 (RFC 5246 and its updates), for a `versions` list. */
export const handshake12: VersionModule = {
  version: TLS12,
  name: 'TLS 1.2',
  extensions: extensions12,
  suiteInfo: cipherSuiteInfo12,
  client: { offer: offer12, connect: connect12 },
  server: accept12,
};
