/** Channel bindings: what ties an authentication above TLS to this very connection (RFC 9266, RFC 5929). */
import { TlsError } from '@tlskit/tls-alerts';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { Engine } from '@tlskit/tls-engine';
import type { Connected } from '@tlskit/tls-handshake';
import { endPointHash, parseCertificate } from '@tlskit/tls-x509';
import { oneOf } from './options/check.ts';

/** IANA's names of channel bindings. `tls-unique` is for TLS 1.2 alone, and only with extended_master_secret. */
export type ChannelBindingType = 'tls-exporter' | 'tls-server-end-point' | 'tls-unique';

/**
 * The channel binding of a connection: the same bytes at both ends, and nowhere else.
 * @returns for `tls-exporter` 32 bytes (RFC 9266 §2); for `tls-server-end-point` a hash of the server's certificate (RFC 5929 §4.1),
 *   which is the same for every connection to that server; for `tls-unique` the first Finished of the latest handshake, 12 bytes
 *   (RFC 5929 §3)
 * @throws TlsError `ERR_TLS_INVALID_STATE` where the connection does not stand, or has no such binding: `tls-unique` in TLS 1.3, that
 *   and `tls-exporter` in TLS 1.2 without extended_master_secret, and `tls-server-end-point` where no certificate was sent, or one that
 *   is not signed with a hash
 */
export function channelBinding(
  engine: Pick<Engine, 'role' | 'connection' | 'closed'>,
  type: ChannelBindingType,
  { hashes }: Pick<CryptoProvider, 'hashes'>,
): Uint8Array {
  const { role, connection, closed } = engine;
  const kind = oneOf('type', type, ['tls-exporter', 'tls-server-end-point', 'tls-unique'], 'tls-exporter');
  if (connection === undefined || closed) throw unavailable('a channel binding is of an open connection');
  switch (kind) {
    case 'tls-exporter':
      checkUnique(connection, kind);
      return connection.exportKeyingMaterial('EXPORTER-Channel-Binding', new Uint8Array(0), 32);
    case 'tls-server-end-point':
      return serverEndPoint(role === 'client' ? connection.peerCertificates : connection.localCertificates, hashes);
    case 'tls-unique':
      // Its Finished messages are other messages in TLS 1.3 (RFC 9266 §1).
      if (connection.tls12 === undefined) throw unavailable('tls-unique is not defined for TLS 1.3: tls-exporter is');
      checkUnique(connection, kind);
      return connection.tls12.firstFinished.slice();
  }
}

/** RFC 9266 §1, RFC 7627 §5.4: without it, somebody between can have the same master secret with both sides. */
function checkUnique({ tls12 }: Connected, kind: ChannelBindingType): void {
  if (tls12?.extendedMasterSecret === false) {
    throw unavailable(`${kind} binds nothing in TLS 1.2 without extended_master_secret`);
  }
}

function serverEndPoint(certificates: Connected['localCertificates'], hashes: CryptoProvider['hashes']): Uint8Array {
  const [der] = certificates ?? [];
  if (der === undefined) throw unavailable('the server sent no certificate in this handshake');
  const certificate = attempt(() => parseCertificate(der));
  // RFC 5929 §4.1 knows certificates alone: a raw public key is none.
  if (certificate === undefined) throw unavailable('the server showed no X.509 certificate');
  const name = endPointHash(certificate);
  const hash = name && hashes[name];
  if (hash === undefined)
    throw unavailable('tls-server-end-point is not defined for how the server’s certificate is signed');
  return hash.digest(der);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function unavailable(message: string): TlsError {
  return new TlsError('ERR_TLS_INVALID_STATE', message);
}
