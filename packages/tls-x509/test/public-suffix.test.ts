/**
 * The list, and what passes by it. It is made anew, when tldts has a newer one, by
 *
 *     npx vitest run --root . --config ../../vitest.config.ts test/public-suffix.test.ts -u
 */
import { getPublicSuffix } from 'tldts';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkName, parseCertificate } from '../src/index.ts';
import { isPublicSuffix } from '../src/public-suffix/index.ts';
import { icannRules, rulesSource } from './public-suffix-rules.ts';
import { createCA, type TestCA, verdictOn } from './support.ts';

it('is what tldts has, which is pinned: who renews it renews the list', async () => {
  await expect(rulesSource()).toMatchFileSnapshot('../src/public-suffix/rules.ts');
});

it('agrees with tldts on every rule, on what is below it and above', () => {
  const rules = icannRules();
  expect(rules.length).toBeGreaterThan(5000);
  let count = 0;
  for (const rule of rules) {
    const domain = rule.replace(/^!/, '').replace('*', 'any-label');
    const parent = domain.slice(domain.indexOf('.') + 1);
    for (const name of [domain, parent, `x.${domain}`, `x.y.${domain}`]) {
      expect(isPublicSuffix(name), name).toBe(getPublicSuffix(name, { allowPrivateDomains: false }) === name);
      count++;
    }
  }
  expect(count).toBe(4 * rules.length);
});

describe('isPublicSuffix', () => {
  it.each([
    ['com', true],
    ['uk', true],
    ['co.uk', true],
    ['example.co.uk', false],
    ['example.com', false],
    // Private section: of companies, not of registries.
    ['github.io', false],
    ['appspot.com', false],
    ['uk.com', false],
    // `*.ck`, `!www.ck`
    ['ck', true],
    ['anything.ck', true],
    ['www.ck', false],
    ['a.anything.ck', false],
    ['a.www.ck', false],
    // `*.kobe.jp`, `!city.kobe.jp`, `*.sch.uk`
    ['kobe.jp', true],
    ['anything.kobe.jp', true],
    ['city.kobe.jp', false],
    ['sch.uk', true],
    ['anything.sch.uk', true],
    // Four labels
    ['k12.ma.us', true],
    ['pvt.k12.ma.us', true],
    ['other.k12.ma.us', false],
    // A-labels: 公司.cn, and a top-level domain with suffixes below it, 公司.香港
    ['xn--55qx5d.cn', true],
    ['公司.cn', true],
    ['xn--85x722f.cn', false],
    ['xn--j6w193g', true],
    ['xn--55qx5d.xn--j6w193g', true],
    ['公司.香港', true],
    ['xn--85x722f.xn--55qx5d.cn', false],
    // Top-level domains that are unknown
    ['no-such-domain', true],
    ['internal', true],
    ['example.internal', false],
    ['co.no-such-domain', false],
    // Case, the final dot
    ['CO.UK', true],
    ['co.uk.', true],
    ['com.', true],
    ['example.co.uk.', false],
    // Labels that look like rules
    ['*.uk', false],
    ['!www.ck', false],
    ['uk co', false],
    ['co uk', false],
    ['', false],
    ['.', false],
    ['.co.uk', false],
    ['co..uk', false],
    ['192.0.2.1', false],
  ])('%s: %s', (domain, expected) => {
    expect(isPublicSuffix(domain)).toBe(expected);
  });
});

describe('wildcards', () => {
  let ca: TestCA;
  beforeAll(async () => {
    ca = await createCA();
  });

  /** By the list's private section too, as a caller may have it. */
  const withPrivate = (domain: string) => getPublicSuffix(domain, { allowPrivateDomains: true }) === domain;

  // Presented, asked for; whether it passes by the guess, by the list, by both sections of the list.
  it.each([
    ['*.example.com', 'www.example.com', true, true, true],
    ['*.example.co.uk', 'www.example.co.uk', true, true, true],
    ['*.co.uk', 'example.co.uk', false, false, false],
    ['*.github.io', 'someone.github.io', true, true, false],
    ['*.someone.github.io', 'www.someone.github.io', true, true, true],
    ['*.uk.com', 'example.uk.com', true, true, false],
    ['*.ck', 'example.ck', false, false, false],
    ['*.anything.ck', 'example.anything.ck', true, false, false],
    ['*.www.ck', 'a.www.ck', true, true, true],
    ['*.city.kobe.jp', 'a.city.kobe.jp', true, true, true],
    ['*.kobe.jp', 'city.kobe.jp', true, false, false],
    ['*.k12.ma.us', 'a.k12.ma.us', true, false, false],
    ['*.xn--55qx5d.cn', 'xn--85x722f.xn--55qx5d.cn', true, false, false],
    ['*.xn--55qx5d.cn', '食狮.公司.cn', true, false, false],
    ['*.no-such-domain', 'example.no-such-domain', false, false, false],
    ['*.example.no-such-domain', 'www.example.no-such-domain', true, true, true],
    ['*.co.uk', 'example.co.uk.', false, false, false],
    ['*.CO.UK', 'EXAMPLE.co.uk', false, false, false],
    ['*.co.uk.', 'example.co.uk', false, false, false],
    ['*', 'localhost', false, false, false],
    ['*', 'example.com', false, false, false],
  ])('%s for %s: guessed %s, by the list %s, by both its sections %s', async (dns, name, ...expected) => {
    const leaf = await ca.issue({ names: [{ dns }] });
    const rules = [{}, { isPublicSuffix }, { isPublicSuffix: withPrivate }];
    const profile = 'path';
    const verdicts = rules.map(each => verdictOn(ca, leaf, { name }, { profile, ...each }));
    expect(verdicts).toEqual(expected.map(passes => (passes ? 'accepted' : 'ERR_TLS_CERT_ALTNAME_INVALID')));
  });

  it('are not asked about where they are for something else', async () => {
    const asked: string[] = [];
    const names = ['*.example.com', 'www.example.org', '*.example.org', '*.example.net'];
    const rules = { underscores: true, isPublicSuffix: (domain: string) => asked.push(domain) > 0 };
    const certificate = parseCertificate((await ca.issue({ names })).certificate);
    expect(() => checkName(certificate, 'a.example.net', rules)).toThrow('a.example.net');
    expect(asked).toEqual(['example.net']);
  });
});
