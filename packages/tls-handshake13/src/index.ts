import type { ClientModule, VersionModule } from '@tlskit/tls-handshake';
import { cipherSuiteInfo } from '@tlskit/tls-messages';
import { connect13 } from './client.ts';
import { TLS13 } from './context.ts';
import { extensions13 } from './extensions.ts';
import { offer13 } from './offer.ts';
import { accept13 } from './server.ts';

export { signedContent } from './authentication.ts';

/** The client's side of TLS 1.3 alone, for bundles that never serve. */
export const handshake13Client: ClientModule = {
  version: TLS13,
  name: 'TLS 1.3',
  extensions: extensions13,
  suiteInfo: cipherSuiteInfo,
  client: { offer: offer13, connect: connect13 },
};

/** TLS 1.3 (RFC 9846), for a `versions` list. */
export const handshake13: VersionModule = {
  version: TLS13,
  name: 'TLS 1.3',
  extensions: extensions13,
  suiteInfo: cipherSuiteInfo,
  client: { offer: offer13, connect: connect13 },
  server: accept13,
};
