/** "What did you offer?": the page, `/api/hello`, and the verdict. */
import { createHash } from 'node:crypto';
import { clientHello, decodeMessage } from '@tlskit/tls-messages';
import { MemorySessionStore } from 'tlskit';
import { type ConnectOptions, tls12 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { type Offer, offerOf } from '../src/observe/offer.ts';
import { verdictOn } from '../src/observe/verdict.ts';
import { type Running, received, serve } from './support.ts';

async function ask(
  server: Running,
  path: string,
  options: Partial<ConnectOptions> = {},
  accept = '*/*',
): Promise<string> {
  const socket = server.client(options);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: ${accept}\r\n\r\n`);
  return received(socket);
}

async function report(server: Running, options: Partial<ConnectOptions> = {}) {
  const text = await ask(server, '/api/hello', options);
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: application\/json/);
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
}

describe('/api/hello', () => {
  it('is the hello, byte for byte and field by field, in its order, GREASE kept', async () => {
    const server = await serve(['--www']);
    let sent = '';
    const message: NonNullable<ConnectOptions['inspect']>['message'] = ({ direction, bytes }) => {
      if (direction === 'out' && bytes[0] === 1) sent = Buffer.from(bytes).toString('hex');
    };
    const told = await report(server, {
      grease: true,
      extensionOrder: 'random',
      alpn: ['http/1.1'],
      inspect: { message },
    });
    expect(told.schemaVersion).toBe(1);
    expect(told.raw).toBe(sent);
    expect(told.secondRaw).toBeNull();
    const hello = decodeMessage(clientHello, Buffer.from(sent, 'hex'));
    const codes = (list: { code: number }[]) => list.map(({ code }) => code);
    expect(codes(told.offer.cipherSuites)).toEqual(hello.cipher_suites);
    expect(codes(told.offer.extensions)).toEqual(hello.extensions.map(({ extension_type }) => extension_type));
    expect(told.offer.cipherSuites[0]).toMatchObject({ name: 'GREASE', grease: true });
    expect(told.offer.groups.map(({ name }: { name: string }) => name)).toContain('X25519MLKEM768');
    expect(told.offer.ja3).toBe(createHash('md5').update(told.offer.ja3Text).digest('hex'));
    expect(told.offer.ja4).toMatch(/^t13d\d{4}h1_[0-9a-f]{12}_[0-9a-f]{12}$/);
    expect(told.decoded.name).toBe('ClientHello');
    expect(told.decoded.section.bytes).toBe(sent);
    expect(JSON.stringify(told.decoded)).toContain('"label":"legacy_session_id"');
    expect(told.connection).toMatchObject({
      postQuantum: true,
      resumed: false,
      early: false,
      kind: 'full',
      alpn: 'http/1.1',
      serverName: 'localhost',
    });
    expect(told.verdict).toMatchObject({
      grade: 'good',
      words: expect.stringMatching(/^What this client offers is good/),
    });
  });

  it('tells of resumption, early data and a second hello', async () => {
    const server = await serve(['--www', '--early-data', '1000', '--groups', 'secp384r1']);
    const sessions = new MemorySessionStore();
    const first = await report(server, { sessions, groups: ['x25519', 'secp384r1'] });
    expect(first.connection).toMatchObject({ kind: 'retried', helloRetry: true, postQuantum: false });
    expect(first.secondRaw).toMatch(/^01/);
    expect(first.secondRaw).not.toBe(first.raw);
    const socket = server.client({
      sessions,
      groups: ['secp384r1'],
      earlyData: Buffer.from('GET /api/hello HTTP/1.0\r\n\r\n'),
    });
    const text = await received(socket);
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)).connection).toMatchObject({
      kind: 'early',
      resumed: true,
      early: true,
    });
  });

  it('is without the tree for a hello that is very long', async () => {
    const server = await serve(['--www']);
    const told = await report(server, {
      alpn: Array.from({ length: 100 }, (_, i) => `${i}`.padEnd(250, 'x')).concat('http/1.1'),
    });
    expect(told.decoded).toBeNull();
    expect(told.offer.alpn).toHaveLength(101);
  });
});

describe('the page', () => {
  it('tells what was offered, in one record, whatever that is', async () => {
    const server = await serve(['--www']);
    const lengths: number[] = [];
    const record: NonNullable<ConnectOptions['inspect']>['record'] = ({ direction, innerType, content }) => {
      if (direction === 'in' && innerType === 23) lengths.push(content.length);
    };
    const alpn = ['http/1.1', ...Array.from({ length: 60 }, (_, i) => `<${i}>`)];
    const page = await ask(server, '/', { alpn, grease: true, inspect: { record } });
    expect(page).toContain('<h2>What you offered</h2>');
    expect(page).toContain('&lt;20&gt;');
    expect(page).not.toContain('<20>');
    expect(page).toMatch(/JA4<\/th><td>t13d/);
    expect(lengths).toHaveLength(1);
    const text = await ask(server, '/', { versions: [tls12] }, 'text/plain');
    expect(text).toMatch(/\nverdict +\S.*\noffered versions +TLS 1\.2\n/);
  });
});

describe('the verdict', () => {
  const named = (...names: string[]) => names.map(name => ({ name, code: 0, grease: name === 'GREASE' }));
  const base: Offer = {
    legacyVersion: named('TLS 1.2')[0]!,
    versions: named('TLS 1.3'),
    cipherSuites: named('TLS_AES_128_GCM_SHA256'),
    compressionMethods: [0],
    sessionIdLength: 0,
    extensions: named('server_name').map(each => ({ ...each, length: 0 })),
    groups: named('X25519MLKEM768', 'x25519'),
    keyShares: [],
    signatureSchemes: named('ed25519'),
    alpn: [],
    postQuantum: true,
    ja3: '',
    ja3Text: '',
    ja4: '',
    ja4Text: '',
  };

  it('is good where nothing is wrong', () => {
    expect(verdictOn(base)).toEqual({
      grade: 'good',
      words: 'What this client offers is good, and its key exchange holds against quantum computers too.',
      findings: [],
    });
  });

  it.each<[string, Partial<Offer>, string, RegExp]>([
    ['an old version', { versions: named('TLS 1.3', 'TLS 1.0') }, 'bad', /TLS 1\.0, which RFC 8996 ended/],
    ['no TLS 1.3', { versions: named('TLS 1.2') }, 'weak', /does not offer TLS 1\.3/],
    ['RC4', { cipherSuites: named('TLS_RSA_WITH_RC4_128_SHA') }, 'bad', /RC4/],
    ['no encryption', { cipherSuites: named('TLS_ECDHE_RSA_WITH_NULL_SHA') }, 'bad', /without encryption: 1/],
    [
      'nobody at the other end',
      { cipherSuites: named('TLS_DH_anon_WITH_AES_128_CBC_SHA') },
      'bad',
      /without authentication/,
    ],
    ['export', { cipherSuites: named('TLS_RSA_EXPORT_WITH_RC4_40_MD5') }, 'bad', /40 bits/],
    ['3DES', { cipherSuites: named('TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA') }, 'weak', /Sweet32/],
    ['no forward secrecy', { cipherSuites: named('TLS_RSA_WITH_AES_128_GCM_SHA256') }, 'weak', /forward secrecy: 1/],
    ['compression', { compressionMethods: [1, 0] }, 'bad', /CRIME/],
    ['SHA-1', { signatureSchemes: named('ed25519', 'rsa_pkcs1_sha1') }, 'weak', /rsa_pkcs1_sha1/],
    ['no extended_master_secret', { versions: named('TLS 1.3', 'TLS 1.2') }, 'weak', /RFC 7627/],
    ['no RFC 5746', { versions: named('TLS 1.3', 'TLS 1.2') }, 'weak', /RFC 5746/],
    ['a small curve', { groups: named('secp160r1') }, 'weak', /too small/],
    ['no name', { extensions: [] }, 'good', /asks for no name/],
    ['no post-quantum group', { postQuantum: false }, 'good', /post-quantum/],
    ['GREASE', { cipherSuites: named('GREASE', 'TLS_AES_128_GCM_SHA256') }, 'good', /reserved values/],
  ])('tells of %s', (_, change, grade, text) => {
    const verdict = verdictOn({ ...base, ...change });
    expect(verdict.grade).toBe(grade);
    expect(verdict.findings.map(finding => finding.text).join('\n')).toMatch(text);
  });

  it('is none of what is no hello', () => {
    expect(offerOf(new Uint8Array(0))).toBeUndefined();
    expect(offerOf(Buffer.from('0100000100', 'hex'))).toBeUndefined();
  });
});
