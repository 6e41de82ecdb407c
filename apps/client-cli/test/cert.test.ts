import { createHash } from 'node:crypto';
import { createServer as createTcpServer } from 'node:net';
import { Readable } from 'node:stream';
import { accept, tls12 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { certSettings } from '../src/cert/options.ts';
import { type CertFindings, certLines, certObject } from '../src/cert/report.ts';
import { factsOf, readSent } from '../src/cert/sent.ts';
import { above, behind, intermediate, leaf, own, pem, roots } from './cert-support.ts';
import { ca, file, localhost, run, silent, stopTheClock, tcpServer, tlsServer } from './support.ts';

describe('tlskit cert of a file', () => {
  it('shows certificates, the path and the verdict', async () => {
    const path = file(leaf.pem.certificate);
    const { code, stdout, stderr } = await run(['cert', path, ...roots(), '--name', 'localhost']);
    const text = stdout.toString();
    expect(stderr).toBe('');
    expect(behind('source', text)).toEqual([`${path}, 2 certificates`]);
    expect(behind('as sent', text)).toEqual(['in order']);
    const fingerprint = createHash('sha256').update(own).digest('hex').toUpperCase().match(/../g)?.join(':');
    expect(text).toContain(`  sha256      ${fingerprint}\n`);
    expect(text).toContain(`  pin         sha256/${createHash('sha256').update(leaf.spki).digest('base64')}\n`);
    expect(text).toMatch(/^ {2}subject {5}CN=localhost\n {2}issuer {6}CN=Test intermediate\n/m);
    expect(text).toContain('  basicConstraints, critical: authority\n');
    expect(text).toContain('  subjectAltName:\n    dns:localhost\n    ip:127.0.0.1\n');
    expect(behind('path', text)).toEqual(['1: CN=localhost', '2: CN=Test intermediate', 'CN=Test root, trusted']);
    expect(behind('verdict', text)[0]).toMatch(
      /^good: a path to a trusted root, for localhost; server, profile webpki,/,
    );
    expect(code).toBe(0);
  });

  it.each([
    ['DER', own, 1],
    ['PEM with other blocks', `${localhost.pem.key}${pem(own)}`, 1],
    ['the rest in any order', pem(own, ca.certificate, above), 3],
  ])('%s', async (_, contents, count) => {
    const { code, json } = await run(['cert', file(contents), '--roots', file(pem(above)), '--json']);
    expect(json.certificates).toHaveLength(count);
    expect(json).toMatchObject({ verified: true, error: null, exitCode: 0 });
    expect(code).toBe(0);
  });

  it('reads standard input', async () => {
    const around = { stdin: Readable.from([Buffer.from(leaf.pem.certificate)]) };
    const { code, json } = await run(['cert', '-', ...roots(), '--json'], around);
    expect(json.source).toMatchObject({ kind: 'stdin', file: null });
    expect(json.verified).toBe(true);
    expect(code).toBe(0);
  });

  it('is one JSON object with every field', async () => {
    const path = file(leaf.pem.certificate);
    const trusted = roots();
    const args = [
      'cert',
      path,
      ...trusted,
      '--name',
      '127.0.0.1',
      '--profile',
      'path',
      '--time',
      '2026-11-25T12:00:00Z',
    ];
    const early = new Date('2026-01-01T00:00:00Z');
    const long = await ca.issue({ names: ['127.0.0.1'], notBefore: early });
    const { json } = await run([...args.slice(0, 1), file(long.pem.certificate), ...args.slice(2), '--json']);
    expect(Object.keys(json)).toEqual([
      'schemaVersion',
      'source',
      'certificates',
      'asSent',
      'stapled',
      'judgedBy',
      'verified',
      'path',
      'policies',
      'revocation',
      'transparency',
      'work',
      'expires',
      'error',
      'branches',
      'connection',
      'exitCode',
    ]);
    expect(json.judgedBy).toEqual({
      roots: [trusted[1]],
      name: '127.0.0.1',
      time: '2026-11-25T12:00:00.000Z',
      profile: 'path',
      purpose: 'server',
    });
    expect(json.certificates[0]).toMatchObject({
      number: 1,
      der: Buffer.from(long.certificate).toString('base64'),
      notBefore: early.toISOString(),
      names: ['ip:127.0.0.1'],
      keyDetails: { curve: 'P-256' },
      extensions: expect.arrayContaining([
        { oid: '2.5.29.17', name: 'subjectAltName', critical: false, words: ['ip:127.0.0.1'], value: ['ip:127.0.0.1'] },
      ]),
    });
    expect(json.path.map(({ number, trusted: is }: { number: number; trusted: boolean }) => [number, is])).toEqual([
      [1, false],
      [null, true],
    ]);
    expect(json.work).toMatchObject({ signatures: 1 });
  });

  it.each([
    ['another name', ['--name', 'example.org'], 7, 'ERR_TLS_CERT_ALTNAME_INVALID', 'bad_certificate'],
    ['a time too late', ['--time', '2050-01-01'], 8, 'CERT_HAS_EXPIRED', 'certificate_expired'],
    ['a time too early', ['--time', '2020-01-01T00:00:00+02:00'], 8, 'CERT_NOT_YET_VALID', 'certificate_expired'],
  ])('refuses %s', async (_, args, exitCode, error, alert) => {
    const { code, json } = await run(['cert', file(leaf.pem.certificate), ...roots(), ...args, '--json']);
    expect(json).toMatchObject({ verified: false, path: null, exitCode, error: { code: error, alert } });
    expect(json.error.rfc).toMatch(/^RFC \d+/);
    expect(code).toBe(exitCode);
  });

  it('says which certificate was refused, by which section, and what a peer is told', async () => {
    const { code, stdout } = await run(['cert', file(leaf.pem.certificate), '--time', '2026-11-30']);
    const text = stdout.toString();
    expect(behind('as sent', text)).toEqual(['in order', 'missing: CN=Test root']);
    expect(behind('verdict', text)[0]).toMatch(
      /^REFUSED: certificate "CN=Test intermediate": is issued by "CN=Test root".*\[UNABLE_TO_GET_ISSUER_CERT_LOCALLY\]; a peer would be told unknown_ca \(48\); server, profile webpki, roots of node$/,
    );
    expect(code).toBe(6);
  });

  it('tells the reasons of all dead branches', async () => {
    const expired = await ca.intermediate({
      subject: { CN: 'Test intermediate' },
      key: intermediate.key,
      notBefore: new Date('2020-01-01'),
      notAfter: new Date('2021-01-01'),
    });
    const constrained = await ca.intermediate({
      subject: { CN: 'Test intermediate' },
      key: intermediate.key,
      nameConstraints: { permitted: ['example.com'] },
    });
    const chain = file(pem(own, expired.certificate, constrained.certificate));
    const { json } = await run(['cert', chain, ...roots(), '--json']);
    expect(json.branches.map(({ code }: { code: string }) => code).sort()).toEqual([
      'CERT_HAS_EXPIRED',
      'ERR_TLS_CERT_NAME_CONSTRAINTS',
    ]);
    const { stdout } = await run(['cert', chain, ...roots()]);
    expect(behind('branches', `${stdout}end`)).toHaveLength(2);
  });

  it('judges clients when asked to', async () => {
    const client = await ca.issue({
      names: [{ email: 'me@example.com' }],
      subject: {},
      extendedKeyUsage: ['clientAuth'],
    });
    const args = ['cert', file(client.pem.certificate), ...roots(), '--json'];
    expect((await run([...args, '--purpose', 'client', '--name', 'me@example.com'])).json).toMatchObject({
      verified: true,
      judgedBy: { purpose: 'client', profile: 'rfc5280' },
    });
    expect((await run([...args, '--purpose', 'client', '--name', 'you@example.com'])).code).toBe(7);
    expect((await run(args)).json.error.code).toBe('INVALID_PURPOSE');
  });

  it('shows what does not parse, and goes on', async () => {
    const { code, stdout } = await run(['cert', file(pem(own, Uint8Array.of(0x30, 0), above)), ...roots()]);
    const text = stdout.toString();
    expect(behind('as sent', text)).toEqual([
      'not in order: each should be issued by the next (RFC 9846 §4.5.1.2)',
      'certificate 2 does not parse',
    ]);
    expect(text).toMatch(/^certificate 2 of 3\n {2}unreadable {2}certificate of 2 bytes: does not parse/m);
    expect(code).toBe(0);
    const broken = await run(['cert', file(Uint8Array.of(0x30, 0)), ...roots(), '--json']);
    expect(broken.json).toMatchObject({ error: { code: 'ERR_TLS_CERT_MALFORMED' }, exitCode: 6 });
    expect(broken.json.certificates[0].error.code).toBe('ERR_TLS_CERT_MALFORMED');
  });

  it('prints nothing that acts on a terminal, in either form', async () => {
    const evil = '\x1b[2J\x1b]0;owned\x07\r\n\u202e\u009b31m';
    const bad = await ca.issue({ names: [`${evil}.example`], subject: { CN: evil, O: evil } });
    for (const form of [[], ['--json']]) {
      const { stdout } = await run(['cert', file(bad.pem.certificate), ...roots(), '--name', 'localhost', ...form]);
      expect(stdout.toString().replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(stdout.toString()).toContain(form.length === 0 ? '\\u{202e}' : '\\u009b');
    }
  });

  it('does not print a thousand names', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `${i}.example.com`);
    const { stdout } = await run(['cert', file((await ca.issue({ names })).pem.certificate), ...roots()]);
    expect(stdout.toString()).toContain('\n    dns:19.example.com\n    and 980 more\n');
  });

  it.each([
    [['cert'], 'what to look at is missing'],
    [['cert', 'no-such-file'], 'there is no file "no-such-file", and as a host'],
    [['cert', 'a:1', 'b:2'], 'one FILE or HOST:PORT at a time'],
    [['cert', 'a:1', '--profile', 'webpk'], 'did you mean webpki?'],
    [['cert', 'a:1', '--purpose', 'both'], '--purpose is server or client'],
    [['cert', 'a:1', '--time', 'tomorrow'], '--time is like 2026-12-31'],
    [['cert', 'a:1', '--time', '2026-02-31T00:00:00Z5'], '--time is like 2026-12-31'],
    [['cert', 'a:1', '--servername', '127.0.0.1'], '--servername is a DNS name'],
    [['cert', '-', '--servername', 'a'], '--servername is for HOST:PORT'],
    [['cert', 'a:1', '--roots', '/no/such/file'], '--roots /no/such/file'],
    [['cert', 'a:1', '--cacert', 'x'], 'did you mean --roots?'],
    [['cert', '-'], 'standard input: no certificate is in this file'],
    [['cert', 'a:1', '--hard-fail'], 'say --ocsp, --crl or --fetch-crls too'],
    [['cert', 'a:1', '--crl', '/no/such/file'], '--crl /no/such/file'],
    [['cert', 'a:1', '--logs', '/no/such/file'], '--logs /no/such/file'],
    [['cert', 'a:1', '--passin', 'pass:x'], 'did you mean --passphrase-file?'],
    [['cret', 'x'], 'did you mean cert?'],
  ])('%j is a mistake', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toContain(message);
    expect(stdout.length).toBe(0);
    expect(code).toBe(2);
  });

  it('a name that is none is a mistake too', async () => {
    const { code, stderr } = await run(['cert', file(own), ...roots(), '--name', 'a..b']);
    expect(stderr).toContain('"a..b"');
    expect(code).toBe(2);
  });

  it('has its own help', async () => {
    const { code, stdout } = await run(['cert', '--help']);
    expect(stdout.toString()).toContain('Usage: tlskit cert FILE|HOST:PORT|-');
    expect(stdout.toString()).toContain('--profile PROFILE');
    expect(code).toBe(0);
  });
});

describe('tlskit cert of a server', () => {
  const { certificate, key } = leaf.pem;

  it.each([
    ['TLSv1.3', {}],
    ['TLSv1.2', { versions: [tls12] }],
  ])('takes its chain by %s', async (protocol, options) => {
    const port = await tlsServer(silent, { certificate, key, ...options });
    const { code, json } = await run(['cert', `localhost:${port}`, ...roots(), '--json']);
    expect(json).toMatchObject({
      source: { kind: 'host', host: 'localhost', port, remoteAddress: '127.0.0.1', serverName: 'localhost', protocol },
      asSent: { inOrder: true, missing: [] },
      judgedBy: { name: 'localhost' },
      verified: true,
      connection: null,
    });
    expect(json.certificates.map(({ der }: { der: string }) => der)).toEqual(
      leaf.chain.map(der => Buffer.from(der).toString('base64')),
    );
    expect(code).toBe(0);
  });

  it('takes a bad one all the same, and then refuses it', async () => {
    const port = await tlsServer(silent, { certificate, key });
    const { code, stdout } = await run(['cert', `127.0.0.1:${port}`, '--name', 'example.org', ...roots()]);
    expect(behind('source', stdout.toString())[0]).toBe(
      `127.0.0.1:${port}, asked for example.org, TLSv1.3, 2 certificates`,
    );
    expect(stdout.toString()).toContain('[ERR_TLS_CERT_ALTNAME_INVALID]');
    expect(code).toBe(7);
  });

  const stapling = (ocspResponse: Uint8Array): Promise<number> =>
    tcpServer(transport => {
      const credentials = [{ certificate, key, ocspResponse }];
      accept(transport, { credentials })
        .on('error', () => {})
        .resume();
    });

  it('shows the staple, and judges it', async () => {
    const ocsp = await intermediate.ocsp(own);
    const port = await stapling(ocsp);
    const args = ['cert', `localhost:${port}`, ...roots()];
    const { code, json } = await run([...args, '--json']);
    expect(json.stapled).toMatchObject({
      ocsp: Buffer.from(ocsp).toString('base64'),
      response: {
        status: 'successful',
        responses: [{ serialNumber: json.certificates[0].serialNumber, status: 'good' }],
      },
    });
    expect(json.revocation).toMatchObject([
      { number: 1, status: 'good', by: 'OCSP' },
      { number: 2, status: 'unknown' },
    ]);
    expect(code).toBe(0);
    const { stdout } = await run(args);
    expect(behind('stapled', stdout.toString())[1]).toMatch(
      /^[0-9A-F]+ is good, from .* to .*, says CN=Test intermediate$/,
    );
  });

  it.each<[string, () => Promise<Uint8Array>, number, string, string]>([
    [
      'that says revoked',
      () => intermediate.ocsp({ responses: [{ certificate: own, status: { revokedAt: new Date(0), reason: 1 } }] }),
      9,
      'CERT_REVOKED',
      'is revoked since 1970-01-01T00:00:00.000Z (keyCompromise)',
    ],
    ['of another authority', () => ca.ocsp(own), 9, 'ERR_TLS_CERT_STATUS', 'is good'],
    ['that is none', async () => Uint8Array.of(0x30, 0), 9, 'ERR_TLS_CERT_STATUS', 'does not parse'],
  ])('refuses a staple %s', async (_, make, exit, error, shown) => {
    const port = await stapling(await make());
    const { code, json } = await run(['cert', `localhost:${port}`, ...roots(), '--json']);
    expect(json.error.code).toBe(error);
    expect(code).toBe(exit);
    const { stdout } = await run(['cert', `localhost:${port}`, ...roots()]);
    expect(behind('stapled', stdout.toString())[1]).toContain(shown);
  });

  it('shows a staple that only says to try later', async () => {
    const port = await stapling(await intermediate.ocsp({ responses: [], responseStatus: 3 }));
    const { code, stdout } = await run(['cert', `localhost:${port}`, ...roots()]);
    expect(behind('stapled', stdout.toString())[1]).toBe('tryLater');
    expect(code).toBe(0);
  });

  it('says when nobody is there', async () => {
    const server = createTcpServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await new Promise(resolve => server.close(resolve));
    const { code, stdout } = await run(['cert', `127.0.0.1:${port}`, ...roots()]);
    expect(behind('verdict', `${stdout}end`)[0]).toMatch(/^FAILED: .*ECONNREFUSED/);
    expect(code).toBe(3);
  });

  it('says when nobody speaks TLS there, or nobody at all', async () => {
    const chatty = await tcpServer(socket => socket.end('220 mail.example ESMTP\r\n'));
    const other = await run(['cert', `127.0.0.1:${chatty}`, ...roots(), '--json']);
    expect(other.json).toMatchObject({ certificates: [], asSent: null, verified: false, exitCode: 5 });
    expect(other.json.connection.message).not.toBe('');
    const pass = stopTheClock();
    const mute = await tcpServer(socket => socket.once('data', () => pass(200)));
    const { code, json } = await run(['cert', `127.0.0.1:${mute}`, '--timeout', '0.2', ...roots(), '--json']);
    expect(json.connection).toEqual({ code: 'ERR_TLS_HANDSHAKE_TIMEOUT', message: 'no handshake within 0.2 s' });
    expect(code).toBe(11);
  });

  it('tells a handshake that failed from a certificate that is bad', async () => {
    const sent = readSent(leaf.chain);
    const settings = certSettings(['localhost:1', ...roots()]);
    const failure = { outcome: 'handshake', code: 'ERR_TLS_BAD_SIGNATURE', message: 'the signature is bad' } as const;
    const findings: CertFindings = {
      settings,
      fetched: {
        chain: leaf.chain,
        ocsp: undefined,
        scts: [],
        evidence: undefined,
        remote: undefined,
        protocol: undefined,
        failure,
      },
      sent,
      facts: factsOf(sent, settings.roots),
      verdict: {
        good: true,
        // biome-ignore lint/suspicious/noExplicitAny: of a peer, these fields are shown
        peer: { path: [sent[0]?.certificate], policies: [], revocation: [], work: {}, expires: 0 } as any,
      },
      outcome: 'handshake',
    };
    expect(certLines(findings).at(-1)).toMatch(
      /^verdict {7}FAILED: the signature is bad \[ERR_TLS_BAD_SIGNATURE\]; the certificates are good: a path/,
    );
    expect(certObject(findings)).toMatchObject({
      verified: true,
      connection: { code: 'ERR_TLS_BAD_SIGNATURE' },
      exitCode: 5,
    });
  });
});

describe('facts of a chain', () => {
  it('names duplicates, strangers, roots and what is missing', async () => {
    const { chain } = localhost;
    const sent = readSent([own, chain[0] as Uint8Array, above, own, ca.certificate]);
    expect(factsOf(sent, [])).toEqual({
      inOrder: false,
      duplicates: [4],
      unrelated: [2],
      roots: [5],
      malformed: [],
      missing: [],
    });
    expect(factsOf(readSent([own]), [])).toMatchObject({ inOrder: true, missing: ['CN=Test intermediate'] });
  });
});
