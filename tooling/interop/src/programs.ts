/** Which peers are on this machine, and in what version. */
import { spawnSync } from 'node:child_process';
import tls from 'node:tls';

export type PeerName = 'openssl' | 'node' | 'curl';

export type Presence =
  | { readonly here: true; readonly version: string }
  /** Why it cannot be tested against. */
  | { readonly here: false; readonly reason: string };

const found = new Map<PeerName, Presence>();

/** Looks once. */
export function findPeer(name: PeerName): Presence {
  let presence = found.get(name);
  if (presence === undefined) {
    presence = probes[name]();
    found.set(name, presence);
  }
  return presence;
}

const probes: Readonly<Record<PeerName, () => Presence>> = {
  openssl: () => {
    const version = versionOf('openssl', ['version']);
    if (version === undefined) return { here: false, reason: 'there is no openssl' };
    return /^OpenSSL ([3-9]|\d\d)\./.test(version)
      ? { here: true, version }
      : { here: false, reason: `OpenSSL 3 is wanted, this is ${version}` };
  },
  node: () =>
    tls.DEFAULT_MAX_VERSION === 'TLSv1.3'
      ? { here: true, version: `Node.js ${process.versions.node} with OpenSSL ${process.versions.openssl}` }
      : { here: false, reason: `this Node.js speaks ${tls.DEFAULT_MAX_VERSION} at most` },
  curl: () => {
    const version = versionOf('curl', ['--version']);
    if (version === undefined) return { here: false, reason: 'there is no curl' };
    // The options for suites and groups of TLS 1.3 are those of curl over OpenSSL.
    return /\b(OpenSSL|quictls)\/([3-9]|1\.1\.1)/.test(version)
      ? { here: true, version: version.split(' ').slice(0, 5).join(' ') }
      : { here: false, reason: `curl over OpenSSL with TLS 1.3 is wanted, this is ${version}` };
  },
};

/** The first line that it says of itself. */
function versionOf(command: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? (stdout.split('\n')[0] ?? '').trim() : undefined;
}
