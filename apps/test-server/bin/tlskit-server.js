#!/usr/bin/env node
import { main } from '../dist/main.js';

/** The first signal asks for an end in order, the second one ends the process. */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

const reloads = new EventTarget();
process.on('SIGHUP', () => reloads.dispatchEvent(new Event('reload')));

const { stdout, stderr } = process;
process.exit(await main(process.argv.slice(2), { stdout, stderr, signal: stop.signal, reloads }));
