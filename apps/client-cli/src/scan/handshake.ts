/**
 * Whole handshakes by the library: for what TLS 1.3 says under encryption, and for what shows behind the handshake alone. Any
 * certificate is accepted here, for its verdict is the report's; no application data is sent.
 */
import type { Duplex } from 'node:stream';
import type { AlertName } from '@tlskit/tls-alerts';
import { NamedGroup, SignatureScheme } from '@tlskit/tls-messages';
import { createCertificateVerifier } from '@tlskit/tls-x509';
import { type ClientOptions, type ClientSession, type ConnectionInfo, type PeerVerifier, TlsError } from 'tlskit';
import { type ConnectOptions, connect, type TlsSocket, tls12, tls13 } from 'tlskit/node';
import { provider } from '../cert/provider.ts';
import { losePatience } from '../patience.ts';
import { groups13 } from './code-points.ts';
import { type Connections, Late } from './connections.ts';

export type Evidence = Parameters<PeerVerifier['verify']>[0];

/** How a server ends a connection that its client has closed. */
export type Closing = 'close_notify' | 'alert' | 'end' | 'reset' | 'silent';

export interface Shaken {
  /** Undefined where the handshake failed. */
  readonly info: ConnectionInfo | undefined;
  readonly error: TlsError | undefined;
  /** What the server showed of itself, whatever came of it. */
  readonly evidence: Evidence | undefined;
  /** Handshake messages of the server, header included. */
  readonly messages: readonly Uint8Array[];
  /** Alerts of the server. */
  readonly alerts: readonly (AlertName | undefined)[];
  /** What may be resumed. */
  readonly sessions: readonly ClientSession[];
  readonly closing: Closing;
}

export interface ShakeOptions
  extends Pick<
    ClientOptions,
    | 'groups'
    | 'keyShares'
    | 'signatureSchemes'
    | 'alpn'
    | 'tls12'
    | 'pskModes'
    | 'recordSizeLimit'
    | 'maxFragmentLength'
    | 'heartbeat'
    | 'ticketRequest'
    | 'delegatedCredentials'
    | 'srtp'
  > {
  readonly version: '1.3' | '1.2';
  /** One to resume; it is copied. */
  readonly session?: ClientSession | undefined;
  /** What is done with the connection once it stands, before it is closed. */
  readonly meanwhile?: (socket: TlsSocket) => Promise<void>;
}

const modules = { '1.3': tls13, '1.2': tls12 };

/** Everything that the library can do in a version: those that are on by name alone too. */
function suitesOf(version: '1.3' | '1.2'): Pick<ClientOptions, 'cipherSuites' | 'legacy'> {
  const { names, suiteInfo } = modules[version].handshake;
  const usable = Object.entries(names.cipherSuites.values)
    .filter(([name, code]) => suiteInfo(code) !== undefined && names.supports(code, provider) && !/PSK|NULL/.test(name))
    .map(([name, code]) => ({ name, legacy: names.isLegacy(code) }));
  const pick = (legacy: boolean) => usable.filter(each => each.legacy === legacy).map(({ name }) => name);
  const legacy = pick(true);
  return { cipherSuites: pick(false), ...(legacy.length === 0 ? {} : { legacy }) };
}

const suites = { '1.3': suitesOf('1.3'), '1.2': suitesOf('1.2') };

/** Every scheme that the library can verify; SHA-1 comes last. */
export function schemesOf(version: '1.3' | '1.2'): readonly string[] {
  const { names } = modules[version].handshake;
  const can = ([, code]: readonly [string, number]): boolean => {
    const info = names.schemeInfo(code);
    return info?.keys.some(key => provider.keys[key]) === true;
  };
  const all = Object.entries(SignatureScheme.values)
    .filter(can)
    .map(([name]) => name);
  return [...all.filter(name => !/sha1/.test(name)), ...all.filter(name => /sha1/.test(name))];
}

/** The groups that the library can do in a version. The usual one gets the share: what else the server takes is found by other means. */
function groupsOf(version: '1.3' | '1.2'): Pick<ClientOptions, 'groups' | 'keyShares'> {
  const { names } = modules[version].handshake;
  const usable = groups13
    .filter(code => {
      const info = names.groupInfo(code);
      return info !== undefined && provider.groups[info.provider] !== undefined;
    })
    .map(code => NamedGroup.label(code));
  return { groups: usable, ...(version === '1.3' ? { keyShares: ['x25519'] } : {}) };
}

const groups = { '1.3': groupsOf('1.3'), '1.2': groupsOf('1.2') };

const anybody = createCertificateVerifier({ provider, trust: { insecure: 'accept any certificate' } });

/** @throws ScanOver */
export async function shake(
  connections: Connections,
  servername: string | undefined,
  { version, session, meanwhile, tls12: tls12Options, ...options }: ShakeOptions,
): Promise<Shaken> {
  const messages: Uint8Array[] = [];
  const alerts: (AlertName | undefined)[] = [];
  const sessions: ClientSession[] = [];
  let evidence: Evidence | undefined;
  // One judge for all, so that sessions fit; and another object for each, which keeps what it was shown.
  const verifier: PeerVerifier = {
    trust: anybody.trust,
    verify: shown => {
      evidence = shown;
      return anybody.verify({ role: 'server', chain: shown.chain, name: null });
    },
  };
  let offered = session && { ...session, psk: session.psk.slice() };
  const settings: Omit<ConnectOptions, 'transport' | 'signal'> = {
    provider,
    servername: servername ?? false,
    verifier,
    ...suites[version],
    versions: [modules[version]],
    ...groups[version],
    signatureSchemes: schemesOf(version),
    ocsp: true,
    scts: true,
    handshakeTimeout: 0,
    tls12: {
      requireSecureRenegotiation: false,
      minDhBits: 1024,
      resumeWithoutExtendedMasterSecret: true,
      ...tls12Options,
    },
    ...options,
    sessions: {
      put: (_, given) => sessions.push(given),
      take: (_, usable) => {
        const taken = offered !== undefined && usable(offered) ? offered : undefined;
        offered = undefined;
        return taken;
      },
    },
    inspect: {
      message: ({ direction, bytes }) => {
        if (direction === 'in' && messages.length < MAX_MESSAGES) messages.push(bytes);
      },
      alert: ({ direction, name }) => {
        if (direction === 'in' && alerts.length < MAX_MESSAGES) alerts.push(name);
      },
    },
  };
  let info: ConnectionInfo | undefined;
  let error: TlsError | undefined;
  let closing: Closing = 'silent';
  try {
    closing = await connections.use(async (transport, signal) => {
      const socket = connect({ ...settings, transport, signal }).on('error', () => {});
      try {
        info = await socket.opened;
        await meanwhile?.(socket);
      } catch (failure) {
        if (signal.aborted) throw signal.reason;
        error = TlsError.from(failure);
      }
      return error === undefined ? farewell(socket, transport, alerts, connections.patience) : 'alert';
    });
    connections.heard(true);
  } catch (failure) {
    if (!(failure instanceof Late)) throw failure;
    connections.heard(messages.length > 0);
    error ??= new TlsError('ERR_TLS_HANDSHAKE_TIMEOUT', failure.message, { cause: failure });
  }
  return { info, error, evidence, messages, alerts, sessions, closing };
}

/** Messages and alerts that are kept of one connection. */
const MAX_MESSAGES = 256;

/** Says close_notify, and waits a moment for what the server says to that. What it sends before is thrown away. */
function farewell(
  socket: TlsSocket,
  transport: Duplex,
  alerts: readonly unknown[],
  patience: number,
): Promise<Closing> {
  return new Promise(resolve => {
    const stopWaiting = losePatience(patience, () => resolve('silent'));
    const done = (closing: Closing) => {
      stopWaiting();
      resolve(closing);
    };
    const last = (): Closing => (alerts.at(-1) === 'close_notify' ? 'close_notify' : 'alert');
    transport.once('error', () => done('reset'));
    transport.once('end', () => done(alerts.length === 0 ? 'end' : last()));
    socket.once('end', () => done('close_notify'));
    socket.once('error', () => done(alerts.length === 0 ? 'end' : last()));
    socket.once('close', () => done(alerts.length === 0 ? 'end' : last()));
    socket.resume();
    socket.end();
  });
}
