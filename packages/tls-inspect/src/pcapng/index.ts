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
