import type { Duplex } from 'node:stream';
import { connect } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { Deadline } from '../src/deadline.ts';
import { dial } from '../src/dial/dial.ts';
import { dialFailure } from '../src/dial/error.ts';
import { closedPort, failure, gone, never, route } from './dial-support.ts';
import { httpProxy, socksProxy } from './proxies.ts';
import { play, servers } from './starttls-servers.ts';
import { ca, deferred, file, stopTheClock, tcpServer, tlsServer } from './support.ts';

const hello = (): Promise<number> => tlsServer(socket => socket.end('hello'));

/** What a TLS server says on a transport to it. */
async function said(transport: Duplex): Promise<string> {
  const socket = connect({ transport, servername: 'localhost', trust: { roots: [ca.pem] } });
  let data = '';
  for await (const chunk of socket) data += chunk;
  return data;
}

describe('a proxy of HTTP', () => {
  it('is asked to connect, and TLS goes through it', async () => {
    const [port, proxy] = await Promise.all([hello(), httpProxy()]);
    const { transport, remote, times } = await dial(route(`localhost:${port}`, '-x', `localhost:${proxy.port}`), never);
    expect(await said(transport)).toBe('hello');
    expect(proxy.asked).toEqual([`CONNECT localhost:${port} HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`]);
    expect(remote.port).toBe(proxy.port);
    expect(times.proxy).toBeGreaterThan(0);
  });

  it('knows us by name and password', async () => {
    const [port, proxy] = await Promise.all([hello(), httpProxy({ auth: 'us@work:a/b:é' })]);
    const url = `http://us%40work:a%2Fb:%C3%A9@127.0.0.1:${proxy.port}/`;
    const { transport } = await dial(route(`127.0.0.1:${port}`, '--proxy', url), never);
    expect(await said(transport)).toBe('hello');
    expect(proxy.asked[0]).toContain('\r\nProxy-Authorization: Basic dXNAd29yazphL2I6w6k=\r\n\r\n');
  });

  it('that does not, says so', async () => {
    const proxy = await httpProxy({ auth: 'a:b' });
    const to = route('127.0.0.1:1', '--proxy', `http://a:secret@127.0.0.1:${proxy.port}`);
    const error = await failure(to);
    expect(error).toMatchObject({ step: 'proxy', code: 'ERR_PROXY_REFUSED' });
    expect(error.message).toBe(
      `the proxy http://127.0.0.1:${proxy.port} refuses to connect to 127.0.0.1:1: "407 Proxy Authentication Required"`,
    );
    expect(dialFailure(error, new Deadline(undefined, never)).outcome).toBe('tcp');
  });

  it('may be talked to by TLS, by which it is known', async () => {
    const [port, proxy] = await Promise.all([hello(), httpProxy({ secure: true })]);
    const args = ['--proxy', `https://localhost:${proxy.port}`];
    const { transport } = await dial(route(`localhost:${port}`, ...args, '--proxy-cacert', file(ca.pem)), never);
    expect(await said(transport)).toBe('hello');
    const error = await failure(route(`localhost:${port}`, ...args));
    expect(error).toMatchObject({ step: 'proxy', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(proxy.asked).toHaveLength(1);
  });

  it('is told names as resolvers are, and addresses in brackets', async () => {
    const proxy = await httpProxy({ status: '403 No' });
    for (const host of ['b\u00fccher.example', '[::1]']) {
      const port = await closedPort();
      await failure(route(`${host}:${port}`, '-x', `127.0.0.1:${proxy.port}`));
    }
    expect(proxy.asked.map(text => text.split(':')[0])).toEqual(['CONNECT xn--bcher-kva.example', 'CONNECT [']);
  });

  it.each([
    ['interim', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200\r\n\r\n', undefined],
    ['old', 'HTTP/1.0 200 OK\n\n', undefined],
    ['a refusal', 'HTTP/1.1 502 Bad \x1b[31mGateway\r\n\r\n', 'ERR_PROXY_REFUSED'],
    ['no HTTP', 'SSH-2.0-x\r\n', 'ERR_PROXY_MALFORMED'],
    ['another HTTP', 'HTTP/2 200\r\n\r\n', 'ERR_PROXY_MALFORMED'],
    ['half a head', 'HTTP/1.1 200 OK\r\nA: b\r\n', 'ERR_PROXY_CLOSED'],
    ['nothing', '', 'ERR_PROXY_CLOSED'],
    ['a line without end', `HTTP/1.1 200 ${'x'.repeat(9000)}`, 'ERR_PROXY_TOO_LONG'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(20_000)}`, 'ERR_PROXY_TOO_LONG'],
  ])('that answers %s', async (_, answer, code) => {
    const left = deferred<void>();
    const port = await tcpServer(socket => {
      socket.once('data', () => socket.end(answer));
      void gone(socket).then(left.resolve);
    });
    const to = route('localhost:1', '-x', `127.0.0.1:${port}`);
    if (code === undefined) (await dial(to, never)).transport.destroy();
    else {
      const error = await failure(to);
      expect(error).toMatchObject({ step: 'proxy', code });
      expect(error.message).not.toContain('\x1b');
    }
    await left.promise;
  });

  it('may be silent, until the time is over', async () => {
    const pass = stopTheClock();
    const port = await tcpServer(() => pass(100));
    const deadline = new Deadline(100, never);
    const error = await failure(route('localhost:1', '-x', `127.0.0.1:${port}`), deadline.signal);
    expect(dialFailure(error, deadline)).toEqual({
      outcome: 'timeout',
      code: 'ETIMEDOUT',
      message: 'no connection through the proxy within 0.1 s',
    });
  });

  it('that nobody reaches is a failure of TCP', async () => {
    const error = await failure(route('localhost:1', '-x', `127.0.0.1:${await closedPort()}`));
    expect(error).toMatchObject({ step: 'tcp', code: 'ECONNREFUSED' });
  });
});

describe('a proxy of SOCKS', () => {
  it('is given the name to look up, or the address', async () => {
    const [port, proxy] = await Promise.all([hello(), socksProxy()]);
    for (const scheme of ['socks5h', 'socks5']) {
      const args = ['--proxy', `${scheme}://127.0.0.1:${proxy.port}`, '-4'];
      const { transport } = await dial(route(`localhost:${port}`, ...args), never);
      expect(await said(transport)).toBe('hello');
    }
    const number = port.toString(16).padStart(4, '0');
    expect(proxy.asked).toEqual([
      ...['0501', '00', '05010003', '09', '6c6f63616c686f7374', number],
      ...['0501', '00', '05010001', '7f000001', number],
    ]);
  });

  it('is given an address of IPv6', async () => {
    const proxy = await socksProxy({ reply: 8 });
    const error = await failure(route('[2001:db8::1]:1', '--proxy', `socks5://127.0.0.1:${proxy.port}`));
    expect(proxy.asked.slice(2, 4)).toEqual(['05010004', '20010db8000000000000000000000001']);
    expect(error.message).toMatch(/ does not connect to 2001:db8::1: address type not supported$/);
  });

  it('knows us by name and password', async () => {
    const [port, proxy] = await Promise.all([hello(), socksProxy({ auth: 'us:\u00e9' })]);
    const { transport } = await dial(
      route(`localhost:${port}`, '--proxy', `socks5h://us:%C3%A9@127.0.0.1:${proxy.port}`),
      never,
    );
    expect(await said(transport)).toBe('hello');
    expect(proxy.asked.slice(0, 2)).toEqual(['0502', '0002']);
    const wrong = await failure(route('localhost:1', '--proxy', `socks5h://us:x@127.0.0.1:${proxy.port}`));
    expect(wrong).toMatchObject({ step: 'proxy', code: 'ERR_PROXY_REFUSED' });
    expect(wrong.message).toMatch(/ refuses the user name or the password$/);
    const nobody = await failure(route('localhost:1', '--proxy', `socks5h://127.0.0.1:${proxy.port}`));
    expect(nobody.message).toMatch(/ wants a user name and a password, or more$/);
  });

  it.each([
    [5, 'connection refused'],
    [9, 'reply 9'],
  ])('that fails by %i says %s', async (reply, text) => {
    const proxy = await socksProxy({ reply });
    const error = await failure(route('localhost:1', '--proxy', `socks5h://127.0.0.1:${proxy.port}`));
    expect(error).toMatchObject({ step: 'proxy', code: 'ERR_PROXY_REFUSED' });
    expect(error.message).toContain(`does not connect to localhost: ${text}`);
  });

  it.each([
    ['another version', [4, 0], 'ERR_PROXY_MALFORMED'],
    ['a way that was not offered', [5, 2], 'ERR_PROXY_MALFORMED'],
    ['nothing that was offered', [5, 0xff], 'ERR_PROXY_REFUSED'],
    ['half an answer', [5], 'ERR_PROXY_CLOSED'],
    ['another version later', [5, 0, 4, 0, 0, 1], 'ERR_PROXY_MALFORMED'],
    ['an address of no kind', [5, 0, 5, 0, 0, 9], 'ERR_PROXY_MALFORMED'],
    ['half an address', [5, 0, 5, 0, 0, 3, 200, 1], 'ERR_PROXY_CLOSED'],
  ])('that answers %s', async (_, answer, code) => {
    const left = deferred<void>();
    const port = await tcpServer(socket => {
      socket.once('data', () => socket.end(Uint8Array.from(answer)));
      void gone(socket).then(left.resolve);
    });
    expect(await failure(route('localhost:1', '--proxy', `socks5h://127.0.0.1:${port}`))).toMatchObject({
      step: 'proxy',
      code,
    });
    await left.promise;
  });

  it('gets no name that nobody has looked up', async () => {
    const proxy = await socksProxy();
    const error = await failure(route('nobody.invalid:1', '--proxy', `socks5://127.0.0.1:${proxy.port}`));
    expect(error).toMatchObject({ step: 'lookup' });
    expect(proxy.asked).toEqual([]);
  });
});

describe('STARTTLS through a proxy', () => {
  it.each(['http', 'https', 'socks5h'])('%s: what the server said at once is not lost', async scheme => {
    const port = await tcpServer(socket => play(socket, servers.smtp.map(withAnyName), { done: () => socket.end() }));
    const proxy = scheme === 'socks5h' ? await socksProxy() : await httpProxy({ secure: scheme === 'https' });
    const args = ['--proxy', `${scheme}://localhost:${proxy.port}`, '--starttls', 'smtp'];
    const trust = scheme === 'https' ? ['--proxy-cacert', file(ca.pem)] : [];
    const { transport, times } = await dial(route(`localhost:${port}`, ...args, ...trust), never);
    expect(times.startTls).toBeGreaterThan(0);
    transport.destroy();
  });

  it('the answer of the proxy and the words of the server may come together', async () => {
    const port = await tcpServer(socket => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        play(socket, servers.pop3, { done: () => socket.end() });
      });
    });
    const { transport } = await dial(route('localhost:1', '-x', `127.0.0.1:${port}`, '--starttls', 'pop3'), never);
    transport.destroy();
  });
});

/** Which address a client has by way of a proxy is not of interest. */
const withAnyName = <T extends { hears?: RegExp | Buffer }>(turn: T): T =>
  turn.hears instanceof RegExp && turn.hears.source.startsWith('^EHLO')
    ? { ...turn, hears: /^EHLO \[.*\]\r\n$/ }
    : turn;

describe('options', () => {
  it.each([
    [['--proxy', 'ftp://a:1'], '--proxy is http://, https://, socks5:// or socks5h://, and not "ftp"'],
    [['--proxy', 'http://a'], '--proxy needs a port: http://a:PORT'],
    [['--proxy', 'http://a:0'], 'the port is 1 to 65535, not 0'],
    [['--proxy', 'http://%zz:b@a:1'], '--proxy: user name and password are percent-encoded UTF-8'],
    [['--proxy', 'http://a%3A:b@a:1'], '--proxy: a user name of HTTP has no colon'],
    [['--proxy', 'socks5://me@a:1'], '--proxy: user name and password of SOCKS have 1 to 255 bytes each'],
    [['--proxy', `socks5://me:${'x'.repeat(256)}@a:1`], '--proxy: user name and password of SOCKS have 1 to 255'],
    [['--proxy-cacert', 'x'], '--proxy-cacert goes with --proxy'],
    [['--proxy', 'http://a:1', '--proxy-cacert', 'x'], '--proxy-cacert is for a proxy of https://'],
    [['--proxy', 'https://a:1', '--proxy-cacert', '/nonexistent'], '--proxy-cacert /nonexistent: ENOENT'],
    [['--socks5', 'a:1'], 'did you mean --proxy?'],
  ])('%j are refused', (args, message) => {
    expect(() => route('b:1', ...args)).toThrow(message);
  });

  it('say the port of SOCKS, unless it is another', () => {
    expect(route('b:1', '--proxy', 'socks5://[::1]').proxy?.address).toEqual({ host: '::1', port: 1080 });
    expect(route('b:1', '--proxy', 'SOCKS5H://a:9').proxy).toMatchObject({ scheme: 'socks5h', address: { port: 9 } });
  });

  it('never show a password', () => {
    for (const url of ['ftp://u:secret@a:1', 'http://u:secret@a', 'http://u:secret@a:0', 'http://u:secret@a b:1']) {
      expect(() => route('b:1', '--proxy', url)).toThrow(/^((?!secret).)*$/s);
    }
  });
});
