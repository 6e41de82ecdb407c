/** Records that everybody can read and nobody can change: a MAC and no cipher (RFC 5246 §6.2.3.1). */
import { constantTimeEqual, type Hash } from '@tlskit/tls-crypto';
import type { OpenedRecord, RecordOpener, RecordSealer } from '../protection.ts';
import { HEADER_LENGTH, type WireRecord } from '../record.ts';
import { RecordMac } from './mac.ts';
import type { Keys12, Protection12Options } from './protection.ts';
import {
  checkContent,
  checkOuter,
  header12,
  maxPlaintextOf,
  Numbering,
  notAuthentic,
  openedRecord,
} from './record12.ts';

export function createNullOpener12(hash: Hash, { macKey }: Keys12, options: Protection12Options): RecordOpener {
  const mac = new RecordMac(hash, macKey, options.truncatedHmac ?? false);
  const numbering = new Numbering(Number.MAX_SAFE_INTEGER);
  const max = maxPlaintextOf(options.maxPlaintext);
  return {
    get sequence() {
      return numbering.sequence;
    },
    open(record: WireRecord): OpenedRecord {
      numbering.check();
      checkOuter(record);
      const { type, fragment } = record;
      const length = fragment.length - mac.length;
      if (length < 0) throw notAuthentic();
      const content = new Uint8Array(fragment.subarray(0, length));
      const expected = mac.sign(numbering.header(type, length), content);
      if (!constantTimeEqual(expected, fragment.subarray(length))) throw notAuthentic();
      numbering.sequence++;
      return openedRecord(type, content, 0, max);
    },
    describe: () => numbering.describe(new Uint8Array(0), mac.length),
    wipe() {
      mac.wipe();
      numbering.wipe();
    },
  };
}

export function createNullSealer12(
  hash: Hash,
  { macKey }: Keys12,
  options: Protection12Options & { readonly recordLimit: number },
): RecordSealer {
  const mac = new RecordMac(hash, macKey, options.truncatedHmac ?? false);
  const numbering = new Numbering(options.recordLimit);
  const max = maxPlaintextOf(options.maxPlaintext);
  return {
    overhead: HEADER_LENGTH + mac.length,
    get sequence() {
      return numbering.sequence;
    },
    get remaining() {
      return Math.max(0, numbering.limit - numbering.sequence);
    },
    seal(type, content, padding = 0) {
      numbering.check();
      checkContent(type, content, padding, max);
      const tag = mac.sign(numbering.header(type, content.length), content);
      numbering.sequence++;
      // A copy: the parts are the caller's to keep, the content is not ours to give.
      return [header12(type, content.length + mac.length), new Uint8Array(content), tag];
    },
    describe: () => numbering.describe(new Uint8Array(0), mac.length),
    wipe() {
      mac.wipe();
      numbering.wipe();
    },
  };
}
