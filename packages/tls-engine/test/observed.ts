/** A whole conversation of two engines, with everything that each of them sent. */
import type { TlsError } from '@tlskit/tls-alerts';
import { decodeMessage, type Extension, type MessageDef } from '@tlskit/tls-messages';
import type { RecordObservation } from '@tlskit/tls-record';
import {
  type ClientEngineConfig,
  createClientEngine,
  createServerEngine,
  type Engine,
  type ServerEngineConfig,
} from '../src/index.ts';
import { clientConfig, serverConfig, takeAll } from './support.ts';

/** What one end sent, in order. */
export class Observed {
  readonly messages: Uint8Array[] = [];
  readonly records: RecordObservation[] = [];
  error: TlsError | undefined;

  readonly handlers = {
    message: ({ direction, bytes }: { readonly direction: 'in' | 'out'; readonly bytes: Uint8Array }) => {
      if (direction === 'out') this.messages.push(bytes.slice());
    },
    record: (record: RecordObservation) => {
      if (record.direction === 'out') this.records.push(record);
    },
    closed: (error: TlsError | undefined) => {
      this.error = error;
    },
  };

  /** HandshakeTypes. */
  get types(): readonly number[] {
    return this.messages.map(([type]) => type as number);
  }

  /** The bodies of all messages of a type. */
  all<T>(message: MessageDef<T>): readonly T[] {
    return this.messages.filter(([type]) => type === message.type).map(raw => decodeMessage(message, raw));
  }

  /** The first message of a type. */
  one<T>(message: MessageDef<T>): T {
    const [first] = this.all(message);
    if (first === undefined) throw new Error(`no ${message.name} was sent`);
    return first;
  }
}

export interface Conversation {
  readonly client: Observed;
  readonly server: Observed;
  readonly engines: { readonly client: Engine; readonly server: Engine };
}

/**
 * Runs both ends until neither has anything to say.
 * @param after what to do when they are connected, before they run on
 */
export function converse(
  client: Partial<ClientEngineConfig> = {},
  server: Partial<ServerEngineConfig> = {},
  after: (engines: Conversation['engines']) => void = () => {},
): Conversation {
  const seen = { client: new Observed(), server: new Observed() };
  const engines = {
    client: createClientEngine({ ...clientConfig, ...client }, seen.client.handlers),
    server: createServerEngine({ ...serverConfig, ...server }, seen.server.handlers),
  };
  engines.server.start();
  engines.client.start();
  carry(engines);
  after(engines);
  carry(engines);
  return { ...seen, engines };
}

function carry({ client, server }: Conversation['engines']): void {
  for (;;) {
    const up = takeAll(client);
    if (up.length > 0) server.receive(up);
    const down = takeAll(server);
    if (down.length > 0) client.receive(down);
    if (up.length === 0 && down.length === 0) return;
  }
}

export const typesOf = (extensions: readonly Extension[]): number[] => extensions.map(e => e.extension_type);
