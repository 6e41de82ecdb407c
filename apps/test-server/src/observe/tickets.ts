/** Tickets that are counted, by the age of the key that sealed them. */
import { type CryptoProvider, type ServerSession, type TicketIssuer, TicketKeys } from 'tlskit';
import type { Metrics } from './metrics.ts';

/** Bytes of `key_name`, by which a ticket of {@link TicketKeys} begins. */
const KEY_NAME = 16;

export class CountedTickets implements TicketIssuer {
  readonly #keys: TicketKeys;
  readonly #metrics: Metrics;
  /** When each key sealed first, in milliseconds since 1970: they rotate once a day, and few are good at a time. */
  readonly #born = new Map<string, number>();

  constructor(provider: CryptoProvider, metrics: Metrics) {
    this.#keys = new TicketKeys({ provider, now: Date.now });
    this.#metrics = metrics;
  }

  issue(session: ServerSession): Uint8Array | undefined {
    const ticket = this.#keys.issue(session);
    if (ticket !== undefined) {
      const name = nameOf(ticket);
      if (!this.#born.has(name)) this.#keep(name);
      this.#metrics.ticket('issued', this.#age(ticket));
    }
    return ticket;
  }

  redeem(ticket: Uint8Array): ServerSession | undefined {
    const session = this.#keys.redeem(ticket);
    this.#metrics.ticket(session === undefined ? 'unknown' : 'redeemed', session && this.#age(ticket));
    return session;
  }

  #keep(name: string): void {
    this.#born.set(name, Date.now());
    for (const oldest of this.#born.keys()) {
      if (this.#born.size <= this.#keys.keyCount) break;
      this.#born.delete(oldest);
    }
  }

  /** Seconds. */
  #age(ticket: Uint8Array): number | undefined {
    const born = this.#born.get(nameOf(ticket));
    return born === undefined ? undefined : Math.max(0, Date.now() - born) / 1000;
  }
}

function nameOf(ticket: Uint8Array): string {
  return Buffer.from(ticket.subarray(0, KEY_NAME)).toString('hex');
}
