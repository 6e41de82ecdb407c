/** Which suites' key exchanges can be done at all, before anybody has said a word. */
import type { SigningKey } from '@tlskit/tls-crypto';
import type { ClientConfig, ServerConfig } from '@tlskit/tls-handshake';
import { NamedGroup } from '@tlskit/tls-messages';
import type { CipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { curveOf } from './ecdhe.ts';
import { hasPsks } from './psk.ts';
import { encryptsRsa } from './rsa.ts';
import { certificateCurves } from './static-dh.ts';

/**
 * Whether the provider has what the suite's key exchange takes, and the configuration the keys for it. That the peer has a group
 * in common is another question, and so is a certificate's key, unless it is given here.
 * @param key of a server's certificate, where it is chosen already: not every key decrypts, or agrees
 */
export function canExchange(
  side: 'client' | 'server',
  config: Unversioned<ClientConfig> | Unversioned<ServerConfig>,
  suite: CipherSuiteInfo12,
  key?: SigningKey,
): boolean {
  if (suite.authentication === 'PSK' && !hasKeys(side, config)) return false;
  switch (suite.keyExchange) {
    case 'PSK':
      return true;
    case 'ECDHE':
      return config.groups.some(code => curveOf(config, code) !== undefined);
    case 'DHE':
      // Servers that do not know RFC 7919 send any group, and clients that do not know it take one that is not named.
      return config.provider.finiteField !== undefined;
    case 'RSA':
      if (side === 'client') return encryptsRsa(config.provider);
      return key === undefined || key.decryptPkcs1 !== undefined;
    case 'ECDH':
      if (side === 'server' && key !== undefined) return key.agree !== undefined;
      return certificateCurves.some(curve => curveOf(config, NamedGroup.values[curve]) !== undefined);
    case 'DH':
      if (side === 'server' && key !== undefined) return key.agree !== undefined;
      return config.provider.keys.dh === true && config.provider.finiteField !== undefined;
  }
}

/** Options leave out versions by what can be done in them. */
export type Unversioned<Config> = Omit<Config, 'versions'>;

function hasKeys(side: 'client' | 'server', config: Unversioned<ClientConfig> | Unversioned<ServerConfig>): boolean {
  return side === 'client'
    ? hasPsks(config as Unversioned<ClientConfig>)
    : (config as Unversioned<ServerConfig>).pskLookup !== undefined;
}
