/** TCP alone: what a stack over Node's sockets cannot go beyond. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { overDuplex } from './duplex.ts';
import { address, Lacking, type Stack } from './stack.ts';

export const rawNet: Stack = {
  name: 'net',
  crypto: 'none',
  async listen(_, serve) {
    const server = createServer({ noDelay: true }, serve);
    server.listen({ port: 0, host: address, backlog: 4096 });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  client: ({ port }) => ({
    connect(beginning) {
      if (beginning !== 'full') throw new Lacking('net resumes nothing');
      return overDuplex(connect({ host: address, port, noDelay: true }), 'connect');
    },
  }),
};
