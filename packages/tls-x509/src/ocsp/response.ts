/** OCSP responses (RFC 6960 §4.2.1), read strictly and by views; what they are worth is judged elsewhere. */
import { TlsError } from '@tlskit/tls-alerts';
import { DecodeError } from '@tlskit/tls-wire';
import { contextTag, DerReader, readDer, Tag } from '@tlskit/tls-wire/der';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../algorithm.ts';
import { DistinguishedName } from '../distinguished-name.ts';
import { type Extension, readExtensionList } from '../extension-list.ts';
import { type RevocationReason, revocationReasons } from '../revocation.ts';
import { readGeneralizedTime } from '../time.ts';
import { type CertId, readCertId } from './cert-id.ts';
import { ocspOids } from './oids.ts';

/** OCSPResponseStatus by number; 4 is not used. */
const responseStatuses = [
  'successful',
  'malformedRequest',
  'internalError',
  'tryLater',
  undefined,
  'sigRequired',
  'unauthorized',
] as const;

export type OcspErrorStatus = Exclude<NonNullable<(typeof responseStatuses)[number]>, 'successful'>;

export type OcspResponse =
  | { readonly status: 'successful'; readonly basic: BasicOcspResponse }
  /** A responder that does not answer, and that nothing authenticates. */
  | { readonly status: OcspErrorStatus };

/** BasicOCSPResponse, with its ResponseData. All bytes are views. */
export interface BasicOcspResponse {
  /** ResponseData: what the signature is over. */
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly responder: OcspResponderId;
  /** When it was signed; as all times, milliseconds since 1970. */
  readonly producedAt: number;
  /** At least one. */
  readonly responses: readonly SingleOcspResponse[];
  readonly extensions: ReadonlyMap<string, Extension>;
  /** The nonce that it repeats (RFC 9654 §2.1), 1 to 128 octets. */
  readonly nonce: Uint8Array | undefined;
  /** DER of the certificates that came with it, not read yet. */
  readonly certificates: readonly Uint8Array[];
}

/** Who signed: by name, or by the SHA-1 of the key. */
export type OcspResponderId = { readonly name: DistinguishedName } | { readonly keyHash: Uint8Array };

export interface SingleOcspResponse {
  readonly certId: CertId;
  readonly status: OcspCertificateStatus;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly extensions: ReadonlyMap<string, Extension>;
}

export type OcspCertificateStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly at: number; readonly reason: RevocationReason | undefined }
  | { readonly status: 'unknown' };

/**
 * Reads an OCSPResponse, all of it but the certificates in it. The bytes are viewed, not copied.
 *
 * @throws TlsError `ERR_TLS_CERT_STATUS` for what is not the DER of one, or of a type or version that nobody here knows
 */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  try {
    return readDer(der, 'OCSPResponse', readResponse);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const message = `OCSP response of ${der.length} bytes does not parse: ${error.message} (RFC 6960 §4.2.1)`;
    throw new TlsError('ERR_TLS_CERT_STATUS', message, { rfc: 'RFC 6960 §4.2.1', cause: error });
  }
}

function readResponse(outer: DerReader): OcspResponse {
  const sequence = outer.enter();
  const status = readResponseStatus(sequence);
  // §4.2.1: "If the value of responseStatus is one of the error conditions, the responseBytes field is not set."
  if (status !== 'successful') {
    sequence.finish('OCSPResponse of an error');
    return { status };
  }
  const explicit = sequence.enter(contextTag(0, true));
  sequence.finish('OCSPResponse');
  const bytes = explicit.enter();
  explicit.finish('responseBytes');
  const type = bytes.oid();
  const response = bytes.octetString();
  bytes.finish('ResponseBytes');
  if (type !== ocspOids.basic) throw new DecodeError(`response of the unknown type ${type}`, 0);
  return { status, basic: readDer(response, 'BasicOCSPResponse', readBasic) };
}

function readResponseStatus(reader: DerReader): OcspErrorStatus | 'successful' {
  const number = readEnumerated(reader);
  const status = responseStatuses[number];
  if (status === undefined) throw new DecodeError(`no OCSPResponseStatus is ${number}`, 0);
  return status;
}

function readBasic(outer: DerReader): BasicOcspResponse {
  const sequence = outer.enter();
  const data = sequence.next(Tag.sequence);
  const signatureAlgorithm = readAlgorithmIdentifier(sequence);
  const signature = sequence.bitStringBytes();
  const certificates = readCertificates(sequence);
  sequence.finish('BasicOCSPResponse');
  return { ...readData(data.value), signed: data.bytes, signatureAlgorithm, signature, certificates };
}

function readCertificates(sequence: DerReader): readonly Uint8Array[] {
  const certificates: Uint8Array[] = [];
  if (sequence.done) return certificates;
  const explicit = sequence.enter(contextTag(0, true));
  const list = explicit.enter();
  explicit.finish('certs');
  while (!list.done) certificates.push(list.next(Tag.sequence).bytes);
  return certificates;
}

function readData(
  contents: Uint8Array,
): Omit<BasicOcspResponse, 'signed' | 'signatureAlgorithm' | 'signature' | 'certificates'> {
  const data = new DerReader(contents);
  checkVersion(data);
  const responder = readResponderId(data);
  const producedAt = readGeneralizedTime(data);
  const list = data.enter();
  const responses: SingleOcspResponse[] = [];
  while (!list.done) responses.push(readSingle(list));
  if (responses.length === 0) throw new DecodeError('responses is empty', 0);
  const extensions = readOptionalExtensions(data);
  data.finish('ResponseData');
  return { responder, producedAt, responses, extensions, nonce: readNonce(extensions) };
}

/** §4.2.2.3 MUST: v1. DER leaves the default out; that some write it changes nothing. */
function checkVersion(data: DerReader): void {
  if (data.peek() !== contextTag(0, true)) return;
  const explicit = data.enter(contextTag(0, true));
  const version = explicit.smallUnsigned();
  explicit.finish('Version');
  if (version !== 0) throw new DecodeError(`no such version: ${version}`, 0);
}

function readResponderId(data: DerReader): OcspResponderId {
  const byName = data.peek() === contextTag(1, true);
  const explicit = data.enter(contextTag(byName ? 1 : 2, true));
  const { bytes, value } = explicit.next(byName ? Tag.sequence : Tag.octetString);
  explicit.finish('ResponderID');
  if (byName) return { name: new DistinguishedName(bytes) };
  if (value.length !== 20) throw new DecodeError('KeyHash is no SHA-1', 0);
  return { keyHash: value };
}

function readSingle(list: DerReader): SingleOcspResponse {
  const single = list.enter();
  const certId = readCertId(single);
  const status = readCertificateStatus(single);
  const thisUpdate = readGeneralizedTime(single);
  const nextUpdate = readNextUpdate(single);
  const extensions = readOptionalExtensions(single);
  single.finish('SingleResponse');
  return { certId, status, thisUpdate, nextUpdate, extensions };
}

function readCertificateStatus(single: DerReader): OcspCertificateStatus {
  const { tag, value } = single.next();
  if (tag === contextTag(1, true)) {
    const revoked = new DerReader(value);
    const at = readGeneralizedTime(revoked);
    const reason = revoked.done ? undefined : readReason(revoked);
    revoked.finish('RevokedInfo');
    return { status: 'revoked', at, reason };
  }
  // Both are NULL.
  if (value.length === 0 && tag === contextTag(0, false)) return { status: 'good' };
  if (value.length === 0 && tag === contextTag(2, false)) return { status: 'unknown' };
  throw new DecodeError('CertStatus is neither good nor revoked nor unknown', 0);
}

function readReason(revoked: DerReader): RevocationReason {
  const explicit = revoked.enter(contextTag(0, true));
  const number = readEnumerated(explicit);
  explicit.finish('revocationReason');
  const reason = revocationReasons[number];
  if (reason === undefined) throw new DecodeError(`no CRLReason is ${number}`, 0);
  return reason;
}

function readNextUpdate(single: DerReader): number | undefined {
  if (single.peek() !== contextTag(0, true)) return undefined;
  const explicit = single.enter(contextTag(0, true));
  const time = readGeneralizedTime(explicit);
  explicit.finish('nextUpdate');
  return time;
}

function readOptionalExtensions(reader: DerReader): ReadonlyMap<string, Extension> {
  if (reader.peek() !== contextTag(1, true)) return new Map();
  const explicit = reader.enter(contextTag(1, true));
  const extensions = readExtensionList(explicit);
  explicit.finish('extensions');
  return extensions;
}

/** RFC 9654 §2.1: `OCTET STRING (SIZE (1..128))` within the extension's own (RFC 6066 §8 MUST). */
function readNonce(extensions: ReadonlyMap<string, Extension>): Uint8Array | undefined {
  const extension = extensions.get(ocspOids.nonce);
  if (extension === undefined) return undefined;
  const nonce = readDer(extension.value, 'Nonce', reader => reader.octetString());
  if (nonce.length < 1 || nonce.length > 128) throw new DecodeError(`Nonce has ${nonce.length} octets`, 0);
  return nonce;
}

/** An ENUMERATED of one octet; nothing here has more. */
function readEnumerated(reader: DerReader): number {
  const { value } = reader.next(Tag.enumerated);
  const [number] = value;
  if (number === undefined || value.length > 1 || number > 0x7f) throw new DecodeError('ENUMERATED is out of range', 0);
  return number;
}
