/**
 * A server's first flight as far as it is readable without keys: ServerHello or HelloRetryRequest, and before TLS 1.3 all up to
 * ServerHelloDone (RFC 5246 §7.3). Nothing of it is verified: it is what the server says.
 */
import {
  AnyCipherSuite,
  type CertificateRequest12,
  certificate12,
  certificateRequest12,
  certificateStatus12,
  decodeMessage,
  findExtension,
  HandshakeType,
  HANDSHAKE_HEADER_LENGTH as HEADER,
  isHelloRetryRequest,
  keyShareRow,
  type ServerHello,
  serverHello,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { parseCipherSuiteName, serverKeyExchangeBody } from '@tlskit/tls-messages/tls12';
import { concat, DecodeError, Reader } from '@tlskit/tls-wire';
import { TLS12, TLS13 } from './code-points.ts';

/** ServerKeyExchange, as far as it is read. */
export interface ServerKeys {
  /** The curve, where there is one. */
  readonly group?: number;
  /** The prime of a finite-field group, without leading zeros. */
  readonly dhPrime?: Uint8Array;
  /** The scheme that the parameters are signed with; before TLS 1.2 nobody says it. */
  readonly scheme?: number;
}

export interface Flight {
  readonly hello: ServerHello;
  readonly version: number;
  readonly retry: boolean;
  /** The group that a server of TLS 1.3 chose. */
  readonly group: number | undefined;
  /** DER, as sent; before TLS 1.3. */
  readonly chain: readonly Uint8Array[];
  /** A stapled OCSP response, DER. */
  readonly ocsp: Uint8Array | undefined;
  readonly keys: ServerKeys;
  readonly certificateRequest: CertificateRequest12 | undefined;
  /** Whether the flight came to its end. */
  readonly complete: boolean;
}

/** The longest flight that is listened to, in bytes: certificates are what makes them long. */
const MAX_FLIGHT = 1 << 18;

type Draft = { -readonly [K in keyof Flight]: Flight[K] };

/** Collects a flight out of the fragments of handshake records. */
export class FlightReader {
  /** What came and is no whole message yet, in pieces: a message of single bytes must not be copied for each. */
  #parts: Uint8Array[] = [];
  #buffered = 0;
  /** Bytes without which there is no use in looking: those of a header, or of a message. */
  #needed = HEADER;
  #length = 0;
  #flight: Draft | undefined;

  /** What there is of it, once the hello is there. */
  get flight(): Flight | undefined {
    return this.#flight;
  }

  /** @throws Error for what is no flight of a server's, and for one that is too long */
  push(fragment: Uint8Array): void {
    this.#length += fragment.length;
    if (this.#length > MAX_FLIGHT) throw new Error(`its first flight has more than ${MAX_FLIGHT} bytes`);
    this.#parts.push(fragment);
    this.#buffered += fragment.length;
    while (this.#flight?.complete !== true) {
      const message = this.#next();
      if (message === undefined) return;
      this.#read(message);
    }
  }

  #next(): Uint8Array | undefined {
    if (this.#buffered < this.#needed) return undefined;
    const [first = new Uint8Array(0), ...more] = this.#parts;
    const bytes = more.length === 0 ? first : concat(first, ...more);
    const [, high = 0, middle = 0, low = 0] = bytes;
    const end = HEADER + ((high << 16) | (middle << 8) | low);
    if (end > MAX_FLIGHT) throw new Error(`it announces a message of ${end} bytes`);
    const isWhole = bytes.length >= end;
    const rest = isWhole ? bytes.subarray(end) : bytes;
    this.#parts = [rest];
    this.#buffered = rest.length;
    this.#needed = isWhole ? HEADER : end;
    return isWhole ? bytes.slice(0, end) : undefined;
  }

  #read(message: Uint8Array): void {
    const types = HandshakeType.values;
    const flight = this.#flight;
    if (flight === undefined) {
      this.#flight = flightOf(decodeMessage(serverHello, message));
      return;
    }
    switch (message[0]) {
      case types.certificate:
        flight.chain = decodeMessage(certificate12, message).certificate_list;
        return;
      case types.certificate_status:
        flight.ocsp = decodeMessage(certificateStatus12, message).response;
        return;
      case types.server_key_exchange:
        flight.keys = keysOf(flight, message.subarray(4));
        return;
      case types.certificate_request:
        flight.certificateRequest = requestOf(flight.version, message);
        return;
      case types.server_hello_done:
        flight.complete = true;
        return;
      case types.new_session_ticket:
      case types.finished:
      case types.supplemental_data:
        return;
      default:
        throw new DecodeError(`${HandshakeType.label(message[0] as number)} in the flight of a server`, 0);
    }
  }
}

function flightOf(hello: ServerHello): Draft {
  const { extensions, legacy_version } = hello;
  const version = findExtension(extensions, supportedVersionsRow, 'SH')?.selected_version ?? legacy_version;
  const retry = isHelloRetryRequest(hello);
  return {
    hello,
    version,
    retry,
    group: version < TLS13 ? undefined : shareGroup(hello, retry),
    chain: [],
    ocsp: undefined,
    keys: {},
    certificateRequest: undefined,
    complete: version >= TLS13,
  };
}

function shareGroup({ extensions }: ServerHello, retry: boolean): number | undefined {
  if (retry) return findExtension(extensions, keyShareRow, 'HRR')?.selected_group;
  return findExtension(extensions, keyShareRow, 'SH')?.server_share.group;
}

/** What does not decode, such as a curve by its coefficients, says nothing. */
function keysOf({ hello, version }: Flight, body: Uint8Array): ServerKeys {
  const { keyExchange, authentication } = parseCipherSuiteName(AnyCipherSuite.label(hello.cipher_suite)) ?? {};
  // Anonymous suites are called DH and ECDH, and have fresh keys all the same (RFC 5246 §7.4.3).
  const isFresh = authentication === 'anon';
  const exchange = isFresh && keyExchange === 'DH' ? 'DHE' : isFresh && keyExchange === 'ECDH' ? 'ECDHE' : keyExchange;
  if (exchange !== 'DHE' && exchange !== 'ECDHE') return {};
  const reader = new Reader(body);
  const isPsk = authentication === 'PSK';
  try {
    // The parameters alone: before TLS 1.2 the signature behind them has another form.
    const unsigned = serverKeyExchangeBody({ keyExchange: exchange, authentication: isPsk ? 'PSK' : 'anon' });
    const { dh_params, ecdh_params } = unsigned.decode(reader);
    const signed = version >= TLS12 && !isFresh && !isPsk;
    return {
      ...(ecdh_params === undefined ? {} : { group: ecdh_params.namedcurve }),
      ...(dh_params === undefined ? {} : { dhPrime: withoutZeros(dh_params.dh_p) }),
      ...(signed && reader.remaining >= 2 ? { scheme: reader.uint(2) } : {}),
    };
  } catch {
    return {};
  }
}

/** Before TLS 1.2 there are no schemes in it (RFC 4346 §7.4.4): that it is there is what counts. */
function requestOf(version: number, message: Uint8Array): CertificateRequest12 {
  if (version >= TLS12) return decodeMessage(certificateRequest12, message);
  return { certificate_types: [], supported_signature_algorithms: [], certificate_authorities: [] };
}

function withoutZeros(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex(byte => byte !== 0);
  return first < 0 ? new Uint8Array(0) : magnitude.slice(first);
}

/** Bits of a number without leading zeros. */
export function bitsOf(magnitude: Uint8Array): number {
  return magnitude.length === 0 ? 0 : magnitude.length * 8 - Math.clz32(magnitude[0] as number) + 24;
}
