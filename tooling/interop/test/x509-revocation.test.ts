/** CRLs of `openssl ca -gencrl` and responses of `openssl ocsp`, judged by us and by openssl; and ours, judged by it. And PKCS#12. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TlsErrorCode } from '@tlskit/tls-alerts';
import { withExtras } from '@tlskit/tls-crypto';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { createCA, toPem } from '@tlskit/tls-testing';
import {
  createCertificateVerifier,
  loadCertificates,
  type RevocationChecker,
  type RevocationReport,
} from '@tlskit/tls-x509';
import { crls, loadCrls } from '@tlskit/tls-x509/crl';
import { loadPkcs12 } from '@tlskit/tls-x509/encrypted';
import { type OcspOptions, ocsp } from '@tlskit/tls-x509/ocsp';
import { TlsError } from 'tlskit/node';
import { afterAll, expect, it } from 'vitest';
import { Child } from '../src/child.ts';
import { file } from '../src/files.ts';
import {
  OpensslAuthority,
  type OpensslIssued,
  type OpensslOptions,
  opensslVerify,
  removeAuthorities,
} from '../src/openssl-ca.ts';
import { outputOf } from '../src/programs.ts';
import { forPeer, node, stopAfterTest } from './support.ts';

afterAll(removeAuthorities);

const stopping = stopAfterTest();
const provider = withExtras(node, ...allExtras);

/** The verdict on a chain where whoever is not known to be good is refused: what is known, or the code of the error. */
async function ours(
  chain: readonly Uint8Array[],
  root: string | Uint8Array,
  by: readonly RevocationChecker[],
  scope: 'leaf' | 'path' = 'leaf',
  staple?: Uint8Array,
): Promise<readonly RevocationReport[] | TlsErrorCode> {
  const revocation = { by, scope, unknown: 'refuse' } as const;
  const verifier = createCertificateVerifier({ provider, trust: { roots: root }, revocation });
  try {
    return (await verifier.verify({ role: 'server', chain, name: 'localhost', ocsp: staple })).revocation;
  } catch (error) {
    if (error instanceof TlsError) return error.code;
    throw error;
  }
}

const pemOf = (path: string): string => readFileSync(path, 'utf8');
const chainOf = (leaf: OpensslIssued, above = ''): readonly Uint8Array[] =>
  loadCertificates(pemOf(leaf.certificate) + above);
const joined = (...files: readonly string[]): string => file(files.map(pemOf).join(''));

/** The CRL with one bit of its signature turned. */
function broken(list: string): string {
  const [der] = loadCrls(pemOf(list)).map(each => Uint8Array.from(each)) as [Uint8Array];
  der[der.length - 1] = (der.at(-1) as number) ^ 1;
  return file(toPem('X509 CRL', der));
}

forPeer('openssl', 'CRLs of openssl ca', () => {
  /** A root, one leaf of it, and another that stays good. */
  const make = (options: OpensslOptions = {}) => {
    const root = OpensslAuthority.root(options);
    return { root, leaf: root.issue(), other: root.issue() };
  };

  type Made = ReturnType<typeof make>;
  type Case = [
    title: string,
    lists: (made: Made) => readonly string[],
    theirs: 'good' | number,
    ours: 'good' | TlsErrorCode,
    args?: readonly string[],
  ];

  const revoked =
    (...args: readonly string[]) =>
    ({ root, leaf, other }: Made): readonly string[] => {
      root.revoke(other);
      root.revoke(leaf, ...args);
      return [root.crl()];
    };

  /** Where deltas are to be found: openssl uses none that nobody names. */
  const freshest = { freshestCRL: 'URI:http://crl.example/delta.crl' };

  const section = (lines: string): string => `[point]\n${lines}\n`;

  it.each<Case>([
    ['nobody revoked', ({ root }) => [root.crl()], 'good', 'good'],
    [
      'somebody else revoked',
      ({ root, other }) => {
        root.revoke(other);
        return [root.crl()];
      },
      'good',
      'good',
    ],
    ['revoked', revoked(), 23, 'CERT_REVOKED'],
    ['revoked, with a reason', revoked('-crl_reason', 'keyCompromise'), 23, 'CERT_REVOKED'],
    ['revoked, with the time of a compromise', revoked('-crl_compromise', '20250101000000Z'), 23, 'CERT_REVOKED'],
    ['on hold', revoked('-crl_hold', 'holdInstructionCallIssuer'), 23, 'CERT_REVOKED'],
    [
      'out of date',
      ({ root }) => [root.crl(['-crl_lastupdate', '20200101000000Z', '-crl_nextupdate', '20200201000000Z'])],
      12,
      'ERR_TLS_CERT_STATUS_UNKNOWN',
    ],
    [
      'of the future',
      ({ root }) => [root.crl(['-crl_lastupdate', '20900101000000Z', '-crl_nextupdate', '20910101000000Z'])],
      11,
      'ERR_TLS_CERT_STATUS_UNKNOWN',
    ],
    [
      'of somebody else',
      () => [OpensslAuthority.root({ subject: '/CN=Stranger' }).crl()],
      3,
      'ERR_TLS_CERT_STATUS_UNKNOWN',
    ],
    ['of a namesake', () => [OpensslAuthority.root().crl()], 3, 'ERR_TLS_CERT_STATUS_UNKNOWN'],
    ['with a bad signature', ({ root }) => [broken(root.crl())], 8, 'ERR_TLS_CERT_STATUS_UNKNOWN'],
    [
      'with an unknown critical extension',
      ({ root }) => [root.crl([], { '1.2.3.4': 'critical,ASN1:NULL' })],
      36,
      'ERR_TLS_CERT_STATUS_UNKNOWN',
    ],
    [
      'about authorities alone',
      ({ root }) => [root.crl([], { issuingDistributionPoint: 'critical,@point' }, section('onlyCA = TRUE'))],
      44,
      'ERR_TLS_CERT_STATUS_UNKNOWN',
    ],
    [
      'about users alone',
      ({ root }) => [root.crl([], { issuingDistributionPoint: 'critical,@point' }, section('onlyuser = TRUE'))],
      'good',
      'good',
    ],
    [
      'about another distribution point',
      ({ root }) => [
        root.crl(
          [],
          { issuingDistributionPoint: 'critical,@point' },
          section('fullname = URI:http://other.example/x.crl'),
        ),
      ],
      44,
      'ERR_TLS_CERT_STATUS_UNKNOWN',
    ],
    [
      'a delta that revokes',
      ({ root, leaf }) => {
        const complete = root.crl([], freshest);
        root.revoke(leaf);
        return [complete, root.crl([], { '2.5.29.27': 'critical,ASN1:INTEGER:1' })];
      },
      23,
      'CERT_REVOKED',
      ['-extended_crl', '-use_deltas'],
    ],
    [
      'a delta that says nothing new',
      ({ root, other }) => {
        const complete = root.crl([], freshest);
        root.revoke(other);
        return [complete, root.crl([], { '2.5.29.27': 'critical,ASN1:INTEGER:1' })];
      },
      'good',
      'good',
      ['-extended_crl', '-use_deltas'],
    ],
  ])('%s', async (_title, lists, error, code, args = []) => {
    const made = make({ extensions: {} });
    const { root, leaf } = made;
    const files = lists(made);
    const verdict = opensslVerify(leaf.certificate, root.certificate, '', [
      '-crl_check',
      '-CRLfile',
      joined(...files),
      ...args,
    ]);
    if (error === 'good') expect(verdict.text).toMatch(/: OK$/m);
    else expect(verdict.errors[0], verdict.text).toBe(error);
    const found = await ours(chainOf(leaf), pemOf(root.certificate), [crls({ crls: files.map(pemOf) })]);
    if (code === 'good') expect(found).toMatchObject([{ status: 'good', by: 'CRL' }]);
    else expect(found).toBe(code);
  });

  it.each(['rsa-2048', 'rsa-pss', 'P-384', 'P-521', 'Ed25519', 'Ed448'] as const)('signed by %s', async kind => {
    const { root, leaf, other } = make({ kind });
    root.revoke(other);
    const list = root.crl();
    expect(opensslVerify(leaf.certificate, root.certificate, '', ['-crl_check', '-CRLfile', list]).good).toBe(true);
    const by = [crls({ crls: pemOf(list) })];
    expect(await ours(chainOf(leaf), pemOf(root.certificate), by)).toMatchObject([{ status: 'good' }]);
    expect(await ours(chainOf(other), pemOf(root.certificate), by)).toBe('CERT_REVOKED');
  });

  it('of a whole path: the intermediate is revoked', async () => {
    const root = OpensslAuthority.root();
    const between = root.intermediate();
    const leaf = between.issue();
    const chain = chainOf(leaf, between.above);
    const before = [root.crl(), between.crl()];
    root.revoke(between, '-crl_reason', 'CACompromise');
    const after = [root.crl(), between.crl()];
    const theirs = (files: readonly string[]) =>
      opensslVerify(leaf.certificate, root.certificate, between.above, [
        '-crl_check_all',
        '-CRLfile',
        joined(...files),
      ]);
    const us = (files: readonly string[]) =>
      ours(chain, pemOf(root.certificate), [crls({ crls: files.map(pemOf) })], 'path');
    expect(theirs(before).good).toBe(true);
    expect(await us(before)).toMatchObject([{ status: 'good' }, { status: 'good' }]);
    expect(theirs(after).errors).toEqual([23]);
    expect(await us(after)).toBe('CERT_REVOKED');
  });
});

forPeer('openssl', 'CRLs that tls-testing makes', () => {
  it.each(['ecdsa-p256', 'rsa-2048', 'rsa-pss', 'ed25519'] as const)('are taken by openssl: %s', async key => {
    const root = await createCA({ key });
    const [good, bad] = [await root.issue('localhost'), await root.issue('localhost')];
    const list = await root.crl({ revoked: [{ certificate: bad.certificate, reason: 'keyCompromise' }] });
    const [crl, trusted] = [file(list.pem), file(root.pem)];
    const said = spawnSync('openssl', ['crl', '-in', crl, '-noout', '-text', '-CAfile', trusted], { encoding: 'utf8' });
    expect(said.stderr).toContain('verify OK');
    expect(said.stdout).toContain('Key Compromise');
    const check = ['-crl_check', '-CRLfile', crl];
    expect(opensslVerify(file(good.pem.certificate), trusted, '', check).text).toMatch(/: OK$/m);
    expect(opensslVerify(file(bad.pem.certificate), trusted, '', check).errors).toEqual([23]);
  });

  it('deltas too', async () => {
    const root = await createCA();
    const leaf = await root.issue('localhost');
    const complete = await root.crl({ number: 1, freshestCrl: ['http://crl.example/delta.crl'] });
    const delta = await root.crl({ number: 2, deltaBase: 1, revoked: [{ certificate: leaf.certificate }] });
    const args = ['-crl_check', '-CRLfile', file(complete.pem + delta.pem)];
    const verify = (more: readonly string[]) =>
      opensslVerify(file(leaf.pem.certificate), file(root.pem), '', [...args, ...more]);
    expect(verify([]).text).toMatch(/: OK$/m);
    expect(verify(['-extended_crl', '-use_deltas']).errors).toEqual([23]);
  });
});

/** `openssl ocsp` as a responder, by HTTP, which signs as this one. */
async function responder(
  authority: OpensslAuthority,
  signer: OpensslIssued,
  args: readonly string[] = [],
): Promise<string> {
  const child = stopping(
    new Child('openssl', [
      ...['ocsp', '-port', '0', '-index', authority.index, '-CA', authority.certificate],
      ...['-rsigner', signer.certificate, '-rkey', signer.key, '-ndays', '1', ...args],
    ]),
  );
  const [, port] = await child.saying(/^ACCEPT \S*:(\d+)/m);
  return `http://127.0.0.1:${port}/`;
}

/** Asks that responder, whatever certificates say. */
function asking(url: string, options: Partial<OcspOptions> = {}): RevocationChecker {
  return ocsp({
    provider,
    fetch: async ({ body }) => {
      const headers = { 'content-type': 'application/ocsp-request' };
      const response = await fetch(url, { method: 'POST', headers, body: Uint8Array.from(body) });
      return new Uint8Array(await response.arrayBuffer());
    },
    ...options,
  });
}

forPeer('openssl', 'openssl ocsp as a responder', () => {
  /** An authority that names a responder in what it issues. */
  const make = (kind: OpensslOptions['kind'] = 'P-256') => {
    const root = OpensslAuthority.root({ kind });
    const issue = () => root.issue({ extensions: { authorityInfoAccess: 'OCSP;URI:http://127.0.0.1/' } });
    return { root, leaf: issue(), other: issue(), trusted: pemOf(root.certificate) };
  };

  it.each(['P-256', 'rsa-2048', 'Ed25519'] as const)('knows who is good and who is revoked: %s', async kind => {
    const { root, leaf, other, trusted } = make(kind);
    root.revoke(other, '-crl_reason', 'superseded');
    const by = [asking(await responder(root, root), { nonce: 'require' })];
    expect(await ours(chainOf(leaf), trusted, by)).toMatchObject([{ status: 'good', by: 'OCSP' }]);
    expect(await ours(chainOf(other), trusted, by)).toBe('CERT_REVOKED');
  });

  it('does not know what it did not issue', async () => {
    const { root, leaf, trusted } = make();
    const stranger = OpensslAuthority.root();
    const empty = await responder(stranger, stranger);
    expect(await ours(chainOf(leaf), trusted, [asking(empty)])).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
    const elsewhere = root.issue({ key: leaf.key, extensions: { authorityInfoAccess: 'OCSP;URI:http://127.0.0.1/' } });
    const { root: namesake } = make();
    const books = await responder(namesake, root);
    expect(await ours(chainOf(elsewhere), trusted, [asking(books)])).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
  });

  it('may be another, whom the authority delegated to, and nobody else', async () => {
    const { root, leaf, trusted } = make();
    const delegate = (extendedKeyUsage: string) =>
      root.issue({
        subject: '/CN=responder',
        extensions: { extendedKeyUsage, noCheck: 'ignored', subjectAltName: undefined },
      });
    const named = await responder(root, delegate('OCSPSigning'));
    expect(await ours(chainOf(leaf), trusted, [asking(named)])).toMatchObject([{ status: 'good', by: 'OCSP' }]);
    const server = await responder(root, delegate('serverAuth'));
    expect(await ours(chainOf(leaf), trusted, [asking(server)])).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
    const stranger = await responder(root, OpensslAuthority.root({ subject: '/CN=Stranger' }));
    expect(await ours(chainOf(leaf), trusted, [asking(stranger)])).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
  });

  it('is named by its key, and its answer is bounded in time', async () => {
    const { root, leaf, trusted } = make();
    const url = await responder(root, root, ['-resp_key_id']);
    const before = Date.now();
    const found = await ours(chainOf(leaf), trusted, [asking(url)]);
    expect(found).toMatchObject([{ status: 'good' }]);
    const [{ until = 0 } = {}] = found as readonly RevocationReport[];
    expect(until - before).toBeGreaterThan(23 * 3_600_000);
    // Clocks may differ by five minutes.
    expect(until - before).toBeLessThanOrEqual(24 * 3_600_000 + 300_000 + 60_000);
  });
});

forPeer('openssl', 'OCSP responses that tls-testing makes', () => {
  it.each(['ecdsa-p256', 'rsa-2048', 'ed25519'] as const)('are taken by openssl ocsp: %s', async key => {
    const root = await createCA({ key });
    const [good, bad] = [await root.issue('localhost'), await root.issue('localhost')];
    const say = async (certificate: Uint8Array, status: 'good' | { revokedAt: Date; reason: number }) => {
      const response = file(await root.ocsp({ responses: [{ certificate, status }] }));
      const trusted = file(root.pem);
      const about = ['-issuer', trusted, '-cert', file(toPem('CERTIFICATE', certificate)), '-no_nonce'];
      const args = ['ocsp', '-respin', response, '-CAfile', trusted, '-no-CApath', '-no-CAstore', ...about];
      const { stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
      return `${stdout}${stderr}`;
    };
    const fine = await say(good.certificate, 'good');
    expect(fine).toContain('Response verify OK');
    expect(fine).toMatch(/: good$/m);
    const gone = await say(bad.certificate, { revokedAt: new Date('2025-01-01'), reason: 1 });
    expect(gone).toContain('Response verify OK');
    expect(gone).toMatch(/: revoked$/m);
    expect(gone).toContain('Reason: keyCompromise');
  });

  it('and delegated ones', async () => {
    const root = await createCA();
    const signer = await root.issue({
      subject: 'responder',
      names: null,
      extendedKeyUsage: ['OCSPSigning'],
      ocspNoCheck: true,
    });
    const { certificate } = await root.issue('localhost');
    const response = file(await root.ocsp({ responses: [{ certificate }], signer }));
    const trusted = file(root.pem);
    const about = ['-issuer', trusted, '-cert', file(toPem('CERTIFICATE', certificate)), '-no_nonce'];
    const text = spawnSync('openssl', ['ocsp', '-respin', response, '-CAfile', trusted, ...about], {
      encoding: 'utf8',
    });
    expect(text.stderr).toContain('Response verify OK');
    expect(text.stdout).toMatch(/: good$/m);
  });
});

forPeer('openssl', 'chains of openssl pkcs12', () => {
  it.each<[string, readonly string[]]>([
    ['as it is by default', []],
    ['certificates in the clear', ['-certpbe', 'NONE']],
    ['AES-128 and SHA-1', ['-certpbe', 'AES-128-CBC', '-keypbe', 'AES-128-CBC', '-macalg', 'sha1']],
    ['without a MAC', ['-nomac']],
    ['with the root, and a stranger', ['-CAfile']],
  ])('%s', async (_, args) => {
    const root = OpensslAuthority.root();
    const upper = root.intermediate();
    const lower = upper.intermediate();
    const leaf = lower.issue({ kind: 'rsa-2048' });
    const stranger = OpensslAuthority.root({ subject: '/CN=Stranger' });
    const isFull = args[0] === '-CAfile';
    const others = isFull ? [stranger, root].map(({ certificate }) => pemOf(certificate)) : [];
    // In an order that is not the chain's.
    const above = [...others, ...lower.above.split(/(?<=-----END CERTIFICATE-----\n)/).reverse()].join('');
    const out = file('');
    outputOf('openssl', [
      ...['pkcs12', '-export', '-in', leaf.certificate, '-inkey', leaf.key, '-certfile', file(above)],
      ...['-passout', 'pass:secret', '-out', out, ...(isFull ? [] : args)],
    ]);
    const { certificate, others: rest, key } = loadPkcs12(provider, readFileSync(out), 'secret');
    expect(certificate.map(der => toPem('CERTIFICATE', der)).join('')).toBe(
      loadCertificates(pemOf(leaf.certificate) + lower.above)
        .map(der => toPem('CERTIFICATE', der))
        .join(''),
    );
    expect(rest).toHaveLength(isFull ? 2 : 0);
    expect(key.algorithm).toMatchObject({ type: 'rsa', bits: 2048 });
    const verifier = createCertificateVerifier({ provider, trust: { roots: pemOf(root.certificate) } });
    expect((await verifier.verify({ role: 'server', chain: certificate, name: 'localhost' })).path).toHaveLength(4);
  });
});
