import {
  type ClientModule,
  type ClientVersion,
  checkDowngrade,
  clientParameters,
  type VersionModule,
  type VersionNames,
} from '@tlskit/tls-handshake';
import { AnyCipherSuite } from '@tlskit/tls-messages';
import { cipherSuiteInfo12, groupInfo12, signatureSchemeInfo12 } from '@tlskit/tls-messages/tls12';
import { connect12 } from './client.ts';
import { suiteOf, TLS12 } from './context.ts';
import { extensions12 } from './extensions.ts';
import { isUsable, offer12 } from './offer.ts';
import { accept12 } from './server.ts';

export { TLS12 } from './context.ts';

const names: VersionNames = {
  cipherSuites: AnyCipherSuite,
  // Those of RFC 9325 §4.2, and CHACHA20-POLY1305: fresh keys, signatures, AEADs.
  defaultCipherSuites: [
    'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  ],
  isLegacy(code) {
    const { keyExchange, authentication, protection } = cipherSuiteInfo12(code) ?? {};
    const signed = authentication === 'ECDSA' || authentication === 'RSA';
    return keyExchange !== 'ECDHE' || !signed || protection?.type !== 'aead' || /ccm-8$/.test(protection.aead);
  },
  supports(code, provider) {
    const info = cipherSuiteInfo12(code);
    return info !== undefined && suiteOf(provider, info) !== undefined;
  },
  groupInfo: groupInfo12,
  schemeInfo(code) {
    const info = signatureSchemeInfo12(code);
    return info && { ...info, handshake: true };
  },
};

const version = { version: TLS12, name: 'TLS 1.2' } as const;

const client: ClientVersion = {
  offer: offer12,
  selected: (config, answer) => checkDowngrade(config, answer, version),
  connect: connect12,
};

/** The client's side of TLS 1.2 alone, for bundles that never serve. */
export const handshake12Client: ClientModule = {
  ...version,
  extensions: extensions12,
  suiteInfo: cipherSuiteInfo12,
  names,
  isUsable,
  parameters: clientParameters,
  client,
};

/** TLS 1.2 (RFC 5246 and its updates), for a `versions` list. */
export const handshake12: VersionModule = {
  ...version,
  extensions: extensions12,
  suiteInfo: cipherSuiteInfo12,
  names,
  isUsable,
  parameters: clientParameters,
  client,
  server: accept12,
};
