import { alertFor } from '@tlskit/tls-alerts';
import { withExtras } from '@tlskit/tls-crypto';
import { dhKeys, dsaKeys } from '@tlskit/tls-crypto-noble/legacy';
import type { CertificateOptions } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { VerifierOptions } from '../src/index.ts';
import { codeOf, createCA, day, judge, noble, type TestCA, TlsError, verdictOn } from './support.ts';

let root: TestCA;
let intermediate: TestCA;

beforeAll(async () => {
  root = await createCA();
  intermediate = await root.intermediate();
});

describe('accepts', () => {
  it.each(['ecdsa-p256', 'ecdsa-p384', 'ed25519', 'rsa-2048', 'rsa-pss'] as const)('a leaf of kind %s', async key => {
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], key }))).toBe('accepted');
  });

  it.each(['ecdsa-p384', 'ed25519', 'rsa-2048', 'rsa-pss'] as const)('an authority of kind %s', async key => {
    const ca = await createCA({ key });
    expect(verdictOn(ca, await ca.issue('localhost'))).toBe('accepted');
  });

  it('tells who it is, by which path, and until when', async () => {
    const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 + 5 * day);
    const short = await root.intermediate({ notAfter });
    const leaf = await short.issue('localhost');
    const peer = judge({ trust: { roots: [root.certificate] } }, { chain: leaf.chain });
    if (peer instanceof TlsError) throw peer;
    expect(peer.verified).toBe(true);
    expect(peer.path.map(({ der }) => der)).toEqual([...leaf.chain, root.certificate]);
    expect(peer.certificate).toBe(peer.path[0]);
    expect(peer.expires).toBe(notAfter.getTime());
    expect(Uint8Array.from(peer.publicKey.spki)).toEqual(Uint8Array.from(leaf.spki));
    expect(peer.work).toEqual({ candidates: 2, signatures: 2, nameComparisons: 0, policies: 0, fetches: 0 });
    expect(peer.problem).toBeUndefined();
  });

  it('a client by clientAuth, without a name', async () => {
    const leaf = await intermediate.issue({ subject: 'device 7', extendedKeyUsage: ['clientAuth'] });
    expect(verdictOn(root, leaf, { role: 'client', name: undefined })).toBe('accepted');
    expect(verdictOn(root, leaf, { role: 'server', name: null })).toBe('INVALID_PURPOSE');
  });

  it('a leaf that is itself a trusted root', async () => {
    const own = await createCA({ names: ['localhost'], keyUsage: ['digitalSignature', 'keyCertSign'] });
    expect(verdictOn(own, { chain: [own.certificate] })).toBe('accepted');
    expect(verdictOn(own, { chain: [own.certificate] }, { name: 'other.test' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  it('an anchor that is no root', async () => {
    expect(verdictOn(intermediate, await intermediate.issue('localhost'))).toBe('accepted');
  });

  it('a leaf without key usage, extended key usage and key identifiers', async () => {
    const leaf = await intermediate.issue({
      names: ['localhost'],
      keyUsage: null,
      extendedKeyUsage: null,
      authorityKeyIdentifier: null,
      subjectKeyIdentifier: null,
    });
    expect(verdictOn(root, leaf, {}, { profile: 'path' })).toBe('accepted');
  });
});

describe('refuses by the path', () => {
  it('a leaf that signs itself', async () => {
    const own = await createCA({ names: ['localhost'] });
    expect(verdictOn(root, { chain: [own.certificate] })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  });

  it('a root that is sent and not trusted', async () => {
    const other = await createCA();
    const leaf = await other.issue('localhost');
    const chain = [...leaf.chain, other.certificate];
    expect(verdictOn(root, { chain })).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  });

  it('a leaf alone whose issuer is unknown', async () => {
    const { certificate } = await intermediate.issue('localhost');
    expect(verdictOn(root, { chain: [certificate] })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('a chain that ends before any anchor', async () => {
    const lower = await intermediate.intermediate();
    const { chain } = await lower.issue('localhost');
    expect(verdictOn(root, { chain: chain.slice(0, 2) })).toBe('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
  });

  it('a signature of another key, at the leaf and above it', async () => {
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], forged: true }))).toBe(
      'CERT_SIGNATURE_FAILURE',
    );
    const forged = await root.intermediate({ forged: true });
    expect(verdictOn(root, await forged.issue('localhost'))).toBe('CERT_SIGNATURE_FAILURE');
  });

  it('an issuer with the name of a trusted one and another key', async () => {
    const impostor = await createCA({ subject: root.subject });
    expect(verdictOn(root, await impostor.issue('localhost'))).toBe('CERT_SIGNATURE_FAILURE');
    const chain = [...(await impostor.issue('localhost')).chain, impostor.certificate];
    expect(verdictOn(root, { chain })).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  });

  it.each([
    ['cA FALSE', { ca: false }],
    ['no basic constraints', { ca: null }],
    ['no basic constraints and no key usage', { ca: null, keyUsage: null }],
  ] as const)('an issuer that is no authority: %s', async (_, options) => {
    const fake = await root.intermediate(options);
    expect(verdictOn(root, await fake.issue('localhost'))).toBe('INVALID_CA');
  });

  it('an issuer of version 1, unless it is an anchor', async () => {
    const old = await root.intermediate({ version: 1 });
    const leaf = await old.issue('localhost');
    expect(verdictOn(root, leaf)).toBe('INVALID_CA');
    expect(verdictOn(old, leaf, {}, { profile: 'path' })).toBe('accepted');
  });

  it('an anchor that says it is no authority', async () => {
    const ca = await createCA({ ca: false });
    expect(verdictOn(ca, await ca.issue('localhost'))).toBe('INVALID_CA');
  });

  it('an issuer whose key may not sign certificates', async () => {
    const fake = await root.intermediate({ keyUsage: ['digitalSignature', 'cRLSign'] });
    expect(verdictOn(root, await fake.issue('localhost'))).toBe('KEYUSAGE_NO_CERTSIGN');
  });

  it('a path longer than an authority allows', async () => {
    const last = await root.intermediate({ pathLength: 0 });
    expect(verdictOn(root, await last.issue('localhost'))).toBe('accepted');
    const below = await last.intermediate();
    expect(verdictOn(root, await below.issue('localhost'))).toBe('PATH_LENGTH_EXCEEDED');
  });

  it('counts no self-issued authority against a path length', async () => {
    const last = await root.intermediate({ pathLength: 0 });
    const renewed = await last.intermediate({ subject: last.subject });
    expect(verdictOn(root, await renewed.issue('localhost'))).toBe('accepted');
  });
});

describe('refuses by time', () => {
  const now = Date.now();
  const expired = { notBefore: new Date(now - 10 * day), notAfter: new Date(now - day) };
  const early = { notBefore: new Date(now + day), notAfter: new Date(now + 10 * day) };

  it.each([
    ['CERT_HAS_EXPIRED', expired],
    ['CERT_NOT_YET_VALID', early],
  ] as const)('%s at every place', async (code, times) => {
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], ...times }))).toBe(code);
    const above = await root.intermediate(times);
    expect(verdictOn(root, await above.issue('localhost'))).toBe(code);
    const anchor = await createCA(times);
    expect(verdictOn(anchor, await anchor.issue('localhost'))).toBe(code);
  });

  it('goes by the clock that it was given, to the second', async () => {
    const notBefore = new Date('2024-03-01T00:00:00Z');
    const notAfter = new Date('2024-04-01T00:00:00Z');
    const ca = await createCA({ notBefore, notAfter });
    const leaf = await ca.issue({ names: ['localhost'], notBefore, notAfter });
    const at = (time: Date | number): string => verdictOn(ca, leaf, {}, { time: () => time });
    expect(at(notBefore)).toBe('accepted');
    expect(at(notBefore.getTime() - 1)).toBe('CERT_NOT_YET_VALID');
    expect(at(notAfter)).toBe('accepted');
    // Interval ends are inclusive, and the last second lasts until the next begins.
    expect(at(notAfter.getTime() + 999)).toBe('accepted');
    expect(at(notAfter.getTime() + 1000)).toBe('CERT_HAS_EXPIRED');
    expect(at(Number.NaN)).toBe('ERR_TLS_INVALID_OPTION');
    expect(at(new Date('nonsense'))).toBe('ERR_TLS_INVALID_OPTION');
  });

  it('asks the clock at every verification', async () => {
    const leaf = await intermediate.issue('localhost');
    let time = Date.now();
    const options = { trust: { roots: [root.certificate] }, time: () => time };
    expect(judge(options, { chain: leaf.chain })).not.toBeInstanceOf(TlsError);
    time += 200 * day;
    expect(judge(options, { chain: leaf.chain })).toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  });
});

describe('refuses by purpose', () => {
  it.each([
    ['codeSigning', 'INVALID_PURPOSE'],
    ['clientAuth', 'INVALID_PURPOSE'],
    ['serverAuth', 'accepted'],
    ['any', 'accepted'],
  ] as const)('a server whose extended key usage is %s: %s', async (purpose, verdict) => {
    const leaf = await intermediate.issue({ names: ['localhost'], extendedKeyUsage: [purpose] });
    expect(verdictOn(root, leaf, {}, { profile: 'path' })).toBe(verdict);
  });

  it('a client that is a server only', async () => {
    const leaf = await intermediate.issue({ subject: 'x', extendedKeyUsage: ['serverAuth'] });
    expect(verdictOn(root, leaf, { role: 'client', name: undefined })).toBe('INVALID_PURPOSE');
  });

  it('an authority for other purposes', async () => {
    const mail = await root.intermediate({ extendedKeyUsage: ['emailProtection'] });
    expect(verdictOn(root, await mail.issue('localhost'))).toBe('INVALID_PURPOSE');
    const servers = await root.intermediate({ extendedKeyUsage: ['serverAuth'] });
    expect(verdictOn(root, await servers.issue('localhost'))).toBe('accepted');
  });

  it('a leaf whose key does not sign', async () => {
    const leaf = await intermediate.issue({ names: ['localhost'], keyUsage: ['keyEncipherment'] });
    expect(verdictOn(root, leaf)).toBe('KEYUSAGE_NO_DIGITAL_SIGNATURE');
    expect(verdictOn(root, leaf, { keyUsage: ['keyEncipherment'] })).toBe('accepted');
    expect(verdictOn(root, leaf, { keyUsage: [] })).toBe('accepted');
  });
});

describe('refuses by extensions and algorithms', () => {
  const unknown = { oid: '1.3.6.1.4.1.55738.666.1', value: Uint8Array.of(5, 0) };

  it('a critical extension that nobody knows, at every place', async () => {
    const extensions = [{ ...unknown, critical: true }];
    const code = 'UNHANDLED_CRITICAL_EXTENSION';
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], extensions }))).toBe(code);
    expect(verdictOn(root, await (await root.intermediate({ extensions })).issue('localhost'))).toBe(code);
    const anchor = await createCA({ extensions });
    expect(verdictOn(anchor, await anchor.issue('localhost'))).toBe(code);
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], extensions: [unknown] }))).toBe('accepted');
  });

  it('the poison of precertificates (RFC 6962 §3.1)', async () => {
    const extensions = [{ oid: '1.3.6.1.4.1.11129.2.4.3', critical: true, value: Uint8Array.of(5, 0) }];
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], extensions }))).toBe(
      'UNHANDLED_CRITICAL_EXTENSION',
    );
  });

  it('an extension twice, at the leaf and above it', async () => {
    const extensions = [unknown, unknown];
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], extensions }))).toBe(
      'ERR_TLS_CERT_MALFORMED',
    );
    const above = await root.intermediate({ extensions });
    expect(verdictOn(root, await above.issue('localhost'))).toBe('ERR_TLS_CERT_MALFORMED');
  });

  it.each([
    ['MD5 with RSA', '1.2.840.113549.1.1.4', 'ERR_TLS_CERT_WEAK'],
    ['SHA-1 with RSA', '1.2.840.113549.1.1.5', 'ERR_TLS_CERT_WEAK'],
    ['an unknown algorithm', '1.2.3.4', 'ERR_TLS_CERT_KEY'],
    ['parameters that ECDSA does not have', '1.2.840.10045.4.3.2', 'ERR_TLS_CERT_MALFORMED'],
  ] as const)('a signature by %s', async (_, claimedAlgorithm, code) => {
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], claimedAlgorithm }))).toBe(code);
  });

  it('SHA-1 with ECDSA, unless it is allowed', async () => {
    const leaf = await intermediate.issue({ names: ['localhost'], signature: { type: 'ecdsa', hash: 'sha1' } });
    expect(verdictOn(root, leaf)).toBe('ERR_TLS_CERT_WEAK');
    expect(verdictOn(root, leaf, {}, { algorithms: { sha1: 'accept' } })).toBe('accepted');
  });

  it('RSA of 1024 bits at every place, unless it is allowed', async () => {
    const key = 'rsa-1024';
    const ca = await createCA({ key });
    const leaf = await ca.issue('localhost');
    expect(verdictOn(ca, leaf)).toBe('ERR_TLS_CERT_WEAK');
    expect(verdictOn(ca, leaf, {}, { algorithms: { minimumRsaBits: 1024 } })).toBe('accepted');
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], key }))).toBe('ERR_TLS_CERT_WEAK');
  });

  it.each(['dsa-2048', 'dh-2048'] as const)('a key of kind %s as browsers do, unless it is allowed', async key => {
    const provider = withExtras(noble, dsaKeys, dhKeys);
    const leaf = await intermediate.issue({ names: ['localhost'], key });
    const by = (options: Pick<VerifierOptions, 'profile' | 'algorithms'>) =>
      codeOf(judge({ trust: { roots: root.pem }, provider, ...options }, { chain: leaf.chain }));
    expect(by({})).toBe('ERR_TLS_CERT_REFUSED');
    expect(by({ algorithms: { finiteField: 'accept' } })).toBe('accepted');
    expect(by({ profile: 'rfc5280' })).toBe('accepted');
    expect(by({ profile: 'path', algorithms: { finiteField: 'refuse' } })).toBe('ERR_TLS_CERT_WEAK');
  });

  it.each([0, 2])('an RSA key with an even exponent: 6553%i', async last => {
    const alter = (tbs: Uint8Array): Uint8Array => {
      const at = findLast(tbs, [2, 3, 1, 0, 1]);
      return Uint8Array.from(tbs, (byte, i) => (i === at + 4 ? last : byte));
    };
    const leaf = await intermediate.issue({ names: ['localhost'], key: 'rsa-2048', alter });
    expect(verdictOn(root, leaf)).toBe('ERR_TLS_CERT_KEY');
  });

  it('an RSA key with the exponent 1', async () => {
    const alter = (tbs: Uint8Array): Uint8Array => withExponentOne(tbs);
    const leaf = await intermediate.issue({ names: ['localhost'], key: 'rsa-2048', alter });
    expect(verdictOn(root, leaf)).toBe('ERR_TLS_CERT_KEY');
  });

  it('information on authorities that is malformed, where certificates must be well made', async () => {
    const extensions = [{ oid: '1.3.6.1.5.5.7.1.1', value: new TextEncoder().encode('malformed') }];
    const leaf = await intermediate.issue({ names: ['localhost'], extensions });
    expect(verdictOn(root, leaf)).toBe('ERR_TLS_CERT_MALFORMED');
    expect(verdictOn(root, leaf, {}, { profile: 'path' })).toBe('accepted');
  });

  it('a key that the provider does not know', async () => {
    // id-ecPublicKey made an OID that nobody has.
    const alter = (tbs: Uint8Array): Uint8Array => {
      const at = findLast(tbs, [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]);
      return Uint8Array.from(tbs, (byte, i) => (i === at + 6 ? 0x7f : byte));
    };
    expect(verdictOn(root, await intermediate.issue({ names: ['localhost'], alter }))).toBe('ERR_TLS_CERT_KEY');
  });
});

describe('an error', () => {
  it('names the certificate, the check and the section, and has the alert of the table', async () => {
    const options: CertificateOptions = { names: ['localhost'], extendedKeyUsage: ['codeSigning'] };
    const error = judge({ trust: { roots: [root.certificate] } }, { chain: (await root.issue(options)).chain });
    expect(error).toMatchObject({
      code: 'INVALID_PURPOSE',
      kind: 'certificate',
      alert: 'unsupported_certificate',
      rfc: 'RFC 5280 §4.2.1.12',
      message: 'certificate "CN=localhost": is not for serverAuth (extended key usage) (RFC 5280 §4.2.1.12)',
    });
    expect(alertFor('INVALID_PURPOSE')).toBe('unsupported_certificate');
  });

  it('of a wrong name says which names there are', async () => {
    const leaf = await root.issue({ names: ['a.test', '192.0.2.1'] });
    const error = judge({ trust: { roots: [root.certificate] } }, { chain: leaf.chain, name: 'b.test' });
    expect(error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID', kind: 'name' });
    expect((error as TlsError).message).toContain('is not for b.test; it is for dns:a.test, ip:192.0.2.1');
  });

  it('shows nothing of a certificate that could deceive a terminal', async () => {
    const leaf = await root.issue({ subject: 'evil\u001b[2K\r\u202ename', names: ['a\u0000\u001b.test'] });
    const error = judge({ trust: { roots: [root.certificate] }, profile: 'path' }, { chain: leaf.chain }) as TlsError;
    expect(error.code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(error.message).not.toMatch(/[^\x20-\x7e§]/);
  });

  it('has every branch that was tried as its cause', async () => {
    const cross = await createCA();
    const other = await cross.intermediate({ key: intermediate.key, subject: intermediate.subject });
    const { chain } = await intermediate.issue('localhost');
    const stranger = await createCA();
    const error = judge(
      { trust: { roots: [stranger.certificate] } },
      { chain: [...chain, other.certificate] },
    ) as TlsError;
    expect(error.code).toBe('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
    expect(error.cause).toBeInstanceOf(AggregateError);
    expect((error.cause as AggregateError).errors.map(({ code }) => code)).toEqual([
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ]);
  });

  it('for an untrusted chain comes before what else is wrong with the leaf', async () => {
    const stranger = await createCA();
    const leaf = await stranger.issue({ names: ['other.test'], notAfter: new Date(Date.now() - day / 2) });
    expect(verdictOn(root, leaf)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(verdictOn(stranger, leaf)).toBe('CERT_HAS_EXPIRED');
    expect(verdictOn(stranger, leaf, {}, { time: () => Date.now() - 0.75 * day })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});

/** The exponent 65537 made one, and every length above it two less. */
function withExponentOne(tbs: Uint8Array): Uint8Array {
  const at = findLast(tbs, [2, 3, 1, 0, 1]);
  const bytes = Uint8Array.from([...tbs.subarray(0, at), 2, 1, 1, ...tbs.subarray(at + 5)]);
  const shorten = (position: number): void => {
    const length = ((bytes[position] as number) << 8) + (bytes[position + 1] as number) - 2;
    bytes[position] = length >> 8;
    bytes[position + 1] = length & 0xff;
  };
  const modulus = 4 + 257;
  // TBSCertificate; SubjectPublicKeyInfo, BIT STRING and RSAPublicKey around the modulus.
  const rsaKey = at - modulus - 2;
  const bitString = rsaKey - 2 - 3;
  const spki = bitString - 2 - 15 - 2;
  for (const position of [2, spki, bitString, rsaKey]) shorten(position);
  return bytes;
}

function findLast(bytes: Uint8Array, part: readonly number[]): number {
  for (let at = bytes.length - part.length; at >= 0; at--) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  throw new Error('not found');
}
