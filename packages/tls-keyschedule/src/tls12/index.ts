/** The secrets of TLS 1.2: apart from those of TLS 1.3, so that a bundle carries what it needs. */
export { ExporterSecret12 } from './exporter12.ts';
export {
  type DirectionKeys,
  type KeyBlock,
  type KeyBlockLengths,
  MasterSecret12,
  VERIFY_DATA_LENGTH,
} from './master.ts';
export { dhPremaster, pskPremaster, receivedRsaPremaster, rsaPremaster, SECRET_LENGTH } from './premaster.ts';
export { prf12 } from './prf.ts';
