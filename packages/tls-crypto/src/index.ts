export { primitiveNames } from './describe.ts';
export { CryptoError, type CryptoErrorCode } from './error.ts';
export { type ProviderAdditions, type ProviderPart, withExtras } from './extras.ts';
export { type FfdheName, ffdhePrime } from './ffdhe.ts';
export { type KeysAhead, withKeysAhead } from './keys-ahead.ts';
export { unpadPkcs1 } from './pkcs1.ts';
export { type AeadFunctions, aeadFrom, withAead } from './plug.ts';
export type {
  Aead,
  AeadKey,
  AeadName,
  BlockCipher,
  BlockCipherKey,
  BlockCipherName,
  CryptoProvider,
  CurveName,
  DhParameters,
  GroupName,
  Hash,
  HashContext,
  HashName,
  KeyAlgorithm,
  KeyExchange,
  KeyName,
  KeyOffer,
  MaybePromise,
  MlDsaSet,
  PublicKey,
  SignatureAlgorithm,
  SigningKey,
} from './provider.ts';
export { platformRandom } from './random.ts';
export { constantTimeEqual, isAllZero, wipe } from './secret.ts';
