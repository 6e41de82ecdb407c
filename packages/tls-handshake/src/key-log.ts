/** Secrets for a key log (RFC 9850). */
import type { KeyLogLabel } from '@tlskit/tls-keyschedule';
import { emit, type Flow } from './flow.ts';

/** Emits secrets for the key log, if the configuration asks for them; the event carries a copy. */
export class KeyLog {
  readonly #clientRandom: Uint8Array;
  readonly #enabled: boolean;

  constructor(config: { readonly emitSecrets: boolean }, clientRandom: Uint8Array) {
    this.#enabled = config.emitSecrets;
    this.#clientRandom = clientRandom;
  }

  *secret(label: KeyLogLabel, { secret }: { readonly secret: Uint8Array }): Flow<void> {
    if (!this.#enabled) return;
    yield* emit({ type: 'secret', label, clientRandom: this.#clientRandom, secret: secret.slice() });
  }
}
