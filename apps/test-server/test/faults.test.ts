/** Faults on demand, as a right client sees them: ours. */
import { once } from 'node:events';
import net from 'node:net';
import { MemorySessionStore } from 'tlskit';
import type { ConnectOptions } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { badCertificateNames, badCertificates } from '../src/bad/certificates.ts';
import { faultNames, faultOf, faults } from '../src/faults/catalogue.ts';
import { complaint, expectationOf } from '../src/faults/expectation.ts';
import { type Running, received, run, serve, started } from './support.ts';

/** Of TLS 1.2 alone. */
const OLD_SUITE = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';

const get = 'GET /healthz HTTP/1.0\r\n\r\n';

interface Met {
  readonly text: string;
  readonly error: { readonly code: string; readonly alert?: string; readonly sentBy?: string } | undefined;
}

/** What a client gets, and how it ends. */
async function meet(server: Running, options: Partial<ConnectOptions> = {}, request = get): Promise<Met> {
  const socket = server.client(options);
  let error: Met['error'];
  socket.on('error', reason => {
    error = reason as unknown as Met['error'];
  });
  let text = '';
  socket.on('data', chunk => {
    text += chunk;
  });
  socket.write(request);
  await new Promise(resolve => socket.once('close', resolve));
  return { text, error };
}

/** What our client says of each that has no alert of its own, or for which there are several. */
const codes: Readonly<Record<string, string>> = {
  'no-close-notify': 'ERR_TLS_TRUNCATED',
  truncate: 'ERR_TLS_TRUNCATED',
  // The reset may overtake what came before it, or not.
  rst: 'ERR_TLS_TRUNCATED or ERR_TLS_TRANSPORT',
  stall: 'ERR_TLS_HANDSHAKE_TIMEOUT',
  alert: 'ERR_TLS_PEER_ALERT',
};

describe('--fault', () => {
  it.each(faultNames)('%s: a right client does what is told', async name => {
    const { verdict, alerts } = faults[name]!;
    const server = await serve(['--www', '--fault', name]);
    // A machine that is busy has more time for those who are to answer.
    const { text, error } = await meet(server, name === 'stall' ? { handshakeTimeout: 2000 } : {});
    if (verdict === 'accept') {
      expect(error).toBeUndefined();
      expect(text).toMatch(/ok\n$/);
      return;
    }
    // What goes wrong for those alone who come back with a ticket is not seen here.
    if (name === 'bad-binder') return expect(error).toBeUndefined();
    if (verdict !== 'either') expect(text).toBe('');
    expect(error).toBeDefined();
    if (alerts.length > 0) {
      expect(alerts).toContain(error?.alert);
      expect(error?.sentBy).toBe('us');
    } else expect(codes[name]).toContain(error?.code);
  });

  it('nothing is wrong without one, and beside the one that was named', async () => {
    const server = await serve(['--www', '--bad']);
    expect((await meet(server)).text).toMatch(/ok\n$/);
    expect((await meet(server, { servername: 'split.localhost' })).error).toBeUndefined();
  });

  it.each(['bad-tag', 'bad-finished', 'unsolicited-ext', 'no-close-notify'])(
    '%s goes by the name that is asked for',
    async name => {
      const server = await serve(['--www', '--bad']);
      const { error } = await meet(server, { servername: `${name}.localhost` });
      expect(error).toBeDefined();
      expect((await meet(server)).text).toMatch(/ok\n$/);
    },
  );

  it.each([
    ['bad-finished', ['--tls-max', '1.2'], 'decrypt_error'],
    ['wrong-suite', ['--tls-max', '1.2'], 'illegal_parameter'],
    ['bad-tag', ['--tls-max', '1.2'], 'bad_record_mac'],
  ])('%s %j', async (name, args, alert) => {
    const { error } = await meet(await serve(['--www', '--fault', name, ...args]));
    expect(error?.alert).toBe(alert);
  });

  it('goes by every label of the name that is asked for, with its argument', async () => {
    const server = await serve(['--www', '--bad']);
    const at = (name: string) => meet(server, { servername: `${name}.localhost` });
    const lengths: number[] = [];
    const record: NonNullable<ConnectOptions['inspect']>['record'] = ({ direction, content }) => {
      if (direction === 'in') lengths.push(content.length);
    };
    const both = await meet(server, {
      servername: 'split-100.no-close-notify.any.localhost',
      inspect: { record },
    });
    expect(both.error?.code).toBe('ERR_TLS_TRUNCATED');
    expect(both.text).toMatch(/ok\n$/);
    expect(Math.max(...lengths)).toBe(100);
    expect((await at('alert-internal-error--finished')).error).toMatchObject({
      alert: 'internal_error',
      sentBy: 'peer',
    });
    expect((await at('reorder-encrypted-extensions--certificate')).error?.alert).toBe('unexpected_message');
    expect((await at('downgrade-sentinel')).error?.alert).toBe('illegal_parameter');
    expect((await at('expired.split-1')).error?.code).toBe('CERT_HAS_EXPIRED');
    expect((await at('ocsp-revoked')).error?.code).toBe('CERT_REVOKED');
    expect((await at('ocsp-good')).error).toBeUndefined();
    // What is no argument is no fault, and has a certificate for localhost alone.
    const none = await meet(server, { servername: 'split-none.localhost', verifyName: 'localhost' });
    expect(none.error).toBeUndefined();
  });

  it('sends away who wishes for what the options do not allow, and no one else', async () => {
    const server = await serve(['--bad', '--www', '--tls', '1.2', '--ciphersuites', OLD_SUITE]);
    const { error } = await meet(server, { servername: 'wrong-group.localhost' });
    expect(error?.code).toBe('ERR_TLS_TRUNCATED');
    await server.stderr.match(/a client was sent away: cipherSuites/);
    expect((await meet(server)).text).toMatch(/ok\n$/);
  });

  it('waits for no name in records without end that say nothing', async () => {
    const server = await serve(['--bad']);
    const socket = net.connect(server.port, server.host).on('error', () => {});
    socket.write(Buffer.concat(Array.from({ length: 60_000 }, () => Buffer.of(22, 3, 1, 0, 0))));
    const [answer] = await once(socket, 'data');
    expect(answer.toString('hex')).toMatch(/^1503030002020a/);
    socket.destroy();
  });

  it.each([0, 5, 300])(
    'has nobody wait who ends behind %i bytes of a hello, which may come byte by byte',
    async count => {
      const server = await serve(['--bad']);
      const hello = Buffer.concat(
        [1, 0, 1, 252, 3, 3, ...new Uint8Array(506)].map(octet => Buffer.of(22, 3, 1, 0, 1, octet)),
      );
      const socket = net.connect(server.port, server.host).on('error', () => {});
      socket.resume().end(hello.subarray(0, count));
      await once(socket, 'close');
      expect((await server.client().opened).verified).toBe(true);
    },
  );

  it('ends when it is told to, whoever has said nothing yet', async () => {
    const server = await serve(['--bad', '--handshake-timeout', '0']);
    const socket = net.connect(server.port, server.host).on('error', () => {});
    await once(socket, 'connect');
    // This one came later, and has been served.
    await server.client().opened;
    expect(await server.stop()).toBe(0);
    socket.destroy();
  });

  it('keeps no more servers and certificates than it has names for', async () => {
    const server = await serve(['--www', '--bad']);
    for (let size = 1; size <= 60; size++) {
      const { error, text } = await meet(server, { servername: `split-${size * 10}.localhost` });
      expect(error).toBeUndefined();
      expect(text).toMatch(/ok\n$/);
    }
    expect((await meet(server, { servername: 'split-10.localhost' })).error).toBeUndefined();
  });

  it.each([
    ['/do/bad-tag', 'bad_record_mac'],
    ['/do/oversize', 'record_overflow'],
    ['/do/wrong-type', 'unexpected_message'],
  ])('%s goes wrong in the answer', async (path, alert) => {
    const server = await serve(['--www', '--bad']);
    const { error, text } = await meet(server, {}, `GET ${path} HTTP/1.0\r\n\r\n`);
    expect(error).toMatchObject({ alert, sentBy: 'us' });
    expect(text).toBe('');
  });

  it.each([
    ['/do/truncate@40', 'ERR_TLS_TRUNCATED'],
    ['/do/no-close-notify', 'ERR_TLS_TRUNCATED'],
  ])('%s ends what follows', async (path, code) => {
    const server = await serve(['--www', '--bad']);
    expect((await meet(server, {}, `GET ${path} HTTP/1.0\r\n\r\n`)).error?.code).toBe(code);
  });

  it.each([
    ['/do/bad-finished', ' 409 ', 'bad-finished.localhost'],
    ['/do/bad-tagg', ' 404 ', 'did you mean bad-tag?'],
    ['/do/split=x', ' 404 ', 'split=N is 1 to'],
    ['/faults/nothing', ' 404 ', '/faults has all'],
  ])('%s: %s', async (path, status, words) => {
    const { text } = await meet(await serve(['--www', '--bad']), {}, `GET ${path} HTTP/1.0\r\n\r\n`);
    expect(text.split('\r\n', 1)[0]).toContain(status.trim());
    expect(text).toContain(words);
  });

  it('is done to nobody who asks a server without --bad', async () => {
    const { text, error } = await meet(await serve(['--www']), {}, 'GET /do/bad-tag HTTP/1.0\r\n\r\n');
    expect(error).toBeUndefined();
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('bad-binder: who comes back is told decrypt_error', async () => {
    const server = await serve(['--www', '--fault', 'bad-binder']);
    const sessions = new MemorySessionStore();
    expect((await meet(server, { sessions })).text).toMatch(/ok\n$/);
    const { error } = await meet(server, { sessions });
    expect(error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'decrypt_error', sentBy: 'peer' });
  });

  it('has pages: what goes wrong, and what a right client does', async () => {
    const server = await serve(['--www']);
    const page = (path: string, accept: string) =>
      meet(server, {}, `GET ${path} HTTP/1.0\r\nAccept: ${accept}\r\n\r\n`);
    const all = (await page('/faults', 'text/html')).text;
    for (const name of [...faultNames, ...badCertificateNames]) expect(all).toContain(`href="/faults/${name}"`);
    for (const name of [...faultNames, ...badCertificateNames]) {
      const { text } = await page(`/faults/${name}`, 'text/plain');
      expect(text).toMatch(/^HTTP\/1\.1 200 /);
      const { alerts } = faults[name] ?? badCertificates[name as keyof typeof badCertificates];
      for (const alert of alerts) expect(text).toContain(alert);
      expect(text).toContain(`${name}.localhost`);
    }
    expect((await page('/faults/truncate', 'text/plain')).text).toContain('/do/truncate@N');
  });

  it('has arguments', async () => {
    const alert = await meet(await serve(['--www', '--fault', 'alert=internal_error@finished']));
    expect(alert.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error', sentBy: 'peer' });
    const lengths: number[] = [];
    const record: NonNullable<ConnectOptions['inspect']>['record'] = ({ direction, content }) => {
      if (direction === 'in') lengths.push(content.length);
    };
    await meet(await serve(['--www', '--fault', 'split=100']), { inspect: { record } });
    expect(Math.max(...lengths)).toBe(100);
    const reordered = await meet(await serve(['--www', '--fault', 'reorder=encrypted_extensions,certificate']));
    expect(reordered.error?.alert).toBe('unexpected_message');
  });

  it('are composable', async () => {
    const both = await meet(
      await serve(['--www', '--fault', 'hrr', '--fault', 'split=7', '--fault', 'no-close-notify']),
    );
    expect(both.error?.code).toBe('ERR_TLS_TRUNCATED');
    expect(both.text).toMatch(/ok\n$/);
  });

  it.each([
    [['--fault', 'bad-finnished'], 'did you mean bad-finished?'],
    [['--fault', 'hrr@3'], 'hrr takes no argument'],
    [['--fault', 'truncate@x'], 'truncate@N is 0 to'],
    [['--fault', 'stall@nothing'], 'no message is called "nothing"'],
    [['--fault', 'alert=nonsense'], 'alert: none is called "nonsense"'],
    [['--fault', 'reorder=a'], 'no message is called "a"'],
    [['--staple', 'revokd'], 'did you mean revoked?'],
    [['--fault', 'ocsp=revokd'], 'did you mean revoked?'],
    [['--fault', 'ocsp=good', '--staple', 'expired'], 'one response is stapled'],
    [['--fault', 'ticket-lifetime=8y'], 'ticket-lifetime=T is seconds'],
    [['--fault', 'garbge'], 'did you mean garbage?'],
    [['--expect'], '--expect goes with --fault or --bad-cert'],
  ])('%j is refused', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('--staple', () => {
  it.each([
    ['good', undefined],
    ['revoked', 'CERT_REVOKED'],
    ['expired', 'ERR_TLS_CERT_STATUS'],
    ['wrong-cert', 'ERR_TLS_CERT_STATUS'],
  ])('%s: %s', async (kind, code) => {
    const server = await serve(['--www', '--staple', kind]);
    const socket = server.client();
    const result = await socket.opened.then(
      info => ({ response: info.ocspResponse?.length ?? 0, code: undefined }),
      error => ({ response: 1, code: error.code }),
    );
    expect(result.response).toBeGreaterThan(0);
    expect(result.code).toBe(code);
  });
});

describe('--expect', () => {
  it('is content with a client that does what is right', async () => {
    const { running, ended } = await started(['--www', '--fault', 'bad-finished', '--expect']);
    await meet(running);
    expect(await ended).toBe(0);
  });

  it('is not with one that does not', async () => {
    const { running, ended } = await started(['--www', '--bad-cert', 'expired', '--expect']);
    const socket = running.client({ trust: { insecure: 'accept any certificate' } });
    socket.end(get);
    await received(socket);
    expect(await ended).toBe(4);
    expect(running.stderr.text).toContain('the client sent no alert, where certificate_expired is right');
  });

  it('says what is wrong', () => {
    const refuse = { verdict: 'refuse', alerts: ['decrypt_error'] } as const;
    expect(complaint(refuse, { established: false, alerts: ['decrypt_error'] })).toBeUndefined();
    expect(complaint(refuse, { established: false, alerts: ['bad_record_mac'] })).toContain(
      'bad_record_mac, where decrypt_error is right',
    );
    const accept = expectationOf([faultOf('hrr').fault], undefined);
    expect(accept).toEqual({ verdict: 'accept', alerts: [] });
    expect(complaint(accept, { established: true, alerts: [] })).toBeUndefined();
    expect(complaint(accept, { established: false, alerts: [] })).toContain('did not complete');
    expect(complaint(accept, { established: false, alerts: ['internal_error'] })).toContain('for what is allowed');
    const either = expectationOf([faultOf('key-update-flood').fault], undefined);
    expect(complaint(either, { established: true, alerts: ['unexpected_message'] })).toBeUndefined();
    const silent = expectationOf([faultOf('truncate').fault, faultOf('bad-finished').fault], undefined);
    expect(silent).toEqual({ verdict: 'refuse', alerts: [] });
  });
});
