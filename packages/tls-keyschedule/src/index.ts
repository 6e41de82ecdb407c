export { ExporterSecret, importedPsk, resumptionPsk } from './exporter.ts';
export { deriveSecret, type HkdfLabel, hkdfExpand, hkdfExpandLabel, hkdfExtract, hkdfLabel } from './hkdf.ts';
export { type KeyLogLabel, type KeyLogSecrets, keyLogLine, parseKeyLog } from './keylog.ts';
export { EarlySecret, HandshakeSecret, MainSecret, type PskKind } from './stages.ts';
export { BinderKey, TrafficSecret } from './traffic.ts';
