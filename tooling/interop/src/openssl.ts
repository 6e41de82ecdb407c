/** `openssl s_server` and `openssl s_client` as peers. */

import { HOST, type Identity } from './certificates.ts';
import { Child } from './child.ts';

export interface OpensslServer {
  readonly port: number;
  readonly child: Child;
}

/**
 * A server for TLS 1.3 alone unless the arguments name versions, on a port of the system's choice; it serves one connection after another.
 * With `-rev` it answers each line with the line backwards, closes after the line `CLOSE`, and says `CONNECTION CLOSED` when the client's
 * close_notify came; without, what it is told on its standard input goes to the client, and `K` and `k` alone on a line update its keys.
 */
export async function opensslServer(
  { files, issued }: Pick<Identity, 'files' | 'issued'>,
  args: readonly string[] = ['-rev'],
): Promise<OpensslServer> {
  const child = new Child('openssl', [
    's_server',
    ...['-accept', '127.0.0.1:0', ...tls13Unless(args), '-key', files.key],
    ...['-cert', files.certificate, ...(issued.chain.length > 1 ? ['-cert_chain', files.chain] : [])],
    ...args,
  ]);
  const [, port] = await child.saying(/^ACCEPT \S*:(\d+)$/m);
  return { port: Number(port), child };
}

/** A client that verifies chain and name, and sends and prints what passes, raw: no letter on a line is a command to it. */
export function opensslPipe(port: number, root: string, args: readonly string[] = []): Child {
  return opensslClient(port, root, ['-brief', '-ign_eof', '-nocommands', ...args]);
}

/** A client that verifies chain and name, and takes commands: `K` and `k` update its keys, `Q` closes. */
export function opensslClient(port: number, root: string, args: readonly string[] = []): Child {
  return new Child('openssl', [
    's_client',
    ...['-connect', `127.0.0.1:${port}`, ...tls13Unless(args), '-CAfile', root, '-no-CApath', '-no-CAstore'],
    ...['-verify_return_error', '-verify_hostname', HOST, '-servername', HOST],
    ...args,
  ]);
}

/** The numbers of the alerts that a program of OpenSSL's says it received. */
export function alertsSeen(child: Child): number[] {
  return [...child.text.matchAll(/SSL alert number (\d+)/g)].map(([, number]) => Number(number));
}

function tls13Unless(args: readonly string[]): string[] {
  return args.some(arg => /^-(tls1|min_protocol)/.test(arg)) ? [] : ['-tls1_3'];
}
