/** Bad certificates, as our own client and openssl see them. */
import { describe, expect, it } from 'vitest';
import { Child } from '../../../tooling/interop/src/child.ts';
import { curl } from '../../../tooling/interop/src/curl.ts';
import { forPeer, stopAfterTest } from '../../../tooling/interop/test/support.ts';
import { badCertificateNames, badCertificates } from '../src/bad/certificates.ts';
import { type Running, serve } from './support.ts';

/** What our client says of each. */
const codes: Partial<Record<(typeof badCertificateNames)[number], string>> = {
  expired: 'CERT_HAS_EXPIRED',
  'not-yet-valid': 'CERT_NOT_YET_VALID',
  'wrong-host': 'ERR_TLS_CERT_ALTNAME_INVALID',
  'self-signed': 'DEPTH_ZERO_SELF_SIGNED_CERT',
  'untrusted-root': 'SELF_SIGNED_CERT_IN_CHAIN',
  'incomplete-chain': 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  revoked: 'CERT_REVOKED',
  'no-san': 'ERR_TLS_CERT_REFUSED',
  'wrong-eku': 'INVALID_PURPOSE',
  'client-eku': 'INVALID_PURPOSE',
  'path-length': 'PATH_LENGTH_EXCEEDED',
};

describe('--bad', () => {
  it('has each by its name, and a right client refuses it by the alert that is told', async () => {
    const server = await serve(['--bad', '--www']);
    const wrong: string[] = [];
    for (const name of badCertificateNames) {
      const { alerts } = badCertificates[name];
      const { opened } = server.client({ servername: `${name}.localhost` });
      if (alerts.length === 0) {
        expect((await opened).verified, name).toBe(true);
        continue;
      }
      const error = await opened.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error, name).toMatchObject({ sentBy: 'us', alert: expect.any(String) });
      const { alert, code } = error as { alert: string; code: string };
      expect(alerts as readonly string[], name).toContain(alert);
      if (codes[name] !== undefined && code !== codes[name]) wrong.push(`${name}: ${code}`);
      await server.stderr.match(new RegExp(`the peer sent the alert ${alert}`));
    }
    expect(wrong).toEqual([]);
    expect((await server.client({ servername: 'fine.localhost', verifyName: 'localhost' }).opened).verified).toBe(true);
    expect((await server.client().opened).verified).toBe(true);
  });

  it('has nothing wrong beside: who passes over the fault is connected', async () => {
    const server = await serve(['--bad']);
    const trust = { insecure: 'accept any certificate' } as const;
    for (const name of badCertificateNames) {
      expect((await server.client({ servername: `${name}.localhost`, trust }).opened).serverName).toBe(
        `${name}.localhost`,
      );
    }
  });
});

describe('--bad-cert', () => {
  it('is for everybody', async () => {
    const server = await serve(['--bad-cert', 'expired']);
    await expect(server.client().opened).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
    await expect(server.client({ servername: false, verifyName: '127.0.0.1' }).opened).rejects.toMatchObject({
      code: 'CERT_HAS_EXPIRED',
    });
  });
});

forPeer('openssl', 'bad certificates, openssl', () => {
  const stopping = stopAfterTest();

  it('verifies as openssl does, of what both look at', async () => {
    const server = await serve(['--bad', '--www']);
    const verdicts: Record<string, string> = {};
    for (const name of badCertificateNames) {
      const args = [
        '-connect',
        `127.0.0.1:${server.port}`,
        '-servername',
        `${name}.localhost`,
        '-verify_hostname',
        `${name}.localhost`,
      ];
      const child = stopping(
        new Child('openssl', ['s_client', ...args, '-CAfile', server.ca, '-no-CApath', '-no-CAstore', '-x509_strict']),
      );
      const [, verdict = ''] = await child.saying(/Verify return code: \d+ \((.*)\)/);
      verdicts[name] = verdict;
      child.end();
    }
    expect(verdicts).toMatchObject({
      expired: 'certificate has expired',
      'not-yet-valid': 'certificate is not yet valid',
      'wrong-host': 'hostname mismatch',
      'self-signed': expect.stringMatching(/self.signed certificate/),
      'untrusted-root': expect.stringMatching(/self.signed certificate in certificate chain/),
      'incomplete-chain': 'unable to verify the first certificate',
      'reversed-chain': 'ok',
      '1000-sans': 'ok',
      'path-length': 'path length constraint exceeded',
      'name-constraint': 'permitted subtree violation',
    });
  });
});

forPeer('curl', 'bad certificates, curl', () => {
  const stopping = stopAfterTest();
  const exit = async (server: Running, args: readonly string[] = []) =>
    (await stopping(curl(server.port, server.ca, args)).exit()).code;

  it('are refused', async () => {
    expect(await exit(await serve(['--www', '--bad-cert', 'expired']))).toBe(60);
    expect(await exit(await serve(['--www', '--bad-cert', 'wrong-host']))).toBe(60);
    expect(await exit(await serve(['--www', '--bad-cert', 'revoked']), ['--cert-status'])).toBe(91);
    expect(await exit(await serve(['--www', '--bad-cert', '1000-sans']))).toBe(0);
  });
});
