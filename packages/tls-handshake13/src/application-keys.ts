/** The traffic secrets of a standing connection, and how they are updated (RFC 9846 §4.7.3, §7.2). */
import { emit, type Flow, type KeyLog, send } from '@tlskit/tls-handshake';
import type { TrafficSecret } from '@tlskit/tls-keyschedule';
import { KeyUpdateRequest, keyUpdate } from '@tlskit/tls-messages';
import { illegal, install, type Suite } from './context.ts';

interface FirstKeys {
  readonly suite: Suite;
  readonly log: KeyLog;
  readonly read: TrafficSecret;
  readonly write: TrafficSecret;
}

/** The traffic secrets of both directions through their generations. */
export class ApplicationKeys {
  readonly #c: FirstKeys;
  readonly #labels: { readonly read: 'CLIENT' | 'SERVER'; readonly write: 'CLIENT' | 'SERVER' };
  #read: TrafficSecret;
  #write: TrafficSecret;
  #readGeneration: number;
  #writeGeneration: number;
  /** Whether we asked for an update that has not come: until then we do not ask again. */
  #requested = false;

  /** @param generation updates that were made before, in each direction */
  constructor(c: FirstKeys, role: 'client' | 'server', generation = 0) {
    this.#c = c;
    this.#readGeneration = this.#writeGeneration = generation;
    this.#labels = role === 'client' ? { read: 'SERVER', write: 'CLIENT' } : { read: 'CLIENT', write: 'SERVER' };
    this.#read = c.read;
    this.#write = c.write;
  }

  /** The secret that the peer sends under now. */
  get read(): TrafficSecret {
    return this.#read;
  }

  /** The secret that we send under now. */
  get write(): TrafficSecret {
    return this.#write;
  }

  /** <-- [KeyUpdate] */
  *updated(request: number): Flow<void> {
    const { update_not_requested, update_requested } = KeyUpdateRequest.values;
    if (request !== update_not_requested && request !== update_requested) {
      throw illegal(`request_update is ${request}`, 'RFC 9846 §4.7.3');
    }
    const answers = this.#requested;
    this.#requested = false;
    this.#read = this.#read.next();
    this.#readGeneration++;
    yield* this.#c.log.secret(`${this.#labels.read}_TRAFFIC_SECRET_${this.#readGeneration}`, this.#read);
    yield* install(this.#c.suite, 'read', 'application', this.#read);
    // When to answer is for whoever knows what is being sent: he gives the command.
    yield* emit({ type: 'key-update', direction: 'read', requested: request === update_requested, answers });
  }

  /** [KeyUpdate] -->, the last message under the old keys */
  *update(requestPeer: boolean): Flow<void> {
    // "sending implementations MUST NOT allow the epoch to exceed 2^48-1" (RFC 9846 §4.7.3)
    if (this.#writeGeneration >= 2 ** 48 - 1) return;
    const ask = requestPeer && !this.#requested;
    this.#requested ||= ask;
    const { update_not_requested, update_requested } = KeyUpdateRequest.values;
    yield* send('application', keyUpdate, { request_update: ask ? update_requested : update_not_requested });
    this.#write = this.#write.next();
    this.#writeGeneration++;
    yield* this.#c.log.secret(`${this.#labels.write}_TRAFFIC_SECRET_${this.#writeGeneration}`, this.#write);
    yield* install(this.#c.suite, 'write', 'application', this.#write);
    yield* emit({ type: 'key-update', direction: 'write' });
  }

  wipe(): void {
    this.#read.wipe();
    this.#write.wipe();
  }
}
