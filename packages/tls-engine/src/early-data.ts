/** Early data as the engine has it (RFC 9846 §4.3.10): what became of it, and the bytes that are left of it. */
import { TlsError } from '@tlskit/tls-alerts';
import type { EarlyDataGrant, EarlyDataStep } from '@tlskit/tls-handshake';

/** 'none' where nobody offered any, or nobody knows yet. */
export type EarlyDataStatus = 'none' | EarlyDataStep['status'];

/** Makes what a connection has of it. */
export type MakeEarlyData = () => EarlyData;

export const makeEarlyData: MakeEarlyData = () => new EarlyData();

export class EarlyData {
  #status: EarlyDataStatus = 'none';
  #grant: EarlyDataGrant | undefined;
  #left = 0;

  get status(): EarlyDataStatus {
    return this.#status;
  }

  /** Bytes that may still be written, or read. */
  get left(): number {
    return this.#left;
  }

  /** What the flow says. */
  step(step: EarlyDataStep): void {
    const begins = this.#status === 'none';
    this.#status = step.status;
    if (step.status === 'rejected') this.wipe();
    else if (begins) {
      this.#grant = step.grant;
      this.#left = step.grant.maxSize;
    }
  }

  written(length: number): void {
    this.#left -= length;
  }

  /** RFC 9846 §4.7.1: only the payload counts. @throws TlsError when there is more than the ticket allows */
  received({ length }: Uint8Array): void {
    this.#left -= length;
    if (this.#left >= 0) return;
    const max = this.#grant?.maxSize ?? 0;
    throw new TlsError(
      'ERR_TLS_TOO_MUCH_EARLY_DATA',
      `more than the ${max} bytes of early data that the ticket allows`,
    );
  }

  /** Nothing is written any more: EndOfEarlyData goes out. */
  end(): void {
    this.#left = 0;
  }

  exportKeyingMaterial(label: string, context: Uint8Array, length: number): Uint8Array {
    if (this.#grant === undefined) {
      throw new TlsError(
        'ERR_TLS_INVALID_STATE',
        'early data is neither offered nor accepted, or the connection is over',
      );
    }
    return this.#grant.exportKeyingMaterial(label, context, length);
  }

  /** Forgets what was granted. */
  wipe(): void {
    this.#grant = undefined;
    this.#left = 0;
  }
}
