/** `examine`: clients of every sort, judged. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cases } from '../src/examine/cases.ts';
import { judge } from '../src/examine/judge.ts';
import { junit } from '../src/examine/report.ts';
import { main } from '../src/main.ts';
import { folder, Sink } from './support.ts';

async function examine(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const code = await main(['examine', ...args], { stdout, stderr, signal: new AbortController().signal });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** A client of Node's own; `careless` takes any certificate. */
function nodeClient(careless: boolean): readonly string[] {
  const script = `
    const { connect } = require('node:tls');
    const { readFileSync } = require('node:fs');
    const [host, port, ca] = process.argv.slice(1);
    const socket = connect({ host, port, servername: host, ca: readFileSync(ca), rejectUnauthorized: ${!careless} });
    socket.write('GET / HTTP/1.0\\r\\n\\r\\n');
    socket.resume();
    socket.on('error', error => { console.error(error.code); process.exitCode = 1; });
  `;
  return [process.execPath, '-e', script, '{host}', '{port}', '{cacert}'];
}

describe('examine', () => {
  it("finds Node's client right where it is, and writes it down", async () => {
    const path = join(folder(), 'results.xml');
    const only = 'all in order,certificate expired,1000-sans,bad-finished,bad-tag,hrr';
    const { code, stdout } = await examine(['--only', only, '--junit', path, '--', ...nodeClient(false)]);
    expect(stdout).toMatch(/^all in order +accept +ok +accepted$/m);
    expect(stdout).toMatch(/^certificate expired +refuse: certificate_expired +ok/m);
    expect(stdout).toMatch(/^fault bad-finished +refuse: decrypt_error +ok.* refused: /m);
    expect(stdout).toMatch(/\n7 cases: \d right, \d right by another alert or none, 0 wrong\n$/);
    expect(code).toBe(0);
    const xml = readFileSync(path, 'utf8');
    expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuite name=".*" tests="7" failures="0" /);
    expect(xml.match(/<testcase /g)).toHaveLength(7);
  });

  it('finds one that takes any certificate wrong', async () => {
    const { code, stdout } = await examine(['--only', 'expired,in order', '--', ...nodeClient(true)]);
    expect(stdout).toMatch(/^certificate expired .* WRONG +accepted: no alert$/m);
    expect(code).toBe(4);
  });

  it('ends a client that does not end, and tells of one that does not come', async () => {
    const node = [process.execPath, '-e'];
    const hanging =
      "const s = require('node:net').connect({ host: process.argv[1], port: process.argv[2] }); s.on('error', () => {}); setInterval(() => {}, 1000);";
    const { stdout } = await examine([
      '--only',
      'in order',
      '--timeout',
      '5',
      '--',
      ...node,
      hanging,
      '{host}',
      '{port}',
    ]);
    expect(stdout).toMatch(/WRONG +did not end$/m);
    // What the client has started ends with it.
    const shell = ['/bin/sh', '-c', `"${process.execPath}" -e "$0" "$@"; true`, hanging, '{host}', '{port}'];
    const group = await examine(['--only', 'in order', '--timeout', '5', '--', ...shell]);
    expect(group.stdout).toMatch(/WRONG +did not end$/m);
    const absent = await examine(['--only', 'in order', '--', ...node, '0', '{port}']);
    expect(absent.stdout).toMatch(/WRONG +did not connect$/m);
  });

  it.each([
    [[], 'which client?'],
    [['--'], 'which client?'],
    [['--', 'curl'], 'the command has no {port}'],
    [['curl', '--', 'curl', '{port}'], 'The command stands behind --'],
    [['--only', 'nothing', '--', 'curl', '{port}'], '--only leaves no case'],
    [['--onyl', 'x', '--', 'curl', '{port}'], 'did you mean --only?'],
    [['--only', 'in order', '--', '/nonexistent/client', '{port}'], 'the client cannot be started'],
  ])('%j is refused', async (args, message) => {
    expect(await examine(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('a judgement', () => {
  const refuse = { verdict: 'refuse', alerts: ['decrypt_error'] } as const;
  const exit = (code: number | null, timedOut = false) => ({ code, timedOut, said: '' });
  const outcome = (...alerts: string[]) => [{ established: false, alerts }];

  it.each([
    [refuse, exit(1), outcome('decrypt_error'), 'right'],
    [refuse, exit(1), outcome('internal_error'), 'other'],
    [refuse, exit(1), outcome(), 'other'],
    [refuse, exit(0), outcome('decrypt_error'), 'wrong'],
    [refuse, exit(null, true), outcome(), 'wrong'],
    [refuse, exit(1), [], 'wrong'],
    [{ verdict: 'refuse', alerts: [] } as const, exit(1), outcome(), 'right'],
    [{ verdict: 'accept', alerts: [] } as const, exit(0), outcome(), 'right'],
    [{ verdict: 'accept', alerts: [] } as const, exit(1), outcome(), 'wrong'],
    [{ verdict: 'either', alerts: [] } as const, exit(1), outcome(), 'right'],
    [{ verdict: 'either', alerts: [] } as const, exit(0), outcome(), 'right'],
  ])('%j, %j, %j: %s', (expectation, ended, outcomes, grade) => {
    expect(judge(expectation, ended, outcomes).grade).toBe(grade);
  });

  it('is XML whatever the client said', () => {
    const [each] = cases;
    const said = '<&">\u0000\u001b]0;x';
    const result = {
      case: each!,
      judgement: { grade: 'wrong', words: 'a & b' } as const,
      exit: { code: 1, timedOut: false, said },
      took: 1234,
    };
    const xml = junit([result], ['curl', '"<x>"']);
    expect(xml).toContain('name="curl &quot;&lt;x&gt;&quot;" tests="1" failures="1" errors="0" time="1.234"');
    expect(xml).toContain('&lt;&amp;&quot;&gt;\\u{0}\\u{1b}]0;x</failure>');
  });
});
