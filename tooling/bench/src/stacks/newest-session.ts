import type { ClientSession, ClientSessionStore } from 'tlskit';

/**
 * The newest session, which is used until there is a newer one: our servers give some on each connection, OpenSSL's on full
 * handshakes alone.
 */
export class NewestSession implements ClientSessionStore {
  #session: ClientSession | undefined;
  #used = false;
  #given = () => {};

  put(_: string, session: ClientSession): void {
    this.#session = session;
    this.#used = false;
    this.#given();
  }

  take(_: string, usable: (session: ClientSession) => boolean): ClientSession | undefined {
    if (this.#session === undefined || !usable(this.#session)) return undefined;
    this.#used = true;
    // Who takes one wipes its key.
    return { ...this.#session, psk: this.#session.psk.slice() };
  }

  forget(): void {
    this.#session = undefined;
  }

  /** @param unused whether one that was used is as good as none */
  async wait(unused: boolean): Promise<void> {
    if (this.#session !== undefined && !(unused && this.#used)) return;
    await new Promise<void>(resolve => {
      this.#given = resolve;
    });
  }
}
