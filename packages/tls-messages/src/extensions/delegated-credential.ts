/** delegated_credential: a key for TLS that the holder of a certificate signed for a few days (RFC 9345 §4). */
import { ascii, type Codec, concat, declared, opaqueVector, struct, uint32 } from '@tlskit/tls-wire';
import { type SignatureSchemeInfo, signatureSchemeCode } from '../registries/signature-schemes.ts';
import { type SignatureSchemeList, signatureSchemeList } from './negotiation.ts';
import { type ExtensionRow, extensionRow } from './row.ts';

/** RFC 9345 §4: what is delegated. */
export interface DelegatedCredentialBody {
  /** Seconds from the certificate's notBefore on. */
  readonly valid_time: number;
  /** The SignatureScheme of the CertificateVerify, and the only one. */
  readonly dc_cert_verify_algorithm: number;
  /** DER, at least one byte. */
  readonly ASN1_subjectPublicKeyInfo: Uint8Array;
}

/** RFC 9345 §4. */
export interface DelegatedCredential {
  readonly cred: DelegatedCredentialBody;
  /** The SignatureScheme of `signature`. */
  readonly algorithm: number;
  /** By the key of the certificate, at least one byte, over {@link delegatedCredentialContent}. */
  readonly signature: Uint8Array;
}

const delegatedCredential: Codec<DelegatedCredential> = /* @__PURE__ */ declared(() =>
  struct('DelegatedCredential', {
    cred: struct('Credential', {
      valid_time: uint32,
      dc_cert_verify_algorithm: signatureSchemeCode,
      ASN1_subjectPublicKeyInfo: opaqueVector(1, 2 ** 24 - 1),
    }),
    algorithm: signatureSchemeCode,
    signature: opaqueVector(1, 2 ** 16 - 1),
  }),
);

/** RFC 9345 §4.1: asked for with the schemes that a delegated key may sign by, answered with the credential. */
export const delegatedCredentialRow: ExtensionRow<{
  CH: SignatureSchemeList;
  CR: SignatureSchemeList;
  CT: DelegatedCredential;
}> = /* @__PURE__ */ extensionRow(34, 'delegated_credential', {
  CH: signatureSchemeList,
  CR: signatureSchemeList,
  CT: delegatedCredential,
});

/**
 * What the signature of a delegated credential is over (RFC 9345 §4).
 * @param role whose certificate it is
 * @param certificate DER
 * @param signed the DelegatedCredential up to its signature: `cred` and `algorithm`
 */
export function delegatedCredentialContent(
  role: 'client' | 'server',
  certificate: Uint8Array,
  signed: Uint8Array,
): Uint8Array {
  const context = ascii(`TLS, ${role} delegated credentials\0`);
  return concat(new Uint8Array(64).fill(0x20), context, certificate, signed);
}

/**
 * Whether a delegated key may sign by this scheme (RFC 9345 §4): by what may stand in a CertificateVerify, and of RSA only
 * with keys that are for RSASSA-PSS alone, as what the certificate's own key does in other protocols must not make a delegation.
 */
export function mayBeDelegated({ handshake13, name }: SignatureSchemeInfo): boolean {
  return handshake13 && !name.startsWith('rsa_pss_rsae_');
}
