/**
 * Node 24 finds out whether an argument is a KeyObject by reading from it, and by what that throws; to trace the stack of such an error
 * takes as long as half an import of a key.
 */
import { nodeMajor } from './version.ts';

/** Runs a call that makes errors which nobody sees; what it throws itself has no trace either, and is to be given as a `cause`. */
export const quietly: <T>(call: () => T) => T = nodeMajor >= 24 && mayLimitTraces() ? withoutTraces : call => call();

function withoutTraces<T>(call: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Not where intrinsics are frozen. */
function mayLimitTraces(): boolean {
  return Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable === true;
}
