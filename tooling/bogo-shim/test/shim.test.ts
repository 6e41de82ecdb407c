/** The shim as a process, with Node's own TLS in the runner's place. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, TLSSocket } from 'node:tls';
import { createCA } from '@tlskit/tls-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleShim } from '../src/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'tlskit-bogo-test-'));
const shim = join(folder, 'shim.mjs');
const reasons = join(folder, 'reasons');
const ca = await createCA();
const { pem } = await ca.issue('localhost');
const stranger = await createCA();

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const files = {
  root: write('root.pem', ca.pem),
  otherRoot: write('other-root.pem', stranger.pem),
  certificate: write('certificate.pem', pem.certificate),
  key: write('key.pem', pem.key),
};

beforeAll(() => bundleShim(shim));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the shim; `accept` gets the connection behind the eight bytes that tell whose it is. */
async function run(flags: readonly string[], accept?: (socket: Socket) => void): Promise<Result> {
  const ids: bigint[] = [];
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('readable', () => {
      ids.push((socket.read(8) as Buffer).readBigUInt64LE());
      accept?.(socket);
    });
  });
  const port = await listen(server);
  const argv = ['-port', `${port}`, '-shim-id', '81985529216486895', ...flags];
  const result = await new Promise<Result>(resolve => {
    const env = { ...process.env, TLSKIT_BOGO_REASONS: reasons };
    execFile(process.execPath, [shim, ...argv], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
  server.close();
  if (accept !== undefined) expect(ids).toEqual([0x0123_4567_89ab_cdefn]);
  return result;
}

function listen(server: Server): Promise<number> {
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** A runner that is a server: writes, and closes when as much has come back. */
function serving(received: Buffer[], options: object = {}): (socket: Socket) => void {
  return socket => {
    const peer = new TLSSocket(socket, { isServer: true, key: pem.key, cert: pem.certificate, ...options });
    peer.on('error', () => {});
    talk(peer, received);
  };
}

/** A runner that is a client. */
function asking(received: Buffer[], options: object = {}): (socket: Socket) => void {
  return socket => {
    const peer = connect({ socket, ca: ca.pem, servername: 'localhost', ...options });
    peer.on('error', () => {});
    peer.on('secureConnect', () => talk(peer, received));
  };
}

function talk(peer: TLSSocket, received: Buffer[]): void {
  peer.write(Buffer.from([0, 1, 2, 3]));
  peer.on('data', data => {
    received.push(data);
    if (Buffer.concat(received).length >= 4) peer.end();
  });
}

describe('the shim', () => {
  it('has nobody to hand handshakes over to', async () => {
    expect(await run(['-is-handshaker-supported'])).toEqual({ code: 0, stdout: 'No\n', stderr: '' });
  });

  it('says what it leaves out by exit code 89, and why in a file for whoever wants to know', async () => {
    const { code, stderr } = await run(['-dtls']);
    expect(code).toBe(89);
    expect(stderr).toContain('-dtls');
    expect(readFileSync(reasons, 'utf8')).toContain('-dtls: DTLS');
  });

  it.each([[[]], [['-async']]])('as a client gives back what it reads, inverted %s', async flags => {
    const received: Buffer[] = [];
    const result = await run(['-trust-cert', files.root, '-host-name', 'localhost', ...flags], serving(received));
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
    expect([...Buffer.concat(received)]).toEqual([255, 254, 253, 252]);
  });

  it.each([[[]], [['-async']]])('as a server gives back what it reads, inverted %s', async flags => {
    const received: Buffer[] = [];
    const server = ['-server', '-cert-file', files.certificate, '-key-file', files.key];
    const result = await run([...server, '-expect-server-name', 'localhost', ...flags], asking(received));
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
    expect([...Buffer.concat(received)]).toEqual([255, 254, 253, 252]);
  });

  it('fails with the code of the error on standard error', async () => {
    const { code, stderr } = await run(['-trust-cert', files.otherRoot], serving([]));
    expect(code).toBe(1);
    expect(stderr).toContain('[UNABLE_TO_VERIFY_LEAF_SIGNATURE] sent unknown_ca');
  });

  it.each([
    ['-expect-curve-id', '24'],
    ['-expect-cipher', '4867'],
    ['-expect-hrr'],
    ['-expect-alpn', 'h2'],
    ['-expect-no-session'],
    ['-handshake-never-done'],
    ['-expect-msg-callback', 'write hs 1\n'],
  ])('fails when a flag expects something else: %s %s', async (...flags) => {
    const { code, stderr } = await run(['-trust-cert', files.root, ...flags.filter(Boolean)], serving([]));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^shim: /);
  });

  it('speaks TLS 1.2 where the peer has nothing better, and fails where the flags rule that out', async () => {
    const old = { maxVersion: 'TLSv1.2' } as const;
    const server = ['-server', '-cert-file', files.certificate, '-key-file', files.key];
    const received: Buffer[] = [];
    const flags = ['-expect-version', '771', '-expect-extended-master-secret', '-expect-secure-renegotiation'];
    expect(await run([...server, ...flags], asking(received, old))).toEqual({ code: 0, stdout: '', stderr: '' });
    expect([...Buffer.concat(received)]).toEqual([255, 254, 253, 252]);
    const ruledOut = await run([...server, '-min-version', '772'], asking([], old));
    expect(ruledOut.code).toBe(1);
    expect(ruledOut.stderr).toContain('[ERR_TLS_PROTOCOL_VERSION] sent protocol_version');
  });

  it('leaves out what is below TLS 1.2', async () => {
    const { code, stderr } = await run(['-max-version', '770']);
    expect(code).toBe(89);
    expect(stderr).toContain('TLS 1.1 and below are never spoken');
  });
});
