import { TlsError } from 'tlskit';
import { describe, expect, it } from 'vitest';
import { failureOf, timeoutFailure } from '../src/connect/failure.ts';
import { type Findings, newFindings } from '../src/connect/findings.ts';
import { reportObject } from '../src/connect/json.ts';
import { failureText, reportLines } from '../src/connect/report.ts';
import { Deadline } from '../src/deadline.ts';
import { DialError, dialFailure } from '../src/dial/error.ts';
import { routeTo } from '../src/dial/route.ts';
import { ca, connect, run, silent, tlsServer } from './support.ts';

const now = Date.UTC(2026, 5, 15);
const evil = '\x1b[2J\x1b]0;owned\x07\r\n\u202e\x9b31m';

const target = {
  route: routeTo('example.com:443', {}),
  names: { servername: 'example.com', verifyName: 'example.com' },
};

const findings: Findings = {
  ...newFindings(target, { insecure: false, judges: true }),
  remote: { address: '2001:db8::1', port: 443 },
  connectTime: 9.876_543_21,
  handshakeTime: 1234.5,
  seen: {
    protocol: 'TLSv1.3',
    protocolCode: 0x0304,
    cipherSuite: { name: 'TLS_AES_128_GCM_SHA256', code: 0x1301 },
    group: { name: '0x4242', code: 0x4242 },
    signatureScheme: { name: 'ed25519', code: 0x0807 },
    alpn: undefined,
    helloRetry: false,
    peerCertificate: {
      subject: `CN=${evil}`,
      issuer: evil,
      serialNumber: '01',
      notBefore: '2026-06-01T00:00:00.000Z',
      notAfter: '2026-06-16T12:00:00.000Z',
      names: Array.from({ length: 1000 }, (_, index) => `dns:${evil}${index}.example.com`),
      key: 'RSA 2048',
    },
  },
  verified: true,
};

const line = (changed: Partial<Findings>, label: string): string | undefined =>
  reportLines({ ...findings, ...changed }, now)
    .find(text => text.startsWith(label))
    ?.slice(14);

describe('the report', () => {
  it.each([
    ['good', findings],
    ['failed', { ...findings, failure: failureOf(new TlsError('ERR_TLS_DECODE', evil), false) }],
    ['accepted', { ...findings, verified: false, insecure: true, problem: new TlsError('CERT_HAS_EXPIRED', evil) }],
  ])('has at most 12 lines, and nothing in them acts on a terminal: %s', (_, what) => {
    const lines = reportLines(what, now);
    expect(lines.length).toBeLessThanOrEqual(12);
    for (const text of lines) {
      expect(text).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      expect(text.length).toBeLessThan(1000);
    }
    expect(lines.join('\n')).toContain('CN=\\u{1b}[2J\\u{1b}]0;owned\\u{7}\\u{d}\\u{a}\\u{202e}\\u{9b}31m');
  });

  it('shows the first names and counts the others', () => {
    const names = ['dns:example.com', 'ip:192.0.2.1', 'email:a@example.com'];
    const peerCertificate = { ...findings.seen.peerCertificate!, names };
    expect(line({ seen: { peerCertificate } }, 'names')).toBe('example.com, 192.0.2.1, email:a@example.com');
    const many = Array.from({ length: 1000 }, (_, index) => `dns:${index}.example.com`);
    const shown = line({ seen: { peerCertificate: { ...peerCertificate, names: many } } }, 'names');
    expect(shown).toMatch(/^0\.example\.com, 1\.example\.com, .* and 98\d more$/);
    expect(line({}, 'names')).toMatch(/ and 99\d more$/);
    expect(line({ seen: { peerCertificate: { ...peerCertificate, names: [] } } }, 'names')).toBe('none');
  });

  it.each([
    ['2026-06-01', '2026-06-16T12:00:00Z', '2026-06-01 to 2026-06-16, 1 day left'],
    ['2026-01-01', '2026-06-01', '2026-01-01 to 2026-06-01, expired 14 days ago'],
    ['2026-06-25', '2026-09-01', '2026-06-25 to 2026-09-01, not yet, in 10 days'],
  ])('says of %s to %s: %s', (notBefore, notAfter, expected) => {
    const peerCertificate = { ...findings.seen.peerCertificate!, notBefore, notAfter };
    expect(line({ seen: { peerCertificate } }, 'valid')).toBe(expected);
  });

  it('writes the peer, its address and the times', () => {
    expect(line({}, 'peer')).toBe('example.com:443 ([2001:db8::1]:443), TCP 9.9 ms, handshake 1235 ms');
    const address = { host: '::1', port: 1 };
    expect(line({ address, remote: { address: '::1', port: 1 }, handshakeTime: undefined }, 'peer')).toBe(
      '[::1]:1, TCP 9.9 ms',
    );
  });

  it('writes a number without a name once', () => {
    expect(line({}, 'group')).toBe('0x4242');
  });

  it('has only what was seen', () => {
    expect(reportLines({ ...findings, seen: {} }, now).map(text => text.slice(0, 14).trim())).toEqual([
      'peer',
      'verdict',
    ]);
  });

  it('tells a host that is not reached in time from one that says nothing', () => {
    const error = new TlsError('ABORT_ERR', 'aborted', { state: 'WAIT_SH' });
    expect(timeoutFailure(error, 1500, false)).toEqual({
      outcome: 'timeout',
      message: 'no TCP connection within 1.5 s',
      code: 'ETIMEDOUT',
    });
    expect(timeoutFailure(error, 1500, true)).toMatchObject({ message: 'no handshake within 1.5 s', state: 'WAIT_SH' });
  });

  it('says of each address that was tried why it was not reached', () => {
    const errors = [new Error('connect ECONNREFUSED ::1:1'), new Error('connect ENETUNREACH 192.0.2.1:1')];
    const cause = Object.assign(new AggregateError(errors), { code: 'ECONNREFUSED' });
    expect(dialFailure(DialError.from('tcp', cause), new Deadline(undefined, new AbortController().signal))).toEqual({
      outcome: 'tcp',
      message: 'connect ECONNREFUSED ::1:1; connect ENETUNREACH 192.0.2.1:1',
      code: 'ECONNREFUSED',
    });
  });

  it('says what was told to the peer, and not what the peer told us', () => {
    const ours = failureOf(new TlsError('CERT_HAS_EXPIRED', 'too late'), false);
    expect(failureText(ours)).toBe('too late [CERT_HAS_EXPIRED]; the peer was told certificate_expired (45)');
    const theirs = failureOf(TlsError.fromPeer(40, 'WAIT_SH'), false);
    expect(failureText(theirs)).toBe('the peer sent the alert handshake_failure [ERR_TLS_PEER_ALERT]');
  });
});

describe('the report as an object', () => {
  it('has all fields, whatever happened', () => {
    const keys = Object.keys(reportObject(findings));
    expect(Object.keys(reportObject({ ...findings, seen: {}, remote: undefined }))).toEqual(keys);
    for (const value of Object.values(reportObject({ ...findings, seen: {} }))) expect(value).not.toBeUndefined();
  });

  it('is stable', async () => {
    const port = await tlsServer(silent, { alpn: ['h2'] });
    const { json, stdout } = await connect(port, ['--alpn', 'h2', '--json']);
    expect(stdout.toString().endsWith('}\n')).toBe(true);
    expect(stdout.toString().trimEnd()).not.toContain('\n');
    expect(json).toMatchObject({
      schemaVersion: 1,
      host: 'localhost',
      port,
      remoteAddress: '127.0.0.1',
      remotePort: port,
      serverName: 'localhost',
      verifyName: 'localhost',
      protocol: 'TLSv1.3',
      protocolCode: 0x0304,
      cipherSuite: { name: 'TLS_AES_128_GCM_SHA256', code: 0x1301 },
      group: { name: 'X25519MLKEM768', code: 0x11ec },
      signatureScheme: { name: 'ecdsa_secp256r1_sha256', code: 0x0403 },
      alpn: 'h2',
      helloRetry: false,
      peerCertificate: {
        subject: 'CN=localhost',
        issuer: 'CN=Test root',
        serialNumber: expect.stringMatching(/^[0-9A-F]+$/),
        notBefore: expect.stringMatching(/^\d{4}-.*Z$/),
        notAfter: expect.stringMatching(/^\d{4}-.*Z$/),
        names: ['dns:localhost', 'ip:127.0.0.1'],
        key: 'ECDSA P-256',
        fingerprint256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      },
      verified: true,
      problem: null,
      connectTime: expect.any(Number),
      handshakeTime: expect.any(Number),
      error: null,
      exitCode: 0,
    });
  });

  it('of a failure has the same certificate, the error, and its exit code', async () => {
    const port = await tlsServer(silent);
    const { json: good } = await connect(port, ['--json']);
    const { json: bad, stderr } = await run([`localhost:${port}`, '--json']);
    expect(stderr).toBe('');
    expect(bad.peerCertificate).toEqual(good.peerCertificate);
    expect(Object.keys(bad)).toEqual(Object.keys(good));
    expect(bad.error).toEqual({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      outcome: 'chain',
      message: expect.stringContaining('CN=localhost'),
      alert: 'unknown_ca',
      alertCode: 48,
      sentBy: 'us',
      state: 'WAIT_CERT_CR',
      rfc: 'RFC 5280 §6.1',
    });
    expect(bad.exitCode).toBe(6);
  });

  it('tells what --insecure overlooked', async () => {
    const port = await tlsServer(silent);
    const { json } = await connect(port, ['-k', '--servername', 'example.com', '--json']);
    expect(json).toMatchObject({ verified: false, error: null, problem: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
  });
});

it('a certificate with control characters in its names is shown with them escaped', async () => {
  const { certificate, key } = (
    await ca.issue({ names: ['localhost'], subject: { CN: 'localhost', O: '\x1b[31mAcme\x07' } })
  ).pem;
  const { stderr, code } = await connect(await tlsServer(silent, { certificate, key }));
  expect(stderr).toContain('\\u{1b}[31mAcme\\u{7}');
  expect(stderr).not.toContain('\x1b');
  expect(stderr).not.toContain('\x07');
  expect(code).toBe(0);
});
