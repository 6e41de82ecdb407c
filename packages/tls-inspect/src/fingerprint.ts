/**
 * What a ClientHello is known by, beside what it says: JA3 and JA4, the two fingerprints that others write down. Hashes are the
 * caller's, since providers have no MD5: nothing here depends on their strength.
 */
import {
  alpnRow,
  type ClientHello,
  ExtensionType,
  ecPointFormatsRow,
  findExtension,
  isGrease,
  ProtocolVersion,
  signatureAlgorithmsRow,
  supportedGroupsRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { ascii, DecodeError, toHex } from '@tlskit/tls-wire';

/** From bytes to a digest. */
export type Digest = (data: Uint8Array) => Uint8Array;

/** What JA3 is the MD5 of: version, suites, extensions, groups and point formats in decimal digits, in their order, without GREASE. */
export function ja3Text(hello: ClientHello): string {
  const { legacy_version, cipher_suites, extensions } = hello;
  const groups = read(() => findExtension(extensions, supportedGroupsRow, 'CH')?.named_group_list);
  const formats = read(() => findExtension(extensions, ecPointFormatsRow, 'CH')?.ec_point_format_list);
  const lists = [cipher_suites, typesOf(hello), groups].map(list => list.filter(value => !isGrease(value)));
  return [legacy_version, ...[...lists, formats].map(list => list.join('-'))].join(',');
}

/** JA3: 32 hexadecimal digits. Clients that shuffle their extensions have another each time. @param md5 MD5 */
export function ja3(hello: ClientHello, md5: Digest): string {
  return toHex(md5(ascii(ja3Text(hello))));
}

/** JA4 before its hashes (`ja4_r`): suites and extensions sorted, signature schemes in their order. */
export function ja4Text(hello: ClientHello): string {
  return [ja4Start(hello), suitesOf(hello).join(','), rest(hello)].join('_');
}

/** JA4 of a client over TCP: three parts, which are the same whatever the order of the extensions. @param sha256 SHA-256 */
export function ja4(hello: ClientHello, sha256: Digest): string {
  const short = (text: string) => (text === '' ? '0'.repeat(12) : toHex(sha256(ascii(text))).slice(0, 12));
  return [ja4Start(hello), short(suitesOf(hello).join(',')), short(rest(hello))].join('_');
}

const { server_name, application_layer_protocol_negotiation: alpn } = ExtensionType.values;

/** Protocol, version, whether a name is asked for, how many suites and extensions, and the ends of the first ALPN name. */
function ja4Start(hello: ClientHello): string {
  const types = typesOf(hello).filter(type => !isGrease(type));
  const many = (count: number) => String(Math.min(count, 99)).padStart(2, '0');
  const named = types.includes(server_name) ? 'd' : 'i';
  return `t${versionOf(hello)}${named}${many(suitesOf(hello).length)}${many(types.length)}${alpnOf(hello)}`;
}

/** Sorted. */
function suitesOf({ cipher_suites }: ClientHello): readonly string[] {
  return cipher_suites
    .filter(suite => !isGrease(suite))
    .map(hex4)
    .sort();
}

/** Extensions but SNI and ALPN, which change from one use to another, sorted; then the schemes. */
function rest(hello: ClientHello): string {
  const types = typesOf(hello).filter(type => !isGrease(type) && type !== server_name && type !== alpn);
  const { extensions } = hello;
  const schemes = read(
    () => findExtension(extensions, signatureAlgorithmsRow, 'CH')?.supported_signature_algorithms,
  ).filter(scheme => !isGrease(scheme));
  const sorted = types.map(hex4).sort().join(',');
  return schemes.length === 0 ? sorted : `${sorted}_${schemes.map(hex4).join(',')}`;
}

function versionOf({ legacy_version, extensions }: ClientHello): string {
  const offered = read(() => findExtension(extensions, supportedVersionsRow, 'CH')?.versions);
  const version = Math.max(...offered.filter(each => !isGrease(each)), offered.length === 0 ? legacy_version : 0);
  const known = ProtocolVersion.nameOf(version);
  if (version === 0x0300) return 's3';
  return known === undefined || !/^TLS 1\.\d$/.test(known) ? '00' : known.slice(4).replace('.', '');
}

/** Its first and last characters; of a name that does not begin and end in letters or digits, those of its bytes in hexadecimal. */
function alpnOf({ extensions }: ClientHello): string {
  const names = read(() => findExtension(extensions, alpnRow, 'CH')?.protocol_name_list);
  // RFC 8701 §2: there are reserved names too, of two bytes.
  const first = names.find(name => name.length !== 2 || !isGrease(((name[0] as number) << 8) | (name[1] as number)));
  if (first === undefined) return '00';
  const ends = String.fromCharCode(first[0] as number, first.at(-1) as number);
  if (/^[0-9A-Za-z]{2}$/.test(ends)) return ends;
  const digits = toHex(first);
  return `${digits[0]}${digits.at(-1)}`;
}

function typesOf({ extensions }: ClientHello): readonly number[] {
  return extensions.map(({ extension_type }) => extension_type);
}

/** What cannot be read is as good as absent: a fingerprint is of whatever there is. */
function read<T>(find: () => readonly T[] | undefined): readonly T[] {
  try {
    return find() ?? [];
  } catch (error) {
    if (error instanceof DecodeError) return [];
    throw error;
  }
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}
