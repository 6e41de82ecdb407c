import type { AlternativeName } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkName, formatIp, matchesName, namesOf, type PeerName, parseCertificate, parseIp } from '../src/index.ts';
import { createCA, type TestCA, thrown, verdictOn } from './support.ts';

let ca: TestCA;

beforeAll(async () => {
  ca = await createCA();
});

async function certificateFor(...names: AlternativeName[]) {
  return parseCertificate((await ca.issue({ subject: 'common.name.test', names })).certificate);
}

// Asked for, presented, whether it matches: RFC 9525 §6.3.
const dns: readonly (readonly [string, string, boolean])[] = [
  ['example.com', 'example.com', true],
  ['EXAMPLE.com', 'example.COM', true],
  ['example.com.', 'example.com', true],
  ['example.com', 'example.com.', false],
  ['example.com', 'www.example.com', false],
  ['www.example.com', 'example.com', false],
  ['localhost', 'localhost', true],
  ['a_b.test.example', 'a_b.test.example', true],
  // The wildcard is one whole label, the left-most.
  ['www.example.com', '*.example.com', true],
  ['WWW.example.com', '*.EXAMPLE.com', true],
  ['example.com', '*.example.com', false],
  ['a.b.example.com', '*.example.com', false],
  ['www.example.com', 'w*.example.com', false],
  ['www.example.com', '*w.example.com', false],
  ['www.example.com', 'www.*.com', false],
  ['a.b.example.com', '*.*.example.com', false],
  ['www.example.com', '**.example.com', false],
  ['www.example.com', '*', false],
  ['example.com', '*.com', false],
  ['localhost', '*', false],
  ['a.localhost', '*.localhost', false],
  // What belongs to a registry belongs to nobody.
  ['example.co.uk', '*.co.uk', false],
  ['www.example.co.uk', '*.example.co.uk', true],
  ['example.com.au', '*.com.au', false],
  // A-labels are labels; U-labels are no host names.
  ['xn--bcher-kva.example', 'xn--bcher-kva.example', true],
  ['bücher.example', 'xn--bcher-kva.example', true],
  ['BÜCHER.example', 'XN--BCHER-KVA.example', true],
  ['bücher.example', 'bücher.example', false],
  ['bücher.shop.example', '*.shop.example', true],
  ['xn--bcher-kva.example', 'xn--*.example', false],
  // Nothing that is no host name matches, though the strings be equal in part.
  ['example.com', 'example.com\0.evil.test', false],
  ['example.com', 'example.com ', false],
  ['example.com', ' example.com', false],
  ['example.com', 'example.com\n', false],
  ['example.com', '.example.com', false],
  ['example.com', 'example..com', false],
  ['example.com', '', false],
  ['example.com', '-example.com', false],
  ['example.com', 'https://example.com', false],
  ['example.com', 'example.com:443', false],
];

describe('DNS names', () => {
  it.each(dns)('asked for %j, presented %j: %j', async (asked, presented, expected) => {
    const certificate = await certificateFor({ dns: presented });
    expect(matchesName(certificate, asked)).toBe(expected);
    expect(matchesName(certificate, { dns: asked })).toBe(expected);
  });

  it('takes any of several, and the common name never', async () => {
    const certificate = await certificateFor('a.test.example', 'b.test.example', { email: 'c@test.example' });
    expect(matchesName(certificate, 'b.test.example')).toBe(true);
    expect(matchesName(certificate, 'common.name.test')).toBe(false);
    expect(matchesName(certificate, 'c@test.example'.slice(2))).toBe(false);
    const bare = parseCertificate((await ca.issue({ subject: 'common.name.test', names: null })).certificate);
    expect(matchesName(bare, 'common.name.test')).toBe(false);
    expect(namesOf(bare)).toEqual([]);
  });

  it('asks the caller what belongs to a registry', async () => {
    const rules = { underscores: true, isPublicSuffix: (domain: string) => domain === 'github.io' };
    const certificate = await certificateFor('*.github.io', '*.co.uk');
    expect(matchesName(certificate, 'someone.github.io')).toBe(true);
    expect(matchesName(certificate, 'someone.github.io', rules)).toBe(false);
    expect(matchesName(certificate, 'someone.co.uk', rules)).toBe(true);
    // But not whether a single label is one: whatever is asked, no wildcard is for all of a top-level domain.
    const any = { underscores: true, isPublicSuffix: () => false };
    expect(matchesName(await certificateFor('*.com'), 'example.com', any)).toBe(false);
    expect(
      verdictOn(ca, await ca.issue('*.github.io'), { name: 'x.github.io' }, { isPublicSuffix: rules.isPublicSuffix }),
    ).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it.each([
    '',
    '.',
    'a..b',
    'a b',
    'exa\0mple.com',
    '*.example.com',
    'http://example.com',
    'example.com:443',
    'user@example.com',
    '[::1]',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '0x7f000001',
    'a.0x7f',
    '１２７.0.0.1',
    'b\u00fccher.example/x',
    'b\u00fccher example',
    '%65xample.com',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}example`,
    'x'.repeat(5000),
    ':::',
    '1::2::3',
    'fe80::1%eth0',
  ])('refuses to look for %j, which is no name', async asked => {
    const certificate = await certificateFor('example.com');
    expect(thrown(() => matchesName(certificate, asked)).code).toBe('ERR_TLS_INVALID_OPTION');
    expect(verdictOn(ca, await ca.issue('example.com'), { name: asked })).toBe('ERR_TLS_INVALID_OPTION');
  });
});

describe('IP addresses', () => {
  const cases: readonly (readonly [string, AlternativeName, boolean])[] = [
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.1', '192.0.2.2', false],
    ['2001:db8::1', '2001:db8::1', true],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
    ['::ffff:192.0.2.1', { ip: Uint8Array.from([...Array(10).fill(0), 255, 255, 192, 0, 2, 1]) }, true],
    ['::ffff:192.0.2.1', '192.0.2.1', false],
    ['192.0.2.1', { dns: '192.0.2.1' }, false],
    ['192.0.2.1', { dns: '*.0.2.1' }, false],
    ['192.0.2.1', { uri: 'https://192.0.2.1/' }, false],
    ['192.0.2.1', { ip: Uint8Array.of(192, 0, 2) }, false],
    ['192.0.2.1', { ip: Uint8Array.of(192, 0, 2, 1, 255, 255, 255, 255) }, false],
    ['0.0.0.0', { ip: Uint8Array.of() }, false],
  ];

  it.each(cases)('asked for %s, presented %j: %s', async (asked, presented, expected) => {
    const certificate = await certificateFor(presented);
    expect(matchesName(certificate, asked)).toBe(expected);
    expect(matchesName(certificate, { ip: asked })).toBe(expected);
  });

  it('are read as one text only, and written by RFC 5952', () => {
    const good: readonly (readonly [string, string])[] = [
      ['0.0.0.0', '0.0.0.0'],
      ['255.255.255.255', '255.255.255.255'],
      ['::', '::'],
      ['::1', '::1'],
      ['1::', '1::'],
      ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
      ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ];
    for (const [text, written] of good) expect(formatIp(parseIp(text) as Uint8Array)).toBe(written);
    for (const text of ['', '1', '1.2.3', '1.2.3.4 ', '1.2.3.256', '1.2.3.04', '0x1.2.3.4', '1.2.3.-4', '+1.2.3.4']) {
      expect(parseIp(text)).toBeUndefined();
    }
    for (const text of [':', ':1', '1:', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '1:2:3:4:5:6:7::8']) {
      expect(parseIp(text)).toBeUndefined();
    }
    for (const text of ['12345::', 'g::', '::1.2.3', '1.2.3.4::', '::1.2.3.4:5', '::01.2.3.4', '::1%0', '[::1]']) {
      expect(parseIp(text)).toBeUndefined();
    }
  });
});

describe('other names', () => {
  it('finds e-mail addresses, the host without regard to case and the rest with', async () => {
    const certificate = await certificateFor({ email: 'Joe@Example.com' });
    expect(matchesName(certificate, { email: 'Joe@example.COM' })).toBe(true);
    expect(matchesName(certificate, { email: 'joe@example.com' })).toBe(false);
    expect(thrown(() => matchesName(certificate, { email: 'nobody' })).code).toBe('ERR_TLS_INVALID_OPTION');
    expect(thrown(() => matchesName(certificate, { ip: 'example.com' })).code).toBe('ERR_TLS_INVALID_OPTION');
  });

  it.each([
    ['spiffe://example.org/a/b', 'spiffe://example.org/a/b', true],
    ['SPIFFE://Example.ORG/a', 'spiffe://example.org/a', true],
    ['spiffe://example.org/a', 'spiffe://EXAMPLE.org/a', true],
    ['urn:uuid:f81d4fae', 'urn:uuid:f81d4fae', true],
    ['http://user@a.test:80/%7euser?q=%3d', 'http://user@a.test:80/~user?q=%3D', true],
    ['spiffe://example.org/a', 'spiffe://example.org/A', false],
    ['http://User@a.test/', 'http://user@a.test/', false],
    ['spiffe://example.org/a', 'spiffe://example.org/a/', false],
    ['spiffe://example.org/a', 'spiffe://example.org', false],
    ['spiffe://example.org', 'spiffe://example.org/a', false],
    ['spiffe://example.org/b', 'spiffe://example.org/a/../b', false],
    ['spiffe://example.org/b', 'spiffe://example.org/a/%2e%2e/b', false],
    ['spiffe://example.org/a', 'spiffe://example.org/a\0', false],
    ['spiffe://example.org/a', ' spiffe://example.org/a', false],
    ['spiffe://example.org/a', 'spiffe://example.org/%zz', false],
    ['spiffe://example.org/a', 'spiffe:\\\\example.org/a', false],
  ] as const)('compares URIs as a whole (RFC 5280 §7.4): %s, presented %j: %s', async (uri, presented, expected) => {
    expect(matchesName(await certificateFor({ uri: presented }), { uri })).toBe(expected);
  });

  it.each([
    ['sip:voice.example.com', true],
    ['SIP:Voice.Example.com:5060', true],
    ['sip:voice.example.com;transport=tls', true],
    ['sip://voice.example.com/x', true],
    ['sips:voice.example.com', false],
    ['sip:user@voice.example.com', false],
    ['sip:voice.example.com@evil.test', false],
    ['sip://voice.example.com?@evil.test', false],
    ['sip:*.example.com', false],
    ['sip:example.com', false],
    ['sip:voice.example.com.evil.test', false],
  ] as const)('knows services by their URI-ID (RFC 9525): %s: %s', async (presented, expected) => {
    const certificate = await certificateFor({ uri: presented }, 'voice.example.com');
    expect(matchesName(certificate, { scheme: 'sip', host: 'voice.example.COM' })).toBe(expected);
  });

  it('refuses what is no URI and no service as a name to look for', async () => {
    const certificate = await certificateFor('a.test');
    for (const name of [{ uri: 'a.test' }, { uri: 'a:b c' }, { uri: 'a:' }, { uri: 'a://b/../c' }, { uri: 5 }]) {
      expect(thrown(() => matchesName(certificate, name as PeerName)).code).toBe('ERR_TLS_INVALID_OPTION');
    }
    for (const name of [
      { scheme: 'a b', host: 'a.test' },
      { scheme: 'sip', host: '' },
      { scheme: 'sip', host: '*.a.test' },
    ]) {
      expect(thrown(() => matchesName(certificate, name)).code).toBe('ERR_TLS_INVALID_OPTION');
    }
  });

  it.each([
    {},
    5,
    true,
    [],
    ['a.test'],
    { dns: 5 },
    { ip: null },
    { email: undefined },
    { uri: {} },
    { dns: 'a.test', ip: '192.0.2.1' },
    { scheme: 'sip' },
    { scheme: 'sip', host: 5 },
    { scheme: 'sip', dns: 'a.test' },
    { host: 'a.test' },
    { scheme: 'sip', host: 'a.test', email: 'a@a.test' },
  ])('refuses what is no name at all: %j', async name => {
    const leaf = await ca.issue('a.test');
    expect(verdictOn(ca, leaf, { name: name as PeerName })).toBe('ERR_TLS_INVALID_OPTION');
  });

  it('refuses a client of another URI', async () => {
    const leaf = await ca.issue({ subject: 'x', names: [{ uri: 'spiffe://example.org/a' }] });
    const role = 'client';
    expect(verdictOn(ca, leaf, { role, name: { uri: 'spiffe://example.org/a' } })).toBe('accepted');
    expect(verdictOn(ca, leaf, { role, name: { uri: 'spiffe://example.org/b' } })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('finds mailboxes of other letters in SmtpUTF8Mailbox alone (RFC 9598)', async () => {
    const email = 'δοκιμή@Example.com';
    const certificate = await certificateFor(mailbox(email));
    expect(matchesName(certificate, { email: 'δοκιμή@example.com' })).toBe(true);
    expect(matchesName(certificate, { email: 'Δοκιμή@example.com' })).toBe(false);
    expect(matchesName(certificate, { email: 'δοκιμή@example.org' })).toBe(false);
    // The octets of UTF-8 in an IA5String are no such mailbox, and an ASCII one does not belong into the other form (§3).
    const octets = String.fromCharCode(...new TextEncoder().encode(email));
    expect(matchesName(await certificateFor({ email: octets }), { email })).toBe(false);
    expect(matchesName(await certificateFor(mailbox('joe@example.com')), { email: 'joe@example.com' })).toBe(false);
  });

  it.each([
    ['ü@a.test', { permitted: [{ email: 'a.test' }] }, 'accepted'],
    ['ü@b.test', { permitted: [{ email: 'a.test' }] }, 'ERR_TLS_CERT_NAME_CONSTRAINTS'],
    ['ü@x.a.test', { excluded: [{ email: '.a.test' }] }, 'ERR_TLS_CERT_NAME_CONSTRAINTS'],
    ['ü@a.test', { permitted: [{ email: 'u@a.test' }] }, 'ERR_TLS_CERT_NAME_CONSTRAINTS'],
    ['no mailbox', { excluded: [{ email: 'a.test' }] }, 'ERR_TLS_CERT_NAME_CONSTRAINTS'],
    ['no mailbox', { excluded: ['a.test'] }, 'accepted'],
  ] as const)(
    'lays the constraints of rfc822Name upon SmtpUTF8Mailbox (RFC 9598 §6): %s',
    async (text, nameConstraints, expected) => {
      const under = await ca.intermediate({ nameConstraints });
      const leaf = await under.issue({ subject: 'x', names: [mailbox(text)] });
      expect(verdictOn(ca, leaf, { role: 'client', name: undefined })).toBe(expected);
    },
  );

  it('lists every form', async () => {
    const certificate = await certificateFor(
      'a.test',
      '192.0.2.1',
      '2001:db8::1',
      { email: 'a@b.test' },
      { uri: 'https://a.test/' },
      { directoryName: { O: 'Example, Inc.', C: 'US' } },
      { registeredId: '1.2.3' },
    );
    expect(namesOf(certificate)).toEqual([
      { type: 'dns', value: 'a.test' },
      { type: 'ip', value: '192.0.2.1' },
      { type: 'ip', value: '2001:db8::1' },
      { type: 'email', value: 'a@b.test' },
      { type: 'uri', value: 'https://a.test/' },
      { type: 'directoryName', value: 'C=US, O=Example\\, Inc.' },
      { type: 'registeredID', value: '#2a03' },
    ]);
  });

  it('says in the error whom the certificate is for, and not too much', async () => {
    const many = Array.from({ length: 500 }, (_, i) => `host${i}.test`);
    const certificate = await certificateFor(...many);
    const error = thrown(() => checkName(certificate, 'other.test'));
    expect(error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID', kind: 'name', alert: 'bad_certificate' });
    expect(error.message).toContain('dns:host0.test, dns:host1.test');
    expect(error.message).toContain('and 490 more');
    expect(error.message.length).toBeLessThan(500);
    const none = parseCertificate((await ca.issue({ subject: 'x', names: null })).certificate);
    expect(thrown(() => checkName(none, 'other.test')).message).toContain('no subject alternative names');
  });
});

function mailbox(text: string): AlternativeName {
  const octets = new TextEncoder().encode(text);
  return { otherName: { oid: '1.3.6.1.5.5.7.8.9', value: Uint8Array.of(0x0c, octets.length, ...octets) } };
}

it('needs a name for a server, or the word that none is needed', async () => {
  const leaf = await ca.issue('localhost');
  const name: PeerName | undefined = undefined;
  expect(verdictOn(ca, leaf, { name })).toBe('ERR_TLS_INVALID_OPTION');
  expect(verdictOn(ca, leaf, { name: null })).toBe('accepted');
  expect(verdictOn(ca, leaf, { role: 'client', name: 'other.test' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(verdictOn(ca, leaf, { role: 'peer' as 'client' })).toBe('ERR_TLS_INVALID_OPTION');
});
