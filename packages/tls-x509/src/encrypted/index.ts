export { berToDer } from './ber.ts';
export { decryptPrivateKey } from './key.ts';
export { loadPkcs12, type Pkcs12, type Pkcs12Options } from './pkcs12.ts';
export type { PasswordFunctions, PasswordLimits, PasswordOptions } from './work.ts';
