import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { TicketKeys } from 'tlskit';
import { accept, tls12 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { spreadOf } from '../src/bench/statistics.ts';
import { httpServer, ok } from './get-support.ts';
import { schemaCheck } from './schema.ts';
import { play, servers } from './starttls-servers.ts';
import { ca, echo, file, localhost, run, Sink, silent, stopTheClock, tcpServer, tlsServer } from './support.ts';

const ticketKeys = () => new TicketKeys({ provider: createNodeProvider(), now: Date.now });

const checkSchema = schemaCheck('bench.schema.json');

function bench(port: number, args: readonly string[] = [], around: Parameters<typeof run>[1] = {}) {
  return run(
    ['bench', `localhost:${port}`, '--cacert', file(ca.pem), ...(args.includes('-n') ? [] : ['-n', '3']), ...args],
    around,
  );
}

async function measured(port: number, args: readonly string[] = []) {
  const { code, json, stderr } = await bench(port, ['--json', ...args]);
  expect([code, stderr]).toEqual([0, '']);
  checkSchema(json);
  return json;
}

describe('tlskit bench', () => {
  it('counts handshakes, full and resumed', async () => {
    const kinds: boolean[] = [];
    const port = await tlsServer(
      socket => {
        kinds.push(socket.info?.resumed === true);
        socket.resume();
      },
      { tickets: ticketKeys() },
    );
    const json = await measured(port);
    expect(json).toMatchObject({ port, protocol: 'TLSv1.3', verified: true, concurrency: 1, error: null, exitCode: 0 });
    expect(json.measures).toMatchObject([
      { name: 'full', count: 3, resumed: 0, bytes: null },
      { name: 'resumed', count: 3, resumed: 3, bytes: null },
    ]);
    // The one before the first that resumes is not measured.
    expect(kinds).toEqual([false, false, false, false, true, true, true]);
    for (const { times, elapsed, perSecond, cpu } of json.measures) {
      expect(times.min).toBeGreaterThan(0);
      expect(times.max).toBeLessThanOrEqual(elapsed);
      expect(perSecond).toBeCloseTo(3000 / elapsed, 1);
      expect(cpu).toBeGreaterThan(0);
    }
  });

  it('resumes by TLS 1.2 too, whose tickets come before the end', async () => {
    const port = await tlsServer(silent, { versions: [tls12], tickets: ticketKeys() });
    const { measures, protocol } = await measured(port, ['--measure', 'resumed']);
    expect(protocol).toBe('TLSv1.2');
    expect(measures).toMatchObject([{ count: 3, resumed: 3 }]);
  });

  it('says how many a server did resume', async () => {
    let number = 0;
    const port = await tcpServer(transport => {
      const { certificate, key } = localhost.pem;
      // Each has tickets of its own, which no other knows.
      number++;
      accept(transport, { certificate, key, tickets: ticketKeys() })
        .on('error', () => {})
        .resume();
    });
    const { measures } = await measured(port, ['--measure', 'resumed']);
    expect(measures).toMatchObject([{ count: 3, resumed: 0 }]);
    expect(number).toBe(4);
  });

  it('says that there is nothing to resume', async () => {
    const port = await tlsServer(silent);
    const { code, json } = await bench(port, ['--json', '--measure', 'resumed']);
    checkSchema(json);
    expect(json.error).toMatchObject({ code: 'ERR_BENCH_NO_TICKET' });
    expect(code).toBe(5);
  });

  it('counts the bytes of a GET', async () => {
    const { port, requests } = await httpServer(ok('x'.repeat(100_000)));
    const { measures } = await measured(port, ['--measure', 'get', '--path', '/a?b']);
    expect(measures).toMatchObject([{ name: 'get', count: 3, bytes: 300_000 }]);
    expect(measures[0].bytesPerSecondOfConnection).toBeGreaterThan(measures[0].bytesPerSecond);
    expect(requests).toHaveLength(3);
    expect(requests[0]).toMatch(new RegExp(`^GET /a\\?b HTTP/1.1\r\nHost: localhost:${port}\r\n`));
  });

  it('counts the bytes of an echo', async () => {
    const port = await tlsServer(echo);
    const { measures } = await measured(port, ['--measure', 'echo', '--size', '1000001']);
    expect(measures).toMatchObject([{ name: 'echo', count: 3, bytes: 3_000_003 }]);
  });

  it('has so many connections at a time, and no more', async () => {
    let [open, most] = [0, 0];
    const port = await tcpServer(transport => {
      most = Math.max(most, ++open);
      transport.on('close', () => open--);
      const { certificate, key } = localhost.pem;
      accept(transport, { certificate, key })
        .on('error', () => {})
        .resume();
    });
    const { measures } = await measured(port, ['--measure', 'full', '-c', '2', '-n', '7']);
    expect(measures[0].count).toBe(7);
    expect(most).toBeGreaterThanOrEqual(2);
    // One that is closed is still closing when the next is there.
    expect(most).toBeLessThanOrEqual(4);
  });

  it('ends when the time is over', async () => {
    const port = await tlsServer(silent);
    const { code, json } = await bench(port, ['--json', '--measure', 'full', '-n', '1000000', '--duration', '0.2']);
    expect(json.measures[0].count).toBeGreaterThan(0);
    expect(json.measures[0].elapsed).toBeGreaterThanOrEqual(200);
    expect(code).toBe(0);
  });

  it('speaks STARTTLS first', async () => {
    const port = await tcpServer(socket => {
      const { certificate, key } = localhost.pem;
      const done = (): void =>
        void accept(socket, { certificate, key })
          .on('error', () => {})
          .resume();
      play(socket, servers.pop3, { done });
    });
    const { measures } = await measured(port, ['--measure', 'full', '--starttls', 'pop3']);
    expect(measures[0].count).toBe(3);
  });

  it('reports in lines, and shows how far it is on a terminal alone', async () => {
    const port = await tlsServer(silent, { tickets: ticketKeys() });
    const terminal = Object.assign(new Sink(), { isTTY: true });
    const { stdout, stderr } = await bench(port, ['-n', '2'], { stderr: terminal });
    const lines = stdout.toString().trimEnd().split('\n');
    expect(lines.map(line => line.slice(0, 14).trim())).toEqual([
      'peer',
      'TLS',
      'at a time',
      'full',
      '',
      'resumed',
      '',
    ]);
    expect(lines[1]).toContain('TLSv1.3, TLS_AES_128_GCM_SHA256, X25519MLKEM768');
    expect(lines[3]).toMatch(
      /^full +2 handshakes, 0 resumed in \d+\.\d s: \d+\.\d\/s; \d+\.\d+ ms of CPU here for each$/,
    );
    expect(lines[4]).toMatch(/^ +median .* ms, 90 % .* ms, 99 % .* ms, .* ms to .* ms$/);
    expect(stderr).toContain('resumed, 2 connections');
    expect(stderr.endsWith('\r\x1b[K')).toBe(true);
  });

  it('stops when the user wants an end, and says what was measured', async () => {
    const stop = new AbortController();
    let count = 0;
    const port = await tlsServer(socket => {
      socket.resume();
      if (++count === 3) stop.abort();
    });
    const { json } = await bench(port, ['-n', '1000000', '--json'], { signal: stop.signal });
    checkSchema(json);
    expect(json.measures).toHaveLength(1);
    expect(json.error).toBeNull();
  });
});

describe('a failure', () => {
  it('of verification ends it', async () => {
    const port = await tlsServer(silent);
    const { code, json } = await run(['bench', `localhost:${port}`, '--json']);
    checkSchema(json);
    expect(json).toMatchObject({
      measures: [{ name: 'full', count: 0, times: null, cpu: null }],
      error: { outcome: 'chain', alert: 'unknown_ca' },
    });
    expect(code).toBe(6);
  });

  it.each([
    [
      'of what is not there',
      'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n',
      'the server answers 404 to GET /',
      5,
    ],
    [
      'of a body that is cut off',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc',
      'the body was cut off after 3 of 9 bytes',
      12,
    ],
    ['of what is not HTTP', 'SSH-2.0\r\n', 'Parse Error', 5],
  ])('%s ends a GET', async (_, answer, message, expected) => {
    const { port } = await httpServer(answer);
    const { code, stdout } = await bench(port, ['--measure', 'get']);
    expect(stdout.toString()).toContain(`verdict       FAILED: `);
    expect(stdout.toString()).toContain(message);
    expect(code).toBe(expected);
  });

  it.each([
    ['sends back what was not sent', (socket: Parameters<typeof echo>[0]) => void socket.end('hello')],
    ['ends after 0 of 1000 bytes', (socket: Parameters<typeof echo>[0]) => void socket.resume().end()],
    [
      'sends back what was not sent',
      (socket: Parameters<typeof echo>[0]) => void socket.on('data', data => socket.write(Buffer.concat([data, data]))),
    ],
  ])('of an echo that %s', async (message, listener) => {
    const port = await tlsServer(listener);
    const { code, stdout } = await bench(port, ['--measure', 'echo', '--size', '1000']);
    expect(stdout.toString()).toContain(`the server is no echo: it ${message}`);
    expect(code).toBe(5);
  });

  it('of time is one of time', async () => {
    const pass = stopTheClock();
    const port = await tlsServer(socket => socket.once('data', () => pass(300)), { allowHalfOpen: true });
    const { code, stdout } = await bench(port, ['--measure', 'echo', '--timeout', '0.3']);
    expect(stdout.toString()).toContain('no end of the data within 0.3 s [ETIMEDOUT]');
    expect(code).toBe(11);
  });
});

describe('options', () => {
  it.each([
    [[], 'whom to connect to is missing: HOST:PORT'],
    [['a:1', 'b:1'], 'one HOST:PORT at a time, and not also "b:1"'],
    [['a:1', '--measure', 'fulll'], '--measure is of full, resumed, get, echo, not "fulll", did you mean full?'],
    [['a:1', '--path', '/'], '--path goes with --measure get'],
    [['a:1', '--size', '1', '--measure', 'get'], '--size goes with --measure echo'],
    [['a:1', '--measure', 'get', '--path', 'x'], '--path begins with / and has no spaces, not "x"'],
    [['a:1', '--measure', 'get', '--starttls', 'smtp'], '--measure get is of HTTP, and --starttls of another protocol'],
    [['a:1', '--concurrency', '0'], '--concurrency is 1 to 1000, not "0"'],
    [['a:1', '--count', '0'], '--count is 1 to 1000000000, not "0"'],
    [['a:1', '--duration', '0'], '--duration is more than 0'],
    [['a:1', '--parallel', '2'], 'did you mean --concurrency?'],
    [['a:1', '--groups', 'x25591'], 'did you mean x25519?'],
  ])('%j', async (args, message) => {
    const { code, stderr } = await run(['bench', ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('percentiles', () => {
  it('are of what was measured', () => {
    const times = Array.from({ length: 200 }, (_, i) => 200 - i);
    expect(spreadOf(times)).toEqual({ min: 1, median: 100, p90: 180, p99: 198, max: 200 });
    expect(spreadOf([7])).toEqual({ min: 7, median: 7, p90: 7, p99: 7, max: 7 });
    expect(spreadOf([])).toBeUndefined();
  });
});
