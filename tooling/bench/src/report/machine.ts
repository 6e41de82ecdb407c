/** Where and with what it was measured. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import type { Plan } from '../plan.ts';

/** @param stolen share of the processors' time that others took meanwhile */
export function measuredWith(command: string, plan: Plan, stolen: number): string {
  const cpu = cpus();
  return [
    `Measured with \`${command}\`, ${plan.rounds} rounds,`,
    `on Node ${process.versions.node} (OpenSSL ${process.versions.openssl}, V8 ${process.versions.v8}),`,
    `${cpu.length} × ${cpu[0]?.model.trim() ?? 'unknown'}, ${process.platform} ${process.arch},`,
    `${new Date().toISOString().slice(0, 10)}${commit}.`,
    ...(stolen < 0.001 ? [] : [`Others took ${(stolen * 100).toFixed(1)} % of the processors meanwhile.`]),
  ].join(' ');
}

/** What was measured, where that is a checkout; when it began. */
const commit = readCommit();

function readCommit(): string {
  const git = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' });
  return git.status === 0 ? `, at ${git.stdout.trim()}` : '';
}
