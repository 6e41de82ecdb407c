/** The faults of a server: for everybody, or by the first label of the name that a client asks for. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
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
import { type ChosenFault, faultOf, faults } from './catalogue.ts';
import type { EffectChange } from './fault.ts';
import { FaultyTransport } from './transport.ts';

export class Faulty {
  readonly #always: readonly ChosenFault[];
  readonly #byLabel: boolean;

  /** @param always for everybody. @param byLabel whether names choose too */
  constructor(always: readonly ChosenFault[], byLabel: boolean) {
    this.#always = always;
    this.#byLabel = byLabel;
  }

  /** Other options, and versions whose flows are watched. */
  options(provider: CryptoProvider, given: TlsServerOptions): TlsServerOptions {
    const changed: TlsServerOptions = Object.assign(
      { ...given },
      ...this.#always.map(fault => fault.options?.(provider)),
    );
    const { versions } = changed;
    return { ...changed, versions: (versions ?? [tls13, tls12]).map(version => this.#watched(version)) };
  }

  transport(socket: Socket): Duplex {
    return new FaultyTransport(socket, name => this.#for(name).flatMap(({ records }) => records?.() ?? []));
  }

  /** The handshake is complete. */
  begin(socket: TlsSocket): void {
    for (const { begin } of this.#for(socket.info?.serverName)) begin?.(socket);
  }

  #for(serverName: string | undefined): readonly ChosenFault[] {
    const label = serverName?.split('.', 1)[0] ?? '';
    return this.#byLabel && Object.hasOwn(faults, label) ? [...this.#always, faultOf(label)] : this.#always;
  }

  #watched(version: EngineVersion): EngineVersion {
    const { handshake } = version;
    const server = (context: ServerContext, hello: ReceivedHello): Flow<Connected> => {
      const changes = this.#for(hello.serverName).flatMap(({ effects }) => effects?.() ?? []);
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
