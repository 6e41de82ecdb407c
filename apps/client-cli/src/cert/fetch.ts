/** The certificates of a server, whatever they are: they are judged when they are here. */
import { connect as connectTcp } from 'node:net';
import { UsageError } from '@tlskit/cli-kit';
import { createCertificateVerifier } from '@tlskit/tls-x509';
import { type PeerVerifier, TlsError } from 'tlskit';
import { connect } from 'tlskit/node';
import type { Address } from '../address.ts';
import { failureOf, timeoutFailure, transportFailure } from '../connect/failure.ts';
import type { Failure } from '../connect/report.ts';
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
  readonly remote: { readonly address: string; readonly port: number } | undefined;
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
  address: Address,
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
  const stop = new AbortController();
  let isLate = false;
  const onSignal = (): void => stop.abort();
  const late = (): void => {
    isLate = true;
    stop.abort();
  };
  const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
  signal.addEventListener('abort', onSignal);
  if (signal.aborted) stop.abort();
  const tcp = connectTcp({ ...address, noDelay: true });
  let remote: Fetched['remote'];
  tcp.once('connect', () => {
    remote = { address: tcp.remoteAddress ?? '', port: tcp.remotePort ?? address.port };
  });
  let protocol: string | undefined;
  let failure: Failure | undefined;
  try {
    const options = { transport: tcp, servername, verifier, ocsp: true, scts: true } as const;
    // One deadline is for all, and it is ours.
    const socket = connect({ ...options, signal: stop.signal, handshakeTimeout: 0 }).on('error', () => {});
    protocol = (await socket.opened).protocol;
    // Said, whether or not the peer answers.
    await new Promise<void>(resolve => socket.end(resolve));
    socket.destroy();
  } catch (error) {
    tcp.on('error', () => {}).destroy();
    if (error instanceof TlsError && error.kind === 'usage') throw new UsageError(error.message);
    if (isLate) failure = timeoutFailure(error, timeout ?? 0, remote !== undefined);
    else failure = remote === undefined ? transportFailure(error) : failureOf(error, false);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onSignal);
  }
  const { chain = [], ocsp, scts = [] } = evidence ?? {};
  return { chain, ocsp, scts, evidence, remote, protocol, failure };
}
