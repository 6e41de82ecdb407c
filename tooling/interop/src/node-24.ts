/** Node 24 as a peer, in a process of its own: its OpenSSL has ML-KEM and ML-DSA, which the Node that runs the tests may lack. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { HOST, type Identity } from './certificates.ts';
import { Child } from './child.ts';

/** The program, from the package that carries it for this platform; undefined where there is none. */
export function node24(): string | undefined {
  const require = createRequire(new URL('../../node-24/package.json', import.meta.url));
  try {
    return join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin/node');
  } catch {
    return undefined;
  }
}

/** What it says of a connection. */
export interface Node24Connection {
  readonly protocol: string;
  readonly suite: string;
  readonly alpn: string | false;
  readonly authorized: boolean;
  readonly resumed: boolean;
}

/** A server that sends back what it is sent, until it is stopped. */
export async function node24Server(
  { certificate, key }: Pick<Identity, 'certificate' | 'key'>,
  options: tls.TlsOptions = {},
): Promise<{ readonly port: number; readonly child: Child }> {
  const child = run({ role: 'server', cert: certificate, key, ...options });
  const [, port] = await child.saying(/^LISTENING (\d+)$/m);
  return { port: Number(port), child };
}

/** A client that verifies chain and name: what it is given goes to the server, and what comes is its output. */
export function node24Client(
  port: number,
  { root }: Pick<Identity, 'root'>,
  options: tls.ConnectionOptions = {},
): Child {
  return run({ role: 'client', port, servername: HOST, ca: root, ...options });
}

/** Waits for the handshake to be complete. */
export async function node24Connected(child: Child): Promise<Node24Connection> {
  return JSON.parse((await child.saying(/^CONNECTED (.*)$/m))[1]!);
}

function run(options: object): Child {
  const program = fileURLToPath(new URL('./node-24-program.ts', import.meta.url));
  return new Child(node24()!, ['--no-warnings', program, JSON.stringify(options)]);
}
