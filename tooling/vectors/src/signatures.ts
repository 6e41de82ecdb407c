/** CertificateVerify of a trace or capture, checked with the key of the Certificate before it (RFC 9846 §4.5.2). */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import {
  CertificateType,
  certificate,
  certificateVerify,
  clientCertificateTypeRow,
  decodeMessage,
  encryptedExtensions,
  findExtension,
  serverCertificateTypeRow,
  signatureSchemeInfo,
} from '@tlskit/tls-messages';
import { ascii, concat } from '@tlskit/tls-wire';
import { DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import type { Party } from './handshake.ts';

/** What is signed: 64 spaces, the context string, a zero byte, the transcript hash. */
export function signedContent(from: Party, transcriptHash: Uint8Array): Uint8Array {
  return concat(
    new Uint8Array(64).fill(0x20),
    ascii(`TLS 1.3, ${from} CertificateVerify`),
    Uint8Array.of(0),
    transcriptHash,
  );
}

/** Why the signature is not good, or undefined when it is. */
export async function signatureFault(
  provider: CryptoProvider,
  spki: Uint8Array,
  verifyMessage: Uint8Array,
  content: Uint8Array,
): Promise<string | undefined> {
  const { algorithm, signature } = decodeMessage(certificateVerify, verifyMessage);
  const scheme = signatureSchemeInfo(algorithm);
  if (scheme === undefined) return `signature scheme 0x${algorithm.toString(16)} is not covered`;
  const key = provider.importPublicKey(spki);
  if (!scheme.key(key.algorithm)) return `a key of type ${key.algorithm.type} makes no ${scheme.name}`;
  return (await key.verify(scheme.algorithm, content, signature)) ? undefined : 'the signature does not verify';
}

/**
 * DER SubjectPublicKeyInfo of the sender's own certificate, or the raw public key where EncryptedExtensions agreed on one
 * (RFC 7250 §3).
 */
export function publicKeyOf(
  from: Party,
  certificateMessage: Uint8Array,
  encryptedExtensionsMessage: Uint8Array | undefined,
): Uint8Array | undefined {
  const own = decodeMessage(certificate, certificateMessage).certificate_list[0]?.cert_data;
  if (own === undefined) return undefined;
  return certificateTypeOf(from, encryptedExtensionsMessage) === CertificateType.values.RawPublicKey
    ? own
    : spkiOf(own);
}

function certificateTypeOf(from: Party, message: Uint8Array | undefined): number | undefined {
  if (message === undefined) return undefined;
  const { extensions } = decodeMessage(encryptedExtensions, message);
  return from === 'server'
    ? findExtension(extensions, serverCertificateTypeRow, 'EE')?.server_certificate_type
    : findExtension(extensions, clientCertificateTypeRow, 'EE')?.client_certificate_type;
}

/** Certificate ::= SEQUENCE { tbsCertificate SEQUENCE { [0] version, serial, algorithm, issuer, validity, subject, spki … (RFC 5280 §4.1). */
export function spkiOf(der: Uint8Array): Uint8Array {
  const tbs: DerReader = readDer(der, 'Certificate', outer => {
    const fields = new DerReader(outer.next(Tag.sequence).value);
    return fields.enter();
  });
  tbs.optional(0xa0);
  tbs.integer();
  for (let i = 0; i < 4; i++) tbs.next(Tag.sequence);
  return tbs.next(Tag.sequence).bytes;
}
