import type { ClientConfig, ClientModule, ServerConfig, VersionModule, VersionNames } from '@tlskit/tls-handshake';
import { CipherSuite, cipherSuiteInfo, groupInfo, signatureSchemeInfo } from '@tlskit/tls-messages';
import { connect13 } from './client.ts';
import { TLS13 } from './context.ts';
import { extensions13 } from './extensions.ts';
import { offer13 } from './offer.ts';
import { accept13 } from './server.ts';

export { signedContent } from './authentication.ts';

const names: VersionNames = {
  cipherSuites: CipherSuite,
  // AES-128 leads, as in RFC 9846 §9.1; all three are of good strength.
  defaultCipherSuites: ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  isLegacy: () => false,
  supports(code, { aeads, hashes }) {
    const info = cipherSuiteInfo(code);
    return info !== undefined && aeads[info.aead] !== undefined && hashes[info.hash] !== undefined;
  },
  groupInfo,
  schemeInfo(code) {
    const info = signatureSchemeInfo(code);
    return info && { ...info, handshake: info.handshake13 };
  },
};

function isUsable(
  _side: 'client' | 'server',
  { cipherSuites, provider }: Pick<ClientConfig & ServerConfig, 'cipherSuites' | 'provider'>,
): boolean {
  return cipherSuites.some(code => names.supports(code, provider));
}

/** The client's side of TLS 1.3 alone, for bundles that never serve. */
export const handshake13Client: ClientModule = {
  version: TLS13,
  name: 'TLS 1.3',
  extensions: extensions13,
  suiteInfo: cipherSuiteInfo,
  names,
  isUsable,
  client: { offer: offer13, connect: connect13 },
};

/** TLS 1.3 (RFC 9846), for a `versions` list. */
export const handshake13: VersionModule = {
  version: TLS13,
  name: 'TLS 1.3',
  extensions: extensions13,
  suiteInfo: cipherSuiteInfo,
  names,
  isUsable,
  client: { offer: offer13, connect: connect13 },
  server: accept13,
};
