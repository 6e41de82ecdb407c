/** Which versions are on: those that are named, or of the defaults those that the other options leave something of. */
import type { EngineVersion } from '@tlskit/tls-engine';
import type { ClientModule, ServerModule } from '@tlskit/tls-handshake';
import { invalid } from './check.ts';

/**
 * Versions as they were given, best first.
 * @param given what a caller says, which nobody has checked
 */
export function namedVersions(given: readonly EngineVersion[]): readonly EngineVersion[] {
  if (!Array.isArray(given) || given.length === 0 || given.some(version => version?.handshake?.version === undefined)) {
    throw invalid('versions is a list of protocol versions, such as [tls13]');
  }
  const codes = given.map(({ handshake }) => handshake.version);
  if (new Set(codes).size < codes.length) throw invalid('versions has one twice');
  return given;
}

/**
 * Leaves out the defaults that have no cipher suite among those that are on: who names suites of TLS 1.3 alone, or wants keys of
 * their own and no certificates, has no use for TLS 1.2 and need not say so.
 * @param named whether the caller asked for these very versions
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for a version that is named in vain
 */
export function usableVersions<Version extends EngineVersion<ClientModule | ServerModule>>(
  versions: readonly Version[],
  named: boolean,
  isUsable: (version: Version) => boolean,
): readonly Version[] {
  const vain = versions.find(version => !isUsable(version));
  if (named && vain !== undefined) {
    throw invalid(`versions has ${vain.handshake.name}, and these options leave it no cipher suite`);
  }
  return vain === undefined ? versions : versions.filter(isUsable);
}
