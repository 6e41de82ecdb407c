/** A TLS 1.2 connection of node:tls with itself by PSK, and all that it tells of its secrets. */
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net';
import { connect, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { concat } from '@tlskit/tls-wire';

export interface PskConnection {
  /** ClientHello to ClientKeyExchange, in order. */
  readonly messages: readonly Uint8Array[];
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  /** Hexadecimal, as logged. */
  readonly masterSecret: string;
  /** verify_data. */
  readonly clientFinished: Uint8Array;
  readonly serverFinished: Uint8Array;
  /** Values of 40 bytes, hexadecimal. */
  readonly exported: readonly string[];
}

// SSL_OP_NO_EXTENDED_MASTER_SECRET and SSL_OP_NO_TICKET of OpenSSL 3.
const [noExtended, noTicket] = [1, 0x4000];

export async function connectByPsk(options: {
  readonly cipher: string;
  readonly psk: Uint8Array;
  readonly extended: boolean;
  readonly exports: readonly (readonly [label: string, context?: Uint8Array])[];
}): Promise<PskConnection> {
  const { cipher, psk, extended, exports } = options;
  const secureOptions = noTicket | (extended ? 0 : noExtended);
  const common = { ciphers: `${cipher}:@SECLEVEL=0`, maxVersion: 'TLSv1.2', secureOptions } as const;
  const server = createTlsServer({ ...common, pskCallback: () => psk }, socket => socket.end('bye'));
  const bytes = { client: [] as Uint8Array[], server: [] as Uint8Array[] };
  // A relay in between sees what goes over the wire.
  const relay = createServer(client => {
    const onward = connectTcp((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('data', chunk => bytes.client.push(chunk)).pipe(onward);
    onward.on('data', chunk => bytes.server.push(chunk)).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const pskCallback = () => ({ psk, identity: 'me' });
  const { port } = relay.address() as AddressInfo;
  const checkServerIdentity = () => undefined;
  const client: TLSSocket = connect({ ...common, port, host: '127.0.0.1', pskCallback, checkServerIdentity });
  let line = '';
  client.on('keylog', (logged: Buffer) => {
    line = logged.toString('latin1').trim();
  });
  await once(client, 'secureConnect');
  const finished = { client: client.getFinished(), server: client.getPeerFinished() };
  const exported = exports.map(([label, context]) =>
    // Node's types say that the context must be there; OpenSSL tells none from an empty one.
    (client.exportKeyingMaterial as (...all: unknown[]) => Buffer)(
      40,
      label,
      ...(context ? [Buffer.from(context)] : []),
    ).toString('hex'),
  );
  client.resume().end();
  await once(client, 'close');
  relay.close();
  server.close();
  const [ofClient, ofServer] = [messagesOf(concat(...bytes.client)), messagesOf(concat(...bytes.server))];
  const [hello, ...rest] = ofClient as [Uint8Array, ...Uint8Array[]];
  return {
    messages: [hello, ...ofServer, ...rest],
    clientRandom: hello.slice(6, 38),
    serverRandom: (ofServer[0] as Uint8Array).slice(6, 38),
    masterSecret: line.split(' ')[2] as string,
    clientFinished: new Uint8Array(finished.client as Buffer),
    serverFinished: new Uint8Array(finished.server as Buffer),
    exported,
  };
}

/** Handshake messages in records up to the first change_cipher_spec. */
function messagesOf(stream: Uint8Array): Uint8Array[] {
  const content: Uint8Array[] = [];
  for (let at = 0; stream[at] === 22; ) {
    const end = at + 5 + (((stream[at + 3] as number) << 8) | (stream[at + 4] as number));
    content.push(stream.subarray(at + 5, end));
    at = end;
  }
  const all = concat(...content);
  const messages: Uint8Array[] = [];
  for (let at = 0; at < all.length; ) {
    const length = ((all[at + 1] as number) << 16) | ((all[at + 2] as number) << 8) | (all[at + 3] as number);
    messages.push(all.slice(at, at + 4 + length));
    at += 4 + length;
  }
  return messages;
}
