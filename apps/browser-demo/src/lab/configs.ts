/** The settings in terms of the engines, one end at a time. */
import type { ClientEngineConfig, ServerEngineConfig } from '@tlskit/tls-engine';
import type { SharedKey } from '@tlskit/tls-handshake';
import { NamedGroup, SignatureScheme } from '@tlskit/tls-messages';
import { equalBytes } from '@tlskit/tls-wire';
import { now } from './clock.ts';
import { judgeOf } from './judge.ts';
import type { Keeping } from './keeping.ts';
import type { Kit } from './kit.ts';
import type { Settings } from './settings.ts';

/** The name that the server's certificate is for; nobody looks it up. */
const SERVER_NAME = 'server.example';

/** Bytes of a record of which the client wants no more, and the most that there are (RFC 8449 §4). */
const [SHORT, LONGEST] = [512, 2 ** 14 + 1];

const pskIdentity = new TextEncoder().encode('a key of both');
const pskKey = new TextEncoder().encode('32 bytes that both of them know.');

const { values: schemes } = SignatureScheme;

/** Best first; the last ones are for signatures in certificates. */
const signatureSchemes = [
  schemes.ecdsa_secp256r1_sha256,
  schemes.ecdsa_secp384r1_sha384,
  schemes.ed25519,
  schemes.rsa_pss_rsae_sha256,
  schemes.rsa_pss_rsae_sha384,
  schemes.rsa_pss_rsae_sha512,
  schemes.rsa_pkcs1_sha256,
  schemes.rsa_pkcs1_sha384,
  schemes.rsa_pkcs1_sha512,
];

/** What the settings say of both ends. */
function ofBoth({ suite, alpn }: Settings, { version }: Kit) {
  const code = version.handshake.names.cipherSuites.valueOf(suite);
  if (code === undefined) throw new Error(`${version.handshake.name} has no ${suite}`);
  return {
    now,
    versions: [version],
    cipherSuites: [code],
    signatureSchemes,
    alpn: alpn ? ['http/1.1'] : [],
    limits: { maxMessageLength: 1 << 17, maxCertificates: 16, maxTickets: 16 },
    emitSecrets: true,
  };
}

/** @param provider of the client's, as it is watched */
export function clientConfig(settings: Settings, kit: Kit, provider: Kit['client']['provider']): ClientEngineConfig {
  const { version, group, resumption, staple } = settings;
  const { credential } = kit.client;
  // More groups are offered than the server takes, which needs some of them to sign by; a share is sent for its group, or for none.
  const groups = [...new Set([group, 'x25519', 'secp256r1', 'secp384r1'])].map(groupCode);
  return {
    ...ofBoth(settings, kit),
    provider,
    random: provider.random,
    // The key exchange of old encrypts to the key of the certificate.
    verifier: judgeOf(staple ? 'stapled' : 'plain', version === '1.2' ? provider.importPublicKey : undefined),
    serverName: SERVER_NAME,
    peerName: SERVER_NAME,
    groups,
    keyShares: version === '1.3' && !settings.helloRetry ? [groupCode(group)] : [],
    compatibilityMode: settings.compatibility,
    certificates: { ocsp: staple },
    earlyData: resumption === 'early-data',
    ...(settings.psk ? { psks: [{ identity: pskIdentity, ...sharedKey(settings) }] } : {}),
    ...(settings.shortRecords ? { recordSizeLimit: SHORT } : {}),
    ...(credential === undefined ? {} : { credentials: () => credential, credentialsId: 'client.example' }),
    ...(version === '1.2' ? { tls12: { sessionTickets: resumption !== 'session-id' } } : {}),
  };
}

/** @param provider of the server's, as it is watched */
export function serverConfig(
  settings: Settings,
  kit: Kit,
  provider: Kit['server']['provider'],
  { tickets, guard, sessions }: Keeping,
): ServerEngineConfig {
  const { credential, clientAuth } = kit.server;
  return {
    ...ofBoth(settings, kit),
    provider,
    random: provider.random,
    groups: [groupCode(settings.group)],
    credentials: () => credential,
    clientAuth,
    preference: 'server',
    alpnMismatch: 'refuse',
    recordSizeLimit: LONGEST,
    tickets,
    ...(settings.psk ? { pskLookup: name => (equalBytes(name, pskIdentity) ? sharedKey(settings) : undefined) } : {}),
    ...(guard === undefined ? {} : { earlyData: { maxSize: LONGEST - 1, guard } }),
    ...(settings.version === '1.2' ? { tls12: { sessions } } : {}),
  };
}

function groupCode(name: string): number {
  const code = NamedGroup.valueOf(name);
  if (code === undefined) throw new Error(`there is no group ${name}`);
  return code;
}

/** A key goes with the suites of one hash alone (RFC 9846 §4.3.11). */
function sharedKey({ suite }: Settings): SharedKey {
  return { key: pskKey, hash: suite.endsWith('SHA384') ? 'sha384' : 'sha256' };
}
