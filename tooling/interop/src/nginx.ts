/** nginx as a server. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from './certificates.ts';
import { Child, PATIENCE } from './child.ts';

/** Where it is; `NGINX_PATH` says so, if it is not in the path. */
export const nginxProgram = process.env.NGINX_PATH ?? 'nginx';

/** @param directives of the server, `ssl_…` mostly */
export async function nginx({ files }: Pick<Identity, 'files'>, directives: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-nginx-'));
  const port = await freePort();
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(folder, 'nginx.conf'),
    [
      'daemon off; master_process off; pid nginx.pid; events {}',
      'http {',
      'access_log off;',
      ...paths.map(name => `${name}_temp_path ${name};`),
      `server { listen 127.0.0.1:${port} ssl http2; server_name localhost; return 200 hello;`,
      `ssl_certificate ${files.certificate}; ssl_certificate_key ${files.key};`,
      ...directives.map(each => `${each};`),
      '} }',
    ].join('\n'),
  );
  const child = new Child(nginxProgram, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr']);
  await listening(port, child);
  return {
    port,
    async stop() {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** nginx does not say which port it got. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number, child: Child): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await answers(port))) {
    if (child.pid === undefined || Date.now() > end) throw new Error(`nginx does not listen: ${child.text}`);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    const done = (is: boolean) => {
      socket.destroy();
      setTimeout(resolve, is ? 0 : 20, is);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}
