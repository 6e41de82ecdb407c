/** What options may name for TLS 1.3, and what is on where they name nothing. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { VersionNames } from '@tlskit/tls-handshake';
import { CipherSuite, cipherSuiteInfo, groupInfo, signatureSchemeInfo } from '@tlskit/tls-messages';
import type { ClientFeature } from './kit.ts';

/** Names, for the options of `tlskit`: a configuration that is made by hand has numbers. */
export const optionNames: ClientFeature = {
  names: {
    cipherSuites: CipherSuite,
    // AES-128 leads, as in RFC 9846 §9.1; all three are of good strength.
    defaultCipherSuites: ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
    isLegacy: () => false,
    supports,
    groupInfo,
    schemeInfo(code) {
      const info = signatureSchemeInfo(code);
      return info && { ...info, handshake: info.handshake13 };
    },
  } satisfies VersionNames,
};

/** Whether the provider has what the suite is made of. */
export function supports(code: number, { aeads, hashes }: CryptoProvider): boolean {
  const info = cipherSuiteInfo(code);
  return info !== undefined && aeads[info.aead] !== undefined && hashes[info.hash] !== undefined;
}
