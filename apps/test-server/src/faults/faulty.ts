/** A server with faults: what becomes of its options, of its versions' flows, and of its connections' transports. */
import type { Socket } from 'node:net';
import {
  type Connected,
  type Effect,
  type Flow,
  intercepted,
  type ReceivedHello,
  type ServerContext,
} from '@tlskit/tls-handshake';
import type { CryptoProvider, EngineVersion } from 'tlskit';
import { type TlsServerOptions, type TlsSocket, tls12, tls13 } from 'tlskit/node';
import type { ChosenFault } from './catalogue.ts';
import type { EffectChange } from './fault.ts';
import { FaultyTransport } from './transport.ts';

export class Faulty {
  readonly #faults: readonly ChosenFault[];

  constructor(faults: readonly ChosenFault[]) {
    this.#faults = faults;
  }

  /** Other options, and versions whose flows are watched. */
  options(provider: CryptoProvider, given: TlsServerOptions): TlsServerOptions {
    const changed = { ...given };
    for (const fault of this.#faults) Object.assign(changed, fault.options?.(provider, changed));
    const { versions } = changed;
    return { ...changed, versions: (versions ?? [tls13, tls12]).map(version => this.#watched(version)) };
  }

  transport(socket: Socket): FaultyTransport {
    return new FaultyTransport(
      socket,
      this.#faults.flatMap(({ records }) => records?.() ?? []),
    );
  }

  /** The handshake is complete. */
  begin(socket: TlsSocket): void {
    for (const { begin } of this.#faults) begin?.(socket);
  }

  #watched(version: EngineVersion): EngineVersion {
    const { handshake } = version;
    const server = (context: ServerContext, hello: ReceivedHello): Flow<Connected> => {
      const changes = this.#faults.flatMap(({ effects }) => effects?.() ?? []);
      return changes.reduce(connecting, handshake.server(context, hello));
    };
    return { ...version, handshake: { ...handshake, server } };
  }
}

/** A handshake's flow, and the one that goes on behind it. */
function* connecting(flow: Flow<Connected>, change: EffectChange): Flow<Connected> {
  const connected = yield* intercepted(flow, effect => changed(effect, change));
  return { ...connected, postHandshake: intercepted(connected.postHandshake, effect => changed(effect, change)) };
}

function* changed(effect: Effect, change: EffectChange): Flow<unknown> {
  const effects = change(effect) ?? [];
  let answer: unknown;
  for (const each of 'op' in effects ? [effects] : effects) answer = yield each;
  return answer;
}
