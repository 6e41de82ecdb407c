/** One end of a connection as it is watched: what it computes, says, hears and waits for, told as it happens. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { Engine, EngineHandlers } from '@tlskit/tls-engine';
import type { Sender } from '@tlskit/tls-inspect';
import type { RecordObservation } from '@tlskit/tls-record';
import type { OtherStep } from './connection.ts';
import { observed } from './derivations.ts';

export class Watch {
  readonly #at: Sender;
  readonly #engine: () => Engine;
  readonly #note: (step: OtherStep) => void;
  #state = '';

  /** @param engine which is there once it does anything */
  constructor(at: Sender, engine: () => Engine, note: (step: OtherStep) => void) {
    this.#at = at;
    this.#engine = engine;
    this.#note = note;
  }

  /** The same provider, whose derivations are told. */
  watched(provider: CryptoProvider): CryptoProvider {
    return observed(provider, derivation => this.#note({ type: 'derived', at: this.#at, derivation }));
  }

  /** Whether the end is in another state than it was. */
  look(): void {
    const { state, waitingFor } = this.#engine();
    if (state === this.#state) return;
    this.#state = state;
    this.#note({ type: 'state', at: this.#at, state, waitingFor });
  }

  handlers() {
    const at = this.#at;
    return {
      message: ({ direction, bytes }) => {
        // Several messages come in one record: the state in which this one was waited for is seen now.
        this.look();
        this.#note({ type: 'message', at, direction, bytes: bytes.slice() });
      },
      alert: ({ direction, name, description }) => {
        if (direction === 'out') this.#note({ type: 'alert', at, name: name ?? String(description) });
      },
      data: (bytes, early) => this.#note({ type: 'data', at, bytes: bytes.slice(), early }),
      connected: () => this.#note({ type: 'connected', at }),
      closed: error => this.#note({ type: 'closed', at, error }),
    } satisfies EngineHandlers;
  }
}

/** A record that may be kept: what an engine shows is its own memory. */
export function kept(record: RecordObservation): RecordObservation {
  return { ...record, bytes: record.bytes.slice(), content: record.content.slice() };
}
