/** Every option, once: what is parsed, what `--help` and the README say, and what contradicts what come from here. */
import { groupNames, type OptionRows, signatureSchemeNames, suiteNames } from '@tlskit/cli-kit';
import { badCertificateNames } from '../bad/certificates.ts';
import { stapleNames } from '../bad/staples.ts';
import { faultNames, spelled } from '../faults/catalogue.ts';
import { profileNames } from '../tls/profiles.ts';

/** Seconds for a handshake, unless `--handshake-timeout` says otherwise. */
export const DEFAULT_TIMEOUT = 30;

/** Tickets for each connection, unless `--tickets` says otherwise. */
export const DEFAULT_TICKETS = 2;

/** Seconds that a ticket lives, unless `--ticket-lifetime` says otherwise. */
/** Connections at a time. */
export const DEFAULT_RELAYED = 100;

export const DEFAULT_LIFETIME = 7200;

/** Bytes of the longest handshake message, unless `--max-message` says otherwise: the longest ClientHello that there can be, and more. */
export const DEFAULT_MESSAGE = 1 << 18;

const listening = {
  port: {
    elsewhere: ['listen'],
    value: 'PORT',
    help: 'The port to listen on; 0, which is the default, takes a free one.',
  },
  host: {
    elsewhere: ['address', 'bind', 'accept'],
    value: 'HOST',
    help: 'The address to listen on; 127.0.0.1 by default. A name is listened on with all its addresses: localhost with IPv4 and IPv6.',
  },
  'handshake-timeout': {
    value: 'SECONDS',
    help: `How long a handshake may take; ${DEFAULT_TIMEOUT} by default, 0 for no limit.`,
  },
  'idle-timeout': {
    elsewhere: ['timeout'],
    value: 'SECONDS',
    help: 'How long a connection may be without a byte either way once it stands; 0, the default, for no limit.',
  },
  'max-connections': {
    value: 'N',
    help: 'How many connections may stand at a time; more are closed at once. No limit by default.',
  },
  rate: {
    elsewhere: ['rate-limit'],
    value: 'N',
    help: 'How many connections are taken in a second, and at once after a pause; more are closed at once. No limit by default.',
  },
  'max-message': {
    value: 'BYTES',
    help: `The longest handshake message; ${DEFAULT_MESSAGE} by default. A longer one is refused by its header: illegal_parameter.`,
  },
} as const satisfies OptionRows;

const certificates = {
  cert: {
    elsewhere: ['certificate', 'certfile', 'x509certfile'],
    value: 'FILE',
    many: true,
    help: 'A certificate and its intermediates (PEM or DER), for the --key in the same place. Several pairs make a server with several certificates: a client gets the first that it can verify and that is for the name it asks for.',
  },
  key: {
    elsewhere: ['keyfile', 'x509keyfile'],
    value: 'FILE',
    many: true,
    help: 'The private key of a certificate (PEM or DER, unencrypted).',
  },
  'ocsp-response': {
    elsewhere: ['status-file', 'ocsp', 'ocsp-file'],
    value: 'FILE',
    many: true,
    help: 'An OCSP response (DER) to staple, for the --cert in the same place, for clients that ask.',
  },
  'server-names': {
    elsewhere: ['servername', 'sni'],
    value: 'LIST',
    help: 'The names that clients may ask for; for another the alert unrecognized_name is fatal. Who asks for none is served. Any name is good by default.',
  },
} as const satisfies OptionRows;

const badness = {
  bad: {
    conflicts: ['cert'],
    help: 'Have a certificate for each name such as expired.localhost that is wrong in that way, and a fault for each such as bad-finished.localhost; other names get what is in order.',
  },
  'bad-cert': {
    value: 'NAME',
    conflicts: ['cert', 'bad'],
    choices: badCertificateNames,
    help: `Give everybody one that is wrong: ${badCertificateNames.join(', ')}.`,
  },
  staple: {
    value: 'KIND',
    conflicts: ['cert', 'bad', 'bad-cert', 'ocsp-response'],
    choices: stapleNames,
    help: `Staple an OCSP response that is ${stapleNames.join(', ')}, to clients that ask.`,
  },
  fault: {
    value: 'NAME',
    many: true,
    choices: faultNames,
    help: `Do something wrong; several are done at once: ${faultNames.map(spelled).join(', ')}.`,
  },
  expect: {
    needs: ['fault', 'bad-cert'],
    help: 'Wait for one client, and end: with code 0 if it did what a right one does, else with 4.',
  },
} as const satisfies OptionRows;

const negotiation = {
  profile: {
    value: 'NAME',
    choices: profileNames,
    help: `What the options below say nothing of: ${profileNames.join(', ')}. The first three are Mozilla's, without TLS 1.1 and 1.0; all is whatever there is.`,
  },
  'tls-min': {
    elsewhere: ['min-version', 'min_protocol', 'min-protocol'],
    value: 'VERSION',
    conflicts: ['tls'],
    choices: ['1.2', '1.3'],
    help: 'The lowest version of TLS: 1.2, the default, or 1.3.',
  },
  'tls-max': {
    elsewhere: ['max-version', 'max_protocol', 'max-protocol'],
    value: 'VERSION',
    conflicts: ['tls'],
    choices: ['1.2', '1.3'],
    help: 'The highest version of TLS: 1.3, the default, or 1.2.',
  },
  tls: {
    elsewhere: ['tls-version', 'tls1.3', 'tls1.2', 'tls1_3', 'tls1_2', 'tlsv1.3', 'tlsv1.2'],
    value: 'VERSIONS',
    choices: ['1.3', '1.2'],
    list: true,
    help: 'Versions of TLS in one: 1.3, 1.2 or 1.3,1.2. By default both, as far as the suites allow it.',
  },
  ciphersuites: {
    elsewhere: ['ciphers', 'cipher', 'cipherlist'],
    value: 'LIST',
    choices: ['all', ...suiteNames],
    list: true,
    help: "Cipher suites, best first, by IANA's names; or all: every suite but those that do not encrypt (NULL) or do not authenticate (anon), which are on by name alone. Suites of old are behind the others whatever the order.",
  },
  legacy: {
    value: 'LIST',
    help: "Cipher suites of TLS 1.2 to have beside the usual ones, behind them, by IANA's names: each has something wrong with it.",
  },
  groups: {
    elsewhere: ['curves', 'named-curve'],
    value: 'LIST',
    choices: ['all', ...groupNames],
    list: true,
    help: "Groups for the key exchange, best first, by IANA's names: x25519, x448, secp256r1, ffdhe2048, X25519MLKEM768 …; or all.",
  },
  'dhe-group': {
    elsewhere: ['dhparam', 'dhparams'],
    value: 'GROUP',
    help: 'The group of DHE suites in TLS 1.2 for clients that name none of RFC 7919: ffdhe2048, the default, to ffdhe8192. Without --groups it is among the groups where such suites are on.',
  },
  sigalgs: {
    elsewhere: ['sigalg', 'signature-algorithms', 'client_sigalgs'],
    value: 'LIST',
    choices: ['all', 'all+sha1', ...signatureSchemeNames],
    list: true,
    help: "Signature schemes to sign with and to take from clients, best first, by IANA's names; or all, which is without SHA-1, or all+sha1.",
  },
  alpn: {
    value: 'LIST',
    help: 'Application protocols, best first; a client that offers others alone gets no_application_protocol. With --www http/1.1 by default, and others are let be.',
  },
  'record-size-limit': {
    value: 'N',
    help: 'The most bytes of plaintext in a record to receive, 64 to 16385, for clients that say theirs (RFC 8449); 16385 by default, 0 for nothing said.',
  },
  'max-fragment-length': {
    elsewhere: ['mfl'],
    help: 'Go along with clients that ask for short records (RFC 6066 §4).',
  },
  heartbeat: { help: 'Let clients send heartbeats, and answer them (RFC 6520).' },
  renegotiation: {
    elsewhere: ['client_renegotiation', 'renegotiate'],
    help: 'Let clients of TLS 1.2 renegotiate, by RFC 5746 alone.',
  },
} as const satisfies OptionRows;

const clients = {
  'request-client-cert': {
    elsewhere: ['verify', 'request-client-certificate', 'verify-client-cert'],
    conflicts: ['require-client-cert'],
    help: 'Ask for a certificate; an empty one is accepted, one that is not good is refused.',
  },
  'require-client-cert': {
    elsewhere: ['require-client-certificate'],
    help: 'Ask for a certificate, and refuse clients without one.',
  },
  ca: {
    elsewhere: ['cafile', 'cacert', 'client-ca', 'x509cafile'],
    value: 'FILE',
    needs: ['request-client-cert', 'require-client-cert', 'post-handshake-auth'],
    help: 'Whose certificates of clients are good (PEM or DER). Without it any is, and told to be unverified.',
  },
  'post-handshake-auth': {
    elsewhere: ['force-pha', 'pha'],
    help: 'Ask clients of TLS 1.3 that offer post_handshake_auth for a certificate as soon as the handshake is complete. What they ask for is answered when they have answered that.',
  },
} as const satisfies OptionRows;

const sessions = {
  tickets: {
    elsewhere: ['num_tickets', 'num-tickets'],
    value: 'N',
    help: `Tickets for each connection, 0 to 255; ${DEFAULT_TICKETS} by default, and one at most in TLS 1.2. With 0 there are none.`,
  },
  'ticket-lifetime': {
    value: 'SECONDS',
    help: `How long a ticket is good, 1 to 604800; ${DEFAULT_LIFETIME} by default.`,
  },
  'session-cache': { help: 'Keep sessions of TLS 1.2 by their IDs too, for clients without tickets.' },
  'early-data': {
    elsewhere: ['earlydata', 'max_early_data', 'maxearlydata'],
    value: 'BYTES',
    help: 'Take up to so many bytes of early data from clients that resume (RFC 9846 §2.3), and none of it twice.',
  },
  'too-early': {
    needs: ['early-data'],
    help: 'Answer requests that came as early data by 425 (RFC 8470); else the path /early/425 alone does.',
  },
  psk: {
    value: 'ID:HEX',
    many: true,
    help: 'A key that clients may know, 16 bytes or more, and its name: what stands before the last colon.',
  },
  'psk-hash': {
    value: 'HASH',
    needs: ['psk'],
    help: 'What the keys go with in TLS 1.3: suites with sha256, the default, or sha384.',
  },
  'psk-ke': { help: 'Resume, and take keys, without a key exchange too, and so without forward secrecy (psk_ke).' },
} as const satisfies OptionRows;

const answers = {
  www: {
    elsewhere: ['http'],
    help: 'Answer a GET of HTTP/1.x when its blank line has come, in one record if it fits, then close.',
  },
  'reply-size': {
    value: 'N',
    needs: ['www'],
    help: 'How many bytes an answer has, its head included, on every path that is nothing else.',
  },
  echo: { conflicts: ['www'], help: 'Send back what clients send.' },
} as const satisfies OptionRows;

const telling = {
  keylog: {
    elsewhere: ['keylogfile'],
    value: 'FILE',
    help: 'Append the secrets of all connections, for Wireshark.',
  },
  json: { help: 'Say in one line of JSON, on standard output, that the server is ready.' },
  quiet: { help: 'Say nothing of connections.' },
} as const satisfies OptionRows;

const relaying = {
  relay: {
    value: 'PORT',
    help: 'Carry TCP for browsers: ws://…/HOST:PORT on this port (0 takes a free one) leads there, ws://…/ to this server.',
  },
  'relay-to': {
    value: 'HOST:PORT',
    many: true,
    needs: ['relay'],
    help: 'Where the relay may lead to; without it to loopback addresses, any port of theirs.',
  },
  'relay-origin': {
    value: 'ORIGIN',
    many: true,
    needs: ['relay'],
    help: 'Pages that may use the relay, such as https://example.com, beside those of this machine.',
  },
  'relay-connections': {
    value: 'N',
    needs: ['relay'],
    help: `How many connections the relay carries at a time; ${DEFAULT_RELAYED} by default, more get 503. Who says nothing for --idle-timeout, or five minutes where there is none, is closed.`,
  },
  demo: {
    value: 'DIR',
    needs: ['relay'],
    help: "Serve a folder's files on the relay's port too, over HTTP: the browser demo, built with TLSKIT_DEMO_RELAYS=self.",
  },
} as const satisfies OptionRows;

/** The options by what they are about, as they are told. */
export const sections = {
  Listening: listening,
  Certificates: certificates,
  'Bad on demand': badness,
  Negotiation: negotiation,
  "Clients' certificates": clients,
  'Sessions and keys': sessions,
  Answers: answers,
  Relay: relaying,
  Telling: telling,
} as const satisfies Readonly<Record<string, OptionRows>>;

export const serverOptions = {
  ...listening,
  ...certificates,
  ...badness,
  ...negotiation,
  ...clients,
  ...sessions,
  ...answers,
  ...relaying,
  ...telling,
} as const satisfies OptionRows;
