/** What is offered: versions, and the suites, groups, schemes and protocols that IANA knows, the usual ones first. */
import { AnyCipherSuite, CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme } from '@tlskit/tls-messages';
import { type CipherSuiteAttributes, parseCipherSuiteName } from '@tlskit/tls-messages/tls12';
import type { Named } from 'tlskit';
import { named } from '../named.ts';

export const {
  'SSL 3.0': ssl3,
  'TLS 1.0': TLS10,
  'TLS 1.1': TLS11,
  'TLS 1.2': TLS12,
  'TLS 1.3': TLS13,
} = ProtocolVersion.values;

/** As people write them: `TLS 1.2`. */
export function versionName(version: number): string {
  return ProtocolVersion.label(version);
}

const signalling: readonly number[] = [
  CipherSuite.values.TLS_EMPTY_RENEGOTIATION_INFO_SCSV,
  CipherSuite.values.TLS_FALLBACK_SCSV,
];

/** All that TLS 1.3 has, best known first. */
export const suites13: readonly number[] = Object.values(CipherSuite.values)
  .filter(code => !signalling.includes(code))
  .sort((a, b) => Number(a >> 8 !== 0x13) - Number(b >> 8 !== 0x13) || a - b);

/** What the name of a suite before TLS 1.3 says; undefined for the few that are built otherwise. */
export function attributesOf(code: number): CipherSuiteAttributes | undefined {
  const name = AnyCipherSuite.nameOf(code);
  return name === undefined ? undefined : parseCipherSuiteName(name);
}

const oldSuites = Object.values(AnyCipherSuite.values)
  .filter(code => !suites13.includes(code) && !signalling.includes(code) && code !== 0)
  .sort((a, b) => rank(a) - rank(b) || a - b);

/** The whole table for a version before TLS 1.3, as far as a suite can be of that version; what is usual comes first. */
export function suitesFor(version: number): readonly number[] {
  return version >= TLS12 ? oldSuites : oldSuites.filter(code => !isOf12Alone(code));
}

/** AEADs and the newer hashes are of TLS 1.2 (RFC 5246 §1.2, RFC 5288 §4, RFC 5289 §4). */
function isOf12Alone(code: number): boolean {
  const { mac } = attributesOf(code) ?? {};
  return mac === undefined || mac === 'SHA256' || mac === 'SHA384';
}

/** What is likely to be found comes into the first hello, and there the best comes first, as other clients have it. */
function rank(code: number): number {
  const { keyExchange = '', mac } = attributesOf(code) ?? {};
  const exchange = ['ECDHE', 'DHE'].indexOf(keyExchange);
  return rarity(code) * 100 + (exchange < 0 ? 2 : exchange) * 2 + (mac === undefined ? 0 : 1);
}

function rarity(code: number): number {
  const { keyExchange, authentication, cipher, exportable } = attributesOf(code) ?? {};
  if (authentication !== 'RSA' && authentication !== 'ECDSA') return 2;
  if (keyExchange !== 'ECDHE' && keyExchange !== 'DHE' && keyExchange !== 'RSA') return 2;
  if (exportable) return 1;
  if (cipher === 'AES' || cipher === 'CHACHA20') return 0;
  return 1;
}

/** The groups that were made for TLS 1.3 alone: of ML-KEM, and the curves of Brainpool under their new numbers (RFC 8734). */
const of13Alone: readonly number[] = [
  ...Object.entries(NamedGroup.values).flatMap(([name, code]) => (/MLKEM|Kyber|tls13$/.test(name) ? [code] : [])),
];

const finiteFields: readonly number[] = Object.entries(NamedGroup.values).flatMap(([name, code]) =>
  name.startsWith('ffdhe') ? [code] : [],
);

const hybridsFirst = (a: number, b: number): number => groupRank(a) - groupRank(b) || a - b;

function groupRank(code: number): number {
  const { X25519MLKEM768, SecP256r1MLKEM768, SecP384r1MLKEM1024, x25519, secp256r1, secp384r1, secp521r1, x448 } =
    NamedGroup.values;
  const usual: readonly number[] = [
    ...[X25519MLKEM768, SecP256r1MLKEM768, SecP384r1MLKEM1024],
    ...[x25519, secp256r1, secp384r1, secp521r1, x448],
  ];
  const place = usual.indexOf(code);
  return place < 0 ? usual.length : place;
}

const allGroups = Object.values(NamedGroup.values)
  .filter(code => code < 0xff00)
  .sort(hybridsFirst);

/** Every group, for TLS 1.3. */
export const groups13: readonly number[] = allGroups;

/** Every curve, for versions before TLS 1.3. */
export const curves12: readonly number[] = allGroups.filter(
  code => !of13Alone.includes(code) && !finiteFields.includes(code),
);

/** The groups of RFC 7919. */
export const ffdheGroups = finiteFields;

/** Not registered as one: the pair of hash and signature as TLS 1.2 writes it (RFC 5246 §7.4.1.4.1). */
export const RSA_MD5 = 0x0101;

/** Every scheme: the best known first, the broken ones last. */
export const allSchemes: readonly number[] = Object.values(SignatureScheme.values).sort(
  (a, b) => schemeRank(a) - schemeRank(b) || a - b,
);

/** Every scheme of TLS 1.2, in the same order. */
export const schemes12: readonly number[] = [
  ...allSchemes.filter(code => !/mldsa|tls13|_legacy$/.test(SignatureScheme.label(code))),
  RSA_MD5,
];

function schemeRank(code: number): number {
  const name = SignatureScheme.label(code);
  if (/sha1$|sha1_|sha224|^dsa/.test(name)) return 3;
  if (/^(ecdsa_secp|rsa_pss_rsae)/.test(name)) return 0;
  return /^(rsa|ed)/.test(name) ? 1 : 2;
}

export function schemeNamed(code: number): Named {
  return code === RSA_MD5 ? { name: 'rsa_pkcs1_md5', code } : named(SignatureScheme, code);
}

/** IANA's "TLS ALPN Protocol IDs" that run over TLS, and two that never were registered. */
export const protocols: readonly string[] = [
  ...['h2', 'http/1.1', 'http/1.0', 'http/0.9', 'spdy/3.1', 'spdy/3', 'spdy/2', 'spdy/1'],
  ...['ftp', 'imap', 'pop3', 'managesieve', 'smtp', 'nntp', 'nnsp', 'irc'],
  ...['xmpp-client', 'xmpp-server', 'sip/2', 'coap', 'mqtt', 'dot', 'acme-tls/1', 'postgresql'],
  ...['stun.turn', 'stun.nat-discovery', 'webrtc', 'c-webrtc', 'smb', 'sunrpc', 'radius/1.0', 'radius/1.1'],
  ...['ntske/1', 'tds/8.0', 'dicom', 'grpc-exp'],
];
