#!/usr/bin/env node
import { main } from '../dist/main.js';

/** The first signal asks for an end in order, the second one ends the process. */
const stop = new AbortController();
let signalled = 0;
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
]) {
  process.once(signal, () => {
    signalled ||= 128 + number;
    stop.abort();
  });
}

const { stdin, stdout, stderr, env } = process;
const code = await main(process.argv.slice(2), { stdin, stdout, stderr, env, signal: stop.signal });
// All output is out. A terminal or an open pipe as standard input would keep the process waiting for more.
process.exit(signalled || code);
