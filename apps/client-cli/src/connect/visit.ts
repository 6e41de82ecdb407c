/** A visit to a server: the connections that were asked for, one after the other, until the last one stands. */

import { asUsage, UsageError } from '@tlskit/cli-kit';
import type { TlsClient, TlsClientConnectOptions, TlsSocket } from 'tlskit/node';
import { Deadline } from '../deadline.ts';
import { type Dialed, dial } from '../dial/dial.ts';
import { DialError, dialFailure } from '../dial/error.ts';
import { leave } from '../dial/shake-hands.ts';
import { ask, Unanswered } from './asked.ts';
import { failureOf, timeoutFailure } from './failure.ts';
import type { Failure, Findings } from './findings.ts';
import type { ConnectSettings, Target } from './options.ts';
import type { Outputs } from './outputs.ts';
import type { Policy } from './policy.ts';
import { Observer } from './seen.ts';
import { writeSession } from './session-file.ts';
import { SessionShelf } from './session-shelf.ts';

/** Milliseconds to wait for a ticket: most servers send theirs with the end of the handshake. */
const TICKET_PATIENCE = 2000;

/** What a visit is made with. */
export interface Means {
  readonly settings: ConnectSettings;
  readonly client: TlsClient;
  readonly outputs: Outputs;
}

/** @returns the connection that stands at the end; undefined after a failure, which is in the findings. @throws UsageError */
export async function visit(
  target: Target,
  means: Means,
  findings: Findings,
  signal: AbortSignal,
): Promise<TlsSocket | undefined> {
  const { sessions, asked, policy, timeout } = means.settings;
  const deadline = new Deadline(timeout, signal);
  const shelf = shelfFor(means.settings, findings);
  let socket: TlsSocket | undefined;
  try {
    socket = await shakeHands(target, means, findings, deadline, shelf);
    for (let left = sessions.resume; left > 0; left--) {
      if (!(await shelf.waitForOne(TICKET_PATIENCE, deadline.signal))) {
        findings.sessionNotes.push(`no ticket came within ${TICKET_PATIENCE / 1000} s: there is nothing to resume`);
        break;
      }
      await leave(socket);
      socket = await shakeHands(target, means, findings, deadline, shelf);
    }
    findings.answers = ask(socket, asked);
    judge(socket, findings, policy);
    return socket;
  } catch (error) {
    socket?.destroy();
    if (error instanceof UsageError) throw error;
    findings.failure = failureFor(error, deadline);
    return undefined;
  } finally {
    deadline.clear();
  }
}

function failureFor(error: unknown, deadline: Deadline): Failure {
  if (error instanceof DialError) return dialFailure(error, deadline);
  if (deadline.passed) return timeoutFailure(error, deadline.timeout ?? 0, true);
  if (error instanceof Unanswered) return { outcome: 'handshake', message: error.message, code: undefined };
  return failureOf(error, false);
}

/** One connection, its handshake complete, in the findings. @throws DialError, TlsError; UsageError for what the library does not take */
async function shakeHands(
  { route, names }: Target,
  { client, outputs, settings }: Means,
  findings: Findings,
  deadline: Deadline,
  shelf: SessionShelf,
): Promise<TlsSocket> {
  const isFirst = findings.handshakes.length === 0;
  const wanted = !isFirst || settings.sessions.brought !== undefined;
  const dialed = await dial(route, deadline.signal);
  const { remote, times } = dialed;
  const observer = new Observer();
  if (isFirst) Object.assign(findings, { remote, connectTime: times.total, seen: observer.seen });
  const watching = outputs.watch(dialed);
  const begin = performance.now();
  const socket = begun(dialed, () =>
    client.connect({
      ...names,
      transport: dialed.transport,
      signal: deadline.signal,
      sessions: shelf,
      ...(wanted ? earlyDataOf(settings) : {}),
      ...watching,
      inspect: { ...watching.inspect, message: observer.handler },
    }),
  );
  const info = await socket.opened;
  const handshakeTime = performance.now() - begin;
  if (isFirst) {
    Object.assign(findings, { handshakeTime, seen: info, verified: info.verified, problem: info.problem });
  }
  const { resumed, protocol, cipherSuite, group, helloRetry } = info;
  const hasEarly = wanted && settings.sessions.earlyData !== undefined;
  findings.handshakes.push({
    ...{ wanted, resumed, protocol, cipherSuite, group, helloRetry },
    early: hasEarly ? { outcome: info.earlyData, sent: socket.earlyDataSent } : undefined,
    connectTime: times.total,
    handshakeTime,
  });
  if (wanted && !shelf.offered) findings.sessionNotes.push(notOffered(settings, isFirst, names.servername));
  return socket;
}

/** The connection begins, or there is none. */
function begun({ transport }: Dialed, connect: () => TlsSocket): TlsSocket {
  try {
    return asUsage(connect).on('error', () => {});
  } catch (error) {
    transport.destroy();
    throw error;
  }
}

/** Early data goes whole or not at all; whether a rejected one goes later is for the user to say. */
function earlyDataOf({
  sessions: { earlyData, resend },
}: ConnectSettings): Pick<TlsClientConnectOptions, 'earlyData' | 'resendEarlyData'> {
  return earlyData === undefined ? {} : { earlyData, resendEarlyData: resend };
}

/**
 * Nothing is sent early to a server that was not verified when the session was made: the library does not offer such a session but
 * under --insecure, and here that is looked at again.
 */
function shelfFor(
  { sessions: { brought, out }, tls: { insecure } }: ConnectSettings,
  findings: Findings,
): SessionShelf {
  const own = brought && { ...brought.session, psk: brought.session.psk.slice() };
  return new SessionShelf(
    own,
    ({ peerVerified }) => peerVerified || insecure,
    session => {
      if (out === undefined) return;
      try {
        writeSession(out, session);
      } catch (error) {
        findings.sessionNotes.push(`the session is not kept: ${(error as Error).message}`);
      }
    },
  );
}

/** Why there was no session to offer. */
function notOffered({ sessions: { brought } }: ConnectSettings, isFirst: boolean, asked: string | false): string {
  if (!isFirst || brought === undefined) return 'the session that came could not be offered';
  const { session, path } = brought;
  const ends = Math.min(session.receivedAt + session.lifetime * 1000, session.peerExpires);
  const name = session.serverName ?? 'nobody by name';
  const why =
    ends <= Date.now()
      ? `it ended at ${new Date(ends).toISOString()}`
      : (session.serverName ?? false) !== asked
        ? `it is of ${name}`
        : 'it was made under another trust, for another name, with other certificates of ours, or is of a version that is not offered';
  return `the session of ${path} was not offered: ${why}`;
}

/** By the rules of `--fail-on`. */
function judge({ info }: TlsSocket, findings: Findings, policy: Policy): void {
  if (info === undefined) return;
  const ground = { info, handshakes: findings.handshakes, now: Date.now() };
  findings.policy = policy.filter(rule => rule.finds(ground)).map(({ name, about }) => ({ name, about }));
  if (findings.policy.length === 0) return;
  const message = findings.policy.map(({ name, about }) => `${name}: ${about}`).join('; ');
  findings.failure = { outcome: 'policy', message, code: undefined };
}
