import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createCA } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import { get, httpServer, ok } from './get-support.ts';
import { httpProxy } from './proxies.ts';
import { schemaCheck } from './schema.ts';
import { ca, deferred, file, folder, run, stopTheClock, tcpServer } from './support.ts';

describe('tlskit get', () => {
  it('asks for a resource, and writes it to standard output', async () => {
    const { url, port, requests } = await httpServer(ok('hello\n'), { alpn: ['http/1.1'], alpnMismatch: 'refuse' });
    const { code, stdout, stderr } = await get(`${url}/a/b?c=d e#f`);
    expect([code, stdout.toString(), stderr]).toEqual([0, 'hello\n', '']);
    expect(requests).toEqual([
      `GET /a/b?c=d%20e HTTP/1.1\r\nHost: localhost:${port}\r\nUser-Agent: tlskit/0.0.0\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
    ]);
  });

  it.each([
    ['a header', ['-H', 'X-One: 1', '-H', 'x-one:  2 '], /\r\nX-One: 1\r\nx-one: 2\r\n/],
    [
      'a header in place of ours',
      ['-H', 'user-agent: me', '-H', 'Host: x'],
      /^(?!.*(tlskit|Host: local)).*user-agent: me\r\nHost: x\r\n/s,
    ],
    ['a header of ours less', ['-H', 'Accept:'], /^(?!.*Accept)/s],
    [
      'data',
      ['-d', 'a=b'],
      /^POST \/ .*\r\nContent-Type: application\/x-www-form-urlencoded\r\nContent-Length: 3\r\n.*\r\n\r\na=b$/s,
    ],
    ['another method', ['-X', 'DELETE'], /^DELETE \/ HTTP\/1\.1\r\n(?!.*Content-Length)/s],
    ['another method with nothing', ['-X', 'POST'], /\r\nContent-Length: 0\r\n/],
    ['another method with data', ['-X', 'PUT', '-d', 'x'], /^PUT .*\r\n\r\nx$/s],
    ['the head', ['-I'], /^HEAD /],
  ])('sends %s', async (_, args, expected) => {
    const { url, requests } = await httpServer(ok(''));
    expect(await get(url, args)).toMatchObject({ code: 0, stderr: '' });
    expect(requests[0]).toMatch(expected);
  });

  it('sends the data of a file as it is', async () => {
    const { url, requests } = await httpServer(ok(''));
    await get(url, ['-d', `@${file('a\0\r\n')}`]);
    expect(requests[0]?.endsWith('\r\nContent-Length: 4\r\nConnection: close\r\n\r\na\0\r\n')).toBe(true);
  });

  it('prints the head of the answer when told to', async () => {
    const { url } = await httpServer(
      Buffer.from(
        'HTTP/1.1 404 Nicht \x1bda\r\nA: b\r\nX-c:  d\x9b31m\r\nA: e\r\nContent-Length: 1\r\n\r\n!',
        'latin1',
      ),
    );
    const { code, stdout } = await get(url, ['-i']);
    expect(stdout.toString()).toBe(
      'HTTP/1.1 404 Nicht \\u{1b}da\r\nA: b\r\nX-c: d\\u{9b}31m\r\nA: e\r\nContent-Length: 1\r\n\r\n!',
    );
    expect(code).toBe(0);
    const head = await httpServer('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n');
    expect((await get(head.url, ['-I'])).stdout.toString()).toBe('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n');
  });

  it('writes to a file', async () => {
    const data = randomBytes(1 << 20);
    const { url } = await httpServer((_, socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${data.length}\r\n\r\n`);
      socket.end(data);
    });
    const path = join(folder(), 'out');
    expect(await get(url, ['-o', path])).toMatchObject({ code: 0, stderr: '', stdout: Buffer.alloc(0) });
    expect(readFileSync(path).equals(data)).toBe(true);
  });

  it('goes by the options of TLS and of the way', async () => {
    const { certificate, key } = (await ca.issue('a.example')).pem;
    const server = await httpServer(ok('there'), { certificate, key });
    const proxy = await httpProxy();
    const args = [
      '--connect-to',
      `a.example:443:localhost:${server.port}`,
      '--tls',
      '1.2',
      '-x',
      `localhost:${proxy.port}`,
    ];
    const { code, stdout } = await get('https://a.example/', [...args, '--json']);
    expect(JSON.parse(stdout.toString()).connections).toMatchObject([{ protocol: 'TLSv1.2', verified: true }]);
    expect(server.requests[0]).toContain('\r\nHost: a.example\r\n');
    expect(proxy.asked).toHaveLength(1);
    expect(code).toBe(0);
  });

  it.each([
    ['nobody trusts', 6, async () => (await createCA()).issue('localhost')],
    ['is for somebody else', 7, async () => ca.issue('example.com')],
  ])('sends nothing to a server whose certificate %s', async (_, expected, issued) => {
    const { certificate, key } = (await issued()).pem;
    const { url, requests } = await httpServer(ok('secret'), { certificate, key });
    const { code, stdout, stderr } = await get(url);
    expect([code, stdout.toString(), requests]).toEqual([expected, '', []]);
    expect(stderr).toMatch(/^tlskit: .*\n$/);
    expect((await get(url, ['-k'])).stdout.toString()).toBe('secret');
  });

  it('takes no more than standard output takes', async () => {
    let sent = 0;
    const { url } = await httpServer((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const write = (): void => {
        while (sent < 16 << 20) {
          sent += 1 << 16;
          if (!socket.write(Buffer.alloc(1 << 16))) return void socket.once('drain', write);
        }
        socket.end();
      };
      write();
    });
    let [seen, ahead] = [0, 0];
    const stdout = new Writable({
      write(chunk: Buffer, _, callback) {
        seen += chunk.length;
        ahead = Math.max(ahead, sent - seen);
        setImmediate(callback);
      },
    });
    expect((await get(url, [], { stdout })).code).toBe(0);
    expect(seen).toBe(16 << 20);
    expect(ahead).toBeLessThan(12 << 20);
  });

  it('ends when nobody reads any more', async () => {
    const ended = deferred<void>();
    const { url } = await httpServer((_, socket) => {
      socket.on('close', () => ended.resolve());
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      const write = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(1 << 16)));
        socket.once('drain', write);
      };
      write();
    });
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const stdout = new Writable({ write: (_chunk, _, callback) => callback(gone) });
    expect(await get(url, [], { stdout })).toMatchObject({ code: 0, stderr: '' });
    await ended.promise;
  });

  it('says what cannot be written', async () => {
    const { url } = await httpServer(ok('x'));
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const stdout = new Writable({ write: (_chunk, _, callback) => callback(full) });
    expect(await get(url, [], { stdout })).toMatchObject({ code: 1, stderr: 'tlskit: standard output: no space\n' });
    const file = await get(url, ['-o', '/nonexistent/x']);
    expect(file.stderr).toMatch(/^tlskit: --output \/nonexistent\/x: ENOENT/);
    expect(file.code).toBe(1);
  });

  it('stops when the user wants an end', async () => {
    const stop = new AbortController();
    const { url } = await httpServer((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\nsome');
      setImmediate(() => stop.abort());
    });
    expect((await get(url, [], { signal: stop.signal })).stderr).toBe('');
  });
});

describe('a body', () => {
  const cases: readonly (readonly [what: string, answer: string, body: string])[] = [
    [
      'of chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: x\r\n\r\n',
      'abc0123456789',
    ],
    ['up to the end', 'HTTP/1.1 200 OK\r\n\r\nabc', 'abc'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nabc', 'abc'],
    [
      'behind what is on the way',
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${ok('abc')}`,
      'abc',
    ],
    ['that there is not', 'HTTP/1.1 204 No Content\r\n\r\n', ''],
    ['of no length', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', ''],
  ];

  it.each(cases)('%s', async (_, answer, body) => {
    const { url } = await httpServer(answer);
    const { code, stdout, stderr } = await get(url);
    expect([code, stdout.toString(), stderr]).toEqual([0, body, '']);
  });

  // Whose end is known needs no other.
  it.each(cases.filter(([what]) => !what.includes('end') && !what.includes('1.0')))(
    '%s, without close_notify',
    async (_, answer, body) => {
      const { url } = await httpServer((_, socket, transport) => void socket.write(answer, () => transport.end()));
      const { code, stdout, stderr } = await get(url);
      expect([code, stdout.toString(), stderr]).toEqual([0, body, '']);
    },
  );

  it.each([
    ['short of its length', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', 'abc', 'after 3 of 9 bytes'],
    ['that never came', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', '', 'after 0 of 9 bytes'],
    [
      'without its last chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
      'abc',
      'after 3 bytes',
    ],
    [
      'in the middle of a chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc',
      'abc',
      'after 3 bytes',
    ],
  ])('%s is cut off, in whichever way', async (_, answer, body, where) => {
    const ways: Parameters<typeof httpServer>[0][] = [
      answer,
      (_, socket, transport) => void socket.write(answer, () => transport.end()),
    ];
    for (const way of ways) {
      const { url } = await httpServer(way);
      const { code, stdout, stderr } = await get(url);
      expect(stdout.toString()).toBe(body);
      expect(stderr).toMatch(new RegExp(`^tlskit: the body was cut off ${where}: .*\n$`));
      expect(code).toBe(12);
    }
  });

  it('up to an end without close_notify may be cut off', async () => {
    const { url } = await httpServer(
      (_, socket, transport) => void socket.write('HTTP/1.1 200 OK\r\n\r\nabc', () => transport.end()),
    );
    const { code, stdout, stderr } = await get(url);
    expect([code, stdout.toString()]).toEqual([12, 'abc']);
    expect(stderr).toMatch(
      /^tlskit: the body was cut off after 3 bytes: .* without close_notify \[ERR_TLS_TRUNCATED\]\n$/,
    );
  });

  it('that is changed on the way is none that was cut off', async () => {
    const { url } = await httpServer((_, socket, transport) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc', () => {
        transport.write(Buffer.from(`1703030020${'00'.repeat(32)}`, 'hex'));
      });
    });
    const { code, stderr } = await get(url);
    expect(stderr).toContain('bad_record_mac');
    expect(code).toBe(5);
  });
});

describe('an answer', () => {
  it.each([
    ['that is none', 'SSH-2.0-x\r\n\r\n', /^tlskit: the answer is not HTTP\/1\.1: .*HPE_/],
    [
      'with two lengths',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      /the answer is not HTTP/,
    ],
    [
      'with a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /the answer is not HTTP/,
    ],
    ['with too long a head', `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(70_000)}\r\n\r\n`, /HPE_HEADER_OVERFLOW/],
    ['that does not come', '', /^tlskit: .*\n$/],
    ['that breaks off', 'HTTP/1.1 200 OK\r\nA: b', /^tlskit: .*\n$/],
    [
      'in another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
      /another protocol/,
    ],
  ])('%s is a failure of the protocol', async (_, answer, expected) => {
    const { url } = await httpServer(answer);
    const { code, stdout, stderr } = await get(url);
    expect(stderr).toMatch(expected);
    expect([code, stdout.toString()]).toEqual([5, '']);
  });

  it('with bad chunks is a failure behind what came', async () => {
    const { url } = await httpServer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n');
    const { code, stderr } = await get(url);
    expect(stderr).toMatch(/^tlskit: /);
    expect(code).toBe(5);
  });

  it('that takes too long is a timeout', async () => {
    const pass = stopTheClock();
    const { url } = await httpServer(() => pass(300));
    expect(await get(url, ['--timeout', '0.3'])).toMatchObject({
      code: 11,
      stderr: 'tlskit: no answer within 0.3 s [ETIMEDOUT]\n',
    });
    const port = await tcpServer(socket => socket.once('data', () => pass(300)));
    expect((await get(`https://localhost:${port}`, ['--timeout', '0.3'])).stderr).toMatch(
      /^tlskit: no handshake within 0.3 s/,
    );
  });

  it('of failure is one with --fail, and its body is not written', async () => {
    const { url } = await httpServer('HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\noops');
    expect((await get(url)).stdout.toString()).toBe('oops');
    const { code, stdout, stderr } = await get(url, ['-f']);
    expect([code, stdout.toString(), stderr]).toEqual([
      10,
      '',
      'tlskit: the server answers 404 Not Found [ERR_HTTP_STATUS]\n',
    ]);
    const good = await httpServer(ok('yes'));
    expect((await get(good.url, ['-f'])).code).toBe(0);
  });
});

describe('a redirect', () => {
  const to = (location: string, status = 302): string =>
    `HTTP/1.1 ${status} Found\r\nLocation: ${location}\r\nContent-Length: 2\r\n\r\nno`;

  it('is printed, unless it is followed', async () => {
    const there = await httpServer(ok('there'));
    const { url } = await httpServer(to(`${there.url}/x?y#z`));
    expect((await get(url)).stdout.toString()).toBe('no');
    const { code, stdout } = await get(url, ['-L']);
    expect([code, stdout.toString()]).toEqual([0, 'there']);
    expect(there.requests[0]).toMatch(/^GET \/x\?y HTTP/);
  });

  it('may be relative', async () => {
    const server = await httpServer((request, socket) =>
      socket.end(request.startsWith('GET /a/b') ? to('../c') : ok('c')),
    );
    expect((await get(`${server.url}/a/b`, ['-L'])).stdout.toString()).toBe('c');
    expect(server.requests[1]).toMatch(/^GET \/c /);
  });

  it('elsewhere takes no secrets along, and nobody is expected there whom the command line names', async () => {
    const { certificate, key } = (await ca.issue('first.example')).pem;
    const there = await httpServer(ok('there'), { clientAuth: 'request', trust: { roots: [ca.pem] } });
    const first = await httpServer(to(`https://user:pass@127.0.0.1:${there.port}/`), {
      certificate,
      key,
      clientAuth: 'require',
      trust: { roots: [ca.pem] },
    });
    const own = (await ca.issue('client.example')).pem;
    const args = ['--cert', file(own.certificate), '--key', file(own.key), '--servername', 'first.example'];
    const secrets = ['-H', 'Authorization: Basic eA==', '-H', 'Cookie: a=b', '-H', 'X-Other: c'];
    const { code, stdout, stderr } = await get(first.url, ['-L', ...args, ...secrets]);
    expect([code, stdout.toString(), stderr]).toEqual([0, 'there', '']);
    expect(first.requests[0]).toMatch(/Authorization: .*Cookie: /s);
    expect(there.requests[0]).not.toMatch(/Authorization|Cookie/);
    expect(there.requests[0]).toContain(`\r\nHost: 127.0.0.1:${there.port}\r\n`);
    expect(there.requests[0]).toContain('\r\nX-Other: c\r\n');
  });

  it('leads to nobody who is not verified', async () => {
    const { certificate, key } = (await createCA().then(other => other.issue('localhost'))).pem;
    const there = await httpServer(ok('secret'), { certificate, key });
    const { url } = await httpServer(to(there.url));
    const { code, stdout } = await get(url, ['-L']);
    expect([code, stdout.toString(), there.requests]).toEqual([6, '', []]);
  });

  it.each([
    [302, 'POST', /^GET (?!.*Content-).*\r\n\r\n$/s],
    [303, 'PUT', /^GET (?!.*Content-).*\r\n\r\n$/s],
    [302, 'PUT', /^PUT .*\r\n\r\nbody$/s],
    [307, 'POST', /^POST .*\r\n\r\nbody$/s],
    [308, 'POST', /^POST .*\r\n\r\nbody$/s],
  ])('%i after %s', async (status, method, expected) => {
    const server = await httpServer((request, socket) =>
      socket.end(request.includes(' /a ') ? to('/b', status) : ok('')),
    );
    await get(`${server.url}/a`, ['-L', '-X', method, '-d', 'body']);
    expect(server.requests[1]).toMatch(expected);
  });

  it.each([
    ['to plain text', 'http://localhost/', [], /redirects to http:\/\/localhost, which has no TLS/],
    ['to no URL', 'https://[', [], /redirects to .*, which is no URL/],
    ['in a circle', '/', [], /redirects more than 10 times/],
    ['more often than is wanted', '/', ['--max-redirects', '0'], /redirects more than 0 times/],
  ])('%s is not followed', async (_, location, args, expected) => {
    const { url, requests } = await httpServer(to(location));
    const { code, stdout, stderr } = await get(url, ['-L', ...args]);
    expect(stderr).toMatch(expected);
    expect([code, stdout.toString()]).toEqual([5, '']);
    expect(requests.length).toBeLessThanOrEqual(11);
  });

  it('without a place is an answer', async () => {
    const { url } = await httpServer('HTTP/1.1 304 Not Modified\r\n\r\n');
    expect((await get(url, ['-L'])).code).toBe(0);
  });
});

describe('options', () => {
  it.each([
    [[], 'what to get is missing: a URL'],
    [['a', 'b'], 'one URL at a time, and not also "b"'],
    [['http://localhost/'], 'http:// has no TLS, did you mean https://?'],
    [['ftp://localhost/'], 'a URL of https:// is what there is to get, and not of ftp://'],
    [['https://'], '"https://" is not a URL'],
    [['https://me:secret@localhost/'], 'a URL with a user in it is not sent: give -H "Authorization: …"'],
    [['a', '-I', '-d', 'x'], '--data contradicts --head'],
    [['a', '-I', '-X', 'GET'], '--head contradicts --request'],
    [['a', '-i', '--json'], '--include contradicts --json'],
    [['a', '-X', 'A B'], '"A B" is not a method'],
    [['a', '-X', 'connect'], 'CONNECT is for proxies: give --proxy'],
    [['a', '-H', 'nothing'], '--header is NAME: VALUE, not "nothing"'],
    [['a', '-H', 'a: b\nc: d'], '--header is NAME: VALUE'],
    [['a', '-H', 'Content-Length: 3'], '--header: Content-Length is not for you to say'],
    [['a', '--max-redirects', '3'], '--max-redirects goes with --location'],
    [['a', '-L', '--max-redirects', 'x'], '--max-redirects is 0 to 1000, not "x"'],
    [['a', '-d', '@/nonexistent'], '--data /nonexistent: ENOENT'],
    [['a', '--alpn', 'h2'], 'unknown option --alpn'],
    [['a', '--starttls', 'smtp'], 'unknown option --starttls'],
    [['a', '--follow'], 'did you mean --location?'],
    [['a', '--groups', 'x25591'], 'did you mean x25519?'],
    [['a', '--tls', '1.2', '--ciphersuites', 'TLS_AES_128_GCM_SHA256'], 'belongs to none of the versions'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await run(['get', ...args]);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
    expect([code, stdout.length]).toEqual([2, 0]);
  });

  it('keep key log and capture', async () => {
    const { url } = await httpServer(ok('x'));
    const path = join(folder(), 'keys');
    const capture = join(folder(), 'capture');
    const { stderr } = await get(url, ['--keylog', path, '--pcap', capture, '--trace']);
    expect(readFileSync(path, 'utf8')).toContain('CLIENT_TRAFFIC_SECRET_0 ');
    expect(existsSync(capture)).toBe(true);
    expect(stderr).toMatch(/^Record .*: (.*, )?ClientHello/m);
  });
});

const checkSchema = schemaCheck('get.schema.json');

describe('--json', () => {
  it('is one object in place of the body', async () => {
    const there = await httpServer(ok('there', 'A: b\r\n'));
    const { url, port } = await httpServer(`HTTP/1.1 301 Moved\r\nLocation: ${there.url}/\r\n\r\n`);
    const path = join(folder(), 'out');
    const { code, json, stderr } = await get(url, ['-L', '--json', '-o', path]);
    expect(json).toMatchObject({
      schemaVersion: 1,
      url: `${url}/`,
      finalUrl: `${there.url}/`,
      status: 200,
      reason: 'OK',
      httpVersion: '1.1',
      headers: [
        { name: 'A', value: 'b' },
        { name: 'Content-Length', value: '5' },
      ],
      framing: 'length',
      bodyLength: 5,
      error: null,
      exitCode: 0,
    });
    checkSchema(json);
    expect(json.connections.map((each: { status: number }) => each.status)).toEqual([301, 200]);
    expect(json.connections[0]).toMatchObject({ remoteAddress: '127.0.0.1', remotePort: port, protocol: 'TLSv1.3' });
    expect(readFileSync(path, 'utf8')).toBe('there');
    expect([code, stderr]).toEqual([0, '']);
  });

  it('is there after every failure', async () => {
    const short = await httpServer('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc');
    const cut = (await get(short.url, ['--json'])).json;
    checkSchema(cut);
    expect(cut).toMatchObject({
      status: 200,
      bodyLength: 3,
      error: { outcome: 'uncleanClose' },
      exitCode: 12,
    });
    const refused = (await run(['get', short.url, '--json'])).json;
    checkSchema(refused);
    expect(refused).toMatchObject({
      status: null,
      headers: null,
      connections: [],
      error: { outcome: 'chain', alert: 'unknown_ca' },
      exitCode: 6,
    });
  });
});
