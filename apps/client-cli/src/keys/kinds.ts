/** Keys that can be made, by the names that `--key` has. */
import type { KeyKind } from '@tlskit/tls-testing';

export const keyKinds = [
  'ecdsa-p256',
  'ecdsa-p384',
  'ecdsa-p521',
  'ed25519',
  'ed448',
  'rsa-2048',
  'rsa-3072',
  'rsa-4096',
  'rsa-pss',
  'ml-dsa-44',
  'ml-dsa-65',
  'ml-dsa-87',
  'dsa-2048',
] as const satisfies readonly KeyKind[];

/** The usual one. */
export const DEFAULT_KIND = 'ecdsa-p256';
