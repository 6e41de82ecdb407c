/**
 * What an endpoint of TLS 1.3 can beside the handshake itself (RFC 9846 §2). Each feature is a value that is passed in, so that a bundle of a
 * client carries those that it names; a server has them all.
 */
import { TlsError } from '@tlskit/tls-alerts';
import type { ClientConfig, ClientParameter, limitRecords, VersionNames } from '@tlskit/tls-handshake';
import { type ExtensionRow, type ExtensionTable, extensionTable } from '@tlskit/tls-messages';
import type { Compression } from './certificate-compression.ts';
import type { ReadStatus } from './certificate-entries.ts';
import type { ClientCredentials } from './client-auth.ts';
import type { Delegation } from './delegated-credential.ts';
import type { ClientEarlyData } from './early-data-offer.ts';
import { coreRows } from './extensions.ts';
import type { ClientPostHandshakeAuth } from './post-handshake-auth.ts';
import type { ClientPsks } from './psk-client.ts';

/** What concerns certificates, of either side. */
export interface CertificateKit {
  /** The extensions that are known, and the messages that may carry them. */
  readonly extensions: ExtensionTable;
  readonly status?: ReadStatus | undefined;
  readonly compression?: Compression | undefined;
  readonly delegation?: Delegation | undefined;
}

/** What a client has, put together. */
export interface ClientKit extends CertificateKit {
  /** For options; absent where a configuration is made by hand. */
  readonly names?: VersionNames | undefined;
  readonly parameters: readonly ClientParameter[];
  readonly limitRecords?: typeof limitRecords | undefined;
  readonly psks?: ClientPsks | undefined;
  readonly earlyData?: ClientEarlyData | undefined;
  readonly credentials?: ClientCredentials | undefined;
  readonly postHandshakeAuth?: ClientPostHandshakeAuth | undefined;
}

/** Something that a client can, as it is passed in. */
export interface ClientFeature extends Partial<Omit<ClientKit, 'extensions'>> {
  /** The extensions that it brings along. */
  readonly rows?: readonly ExtensionRow[];
}

/** Several features in one; what stands behind takes the place of what is the same. */
export function combined(...features: readonly ClientFeature[]): ClientFeature {
  return Object.assign({}, ...features, {
    rows: features.flatMap(({ rows = [] }) => rows),
    parameters: features.flatMap(({ parameters = [] }) => parameters),
  });
}

export function clientKit(feature: ClientFeature): ClientKit {
  const { rows = [], parameters = [] } = feature;
  return {
    ...feature,
    extensions: extensionTable([...coreRows, ...new Set(rows)]),
    parameters,
  };
}

/**
 * What a configuration asks for must be here: nothing that is wanted is left out in silence.
 * @throws TlsError `ERR_TLS_INVALID_OPTION`
 */
export function requireFeatures(config: ClientConfig, kit: ClientKit): void {
  const { certificates } = config;
  const known = new Set(kit.parameters.map(({ option }) => option));
  const wanted = {
    psks: (config.psks ?? config.session ?? config.pskOnly) && !kit.psks,
    earlyData: config.earlyData && !kit.earlyData,
    credentials: config.credentials && !kit.credentials,
    postHandshakeAuth: config.postHandshakeAuth && !kit.postHandshakeAuth,
    alpn: config.alpn.length > 0 && !known.has('alpn'),
    ocsp: certificates?.ocsp && !kit.status,
    scts: certificates?.scts && !kit.status,
    compression: certificates?.compression?.length && !kit.compression,
    delegatedSchemes: certificates?.delegatedSchemes?.length && !kit.delegation,
  };
  const missing =
    Object.entries(wanted).find(([, lacks]) => lacks)?.[0] ??
    parameterOptions.find(option => config[option] && !known.has(option));
  if (missing !== undefined) throw lacking(missing);
}

export function lacking(what: string): TlsError {
  return new TlsError('ERR_TLS_INVALID_OPTION', `${what}: TLS 1.3 was made without it`);
}

const parameterOptions = [
  'certificateTypes',
  'maxFragmentLength',
  'recordSizeLimit',
  'heartbeat',
  'srtp',
  'ticketRequest',
] as const satisfies readonly (keyof ClientConfig)[];
