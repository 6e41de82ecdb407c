/** Go's crypto/tls as a peer: the program in `go/`, which stands on Go's standard library alone, is built when it is needed. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOST, type Identity } from './certificates.ts';
import { Child } from './child.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** Milliseconds for the build, which compiles crypto/tls too the first time: 25 s of processor time. */
export const BUILD_PATIENCE = 240_000;

/** Nothing is fetched, by whatever version of Go, and what was compiled before is kept with the project. */
export const goEnvironment = {
  GOTOOLCHAIN: 'local',
  GOPROXY: 'off',
  GOFLAGS: '',
  CGO_ENABLED: '0',
  GOCACHE: join(folder, 'node_modules/.cache/go-build'),
};

/** Compiles the program. @throws Error with what the compiler said */
export async function buildGoProgram(): Promise<string> {
  const program = join(folder, 'node_modules/.cache/go-peer');
  const build = new Child('go', ['build', '-C', join(folder, 'go'), '-o', program, '.'], goEnvironment);
  const { code } = await build.ended;
  if (code !== 0) throw new Error(`go build: ${build.text}`);
  return program;
}

export interface GoOptions {
  /** Code points, best first by Go's own order; by default those that Go has by itself. */
  readonly groups?: readonly number[];
  readonly alpn?: readonly string[];
}

/** What it says of a connection, numbers being code points. */
export interface GoConnection {
  readonly Version: number;
  readonly Suite: number;
  readonly Group: number;
  readonly Alpn: string;
  readonly ServerName: string;
  readonly Resumed: boolean;
  readonly HelloRetry: boolean;
}

/** A server that sends back what it is sent, until it is stopped. */
export async function goServer(
  program: string,
  { certificate, key }: Pick<Identity, 'certificate' | 'key'>,
  options: GoOptions = {},
): Promise<{ readonly port: number; readonly child: Child }> {
  const child = run(program, { role: 'server', cert: certificate, key, ...options });
  const [, port] = await child.saying(/^LISTENING (\d+)$/m);
  return { port: Number(port), child };
}

/** A client that verifies chain and name: what it is given goes to the server, and what comes is its output. */
export function goClient(
  program: string,
  port: number,
  { root }: Pick<Identity, 'root'>,
  options: GoOptions = {},
): Child {
  return run(program, { role: 'client', port, root, serverName: HOST, ...options });
}

/** Waits for the handshake to be complete. */
export async function goConnected(child: Child): Promise<GoConnection> {
  return JSON.parse((await child.saying(/^CONNECTED (.*)$/m))[1]!);
}

function run(program: string, settings: object): Child {
  return new Child(program, [JSON.stringify(settings)]);
}
