/** `lemon-tls`, in the shape of `node:tls`, on `node:crypto`. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'lemon-tls';
import { overDuplex } from './duplex.ts';
import { address, type Group, host, Lacking, type Stack } from './stack.ts';

const groups: Partial<Record<Group, number>> = { x25519: 0x001d, secp256r1: 0x0017 };

export const lemon: Stack = {
  name: 'lemon-tls',
  crypto: 'node:crypto',
  client({ port, identity, group }) {
    const options = {
      host: address,
      port,
      servername: host,
      ca: identity.root,
      minVersion: 'TLSv1.3',
      ...(group === undefined ? {} : { groups: [groups[group]] }),
    };
    return {
      connect(beginning) {
        if (beginning !== 'full') throw new Lacking('not tried');
        const socket = tls.connect(options as Parameters<typeof tls.connect>[0]) as unknown as Duplex &
          Pick<Socket, 'setNoDelay'>;
        socket.on('connect', () => socket.setNoDelay(true));
        return overDuplex(socket, 'secureConnect');
      },
    };
  },
};
