/** Early data that comes and that a server does not take: it is skipped, within a bound (RFC 9846 §4.3.10). */
import { TlsError } from '@tlskit/tls-alerts';
import type { EarlyDataMark, Epoch } from '@tlskit/tls-handshake';
import { ContentType, type OpenedRecord, type WireRecord } from '@tlskit/tls-record';

const { application_data, handshake } = ContentType.values;

export class SkippedEarlyData {
  /** Bytes that may still be skipped. */
  #left: number;
  /** How early data is known, while some may come. */
  #mark: EarlyDataMark | undefined;

  /** @param most bytes of records, headers included */
  constructor(most: number) {
    this.#left = most;
  }

  /** Whether some may come. */
  get expected(): boolean {
    return this.#mark !== undefined;
  }

  /** From here on it is skipped: where the next keys do not open it, or up to the second ClientHello. */
  begin(mark: EarlyDataMark): void {
    this.#mark = mark;
  }

  keysChanged(epoch: Epoch): void {
    if (epoch !== 'handshake' || this.#mark === 'type') this.#mark = undefined;
  }

  /** The record as `open` gives it; undefined for early data. To be asked while some is {@link expected}, and not after. @throws TlsError `ERR_TLS_FLOOD` for more than is skipped */
  open(record: WireRecord, open: () => OpenedRecord): OpenedRecord | undefined {
    const opened = this.#skips(record) ? undefined : this.#openUnlessEarly(open);
    if (opened !== undefined) return opened;
    this.#left -= record.bytes.length;
    if (this.#left >= 0) return undefined;
    throw new TlsError('ERR_TLS_FLOOD', 'more early data than is skipped', { rfc: 'RFC 9846 §4.3.10, §4.7.1' });
  }

  /** After a HelloRetryRequest: "skipping all records with an external content type of "application_data"" (RFC 9846 §4.3.10). */
  #skips({ type }: WireRecord): boolean {
    if (this.#mark !== 'type') return false;
    // The second ClientHello begins: what is protected from here on is out of place.
    if (type === handshake) this.#mark = undefined;
    return type === application_data;
  }

  /** The record, or undefined for one that is taken for early data since it does not open (RFC 9846 §4.3.10). */
  #openUnlessEarly(open: () => OpenedRecord): OpenedRecord | undefined {
    try {
      const opened = open();
      // "Once a record is deprotected successfully, it is treated as the start of the client's second flight".
      if (opened.encrypted) this.#mark = undefined;
      return opened;
    } catch (error) {
      // Nobody asks here once none is expected; and what is in the clear has no MAC.
      if (error instanceof TlsError && error.code === 'ERR_TLS_BAD_RECORD_MAC') return undefined;
      throw error;
    }
  }
}
