import type { AlternativeName, CertificateOptions, NameConstraintOptions } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { noWork } from '../src/index.ts';
import { createCA, type TestCA, verdictOn } from './support.ts';

let root: TestCA;

beforeAll(async () => {
  root = await createCA();
});

/** The verdict on a leaf with these names below an authority with these constraints. Names are judged by the constraints alone. */
async function under(
  nameConstraints: NameConstraintOptions,
  names: readonly AlternativeName[],
  leaf: CertificateOptions = {},
): Promise<string> {
  const constrained = await root.intermediate({ nameConstraints });
  return verdictOn(root, await constrained.issue({ subject: {}, names, ...leaf }), { name: null });
}

const refused = 'ERR_TLS_CERT_NAME_CONSTRAINTS';
const email = (text: string): AlternativeName => ({ email: text });
const uri = (text: string): AlternativeName => ({ uri: text });
const ip = (...octets: number[]): AlternativeName => ({ ip: Uint8Array.from(octets) });
const directory = (name: Record<string, string>): AlternativeName => ({ directoryName: name });

// Constraint, name, whether the name lies within the constraint; undefined where nothing can be said.
const within: readonly (readonly [AlternativeName, AlternativeName, boolean | undefined])[] = [
  ['example.com', 'example.com', true],
  ['example.com', 'EXAMPLE.com', true],
  ['Example.COM', 'www.example.com', true],
  ['example.com', 'a.b.example.com', true],
  ['example.com', 'notexample.com', false],
  ['example.com', 'example.com.evil.test', false],
  ['www.example.com', 'example.com', false],
  ['example.com', '*.example.com', true],
  [{ dns: '' }, 'anything.test', true],
  ['.example.com', 'www.example.com', undefined],
  ['*.example.com', 'www.example.com', undefined],
  ['example.com.', 'www.example.com', undefined],
  ['example.com', { dns: 'www.example.com.' }, undefined],
  ['example.com', { dns: 'example.com\0.evil.test' }, undefined],
  ['example.com', { dns: 'w*.example.com' }, undefined],
  ['10.0.0.0/8', '10.1.2.3', true],
  ['10.0.0.0/8', '11.1.2.3', false],
  ['10.0.0.0/9', '10.128.0.0', false],
  ['0.0.0.0/0', '192.0.2.1', true],
  ['192.0.2.1/32', '192.0.2.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['2001:db8::/32', '2001:db8:1::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:db8::/32', '10.0.0.1', false],
  [ip(10, 0, 0, 0, 255, 0, 255, 0), '10.1.0.1', undefined],
  [ip(10, 0, 0, 0, 127, 0, 0, 0), '10.1.0.1', undefined],
  [ip(10, 0, 0, 0), '10.0.0.0', undefined],
  [ip(), '10.0.0.0', undefined],
  ['10.0.0.0/8', ip(10, 0, 0), undefined],
  [email('joe@example.com'), email('joe@EXAMPLE.com'), true],
  [email('joe@example.com'), email('Joe@example.com'), false],
  [email('joe@example.com'), email('joe@www.example.com'), false],
  [email('example.com'), email('joe@example.com'), true],
  [email('example.com'), email('joe@www.example.com'), false],
  [email('.example.com'), email('joe@www.example.com'), true],
  [email('.example.com'), email('joe@example.com'), false],
  [email('*@example.com'), email('joe@example.com'), false],
  [email('**@example.com'), email('**@example.com'), true],
  [email(''), email('joe@example.com'), true],
  [email('*.example.com'), email('joe@www.example.com'), undefined],
  [email('example.com'), email('example.com'), undefined],
  [email('example.com'), email('a@b@example.com'), undefined],
  [email('example.com'), email('@example.com'), undefined],
  [uri('example.com'), uri('https://example.com/path?q#f'), true],
  [uri('example.com'), uri('https://user:pw@EXAMPLE.com:8443'), true],
  [uri('example.com'), uri('https://www.example.com'), false],
  [uri('.example.com'), uri('ldap://www.example.com/'), true],
  [uri('.example.com'), uri('https://example.com'), false],
  [uri('example.com'), uri('https://evil.test/@example.com'), false],
  [uri('example.com'), uri('https://evil.test#@example.com'), false],
  [uri('example.com'), uri('https://evil.test\\@example.com'), undefined],
  [uri('example.com'), uri('https://192.0.2.1/'), undefined],
  [uri('example.com'), uri('https://[2001:db8::1]/'), undefined],
  [uri('example.com'), uri('urn:uuid:1'), undefined],
  [uri('example.com'), uri('/relative'), undefined],
  [directory({ C: 'DE' }), directory({ C: 'DE', O: 'Example' }), true],
  [directory({ C: 'DE', O: 'Example' }), directory({ C: 'DE', O: 'EXAMPLE', CN: 'x' }), true],
  [directory({ C: 'DE', O: 'Example' }), directory({ C: 'DE' }), false],
  [directory({ C: 'DE' }), directory({ O: 'Example', C: 'DE' }), false],
  [directory({}), directory({ C: 'DE' }), true],
];

describe('a name within or without', () => {
  it.each(within)('constraint %j, name %j: %s', async (base, name, inside) => {
    expect(await under({ permitted: [base] }, [name])).toBe(inside === true ? 'accepted' : refused);
    expect(await under({ excluded: [base] }, [name])).toBe(inside === false ? 'accepted' : refused);
  });

  it('in a wildcard: what it reaches must be within, and nothing that it reaches excluded', async () => {
    expect(await under({ permitted: ['www.example.com'] }, ['*.example.com'])).toBe(refused);
    expect(await under({ excluded: ['www.example.com'] }, ['*.example.com'])).toBe(refused);
    expect(await under({ excluded: ['a.www.example.com'] }, ['*.example.com'])).toBe('accepted');
    expect(await under({ excluded: ['www.example.org'] }, ['*.example.com'])).toBe('accepted');
  });
});

describe('constraints together', () => {
  it('permit by any of a form, and exclude by any', async () => {
    const constraints = { permitted: ['a.test', 'b.test', '10.0.0.0/8'], excluded: ['x.b.test'] };
    expect(await under(constraints, ['a.test', 'y.b.test', '10.1.1.1'])).toBe('accepted');
    expect(await under(constraints, ['a.test', 'c.test'])).toBe(refused);
    expect(await under(constraints, ['x.b.test'])).toBe(refused);
    expect(await under(constraints, ['a.test', '11.1.1.1'])).toBe(refused);
  });

  it('do not bear upon forms that they do not have', async () => {
    expect(await under({ permitted: ['a.test'] }, ['a.test', '10.1.1.1', email('x@y.test')])).toBe('accepted');
    expect(await under({ excluded: [email('y.test')] }, ['a.test'])).toBe('accepted');
  });

  it('of every authority bear upon everything below it', async () => {
    const upper = await root.intermediate({ nameConstraints: { permitted: ['a.test'] } });
    const lower = await upper.intermediate({ nameConstraints: { permitted: ['x.a.test', 'b.test'] } });
    const verdict = async (name: string): Promise<string> => verdictOn(root, await lower.issue(name), { name: null });
    expect(await verdict('www.x.a.test')).toBe('accepted');
    expect(await verdict('y.a.test')).toBe(refused);
    expect(await verdict('b.test')).toBe(refused);
  });

  it('of an anchor too', async () => {
    const anchor = await createCA({ nameConstraints: { permitted: ['a.test'] } });
    expect(verdictOn(anchor, await anchor.issue('www.a.test'), { name: 'www.a.test' })).toBe('accepted');
    expect(verdictOn(anchor, await anchor.issue('b.test'), { name: 'b.test' })).toBe(refused);
  });

  it('bear upon authorities below, but not on self-issued ones', async () => {
    const constraints = { permitted: [directory({ O: 'Example' })] };
    const upper = await root.intermediate({ subject: { CN: 'upper' }, nameConstraints: constraints });
    const issue = async (subject: Record<string, string>): Promise<string> => {
      const lower = await upper.intermediate({ subject });
      const leaf = await lower.issue({ subject: { O: 'Example', CN: 'x' } });
      return verdictOn(root, leaf, { name: null }, { profile: 'rfc5280' });
    };
    expect(await issue({ O: 'Example', CN: 'lower' })).toBe('accepted');
    expect(await issue({ O: 'Other', CN: 'lower' })).toBe(refused);
    expect(await issue({ CN: 'upper' })).toBe('accepted');
  });

  it('bear upon a leaf also when it is self-issued', async () => {
    const upper = await root.intermediate({
      subject: { O: 'Other' },
      nameConstraints: { permitted: [directory({ O: 'Example' })] },
    });
    expect(verdictOn(root, await upper.issue({ subject: { O: 'Other' } }), { name: null })).toBe(refused);
  });
});

describe('names outside the alternative names', () => {
  it('the subject is a directory name', async () => {
    const constraints = { permitted: [directory({ O: 'Example' })] };
    expect(await under(constraints, ['a.test'], { subject: { O: 'example', CN: 'x' } })).toBe('accepted');
    expect(await under(constraints, ['a.test'], { subject: { O: 'Other' } })).toBe(refused);
    expect(await under(constraints, ['a.test'])).toBe('accepted');
  });

  it('its e-mail address counts where there is no other', async () => {
    const subject = { emailAddress: 'joe@evil.test' };
    expect(await under({ permitted: [email('example.com')] }, ['a.test'], { subject })).toBe(refused);
    expect(await under({ permitted: [email('example.com')] }, [email('joe@example.com')], { subject })).toBe(
      'accepted',
    );
  });

  it('the common name is no DNS name', async () => {
    const subject = { O: 'Example', CN: 'evil.test' };
    expect(await under({ permitted: ['a.test'] }, ['a.test'], { subject })).toBe('accepted');
  });
});

it('refuses names whose constraints it cannot judge, and those only (RFC 5280 §4.2.1.10)', async () => {
  const other: AlternativeName = { otherName: { oid: '1.2.3', value: Uint8Array.of(5, 0) } };
  const registered: AlternativeName = { registeredId: '1.2.3' };
  for (const name of [other, registered]) {
    expect(await under({ excluded: [name] }, [name])).toBe(refused);
    expect(await under({ permitted: [name] }, [name])).toBe(refused);
    expect(await under({ excluded: [name] }, ['a.test'])).toBe('accepted');
    expect(await under({ permitted: ['a.test'] }, ['a.test', name])).toBe('accepted');
  }
});

it('comparisons are counted before they are made, and too many are refused', async () => {
  const hosts = Array.from({ length: 400 }, (_, i) => `h${i}.example`);
  const constrained = await root.intermediate({ nameConstraints: { permitted: hosts } });
  const issued = await constrained.issue({ subject: {}, names: [...hosts, 'localhost'] });
  const work = noWork();
  expect(verdictOn(root, issued, { work })).toBe('ERR_TLS_CERT_WORK_LIMIT');
  expect(work.nameComparisons).toBe(0);
  const enough = { limits: { nameComparisons: 401 * 400 } };
  expect(verdictOn(root, issued, { work }, enough)).toBe(refused);
  expect(work.nameComparisons).toBe(401 * 400);
});
