import type { ClientConfig, ClientModule, ServerConfig, VersionModule } from '@tlskit/tls-handshake';
import { cipherSuiteInfo } from '@tlskit/tls-messages';
import { connect13 } from './client.ts';
import { TLS13 } from './context.ts';
import { allClientFeatures } from './features.ts';
import { type ClientFeature, clientKit, combined, lacking } from './kit.ts';
import { offer13 } from './offer.ts';
import { supports } from './option-names.ts';
import { accept13 } from './server.ts';

export { signedContent } from './authentication.ts';
export {
  allClientFeatures,
  alpn,
  certificateCompression,
  certificateStatus,
  clientCredentials,
  delegatedCredentials,
  earlyDataExtension,
  heartbeatExtension,
  optionNames,
  postHandshakeAuth,
  psks,
  rawPublicKeys,
  recordLimitExtensions,
  srtp,
  ticketRequests,
} from './features.ts';
export type { ClientFeature } from './kit.ts';

function isUsable(
  _side: 'client' | 'server',
  { cipherSuites, provider }: Pick<ClientConfig & ServerConfig, 'cipherSuites' | 'provider'>,
): boolean {
  return cipherSuites.some(code => supports(code, provider));
}

/** The client's side of TLS 1.3 with these features alone: of the others a bundle carries nothing, and to ask for them is an error. */
export function clientHandshake13(...features: readonly ClientFeature[]): ClientModule {
  const kit = clientKit(combined(...features));
  return {
    version: TLS13,
    name: 'TLS 1.3',
    extensions: kit.extensions,
    suiteInfo: cipherSuiteInfo,
    get names() {
      if (kit.names === undefined) throw lacking('names');
      return kit.names;
    },
    isUsable,
    parameters: kit.parameters,
    client: { offer: config => offer13(config, kit), connect: connect13 },
  };
}

/** The client's side of TLS 1.3 alone, for bundles that never serve. */
export const handshake13Client: ClientModule = /* @__PURE__ */ clientHandshake13(allClientFeatures);

/** TLS 1.3 (RFC 9846), for a `versions` list. */
export const handshake13: VersionModule = /* @__PURE__ */ Object.assign({}, handshake13Client, { server: accept13 });
