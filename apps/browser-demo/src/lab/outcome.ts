/** What became of a connection with which somebody meddled: who noticed, by which check, and what the other was told. */
import type { Sender } from '@tlskit/tls-inspect';
import type { Connection } from './run.ts';

export type Outcome =
  /** Nobody noticed anything, and nothing was different. */
  | { readonly type: 'accepted' }
  /** Nobody noticed, and data came that was not what was said. It must not be. */
  | { readonly type: 'forged' }
  /** Each waits for the other: what is missing may still come, as far as they know. */
  | { readonly type: 'waiting'; readonly client: string; readonly server: string }
  | {
      readonly type: 'noticed';
      readonly by: Sender;
      /** The code of the error. */
      readonly code: string;
      readonly message: string;
      /** The RFC's name of the state. */
      readonly state: string | undefined;
      /** What the other was told; undefined where nothing was said. */
      readonly alert: string | undefined;
    };

/** @param undisturbed the same connection without anybody in between */
export function outcomeOf(connection: Connection, undisturbed: Connection): Outcome {
  const noticed = connection.steps.find(step => step.type === 'closed' && step.error?.sentBy === 'us');
  if (noticed?.type === 'closed' && noticed.error !== undefined) {
    const { code, message, state, alert } = noticed.error;
    return { type: 'noticed', by: noticed.at, code, message, state, alert };
  }
  const closed = connection.steps.filter(step => step.type === 'closed');
  if (closed.length === 2) {
    return said(connection) === said(undisturbed) ? { type: 'accepted' } : { type: 'forged' };
  }
  const waits = (at: Sender) => connection.steps.findLast(step => step.type === 'state' && step.at === at);
  const [client, server] = [waits('client'), waits('server')];
  return {
    type: 'waiting',
    client: client?.type === 'state' ? client.state : '',
    server: server?.type === 'state' ? server.state : '',
  };
}

/** All data, as it arrived at either end, and what was agreed on. */
function said({ steps, info }: Connection): string {
  const data = steps.flatMap(step => (step.type === 'data' ? [`${step.at} ${step.bytes.join(',')}`] : []));
  return [info?.protocol, info?.cipherSuite.name, info?.group?.name, info?.alpn, ...data].join('\n');
}
