export { isCapture } from './file.ts';
export { type ReadCapture, type ReadConnection, readCapture } from './reader.ts';
export type { Gap } from './reassembly.ts';
export {
  type Capture,
  type CapturedConnection,
  type CaptureEndpoint,
  type CaptureOptions,
  type CaptureWriter,
  type ConnectionOptions,
  createCaptureWriter,
  encodeCapture,
} from './writer.ts';
