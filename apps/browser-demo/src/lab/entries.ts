/** From what was seen on the wire to what a page shows: records with their fields, the key log, and what was negotiated. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { createInspector, type RecordEntry } from '@tlskit/tls-inspect';
import { connectionInfo } from 'tlskit/engine';
import { NOW } from './clock.ts';
import type { Connection, Step } from './connection.ts';
import type { Seen } from './meeting.ts';

export function connectionOf({ happenings, connected }: Seen, provider: CryptoProvider): Connection {
  const inspector = createInspector({ role: 'client' });
  const steps = happenings.flatMap((happening): Step[] => {
    switch (happening.type) {
      case 'event':
        inspector.handlers.event(happening.event);
        return [];
      case 'sent': {
        const { time, record, from, arrived } = happening;
        inspector.handlers.record({ ...record, direction: from === 'client' ? 'out' : 'in' });
        return [{ type: 'record', time, entry: inspector.entries.at(-1) as RecordEntry, arrived }];
      }
      default:
        return [happening];
    }
  });
  return { openedAt: NOW, steps, keyLog: inspector.keyLog, info: connected && connectionInfo(connected, provider) };
}
