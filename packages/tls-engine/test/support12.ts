/** TLS 1.2 between two engines, what both said in their hellos, and peers that break its rules. */
import type { Effect } from '@tlskit/tls-handshake';
import { type ClientHello, decodeMessage, encodeMessage, type ServerHello, serverHello } from '@tlskit/tls-messages';
import type { ClientSession } from '@tlskit/tls-session';
import { expect } from 'vitest';
import type { ClientEngineConfig, EngineVersion, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { type End, intercept, type Pair, pair, pump, sends } from './support.ts';

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: what both have where a test says nothing else. */
export const GCM = 0xc02b;

export const accept = { tls12: { renegotiation: 'accept' } } as const;

/** @param again whether it is not the first handshake of its connection */
export type Change = (effect: Effect, again: boolean) => Effect | readonly Effect[] | undefined;

/** TLS 1.2 whose client or server does something else with its effects. */
export function misbehaving12(
  role: 'client' | 'server',
  change: Change,
  version: EngineVersion = tls12,
): EngineVersion {
  const { handshake } = version;
  const { client, server } = handshake;
  const changed = (again: boolean) => (effect: Effect) => change(effect, again);
  return {
    ...version,
    handshake: {
      ...handshake,
      client: {
        ...client,
        connect: (context, offer, hello) => {
          const flow = client.connect(context, offer, hello);
          return role === 'server' ? flow : intercept(flow, changed(context.config.renegotiation !== undefined));
        },
      },
      server: (context, hello) => {
        const flow = server(context, hello);
        return role === 'client' ? flow : intercept(flow, changed(context.config.renegotiation !== undefined));
      },
    },
  };
}

/** A server whose ServerHellos are changed as they go out. @param again whether it is not the first of its connection */
export function answering12(change: (hello: ServerHello, again: boolean) => ServerHello): EngineVersion {
  return misbehaving12('server', (effect, again) =>
    sends(effect, serverHello)
      ? { ...effect, raw: encodeMessage(serverHello, change(decodeMessage(serverHello, effect.raw), again)) }
      : effect,
  );
}

/** A client whose hellos are changed before anything is made over them. @param which counts from 0 */
export function saying12(change: (hello: ClientHello, which: number) => ClientHello) {
  let which = 0;
  return { shapeHello: (hello: ClientHello) => change(hello, which++) };
}

/** Both ends, and the hellos as they went out. */
export interface Talk extends Pair {
  readonly clientHellos: readonly ClientHello[];
  readonly serverHellos: readonly ServerHello[];
}

/** Two engines of TLS 1.2 alone, unless they have other versions, to the end of what they have to say. */
export function connect12(client: Partial<ClientEngineConfig> = {}, server: Partial<ServerEngineConfig> = {}): Talk {
  const clientHellos: ClientHello[] = [];
  const serverHellos: ServerHello[] = [];
  const common = { versions: [tls12], cipherSuites: [GCM] };
  const given = { ...common, ...server };
  const ends = pair(
    { ...common, ...client },
    {
      ...given,
      versions: given.versions.map(version => watched(version as EngineVersion, serverHellos)),
      onClientHello: ({ hello }) => void clientHellos.push(hello),
    },
  );
  pump(ends);
  return { ...ends, clientHellos, serverHellos };
}

function watched(version: EngineVersion, hellos: ServerHello[]): EngineVersion {
  const { server } = version.handshake;
  const watch = (effect: Effect) => {
    if (sends(effect, serverHello)) hellos.push(decodeMessage(serverHello, effect.raw));
    return effect;
  };
  return { ...version, handshake: { ...version.handshake, server: (...args) => intercept(server(...args), watch) } };
}

export function noError({ client, server }: Pair): void {
  expect([client.error?.message, server.error?.message]).toEqual([undefined, undefined]);
  expect(client.connected).toBeDefined();
}

/** That data goes both ways. */
export function talk({ client, server }: Pair): void {
  const before = [server.text, client.text];
  client.engine.write(new TextEncoder().encode('up'));
  server.engine.write(new TextEncoder().encode('down'));
  pump({ client, server });
  expect([server.text, client.text]).toEqual([`${before[0]}up`, `${before[1]}down`]);
}

/** The session that came last. */
export function sessionOf({ events }: End): ClientSession {
  const session = events.findLast(event => event.type === 'session')?.session;
  if (session === undefined) throw new Error('no session');
  return session;
}

export function countOf({ events }: End, type: string): number {
  return events.filter(event => event.type === type).length;
}
