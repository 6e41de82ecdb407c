/** A connection's requests for the client's certificate (RFC 9846 §4.7.2), as promises. */
import { toHex } from '@tlskit/tls-wire';
import type { ConnectionInfo } from '../info.ts';

interface Waiting {
  resolve(info: ConnectionInfo | undefined): void;
  reject(error: Error): void;
}

export class CertificateRequests {
  readonly #waiting = new Map<string, Waiting>();

  /** @param ask sends the request, and answers with its context */
  make(ask: () => Uint8Array): Promise<ConnectionInfo | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(toHex(ask()), { resolve, reject });
    });
  }

  /** @param info undefined for a client that has no certificate */
  answered(context: Uint8Array, info: ConnectionInfo | undefined): void {
    const name = toHex(context);
    this.#waiting.get(name)?.resolve(info);
    this.#waiting.delete(name);
  }

  fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
