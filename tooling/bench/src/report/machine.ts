/** Where and with what it was measured. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Plan } from '../plan.ts';

/** Shares of the processors' time that others took: of all of it, and of each round that counts. */
export interface Stolen {
  readonly meanwhile: number;
  readonly rounds: readonly number[];
}

export function measuredWith(command: string, plan: Plan, stolen: Stolen): string {
  const cpu = cpus();
  return [
    `Measured with \`${command}\`, ${plan.rounds} rounds,`,
    `on Node ${process.versions.node} (OpenSSL ${process.versions.openssl}, V8 ${process.versions.v8}),`,
    `${cpu.length} × ${cpu[0]?.model.trim() ?? 'unknown'}, ${process.platform} ${process.arch},`,
    `${new Date().toISOString().slice(0, 10)}${commit}.`,
    ...disturbance(stolen),
  ].join(' ');
}

function disturbance({ meanwhile, rounds }: Stolen): string[] {
  if (meanwhile < 0.001) return [];
  const all = `Others took ${percent(meanwhile)} of the processors meanwhile`;
  if (rounds.length === 0) return [`${all}.`];
  const most = Math.max(...rounds);
  return [`${all}, and of the rounds that count ${most < 0.001 ? 'nothing' : `${percent(most)} at most`}.`];
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** What was measured, where that is a checkout; when it began. */
const commit = readCommit();

function readCommit(): string {
  const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' });
  return git.status === 0 ? `, at ${git.stdout.trim()}` : '';
}
