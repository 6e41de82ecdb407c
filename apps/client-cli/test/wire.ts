/** What a client sends, in a form that two connections can be compared in: without what is random. */

import {
  AnyCipherSuite,
  clientHello,
  decodeMessage,
  ExtensionType,
  findExtension,
  HandshakeType,
  keyShareRow,
  NamedGroup,
  preSharedKeyRow,
} from '@tlskit/tls-messages';
import type { TestCA } from '@tlskit/tls-testing';
import type { TlsServerOptions, TlsSocket } from 'tlskit/node';
import { tlsServer } from './support.ts';

const ContentType = { application_data: 23 };

/** What went over the wire, by what it is: `cipher_suites`, an extension's name, a message's name, `alert`. */
export type Wire = Readonly<Record<string, string>>;

export interface WireServer {
  readonly port: number;
  /** What the clients sent, each by itself, in their order. */
  readonly seen: readonly Wire[];
  /** All that was sent has come: no connection stands. */
  closed(): Promise<void>;
}

/** A server that keeps what its clients send. */
export async function wireServer(options: Omit<TlsServerOptions, 'inspectConnection'> = {}): Promise<WireServer> {
  const seen: Record<string, string>[] = [];
  const closing: Promise<void>[] = [];
  const begun = (socket: TlsSocket): void => {
    closing.push(new Promise(resolve => void socket.once('close', resolve)));
  };
  const handlers: Omit<TlsServerOptions, 'maxConnections'> = {
    ...options,
    // One for each connection: they come one after another.
    inspect: {
      message({ direction, bytes }) {
        if (direction === 'out') return;
        if (bytes[0] === HandshakeType.values.client_hello) seen.push({});
        Object.assign(seen.at(-1) ?? {}, describedMessage(bytes));
      },
      alert({ direction, name = '' }) {
        if (direction === 'in') Object.assign(seen.at(-1) ?? {}, { alert: name });
      },
      record({ direction, type, innerType = type, content }) {
        const wire = seen.at(-1);
        if (direction === 'in' && innerType === ContentType.application_data && wire !== undefined) {
          wire.data = (wire.data ?? '') + Buffer.from(content).toString();
        }
      },
    },
  };
  const port = await tlsServer(socket => socket.resume(), handlers, begun);
  return {
    port,
    seen,
    async closed() {
      await Promise.all(closing);
    },
  };
}

/** The names of what differs. */
export function differences(one: Wire, other: Wire): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(name => one[name] !== other[name]).sort();
}

/** A server that asks for certificates of this authority. */
export const asking = (ca: TestCA): TlsServerOptions => ({ clientAuth: 'request', trust: { roots: [ca.pem] } });

function describedMessage(bytes: Uint8Array): Record<string, string> {
  const name = HandshakeType.label(bytes[0] as number);
  if (name === 'client_hello') return describedHello(bytes);
  // Of these the form is what counts: their contents are keys, signatures and MACs.
  if (['finished', 'certificate_verify', 'client_key_exchange_RESERVED'].includes(name)) return {};
  return { [name]: Buffer.from(bytes.subarray(4)).toString('hex') };
}

function describedHello(bytes: Uint8Array): Record<string, string> {
  const { cipher_suites, extensions } = decodeMessage(clientHello, bytes);
  const wire: Record<string, string> = { cipher_suites: cipher_suites.map(AnyCipherSuite.label).join() };
  for (const { extension_type, extension_data } of extensions) {
    wire[ExtensionType.label(extension_type)] = Buffer.from(extension_data).toString('hex');
  }
  const shares = findExtension(extensions, keyShareRow, 'CH')?.client_shares;
  if (shares !== undefined) wire.key_share = shares.map(({ group }) => NamedGroup.label(group)).join();
  const psks = findExtension(extensions, preSharedKeyRow, 'CH');
  if (psks !== undefined) {
    const names = psks.identities.map(({ identity }) => Buffer.from(identity).toString('latin1'));
    wire.pre_shared_key = [...names, ...psks.binders.map(({ length }) => length)].join();
  }
  return wire;
}
