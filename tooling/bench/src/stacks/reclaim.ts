/** `@reclaimprotocol/tls`: a client alone. */
import { type crypto, setCryptoImplementation } from '@reclaimprotocol/tls';
import { reclaimClient } from './reclaim-client.ts';
import { Lacking, type Stack } from './stack.ts';
import { openTcp, overTcp } from './tcp.ts';

/** @param crypto what its cryptography is called; one for the whole process */
export function reclaim(crypto_: string, implementation: typeof crypto): Stack {
  setCryptoImplementation(implementation);
  return {
    name: '@reclaimprotocol/tls',
    crypto: crypto_,
    async client(settings) {
      const connect = await reclaimClient(settings);
      return {
        async connect(beginning) {
          if (beginning !== 'full') throw new Lacking('not tried');
          return connect(overTcp(await openTcp(settings.port)));
        },
      };
    },
  };
}
