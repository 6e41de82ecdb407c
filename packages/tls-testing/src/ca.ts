/** A certificate authority that lives as long as a test. */
import type { CryptoProvider, SigningKey } from '@tlskit/tls-crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { buildCertificate, type CertificateOptions, type Issuer, subjectOf } from './certificate.ts';
import { buildCrl, type CrlOptions, type TestCrl } from './crl.ts';
import { defaultSignature, generateKey, importKey, type KeyPair } from './keys.ts';
import { answerOcsp, buildOcspResponse, type OcspOptions, type OcspResponderOptions } from './ocsp.ts';
import { toPem } from './pem.ts';
import { type IssuingAuthority, logged, type TransparencyOptions } from './precertificate.ts';
import { portable } from './provider.ts';

/** A certificate with its key, as a server or client takes it. */
export interface Issued {
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER: this certificate first, then the intermediates, without the root. */
  readonly chain: readonly Uint8Array[];
  /** DER PKCS#8, unencrypted. */
  readonly key: Uint8Array;
  readonly signingKey: SigningKey;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** DER: what the logs were shown, where it has SCTs: the precertificate, then its issuers, the root among them (RFC 6962 §3.1). */
  readonly precertificate?: readonly Uint8Array[];
  readonly pem: {
    /** The chain, one block after another. */
    readonly certificate: string;
    readonly key: string;
  };
}

export interface IssueOptions extends CertificateOptions, TransparencyOptions {}

export interface TestCA extends IssuingAuthority {
  /** DER. */
  readonly certificate: Uint8Array;
  /** The certificate alone, as PEM. */
  readonly pem: string;
  /** DER: what a peer has to send after a certificate issued here; empty for a root. */
  readonly chain: readonly Uint8Array[];
  /** DER PKCS#8, unencrypted. */
  readonly key: Uint8Array;
  readonly signingKey: SigningKey;
  /** How the certificates issued here name their issuer, and what signs them. */
  readonly issuer: Issuer;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** DER of the subject's Name: with it and `key`, another authority can cross-sign this one. */
  readonly subject: Uint8Array;
  /** A certificate for one name, or by options. */
  issue(options?: string | IssueOptions): Promise<Issued>;
  /** DER of an OCSP response (RFC 6960): that the certificate of this DER is good, or by options. */
  ocsp(options: Uint8Array | OcspOptions): Promise<Uint8Array>;
  /** Answers requests: a function from the DER of an OCSPRequest to that of its response, for a server of HTTP to call. */
  ocspResponder(options?: OcspResponderOptions): (request: Uint8Array) => Promise<Uint8Array>;
  /** An authority below this one. */
  intermediate(options?: CertificateOptions): Promise<TestCA>;
  /** A CRL that this authority signs. */
  crl(options?: CrlOptions): Promise<TestCrl>;
}

export interface CAOptions extends CertificateOptions {
  /** What makes keys and signs. Default: the portable provider, with keys of Ed448, ML-DSA and DSA. */
  readonly provider?: CryptoProvider;
}

/**
 * A self-signed authority with a new key.
 *
 * @throws RangeError for names that cannot be written, CryptoError for keys that the provider lacks
 */
export async function createCA(options: CAOptions = {}): Promise<TestCA> {
  const { provider = portable(), ...certificate } = options;
  return authority({ subject: `tlskit test root ${label()}`, ...certificate }, provider);
}

async function authority(options: CertificateOptions, provider: CryptoProvider, parent?: Parent): Promise<TestCA> {
  const made = await make(options, provider, true, parent);
  const subject = subjectOf(options);
  const keyIdentifier = options.subjectKeyIdentifier === undefined ? made.keyIdentifier : options.subjectKeyIdentifier;
  const issuer: Issuer = { name: subject, key: made.pair.signingKey, keyIdentifier: keyIdentifier ?? undefined };
  const chain = parent === undefined ? [] : [made.certificate, ...parent.chain];
  const self: Parent = { issuer, chain, certificate: made.certificate };
  const { certificate, pair } = made;
  const responder = { certificate, signingKey: pair.signingKey, subject, spki: pair.spki };
  return {
    issuer,
    certificate: made.certificate,
    pem: toPem('CERTIFICATE', made.certificate),
    chain,
    key: made.pair.pkcs8,
    signingKey: made.pair.signingKey,
    spki: made.pair.spki,
    subject,
    async issue(asked = {}) {
      const leaf = await make(typeof asked === 'string' ? { names: [asked] } : asked, provider, false, self);
      const leafChain = [leaf.certificate, ...chain];
      return {
        certificate: leaf.certificate,
        chain: leafChain,
        key: leaf.pair.pkcs8,
        signingKey: leaf.pair.signingKey,
        spki: leaf.pair.spki,
        ...(leaf.precertificate === undefined ? {} : { precertificate: leaf.precertificate }),
        pem: {
          certificate: leafChain.map(certificate => toPem('CERTIFICATE', certificate)).join(''),
          key: toPem('PRIVATE KEY', leaf.pair.pkcs8),
        },
      };
    },
    ocsp(asked) {
      const ocsp = asked instanceof Uint8Array ? { responses: [{ certificate: asked }] } : asked;
      return buildOcspResponse(responder, ocsp, provider);
    },
    ocspResponder:
      (asked = {}) =>
      request =>
        answerOcsp(responder, request, asked, provider),
    intermediate: (below = {}) =>
      authority({ subject: `tlskit test intermediate ${label()}`, ...below }, provider, self),
    async crl(asked = {}) {
      const key = asked.forged === true ? await strangerTo(issuer.key, provider) : issuer.key;
      return buildCrl(asked, issuer, key, asked.signature ?? defaultSignature(key));
    },
  };
}

interface Parent extends IssuingAuthority {
  readonly chain: readonly Uint8Array[];
}

interface Made {
  readonly certificate: Uint8Array;
  readonly pair: KeyPair;
  readonly keyIdentifier: Uint8Array;
  readonly precertificate?: readonly Uint8Array[];
}

async function make(
  options: IssueOptions,
  provider: CryptoProvider,
  isAuthority: boolean,
  parent: Parent | undefined,
): Promise<Made> {
  const { key = 'ecdsa-p256' } = options;
  const pair = typeof key === 'string' ? await generateKey(key, provider) : importKey(key, provider);
  const keyIdentifier = identifierOf(pair.spki, provider);
  const issuer = parent?.issuer ?? { name: subjectOf(options), key: pair.signingKey, keyIdentifier };
  const algorithm = options.signature ?? defaultSignature(issuer.key);
  const signer = options.forged === true ? { ...issuer, key: await strangerTo(issuer.key, provider) } : issuer;
  const subject = { spki: pair.spki, keyIdentifier, authority: isAuthority };
  if (options.scts === undefined || parent === undefined) {
    return { certificate: await buildCertificate(options, subject, signer, algorithm), pair, keyIdentifier };
  }
  const { options: complete, precertificate } = await logged(options, parent, (precertificateOptions, by) =>
    buildCertificate(precertificateOptions, subject, by, options.signature ?? defaultSignature(by.key)),
  );
  const certificate = await buildCertificate(complete, subject, signer, algorithm);
  return { certificate, pair, keyIdentifier, precertificate };
}

/** The leftmost 160 bits of the SHA-256 of the key (RFC 7093 §2, method 1). */
function identifierOf(spki: Uint8Array, provider: CryptoProvider): Uint8Array {
  const { sha256 } = provider.hashes;
  if (sha256 === undefined) throw new RangeError(`${provider.name} has no SHA-256`);
  const info = new pkijs.PublicKeyInfo({ schema: asn1js.fromBER(Uint8Array.from(spki)).result });
  return sha256.digest(info.subjectPublicKey.valueBlock.valueHexView).slice(0, 20);
}

/** Another key of the same kind. */
async function strangerTo({ algorithm }: SigningKey, provider: CryptoProvider): Promise<SigningKey> {
  switch (algorithm.type) {
    case 'ec': {
      const kind = ({ secp256r1: 'ecdsa-p256', secp384r1: 'ecdsa-p384', secp521r1: 'ecdsa-p521' } as const)[
        algorithm.curve
      ];
      return (await generateKey(kind, provider)).signingKey;
    }
    case 'rsa':
      return (await generateKey(algorithm.pssOnly === undefined ? 'rsa-2048' : 'rsa-pss', provider)).signingKey;
    case 'dsa':
      return (await generateKey('dsa-2048', provider)).signingKey;
    case 'dh':
      return (await generateKey('dh-2048', provider)).signingKey;
    case 'ed25519':
    case 'ed448':
      return (await generateKey(algorithm.type, provider)).signingKey;
    case 'ml-dsa':
      return (await generateKey(`ml-dsa-${algorithm.set}`, provider)).signingKey;
  }
}

/** Distinct names for distinct authorities: path building must not take one for another by accident. */
function label(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(4)), byte => byte.toString(16).padStart(2, '0')).join('');
}
