/** Two engines in one process, and nothing between them: what tlskit does when no socket is waited for. */
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCertificateVerifier, createCredential, TicketKeys } from 'tlskit';
import { createClientEngines, createServerEngines, type Engine } from 'tlskit/engine';
import { host, type Identity } from '../stacks/stack.ts';
import { cpuTime, repeatNow } from './cpu.ts';
import type { Length, Turn } from './turns.ts';

interface Ends {
  readonly client: Engine;
  readonly server: Engine;
  /** Bytes of data that the server has read. */
  received(): number;
}

const makers = new Map<string, () => Ends>();

/** What outlives a connection is made once, and not for each turn: what is compiled for one provider is thrown away when another comes. */
function makerOf(identity: Identity): () => Ends {
  const make = makers.get(identity.key) ?? maker(identity);
  makers.set(identity.key, make);
  return make;
}

function maker(identity: Identity): () => Ends {
  const provider = createNodeProvider();
  const { certificate, key, root } = identity;
  const verifier = createCertificateVerifier({ provider, trust: { roots: root }, profile: 'webpki' });
  const credential = createCredential({ provider, certificate, key });
  const tickets = new TicketKeys({ provider, now: Date.now });
  const common = { provider, groups: ['x25519'], cipherSuites: ['TLS_AES_128_GCM_SHA256'] };
  let bytes = 0;
  const serve = createServerEngines({ ...common, selectCredential: () => credential, tickets });
  const connect = createClientEngines({ ...common, verifier, servername: host });
  return () => {
    bytes = 0;
    const data = (chunk: Uint8Array) => {
      bytes += chunk.length;
    };
    const server = serve({ data });
    const client = connect();
    server.start();
    client.start();
    pump(client, server);
    if (client.closed || server.closed) throw new Error('the handshake failed');
    return { client, server, received: () => bytes };
  };
}

/** Full handshakes with all that follows of themselves: both tickets are made, sent and read. */
export function engineHandshakes(identity: Identity, length: Length): Turn {
  const make = makerOf(identity);
  return repeatNow(length, () => {
    const { client } = make();
    // A connection that nobody would wait for: this does, as no promise is in it.
    client.write(new Uint8Array(1));
  });
}

const block = new Uint8Array(65_536);

/** Data from client to server, sealed and opened. */
export function engineTransfer(identity: Identity, bytes: number): Turn {
  const { client, server, received } = makerOf(identity)();
  const begin = cpuTime();
  for (let at = 0; at < bytes; at += block.length) {
    client.write(block);
    pump(client, server);
  }
  const milliseconds = cpuTime() - begin;
  if (received() < bytes) throw new Error(`${received()} of ${bytes} bytes came`);
  return { units: received(), milliseconds };
}

function pump(client: Engine, server: Engine): void {
  for (;;) {
    const [up, down] = [client.takeOutput(), server.takeOutput()];
    for (const part of up) server.receive(part);
    for (const part of down) client.receive(part);
    if (up.length === 0 && down.length === 0) return;
  }
}
