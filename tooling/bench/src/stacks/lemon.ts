/** `lemon-tls`, in the shape of `node:tls`, on `node:crypto`. */
import type { Duplex } from 'node:stream';
import tls from 'lemon-tls';
import { overDuplex } from './duplex.ts';
import { type Group, host, Lacking, type Stack } from './stack.ts';
import { openTcp } from './tcp.ts';

const groups: Partial<Record<Group, number>> = { x25519: 0x001d, secp256r1: 0x0017 };

export const lemon: Stack = {
  name: 'lemon-tls',
  crypto: 'node:crypto',
  client({ port, identity, group }) {
    const options = {
      isServer: false,
      servername: host,
      ca: identity.root,
      minVersion: 'TLSv1.3',
      ...(group === undefined ? {} : { groups: [groups[group]] }),
    };
    return {
      async connect(beginning) {
        if (beginning !== 'full') throw new Lacking('not tried');
        // Of its own making it would wait for acknowledgements of small segments.
        const tcp = await openTcp(port);
        const socket = new tls.TLSSocket(tcp, options as ConstructorParameters<typeof tls.TLSSocket>[1]);
        return overDuplex(socket as unknown as Duplex, 'secureConnect');
      },
    };
  },
};
