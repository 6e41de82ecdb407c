/** `tlskit cert`: what certificates say, how they were sent, and what to make of them. */
import { print, printableJson } from '@tlskit/cli-kit';
import { exitCode, type Outcome, outcomeOf } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { type Fetched, fetchChain } from './fetch.ts';
import { httpFetch } from './http.ts';
import { certificatesFrom, certificatesInFile } from './input.ts';
import { type CertSettings, certSettings } from './options.ts';
import { certLines, certObject } from './report.ts';
import { factsOf, readSent } from './sent.ts';
import { judge, type Verdict } from './verdict.ts';

/** @returns the exit code. @throws UsageError */
export async function runCert(args: readonly string[], io: Io): Promise<number> {
  const settings = certSettings(args);
  const start = performance.now();
  const { chain, fetched } = await gather(settings, io);
  const sent = readSent(chain);
  const facts = factsOf(sent, settings.roots);
  const verdict =
    chain.length === 0
      ? undefined
      : await judge(chain, fetched?.evidence, settings, httpFetch(left(settings, start), io.signal));
  const outcome = outcomeFor(verdict, fetched);
  const findings = { settings, fetched, sent, facts, verdict, outcome };
  const text = settings.json ? printableJson(certObject(findings)) : certLines(findings).join('\n');
  await print(io.stdout, `${text}\n`);
  return exitCode(outcome);
}

/** Milliseconds of the timeout that are left, or undefined for no limit. */
function left({ timeout }: CertSettings, start: number): number | undefined {
  return timeout === undefined ? undefined : Math.max(1, Math.floor(timeout - (performance.now() - start)));
}

async function gather(
  { target, timeout, passphrase }: CertSettings,
  { stdin, signal }: Io,
): Promise<{ readonly chain: readonly Uint8Array[]; readonly fetched?: Fetched }> {
  if (target.kind === 'file') return { chain: certificatesInFile(target.path, passphrase) };
  if (target.kind === 'stdin') return { chain: await certificatesFrom(stdin, passphrase) };
  const fetched = await fetchChain(target.route, target.servername, timeout, signal);
  return { chain: fetched.chain, fetched };
}

/** What is wrong with the certificates counts before what else went wrong with the connection. */
function outcomeFor(verdict: Verdict | undefined, fetched: Fetched | undefined): Outcome {
  if (verdict?.good === false) return outcomeOf(verdict.error, false);
  return fetched?.failure?.outcome ?? 'good';
}
