import { describe, expect, it } from 'vitest';
import { runTool } from '../src/tool.ts';
import { checkTraces } from '../src/traces.ts';
import type { Trace, TracesFile } from '../src/traces-file.ts';
import { corrupted, isThere, leavesOf, readShared, sharedPath, titled, withFile } from './shared-data.ts';

const rfc8448 = 'vectors/rfc8448.json';
const botan = 'vectors/rfc8448-botan-extra.json';

/** Exit code and output of the tool. */
async function traces(path: string): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const code = await runTool('traces', [path], checkTraces, line => lines.push(line));
  return { code, output: lines.join('\n') };
}

describe.skipIf(!isThere(rfc8448))(titled('the traces of RFC 8448', rfc8448), () => {
  const file: TracesFile = isThere(rfc8448) ? readShared(rfc8448) : { traces: {} };

  it('are reproduced byte for byte', async () => {
    const { code, output } = await traces(sharedPath(rfc8448));
    const [, agreeing, checked] = /^(\d+) of (\d+) items agree/m.exec(output) ?? [];
    expect(output).not.toContain('difference:');
    expect(agreeing).toBe(checked);
    // Five traces of some 400 items each, and the steps of the RFC beside them.
    expect(Number(checked)).toBeGreaterThan(2000);
    expect(code).toBe(0);
  });

  it.each(Object.keys(file.traces))('%s agrees also with any section left out', async name => {
    const trace = file.traces[name] as Trace;
    const whole = (await checkTraces({ traces: { [name]: trace } })).checked;
    for (const section of Object.keys(trace)) {
      // Without its secret no PSK handshake can be computed.
      if (section === 'psk' && trace.psk) continue;
      const { [section]: _, ...rest } = trace;
      const report = await checkTraces({ traces: { [name]: rest } });
      expect([section, report.differences]).toEqual([section, []]);
      expect(report.checked).toBeGreaterThan(0);
      expect(report.checked).toBeLessThanOrEqual(whole);
      if (section === 'steps') expect(report.notes.join()).toContain('no steps');
    }
  });

  it('do not agree once any of their values is changed', async () => {
    // Titles and section numbers are computed by nobody; who does a step that both ends could do cannot be told from its values;
    // nor can the sender of a change_cipher_spec.
    const untold = /\.(title|rfc8448_section|actor|action)$|^compatibility_mode\.records\.[24]\.from$/;
    const missed: string[] = [];
    let corruptions = 0;
    for (const [name, trace] of Object.entries(file.traces)) {
      const paths = leavesOf(trace).filter(path => !untold.test([name, ...path].join('.')));
      // Null stands for what a trace does not have. Every 43rd value is a tenth of a second for each trace.
      const sample = paths.filter((path, i) => i % 43 === 7 && valueAt(trace, path) !== null);
      for (const path of sample) {
        corruptions++;
        const report = await checkTraces({ traces: { [name]: corrupted(trace, path) } });
        if (report.differences.length === 0) missed.push(`${name}.${path.join('.')}`);
      }
    }
    expect(corruptions).toBeGreaterThan(60);
    expect(missed).toEqual([]);
  });

  it('make the tool fail when a value is changed', async () => {
    const wrong = corrupted(file, ['traces', 'simple_1rtt', 'secrets', 'c hs traffic']);
    const { code, output } = await withFile(wrong, traces);
    expect(code).toBe(1);
    expect(output).toContain('difference: simple_1rtt secret "c hs traffic"');
    expect(output).toMatch(/^\d+ of \d+ items agree/m);
  });

  it('hold for the RSA key', async () => {
    const key = file.server_rsa_key as Record<string, string>;
    for (const part of Object.keys(key)) {
      const report = await checkTraces(corrupted({ ...file, server_rsa_key: key }, ['server_rsa_key', part]));
      expect([part, report.differences.length > 0]).toEqual([part, true]);
    }
  });

  it('are not taken for granted where a record, a message or a key is missing', async () => {
    const trace = file.traces.simple_1rtt as Trace;
    const without = (section: 'records' | 'messages' | 'key_pairs', i: number) => ({
      traces: { simple_1rtt: { ...trace, [section]: trace[section]?.filter((_, other) => other !== i) } },
    });
    expect((await checkTraces(without('records', 2))).differences.length).toBeGreaterThan(20);
    expect((await checkTraces(without('messages', 3))).differences.length).toBeGreaterThan(0);
    expect(
      (await checkTraces({ traces: { simple_1rtt: { ...trace, cipher_suite: '1303' } } })).differences,
    ).not.toEqual([]);
    // One private key of two is enough for the secret.
    expect((await checkTraces(without('key_pairs', 0))).differences).toEqual([]);
  });
});

describe.skipIf(!isThere(botan))(titled('the traces of Botan', botan), () => {
  it('agree as far as they go, and the rest is said', async () => {
    const { code, output } = await traces(sharedPath(botan));
    expect(output).not.toContain('difference:');
    expect(output).toMatch(/note: .*keys, secrets and derivations are not in the file/);
    expect(code).toBe(0);
  });

  it('do not agree once any of their values is changed', async () => {
    const file = readShared(botan);
    const paths = leavesOf(file.traces).filter(path => path.at(-1) !== 'CurrentTimestamp');
    expect(paths.length).toBeGreaterThan(30);
    for (const path of paths) {
      const { traces: wrong } = corrupted({ traces: file.traces }, ['traces', ...path]);
      const name = path[0] as string;
      const report = await checkTraces({ traces: { [name]: wrong[name] } });
      expect([path.join('.'), report.differences.length > 0]).toEqual([path.join('.'), true]);
    }
  });
});

describe('the tool', () => {
  it('tells a file that is none, and wrong use, from a difference', async () => {
    expect(await withFile([], traces)).toMatchObject({ code: 2 });
    expect(await withFile({ traces: {} }, traces)).toMatchObject({
      code: 1,
      output: expect.stringContaining('0 of 0'),
    });
    expect((await traces('/there/is/no/such/file.json')).code).toBe(2);
    expect(await runTool('traces', [], checkTraces, () => {})).toBe(2);
  });
});

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], value);
}
