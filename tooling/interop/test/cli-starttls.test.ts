/** `tlskit` at servers that begin TLS by STARTTLS, and at one of HTTP. */
import { beforeAll, expect, it } from 'vitest';
import { goodIdentity, HOST } from '../src/certificates.ts';
import { nginx, nginxMail } from '../src/nginx.ts';
import { tlskit } from './cli-run.ts';
import { forPeer, stopAfterTest } from './support.ts';

const own = await goodIdentity('ecdsa-p256');

/** How to reach a port of the loopback by the name of the certificate. */
const at = (port: number): readonly string[] => ['--resolve', `${HOST}:${port}:127.0.0.1`, '--cacert', own.files.root];

forPeer('nginx mail', 'STARTTLS', () => {
  let server: Awaited<ReturnType<typeof nginxMail>>;
  beforeAll(async () => {
    server = await nginxMail(own);
    return () => server.stop();
  });

  it.each(['smtp', 'imap', 'pop3'] as const)('of %s begins TLS', async protocol => {
    const port = server.ports[protocol];
    const { code, stdout } = await tlskit([`${HOST}:${port}`, ...at(port), '--starttls', protocol, '--json']);
    // Who leaves without a word of the protocol is answered by an end without close_notify.
    expect(JSON.parse(stdout)).toMatchObject({
      protocol: 'TLSv1.3',
      verified: true,
      error: { code: 'ERR_TLS_TRUNCATED', state: 'CONNECTED' },
    });
    expect(code).toBe(12);
  });

  it.each(['smtp', 'imap', 'pop3'] as const)('of %s goes on under TLS', async protocol => {
    const port = server.ports[protocol];
    const words = { smtp: 'QUIT', imap: 'a LOGOUT', pop3: 'QUIT' }[protocol];
    const args = [`${HOST}:${port}`, ...at(port), '--starttls', protocol, '--quiet'];
    const { stdout } = await tlskit(args, `${words}\r\n`);
    expect(stdout).toMatch({ smtp: /^221 /, imap: /^a OK /m, pop3: /^\+OK/ }[protocol]);
  });

  it('that is of another protocol is refused, before TLS', async () => {
    const { smtp } = server.ports;
    const { code, stdout } = await tlskit([`${HOST}:${smtp}`, ...at(smtp), '--starttls', 'imap', '--json']);
    expect(JSON.parse(stdout).error).toMatchObject({ outcome: 'starttls', code: 'ERR_STARTTLS_MALFORMED' });
    expect(code).toBe(4);
  });
});

forPeer('nginx', 'HTTP', () => {
  const stopping = stopAfterTest();

  it('is got, and measured', async () => {
    const server = stopping(await nginx(own, []));
    const url = `https://${HOST}:${server.port}/`;
    const { code, stdout, stderr } = await tlskit(['get', url, ...at(server.port), '-i']);
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\r\nServer: nginx[\s\S]*\r\n\r\nhello$/);
    expect([code, stderr]).toEqual([0, '']);
    const target = `${HOST}:${server.port}`;
    const bench = await tlskit([
      'bench',
      target,
      ...at(server.port),
      '--json',
      '-n',
      '2',
      '--measure',
      'full,resumed,get',
    ]);
    expect(JSON.parse(bench.stdout).measures).toMatchObject([
      { name: 'full', count: 2, resumed: 0 },
      { name: 'resumed', count: 2, resumed: 2 },
      { name: 'get', count: 2, bytes: 10 },
    ]);
    expect(bench.code).toBe(0);
  });
});
