/** Whom a server takes itself for, by the name that it is asked for (RFC 6066 §3), and whether it wants to know its clients. */
import { AlertDescription } from '@tlskit/tls-alerts';
import { HandshakeType } from '@tlskit/tls-messages';
import type { CertificatesSeen } from './certificates.ts';
import { suitesFor, TLS13 } from './code-points.ts';
import { type Shaken, shake } from './handshake.ts';
import type { Prober } from './probe.ts';
import type { ClientAuthResult, NameAnswer, NameResult } from './result.ts';
import { CHUNK, type SuitesFound } from './suites.ts';

/** Nobody's, for ever (RFC 6761 §6.4). */
export const UNKNOWN_NAME = 'unknown-name.invalid';

/** @param spoken where the certificate shows, before all others @throws ScanOver */
export async function findNames(
  prober: Prober,
  spoken: SuitesFound,
  certificates: CertificatesSeen,
): Promise<NameResult> {
  const answer = (name: string | undefined) => answerTo(prober, spoken, name, certificates);
  return {
    without: prober.serverName === undefined ? null : await answer(undefined),
    unknown: await answer(UNKNOWN_NAME),
  };
}

async function answerTo(
  prober: Prober,
  { version, suites }: SuitesFound,
  serverName: string | undefined,
  certificates: CertificatesSeen,
): Promise<NameAnswer> {
  if (version >= TLS13) {
    const { info, evidence, alerts } = await shake(prober.connections, serverName, { version: '1.3' });
    const chain = evidence?.chain ?? [];
    return nameAnswer(info !== undefined, info === undefined ? (alerts[0] ?? null) : null, chain, certificates);
  }
  // Another certificate may be of a kind that other suites are for.
  const offered = new Set([...suites.map(({ code }) => code), ...suitesFor(version)]);
  const answer = await prober.ask({ version, suites: [...offered].slice(0, CHUNK), serverName });
  const alert = answer.kind === 'alert' ? AlertDescription.label(answer.alert.code) : null;
  return nameAnswer(answer.kind === 'hello', alert, answer.kind === 'hello' ? answer.flight.chain : [], certificates);
}

function nameAnswer(
  accepted: boolean,
  alert: string | null,
  chain: readonly Uint8Array[],
  certificates: CertificatesSeen,
): NameAnswer {
  return { accepted, alert, otherCertificate: chain.length === 0 ? null : !certificates.has(chain) };
}

/** @param shaken a handshake without a certificate of ours, in any version. @returns null where it did not come so far */
export function clientAuthOf({ messages, alerts, info, error }: Shaken): ClientAuthResult | null {
  const requested = messages.some(([type]) => type === HandshakeType.values.certificate_request);
  if (!requested) return info === undefined ? null : { requested, required: false };
  // In TLS 1.3 the client is through when the server still has to decide.
  const refused = alerts.some(name => name !== undefined && name !== 'close_notify' && name !== 'user_canceled');
  return { requested, required: refused || (info === undefined && error !== undefined) };
}
