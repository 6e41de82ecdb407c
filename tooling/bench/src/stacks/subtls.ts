/** `subtls`: a client alone, on WebCrypto. */
import { SocketReadQueue } from 'subtls';
import { Lacking, type Stack } from './stack.ts';
import { subtlsClient } from './subtls-client.ts';
import { openTcp, overTcp } from './tcp.ts';

export const subtls: Stack = {
  name: 'subtls',
  crypto: 'WebCrypto',
  async client(settings) {
    const connect = await subtlsClient(settings);
    return {
      async connect(beginning) {
        if (beginning !== 'full') throw new Lacking('it resumes nothing');
        const socket = await openTcp(settings.port);
        return connect(new SocketReadQueue(socket), overTcp(socket));
      },
    };
  },
};
