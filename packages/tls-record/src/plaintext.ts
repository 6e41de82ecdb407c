/** Records without protection (RFC 9846 §5.1), and the one that never has any: change_cipher_spec (§5, §E.4). */
import { TlsError } from '@tlskit/tls-alerts';
import type { OpenedRecord, RecordOpener, RecordSealer } from './protection.ts';
import { ContentType, HEADER_LENGTH, MAX_PLAINTEXT, recordHeader, type WireRecord } from './record.ts';

const { alert, application_data, change_cipher_spec, handshake } = ContentType.values;

/** Lets alert, handshake and change_cipher_spec records through; application data is protected always. */
export function plaintextOpener(): RecordOpener {
  let sequence = 0;
  return {
    open(record) {
      const { type, fragment } = record;
      if (fragment.length > MAX_PLAINTEXT) {
        throw new TlsError('ERR_TLS_RECORD_OVERFLOW', `a plaintext record of ${fragment.length} bytes`, {
          rfc: 'RFC 9846 §5.1',
        });
      }
      if (type === change_cipher_spec) return opened(openChangeCipherSpec(record));
      if (type !== handshake && type !== alert) {
        const message = `expected handshake, alert or change_cipher_spec in plaintext, got ${ContentType.label(type)}`;
        throw new TlsError('ERR_TLS_RECORD_TYPE', message);
      }
      if (fragment.length === 0) {
        throw new TlsError('ERR_TLS_EMPTY_RECORD', `an empty ${ContentType.label(type)} record`, {
          rfc: 'RFC 9846 §5.1',
        });
      }
      return opened({ type, content: fragment, padding: 0, encrypted: false });
    },
    get sequence() {
      return sequence;
    },
    describe: () => undefined,
    wipe() {},
  };

  function opened(record: OpenedRecord): OpenedRecord {
    sequence++;
    return record;
  }
}

/**
 * A change_cipher_spec record of TLS 1.3: unprotected also where all others are protected, so that it is looked for before an
 * opener is asked. Whether one may come now is the caller's to know; then it is dropped (RFC 9846 §5).
 * @throws TlsError ERR_TLS_CHANGE_CIPHER_SPEC unless it is the single byte 1
 */
export function openChangeCipherSpec(record: WireRecord): OpenedRecord {
  const { type, fragment } = record;
  if (type !== change_cipher_spec || fragment.length !== 1 || fragment[0] !== 1) {
    throw new TlsError('ERR_TLS_CHANGE_CIPHER_SPEC', 'a change_cipher_spec record is the single byte 1');
  }
  return { type, content: fragment, padding: 0, encrypted: false };
}

/** @param version legacy_record_version: 0x0303, or 0x0301 for a first ClientHello (RFC 9846 §5.1) */
export function plaintextSealer(version = 0x0303): RecordSealer {
  let sequence = 0;
  return {
    seal(type, content, padding = 0) {
      if (type === application_data) {
        // RFC 9846 §5.1: Application Data MUST NOT be written to the wire unprotected.
        throw new TlsError('ERR_TLS_INTERNAL', 'application data in plaintext', { rfc: 'RFC 9846 §5.1' });
      }
      if (content.length === 0 || content.length > MAX_PLAINTEXT || padding !== 0) {
        const message = `a plaintext record has 1 to ${MAX_PLAINTEXT} bytes and no padding, not ${content.length} and ${padding}`;
        throw new TlsError('ERR_TLS_INTERNAL', message, { rfc: 'RFC 9846 §5.1' });
      }
      sequence++;
      return [recordHeader(type, version, content.length), content];
    },
    get sequence() {
      return sequence;
    },
    overhead: HEADER_LENGTH,
    remaining: Number.POSITIVE_INFINITY,
    describe: () => undefined,
    wipe() {},
  };
}
