/** The certificates of a server, whatever they are: they are judged when they are here. */
import { UsageError } from '@tlskit/cli-kit';
import { createCertificateVerifier } from '@tlskit/tls-x509';
import { type PeerVerifier, TlsError } from 'tlskit';
import { createClient } from 'tlskit/node';
import { failureOf, timeoutFailure } from '../connect/failure.ts';
import type { Failure } from '../connect/findings.ts';
import { Deadline } from '../deadline.ts';
import { type Dialed, dial, type Remote } from '../dial/dial.ts';
import { DialError, dialFailure } from '../dial/error.ts';
import type { Route } from '../dial/route.ts';
import { provider } from './provider.ts';

/** What a server sent. */
export interface Fetched {
  /** DER, as sent; empty where none came. */
  readonly chain: readonly Uint8Array[];
  /** The OCSP response that it stapled, DER. */
  readonly ocsp: Uint8Array | undefined;
  /** The timestamps that it sent, serialized. */
  readonly scts: readonly Uint8Array[];
  /** The chain with all that came beside it, as verifiers take it. */
  readonly evidence: Evidence | undefined;
  /** What TCP reached. */
  readonly remote: Remote | undefined;
  /** `TLSv1.3`; undefined where the handshake did not come to its end. */
  readonly protocol: string | undefined;
  /** Why there is no chain, or why the handshake failed with it. */
  readonly failure: Failure | undefined;
}

export type Evidence = Parameters<PeerVerifier['verify']>[0];

/**
 * Shakes hands, keeps what the server shows, and closes.
 *
 * @param servername whom to ask for; false for nobody
 * @param timeout milliseconds, or undefined for no limit
 * @throws UsageError
 */
export async function fetchChain(
  route: Route,
  servername: string | false,
  timeout: number | undefined,
  signal: AbortSignal,
): Promise<Fetched> {
  let evidence: Evidence | undefined;
  const anybody = createCertificateVerifier({ provider, trust: { insecure: 'accept any certificate' } });
  const verifier: PeerVerifier = {
    trust: anybody.trust,
    verify: shown => {
      evidence = shown;
      return anybody.verify({ role: 'server', chain: shown.chain, name: null });
    },
  };
  // One deadline is for all, and it is ours.
  const client = createClient({ verifier, ocsp: true, scts: true, handshakeTimeout: 0 });
  const deadline = new Deadline(timeout, signal);
  let dialed: Dialed | undefined;
  let protocol: string | undefined;
  let failure: Failure | undefined;
  try {
    dialed = await dial(route, deadline.signal);
    const { transport } = dialed;
    const socket = client.connect({ transport, servername, signal: deadline.signal }).on('error', () => {});
    protocol = (await socket.opened).protocol;
    // Said, whether or not the peer answers.
    await new Promise<void>(resolve => socket.end(resolve));
    socket.destroy();
  } catch (error) {
    dialed?.transport.destroy();
    if (error instanceof TlsError && error.kind === 'usage') throw new UsageError(error.message);
    if (error instanceof DialError) failure = dialFailure(error, deadline);
    else failure = deadline.passed ? timeoutFailure(error, timeout ?? 0, true) : failureOf(error, false);
  } finally {
    deadline.clear();
  }
  const { chain = [], ocsp, scts = [] } = evidence ?? {};
  return { chain, ocsp, scts, evidence, remote: dialed?.remote, protocol, failure };
}
