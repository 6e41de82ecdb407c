/** Extensions that a server answers, and what the hellos of TLS 1.2 alone show: compression, renegotiation, encrypt-then-MAC. */
import {
  decodeMessage,
  type Extension,
  ExtensionType,
  encryptedExtensions,
  encryptThenMacRow,
  HandshakeType,
  heartbeatRow,
  makeExtension,
  maxFragmentLengthRow,
  recordSizeLimitRow,
  sessionTicketRow,
  signedCertificateTimestampRow,
  statusRequestRow,
  truncatedHmacRow,
} from '@tlskit/tls-messages';
import { losePatience } from '../patience.ts';
import { attributesOf, TLS12, TLS13, versionName } from './code-points.ts';
import type { Connections } from './connections.ts';
import { type Shaken, type ShakeOptions, shake } from './handshake.ts';
import type { Prober } from './probe.ts';
import type { ExtensionResult, ScanResult } from './result.ts';
import type { SuitesFound } from './suites.ts';

const { renegotiation_info, encrypt_then_mac, compress_certificate, heartbeat, supported_versions, key_share } =
  ExtensionType.values;

/** What each version answered, by type. */
export class ExtensionsSeen {
  readonly #versions = new Map<number, Set<number>>();

  add(version: number, types: Iterable<number>): void {
    for (const type of types) {
      // They are how TLS 1.3 chooses, and say nothing else.
      if (type === supported_versions || type === key_share) continue;
      const versions = this.#versions.get(type) ?? new Set();
      this.#versions.set(type, versions.add(version));
    }
  }

  has(type: number): boolean {
    return this.#versions.has(type);
  }

  get all(): ExtensionResult[] {
    return [...this.#versions]
      .sort(([a], [b]) => a - b)
      .map(([code, versions]) => ({
        name: ExtensionType.label(code),
        code,
        versions: [...versions].sort((a, b) => b - a).map(versionName),
      }));
  }
}

const ocspRequest = {
  status_type: 1,
  request: { responder_id_list: [], request_extensions: new Uint8Array(0) },
} as const;

/** What can be asked for at once, but for a choice between two ways to limit records (RFC 8449 §5). */
const wishes: readonly Extension[] = [
  makeExtension(statusRequestRow, 'CH', ocspRequest),
  makeExtension(signedCertificateTimestampRow, 'CH', {}),
  makeExtension(sessionTicketRow, 'CH', new Uint8Array(0)),
  makeExtension(heartbeatRow, 'CH', 1),
  makeExtension(truncatedHmacRow, 'CH', {}),
];

type Results = Pick<ScanResult, 'compression' | 'encryptThenMac' | 'renegotiation' | 'heartbeat'>;

/** For the highest version before TLS 1.3 that is spoken. @throws ScanOver */
export async function findFeatures12(
  prober: Prober,
  { version, suites }: SuitesFound,
  seen: ExtensionsSeen,
  result: Results,
): Promise<void> {
  const codes = suites.map(({ code }) => code);
  const answered = async (spec: Partial<Parameters<Prober['ask']>[0]>): Promise<readonly number[]> => {
    const flight = await prober.flight({ version, suites: codes, ...spec });
    const types = flight?.hello.extensions.map(({ extension_type }) => extension_type) ?? [];
    seen.add(version, types);
    return types;
  };
  const hasExtensions = version > 0x0300;
  const plain = await answered({ extensions: hasExtensions ? wishes : [] });
  result.renegotiation = { secure: plain.includes(renegotiation_info), clientInitiated: null };
  if (hasExtensions) {
    await answered({ extensions: [makeExtension(maxFragmentLengthRow, 'CH', 4)] });
    await answered({ extensions: [makeExtension(recordSizeLimitRow, 'CH', 2 ** 14)] });
    result.heartbeat = seen.has(heartbeat);
  }
  const cbc = codes.filter(code => attributesOf(code)?.mode === 'CBC');
  result.encryptThenMac =
    cbc.length === 0 || !hasExtensions
      ? null
      : (await answered({ suites: cbc, extensions: [makeExtension(encryptThenMacRow, 'CH', {})] })).includes(
          encrypt_then_mac,
        );
  // DEFLATE and LZS (RFC 3749, RFC 3943), before null.
  const flight = await prober.flight({ version, suites: codes, compression: [1, 64, 0] });
  if (flight !== undefined) {
    const { legacy_compression_method: method } = flight.hello;
    result.compression = method === 0 ? [] : [method];
  }
}

/**
 * What EncryptedExtensions and Certificate of TLS 1.3 have, for what the library can ask for.
 * @param protocol one that the server takes: others may refuse a client that offers none of theirs
 * @throws ScanOver
 */
export async function findExtensions13(
  connections: Connections,
  serverName: string | undefined,
  protocol: string | undefined,
  seen: ExtensionsSeen,
  result: Results,
): Promise<void> {
  const ways: readonly Omit<ShakeOptions, 'version'>[] = [
    {
      ...(protocol === undefined ? {} : { alpn: [protocol] }),
      recordSizeLimit: 16_385,
      heartbeat: 'peer_allowed_to_send',
      delegatedCredentials: true,
    },
    { maxFragmentLength: 4096, ticketRequest: { newSession: 1, resumption: 1 } },
  ];
  for (const way of ways) {
    const { messages, evidence, info } = await shake(connections, serverName, { version: '1.3', ...way });
    seen.add(TLS13, typesIn(messages));
    if (evidence?.ocsp !== undefined) seen.add(TLS13, [ExtensionType.values.status_request]);
    if ((evidence?.scts ?? []).length > 0) seen.add(TLS13, [ExtensionType.values.signed_certificate_timestamp]);
    if (info?.delegatedCredential === true) seen.add(TLS13, [ExtensionType.values.delegated_credential]);
  }
  result.heartbeat = seen.has(heartbeat);
}

/** @param messages of a server of TLS 1.3 */
function typesIn(messages: Shaken['messages']): readonly number[] {
  const types = HandshakeType.values;
  return messages.flatMap(message => {
    if (message[0] === types.compressed_certificate) return [compress_certificate];
    if (message[0] !== types.encrypted_extensions) return [];
    return decodeMessage(encryptedExtensions, message).extensions.map(({ extension_type }) => extension_type);
  });
}

/** Whether a client gets another handshake that asks for one. RFC 5746 alone is tried. @throws ScanOver */
export async function renegotiates(connections: Connections, serverName: string | undefined): Promise<boolean | null> {
  let outcome: boolean | null = null;
  const { error } = await shake(connections, serverName, {
    version: '1.2',
    tls12: { renegotiation: 'accept' },
    meanwhile: socket =>
      new Promise(resolve => {
        // A handshake is two answers; a server that gives none to another ClientHello passes it over.
        const stopWaiting = losePatience(1.5 * connections.patience, resolve);
        // The first word counts: the connection ends in any case.
        const done = (renegotiated: boolean) => {
          stopWaiting();
          outcome ??= renegotiated;
          resolve();
        };
        socket.once('renegotiated', info => done(info !== undefined));
        socket.once('error', () => done(false));
        socket.once('close', () => done(false));
        // A server that simply ends the connection refuses in its way.
        socket.once('end', () => done(false));
        socket.resume();
        socket.renegotiate();
      }),
  });
  return outcome ?? (error === undefined ? false : null);
}

/** Versions that the library completes handshakes of. */
export function isCompletable(version: number): boolean {
  return version === TLS12 || version === TLS13;
}
