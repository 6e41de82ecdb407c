/** The client's part of a ClientHello that TLS 1.2 alone has (RFC 5246 §7.4.1.2). */
import type { ClientConfig, ClientOffer, Flow } from '@tlskit/tls-handshake';
import { type CipherSuiteInfo12, cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { suiteOf } from './context.ts';
import { canExchange } from './key-exchange/index.ts';
import { offerSignals, offerTerms } from './terms.ts';

// biome-ignore lint/correctness/useYield: what other versions offer may take its time
export function* offer12(config: ClientConfig): Flow<ClientOffer> {
  const suites = usableSuites('client', config);
  return {
    cipherSuites: suites.map(({ code }) => code),
    signals: offerSignals(config),
    extensions: offerTerms(config, suites),
    wipe() {},
  };
}

/** The suites of a configuration that can be done here, best first. */
export function usableSuites(side: 'client' | 'server', config: Parameters<typeof canExchange>[1]): CipherSuiteInfo12[] {
  return config.cipherSuites
    .map(cipherSuiteInfo12)
    .filter(info => info !== undefined)
    .filter(info => suiteOf(config.provider, info) !== undefined && canExchange(side, config, info));
}
