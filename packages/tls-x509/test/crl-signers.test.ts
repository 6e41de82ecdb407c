/** Who may sign a CRL for whom (RFC 5280 §6.3.3 (f)), and indirect CRLs (§5.2.5, §5.3.3). */
import type { CertificateOptions, CrlOptions } from '@tlskit/tls-testing';
import { describe, expect, it } from 'vitest';
import { der, reasonOf, status, verdict } from './crl-support.ts';
import { createCA, type TestCA, TlsError } from './support.ts';

const ed25519 = { key: 'ed25519' } as const;
const localhost = { names: ['localhost'], ...ed25519 };
const signing: CertificateOptions = { ...ed25519, ca: null, keyUsage: ['cRLSign'] };

describe('another key of the issuer', () => {
  /** An authority that signs certificates with one key and CRLs with another; both certified by the root. */
  async function separate(options: CertificateOptions = {}) {
    const root = await createCA(ed25519);
    const authority = await root.intermediate({ ...ed25519, keyUsage: ['keyCertSign'] });
    const signer = await root.intermediate({ ...signing, subject: authority.subject, ...options });
    const { certificate, chain } = await authority.issue(localhost);
    return { root, authority, signer, certificate, chain, above: await der(root) };
  }

  it('signs, if the authority above has certified it too', async () => {
    const { root, signer, certificate, chain, above } = await separate();
    const crls = [above, await der(signer)];
    expect(status({ root, chain: [...chain, signer.certificate], crls })).toBe('good');
    expect(status({ root, chain, crls, issuers: signer.certificate })).toBe('good');
    expect(status({ root, chain, crls, issuers: [signer.pem] })).toBe('good');
    expect(status({ root, chain, crls })).toBe('CRL_SIGNATURE_FAILURE');
    const revoking = [above, await der(signer, { revoked: [{ certificate }] })];
    expect(status({ root, chain, crls: revoking, issuers: signer.certificate })).toBe('revoked');
  });

  it.each<[string, CertificateOptions]>([
    ['may not sign CRLs', { keyUsage: ['digitalSignature'] }],
    ['has expired', { notBefore: new Date(0), notAfter: new Date(1000) }],
    ['is forged', { forged: true }],
    [
      'has an extension that is unknown',
      { extensions: [{ oid: '1.2.3', critical: true, value: Uint8Array.of(5, 0) }] },
    ],
  ])('does not, if its certificate %s', async (_, options) => {
    const { root, signer, chain, above } = await separate(options);
    const crls = [above, await der(signer)];
    expect(status({ root, chain, crls, issuers: signer.certificate })).toBe('ERR_TLS_CRL_ISSUER');
  });

  it('does not, once its certificate is revoked; and if nobody knows, for those alone who must not know', async () => {
    const { root, signer, chain, above } = await separate();
    const asked = { root, chain, issuers: signer.certificate };
    const list = await der(signer);
    const revoking = await der(root, { number: 2, revoked: [{ certificate: signer.certificate }] });
    expect(status({ ...asked, crls: [list, revoking] })).toBe('ERR_TLS_CRL_ISSUER');
    const leafAlone = { scope: 'leaf' } as const;
    expect(status({ ...asked, crls: list, policy: leafAlone })).toBe('ERR_TLS_CRL_ISSUER');
    expect(status({ ...asked, crls: [list, above], policy: leafAlone })).toBe('good');
    expect(status({ ...asked, crls: list, policy: { ...leafAlone, unknown: 'accept' } })).toBe('good');
  });

  it('may be certified by the one in the path, or certify it (self-issued)', async () => {
    const root = await createCA(ed25519);
    const old = await root.intermediate(ed25519);
    const young = await old.intermediate({ ...ed25519, subject: old.subject });
    const above = await der(root);
    const byOld = await old.issue(localhost);
    const crls = [above, await der(young), await der(old, { number: 2 })];
    expect(status({ root, chain: byOld.chain, crls: [above, await der(young)], issuers: young.certificate })).toBe(
      'ERR_TLS_CRL_ISSUER',
    );
    expect(status({ root, chain: byOld.chain, crls, issuers: young.certificate })).toBe('good');
    const byYoung = await young.issue(localhost);
    expect(status({ root, chain: byYoung.chain, crls: [above, await der(old)] })).toBe('good');
  });

  it('is not that of a namesake below the same anchor', async () => {
    const root = await createCA(ed25519);
    const [one, other] = [await root.intermediate(ed25519), await root.intermediate(ed25519)];
    const name = { CN: 'Issuing CA 1' };
    const authority = await one.intermediate({ ...ed25519, subject: name });
    const namesake = await other.intermediate({ ...ed25519, subject: name });
    const { certificate, chain } = await authority.issue(localhost);
    const above = [await der(root), await der(one), await der(other)];
    const bag = [...chain, namesake.certificate, other.certificate];
    const false_ = verdict({ root, chain: bag, crls: [...above, await der(namesake)] }) as TlsError;
    expect(reasonOf(false_).code).toBe('ERR_TLS_CRL_ISSUER');
    expect(false_.message).toContain('a namesake');
    const listed = await der(authority, { revoked: [{ certificate }] });
    expect(status({ root, chain: bag, crls: [...above, await der(namesake, { number: 9 }), listed] })).toBe('revoked');
  });

  it('is not that of a namesake below another anchor', async () => {
    const [root, other] = [await createCA(ed25519), await createCA(ed25519)];
    const authority = await root.intermediate(ed25519);
    const namesake = await other.intermediate({ ...ed25519, subject: authority.subject });
    const { chain } = await authority.issue(localhost);
    const crls = [await der(root), await der(namesake)];
    const bag = [...chain, namesake.certificate, other.certificate];
    expect(status({ root, chain: bag, crls })).toBe('ERR_TLS_CRL_ISSUER');
  });

  it('is not that of the certificate itself', async () => {
    const root = await createCA(ed25519);
    const crlIssuer = { CN: 'localhost' };
    const leaf = await root.intermediate({
      ...signing,
      names: ['localhost'],
      subject: crlIssuer,
      keyUsage: ['cRLSign', 'digitalSignature'],
      extendedKeyUsage: ['serverAuth'],
      crlDistributionPoints: [{ crlIssuer }],
    });
    const crls = await der(leaf, { issuingDistributionPoint: { indirectCRL: true } });
    for (const unknown of ['refuse', 'accept'] as const) {
      const asked = { root, chain: [leaf.certificate], crls, policy: { unknown } };
      expect(status(asked)).toBe(unknown === 'refuse' ? 'ERR_TLS_CRL_ISSUER' : 'unknown');
    }
  });

  it.each(['candidates', 'signatures'] as const)(
    'is not unknown for want of %s: who sends too much is refused, and not passed over',
    async limit => {
      const { root, signer, certificate, chain, above } = await separate();
      const crls = [above, await der(signer, { revoked: [{ certificate }] })];
      const words = Array.from({ length: 10 }, (_, most) => {
        const asked = { root, chain, crls, issuers: signer.certificate, limits: { [limit]: most } };
        const found = verdict({ ...asked, policy: { unknown: 'accept' } });
        return found instanceof TlsError ? found.code : 'accepted';
      });
      expect(new Set(words)).toEqual(new Set(['ERR_TLS_CERT_WORK_LIMIT', 'CERT_REVOKED']));
    },
  );

  it('is looked for within the bound of signatures', async () => {
    const root = await createCA(ed25519);
    const { chain } = await root.issue(localhost);
    const namesakes = await Promise.all(
      Array.from({ length: 6 }, async () => (await createCA({ ...ed25519, subject: root.subject })).certificate),
    );
    const asked = { root, chain, crls: await der(root, { forged: true }), issuers: namesakes };
    expect(status(asked)).toBe('CRL_SIGNATURE_FAILURE');
    expect(verdict({ ...asked, limits: { signatures: 5 } })).toMatchObject({ code: 'ERR_TLS_CERT_WORK_LIMIT' });
  });
});

describe('an indirect CRL', () => {
  const crlIssuer = { O: 'Example', CN: 'revocations' };

  async function indirect(point: object = { crlIssuer }) {
    const root = await createCA(ed25519);
    const authority = await root.intermediate(ed25519);
    const signer = await root.intermediate({ ...signing, subject: crlIssuer });
    const { certificate, chain } = await authority.issue({ ...localhost, crlDistributionPoints: [point] });
    const above = await der(root);
    const ask = async (options: CrlOptions, more: readonly Uint8Array[] = []) => {
      const list = await der(signer, { issuingDistributionPoint: { indirectCRL: true }, ...options });
      return status({ root, chain, crls: [above, list, ...more], issuers: signer.certificate });
    };
    return { root, authority, signer, certificate, chain, above, ask };
  }

  it('is for certificates of others, whom its entries name, from one entry to the next', async () => {
    const { authority, certificate, root, ask } = await indirect();
    const serial = Uint8Array.of(77);
    expect(await ask({})).toBe('good');
    expect(await ask({ revoked: [{ certificate, certificateIssuer: authority.subject }] })).toBe('revoked');
    const inherited = [
      { serial, certificateIssuer: authority.subject },
      { serial: Uint8Array.of(78) },
      { certificate },
    ];
    expect(await ask({ revoked: inherited })).toBe('revoked');
    // Of the CRL's own issuer, of another one, and of another one from here on.
    expect(await ask({ revoked: [{ certificate }] })).toBe('good');
    expect(await ask({ revoked: [{ certificate, certificateIssuer: root.subject }] })).toBe('good');
    const until = [
      { serial, certificateIssuer: authority.subject },
      { serial, certificateIssuer: root.subject },
    ];
    expect(await ask({ revoked: [...until, { certificate }] })).toBe('good');
    const names = [{ dns: 'a.test' }, { directoryName: authority.subject }];
    expect(await ask({ revoked: [{ certificate, certificateIssuer: names }] })).toBe('revoked');
  });

  it('must say that it is one, and have the name that the certificate has', async () => {
    const { ask, root, chain, above } = await indirect();
    expect(await ask({ issuingDistributionPoint: { onlyContainsUserCerts: true } })).toBe('ERR_TLS_CRL_SCOPE');
    const stranger = await root.intermediate({ ...signing, subject: { ...crlIssuer, OU: 'other' } });
    const list = await der(stranger, { issuingDistributionPoint: { indirectCRL: true } });
    expect(status({ root, chain, crls: [above, list], issuers: stranger.certificate })).toBe('UNABLE_TO_GET_CRL');
    const other = await createCA({ ...signing, subject: crlIssuer });
    const elsewhere = await der(other, { issuingDistributionPoint: { indirectCRL: true } });
    expect(status({ root, chain, crls: [above, elsewhere], issuers: other.certificate })).toBe('ERR_TLS_CRL_ISSUER');
  });

  it('names issuers only if it is one [5280:5.3.3]', async () => {
    const root = await createCA(ed25519);
    const { certificate, chain } = await root.issue(localhost);
    const revoked = [{ certificate, certificateIssuer: root.subject }];
    expect(status({ root, chain, crls: await der(root, { revoked }) })).toBe('ERR_TLS_CRL_REFUSED');
    const issuingDistributionPoint = { indirectCRL: true };
    expect(status({ root, chain, crls: await der(root, { revoked, issuingDistributionPoint }) })).toBe('revoked');
  });

  it.each<[string, object, object, string]>([
    ['the same name', { name: [{ uri: 'http:1' }], crlIssuer }, { name: 'http:1' }, 'good'],
    ['another name', { name: [{ uri: 'http:1' }], crlIssuer }, { name: 'http:2' }, 'ERR_TLS_CRL_SCOPE'],
    ['none in the certificate', { crlIssuer }, { name: [{ directoryName: crlIssuer }] }, 'good'],
    [
      'relative to its issuer',
      { name: { relative: { OU: '1' } }, crlIssuer },
      { name: { relative: { OU: '1' } } },
      'good',
    ],
  ])('of a distribution point with %s', async (_, point, own, expected) => {
    const { ask } = await indirect(point);
    expect(await ask({ issuingDistributionPoint: { indirectCRL: true, ...own } })).toBe(expected);
  });

  it('does not keep the CRLs of the issuer itself from counting', async () => {
    const { authority, certificate, ask, chain, root, above } = await indirect();
    const direct = await der(authority, { revoked: [{ certificate }] });
    expect(status({ root, chain, crls: [above, direct] })).toBe('revoked');
    expect(await ask({ number: 2, thisUpdate: new Date(0), nextUpdate: new Date(1000) }, [direct])).toBe('revoked');
  });

  it('may tell of its own signer, if the authority says so', async () => {
    const root = await createCA(ed25519);
    const { chain } = await root.issue({ ...localhost, crlDistributionPoints: [{ crlIssuer }] });
    const issuingDistributionPoint = { indirectCRL: true };
    for (const [crlDistributionPoints, silent, listed] of [
      [[{ crlIssuer }], 'good', 'ERR_TLS_CRL_ISSUER'],
      [['http://crl.test/'], 'ERR_TLS_CRL_ISSUER', 'ERR_TLS_CRL_ISSUER'],
    ] as const) {
      const signer = await root.intermediate({ ...signing, subject: crlIssuer, crlDistributionPoints });
      const asked = { root, chain, issuers: signer.certificate };
      expect(status({ ...asked, crls: await der(signer, { issuingDistributionPoint }) })).toBe(silent);
      const revoked = [{ certificate: signer.certificate, certificateIssuer: root.subject }];
      const crls = await der(signer, { issuingDistributionPoint, revoked });
      expect(status({ ...asked, crls })).toBe(listed);
    }
  });

  it('may have deltas', async () => {
    const { authority, signer, certificate, ask } = await indirect();
    const scope = { issuingDistributionPoint: { indirectCRL: true } };
    const revoked = [{ certificate, certificateIssuer: authority.subject }];
    expect(await ask({}, [await der(signer, { ...scope, number: 2, deltaBase: 1, revoked })])).toBe('revoked');
    expect(await ask({}, [await der(authority, { ...scope, number: 2, deltaBase: 1, revoked })])).toBe('good');
  });
});

it('the tests have what they need: a signer is no authority', async () => {
  const root: TestCA = await createCA(ed25519);
  const signer = await root.intermediate(signing);
  const { chain } = await signer.issue(localhost);
  const refused = verdict({ root, chain, crls: [] });
  expect(refused).toBeInstanceOf(TlsError);
  expect((refused as TlsError).code).toBe('INVALID_CA');
});
