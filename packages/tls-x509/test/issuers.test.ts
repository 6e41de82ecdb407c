/** Issuers that are fetched by the caller, and the reasons of all branches. */
import { toPem } from '@tlskit/tls-testing';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createCertificateVerifier,
  deadBranches,
  type FetchIssuers,
  type VerifiedPeer,
  type VerifierOptions,
} from '../src/index.ts';
import { asynchronous, createCA, day, type Issued, judge, noble, type TestCA, TlsError } from './support.ts';

let root: TestCA;
let intermediate: TestCA;
let leaf: Issued;

const at = 'http://ca.test/issuer.cer';

beforeAll(async () => {
  root = await createCA();
  intermediate = await root.intermediate();
  leaf = await intermediate.issue({ names: ['localhost'], authorityInfoAccess: { caIssuers: at } });
});

/** The verdict on a certificate that comes alone. */
function alone(
  certificate: Uint8Array,
  fetchIssuers: FetchIssuers,
  options: Partial<Omit<VerifierOptions, 'provider'>> = {},
): VerifiedPeer | TlsError {
  return judge({ trust: { roots: root.certificate }, fetchIssuers, ...options }, { chain: [certificate] });
}

const messages = (verdict: unknown): string =>
  deadBranches(verdict)
    .map(({ message }) => message)
    .join('\n');

describe('fetchIssuers', () => {
  it('may bring as many certificates as a peer may send, all answers together', async () => {
    const caIssuers = ['http://ca.test/0', 'http://ca.test/1'];
    const { certificate } = await intermediate.issue({ names: ['localhost'], authorityInfoAccess: { caIssuers } });
    const strangers = await Promise.all([1, 2].map(() => createCA({ key: 'ed25519' })));
    const answers = [strangers, [intermediate]].map(cas =>
      cas.map(ca => toPem('CERTIFICATE', ca.certificate)).join(''),
    );
    const fetchIssuers: FetchIssuers = ({ url }) => new TextEncoder().encode(answers[Number(url.at(-1))]);
    expect(alone(certificate, fetchIssuers, { limits: { certificates: 3 } })).not.toBeInstanceOf(TlsError);
    const refused = alone(certificate, fetchIssuers, { limits: { certificates: 2 } });
    expect(messages(refused)).toContain('3 certificates were fetched, the limit is 2');
  });

  it('finds what the peer did not send', () => {
    const asked: string[] = [];
    const peer = alone(leaf.certificate, ({ url, certificate }) => {
      asked.push(url, certificate.label);
      return intermediate.certificate;
    });
    if (peer instanceof TlsError) throw peer;
    expect(asked).toEqual([at, '"CN=localhost"']);
    expect(peer.path.map(({ der }) => Uint8Array.from(der))).toEqual(
      [leaf.certificate, intermediate.certificate, root.certificate].map(der => Uint8Array.from(der)),
    );
    expect(peer.work.fetches).toBe(1);
  });

  it('may wait', async () => {
    const verifier = createCertificateVerifier({
      provider: noble,
      trust: { roots: root.certificate },
      fetchIssuers: async () => intermediate.certificate,
    });
    const input = { role: 'server', name: 'localhost', chain: [leaf.certificate] } as const;
    expect((await verifier.verify(input)).path).toHaveLength(3);
  });

  it('may write over its answer while that is judged', async () => {
    const answer = Buffer.from(intermediate.certificate);
    const verifier = createCertificateVerifier({
      provider: asynchronous(noble),
      trust: { roots: root.certificate },
      fetchIssuers: () => {
        setTimeout(() => answer.fill(0), 0);
        return answer;
      },
    });
    const input = { role: 'server', name: 'localhost', chain: [leaf.certificate] } as const;
    expect((await verifier.verify(input)).path).toHaveLength(3);
    expect(answer[0]).toBe(0);
  });

  it('is not asked where the peer sent what is needed, nor by default', () => {
    const never = (): never => {
      throw new Error('was asked');
    };
    const options = { trust: { roots: root.certificate }, fetchIssuers: never };
    expect(judge(options, { chain: leaf.chain })).not.toBeInstanceOf(TlsError);
    expect(judge({ trust: { roots: root.certificate } }, { chain: [leaf.certificate] })).toMatchObject({
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  });

  it('follows one after another, in PEM and in PKCS#7', async () => {
    const [one, two] = ['http://ca.test/1', 'http://ca.test/2'];
    const upper = await root.intermediate();
    const lower = await upper.intermediate({ authorityInfoAccess: { caIssuers: two } });
    const { certificate } = await lower.issue({ names: ['localhost'], authorityInfoAccess: { caIssuers: one } });
    const answers: Record<string, Uint8Array> = {
      [one]: new TextEncoder().encode(toPem('CERTIFICATE', lower.certificate)),
      [two]: certsOnly([root.certificate, upper.certificate]),
    };
    const peer = alone(certificate, ({ url }) => answers[url]);
    expect(peer).toMatchObject({ verified: true, work: { fetches: 2 } });
  });

  it('goes on where what was sent leads nowhere', async () => {
    const expired = await root.intermediate({
      key: intermediate.key,
      subject: intermediate.subject,
      notBefore: new Date(Date.now() - 2 * day),
      notAfter: new Date(Date.now() - day),
    });
    const options = { trust: { roots: root.certificate }, fetchIssuers: () => intermediate.certificate };
    expect(judge(options, { chain: [leaf.certificate, expired.certificate] })).toMatchObject({ verified: true });
  });

  it('makes no anchor of what it finds', async () => {
    const stranger = await createCA();
    const { certificate } = await stranger.issue({ names: ['localhost'], authorityInfoAccess: { caIssuers: at } });
    expect(alone(certificate, () => stranger.certificate)).toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' });
    const pins = [`sha256/${Buffer.from(noble.hashes.sha256?.digest(stranger.spki) ?? '').toString('base64')}`];
    const verdict = alone(certificate, () => stranger.certificate, { trust: { pins } });
    expect(verdict).toMatchObject({ code: 'ERR_TLS_CERT_PIN', alert: 'unknown_ca' });
  });

  it('is told the addresses of HTTP alone, each once, five of a certificate', async () => {
    const urls = ['https://ca.test/', 'ldap://ca.test/', 'file:///etc/passwd', 'http://a.test/\u0001', 'http://'];
    const good = Array.from({ length: 7 }, (_, i) => `http://ca.test/${i}`);
    const caIssuers = [...urls, good[0] as string, ...good];
    const odd = await intermediate.issue({ names: ['localhost'], authorityInfoAccess: { caIssuers } });
    const asked: string[] = [];
    const verdict = alone(odd.certificate, ({ url }) => {
      asked.push(url);
      return undefined;
    });
    expect(asked).toEqual(good.slice(0, 4));
    expect(verdict).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  it('is bounded in number', async () => {
    let number = 0;
    // Every answer is an authority that names another place for its own issuer.
    const endless: TestCA[] = [];
    for (let i = 0, ca = root; i < 4; i++) {
      ca = await ca.intermediate({ authorityInfoAccess: { caIssuers: `http://ca.test/${i}` } });
      endless.push(ca);
    }
    const { certificate } = await (endless[3] as TestCA).issue({
      names: ['localhost'],
      authorityInfoAccess: { caIssuers: at },
    });
    const fetchIssuers = () => endless[3 - number++]?.certificate;
    const verdict = alone(certificate, fetchIssuers, { limits: { fetches: 2 } });
    expect(verdict).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT', message: expect.stringContaining('2 fetches') });
    expect(number).toBe(2);
  });

  it.each([
    ['no certificate', () => Uint8Array.of(1, 2, 3), 'no certificate is in this file'],
    ['a broken certificate', () => intermediate.certificate.subarray(0, 100), 'does not parse'],
    ['something else than bytes', () => 'text' as unknown as Uint8Array, 'no Uint8Array'],
    ['too much', () => new Uint8Array(200_000), '200000 bytes, the limit is 131072'],
    [
      'nothing, by an error',
      (): never => {
        throw new Error('ECONNREFUSED');
      },
      'ECONNREFUSED',
    ],
  ] as const)('passes over %s, and tells', (_, answer, why) => {
    const verdict = alone(leaf.certificate, answer);
    expect(verdict).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(messages(verdict)).toContain(why);
    expect(messages(verdict)).toContain(at);
  });

  it('passes over a promise that is rejected', async () => {
    const verifier = createCertificateVerifier({
      provider: noble,
      trust: { roots: root.certificate },
      fetchIssuers: () => Promise.reject(new Error('nobody answers')),
    });
    const verdict = verifier.verify({ role: 'server', name: 'localhost', chain: [leaf.certificate] });
    await expect(verdict).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(messages(await Promise.resolve(verdict).catch((error: unknown) => error))).toContain('nobody answers');
  });

  it('is a function', () => {
    expect(() => alone(leaf.certificate, 5 as unknown as FetchIssuers)).toThrow(
      expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }),
    );
  });
});

describe('deadBranches', () => {
  it('gives every reason in the order of the search, with certificate, check, section and alert', async () => {
    const times = { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) };
    const same = { key: intermediate.key, subject: intermediate.subject };
    const expired = await root.intermediate({ ...same, ...times, subject: 'twice' });
    const mail = await root.intermediate({ key: expired.key, subject: 'twice', extendedKeyUsage: ['emailProtection'] });
    const { certificate } = await mail.issue('localhost');
    const error = judge(
      { trust: { roots: root.certificate } },
      { chain: [certificate, expired.certificate, mail.certificate] },
    );
    expect(deadBranches(error)).toMatchObject([
      {
        certificate: '"CN=twice"',
        check: 'INVALID_PURPOSE',
        section: 'RFC 5280 §4.2.1.12',
        alert: 'unsupported_certificate',
      },
      {
        certificate: '"CN=twice"',
        check: 'CERT_HAS_EXPIRED',
        section: 'RFC 5280 §6.1.3 (a)(2)',
        alert: 'certificate_expired',
      },
    ]);
  });

  it('gives a single reason alone, and none for what is no refusal', () => {
    const error = judge({ trust: { roots: root.certificate } }, { chain: leaf.chain, name: 'other.test' });
    expect(deadBranches(error)).toMatchObject([
      { certificate: '"CN=localhost"', check: 'ERR_TLS_CERT_ALTNAME_INVALID', error },
    ]);
    const late = judge(
      { trust: { roots: root.certificate }, time: () => Date.now() + 36_500 * day },
      { chain: leaf.chain },
    );
    expect(deadBranches(late).map(({ check }) => check)).toContain('CERT_HAS_EXPIRED');
    expect(deadBranches(new Error('x'))).toEqual([]);
    expect(deadBranches(new TlsError('ERR_TLS_INVALID_OPTION', 'x'))).toEqual([]);
  });

  it('gives what was tried until a bound was reached, and that', async () => {
    const others = await Promise.all(
      Array.from({ length: 5 }, () => root.intermediate({ subject: intermediate.subject })),
    );
    const chain = [leaf.certificate, ...others.map(({ certificate }) => certificate)];
    const error = judge({ trust: { roots: root.certificate }, limits: { candidates: 4 } }, { chain });
    expect(error).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT' });
    expect(deadBranches(error).map(({ check }) => check)).toEqual([
      ...Array(4).fill('CERT_SIGNATURE_FAILURE'),
      'ERR_TLS_CERT_WORK_LIMIT',
    ]);
  });

  it('gives what did not parse first', () => {
    const error = judge({ trust: { roots: root.certificate } }, { chain: [leaf.certificate, Uint8Array.of(1)] });
    expect(deadBranches(error).map(({ check }) => check)).toEqual([
      'ERR_TLS_CERT_MALFORMED',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ]);
  });
});

/** A bundle as authorities publish them (RFC 5280 §4.2.2.1). */
function certsOnly(certificates: readonly Uint8Array[]): Uint8Array {
  const signed = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: pkijs.id_ContentType_Data }),
    certificates: certificates.map(
      der => new pkijs.Certificate({ schema: asn1js.fromBER(Uint8Array.from(der)).result }),
    ),
  });
  const info = new pkijs.ContentInfo({ contentType: pkijs.id_ContentType_SignedData, content: signed.toSchema(true) });
  return new Uint8Array(info.toSchema().toBER());
}
