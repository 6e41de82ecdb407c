/** `tlskit connect`: connects, verifies, reports, moves data, and says by its exit code how it went. */
import { writeFileSync } from 'node:fs';
import { asUsage, print, printableJson } from '@tlskit/cli-kit';
import { toPem } from '@tlskit/tls-testing';
import { createClient, type TlsClient, type TlsSocket } from 'tlskit/node';
import { exitCode } from '../exit-codes.ts';
import { type Io, wantsColor } from '../io.ts';
import { failureOf } from './failure.ts';
import { type Findings, newFindings } from './findings.ts';
import { connectMany, targetsOf } from './hosts.ts';
import { reportObject } from './json.ts';
import { type ConnectSettings, connectSettings, type Target } from './options.ts';
import { Outputs } from './outputs.ts';
import { relay } from './relay.ts';
import { failureText, reportLines } from './report.ts';
import { type Means, visit } from './visit.ts';

/** @returns the exit code. @throws UsageError */
export async function runConnect(args: readonly string[], io: Io): Promise<number> {
  const settings = connectSettings(args, io.env);
  const client = clientOf(settings);
  const targets = await targetsOf(settings, io.stdin);
  const outputs = await Outputs.open(settings, io);
  const means = { settings, client, outputs };
  try {
    const [only, ...more] = targets as [Target, ...Target[]];
    return more.length === 0 ? await connectOne(only, means, io) : await connectMany(targets, means, io);
  } finally {
    outputs.close();
  }
}

/** All connections have one: what it is told is checked before anything is sent. @throws UsageError */
function clientOf({ tls }: ConnectSettings): TlsClient {
  // One deadline is for all, and it is ours. What a server has to say of its certificate is asked for, to be told.
  return asUsage(() => createClient({ ...tls.client, handshakeTimeout: 0, ...(tls.judges ? { scts: true } : {}) }));
}

/** The way through: look-up, TCP and handshakes, report, data, exit code. */
async function connectOne(target: Target, means: Means, io: Io): Promise<number> {
  const { settings, outputs } = means;
  const findings = newFindings(target, settings.tls);
  const socket = await visit(target, means, findings, io.signal);
  saveChain(findings, settings);
  if (!io.signal.aborted) await report(findings, settings, io);
  outputs.releaseTrace();
  if (socket !== undefined) await converse(socket, findings, settings, io);
  if (settings.json) await print(io.stdout, `${printableJson(reportObject(findings))}\n`);
  return exitCode(findings.failure?.outcome ?? 'good');
}

/** Of a connection that failed too, as far as it came. That it cannot be written is told where nothing worse is. */
function saveChain(findings: Findings, { saveChain: path }: ConnectSettings): void {
  const { seen } = findings;
  if (path === undefined || seen.peerCertificates === undefined) return;
  try {
    writeFileSync(path, seen.peerCertificates.map(der => toPem('CERTIFICATE', der)).join(''));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    findings.failure ??= { outcome: 'usage', code, message: `--save-chain: ${message}` };
  }
}

/** For people, before the first byte of data; programs get theirs when all is over. */
async function report(findings: Findings, settings: ConnectSettings, io: Io): Promise<void> {
  if (settings.json) return;
  if (settings.quiet) return complain(findings, io);
  const lines = reportLines(findings, Date.now(), wantsColor(io, settings.noColor));
  await print(io.stderr, `${lines.join('\n')}\n`);
}

async function complain({ failure }: Findings, { stderr }: Io): Promise<void> {
  if (failure !== undefined) await print(stderr, `tlskit: ${failureText(failure)}\n`);
}

/** Moves data until both sides have closed; none for programs, and none over a connection that is not wanted. */
async function converse(socket: TlsSocket, findings: Findings, { json, crlf }: ConnectSettings, io: Io): Promise<void> {
  const { stdin, stdout, signal } = io;
  const isSilent = json || findings.failure !== undefined;
  try {
    await relay(socket, isSilent ? { signal } : { stdin, stdout, signal, crlf });
  } catch (error) {
    if (findings.failure !== undefined) return;
    findings.failure = failureOf(error, true);
    if (!json) await complain(findings, io);
  }
}
