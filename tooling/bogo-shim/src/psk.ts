/** Pre-shared keys by the importer (RFC 9258), which is how the runner has them: in one list with certificates, best first. */
import type { CryptoProvider } from '@tlskit/tls-crypto';
import {
  type Connected,
  type ExternalPsk,
  importLookup,
  importPsk,
  type PskLookup,
  type ReceivedHello,
  readImportedIdentity,
  type SharedKey,
} from '@tlskit/tls-handshake';
import { findExtension, preSharedKeyRow, signatureAlgorithmsRow, signatureSchemeInfo } from '@tlskit/tls-messages';
import { ascii, equalBytes } from '@tlskit/tls-wire';
import { afterwards, type ShimCredential } from './certificates.ts';
import type { PskSettings, Settings } from './settings.ts';

/** A client's keys. */
export function offeredPsks(
  { credentials, psk, pskIdentity }: Settings,
  provider: CryptoProvider,
): readonly ExternalPsk[] {
  const imported = credentials.flatMap(each => (each.psk === undefined ? [] : importPsk(provider, each.psk)));
  return psk === '' ? imported : [...imported, { identity: ascii(pskIdentity), key: ascii(psk), hash: 'sha256' }];
}

/** A server's: the first credential decides that fits the client's hello, be it a key or a certificate. */
export function pskLookup(
  settings: Settings,
  provider: CryptoProvider,
  certificates: readonly ShimCredential[],
): PskLookup | undefined {
  const { credentials, async, psk, pskIdentity } = settings;
  if (psk !== '') {
    const key: SharedKey = { key: ascii(psk), hash: 'sha256' };
    const known = (identity: Uint8Array) => (equalBytes(identity, ascii(pskIdentity)) ? key : undefined);
    return async ? identity => afterwards(() => known(identity)) : known;
  }
  if (credentials.every(({ psk }) => psk === undefined)) return undefined;
  return (wire, hello) => {
    const best = credentials.find(({ psk }, number) =>
      psk === undefined ? certificates.some(each => each.number === number && signs(each, hello)) : offers(hello, psk),
    )?.psk;
    const find = importLookup(provider, (identity, context) =>
      best !== undefined && equalBytes(best.identity, identity) && equalBytes(best.context, context) ? best : undefined,
    );
    return async ? afterwards(() => find(wire, hello)) : find(wire, hello);
  };
}

/** The place of the key that was used, among all credentials; undefined where it was none. */
export function selectedPsk({ credentials }: Settings, { pskIdentity }: Connected): number | undefined {
  if (pskIdentity === undefined) return undefined;
  return credentials.findIndex(({ psk }) => psk !== undefined && equalBytes(psk.identity, pskIdentity));
}

function offers({ hello }: ReceivedHello, { identity, context }: PskSettings): boolean {
  const offered = findExtension(hello.extensions, preSharedKeyRow, 'CH')?.identities ?? [];
  return offered.some(each => {
    const found = readImportedIdentity(each.identity);
    return found !== undefined && equalBytes(found.external_identity, identity) && equalBytes(found.context, context);
  });
}

function signs({ key }: ShimCredential, { hello }: ReceivedHello): boolean {
  const schemes = findExtension(hello.extensions, signatureAlgorithmsRow, 'CH')?.supported_signature_algorithms ?? [];
  return schemes.some(code => {
    const info = signatureSchemeInfo(code);
    return info?.handshake13 === true && info.key(key.algorithm);
  });
}
