/** Record protection of TLS 1.2: apart from that of TLS 1.3, so that a bundle carries what it needs. */
export {
  type CipherProtection12,
  type Keys12,
  type Protection12,
  type Protection12Options,
  protection12,
  recordLimits12,
} from './protection.ts';
export { MAX_CIPHERTEXT_12 } from './record12.ts';
