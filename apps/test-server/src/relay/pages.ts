/** The files of a folder over HTTP, for the page that uses the relay beside them: nothing of them can be changed, and nothing else be read. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What a built page has. Whatever else there is, is bytes. */
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/** This origin alone, the relay on it included; a page may be stricter with itself, and one that is framed is none of ours. */
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const headers = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  // Asked for again each time: a folder that is built anew is another page at once.
  'cache-control': 'no-cache',
};

/** Requests that are answered at a time: browsers make six. Not those of the relay's connections, of which a page may need the only one. */
const MAX_REQUESTS = 64;

/** Milliseconds in which nothing of an answer is taken, after which it is given up. */
const IDLE = 30_000;

/** @param folder that is there */
export function pagesOf(folder: string): (request: IncomingMessage, response: ServerResponse) => void {
  let answering = 0;
  return (request, response) => {
    if (answering >= MAX_REQUESTS) {
      response.writeHead(503, { ...headers, 'content-length': 0, connection: 'close' }).end();
      return;
    }
    answering++;
    response.once('close', () => answering--);
    response.setTimeout(IDLE, () => response.destroy());
    void answer(folder, request, response);
  };
}

async function answer(folder: string, { method, url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end();
    return;
  }
  const file = await fileOf(folder, url);
  if (file === undefined) {
    response.writeHead(404, { ...headers, 'content-length': 0 }).end();
    return;
  }
  const { path, size, type } = file;
  response.writeHead(200, { ...headers, 'content-length': size, 'content-type': type });
  if (method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  try {
    // As much as was announced, should it grow meanwhile.
    await pipeline(createReadStream(path, { end: size - 1 }), response);
  } catch {
    // Of a file that went, or a client that did: the head is said, the connection ends.
    response.destroy();
  }
}

/** Undefined for what is not there, or not below the folder, by whatever way. */
async function fileOf(folder: string, url: string) {
  const path = pathIn(url);
  if (path === undefined) return undefined;
  try {
    // A link out of the folder leads nowhere.
    const [root, found] = await Promise.all([realpath(folder), realpath(resolve(folder, `.${path}`))]);
    if (!found.startsWith(`${root}${sep}`)) return undefined;
    const info = await stat(found);
    if (!info.isFile()) return undefined;
    return { path: found, size: info.size, type: types[extname(found).toLowerCase()] ?? 'application/octet-stream' };
  } catch {
    return undefined;
  }
}

/** With `/` before each of its names; none of these is hidden, or the way up, or has what means something to a system. */
function pathIn(url: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(url.replace(/[?#].*$/s, ''));
  } catch {
    return undefined;
  }
  const names = (path.endsWith('/') ? `${path}index.html` : path).split('/').slice(1);
  const isPlain = names.length > 0 && names.every(name => /^[^.\\:\0][^\\:\0]*$/.test(name));
  return path.startsWith('/') && isPlain ? `/${names.join('/')}` : undefined;
}
