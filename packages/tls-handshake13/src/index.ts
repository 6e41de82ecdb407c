import type { ClientConfig, ClientModule, ServerConfig, VersionModule, VersionNames } from '@tlskit/tls-handshake';
import { CipherSuite, cipherSuiteInfo, groupInfo, signatureSchemeInfo } from '@tlskit/tls-messages';
import { connect13 } from './client.ts';
import { TLS13 } from './context.ts';
import { allClientFeatures } from './features.ts';
import { type ClientFeature, clientKit, combined } from './kit.ts';
import { offer13 } from './offer.ts';
import { accept13 } from './server.ts';

export { signedContent } from './authentication.ts';
export {
  allClientFeatures,
  certificateCompression,
  clientCredentials,
  delegatedCredentials,
  earlyData,
  heartbeatExtension,
  postHandshakeAuth,
  psks,
  rawPublicKeys,
  recordLimits,
  srtp,
  ticketRequests,
} from './features.ts';
export type { ClientFeature } from './kit.ts';

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

/** The client's side of TLS 1.3 with these features alone: of the others a bundle carries nothing, and to ask for them is an error. */
export function clientHandshake13(...features: readonly ClientFeature[]): ClientModule {
  const kit = clientKit(combined(...features));
  return {
    version: TLS13,
    name: 'TLS 1.3',
    extensions: kit.extensions,
    suiteInfo: cipherSuiteInfo,
    names,
    isUsable,
    parameters: kit.parameters,
    client: { offer: config => offer13(config, kit), connect: connect13 },
  };
}

/** The client's side of TLS 1.3 alone, for bundles that never serve. */
export const handshake13Client: ClientModule = /* @__PURE__ */ clientHandshake13(allClientFeatures);

/** TLS 1.3 (RFC 9846), for a `versions` list. */
export const handshake13: VersionModule = /* @__PURE__ */ Object.assign({}, handshake13Client, { server: accept13 });
