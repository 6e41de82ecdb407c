/** All faults by name, as `--fault` and names such as `bad-finished.localhost` have them. */
import { suggestion, UsageError } from '@tlskit/cli-kit';
import type { Fault, FaultParts } from './fault.ts';
import { handshakeFaults } from './handshake.ts';
import { recordFaults } from './records.ts';

export const faults: Readonly<Record<string, Fault>> = { ...recordFaults, ...handshakeFaults };

export const faultNames: readonly string[] = Object.keys(faults);

/** Names of others', for ours. */
const aliases = new Map(
  Object.entries(faults).flatMap(([name, { alias }]) => (alias === undefined ? [] : [[alias, name]])),
);

/** A fault as it was named, such as `truncate@100`. */
export interface ChosenFault extends FaultParts {
  readonly name: string;
  readonly fault: Fault;
}

/** @throws UsageError */
export function faultOf(text: string): ChosenFault {
  const [, given = '', argument] = /^([a-z-]+)(?:[@=](.*))?$/s.exec(text.toLowerCase()) ?? [];
  const name = aliases.get(given) ?? given;
  const fault = Object.hasOwn(faults, name) ? faults[name] : undefined;
  if (fault === undefined) {
    const known = [...faultNames, ...aliases.keys()];
    throw new UsageError(`--fault: none is called ${JSON.stringify(text)}${suggestion(given || text, known)}`);
  }
  if (fault.argument === undefined && argument !== undefined)
    throw new UsageError(`--fault: ${name} takes no argument`);
  return { name, fault, ...fault.create(argument ?? fault.argument?.[1] ?? '') };
}

/** A label of a host's name that is a fault: `bad-finished`, or with an argument `split-100`; undefined for any other. */
export function faultOfLabel(label: string): ChosenFault | undefined {
  if (Object.hasOwn(faults, label)) return faultOf(label);
  const name = faultNames.find(each => faults[each]?.argument !== undefined && label.startsWith(`${each}-`));
  if (name === undefined) return undefined;
  try {
    return faultOf(`${name}=${label.slice(name.length + 1)}`);
  } catch (error) {
    // Any name may be asked for, and this one means nothing here.
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Whether it can still be done when a request has come. */
export function isForAnswers({ effects, options, staple }: FaultParts): boolean {
  return effects === undefined && options === undefined && staple === undefined;
}

/** With its argument, as it is written. */
export function spelled(name: string): string {
  return `${name}${faults[name]?.argument?.[0] ?? ''}`;
}
