/** All faults by name, as `--fault` and names such as `bad-finished.localhost` have them. */
import { suggestion, UsageError } from '@tlskit/cli-kit';
import type { Fault, FaultParts } from './fault.ts';
import { handshakeFaults } from './handshake.ts';
import { recordFaults } from './records.ts';

export const faults: Readonly<Record<string, Fault>> = { ...recordFaults, ...handshakeFaults };

export const faultNames: readonly string[] = Object.keys(faults);

/** A fault as it was named, such as `truncate@100`. */
export interface ChosenFault extends FaultParts {
  readonly name: string;
  readonly fault: Fault;
}

/** @throws UsageError */
export function faultOf(text: string): ChosenFault {
  const [, name = '', argument] = /^([a-z-]+)(?:[@=](.*))?$/s.exec(text.toLowerCase()) ?? [];
  const fault = Object.hasOwn(faults, name) ? faults[name] : undefined;
  if (fault === undefined) {
    throw new UsageError(`--fault: none is called ${JSON.stringify(text)}${suggestion(name || text, faultNames)}`);
  }
  if (fault.argument === undefined && argument !== undefined)
    throw new UsageError(`--fault: ${name} takes no argument`);
  return { name, fault, ...fault.create(argument ?? fault.argument?.[1] ?? '') };
}

/** With its argument, as it is written. */
export function spelled(name: string): string {
  return `${name}${faults[name]?.argument?.[0] ?? ''}`;
}
