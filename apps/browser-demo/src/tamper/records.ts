/** The records of a connection, in the order of sending. */
import type { RecordEntry } from '@tlskit/tls-inspect';
import type { Connection } from '../lab/run.ts';

export function recordsOf({ steps }: Connection): readonly RecordEntry[] {
  return steps.flatMap(step => (step.type === 'record' ? [step.entry] : []));
}
