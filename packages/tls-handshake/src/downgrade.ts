/**
 * Protection against being brought down to an older version: the sentinel in a ServerHello's random (RFC 9846 §4.2.3), and the
 * signalling value of a client that tries again with less (RFC 7507).
 */
import { TlsError } from '@tlskit/tls-alerts';
import {
  type ClientHello,
  DOWNGRADE_TLS11,
  DOWNGRADE_TLS12,
  FALLBACK_SCSV,
  ProtocolVersion,
  type ServerHello,
} from '@tlskit/tls-messages';
import { equalBytes } from '@tlskit/tls-wire';
import type { ClientConfig, ServerConfig } from './config.ts';
import type { ClientModule, ServerModule } from './version.ts';

const { 'TLS 1.1': TLS11, 'TLS 1.2': TLS12, 'TLS 1.3': TLS13 } = ProtocolVersion.values;

/** The `random` of a ServerHello of this version: where we know of a better one, it says so in its last 8 bytes. */
export function serverRandom({ versions, random }: ServerConfig, version: number): Uint8Array {
  const bytes = random(32);
  const best = bestOf(versions);
  // RFC 9846 §4.2.3: a MUST for whoever knows TLS 1.3, a SHOULD for whoever knows TLS 1.2.
  if (version <= TLS11 && best >= TLS12) bytes.set(DOWNGRADE_TLS11, 24);
  else if (version === TLS12 && best >= TLS13) bytes.set(DOWNGRADE_TLS12, 24);
  return bytes;
}

type Version = Pick<ClientModule, 'version' | 'name'>;

/** Refuses a ServerHello whose server would have taken a better version that we offered: somebody between took it away. */
export function checkDowngrade({ versions }: ClientConfig, { random }: ServerHello, version: Version): void {
  const best = bestOf(versions);
  const sentinel = random.subarray(24);
  const to12 = equalBytes(sentinel, DOWNGRADE_TLS12);
  const to11 = equalBytes(sentinel, DOWNGRADE_TLS11);
  const wrong = best >= TLS13 ? version.version <= TLS12 && (to12 || to11) : version.version < best && to11;
  if (wrong) throw new TlsError('ERR_TLS_DOWNGRADE', `somebody brought the connection down to ${version.name}`);
}

/** What a client that tries again with less adds to its cipher suites (RFC 7507 §4). */
export function fallbackSuites({ fallback }: ClientConfig): readonly number[] {
  return fallback === true ? [FALLBACK_SCSV] : [];
}

/** RFC 7507 §3: a client that fell back tells so; going along would be what an attacker wanted. */
export function checkFallback({ versions }: ServerConfig, hello: ClientHello, version: ServerModule): void {
  if (version.version < bestOf(versions) && hello.cipher_suites.includes(FALLBACK_SCSV)) {
    throw new TlsError('ERR_TLS_INAPPROPRIATE_FALLBACK', `the client fell back to ${version.name}`);
  }
}

function bestOf(versions: readonly { readonly version: number }[]): number {
  return Math.max(...versions.map(({ version }) => version));
}
