/** `--demo`: the files of a folder on the relay's port, and nothing else. */
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file, folder, run, serve } from './support.ts';

/** Bytes: more than sockets hold between two ends that do not read. */
const LARGE = 32 << 20;

/** The path as it is, which `fetch` would clean up. */
async function got(port: number, path: string, method = 'GET') {
  const asked =
    method === 'GET'
      ? get({ port, path, host: '127.0.0.1' })
      : request({ port, path, method, host: '127.0.0.1' }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const body = Buffer.concat(await answer.toArray()).toString();
  return { status: answer.statusCode, headers: answer.headers, body };
}

async function served() {
  const outside = file('secret');
  const pages = folder();
  writeFileSync(join(pages, 'index.html'), '<!doctype html>the page');
  mkdirSync(join(pages, 'assets'));
  writeFileSync(join(pages, 'assets', 'main-1.js'), 'code');
  writeFileSync(join(pages, 'assets', 'a b.css'), 'style');
  writeFileSync(join(pages, 'assets', 'thing'), 'bytes');
  writeFileSync(join(pages, 'assets', 'large'), Buffer.alloc(LARGE, 'large '));
  writeFileSync(join(pages, 'assets', 'empty.css'), '');
  writeFileSync(join(pages, '.hidden'), 'secret');
  symlinkSync(outside, join(pages, 'out.txt'));
  symlinkSync(join(pages, 'index.html'), join(pages, 'in.html'));
  const server = await serve(['--relay', '0', '--demo', pages]);
  return { server, outside, port: JSON.parse(server.stdout.text).relay.port as number };
}

describe('--demo', () => {
  it('serves what is in the folder, by its type', async () => {
    const { port } = await served();
    for (const [path, type, body] of [
      ['/', 'text/html; charset=utf-8', '<!doctype html>the page'],
      ['/?query', 'text/html; charset=utf-8', '<!doctype html>the page'],
      ['/in.html', 'text/html; charset=utf-8', '<!doctype html>the page'],
      ['/assets/main-1.js', 'text/javascript; charset=utf-8', 'code'],
      ['/assets/a%20b.css', 'text/css; charset=utf-8', 'style'],
      ['/assets/thing', 'application/octet-stream', 'bytes'],
      ['/assets/empty.css', 'text/css; charset=utf-8', ''],
    ]) {
      const answer = await got(port, path!);
      expect(answer, path).toMatchObject({ status: 200, body });
      expect(answer.headers['content-type']).toBe(type);
    }
    expect(await got(port, '/', 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '23' } });
  });

  it('sends what is large as it is read, and no more at a time than it may', async () => {
    const { port } = await served();
    const { body, headers } = await got(port, '/assets/large');
    expect([body.length, headers['content-length']]).toEqual([LARGE, String(LARGE)]);
    expect(body.slice(-6)).toBe(Buffer.alloc(LARGE, 'large ').subarray(-6).toString());
    // Who does not read is in the way of others, up to a number, and until he goes.
    const idle = await Promise.all(
      Array.from({ length: 64 }, async () => {
        const asked = get({ port, path: '/assets/large', host: '127.0.0.1', agent: false });
        const [answer] = (await once(asked, 'response')) as [IncomingMessage];
        return answer;
      }),
    );
    expect(await got(port, '/')).toMatchObject({ status: 503, body: '' });
    for (const answer of idle) answer.destroy();
    await expect.poll(async () => (await got(port, '/')).status).toBe(200);
  });

  it('keeps pages to their origin', async () => {
    const { port } = await served();
    const { headers } = await got(port, '/');
    expect(headers['content-security-policy']).toBe(
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('serves nothing else', async () => {
    const { port, outside } = await served();
    for (const path of [
      '/none',
      '/assets',
      '/assets/',
      '/.hidden',
      '/out.txt',
      `/../${outside.split('/').slice(-2).join('/')}`,
      `/assets/../../${outside.split('/').slice(-2).join('/')}`,
      `/%2e%2e/${outside.split('/').slice(-2).join('/')}`,
      `/..%2f${outside.split('/').slice(-2).join('%2f')}`,
      `/${outside}`,
      `/assets/..%5c..%5cfile`,
      '/index.html%00.js',
      '/%zz',
      '//',
      '/assets/../index.html',
      'http://other.example/index.html',
    ]) {
      expect(await got(port, path), path).toMatchObject({ status: 404, body: '' });
    }
    expect(await got(port, '/', 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('leaves the relay what it was', async () => {
    const { port } = await served();
    const [answer] = (await once(
      request({
        port,
        host: '127.0.0.1',
        headers: {
          upgrade: 'websocket',
          connection: 'upgrade',
          'sec-websocket-version': '13',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        },
      }).end(),
      'upgrade',
    )) as [IncomingMessage];
    expect(answer.statusCode).toBe(101);
    answer.destroy();
  });

  it('is not there without being asked for', async () => {
    const server = await serve(['--relay', '0']);
    expect(await got(JSON.parse(server.stdout.text).relay.port, '/')).toMatchObject({ status: 426 });
  });

  it.each([
    [['--demo', '.'], '--demo goes with --relay'],
    [['--relay', '0', '--demo', '/nowhere'], '--demo /nowhere: there is no index.html in it'],
  ])('%j is refused', async (args, message) => {
    expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
