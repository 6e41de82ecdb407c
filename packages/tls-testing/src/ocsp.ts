/**
 * OCSP responses (RFC 6960 §4.2): good ones unless asked otherwise, and with every means to ask otherwise; and a responder that answers
 * requests. Encoded by asn1js, so that a parser under test meets somebody else's DER.
 */
import type { CryptoProvider, HashName, SignatureAlgorithm, SigningKey } from '@tlskit/tls-crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import {
  type Block,
  bits,
  bytesOf,
  copy,
  implicit,
  integerContents,
  octets,
  oid,
  raw,
  sequence,
  tagged,
} from './asn1.ts';
import { algorithmIdentifier, encodeExtension, hashAlgorithm } from './certificate.ts';
import type { RawExtension } from './extensions.ts';
import { defaultSignature } from './keys.ts';

/** What a responder says of a certificate; `reason` is a CRLReason (RFC 5280 §5.3.1). */
export type OcspStatus = 'good' | 'unknown' | { readonly revokedAt: Date; readonly reason?: number };

/** One SingleResponse. */
export interface OcspSingle {
  /** DER of the certificate that it is about: gives the serial number. */
  readonly certificate?: Uint8Array;
  /** Contents octets of the INTEGER, in place of the certificate's. */
  readonly serial?: Uint8Array;
  /** Default `good`. */
  readonly status?: OcspStatus;
  /** What the CertID is made with. Default `sha1`. */
  readonly hash?: HashName;
  /** Whose the certificate is said to be. Default: this authority's. */
  readonly issuer?: { readonly subject: Uint8Array; readonly spki: Uint8Array };
  /** DER of a whole CertID, in place of all of these. */
  readonly certId?: Uint8Array;
  /** Default: a minute ago. DER of a time is written as it is. */
  readonly thisUpdate?: Date | Uint8Array;
  /** Default: a day ahead; null leaves it out. */
  readonly nextUpdate?: Date | Uint8Array | null;
  readonly extensions?: readonly RawExtension[];
}

/** Who signs. What {@link TestCA.issue} gives is one. */
export interface OcspSigner {
  /** DER: gives the name and the key to be known by. */
  readonly certificate: Uint8Array;
  readonly signingKey: SigningKey;
}

export interface OcspOptions {
  readonly responses: readonly OcspSingle[];
  /** OCSPResponseStatus by number. Default 0, `successful`; others come alone. */
  readonly responseStatus?: number;
  /** Default: the authority itself. */
  readonly signer?: OcspSigner;
  /** DER of the certificates that come with it. Default: the signer's, unless it is the authority. */
  readonly certificates?: readonly Uint8Array[];
  /** How the signer is named. Default `name`; DER of a ResponderID is written as it is. */
  readonly responderId?: 'name' | 'key' | Uint8Array;
  /** Default: now. */
  readonly producedAt?: Date | Uint8Array;
  /** The octets of a nonce (RFC 9654). Default: none. */
  readonly nonce?: Uint8Array;
  /** Further response extensions. */
  readonly extensions?: readonly RawExtension[];
  /** Default: by the signer's key. */
  readonly signature?: SignatureAlgorithm;
  /** An OID to write, with NULL parameters, in place of the real signature algorithm. */
  readonly claimedAlgorithm?: string;
  /** Default: `id-pkix-ocsp-basic`. */
  readonly responseType?: string;
  /** Version to write; left out by default, as v1 is the default. */
  readonly version?: number;
  /** Changes the DER of ResponseData before it is signed. */
  readonly alter?: (responseData: Uint8Array) => Uint8Array;
  /** Changes the signature. */
  readonly alterSignature?: (signature: Uint8Array) => Uint8Array;
}

export interface OcspResponderOptions extends Omit<OcspOptions, 'responses' | 'nonce'> {
  /** What is said of the certificate with these contents octets of a serial number. Default: `good`. */
  readonly statusOf?: (serial: Uint8Array) => OcspStatus;
  /** What is done with the nonce of a request. Default `echo`. */
  readonly nonce?: 'echo' | 'omit' | Uint8Array;
  /** More of each response. */
  readonly single?: Omit<OcspSingle, 'certificate' | 'serial' | 'status' | 'certId'>;
}

/** The authority that is asked. */
export interface OcspAuthority extends OcspSigner {
  /** DER Name. */
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
}

export const ocspOids = {
  basic: '1.3.6.1.5.5.7.48.1.1',
  nonce: '1.3.6.1.5.5.7.48.1.2',
  noCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;

const minute = 60_000;

/** DER of an OCSPResponse. */
export async function buildOcspResponse(
  authority: OcspAuthority,
  options: OcspOptions,
  provider: Pick<CryptoProvider, 'hashes' | 'name'>,
): Promise<Uint8Array> {
  const { responseStatus = 0, responseType = ocspOids.basic } = options;
  const status = new asn1js.Enumerated({ value: responseStatus });
  if (responseStatus !== 0) return bytesOf(sequence(status));
  const basic = await basicResponse(authority, options, provider);
  return bytesOf(sequence(status, tagged(0, sequence(oid(responseType), octets(basic)))));
}

/** Answers the DER of an OCSPRequest, each certificate that it asks for. */
export async function answerOcsp(
  authority: OcspAuthority,
  request: Uint8Array,
  options: OcspResponderOptions,
  provider: Pick<CryptoProvider, 'hashes' | 'name'>,
): Promise<Uint8Array> {
  const { statusOf = () => 'good', nonce = 'echo', single, ...rest } = options;
  const { tbsRequest } = pkijs.OCSPRequest.fromBER(copy(request));
  const responses = tbsRequest.requestList.map(({ reqCert }) => ({
    ...single,
    certId: bytesOf(reqCert.toSchema()),
    status: statusOf(new Uint8Array(reqCert.serialNumber.valueBlock.valueHexView)),
  }));
  const asked = tbsRequest.requestExtensions?.find(({ extnID }) => extnID === ocspOids.nonce)?.extnValue;
  const echo = asked && new Uint8Array((asn1js.fromBER(asked.getValue()).result as asn1js.OctetString).getValue());
  const given = nonce === 'echo' ? echo : nonce === 'omit' ? undefined : nonce;
  return buildOcspResponse(authority, { ...rest, responses, ...(given && { nonce: given }) }, provider);
}

async function basicResponse(
  authority: OcspAuthority,
  options: OcspOptions,
  provider: Pick<CryptoProvider, 'hashes' | 'name'>,
): Promise<Uint8Array> {
  const { signer = authority, certificates = signer === authority ? [] : [signer.certificate] } = options;
  const { signature = defaultSignature(signer.signingKey), version, nonce, extensions = [] } = options;
  const all = [...(nonce === undefined ? [] : [{ oid: ocspOids.nonce, value: bytesOf(octets(nonce)) }]), ...extensions];
  const plain = bytesOf(
    sequence(
      ...(version === undefined ? [] : [tagged(0, new asn1js.Integer({ value: version }))]),
      responderId(options.responderId ?? 'name', signer, provider),
      generalizedTime(options.producedAt ?? new Date()),
      sequence(...options.responses.map(single => singleResponse(authority, single, provider))),
      ...optionalExtensions(all),
    ),
  );
  const data = options.alter?.(plain) ?? plain;
  const signed = await signer.signingKey.sign(signature, data);
  const algorithm =
    options.claimedAlgorithm === undefined
      ? algorithmIdentifier(signature)
      : sequence(oid(options.claimedAlgorithm), new asn1js.Null());
  const with_ = certificates.length === 0 ? [] : [tagged(0, sequence(...certificates.map(raw)))];
  return bytesOf(sequence(raw(data), algorithm, bits(options.alterSignature?.(signed) ?? signed), ...with_));
}

function singleResponse(
  authority: OcspAuthority,
  single: OcspSingle,
  provider: Pick<CryptoProvider, 'hashes' | 'name'>,
): Block {
  const now = Date.now();
  const { nextUpdate = new Date(now + 1440 * minute), extensions = [] } = single;
  return sequence(
    single.certId === undefined ? certId(authority, single, provider) : raw(single.certId),
    certStatus(single.status ?? 'good'),
    generalizedTime(single.thisUpdate ?? new Date(now - minute)),
    ...(nextUpdate === null ? [] : [tagged(0, generalizedTime(nextUpdate))]),
    ...optionalExtensions(extensions),
  );
}

function certId(
  authority: OcspAuthority,
  { certificate, serial, hash = 'sha1', issuer = authority }: OcspSingle,
  provider: Pick<CryptoProvider, 'hashes' | 'name'>,
): Block {
  const contents = serial ?? (certificate && parsed(certificate).serialNumber.valueBlock.valueHexView);
  if (contents === undefined)
    throw new RangeError('a response is about no certificate: give one, or its serial number');
  const digest = (data: Uint8Array): Block => octets(digestOf(hash, data, provider));
  return sequence(hashAlgorithm(hash), digest(issuer.subject), digest(keyBits(issuer.spki)), integerContents(contents));
}

function certStatus(status: OcspStatus): Block {
  if (status === 'good') return implicit(0, new Uint8Array());
  if (status === 'unknown') return implicit(2, new Uint8Array());
  const { revokedAt, reason } = status;
  const why = reason === undefined ? [] : [tagged(0, new asn1js.Enumerated({ value: reason }))];
  return tagged(1, generalizedTime(revokedAt), ...why);
}

function responderId(
  given: 'name' | 'key' | Uint8Array,
  { certificate }: OcspSigner,
  provider: Pick<CryptoProvider, 'hashes' | 'name'>,
): Block {
  if (given instanceof Uint8Array) return raw(given);
  const { subject, subjectPublicKeyInfo } = parsed(certificate);
  if (given === 'name') return tagged(1, raw(bytesOf(subject.toSchema())));
  const key = subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  return tagged(2, octets(digestOf('sha1', key, provider)));
}

function optionalExtensions(extensions: readonly RawExtension[]): Block[] {
  return extensions.length === 0 ? [] : [tagged(1, sequence(...extensions.map(encodeExtension)))];
}

function generalizedTime(value: Date | Uint8Array): Block {
  if (value instanceof Uint8Array) return raw(value);
  return new asn1js.GeneralizedTime({ valueDate: new Date(Math.floor(value.getTime() / 1000) * 1000) });
}

function digestOf(
  name: HashName,
  data: Uint8Array,
  { hashes, name: provider }: Pick<CryptoProvider, 'hashes' | 'name'>,
): Uint8Array {
  const hash = hashes[name];
  if (hash === undefined) throw new RangeError(`${provider} has no ${name}`);
  return hash.digest(data);
}

function keyBits(spki: Uint8Array): Uint8Array {
  const info = new pkijs.PublicKeyInfo({ schema: asn1js.fromBER(copy(spki)).result });
  return info.subjectPublicKey.valueBlock.valueHexView;
}

function parsed(certificate: Uint8Array): pkijs.Certificate {
  return pkijs.Certificate.fromBER(copy(certificate));
}
