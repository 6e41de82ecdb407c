/** Early data as the engine has it (RFC 9846 §4.3.10): what became of it, and the bytes that are left of it. */
import { TlsError } from '@tlskit/tls-alerts';
import type { EarlyDataGrant, EarlyDataStep, OwnersEffect } from '@tlskit/tls-handshake';
import type { EngineHandlers } from './handlers.ts';
import type { SkippedEarlyData } from './skipped-early-data.ts';
import type { WriteSide } from './write-side.ts';

/** 'none' where nobody offered any, or nobody knows yet. */
export type EarlyDataStatus = 'none' | EarlyDataStep['status'];

/** What it has to do with: what is written, what is skipped, and who is told what becomes of it. */
export interface EarlyDataEnvironment {
  readonly role: 'client' | 'server';
  readonly write: WriteSide;
  /** A server's. */
  readonly skipped: SkippedEarlyData | undefined;
  readonly handlers: EngineHandlers;
}

/** Makes what a connection has of it. */
export type MakeEarlyData = (environment: EarlyDataEnvironment) => EarlyData;

export const makeEarlyData: MakeEarlyData = environment => new EarlyData(environment);

export class EarlyData {
  readonly #environment: EarlyDataEnvironment;
  #status: EarlyDataStatus = 'none';
  #grant: EarlyDataGrant | undefined;
  #left = 0;

  constructor(environment: EarlyDataEnvironment) {
    this.#environment = environment;
  }

  get status(): EarlyDataStatus {
    return this.#status;
  }

  /** RFC 9846 §2.3: whether this is a server that took some, and may answer it. */
  get answers(): boolean {
    const { role, write } = this.#environment;
    return role === 'server' && this.#status === 'accepted' && write.epoch === 'application';
  }

  /** Bytes that may be written now: from the offer on until EndOfEarlyData. */
  get room(): number {
    const { epoch, remaining, leastRecordSize } = this.#environment.write;
    if (epoch !== 'early') return 0;
    // RFC 9846 §5.5: early keys cannot be updated. EndOfEarlyData and an alert have room left.
    return Math.min(this.#left, Math.max(0, remaining - 2) * leastRecordSize);
  }

  /** What the flow says. @returns whether it is of early data */
  perform(effect: OwnersEffect): boolean {
    if (effect.op === 'skip-early-data') {
      this.#step({ status: 'rejected' });
      this.#environment.skipped?.begin(effect.by);
      return true;
    }
    if (effect.op !== 'early-data') return false;
    const { step } = effect;
    const { write, handlers } = this.#environment;
    this.#step(step);
    // Only a HelloRetryRequest comes with these keys in force.
    if (step.status === 'rejected' && write.epoch === 'early') write.changeToPlaintext();
    handlers.earlyData?.(step);
    return true;
  }

  #step(step: EarlyDataStep): void {
    const begins = this.#status === 'none';
    this.#status = step.status;
    if (step.status === 'rejected') this.wipe();
    else if (begins) {
      this.#grant = step.grant;
      this.#left = step.grant.maxSize;
    }
  }

  /** Writes as much as there is room for. @returns the bytes that were taken, from the first on */
  write(data: Uint8Array): number {
    const part = data.subarray(0, this.room);
    if (part.length === 0) return 0;
    this.#left -= part.length;
    this.#environment.write.data(part);
    return part.length;
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
