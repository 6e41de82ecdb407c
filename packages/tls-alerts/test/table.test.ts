/** The table against the registry, and against the texts that it cites. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AlertDescription, alertFor, errorTable, type TlsErrorCode } from '../src/index.ts';

const codes = Object.keys(errorTable) as TlsErrorCode[];
const texts = fileURLToPath(new URL('../../../../shared/rfc/', import.meta.url));
const rfc9846 = `${texts}rfc9846.md`;

describe('every row', () => {
  it.each(codes)('%s: has an alert of the registry, that TLS 1.3 may send', code => {
    const row = errorTable[code];
    for (const name of [row.alert, row.alert12]) {
      if (name === undefined) continue;
      expect(AlertDescription.valueOf(name)).toBeTypeOf('number');
      expect(alertFor(code, name === row.alert ? 0x0304 : 0x0303)).toBe(name);
    }
    // RFC 9846 §6: alerts that are listed as reserved MUST NOT be sent; nor is close_notify sent for an error.
    expect(row.alert ?? '').not.toMatch(/_RESERVED$|^close_notify$/);
  });

  it.each(codes)('%s: has a code that says whose it is, and cites by number', code => {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    const { rfc } = errorTable[code];
    if (rfc !== undefined) expect(rfc).toMatch(/^RFC \d+ §[A-Z0-9.]+/);
  });

  it('has no alert in TLS 1.2 that nobody sends any more [5246:7.2.2:6] [5246:7.2.2:7] [5246:7.2.2:8]', () => {
    const sent = codes.map(code => alertFor(code, 0x0303)).filter(name => name !== undefined);
    expect(sent.length).toBeGreaterThan(40);
    // What TLS 1.3 has no renegotiations for.
    expect(sent.filter(name => name.endsWith('_RESERVED'))).toEqual(['no_renegotiation_RESERVED']);
  });

  it('is silent only towards a transport that is gone, an alert that came, or a caller who erred', () => {
    const silent = codes.filter(code => alertFor(code) === undefined).map(code => errorTable[code].kind);
    expect(silent.length).toBeGreaterThan(0);
    expect(silent.filter(kind => !['transport', 'alert', 'usage'].includes(kind))).toEqual([]);
  });
});

// Skipped where the text of the RFC was not put beside the project.
describe.skipIf(!existsSync(rfc9846))('the sections of RFC 9846', () => {
  const sections = existsSync(rfc9846) ? sectionsOf(readFileSync(rfc9846, 'utf8')) : new Map<string, string>();
  const citing = codes.filter(code => errorTable[code].rfc?.startsWith('RFC 9846 '));

  it('are numbered as published', () => {
    expect(sections.get('4.5.3')).toMatch(/^Finished/);
    expect(sections.get('5.4')).toMatch(/^Record Padding/);
    expect(sections.get('6.2')).toMatch(/^Error Alerts/);
    expect(sections.get('B.2')).toMatch(/^Alert Messages/);
  });

  it.each(citing)('%s: exist, and one names the alert', code => {
    const { rfc, alert } = errorTable[code];
    const cited = [...(rfc as string).matchAll(/§([A-Z0-9.]+)/g)].map(([, number]) => number as string);
    const found = cited.map(number => sections.get(number));
    expect(found, String(rfc)).not.toContain(undefined);
    // §6 leaves internal errors, transports and alerts themselves to the implementation.
    if (alert === undefined || alert === 'internal_error' || alert === 'user_canceled') return;
    expect(found.join('\n').replaceAll('\\', ''), `${rfc} for ${alert}`).toContain(alert);
  });
});

/** Each section's heading and own text by its number: RFC source in Markdown numbers its headings when it is published. */
function sectionsOf(markdown: string): Map<string, string> {
  const sections = new Map<string, string>();
  const counters: number[] = [];
  let current: string | undefined;
  let appendix = false;
  let started = false;
  for (const line of markdown.split('\n')) {
    if (/^--- *middle/.test(line)) started = true;
    if (/^--- *back/.test(line)) {
      appendix = true;
      counters.length = 0;
    }
    const heading = /^(#+) +(.*)$/.exec(line);
    if (started && heading !== null) {
      const depth = (heading[1] as string).length;
      counters.length = Math.min(counters.length, depth);
      while (counters.length < depth) counters.push(0);
      counters[depth - 1] = (counters[depth - 1] as number) + 1;
      const [first, ...others] = counters as [number, ...number[]];
      current = [appendix ? String.fromCharCode(64 + first) : String(first), ...others].join('.');
      sections.set(current, heading[2] as string);
    } else if (current !== undefined) sections.set(current, `${sections.get(current)}\n${line}`);
  }
  return sections;
}
