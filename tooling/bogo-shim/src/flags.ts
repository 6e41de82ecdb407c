/**
 * The flags of the runner's contract. Every flag is in one of three tables: it sets something, it has no effect here and the
 * table says why, or it belongs to something that tlskit leaves out, and the test with it.
 */
import {
  type CredentialSettings,
  defaultSettings,
  newCredential,
  type PskSettings,
  type Settings,
} from './settings.ts';

/** What the shim cannot do: exit code 89, which the runner counts as "unimplemented". */
export class Unimplemented extends Error {
  override readonly name = 'Unimplemented';
}

/** The three sets of settings that flags may speak of. */
export interface AllSettings {
  readonly initial: Settings;
  /** For the connections after the first. */
  readonly resume: Settings;
  /** For the second attempt on a connection whose early data was rejected. */
  readonly retry: Settings;
}

/**
 * @param argv without program and script
 * @throws Unimplemented for a flag of something that is left out, and for one that nobody knows
 */
export function parseFlags(argv: readonly string[]): AllSettings {
  const all = { initial: defaultSettings(), resume: defaultSettings(), retry: defaultSettings() };
  const rest = [...argv];
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    const { name, skipped, targets } = prefixes(flag, all);
    const reason = leftOut.get(name);
    if (reason !== undefined) throw new Unimplemented(`${name}: ${reason}`);
    const known = flags.get(name);
    const values = known === undefined ? withoutEffect.get(name)?.values : known.values;
    if (values === undefined) throw new Unimplemented(`${name}: no such flag is known here`);
    const value = values === 0 ? '' : rest.shift();
    if (value === undefined) throw new Error(`${name} needs a value`);
    if (!skipped) for (const target of targets) known?.set(target, value);
  }
  return all;
}

/** `-on-shim-on-resume-curves` is `-curves`, for the shim as opposed to the hand-over of BoringSSL's, for connections after the first. */
function prefixes(flag: string, { initial, resume, retry }: AllSettings) {
  let name = flag;
  const strip = (prefix: string): boolean => {
    if (!name.startsWith(`${prefix}-`)) return false;
    name = name.slice(prefix.length);
    return true;
  };
  const skipped = !strip('-on-shim') && strip('-on-handshaker');
  if (strip('-on-initial')) return { name, skipped, targets: [initial] };
  if (strip('-on-resume')) return { name, skipped, targets: [resume] };
  if (strip('-on-retry')) return { name, skipped, targets: [retry] };
  return { name, skipped, targets: [initial, resume, retry] };
}

interface Flag {
  readonly values: 0 | 1;
  set(settings: Settings, value: string): void;
}

type KeysOf<T> = { [K in keyof Settings]: Settings[K] extends T ? K : never }[keyof Settings];
type Assigned = Partial<Settings>;

function on(key: KeysOf<boolean>): Flag {
  return { values: 0, set: settings => Object.assign(settings, { [key]: true } satisfies Assigned) };
}

function text(key: KeysOf<string | undefined>): Flag {
  return { values: 1, set: (settings, value) => Object.assign(settings, { [key]: value } satisfies Assigned) };
}

function number(key: KeysOf<number | undefined>): Flag {
  return {
    values: 1,
    set: (settings, value) => Object.assign(settings, { [key]: toNumber(value) } satisfies Assigned),
  };
}

/** A flag that is given once for each value. */
function numbers(key: KeysOf<readonly number[]>): Flag {
  return { values: 1, set: (settings, value) => (settings[key] as number[]).push(toNumber(value)) };
}

function renegotiates(renegotiation: Settings['renegotiation']): Flag {
  return { values: 0, set: settings => Object.assign(settings, { renegotiation } satisfies Assigned) };
}

function excluded(version: number): Flag {
  return { values: 0, set: settings => settings.excludedVersions.push(version) };
}

function bytes(key: KeysOf<Uint8Array | undefined>): Flag {
  return { values: 1, set: (settings, value) => Object.assign(settings, { [key]: base64(value) } satisfies Assigned) };
}

function introduces(kind: CredentialSettings['kind']): Flag {
  return { values: 0, set: settings => settings.credentials.push(newCredential(kind)) };
}

/** Of the credential that was introduced last. */
function ofCredential(set: (credential: CredentialSettings, value: string) => void): Flag {
  return { values: 1, set: (settings, value) => set(settings.credentials.at(-1) ?? settings.credential, value) };
}

/** Of the key that was introduced last. */
function ofPsk(values: 0 | 1, set: (psk: PskSettings, value: string) => void): Flag {
  return {
    values,
    set: ({ credentials }, value) => {
      const psk = credentials.at(-1)?.psk;
      if (psk === undefined) throw new Error('there is no key to say it of');
      set(psk, value);
    },
  };
}

function newPsk(): CredentialSettings {
  const none = new Uint8Array(0);
  const psk: PskSettings = { key: none, identity: none, context: none, hash: 'sha256' };
  return { ...newCredential('x509'), psk };
}

function base64(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value, 'base64'));
}

function toNumber(value: string): number {
  const result = Number(value);
  if (!Number.isInteger(result)) throw new Error(`'${value}' is no whole number`);
  return result;
}

const flags: ReadonlyMap<string, Flag> = new Map<string, Flag>([
  ['-port', number('port')],
  ['-shim-id', { values: 1, set: (settings, value) => Object.assign(settings, { shimId: BigInt(value) }) }],
  ['-ipv6', on('ipv6')],
  ['-server', on('server')],
  ['-resume-count', number('resumeCount')],

  ['-min-version', number('minVersion')],
  ['-max-version', number('maxVersion')],
  ['-no-tls13', excluded(0x0304)],
  ['-no-tls12', excluded(0x0303)],
  ['-no-tls11', excluded(0x0302)],
  ['-no-tls1', excluded(0x0301)],

  ['-curves', numbers('groups')],
  [
    '-key-shares',
    {
      values: 1,
      set: (settings, value) =>
        Object.assign(settings, { keyShares: [...(settings.keyShares ?? []), toNumber(value)] }),
    },
  ],
  ['-curves-flags', numbers('groupFlags')],
  ['-server-supported-groups-hint', numbers('serverGroups')],
  ['-no-key-shares', { values: 0, set: settings => Object.assign(settings, { keyShares: [] }) }],
  ['-verify-prefs', numbers('verifySchemes')],

  ['-new-x509-credential', introduces('x509')],
  ['-new-delegated-credential', introduces('delegated')],
  ['-new-rpk-credential', introduces('raw')],
  ['-new-psk-credential', { values: 0, set: settings => settings.credentials.push(newPsk()) }],
  ['-psk-importer-key', ofPsk(1, (psk, value) => Object.assign(psk, { key: base64(value) }))],
  ['-psk-importer-identity', ofPsk(1, (psk, value) => Object.assign(psk, { identity: base64(value) }))],
  ['-psk-importer-context', ofPsk(1, (psk, value) => Object.assign(psk, { context: base64(value) }))],
  ['-psk-importer-sha256', ofPsk(0, psk => Object.assign(psk, { hash: 'sha256' }))],
  ['-psk-importer-sha384', ofPsk(0, psk => Object.assign(psk, { hash: 'sha384' }))],
  ['-enable-grease', on('grease')],
  ['-permute-extensions', on('permuteExtensions')],
  ['-cert-file', ofCredential((credential, value) => Object.assign(credential, { certFile: value }))],
  ['-key-file', ofCredential((credential, value) => Object.assign(credential, { keyFile: value }))],
  ['-ocsp-response', ofCredential((credential, value) => Object.assign(credential, { ocspResponse: base64(value) }))],
  [
    '-signed-cert-timestamps',
    ofCredential((credential, value) => Object.assign(credential, { timestamps: base64(value) })),
  ],
  [
    '-delegated-credential',
    ofCredential((credential, value) => Object.assign(credential, { delegatedCredential: base64(value) })),
  ],
  ['-enable-ocsp-stapling', on('askOcsp')],
  ['-enable-signed-cert-timestamps', on('askTimestamps')],
  ['-use-ocsp-callback', on('ocspCallback')],
  ['-fail-ocsp-callback', on('ocspCallbackFails')],
  ['-decline-ocsp-callback', on('ocspCallbackDeclines')],
  ['-install-cert-compression-algs', on('compressAll')],
  ['-install-one-cert-compression-alg', number('compressOne')],
  ['-accepted-peer-cert-types', numbers('peerTypes')],
  ['-signing-prefs', ofCredential((credential, value) => credential.schemes.push(toNumber(value)))],
  ['-trust-cert', text('trustFile')],
  ['-verify-peer', on('verifyPeer')],
  ['-verify-fail', on('verifyFail')],
  ['-require-any-client-certificate', on('requireClientCert')],
  ['-reverify-on-resume', on('reverify')],
  ['-use-client-ca-list', text('clientCas')],
  ['-available-client-cert-types', numbers('ownTypes')],
  [
    '-must-match-issuer',
    {
      values: 0,
      set: settings => Object.assign(settings.credentials.at(-1) ?? settings.credential, { mustMatchIssuer: true }),
    },
  ],
  ['-use-custom-verify-callback', on('customVerify')],
  ['-fail-cert-callback', on('failCertCallback')],
  ['-max-cert-list', number('maxMessageLength')],
  ['-server-preference', on('serverPreference')],
  // A list of suites of TLS 1.2 and below, which says nothing of those of TLS 1.3; but a server with a list has an order.
  [
    '-cipher',
    { values: 1, set: (settings, value) => Object.assign(settings, { cipherList: value, serverPreference: true }) },
  ],

  ['-psk', text('psk')],
  ['-psk-identity', text('pskIdentity')],
  ['-false-start', on('falseStart')],
  ['-allow-false-start-without-alpn', on('falseStartWithoutAlpn')],
  ['-handshake-twice', on('handshakeTwice')],
  ['-renegotiate-once', renegotiates('once')],
  ['-renegotiate-freely', renegotiates('freely')],
  ['-renegotiate-ignore', renegotiates('ignore')],
  ['-renegotiate-explicit', renegotiates('explicit')],
  ['-forbid-renegotiation-after-handshake', renegotiates('never')],
  ['-no-legacy-server-connect', on('noLegacyConnect')],

  ['-no-ticket', on('noTickets')],
  ['-ticket-key', { values: 1, set: (settings, value) => Object.assign(settings, { ticketKey: base64(value) }) }],
  ['-skip-ticket', on('skipTickets')],
  ['-resumption-delay', number('resumptionDelay')],

  ['-host-name', text('hostName')],
  ['-advertise-alpn', text('advertiseAlpn')],
  ['-select-alpn', text('selectAlpn')],
  ['-decline-alpn', on('declineAlpn')],
  ['-reject-alpn', on('rejectAlpn')],
  ['-select-empty-alpn', on('selectEmptyAlpn')],
  ['-allow-unknown-alpn-protos', on('allowUnknownAlpn')],
  ['-no-server-name-ack', on('noNameAck')],
  ['-fail-early-callback', on('refuseHello')],
  ['-fail-ddos-callback', on('failOnHello')],

  ['-async', on('async')],
  ['-read-size', number('readSize')],
  ['-max-send-fragment', number('maxSendFragment')],
  ['-shim-writes-first', on('shimWritesFirst')],
  ['-shim-initial-write', text('initialWrite')],
  ['-repeat-shim-initial-write', number('repeatInitialWrite')],
  ['-write-different-record-sizes', on('differentRecordSizes')],
  ['-read-with-unfinished-write', on('readWithUnfinishedWrite')],
  ['-shim-shuts-down', on('shimShutsDown')],
  ['-send-alert', on('sendAlert')],
  ['-fallback-scsv', on('fallback')],
  ['-check-close-notify', on('checkCloseNotify')],
  ['-key-update', on('keyUpdate')],
  ['-key-update-before-read', on('keyUpdateBeforeRead')],
  ['-export-keying-material', number('exportLength')],
  ['-export-label', text('exportLabel')],
  ['-export-context', text('exportContext')],
  ['-use-export-context', on('exportWithContext')],
  ['-export-traffic-secrets', on('exportTrafficSecrets')],
  ['-use-exporter-between-reads', on('exportBetweenReads')],
  ['-tls-unique', on('tlsUnique')],

  ['-handshake-never-done', on('handshakeNeverDone')],
  ['-expect-version', number('expectVersion')],
  ['-expect-cipher', number('expectCipher')],
  ['-expect-cipher-aes', number('expectCipherAes')],
  ['-expect-curve-id', number('expectGroup')],
  ['-expect-peer-signature-algorithm', number('expectPeerScheme')],
  ['-expect-peer-verify-pref', numbers('expectPeerVerifySchemes')],
  ['-expect-hrr', on('expectHrr')],
  ['-expect-no-hrr', on('expectNoHrr')],
  ['-expect-server-name', text('expectServerName')],
  ['-expect-no-server-name', on('expectNoServerName')],
  ['-expect-alpn', text('expectAlpn')],
  ['-expect-advertised-alpn', text('expectAdvertisedAlpn')],
  ['-expect-peer-cert-file', text('expectPeerCertFile')],
  ['-expect-no-peer-cert', on('expectNoPeerCert')],
  ['-expect-ocsp-response', bytes('expectOcsp')],
  ['-expect-signed-cert-timestamps', bytes('expectTimestamps')],
  ['-expect-peer-certificate-type', number('expectPeerType')],
  ['-expect-peer-rpk-sha256', bytes('expectPeerKey')],
  ['-expect-client-ca-list', text('expectClientCas')],
  ['-expect-selected-credential', number('expectSelectedCredential')],
  ['-expect-session-miss', on('expectSessionMiss')],
  ['-expect-no-session', on('expectNoSession')],
  ['-resumption-across-names-enabled', on('acrossNames')],
  ['-expect-resumable-across-names', on('expectAcrossNames')],
  ['-expect-not-resumable-across-names', on('expectNotAcrossNames')],
  ['-enable-early-data', on('earlyData')],
  ['-early-write-after-message', number('earlyWriteAfter')],
  ['-expect-accept-early-data', on('expectAcceptEarlyData')],
  ['-expect-reject-early-data', on('expectRejectEarlyData')],
  ['-expect-no-offer-early-data', on('expectNoOfferEarlyData')],
  ['-expect-early-data-reason', text('expectEarlyDataReason')],
  ['-expect-ticket-age-skew', number('expectTicketAgeSkew')],
  ['-expect-ticket-supports-early-data', on('expectTicketSupportsEarlyData')],
  ['-expect-msg-callback', text('expectMessages')],
  ['-expect-total-renegotiations', number('expectRenegotiations')],
  ['-expect-extended-master-secret', on('expectExtendedMasterSecret')],
  ['-expect-secure-renegotiation', on('expectSecureRenegotiation')],
  ['-expect-no-secure-renegotiation', on('expectNoSecureRenegotiation')],
  ['-expect-session-id', on('expectSessionId')],
  ['-expect-no-session-id', on('expectNoSessionId')],
  ['-expect-ticket-renewal', on('expectTicketRenewal')],
  ['-expect-certificate-types', bytes('expectCertificateTypes')],
]);

type Names = readonly string[];

function table<T>(...rows: readonly (readonly [T, Names])[]): ReadonlyMap<string, T> {
  return new Map(rows.flatMap(([value, names]) => names.map(name => [name, value] as const)));
}

/** Flags that the shim takes and does nothing about. */
const withoutEffect = table<{ readonly values: 0 | 1; readonly why: string }>(
  [
    { values: 0, why: 'ways to call BoringSSL that look alike on the wire; the engine has but one' },
    [
      '-implicit-handshake',
      '-no-op-extra-handshake',
      '-peek-then-read',
      '-partial-write',
      '-use-old-client-cert-callback',
      '-use-early-callback',
      '-install-ddos-callback',
    ],
  ],
  [
    {
      values: 0,
      why: 'BoringSSL can go on after a bad verdict, and remembers it: here a certificate is accepted, or the handshake ends',
    },
    ['-expect-verify-result'],
  ],
  [
    { values: 0, why: 'of TLS 1.0, whose records had no IV of their own: TLS 1.2 has (RFC 5246 §6.2.3.2)' },
    ['-cbc-record-splitting'],
  ],
  [
    { values: 0, why: 'who makes tickets is always a callback here, and may always take its time' },
    ['-use-ticket-callback', '-use-ticket-aead-callback'],
  ],
  [{ values: 0, why: 'a session of TLS 1.2 that resumes by a ticket gets a new one always' }, ['-renew-ticket']],
  [{ values: 0, why: 'a staple that a callback sets is one that a function gives' }, ['-set-ocsp-in-callback']],
  [
    { values: 1, why: 'use_srtp is for DTLS: over streams BoringSSL pays no heed to the flag (RFC 5764 §4.1)' },
    ['-srtp-profiles'],
  ],
  [{ values: 1, why: "for machines without AES instructions; node's OpenSSL has them" }, ['-expect-cipher-no-aes']],
);

/** Flags of what tlskit leaves out, or does not have yet. */
const leftOut = table(
  ['DTLS runs over datagrams, tlskit over streams', ['-dtls', '-mtu', '-initial-timeout-duration-ms']],
  [
    'QUIC carries the handshake by itself',
    [
      '-quic',
      '-quic-transport-params',
      '-expect-quic-transport-params',
      '-quic-use-legacy-codepoint',
      '-quic-early-data-context',
    ],
  ],
  [
    'Next Protocol Negotiation was never standardised; ALPN took its place (RFC 7301)',
    [
      '-advertise-npn',
      '-advertise-empty-npn',
      '-select-next-proto',
      '-select-empty-next-proto',
      '-expect-next-proto',
      '-expect-no-next-proto',
    ],
  ],
  ['Channel ID is an experiment of one vendor', ['-enable-channel-id', '-send-channel-id', '-expect-channel-id']],
  [
    'ALPS is a draft that expired',
    ['-application-settings', '-expect-peer-application-settings', '-alps-use-new-codepoint', '-defer-alps'],
  ],
  [
    'PAKE in TLS is a draft',
    ['-new-spake2plusv1-credential', '-pake-context', '-pake-client-id', '-pake-server-id', '-pake-password'],
  ],
  ['PAKE in TLS is a draft', ['-wrong-pake-role']],
  [
    'trust anchor identifiers are a draft',
    [
      '-requested-trust-anchors',
      '-available-trust-anchors',
      '-expect-peer-available-trust-anchors',
      '-expect-peer-match-trust-anchor',
      '-expect-no-peer-match-trust-anchor',
      '-cert-properties',
    ],
  ],
  [
    'padding of a server by request is a draft',
    ['-request-server-padding', '-server-supports-padding', '-expect-server-sent-requested-padding'],
  ],
  ["a workaround for one client's bug", ['-jdk11-workaround']],
  [
    "BoringSSL's policies; tlskit takes lists of suites, groups and schemes instead",
    ['-fips-202205', '-wpa-202304', '-cnsa-202407', '-cnsa1-202603', '-cnsa2-202603'],
  ],
  [
    "BoringSSL's hand-over of a handshake to another process",
    ['-handshake-hints', '-allow-hint-mismatch', '-handshaker-path', '-handshaker-resume', '-write-settings'],
  ],
  ['fuzzing without encryption, of BoringSSL alone', ['-fuzzer-mode']],
  ['a debugger for C', ['-wait-for-debugger']],
  [
    'Encrypted Client Hello is not there yet (RFC 9849)',
    [
      '-ech-config-list',
      '-ech-server-config',
      '-ech-server-key',
      '-ech-is-retry-config',
      '-enable-ech-grease',
      '-reject-unusable-ech-config',
      '-expect-ech-accept',
      '-expect-ech-name-override',
      '-expect-no-ech-name-override',
      '-expect-ech-retry-configs',
      '-expect-no-ech-retry-configs',
      '-fail-early-callback-ech-rewind',
    ],
  ],
  [
    'what a session has of a client is its certificates: of a digest alone it could not be judged again',
    ['-retain-only-sha256-client-cert', '-expect-sha256-client-cert'],
  ],
);
