#!/usr/bin/env node
/** `captures-cli.js FILE`: checks a file of captures; exit code 0 when all agrees, 1 at a difference, 2 for a file that cannot be read. */
import { checkCaptures } from './captures.ts';
import { runTool } from './tool.ts';

process.exitCode = await runTool('captures', process.argv.slice(2), checkCaptures);
