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

/** The module that speaks for mail servers, which is a package of its own; `NGINX_MAIL_MODULE` says where, if it is elsewhere. */
export const nginxMailModule = process.env.NGINX_MAIL_MODULE ?? '/usr/lib/nginx/modules/ngx_mail_module.so';

/** @param directives of the server, `ssl_…` mostly */
export async function nginx({ files }: Pick<Identity, 'files'>, directives: readonly string[]) {
  const port = await freePort();
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const { stop } = await start(
    [
      'http {',
      'access_log off;',
      ...paths.map(name => `${name}_temp_path ${name};`),
      `server { listen 127.0.0.1:${port} ssl http2; server_name localhost; return 200 hello;`,
      `ssl_certificate ${files.certificate}; ssl_certificate_key ${files.key};`,
      ...directives.map(each => `${each};`),
      '} }',
    ],
    [port],
  );
  return { port, stop };
}

/** Servers of SMTP, IMAP and POP3 that begin TLS when they are asked to. */
export async function nginxMail({ files }: Pick<Identity, 'files'>) {
  const ports = { smtp: await freePort(), imap: await freePort(), pop3: await freePort() };
  const { stop } = await start(
    [
      `load_module ${nginxMailModule};`,
      'mail { server_name localhost; auth_http 127.0.0.1:1/nobody; starttls on; ssl_protocols TLSv1.2 TLSv1.3;',
      `ssl_certificate ${files.certificate}; ssl_certificate_key ${files.key};`,
      ...Object.entries(ports).map(([protocol, port]) => `server { listen 127.0.0.1:${port}; protocol ${protocol}; }`),
      '}',
    ],
    Object.values(ports),
  );
  return { ports, stop };
}

/** Runs it in the foreground, until it listens on all ports. */
async function start(config: readonly string[], ports: readonly number[]): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-nginx-'));
  const [modules, rest] = [config.filter(isModule), config.filter(line => !isModule(line))];
  const process = 'daemon off; master_process off; pid nginx.pid; events {}';
  writeFileSync(join(folder, 'nginx.conf'), [...modules, process, ...rest].join('\n'));
  const child = new Child(nginxProgram, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr']);
  for (const port of ports) await listening(port, child);
  return {
    async stop() {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It wants them before all else. */
const isModule = (line: string): boolean => line.startsWith('load_module');

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
