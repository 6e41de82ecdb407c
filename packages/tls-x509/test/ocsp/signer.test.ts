import type { CertificateOptions } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RevocationChecker } from '../../src/index.ts';
import { createCA, type Issued, judge, type TestCA, TlsError } from '../support.ts';
import { about, ago, byOcsp, judged, minute, refusedFor, type Scene, said, scene } from './support.ts';

const day = 1440 * minute;
let here: Scene;

beforeAll(async () => {
  here = await scene();
});

/** A responder that this authority certified, by options. */
function responderOf(ca: TestCA, options: CertificateOptions = {}): Promise<Issued> {
  return ca.issue({ subject: 'responder', names: null, extendedKeyUsage: ['OCSPSigning'], ...options });
}

/** What is said of a response by a responder that the leaf's issuer certified so. */
async function refusedBy(options: CertificateOptions): Promise<string> {
  return refusedFor(here, await about(here, {}, { signer: await responderOf(here.ca, options) }));
}

describe('a response is signed by', () => {
  it.each(['name', 'key'] as const)(
    'the authority itself, known by its %s [6960:2.2:3] [6960:4.2.2.2:1]',
    async responderId => {
      expect(said(here, await about(here, {}, { responderId }))).toBe('good');
    },
  );

  it.each(['name', 'key'] as const)(
    'a responder that it delegated to, known by its %s [6960:2.2:3] [6960:2.6:1] [6960:4.2.2.2:2]',
    async responderId => {
      expect(said(here, await about(here, {}, { responderId, signer: here.responder }))).toBe('good');
    },
  );

  it('a responder with a key usage, or without', async () => {
    for (const keyUsage of [null, ['nonRepudiation'], ['digitalSignature', 'keyEncipherment']] as const) {
      const signer = await responderOf(here.ca, { keyUsage });
      expect(said(here, await about(here, {}, { signer }))).toBe('good');
    }
  });

  it('a responder whose certificate stands among others', async () => {
    const { root, ca, leaf, responder } = here;
    const junk = Uint8Array.of(0x30, 3, 2, 1, 0);
    const certificates = [junk, root.certificate, ca.certificate, leaf.certificate, responder.certificate];
    expect(said(here, await about(here, {}, { signer: responder, certificates }))).toBe('good');
  });

  it('a responder with the name of the authority', async () => {
    const signer = await responderOf(here.ca, { subject: here.ca.subject });
    expect(said(here, await about(here, {}, { signer }))).toBe('good');
  });

  it('a responder of a renewed certificate of the authority, by the same key', async () => {
    const { root, ca, responder } = here;
    const renewed = await root.intermediate({ key: ca.key, subject: ca.subject });
    const chain = [here.leaf.certificate, renewed.certificate];
    const staple = await about(here, {}, { signer: responder });
    const verdict = judge(byOcsp(here), { chain, ocsp: staple });
    expect(verdict).toMatchObject({ revocation: [{ status: 'good' }, { status: 'unknown' }] });
  });
});

describe('a response does not count that is signed', () => {
  it('by a stranger in the name of the authority [6960:4.2.2.2:6]', async () => {
    const signer = await createCA({ subject: here.ca.subject });
    expect(refusedFor(here, await about(here, {}, { signer, certificates: [signer.certificate] }))).toContain(
      'not signed',
    );
  });

  it('by a stranger in his own [6960:4.2.2.2:6]', async () => {
    const signer = await createCA();
    expect(refusedFor(here, await about(here, {}, { signer }))).toContain('which its issuer did not certify');
    expect(refusedFor(here, await about(here, {}, { signer, certificates: [] }))).toContain('nobody who may speak');
    const named = await signer.issue({ subject: 'responder', extendedKeyUsage: ['OCSPSigning'] });
    expect(refusedFor(here, await about(here, {}, { signer: named }))).toContain('which its issuer did not certify');
  });

  it('in the name of the authority, by a responder that stands for another [6960:4.2.2.3:2]', async () => {
    const { ca, responder } = here;
    const byName = Uint8Array.from([0xa1, ca.subject.length, ...ca.subject]);
    const staple = await about(here, {}, { signer: responder, responderId: byName });
    expect(refusedFor(here, staple)).toContain('is not signed by the key of');
    const wrong = Uint8Array.from([0xa2, 22, 4, 20, ...new Uint8Array(20)]);
    expect(refusedFor(here, await about(here, {}, { signer: responder, responderId: wrong }))).toContain(
      'nobody who may',
    );
  });

  it('by a responder of the authority above [6960:4.2.2.2:3] [6960:4.2.2.2:4]', async () => {
    const signer = await responderOf(here.root);
    expect(refusedFor(here, await about(here, {}, { signer }))).toContain('which its issuer did not certify');
  });

  it('by the authority above itself [6960:4.2.2.2:6]', async () => {
    const { root: signer } = here;
    expect(refusedFor(here, await about(here, {}, { signer }))).toContain('which its issuer did not certify');
  });

  it('by a responder of another authority of the same name: by another key [6960:4.2.2.2:4]', async () => {
    const other = await createCA({ subject: here.ca.subject });
    const signer = await responderOf(other);
    expect(refusedFor(here, await about(here, {}, { signer }))).toContain('which its issuer did not sign');
  });

  it('by a responder of an authority below it', async () => {
    const below = await here.ca.intermediate();
    const signer = await responderOf(below);
    const certificates = [signer.certificate, below.certificate];
    expect(refusedFor(here, await about(here, {}, { signer, certificates }))).toContain('did not certify');
  });

  it('by a responder whose certificate is forged [6960:4.2.2.2:4]', async () => {
    expect(await refusedBy({ forged: true })).toContain('which its issuer did not sign');
  });

  it.each([
    ['another purpose', ['serverAuth']],
    ['any purpose', ['any']],
    ['no purpose', null],
  ] as const)('by a holder of a certificate for %s [6960:4.2.2.2:2] [6960:4.2.2.2:5]', async (_, extendedKeyUsage) => {
    expect(await refusedBy({ extendedKeyUsage })).toContain('not for OCSP signing');
  });

  it('by the certificate itself that it is about', async () => {
    expect(refusedFor(here, await about(here, {}, { signer: here.leaf }))).toContain('not for OCSP signing');
  });

  it('by a responder whose certificate has ended, or has not begun [6960:3.2:1]', async () => {
    expect(await refusedBy({ notBefore: ago(3 * day), notAfter: ago(2 * day) })).toContain('was valid until');
    expect(await refusedBy({ notBefore: ago(-2 * day) })).toContain('is valid from');
  });

  it('by an authority below it that bears the purpose', async () => {
    expect(await refusedBy({ ca: true })).toContain('is an authority and no responder');
    const below = await here.ca.intermediate({
      extendedKeyUsage: ['OCSPSigning'],
      keyUsage: ['digitalSignature', 'keyCertSign'],
    });
    expect(refusedFor(here, await about(here, {}, { signer: below }))).toContain('is an authority and no responder');
  });

  it('by a key that may not sign', async () => {
    expect(await refusedBy({ keyUsage: ['keyEncipherment'] })).toContain('whose key may not sign');
  });

  it('by a responder with an unknown critical extension', async () => {
    expect(await refusedBy({ extensions: [{ oid: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }] })).toContain(
      '1.2.3.4',
    );
  });

  it('by a responder with a weak key', async () => {
    expect(await refusedBy({ key: 'rsa-1024' })).toContain('1024 bits');
  });

  it('by a responder whose certificate is signed with SHA-1', async () => {
    const root = await createCA();
    const ca = await root.intermediate({ key: 'rsa-2048' });
    const leaf = await ca.issue('localhost');
    const signer = await responderOf(ca, { signature: { type: 'rsa-pkcs1', hash: 'sha1' } });
    const there = { ...here, root, ca, leaf };
    expect(refusedFor(there, await about(there, {}, { signer }))).toContain('MD5 or SHA-1');
    expect(said(there, await about(there, {}, { signer }), { algorithms: { sha1: 'accept' } })).toBe('good');
  });

  it('by the fourth of the namesakes that come with it: those before are enough work', async () => {
    const { ca, responder } = here;
    const namesakes = await Promise.all([1, 2, 3].map(() => responderOf(ca)));
    const [a, b, c] = namesakes.map(({ certificate }) => certificate) as [Uint8Array, Uint8Array, Uint8Array];
    const last = { signer: responder, certificates: [a, b, responder.certificate] };
    expect(said(here, await about(here, {}, last))).toBe('good');
    const beyond = { signer: responder, certificates: [a, b, c, responder.certificate] };
    expect(refusedFor(here, await about(here, {}, beyond))).toContain('is not signed by the key of');
  });
});

describe('the work of a response', () => {
  it('is counted: its signature, and that of its signer', async () => {
    const signatures = async (staple: Uint8Array | undefined): Promise<number> => {
      const verdict = judged(here, staple);
      if (verdict instanceof TlsError) throw verdict;
      return verdict.work.signatures;
    };
    const none = await signatures(undefined);
    expect(await signatures(await about(here))).toBe(none + 1);
    expect(await signatures(await about(here, {}, { signer: here.responder }))).toBe(none + 2);
  });

  it('has the bound of the whole search', async () => {
    const staple = await about(here, {}, { signer: here.responder });
    expect(said(here, staple, { limits: { signatures: 3 } })).toBe('ERR_TLS_CERT_WORK_LIMIT');
    expect(said(here, staple, { limits: { signatures: 4 } })).toBe('good');
  });
});

describe("the caller's own responders", () => {
  it('are trusted for what they say [6960:4.2.2.2:6]', async () => {
    const own = await createCA({ subject: 'our responder' });
    const staple = await about(here, {}, { signer: own });
    expect(said(here, staple)).toBe('ERR_TLS_CERT_STATUS');
    expect(said(here, staple, { checker: { responders: own.certificate } })).toBe('good');
    expect(said(here, staple, { checker: { responders: [own.pem] } })).toBe('good');
  });

  it('are so by their keys alone', async () => {
    const own = await createCA({ subject: 'our responder' });
    const other = await createCA({ subject: own.subject });
    const staple = await about(here, {}, { signer: other });
    expect(said(here, staple, { checker: { responders: own.certificate } })).toBe('ERR_TLS_CERT_STATUS');
  });
});

describe('the revocation of a responder', () => {
  const asked: string[] = [];
  const says = (status: 'good' | 'revoked' | 'unknown'): RevocationChecker => ({
    name: 'a list',
    id: 'list',
    check: ({ certificate, issuer }) => {
      asked.push(`${certificate.subject} of ${issuer.subject}`);
      return status === 'revoked' ? { status, at: 0 } : { status };
    },
  });
  const judging = (status: 'good' | 'revoked' | 'unknown', unknown?: 'refuse') => ({
    checker: { responderRevocation: { by: [says(status)], unknown } },
  });

  it('is for the caller to have looked at [6960:4.2.2.2.1:1]', async () => {
    const staple = await about(here, {}, { signer: here.responder });
    asked.length = 0;
    expect(said(here, staple, judging('good'))).toBe('good');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^CN=responder of CN=tlskit test intermediate/);
    expect(refusedFor(here, staple, judging('revoked'))).toContain('was revoked');
    expect(said(here, staple, judging('unknown'))).toBe('good');
    expect(said(here, staple, judging('unknown', 'refuse'))).toBe('ERR_TLS_CERT_STATUS');
  });

  it('is not looked at where the authority says so [6960:4.2.2.2.1:1]', async () => {
    const signer = await responderOf(here.ca, { ocspNoCheck: true });
    asked.length = 0;
    expect(said(here, await about(here, {}, { signer }), judging('revoked'))).toBe('good');
    expect(asked).toEqual([]);
  });

  it('is a matter of a NULL, critical or not [6960:4.2.2.2.1:1]', async () => {
    const noCheck = (value: number[], critical = false) => [
      { oid: '1.3.6.1.5.5.7.48.1.5', critical, value: Uint8Array.from(value) },
    ];
    const critical = await responderOf(here.ca, { extensions: noCheck([5, 0], true) });
    expect(said(here, await about(here, {}, { signer: critical }))).toBe('good');
    expect(await refusedBy({ extensions: noCheck([]) })).toContain('nocheck is not NULL');
    expect(await refusedBy({ extensions: noCheck([5, 0, 5, 0]) })).toContain('nocheck is not NULL');
    expect(await refusedBy({ extensions: noCheck([4, 0]) })).toContain('nocheck is not NULL');
  });
});
