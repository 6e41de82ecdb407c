/** A client's options, checked and filled up with defaults to what its engine takes. */
import type { ClientEngineConfig, EngineVersion } from '@tlskit/tls-engine';
import type { ClientModule, PeerVerifier, TicketRequest } from '@tlskit/tls-handshake';
import { PskKeyExchangeMode } from '@tlskit/tls-messages';
import { type ClientOptions, clientOptionNames } from '../options.ts';
import { checkNoJudging, readsStaples, stapledRevocation, takesRawKeysAlone, verifierFor } from './certificates.ts';
import { srtpOfferOf } from './channels.ts';
import { boolean, checkNames, integer, invalid, oneOf } from './check.ts';
import { authorityNames, checkedVerifier } from './client-auth.ts';
import { type CommonConfig, commonConfig, type FaceDefaults, type Injected, judgingGround } from './common-config.ts';
import { clientCredentials } from './credentials.ts';
import { helloShapeOf } from './hello.ts';
import { keyShareCodes, predictedShare } from './names.ts';
import { type NameOptions, peerNames } from './peer-name.ts';
import { externalPsks, noCertificates } from './psk.ts';
import { fragmentLengthOf, recordOptionsOf } from './records.ts';
import { clientTls12Of } from './tls12.ts';
import { withTrustStores } from './trust-stores.ts';
import { usableVersions } from './versions.ts';

/**
 * A client's options as its engine takes them.
 * @param host the host that a transport was made to: the name to ask for and to verify, unless the options say otherwise
 * @throws TlsError `ERR_TLS_INVALID_OPTION`
 */
export function clientConfig(
  given: ClientOptions,
  defaults: FaceDefaults,
  { host, ...injected }: Injected & { readonly host?: string | undefined } = {},
): ClientEngineConfig {
  return clientConfigs(given, defaults, injected)(given, host);
}

/** A client's options but for whom it talks to, read once: what is returned gives the config of each connection. */
export function clientConfigs(
  given: ClientOptions,
  defaults: FaceDefaults,
  injected: Injected = {},
): (whom: NameOptions, host: string | undefined) => ClientEngineConfig {
  checkNames('a client', given, clientOptionNames);
  const options = withTrustStores(given, defaults.trustStores);
  const common = commonConfig(options, defaults, injected);
  const verifier = verifierOf(options, defaults, common);
  const own = clientCredentials(options, { ...common, keyFiles: defaults.keyFiles });
  const config: ClientEngineConfig = {
    ...common,
    serverName: undefined,
    peerName: undefined,
    certificates: { ...common.certificates, ocsp: asksForStaple(options, verifier) },
    keyShares: predictedShare(options.serverGroups, common.groups) ?? keyShareCodes(options.keyShares, common.groups),
    verifier,
    credentials: own?.source,
    credentialsId: own?.id,
    certificateTypes: own?.types,
    certificateAuthorities: authorityNames(options.certificateAuthorities),
    verifyResumed: boolean('verifyResumed', options.verifyResumed, false),
    postHandshakeAuth: boolean('postHandshakeAuth', options.postHandshakeAuth, false),
    psks: externalPsks(options.psk, common.provider),
    tls12: clientTls12Of(options.tls12),
    pskOnly: verifier === noCertificates,
    shapeHello: helloShapeOf(options, common.random),
    ticketRequest: ticketRequestOf(options.ticketRequest),
    alpnMismatch: oneOf<'refuse' | 'accept'>('alpnMismatch', options.alpnMismatch, ['refuse', 'accept'], 'refuse'),
    ...(verifier === noCertificates ? withoutExchange(common) : {}),
    compatibilityMode: boolean('compatibilityMode', options.compatibilityMode, true),
    ...recordOptionsOf(options, undefined),
    maxFragmentLength: fragmentLengthOf(options.maxFragmentLength),
    srtp: srtpOfferOf(options.srtp),
    fallback: boolean('fallback', options.fallback, false),
  };
  const isUsable = ({ handshake }: EngineVersion<ClientModule>) => handshake.isUsable('client', config);
  const versions = usableVersions(config.versions, options.versions !== undefined, isUsable);
  const needsName = options.verifier === undefined && expectsName(verifier);
  // Most clients connect to the same server again.
  let last: { readonly whom: readonly unknown[]; readonly config: ClientEngineConfig } | undefined;
  return ({ servername, verifyName }, host) => {
    const whom = [servername, verifyName, host];
    if (last?.whom.every((each, i) => each === whom[i])) return last.config;
    const names = peerNames({ servername, verifyName }, host);
    if (names.peerName === undefined && needsName) {
      throw invalid('whom to expect must be said: servername, or verifyName for a name that is not sent');
    }
    last = { whom, config: { ...config, ...names, versions } };
    return last.config;
  };
}

function verifierOf(options: ClientOptions, defaults: FaceDefaults, common: CommonConfig): PeerVerifier {
  const verifier = checkedVerifier(options);
  if (verifier !== undefined) return verifier;
  if (options.trust !== undefined) {
    const ground = judgingGround(common, defaults);
    return verifierFor(options.trust, options, ground, { revocation: stapledRevocation(common.provider) });
  }
  if (options.psk !== undefined) {
    checkNoJudging(options, 'with psk alone none are taken');
    return noCertificates;
  }
  if (defaults.verifier !== undefined) return defaults.verifier(common.provider, options);
  throw invalid(
    "trust must be said: { roots }, { pins }, { rawPublicKeys }, or { insecure: 'accept any certificate' }",
  );
}

/** Where certificates are judged, a name is looked for in them. */
function expectsName(verifier: PeerVerifier): boolean {
  return verifier !== noCertificates && !takesRawKeysAlone(verifier);
}

/** Staples are asked for where our own verifier reads them. */
function asksForStaple(options: ClientOptions, verifier: PeerVerifier): boolean {
  const judged = options.verifier === undefined && expectsName(verifier);
  return boolean('ocsp', options.ocsp, judged && readsStaples(options));
}

/** Groups are for a key exchange: with keys alone, and no certificates, a client may have none (RFC 9846 §9.2). */
function withoutExchange({ pskModes }: Pick<ClientEngineConfig, 'pskModes'>): { groups?: []; keyShares?: [] } {
  const exchange = pskModes === undefined || pskModes.includes(PskKeyExchangeMode.values.psk_dhe_ke);
  return exchange ? {} : { groups: [], keyShares: [] };
}

function ticketRequestOf(given: TicketRequest | undefined): TicketRequest | undefined {
  if (given === undefined) return undefined;
  checkNames('ticketRequest', given, ['newSession', 'resumption']);
  const count = (name: keyof TicketRequest) => integer(name, given[name], 0, 255, -1);
  const request = { newSession: count('newSession'), resumption: count('resumption') };
  if (request.newSession < 0 || request.resumption < 0) throw invalid('ticketRequest has newSession and resumption');
  return request;
}
