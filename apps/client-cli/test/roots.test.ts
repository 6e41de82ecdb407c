import { afterEach, describe, expect, it, vi } from 'vitest';
import { ca, file, localhost, run, silent, tlsServer } from './support.ts';

afterEach(() => void vi.unstubAllEnvs());

const around = () => {
  vi.stubEnv('SSL_CERT_DIR', '');
  vi.stubEnv('SSL_CERT_FILE', file(ca.pem));
  vi.stubEnv('NODE_EXTRA_CA_CERTS', '');
};

describe('roots by name', () => {
  it('are those of the system, for a connection and for a certificate', async () => {
    around();
    const port = await tlsServer(silent);
    const { code, stderr } = await run(['connect', `localhost:${port}`, '--cacert', 'system']);
    expect(stderr).toContain('verified: a chain to a trusted root');
    expect(code).toBe(0);
    const cert = await run([
      'cert',
      file(localhost.pem.certificate),
      '--roots',
      'system',
      '--name',
      'localhost',
      '--json',
    ]);
    expect(cert.json).toMatchObject({ judgedBy: { roots: ['system'] } });
    expect(cert.code).toBe(0);
  });

  it('are those that the environment adds, if it adds any', async () => {
    around();
    const args = ['cert', file(localhost.pem.certificate), '--roots', 'extra', '--name', 'localhost'];
    const none = await run(args);
    expect(none.stderr).toContain('--roots extra: NODE_EXTRA_CA_CERTS names none');
    expect(none.code).toBe(2);
    vi.stubEnv('NODE_EXTRA_CA_CERTS', file(ca.pem));
    expect((await run(args)).code).toBe(0);
  });

  it("are Node's, which do not have this one", async () => {
    around();
    const args = ['cert', file(localhost.pem.certificate), '--name', 'localhost'];
    const [said, silently] = [await run([...args, '--roots', 'node']), await run(args)];
    expect(said.stdout.toString()).toContain('UNABLE_TO_');
    expect(said.stdout).toEqual(silently.stdout);
  });

  it.each(['connect', 'cert'])('that cannot be read are a mistake of %s', async command => {
    around();
    vi.stubEnv('SSL_CERT_FILE', '/no/such/file');
    const { code, stderr } = await run([command, 'localhost:1', command === 'cert' ? '--roots' : '--cacert', 'system']);
    expect(stderr).toContain('SSL_CERT_FILE: /no/such/file cannot be taken for roots');
    expect(code).toBe(2);
  });
});
