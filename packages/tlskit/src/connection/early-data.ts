/** Early data of a connection (RFC 9846 §2.3): what a client sends with its ClientHello, and what a server reads before its time. */
import type { Engine } from '@tlskit/tls-engine';
import type { Connected, EarlyDataGrant } from '@tlskit/tls-handshake';
import type { ClientSessionStore } from '@tlskit/tls-session';
import { boolean, invalid, shown } from '../options/check.ts';

/** What holds of early data, before the handshake is complete: all of it is as in the connection that the session is of. */
export type EarlyDataOffer = Pick<EarlyDataGrant, 'maxSize' | 'alpn' | 'serverName'>;

/** Data, or a function that gives it when it may be sent, and knows what it may be. */
export type EarlyDataSource = Uint8Array | ((offer: EarlyDataOffer) => Uint8Array | undefined);

/** The options of a client. */
export interface EarlyOptions {
  readonly earlyData?: EarlyDataSource | undefined;
  readonly resendEarlyData?: boolean | undefined;
  readonly sessions?: ClientSessionStore | false | undefined;
}

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function earlyWriter({ earlyData, resendEarlyData, sessions }: EarlyOptions): EarlyWriter | undefined {
  const resend = boolean('resendEarlyData', resendEarlyData, false);
  if (earlyData === undefined) {
    if (resend) throw invalid('resendEarlyData goes with earlyData');
    return undefined;
  }
  const isData = earlyData instanceof Uint8Array;
  if (!isData && typeof earlyData !== 'function') {
    throw invalid(`earlyData is bytes, or a function that gives some, not ${shown(earlyData)}`);
  }
  if (isData && earlyData.length === 0) throw invalid('earlyData is empty');
  if (sessions === undefined || sessions === false)
    throw invalid('earlyData goes with sessions: one of them must allow it');
  return new EarlyWriter(earlyData, resend);
}

/** A server's early data: for those who listen at once, for others when the handshake is complete. */
export class EarlyReader {
  #offer: EarlyDataOffer | undefined;
  readonly #kept: Uint8Array[] = [];

  begin({ maxSize, alpn, serverName }: EarlyDataGrant): void {
    this.#offer = { maxSize, alpn, serverName };
  }

  /** @param listener answers whether anybody listened */
  read(chunk: Uint8Array, listener: (chunk: Uint8Array, offer: EarlyDataOffer) => boolean): void {
    // What comes behind what is kept stays behind it, whoever has begun to listen.
    const first = this.#kept.length === 0;
    if (!first || this.#offer === undefined || !listener(chunk, this.#offer)) this.#kept.push(chunk);
  }

  /** What was kept, and is not early any more. */
  take(): Uint8Array[] {
    return this.#kept.splice(0);
  }
}

/** A client's early data: all of it goes early, or nothing. */
export class EarlyWriter {
  readonly #source: EarlyDataSource;
  readonly #resend: boolean;
  #data: Uint8Array | undefined;
  /** The protocol that it was sent for; undefined where nothing was sent. */
  #written: { readonly alpn: string | undefined } | undefined;
  #sent = false;

  constructor(source: EarlyDataSource, resend: boolean) {
    this.#source = source;
    this.#resend = resend;
    if (source instanceof Uint8Array) this.#data = source;
  }

  /** Whether the server has the data, or is about to. */
  get sent(): boolean {
    return this.#sent;
  }

  /** Whether a session that allows so many bytes is of use. */
  fits(maxEarlyData: number): boolean {
    return maxEarlyData > 0 && (this.#data?.length ?? 0) <= maxEarlyData;
  }

  /** The moment to write. */
  write(engine: Engine, { maxSize, alpn, serverName }: EarlyDataGrant): void {
    if (typeof this.#source === 'function') this.#data = this.#source({ maxSize, alpn, serverName });
    if (this.#data === undefined || this.#data.length > engine.earlyRoom) return;
    engine.writeEarly(this.#data);
    this.#written = { alpn };
  }

  /** The handshake is complete: what did not go early is written now, if it may. An engine that has ended since takes nothing. */
  complete(engine: Engine, { earlyData, alpn }: Connected): void {
    this.#sent = earlyData?.accepted === true && this.#written !== undefined;
    if (this.#sent || !this.#resend || this.#data === undefined || engine.closed) return;
    // RFC 9846 §4.3.10: nothing is sent again by itself "unless the negotiated connection selects the same ALPN protocol".
    if (this.#written !== undefined && this.#written.alpn !== alpn) return;
    this.#sent = true;
    engine.write(this.#data);
  }
}
