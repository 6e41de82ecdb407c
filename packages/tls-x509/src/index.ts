export type { AlgorithmIdentifier } from './algorithm.ts';
export { describeKey } from './algorithm.ts';
export { CertificateIndex } from './anchors.ts';
export { Certificate, parseCertificate } from './certificate.ts';
export type { PolicyRules } from './certificate-policies.ts';
export { endPointHash } from './channel-binding.ts';
export {
  type Credential,
  type CredentialOptions,
  createCredential,
  createRawKeyCredential,
  type RawKeyCredential,
  type RawKeyCredentialOptions,
} from './credential.ts';
export { type DeadBranch, deadBranches } from './dead-branches.ts';
export { createDelegatedCredential, type DelegationOptions } from './delegation.ts';
export type { DelegationWindow } from './delegation-usage.ts';
export { type CertificateDescription, describeCertificate, formatSerialNumber } from './describe.ts';
export { type Attribute, DistinguishedName, type RelativeName } from './distinguished-name.ts';
export { type DnsRules, defaultDnsRules, type PublicSuffixRule, referenceDns } from './dns.ts';
export type { Extension } from './extension-list.ts';
export type {
  AccessDescription,
  AuthorityKeyIdentifier,
  BasicConstraints,
  KeyUsage,
  NameConstraints,
} from './extensions.ts';
export { loadCertificates, loadPrivateKey } from './files.ts';
export type { GeneralName } from './general-name.ts';
export { formatIp, parseIp } from './ip.ts';
export type { FetchIssuers } from './issuers.ts';
export { checkName, matchesName, namesOf, type PeerName, type SubjectName } from './names.ts';
export { buildPath, noWork, type PathRequest, type PathResult, type Work } from './path.ts';
export type { PathJudge, PathTools } from './path-judge.ts';
export { type PemBlock, parsePem } from './pem.ts';
export { type Algorithms, defaultAlgorithms, defaultLimits, type Limits, type Policy, type Purpose } from './policy.ts';
export { anyPolicy, type PolicyConstraints, type PolicyMapping } from './policy-extensions.ts';
export type { Profile } from './profile.ts';
export {
  createRawPublicKeyVerifier,
  eitherVerifier,
  type PublicKeySource,
  type RawPublicKeyVerifier,
  type VerifiedRawPublicKey,
} from './raw-public-key.ts';
export type {
  RevocationAnswer,
  RevocationChecker,
  RevocationPolicy,
  RevocationQuestion,
  RevocationReason,
  RevocationReport,
} from './revocation.ts';
export {
  type CertificateFilter,
  hasWeakSignature,
  isIssuedByAny,
  isSignedBy,
  matchesOidFilters,
  oidFilters,
} from './selection.ts';
export { createExternalSigningKey, type ExternalKeyOptions, type PublicHalf } from './signer.ts';
export type {
  SctDelivery,
  SctReport,
  TransparencyJudge,
  TransparencyPolicy,
  TransparencyQuestion,
  TransparencyReport,
} from './transparency-policy.ts';
export type { CertificateSource, Trust } from './trust.ts';
export {
  createCertificateVerifier,
  type PeerVerifier,
  type VerifiedPeer,
  type VerifierOptions,
  type VerifyInput,
} from './verifier.ts';
export { createWebCryptoSigningKey, type WebCryptoKeyOptions } from './web-crypto-key.ts';
