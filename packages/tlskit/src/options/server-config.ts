/** A server's options, checked and filled up with defaults to what its engine takes. */
import type { EngineVersion, ServerEngineConfig } from '@tlskit/tls-engine';
import type { ServerModule } from '@tlskit/tls-handshake';
import { MAX_TICKET_LIFETIME, type TicketIssuer } from '@tlskit/tls-session';
import { type ServerOptions, serverOptionNames } from '../options.ts';
import { srtpChoiceOf } from './channels.ts';
import { boolean, checkNames, integer, invalid, oneOf, optionalFunction } from './check.ts';
import { clientAuthOf } from './client-auth.ts';
import { commonConfig, type FaceDefaults, type Injected, judgingGround } from './common-config.ts';
import { serverCredentials } from './credentials.ts';
import { serverEarlyData } from './early-data.ts';
import { equalGroupCodes } from './names.ts';
import { pskLookupOf } from './psk.ts';
import { MAX_RECORD_SIZE_LIMIT, recordOptionsOf } from './records.ts';
import { statelessRetryOf } from './stateless-retry.ts';
import { serverTls12Of } from './tls12.ts';
import { withTrustStores } from './trust-stores.ts';
import { usableVersions } from './versions.ts';

/** A server's options as its engine takes them. @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function serverConfig(
  given: ServerOptions,
  defaults: FaceDefaults,
  injected: Injected = {},
): ServerEngineConfig {
  checkNames('a server', given, serverOptionNames);
  const options = withTrustStores(given, defaults.trustStores);
  const common = commonConfig(options, defaults, injected);
  const config: ServerEngineConfig = {
    ...common,
    credentials: serverCredentials(
      options,
      { ...common, keyFiles: defaults.keyFiles },
      options.pskLookup !== undefined,
    ),
    clientAuth: clientAuthOf(options, judgingGround(common, defaults)),
    preference: oneOf('preference', options.preference, ['server', 'client'], 'server'),
    alpnMismatch: oneOf('alpnMismatch', options.alpnMismatch, ['refuse', 'ignore'], 'refuse'),
    selectAlpn: selectAlpnOf(options),
    acknowledgeName: boolean('acknowledgeName', options.acknowledgeName, true),
    onClientHello: optionalFunction('onClientHello', options.onClientHello),
    ...recordOptionsOf(options, MAX_RECORD_SIZE_LIMIT),
    maxFragmentLength: boolean('maxFragmentLength', options.maxFragmentLength, true),
    srtp: srtpChoiceOf(options.srtp),
    equalGroups: equalGroupCodes(options.equalGroups, common.groups),
    statelessRetry: statelessRetryOf(options.statelessRetry),
    retryForBestGroup: boolean('retryForBestGroup', options.retryForBestGroup, false),
    tls12: serverTls12Of(options.tls12),
    resumptionAcrossNames: boolean('resumptionAcrossNames', options.resumptionAcrossNames, false),
    alwaysChangeCipherSpec: boolean('alwaysChangeCipherSpec', options.alwaysChangeCipherSpec, false),
    grease: boolean('grease', options.grease, false),
    pskLookup: pskLookupOf(options.pskLookup, common.provider),
    earlyData: serverEarlyData(options.earlyData),
    tickets: ticketIssuer(options.tickets),
    ticketCount: ticketCountOf(options),
    ticketLifetime: integer('ticketLifetime', options.ticketLifetime, 1, MAX_TICKET_LIFETIME, 7200),
  };
  const isUsable = ({ handshake }: EngineVersion<ServerModule>) => handshake.isUsable('server', config);
  return { ...config, versions: usableVersions(config.versions, options.versions !== undefined, isUsable) };
}

function ticketCountOf({ ticketCount }: ServerOptions): number | undefined {
  return ticketCount === undefined ? undefined : integer('ticketCount', ticketCount, 0, 255, 0);
}

function selectAlpnOf({ alpn, selectAlpn }: ServerOptions): ServerOptions['selectAlpn'] {
  if (alpn !== undefined && selectAlpn !== undefined) throw invalid('alpn and selectAlpn exclude one another');
  return optionalFunction('selectAlpn', selectAlpn);
}

function ticketIssuer(given: TicketIssuer | false | undefined): TicketIssuer | undefined {
  if (given === undefined || given === false) return undefined;
  if (typeof given?.issue !== 'function' || typeof given.redeem !== 'function') {
    throw invalid('tickets has functions issue and redeem, or is false');
  }
  return given;
}
