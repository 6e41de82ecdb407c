export { createOpener13, createSealer13, type Protection13Options } from './aead13.ts';
export { Deframer, type DeframerOptions } from './deframer.ts';
export { recordLimits } from './limits.ts';
export { openChangeCipherSpec, plaintextOpener, plaintextSealer } from './plaintext.ts';
export type { OpenedRecord, RecordObservation, RecordOpener, RecordProtection, RecordSealer } from './protection.ts';
export { ContentType, HEADER_LENGTH, MAX_CIPHERTEXT, MAX_PLAINTEXT, recordHeader, type WireRecord } from './record.ts';
export { fragment, noPadding, type PaddingPolicy, padToMultiple } from './sending.ts';
export { defaultRecordSizing, RecordSizer, type RecordSizing } from './sizing.ts';
