/** Certificate Transparency (RFC 6962): SCTs, logs, lists of logs, and policies on them. */
export type {
  SctDelivery,
  SctReport,
  TransparencyJudge,
  TransparencyPolicy,
  TransparencyQuestion,
  TransparencyReport,
} from '../transparency-policy.ts';
export { sctListOid, sctsInExtension } from './entries.ts';
export { type LogList, parseLogList } from './log-list.ts';
export type { CtLog, CtLogState } from './logs.ts';
export { reportTransparency, requireTransparency, type TransparencyOptions } from './require.ts';
export {
  isVersion1,
  type SctVersion1,
  type SignedCertificateTimestamp,
  signedCertificateTimestamp,
  signedCertificateTimestampList,
} from './sct.ts';
