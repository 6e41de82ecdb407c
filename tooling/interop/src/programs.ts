/** Which peers are on this machine, and in what version. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import tls from 'node:tls';
import { chromiumPath } from './chromium.ts';
import { goEnvironment } from './go.ts';
import { nginxMailModule, nginxProgram } from './nginx.ts';
import { node24 } from './node-24.ts';

export type PeerName =
  | 'openssl'
  | 'node'
  | 'curl'
  | 'gnutls'
  | 'node 24'
  | 'go'
  | 'chromium'
  | 'tshark'
  | 'nginx'
  | 'nginx mail';

export type Presence =
  | { readonly here: true; readonly version: string }
  /** Why it cannot be tested against. */
  | { readonly here: false; readonly reason: string };

const found = new Map<PeerName, Presence>();

/** Looks once. */
export function findPeer(name: PeerName): Presence {
  let presence = found.get(name);
  if (presence === undefined) {
    presence = judge(name, versions[name]());
    found.set(name, presence);
  }
  return presence;
}

const versions: Readonly<Record<PeerName, () => string | undefined>> = {
  nginx: nginxVersion,
  'nginx mail': () => (existsSync(nginxMailModule) ? nginxVersion() : undefined),
  openssl: () => firstLine('openssl', ['version']),
  node: () =>
    `Node.js ${process.versions.node} with OpenSSL ${process.versions.openssl} and ${tls.DEFAULT_MAX_VERSION}`,
  'node 24': () => {
    const program = node24();
    if (program === undefined) return undefined;
    const { node, openssl } = JSON.parse(firstLine(program, ['-p', 'JSON.stringify(process.versions)']) ?? '{}');
    return `Node.js ${node} with OpenSSL ${openssl}`;
  },
  chromium: () => chromiumPath() && firstLine(chromiumPath()!, ['--version']),
  go: () => firstLine('go', ['version'], goEnvironment),
  curl: () => firstLine('curl', ['--version']),
  tshark: () => firstLine('tshark', ['--version']),
  // On which port gnutls-serv listens is told by /proc alone.
  gnutls: () => (process.platform === 'linux' ? firstLine('gnutls-cli', ['--version']) : undefined),
};

/** What must be in the version that a peer says of itself; curl's options for TLS 1.3 are those of curl over OpenSSL. */
const wanted: Readonly<Record<PeerName, readonly [RegExp, string]>> = {
  openssl: [/^OpenSSL ([3-9]|\d\d)\./, 'OpenSSL 3'],
  node: [/TLSv1\.3/, 'TLS 1.3'],
  'node 24': [/^Node\.js (2[4-9]|[3-9]\d)\.\S+ with OpenSSL (3\.([5-9]|\d\d)|[4-9])\./, 'Node 24 with OpenSSL 3.5'],
  // X25519MLKEM768 is there from 1.24 on, the other hybrids and word of a HelloRetryRequest from 1.26 on.
  go: [/^go version go(1\.(2[6-9]|[3-9]\d)|[2-9])\b/, 'Go 1.26'],
  chromium: [/^(Chromium|Google Chrome) (13[1-9]|1[4-9]\d|[2-9]\d\d)\./, 'Chromium 131'],
  gnutls: [/^gnutls-cli ([4-9]|3\.([7-9]|\d\d))\./, 'GnuTLS 3.7'],
  // Secrets in captures are read from 3.0 on.
  tshark: [/^TShark \(Wireshark\) ([3-9]|\d\d)\./, 'TShark 3'],
  nginx: [/^nginx version: nginx\/(1\.(2\d|[3-9]\d)|[2-9])/, 'nginx 1.20'],
  'nginx mail': [/^nginx version: nginx\/(1\.(2\d|[3-9]\d)|[2-9])/, 'nginx 1.20 with its mail module'],
  curl: [/\b(OpenSSL|quictls)\/([3-9]\.|\d\d\.|1\.1\.1)/, 'curl over OpenSSL with TLS 1.3'],
};

/** Whether a peer that says this of itself will do. */
export function judge(name: PeerName, version: string | undefined): Presence {
  if (version === undefined) return { here: false, reason: `there is no ${name}` };
  const [pattern, what] = wanted[name];
  return pattern.test(version) ? { here: true, version } : { here: false, reason: `${what} is wanted, not ${version}` };
}

/** What a program that is there says on standard output. @throws Error when it fails */
export function outputOf(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function firstLine(command: string, args: readonly string[], env: Record<string, string> = {}): string | undefined {
  const options = { encoding: 'utf8', timeout: 60_000, env: { ...process.env, ...env } } as const;
  const { status, stdout } = spawnSync(command, args, options);
  return status === 0 ? (stdout.split('\n')[0] ?? '').trim() : undefined;
}

/** It says so on standard error. */
function nginxVersion(): string | undefined {
  return spawnSync(nginxProgram, ['-v'], { encoding: 'utf8', timeout: 60_000 }).stderr?.trim() || undefined;
}
