/** Connections as files that other programs read: a capture with its secrets inside, and a key log. */
import type { Sender } from '@tlskit/tls-inspect';
import { type CaptureWriter, createCaptureWriter } from '@tlskit/tls-inspect/pcapng';
import { concat } from '@tlskit/tls-wire';
import type { Connection } from '../lab/run.ts';

/** A pcapng file. @param connections in the order in which they were made */
export function captureOf(connections: readonly Connection[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const writer = createCaptureWriter({ write: bytes => void parts.push(bytes), application: 'tlskit browser demo' });
  let after = 0;
  for (const connection of connections) after = add(writer, connection, after) + 1;
  return concat(...parts);
}

/** A key log (RFC 9850). */
export function keyLogOf(connections: readonly Connection[]): string {
  const lines = new Set(connections.flatMap(({ keyLog }) => keyLog));
  return [...lines].map(line => `${line}\n`).join('');
}

/**
 * What a capture at the receiving ends has: what arrived, and when.
 * @param after not to begin before, in milliseconds since 1970
 * @returns when the connection ended
 */
function add(writer: CaptureWriter, { steps, keyLog, openedAt }: Connection, after: number): number {
  const began = Math.max(openedAt, after);
  const captured = writer.connection({ openedAt: began });
  // All that can be known is known by now: the secrets stand before the first packet.
  for (const line of keyLog) captured.secret(line);
  for (const step of steps) {
    if (step.type !== 'record') continue;
    for (const bytes of step.arrived) captured.bytes(step.entry.sender, bytes, began + step.time);
  }
  const ended = began + (steps.at(-1)?.time ?? 0);
  const closed = steps.flatMap(step => (step.type === 'closed' ? [step.at] : []));
  for (const sender of new Set<Sender>(closed)) captured.end(sender, ended);
  captured.flush();
  return ended;
}
