/** A client and a server of tlskit in one page: the transport between them is a loop. */
import { createInspector, type RecordEntry, type Sender } from '@tlskit/tls-inspect';
import type { TestCA } from '@tlskit/tls-testing';
import { createNobleProvider, hybridGroups, withExtras } from 'tlskit';
import {
  type ConnectionInfo,
  connectionInfo,
  createClientEngine,
  createServerEngine,
  type Engine,
  type EngineHandlers,
  type RecordObservation,
  type TlsError,
} from 'tlskit/engine';
import type { Choices } from './choices.ts';

/** The name that the server's certificate is for; nobody looks it up. */
export const SERVER_NAME = 'server.example';

export interface ConnectionHandlers {
  /** A record, in the order in which the client sent and read them. */
  entry(entry: RecordEntry): void;
  /** Application data, at the side that received it. */
  data(at: Sender, bytes: Uint8Array): void;
  /** One side was told that no more data comes. */
  end(at: Sender): void;
  /** One side is done, in order or by an error. */
  closed(at: Sender, error: TlsError | undefined): void;
}

export interface Connection {
  /** What was negotiated, as the client has it. */
  readonly info: ConnectionInfo | undefined;
  readonly keyLog: readonly string[];
  send(from: Sender, data: Uint8Array): void;
  close(from: Sender): void;
}

const provider = withExtras(createNobleProvider(), hybridGroups);

/** One authority for all connections of the page. */
let authority: Promise<TestCA> | undefined;

/** A new certificate, and a whole handshake in which the client verifies it. */
export async function connect(choices: Choices, handlers: ConnectionHandlers): Promise<Connection> {
  authority ??= createAuthority();
  const { certificate: root, issue } = await authority;
  const { chain, key } = await issue(SERVER_NAME);

  // A signer or verifier may take its time: the handshake is over when both are connected, or one has given up.
  const { promise: settled, resolve: settle } = deferred();
  const sealed: RecordObservation[] = [];
  const waiting = new Set<Sender>(['client', 'server']);
  const inspector = createInspector({ role: 'client', onEntry: handlers.entry });
  const client = createClientEngine(
    {
      provider,
      emitSecrets: true,
      trust: { roots: [root] },
      servername: SERVER_NAME,
      // All suites and groups are offered, and the server takes one; a share is sent for its group, or for none.
      keyShares: choices.helloRetry ? [] : [choices.group],
      compatibilityMode: choices.compatibilityMode,
    },
    { ...inspector.handlers, ...sideHandlers('client'), record },
  );
  const server = createServerEngine(
    { provider, cipherSuites: [choices.cipherSuite], groups: [choices.group], certificate: chain, key },
    sideHandlers('server'),
  );
  const engines: Record<Sender, Engine> = { client, server };
  server.start();
  client.start();
  carry();
  await settled;
  return {
    get info() {
      return client.connection === undefined ? undefined : connectionInfo(client.connection, provider);
    },
    keyLog: inspector.keyLog,
    send(from, data) {
      engines[from].write(data);
      carry();
    },
    close(from) {
      engines[from].close();
      carry();
    },
  };

  function sideHandlers(at: Sender): EngineHandlers {
    return {
      connected() {
        waiting.delete(at);
        if (waiting.size === 0) settle();
      },
      data: bytes => handlers.data(at, bytes),
      end: () => handlers.end(at),
      closed(error) {
        handlers.closed(at, error);
        settle();
      },
      wake: carry,
    };
  }

  /** A record that the client seals is not sent yet: it may be in the middle of reading the server's. */
  function record(seen: RecordObservation): void {
    if (seen.direction === 'out') sealed.push(seen);
    else inspector.handlers.record(seen);
  }

  /** Bytes both ways until neither side has any. */
  function carry(): void {
    for (let moved = true; moved; ) {
      const up = client.takeOutput();
      for (const seen of sealed.splice(0)) inspector.handlers.record(seen);
      for (const part of up) server.receive(part);
      const down = server.takeOutput();
      for (const part of down) client.receive(part);
      moved = up.length + down.length > 0;
    }
  }
}

/** What makes certificates is larger than what reads them: it is a file of its own. */
async function createAuthority(): Promise<TestCA> {
  const { createCA } = await import('@tlskit/tls-testing');
  return createCA({ provider, subject: 'Authority of this page' });
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>(done => {
    resolve = done;
  });
  return { promise, resolve };
}
