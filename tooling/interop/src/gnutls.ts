/** `gnutls-serv` and `gnutls-cli` as peers. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { HOST, type Identity } from './certificates.ts';
import { Child } from './child.ts';

export interface GnutlsServer {
  readonly port: number;
  readonly child: Child;
}

/** TLS 1.3 alone, with all that GnuTLS has and does not offer by itself; more comes behind, such as `:-GROUP-ALL:+GROUP-X448`. */
export const PRIORITY = 'NORMAL:-VERS-ALL:+VERS-TLS1.3:+AES-128-CCM-8';

/** TLS 1.2 alone, with nothing else on: suites, groups and schemes are what is said behind it. */
export const PRIORITY12 = 'NONE:+VERS-TLS1.2:+COMP-NULL:+CTYPE-ALL';

/** How a program of GnuTLS is started. */
export interface GnutlsOptions {
  readonly args?: readonly string[];
  /** What to begin with, by default {@link PRIORITY}. */
  readonly base?: string;
  /** What to add to it. */
  readonly priority?: string;
}

/**
 * A server that sends back what it is sent, on a port of the system's choice, one connection after another; it asks for no
 * certificate. Each connection's suite, group and scheme stand on a line `- Description: …`, see {@link description}.
 * @param own what it shows of itself, such as a certificate: by default the identity's
 */
export async function gnutlsServer(
  { files }: Pick<Identity, 'files'>,
  {
    args = [],
    base = PRIORITY,
    priority = '',
    own = ['--x509keyfile', files.key, '--x509certfile', files.certificate],
  }: GnutlsOptions & { readonly own?: readonly string[] } = {},
): Promise<GnutlsServer> {
  const asking = args.some(arg => /^--(require|verify)-client-cert$/.test(arg)) ? [] : ['--disable-client-cert'];
  const child = new Child('gnutls-serv', [
    ...['--echo', '--crlf', '--port', '0', '--priority', `${base}${priority}`],
    ...asking,
    ...own,
    ...args,
  ]);
  await child.saying(/listening on IPv4 .*done/);
  return { port: listeningPort(child), child };
}

/**
 * A client that verifies chain and name unless the arguments say otherwise. What it is given goes to the server, what comes is
 * printed behind a line `- Simple Client Mode:`; when its input ends it says close_notify, waits for the server's and ends.
 */
export function gnutlsClient(
  port: number,
  root: string,
  { args = [], base = PRIORITY, priority = '' }: GnutlsOptions = {},
): Child {
  return new Child('gnutls-cli', [
    ...['--port', String(port), '--sni-hostname', HOST, '--verify-hostname', HOST, '--x509cafile', root],
    ...['--priority', `${base}${priority}`],
    ...args,
    '127.0.0.1',
  ]);
}

/** What was negotiated, in GnuTLS's words: `(TLS1.3-X.509)-(ECDHE-X448)-(EdDSA-Ed448)-(AES-256-GCM)`. */
export async function description(child: Child): Promise<string> {
  return (await child.saying(/^- Description: (\S+)$/m))[1]!;
}

/** What a client printed of what the server sent. */
export function received(child: Child): string {
  const text = child.output.toString('latin1');
  const [mark] = /^- Simple Client Mode:\n\n/m.exec(text) ?? [];
  if (mark === undefined) return '';
  return text.slice(text.indexOf(mark) + mark.length).replace(/- Peer has closed the GnuTLS connection\n$/, '');
}

/** The numbers of the alerts that a client says it received, and a server with `--debug 5`. */
export function gnutlsAlerts(child: Child): number[] {
  const said = /Received alert \[(\d+)\]|Alert\[\d+\|(\d+)\] - .* - was received/g;
  return [...child.text.matchAll(said)].map(([, client, server]) => Number(client ?? server));
}

/** gnutls-serv says the port it was asked for, which is 0; Linux knows the one that it got. */
function listeningPort({ pid }: Child): number {
  const folder = `/proc/${pid}`;
  const sockets = new Set(readdirSync(`${folder}/fd`).map(name => linkOf(`${folder}/fd/${name}`)));
  // Columns: number, local address and port in hexadecimal, remote, state (0A: listening), …, inode tenth.
  for (const line of readFileSync(`${folder}/net/tcp`, 'latin1').split('\n').slice(1)) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === '0A' && sockets.has(`socket:[${inode}]`)) return Number.parseInt(local.split(':')[1]!, 16);
  }
  throw new Error('gnutls-serv does not listen');
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // closed in the meantime
  }
}
