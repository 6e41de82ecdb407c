/** curl as a client. */
import { HOST } from './certificates.ts';
import { Child } from './child.ts';

/** Starts one request to our server; what it prints is the response's body, and on standard error what curl thinks of it. */
export function curl(port: number, root: string, args: readonly string[] = []): Child {
  return new Child('curl', [
    // No file of the user's, nothing but HTTP/1.1, and TLS 1.3 unless the arguments name versions.
    ...['-q', '--silent', '--show-error', '--verbose', '--http1.1'],
    ...(args.some(arg => arg.startsWith('--tlsv1')) ? [] : ['--tlsv1.3']),
    ...['--max-time', '20', '--cacert', root, '--resolve', `${HOST}:${port}:127.0.0.1`],
    ...args,
    `https://${HOST}:${port}/`,
  ]);
}

/** The head of a request, and where its body begins. */
export function parseRequest(bytes: Buffer): {
  readonly head: string;
  readonly bodyAt: number;
  readonly length: number;
} {
  const at = bytes.indexOf('\r\n\r\n');
  if (at < 0) throw new Error('no end of the request’s head');
  const head = bytes.toString('latin1', 0, at);
  const length = /^content-length: *(\d+)\r?$/im.exec(head)?.[1] ?? '0';
  return { head, bodyAt: at + 4, length: Number(length) };
}
