/** What is asked of a connection once it stands: keying material (RFC 9846 §7.5, RFC 5705), an update of keys (RFC 9846 §4.7.3). */
import { bytesOf, integerOf, type OptionRows, UsageError } from '@tlskit/cli-kit';
import type { TlsSocket } from 'tlskit/node';

export const askOptions = {
  export: {
    elsewhere: ['keymatexport', 'exporter'],
    value: 'LABEL:LEN',
    many: true,
    help: 'Export LEN bytes of keying material under this label, such as EXPORTER-Channel-Binding:32. May be given several times.',
  },
  'export-context': {
    value: 'HEX',
    needs: ['export'],
    help: 'The context of what is exported; in TLS 1.2 none is another than an empty one, which is 0x.',
  },
  'key-update': {
    elsewhere: ['keyupdate', 'rekey'],
    value: 'WHOSE',
    optional: true,
    help: 'Update our keys as soon as the connection stands, and ask the server to update its own; with ours, do not ask.',
  },
} as const satisfies OptionRows;

export interface Asked {
  readonly exports: readonly { readonly label: string; readonly length: number }[];
  readonly context: Uint8Array | undefined;
  /** Whose keys are to be updated. */
  readonly keyUpdate: 'ours' | 'both' | undefined;
}

/** What came of it. */
export interface Answers {
  readonly exports: readonly Exported[];
  readonly keyUpdate: KeyUpdates | undefined;
}

export interface Exported {
  readonly label: string;
  readonly context: Uint8Array | undefined;
  readonly value: Uint8Array;
}

export interface KeyUpdates {
  /** Whether the server was asked. */
  readonly requested: boolean;
  /** How many times each side has updated its keys, until now. */
  ours: number;
  peers: number;
}

interface AskValues {
  readonly export?: readonly string[];
  readonly 'export-context'?: string;
  readonly 'key-update'?: string | true;
}

/** RFC 9846 §7.1: HKDF-Expand-Label gives up to 255 times the hash; of SHA-256 that is the least. */
const MAX_EXPORT = 255 * 32;

/** @throws UsageError */
export function askedOf(values: AskValues): Asked {
  const { 'export-context': context, 'key-update': update } = values;
  if (update !== undefined && update !== true && update !== 'ours' && update !== 'both') {
    throw new UsageError(`--key-update is ours or both, not ${JSON.stringify(update)}`);
  }
  return {
    exports: (values.export ?? []).map(exportOf),
    context:
      context === undefined ? undefined : context === '0x' ? new Uint8Array(0) : bytesOf('--export-context', context),
    keyUpdate: update === true ? 'both' : update,
  };
}

function exportOf(text: string): Asked['exports'][number] {
  const [, label, length] = /^(.+):(\d+)$/s.exec(text) ?? [];
  if (label === undefined || length === undefined)
    throw new UsageError(`--export is LABEL:LEN, not ${JSON.stringify(text)}`);
  return { label, length: integerOf('the length of --export', length, 1, MAX_EXPORT) };
}

/** The connection has no such thing. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** Asks it. @throws Unanswered */
export function ask(socket: TlsSocket, { exports, context, keyUpdate }: Asked): Answers {
  const exported = exports.map(({ label, length }) => ({
    label,
    context,
    value: exportedBy(socket, label, context, length),
  }));
  if (keyUpdate === undefined) return { exports: exported, keyUpdate: undefined };
  if (socket.info?.protocol !== 'TLSv1.3') {
    throw new Unanswered(`--key-update: ${socket.info?.protocol} has no updates of keys`);
  }
  const updates: KeyUpdates = { requested: keyUpdate === 'both', ours: 0, peers: 0 };
  socket.on('keyUpdate', ({ direction }) => {
    if (direction === 'write') updates.ours++;
    else updates.peers++;
  });
  socket.updateKeys({ requestPeer: updates.requested });
  return { exports: exported, keyUpdate: updates };
}

function exportedBy(socket: TlsSocket, label: string, context: Uint8Array | undefined, length: number): Uint8Array {
  try {
    return socket.exportKeyingMaterial(label, context, length);
  } catch (error) {
    throw new Unanswered(`--export ${label}: ${error instanceof Error ? error.message : error}`);
  }
}
