/** The client's part of a ClientHello that TLS 1.2 alone has (RFC 5246 §7.4.1.2). */
import { wipe } from '@tlskit/tls-crypto';
import type { ClientConfig, ClientOffer, Flow, ServerConfig } from '@tlskit/tls-handshake';
import { type CipherSuiteInfo12, cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { suiteOf, TLS12 } from './context.ts';
import { isFiniteField } from './key-exchange/ecdhe.ts';
import { canExchange, knownKeys, type Unversioned } from './key-exchange/index.ts';
import { type OfferedSession, offerSession, offerTicket } from './session-offer.ts';
import { isElliptic, offerSignals, offerTerms } from './terms.ts';

/** The offer with what the handshake needs of it later. */
export interface Offer12 extends ClientOffer {
  readonly session: OfferedSession | undefined;
}

export function* offer12(config: ClientConfig): Flow<ClientOffer> {
  const suites = usableSuites('client', config);
  const goesBackToKey = config.session?.version === TLS12 && config.session.externalPsk !== undefined;
  const session = offerSession(config, goesBackToKey ? yield* knownKeys(config) : undefined);
  const offer: Offer12 = {
    cipherSuites: suites.map(({ code }) => code),
    signals: offerSignals(config),
    groups: ofUse(config, suites),
    extensions: [...offerTerms(config, suites), ...offerTicket(config, session)],
    ...(session === undefined ? {} : { sessionId: session.sessionId }),
    session,
    wipe() {
      session?.wipe();
      // The handshake takes the session over.
      if (config.session?.version === TLS12) wipe(config.session.psk);
    },
  };
  return offer;
}

/** Whether there is any suite that can be done here. */
export function isUsable(...side: Side): boolean {
  return usableSuites(...side).length > 0;
}

/** RFC 8422 §4: "The client MUST NOT include these extensions … if it does not propose any ECC cipher suites." */
function ofUse({ groups }: ClientConfig, suites: readonly CipherSuiteInfo12[]): readonly number[] {
  if (suites.some(isElliptic)) return groups;
  return groups.filter(isFiniteField);
}

/** The suites of a configuration that can be done here, best first. */
export function usableSuites(...[side, config]: Side): CipherSuiteInfo12[] {
  return config.cipherSuites
    .map(cipherSuiteInfo12)
    .filter(info => info !== undefined)
    .filter(info => suiteOf(config.provider, info) !== undefined && canExchange(side, config, info))
    .filter(({ authentication }) => authentication === 'PSK' || !('pskOnly' in config && config.pskOnly === true));
}

type Side = ['client', Unversioned<ClientConfig>] | ['server', Unversioned<ServerConfig>];
