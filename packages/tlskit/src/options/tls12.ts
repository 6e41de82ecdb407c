/** What is said of TLS 1.2 alone. All of it is of no use to a connection of TLS 1.3. */
import type { DhParameters } from '@tlskit/tls-crypto';
import type { ClientConfig12, ServerConfig12 } from '@tlskit/tls-handshake';
import type { ServerSessionCache } from '@tlskit/tls-session';
import { boolean, checkNames, integer, invalid, oneOf } from './check.ts';

interface CommonTls12Options {
  /** Whether peers without extended_master_secret are refused (RFC 7627); false by default. It is always offered. */
  readonly requireExtendedMasterSecret?: boolean | undefined;
  /** The same in short; not beside it. */
  readonly requireEms?: boolean | undefined;
  /** Whether sessions without it are kept and resumed, which RFC 7627 §5.3 advises against; false by default. */
  readonly resumeWithoutExtendedMasterSecret?: boolean | undefined;
  /** Whether suites with CBC encrypt before they authenticate where the peer does too (RFC 7366); true by default. */
  readonly encryptThenMac?: boolean | undefined;
  /** Whether MACs may be cut to 10 bytes (RFC 6066 §7); false by default, and best so. */
  readonly truncatedHmac?: boolean | undefined;
  /** The fewest bits of a finite-field group that is not of RFC 7919, 1024 to 8192; 2048 by default. */
  readonly minDhBits?: number | undefined;
  /**
   * What becomes of a peer that asks for another handshake within the connection. `'refuse'`, by default: it is warned
   * (`no_renegotiation`), and the connection goes on; `'abort'`: the connection ends by `ERR_TLS_NO_RENEGOTIATION`; `'accept'`: it gets
   * one, by RFC 5746 alone.
   */
  readonly renegotiation?: 'refuse' | 'abort' | 'accept' | undefined;
  /** The most renegotiations of one connection, whoever asks, 1 to 65,536; 16 by default. One more ends it by `ERR_TLS_FLOOD`. */
  readonly maxRenegotiations?: number | undefined;
}

export interface ClientTls12Options extends CommonTls12Options {
  /**
   * Whether data goes before the server's Finished where RFC 7918 allows it: false by default; true with ALPN alone; `'without-alpn'`
   * also without, which is for those who speak one protocol whatever the server says.
   */
  readonly falseStart?: boolean | 'without-alpn' | undefined;
  /** Whether servers without renegotiation_info are refused (RFC 5746 §4.1); true by default. */
  readonly requireSecureRenegotiation?: boolean | undefined;
  /** Whether tickets are asked for (RFC 5077); true by default. */
  readonly sessionTickets?: boolean | undefined;
  /** Whether RFC 5746 is offered by its signalling suite in place of the extension; false by default. */
  readonly renegotiationScsv?: boolean | undefined;
}

export interface ServerTls12Options extends CommonTls12Options {
  /** Whether clients that lack RFC 5746 are refused (RFC 5746 §4.3); false by default. */
  readonly requireSecureRenegotiation?: boolean | undefined;
  /** The group of DHE for clients that name none of RFC 7919; ffdhe2048 by default. */
  readonly dhParameters?: DhParameters | undefined;
  /** What PSK suites say to help the client choose its identity (RFC 4279 §5.2). */
  readonly pskIdentityHint?: Uint8Array | undefined;
  /**
   * Sessions by ID (RFC 5246 §7.4.1.2), for clients that take no tickets: a `MemorySessionCache`, or false for none. Servers of
   * `tlskit/node` have one of their own unless `tickets` is false; elsewhere there is none by default.
   */
  readonly sessions?: ServerSessionCache | false | undefined;
}

const common = [
  'requireExtendedMasterSecret',
  'requireEms',
  'resumeWithoutExtendedMasterSecret',
  'encryptThenMac',
  'truncatedHmac',
  'minDhBits',
  'renegotiation',
  'maxRenegotiations',
  'requireSecureRenegotiation',
] as const;

export function clientTls12Of(given: ClientTls12Options | undefined): ClientConfig12 | undefined {
  if (given === undefined) return undefined;
  checkNames('tls12', given, [...common, 'falseStart', 'sessionTickets', 'renegotiationScsv']);
  return {
    ...commonOf(given),
    requireSecureRenegotiation: boolean('requireSecureRenegotiation', given.requireSecureRenegotiation, true),
    falseStart: given.falseStart === 'without-alpn' ? given.falseStart : boolean('falseStart', given.falseStart, false),
    sessionTickets: boolean('sessionTickets', given.sessionTickets, true),
    renegotiationScsv: boolean('renegotiationScsv', given.renegotiationScsv, false),
  };
}

export function serverTls12Of(given: ServerTls12Options | undefined): ServerConfig12 | undefined {
  if (given === undefined) return undefined;
  checkNames('tls12', given, [...common, 'dhParameters', 'pskIdentityHint', 'sessions']);
  const { dhParameters, pskIdentityHint, sessions } = given;
  const checked = commonOf(given);
  if (dhParameters !== undefined) checkGroup(dhParameters, checked.minDhBits);
  if (pskIdentityHint !== undefined && !(pskIdentityHint instanceof Uint8Array && pskIdentityHint.length <= 0xffff)) {
    throw invalid('pskIdentityHint has at most 65,535 bytes');
  }
  for (const name of ['put', 'get', 'remove'] as const) {
    if (sessions !== undefined && sessions !== false && typeof sessions?.[name] !== 'function') {
      throw invalid('sessions of tls12 has functions put, get and remove, such as a MemorySessionCache, or is false');
    }
  }
  return {
    ...checked,
    requireSecureRenegotiation: boolean('requireSecureRenegotiation', given.requireSecureRenegotiation, false),
    dhParameters,
    pskIdentityHint,
    sessions: sessions === false ? undefined : sessions,
  };
}

function commonOf(given: CommonTls12Options) {
  const { requireExtendedMasterSecret, requireEms } = given;
  if (requireExtendedMasterSecret !== undefined && requireEms !== undefined) {
    throw invalid('requireEms is short for requireExtendedMasterSecret: one of them will do');
  }
  return {
    requireExtendedMasterSecret:
      boolean('requireExtendedMasterSecret', requireExtendedMasterSecret, false) ||
      boolean('requireEms', requireEms, false),
    resumeWithoutExtendedMasterSecret: boolean(
      'resumeWithoutExtendedMasterSecret',
      given.resumeWithoutExtendedMasterSecret,
      false,
    ),
    encryptThenMac: boolean('encryptThenMac', given.encryptThenMac, true),
    truncatedHmac: boolean('truncatedHmac', given.truncatedHmac, false),
    minDhBits: integer('minDhBits', given.minDhBits, 1024, 8192, 2048),
    renegotiation: oneOf<'refuse' | 'abort' | 'accept'>(
      'renegotiation',
      given.renegotiation,
      ['refuse', 'abort', 'accept'],
      'refuse',
    ),
    maxRenegotiations: integer('maxRenegotiations', given.maxRenegotiations, 1, 65_536, 16),
  };
}

/** Our own group is no smaller than what we would take of others. */
function checkGroup({ p, g }: DhParameters, minBits: number): void {
  if (!(p instanceof Uint8Array) || !(g instanceof Uint8Array)) throw invalid('dhParameters has p and g, in bytes');
  const first = p.findIndex(byte => byte !== 0);
  const bits = first < 0 ? 0 : (p.length - first) * 8 - Math.clz32(p[first] as number) + 24;
  if (bits < minBits) throw invalid(`dhParameters has ${bits} bits, fewer than minDhBits (${minBits})`);
}
