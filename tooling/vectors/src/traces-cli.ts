#!/usr/bin/env node
/** `traces-cli.js FILE`: checks a file of traces; exit code 0 when all agrees, 1 at a difference, 2 for a file that cannot be read. */
import { runTool } from './tool.ts';
import { checkTraces } from './traces.ts';

process.exitCode = await runTool('traces', process.argv.slice(2), checkTraces);
