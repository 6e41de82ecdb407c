import { createServer as createHttpServer } from 'node:http';
import { createLog, toPem } from '@tlskit/tls-testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { above, behind, intermediate, leaf, own, roots } from './cert-support.ts';
import { pkcs12 } from './pkcs12.ts';
import { ca, file, run } from './support.ts';

describe('tlskit cert of files of other forms', () => {
  const tlv = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
    const contents = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([tag, 0x82, contents.length >> 8, contents.length & 0xff]), contents]);
  };
  const small = (hex: string): Uint8Array => Buffer.from(hex, 'hex');
  /** SignedData without signatures, its certificates in this order. */
  const bundle = (...certificates: readonly Uint8Array[]): Uint8Array => {
    const data = [small('0201013100300b06092a864886f70d010701'), tlv(0xa0, ...certificates), small('3100')];
    return tlv(0x30, small('06092a864886f70d010702'), tlv(0xa0, tlv(0x30, ...data)));
  };

  it.each([
    ['DER', bundle(above, own)],
    ['PEM', toPem('PKCS7', bundle(above, own))],
  ])('PKCS#7 in %s, in whatever order', async (_, contents) => {
    const { code, json } = await run(['cert', file(contents), ...roots(), '--name', 'localhost', '--json']);
    expect(json.certificates.map(({ subject }: { subject: string }) => subject)).toEqual([
      'CN=localhost',
      'CN=Test intermediate',
    ]);
    expect(code).toBe(0);
  });

  it('PKCS#12, with its passphrase', async () => {
    const path = file(pkcs12);
    const passphrase = ['--passphrase-file', file('secret\nand what follows\n')];
    const { json } = await run(['cert', path, ...passphrase, '--time', '2027-01-01', '--json']);
    expect(json.certificates[0]).toMatchObject({ subject: 'CN=localhost', selfIssued: true });
    expect(json.error.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    const { code, stderr } = await run(['cert', path]);
    expect(stderr).toMatch(/passphrase/);
    expect(code).toBe(2);
  });
});

describe('tlskit cert and revocation', () => {
  const chain = (): string => file(leaf.pem.certificate);
  const revoked = async () => [
    '--crl',
    file((await intermediate.crl({ revoked: [{ certificate: own, reason: 'keyCompromise' }] })).pem),
  ];
  const clean = async () => ['--crl', file((await intermediate.crl()).der), '--crl', file((await ca.crl()).pem)];

  it('refuses what was revoked', async () => {
    const { code, json } = await run(['cert', chain(), ...roots(), ...(await revoked()), '--json']);
    expect(json).toMatchObject({ verified: false, error: { code: 'CERT_REVOKED' } });
    expect(json.error.message).toContain('keyCompromise');
    expect(code).toBe(9);
  });

  it('says who knows that all is well, and of what nobody knows', async () => {
    const args = ['cert', chain(), ...roots()];
    const known = await run([...args, ...(await clean())]);
    expect(behind('revocation', known.stdout.toString())).toEqual([
      expect.stringMatching(/^1: good, says CRL, until \d{4}-/),
      expect.stringMatching(/^2: good, says CRL, until \d{4}-/),
    ]);
    expect(known.code).toBe(0);
    const [option, path] = await clean();
    const half = await run([...args, option as string, path as string, '--json']);
    expect(half.json.revocation).toMatchObject([
      { number: 1, status: 'good', by: 'CRL' },
      { number: 2, status: 'unknown', by: null },
    ]);
    const hard = await run([...args, option as string, path as string, '--hard-fail', '--json']);
    expect(hard.json.error.code).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
    expect((await run(args)).stdout.toString()).not.toContain('revocation');
  });

  it('fetches CRLs when told to, and only then', async () => {
    let asked = 0;
    const list = (await ca.crl({ revoked: [{ serial: Uint8Array.of(7) }] })).der;
    const server = createHttpServer((_, response) => {
      asked++;
      response.end(Buffer.from(list));
    });
    onTestFinished(() => void server.close());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const crlDistributionPoints = [`http://127.0.0.1:${port}/ca.crl`];
    const bad = await ca.issue({ names: ['localhost'], serial: Uint8Array.of(7), crlDistributionPoints });
    const args = ['cert', file(bad.pem.certificate), ...roots(), '--json'];
    expect((await run(args)).code).toBe(0);
    expect(asked).toBe(0);
    expect((await run([...args, '--fetch-crls'])).json.error.code).toBe('CERT_REVOKED');
    expect(asked).toBe(1);
  });
});

describe('tlskit cert and issuers that are missing', () => {
  it('fetches them when told to, and only then', async () => {
    let asked = 0;
    const between = await ca.intermediate({ subject: { CN: 'Fetched' } });
    const server = createHttpServer((request, response) => {
      asked++;
      response.statusCode = request.url === '/ca.cer' ? 200 : 404;
      response.end(Buffer.from(between.certificate));
    });
    onTestFinished(() => void server.close());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const issue = (path: string) =>
      between.issue({
        names: ['localhost'],
        authorityInfoAccess: { caIssuers: `http://127.0.0.1:${port}${path}` },
      });
    const args = async (path: string) => ['cert', file((await issue(path)).certificate), ...roots()];
    expect((await run(await args('/ca.cer'))).code).toBe(6);
    expect(asked).toBe(0);
    const { code, stdout } = await run([...(await args('/ca.cer')), '--aia']);
    expect(behind('path', stdout.toString())).toEqual([
      '1: CN=localhost',
      'CN=Fetched, fetched',
      'CN=Test root, trusted',
    ]);
    expect(code).toBe(0);
    expect(asked).toBe(1);
    const gone = await run([...(await args('/gone')), '--aia', '--json']);
    expect(gone.code).toBe(6);
    expect(gone.json.branches.map(({ message }: { message: string }) => message).join()).toContain('answers 404');
    expect(gone.json.branches[0].certificate).toBe('"CN=localhost"');
  });
});

describe('tlskit cert and policies', () => {
  /** certificatePolicies with these OIDs, whose arcs are small. */
  const policies = (...oids: readonly (readonly number[])[]) => {
    const all = oids.map(arcs => Buffer.from([0x30, arcs.length + 2, 6, arcs.length, ...arcs]));
    const contents = Buffer.concat(all);
    return { oid: '2.5.29.32', value: Buffer.concat([Buffer.from([0x30, contents.length]), contents]) };
  };
  /** 2.23.140.1.2.1: domain validated. */
  const domainValidated = [0x67, 0x81, 0x0c, 1, 2, 1];

  it('shows those that the path is valid under, and asks for those that are named', async () => {
    const authority = await ca.intermediate({ extensions: [policies(domainValidated, [0x2a, 3])] });
    const { pem: own } = await authority.issue({ names: ['localhost'], extensions: [policies(domainValidated)] });
    const args = ['cert', file(own.certificate), ...roots()];
    const { json } = await run([...args, '--policy', '2.23.140.1.2.1', '--json']);
    expect(json).toMatchObject({ verified: true, policies: ['2.23.140.1.2.1'] });
    const { stdout } = await run(args);
    expect(behind('policies', stdout.toString())).toEqual(['domain validated (2.23.140.1.2.1)']);
    const other = await run([...args, '--policy', '1.2.3', '--policy', '1.2.4', '--json']);
    expect(other.json.error.code).toBe('ERR_TLS_CERT_POLICY');
    expect(other.code).toBe(6);
    const { code, stderr } = await run([...args, '--policy', 'DV']);
    expect(stderr).toContain('DV');
    expect(code).toBe(2);
  });
});

describe('tlskit cert and roots by name', () => {
  it('takes several, by name and by file', async () => {
    const env = process.env.SSL_CERT_FILE;
    process.env.SSL_CERT_FILE = file(ca.pem);
    onTestFinished(() => {
      if (env === undefined) delete process.env.SSL_CERT_FILE;
      else process.env.SSL_CERT_FILE = env;
    });
    const { json } = await run(['cert', file(leaf.pem.certificate), '--roots', 'node', '--roots', 'system', '--json']);
    expect(json).toMatchObject({ verified: true, judgedBy: { roots: ['node', 'system'] } });
    expect((await run(['cert', file(leaf.pem.certificate), '--roots', 'node'])).code).toBe(6);
    process.env.SSL_CERT_FILE = '/no/such/file';
    const { code, stderr } = await run(['cert', file(leaf.pem.certificate), '--roots', 'system']);
    expect(stderr).toContain('--roots system: SSL_CERT_FILE');
    expect(code).toBe(2);
  });
});

describe('tlskit cert and responders', () => {
  it('asks them when told to, and only then', async () => {
    let asked = 0;
    const respond = ca.ocspResponder({ statusOf: serial => (serial[0] === 7 ? { revokedAt: new Date(0) } : 'good') });
    const server = createHttpServer(async (request, response) => {
      asked++;
      const body = Buffer.concat(await request.toArray());
      response.end(Buffer.from(await respond(body)));
    });
    onTestFinished(() => void server.close());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const issue = (serial: number) =>
      ca.issue({
        names: ['localhost'],
        serial: Uint8Array.of(serial),
        authorityInfoAccess: { ocsp: `http://127.0.0.1:${port}/` },
      });
    const args = async (serial: number) => ['cert', file((await issue(serial)).pem.certificate), ...roots(), '--json'];
    expect((await run(await args(7))).json.revocation).toEqual([]);
    expect(asked).toBe(0);
    const bad = await run([...(await args(7)), '--ocsp']);
    expect(bad.json.error.code).toBe('CERT_REVOKED');
    expect(bad.code).toBe(9);
    const good = await run([...(await args(8)), '--ocsp', '--hard-fail']);
    expect(good.json.revocation).toMatchObject([{ number: 1, status: 'good', by: 'OCSP' }]);
    expect(asked).toBe(2);
    server.close();
    server.closeAllConnections();
    const gone = await run([...(await args(8)), '--ocsp', '--hard-fail']);
    expect(gone.json.error.code).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
  });
});

describe('tlskit cert and transparency', () => {
  it('judges timestamps by the logs of a list', async () => {
    const logs = await Promise.all([createLog(), createLog()]);
    const operators = logs.map(({ spki, id }, i) => ({
      name: `Operator ${i}`,
      logs: [
        {
          key: Buffer.from(spki).toString('base64'),
          description: `Log ${i}`,
          log_id: Buffer.from(id).toString('base64'),
          mmd: 86_400,
          state: { usable: { timestamp: '2020-01-01T00:00:00Z' } },
        },
      ],
    }));
    const logged = await ca.issue({ names: ['localhost'], scts: logs });
    const list = file(JSON.stringify({ operators }));
    const args = ['cert', file(logged.pem.certificate), ...roots()];
    const { json } = await run([...args, '--logs', list, '--json']);
    expect(json.transparency).toMatchObject({ satisfied: true, scts: [{ status: 'valid' }, { status: 'valid' }] });
    const { stdout } = await run([...args, '--logs', list]);
    expect(behind('transparency', stdout.toString())[0]).toBe('2 timestamps, which are enough');
    const none = await run(['cert', file(leaf.pem.certificate), ...roots(), '--logs', list, '--json']);
    expect(none.json).toMatchObject({ verified: true, transparency: { satisfied: false, scts: [] } });
  });
});

describe('tlskit cert and wildcards', () => {
  it('goes by the Public Suffix List', async () => {
    const { pem } = await ca.issue({ names: ['*.k12.ma.us', '*.github.io'] });
    const verdictFor = async (name: string) =>
      run(['cert', file(pem.certificate), ...roots(), '--name', name, '--json']);
    expect((await verdictFor('example.k12.ma.us')).json).toMatchObject({
      verified: false,
      error: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect((await verdictFor('someone.github.io')).json).toMatchObject({ verified: true });
  });
});
