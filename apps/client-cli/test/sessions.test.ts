import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { createCA } from '@tlskit/tls-testing';
import { type ClientSession, TicketKeys } from 'tlskit';
import { type TlsServerOptions, type TlsSocket, tls12 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { decodeSession, encodeSession } from '../src/connect/session-file.ts';
import { ca, connect, file, folder, run, silent, tlsServer } from './support.ts';

const tickets = (now: () => number = Date.now) => new TicketKeys({ provider: createNodeProvider(), now });
const guard = { window: 60_000, firstTime: () => true };

/** A server that gives tickets, and takes early data. */
const resumable = (options: TlsServerOptions = {}): TlsServerOptions => ({
  tickets: tickets(),
  earlyData: { guard },
  ...options,
});

describe('--resume', () => {
  it.each([
    ['1.3', 1, ['--resume']],
    ['1.3', 3, ['--resume=3']],
    ['1.2', 2, ['--resume=2', '--tls', '1.2']],
  ])('of TLS %s connects again %i times, and says what each handshake was', async (version, count, args) => {
    const port = await tlsServer(silent, resumable());
    const { code, json } = await connect(port, [...args, '--json']);
    expect(json.handshakes.map(({ resumed }: { resumed: boolean }) => resumed)).toEqual([
      false,
      ...Array.from({ length: count }, () => true),
    ]);
    expect(json).toMatchObject({ protocol: `TLSv${version}`, resumed: false, verified: true, sessionNotes: [] });
    expect(code).toBe(0);
    const { stderr } = await connect(port, args);
    const resumed = Array.from({ length: count }, (_, i) => `, ${i + 2} resumed in [\\d.]+ ms`);
    expect(stderr).toMatch(new RegExp(`^session {7}1 full in [\\d.]+ ms${resumed.join('')}$`, 'm'));
  });

  it('moves data over the last connection alone', async () => {
    const received: string[] = [];
    let connections = 0;
    const port = await tlsServer(socket => {
      const own = connections++;
      socket.on('data', data => received.push(`${own}: ${data}`));
    }, resumable());
    expect((await connect(port, ['--resume=2'], { stdin: 'words' })).code).toBe(0);
    expect(received).toEqual(['2: words']);
  });

  it('says where no ticket comes, and stays with what it has', async () => {
    const port = await tlsServer(silent);
    const { code, stderr } = await connect(port, ['--resume=5']);
    expect(stderr).toContain('no ticket came within 2 s: there is nothing to resume');
    expect(code).toBe(0);
    const { json } = await connect(port, ['--resume', '--json', '--fail-on', 'not-resumed']);
    expect(json).toMatchObject({ handshakes: [{ resumed: false }], sessionNotes: [expect.any(String)] });
  });

  it('shows a server that does not resume, for which --fail-on has a name', async () => {
    // Each connection has keys of its own: no ticket is known again.
    let made = 0;
    const options = (): TlsServerOptions => ({
      tickets: { issue: tickets().issue.bind(tickets()), redeem: () => void made++ },
    });
    const port = await tlsServer(silent, options());
    const { code, json } = await connect(port, ['--resume', '--json']);
    expect(json.handshakes.map(({ resumed }: { resumed: boolean }) => resumed)).toEqual([false, false]);
    expect([code, made]).toEqual([0, 1]);
    const failed = await connect(port, ['--resume', '--json', '--fail-on', 'not-resumed']);
    expect(failed.json).toMatchObject({ findings: ['not-resumed'], error: { outcome: 'policy' }, exitCode: 10 });
    expect(failed.code).toBe(10);
  });
});

/** A file with a session of a server, and the server's options. */
async function kept(args: readonly string[] = [], options = resumable()) {
  const path = join(folder(), 'session');
  const port = await tlsServer(silent, options);
  const { code, stderr } = await connect(port, ['--sess-out', path, '--resume', ...args]);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return { path, options, port };
}

describe('sessions in files', () => {
  it('are for their owner alone, and replaced by the newest', async () => {
    const { path, port } = await kept();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    const before = readFileSync(path, 'utf8');
    await connect(port, ['--sess-out', path, '--resume']);
    expect(readFileSync(path, 'utf8')).not.toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(before)).toMatchObject({ format: 'tlskit session', formatVersion: 1, serverName: 'localhost' });
  });

  it.each(['1.3', '1.2'])('resume in another process: TLS %s', async version => {
    const { path, port } = await kept(['--tls', version]);
    const { code, json, stderr } = await connect(port, ['--sess-in', path, '--tls', version, '--json']);
    expect(json).toMatchObject({
      resumed: true,
      verified: true,
      protocol: `TLSv${version}`,
      peerCertificate: { subject: 'CN=localhost' },
      sessionNotes: [],
    });
    expect([code, stderr]).toEqual([0, '']);
    expect((await connect(port, ['--sess-in', path, '--tls', version])).stderr).toMatch(
      /^protocol {6}TLSv1\.[23], resumed$/m,
    );
  });

  it('are not offered under another trust: one made with --insecure never resumes under roots', async () => {
    const path = join(folder(), 'session');
    const port = await tlsServer(silent, resumable());
    await run([`localhost:${port}`, '-k', '--sess-out', path, '--resume']);
    const { json } = await connect(port, ['--sess-in', path, '--early-data', file('secret'), '--json']);
    expect(json).toMatchObject({ resumed: false, verified: true });
    expect(json.handshakes[0].earlyData).toEqual({ offered: false, accepted: false, refusal: null, sent: false });
    expect(json.sessionNotes[0]).toMatch(/was not offered: it was made under another trust/);
  });

  it('are not offered to somebody else, nor when they have ended', async () => {
    const { path, port } = await kept();
    const { stderr } = await run([`127.0.0.1:${port}`, '--cacert', file(ca.pem), '--sess-in', path]);
    expect(stderr).toContain('was not offered: it is of localhost');
    const session = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...session, receivedAt: 1, lifetime: 1 }));
    expect((await connect(port, ['--sess-in', path])).stderr).toContain('it ended at 1970-01-01T00:00:01.001Z');
  });

  it.each<[string, (session: Record<string, unknown>) => unknown, string]>([
    ['no object', () => 'PEM', 'it is no session'],
    ['something else', () => ({ format: 'else' }), 'it is no session of tlskit'],
    ['another version', session => ({ ...session, formatVersion: 2 }), 'its form has version 2, and 1 is known here'],
    ['another TLS', session => ({ ...session, version: 0x0302 }), 'another version of TLS'],
    ['a field too many', session => ({ ...session, extra: 1 }), 'it has a field "extra", which is not known here'],
    ['a field too few', ({ trust: _, ...session }) => session, 'its trust is not what it should be'],
    ['no key', session => ({ ...session, psk: '' }), 'its psk is empty'],
    ['what is not base64', session => ({ ...session, ticket: '§' }), 'its ticket is not what it should be'],
    ['a number that is none', session => ({ ...session, lifetime: '7' }), 'its lifetime is not what it should be'],
  ])('are refused with %s, with code 2', async (_, change, message) => {
    const { path } = await kept();
    const session = JSON.parse(readFileSync(path, 'utf8'));
    const { code, stderr } = await run(['a:1', '--sess-in', file(JSON.stringify(change(session)))]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('that cannot be written are refused before anything is sent', async () => {
    const { code, stderr } = await run(['a:1', '--sess-out', '/nonexistent/session']);
    expect(stderr).toContain('--sess-out /nonexistent/session: ENOENT');
    expect(code).toBe(2);
  });

  it('keep every field', () => {
    const session: ClientSession = {
      version: 0x0303,
      cipherSuite: 0xc02b,
      psk: Uint8Array.of(1, 2),
      ticket: Uint8Array.of(3),
      sessionId: Uint8Array.of(4),
      extendedMasterSecret: true,
      maxFragmentLength: 512,
      truncatedHmac: false,
      ticketAgeAdd: 0xffff_ffff,
      receivedAt: 1.5,
      lifetime: 7,
      maxEarlyData: 8,
      acrossNames: true,
      serverName: undefined,
      alpn: 'h2',
      trust: 'trust',
      peerExpires: Number.POSITIVE_INFINITY,
      peerName: 'localhost',
      credentialsId: 'id',
      authenticatedAt: 9,
      externalPsk: { identity: Uint8Array.of(10), fingerprint: Uint8Array.of(11) },
      peerKey: Uint8Array.of(12),
      peerVerified: true,
      peerCertificates: [Uint8Array.of(13), Uint8Array.of(14)],
      peerCertificateDetails: {
        certificateType: 0,
        ocsp: Uint8Array.of(15),
        staples: [undefined, Uint8Array.of(16)],
        scts: [Uint8Array.of(17)],
        delegated: true,
      },
    };
    expect(decodeSession(encodeSession(session))).toEqual(session);
  });
});

describe('--early-data', () => {
  /** A server that tells what came early, and what came late. */
  async function listening(options: TlsServerOptions) {
    const came = { early: '', late: '' };
    const listener = (socket: TlsSocket): void => {
      socket.on('data', data => {
        came.late += data;
      });
    };
    const port = await tlsServer(listener, options, socket => {
      socket.on('earlyData', data => {
        came.early += data;
      });
    });
    return { port, came };
  }

  it('goes with the ClientHello of a resumption, and that is told', async () => {
    const { path, options } = await kept();
    const { port, came } = await listening(options);
    const args = ['--sess-in', path, '--early-data', file('early words')];
    const { code, stderr } = await connect(port, args, { stdin: ' late words' });
    expect(came).toEqual({ early: 'early words', late: ' late words' });
    expect(stderr).toMatch(/^early data {4}accepted$/m);
    expect(code).toBe(0);
  });

  it('goes in each resumption of --resume, not in the first handshake', async () => {
    const { port, came } = await listening(resumable());
    const { json } = await connect(port, ['--resume=2', '--early-data', file('x'), '--json']);
    expect(came).toEqual({ early: 'xx', late: '' });
    const accepted = { offered: true, accepted: true, refusal: null, sent: true };
    expect(json.handshakes.map((each: { earlyData: unknown }) => each.earlyData)).toEqual([null, accepted, accepted]);
  });

  it('that is rejected is told, and not sent again without leave', async () => {
    const { path, options } = await kept();
    const refusing = { ...options, earlyData: { guard: { window: 60_000, firstTime: () => false } } };
    const { port, came } = await listening(refusing);
    const args = ['--sess-in', path, '--early-data', file('early words')];
    const { code, stderr } = await connect(port, args);
    expect(came).toEqual({ early: '', late: '' });
    expect(stderr).toMatch(/^early data {4}rejected \(declined\); not sent again$/m);
    expect(code).toBe(0);
    const resent = await connect(port, [...args, '--resend-early-data']);
    expect(came).toEqual({ early: '', late: 'early words' });
    expect(resent.stderr).toMatch(/^early data {4}rejected \(declined\); sent when the handshake was complete$/m);
    expect((await connect(port, [...args, '--fail-on', 'early-rejected'])).code).toBe(10);
  });

  it('that is more than the ticket allows is not sent', async () => {
    const { path, options } = await kept([], resumable({ earlyData: { guard, maxSize: 3 } }));
    const { port, came } = await listening(options);
    const { stderr } = await connect(port, ['--sess-in', path, '--early-data', file('four')]);
    expect(stderr).toMatch(/^early data {4}not sent early: no session allowed it$/m);
    expect(came).toEqual({ early: '', late: '' });
  });

  it('goes to nobody who was not verified: a certificate that is another now does not matter before it is judged', async () => {
    // The session is of a server that was verified; this one has its tickets, but not its certificate, and resumes.
    const { path } = await kept();
    const stranger = await (await createCA()).issue('localhost');
    const { certificate, key } = stranger.pem;
    // Who lacks the ticket keys cannot read it, and is refused before anything is sent late.
    const { port, came } = await listening(resumable({ certificate, key }));
    const args = ['--sess-in', path, '--early-data', file('early words'), '--resend-early-data'];
    const { code, json } = await connect(port, [...args, '--json'], { stdin: 'late' });
    expect(came).toEqual({ early: '', late: '' });
    expect(json).toMatchObject({ verified: false, error: { outcome: 'chain', alert: 'unknown_ca' } });
    expect(code).toBe(6);
  });

  it.each([
    [['--early-data', 'x'], '--early-data goes with --sess-in or --resume'],
    [['--resend-early-data'], '--resend-early-data goes with --early-data'],
    [['--resume', '--early-data', '/nonexistent'], '--early-data /nonexistent: ENOENT'],
    [['--resume=0'], '--resume is 1 to 1000, not "0"'],
    [['--resume=many'], '--resume is 1 to 1000, not "many"'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(['a:1', ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('that is empty is refused', async () => {
    const { code, stderr } = await run(['a:1', '--resume', '--early-data', file('')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('it is empty')]);
  });
});

it('a session of TLS 1.2 alone is not offered for TLS 1.3', async () => {
  const { path, port } = await kept(['--tls', '1.2'], resumable({ versions: [tls12] }));
  const { stderr, code } = await connect(port, ['--sess-in', path, '--tls', '1.3']);
  expect(stderr).toContain('protocol_version');
  expect(code).toBe(5);
});
