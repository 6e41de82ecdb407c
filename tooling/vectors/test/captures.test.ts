import { describe, expect, it } from 'vitest';
import { checkCaptures } from '../src/captures.ts';
import type { Capture } from '../src/captures-file.ts';
import { runTool } from '../src/tool.ts';
import { corrupted, isThere, leavesOf, readShared, sharedPath, titled, withFile } from './shared-data.ts';

const name = 'captures/captures.json';

async function captures(path: string): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const code = await runTool('captures', [path], checkCaptures, line => lines.push(line));
  return { code, output: lines.join('\n') };
}

describe.skipIf(!isThere(name))(titled('the captures', name), () => {
  const file: Capture[] = isThere(name) ? readShared(name) : [];
  const of13 = file.filter(({ version }) => version === '0304');
  const of12 = file.filter(({ version }) => version === '0303');
  const covered = [...of13, ...of12];

  it('agree, and what is not covered is said with its reason', async () => {
    const { code, output } = await captures(sharedPath(name));
    const [, agreeing, all] = /^(\d+) of (\d+) items agree/m.exec(output) ?? [];
    expect(output).not.toContain('difference:');
    expect(agreeing).toBe(all);
    expect(Number(all)).toBeGreaterThan(500);
    expect(code).toBe(0);
    const [, checked, left] = /(\d+) connections were checked, (\d+) are not covered/.exec(output) ?? [];
    // All of TLS 1.3 and 1.2, with nothing passed over.
    expect(Number(checked)).toBe(covered.length);
    expect(Number(checked) + Number(left)).toBe(file.length);
    expect(output.match(/^note: not covered: version 030[0-2] /gm) ?? []).toHaveLength(Number(left));
  });

  it('hold connections of four suites of TLS 1.3, and groups with ML-KEM', () => {
    expect([...new Set(of13.map(({ cipher_suite }) => cipher_suite))].sort()).toEqual([
      ...['1301', '1302', '1303', '1304'],
    ]);
    const groups = new Set(of13.map(({ group }) => group));
    expect([...groups].sort()).toEqual(['001d', '0200', '0202', '11eb', '11ed']);
  });

  it('hold connections of TLS 1.2 by CBC in both orders, and by ChaCha20-Poly1305', () => {
    expect(of12.map(({ cipher_suite }) => cipher_suite).sort()).toEqual(['c013', 'c028', 'cca8', 'cca9']);
    expect(
      of12.map(({ encrypt_then_mac, extended_master_secret }) => [encrypt_then_mac, extended_master_secret]),
    ).toEqual(
      expect.arrayContaining([
        [true, false],
        [false, true],
        [false, false],
      ]),
    );
  });

  it('do not agree once a value is changed', async () => {
    // Names are of no consequence; a logged secret is of none where no record was protected with it.
    const untold = /^(file|source|connection|cipher_name|decrypt_error|keylog\..*(EXPORTER_SECRET|_0))$/;
    const missed: string[] = [];
    let corruptions = 0;
    for (const [i, capture] of covered.entries()) {
      const paths = leavesOf(capture).filter(path => !untold.test(path.join('.')));
      for (const path of paths.filter((_, at) => at % 5 === i % 5)) {
        corruptions++;
        const report = await checkCaptures([corrupted(capture, path)]);
        if (report.differences.length === 0) missed.push(`${i}.${path.join('.')}`);
      }
    }
    expect(corruptions).toBeGreaterThan(60);
    expect(missed).toEqual([]);
  });

  it('make the tool fail when a stream is changed, or cut', async () => {
    const changed = await withFile(corrupted(file, [file.indexOf(covered[0] as Capture), 'server_stream']), captures);
    expect(changed.code).toBe(1);
    expect(changed.output).toMatch(/^difference: .* server /m);
    const [capture] = covered as [Capture];
    const cut = await withFile([{ ...capture, server_stream: capture.server_stream.slice(0, -2) }], captures);
    expect(cut.code).toBe(1);
    expect(cut.output).toContain('ends within a record');
  });

  it('are not passed over by naming another suite or version', async () => {
    const [capture] = covered as [Capture];
    for (const wrong of [{ cipher_suite: '1304' }, { cipher_suite: 'c02f' }, { version: '0303' }]) {
      expect((await checkCaptures([{ ...capture, ...wrong }])).differences).not.toEqual([]);
    }
  });

  it('differ when the key log lacks a secret', async () => {
    const [capture] = covered as [Capture];
    const { SERVER_HANDSHAKE_TRAFFIC_SECRET: _, ...keylog } = capture.keylog;
    const { differences } = await checkCaptures([{ ...capture, keylog }]);
    expect(differences.join('\n')).toContain('the key log has no SERVER_HANDSHAKE_TRAFFIC_SECRET');
  });
});

describe('the tool', () => {
  it('tells a file that is none from a difference', async () => {
    expect(await withFile({}, captures)).toMatchObject({ code: 2 });
    expect(await withFile([], captures)).toMatchObject({ code: 1, output: expect.stringContaining('0 of 0') });
  });
});
