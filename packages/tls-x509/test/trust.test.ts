import { createHash } from 'node:crypto';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import type { CAOptions } from '@tlskit/tls-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCertificateVerifier, type Profile, type Trust, type VerifierOptions } from '../src/index.ts';
import { isPublicSuffix } from '../src/public-suffix/index.ts';
import { createCA, day, type Issued, judge, noble, type TestCA, TlsError, thrown, verdictOn } from './support.ts';

let root: TestCA;
let intermediate: TestCA;
let leaf: Issued;

beforeAll(async () => {
  root = await createCA();
  intermediate = await root.intermediate();
  leaf = await intermediate.issue('localhost');
});

const pin = (spki: Uint8Array): string => `sha256/${createHash('sha256').update(spki).digest('base64')}`;
const insecure = { insecure: 'accept any certificate' } as const;

/** The verdict on the leaf under this trust. */
function by(trust: Trust, chain: readonly Uint8Array[] = leaf.chain, name = 'localhost') {
  const verdict = judge({ trust }, { chain, name });
  return verdict instanceof TlsError ? verdict.code : 'accepted';
}

describe('roots', () => {
  it('are DER or PEM, one or several, many in one file', async () => {
    const other = await createCA();
    expect(by({ roots: root.certificate })).toBe('accepted');
    expect(by({ roots: root.pem })).toBe('accepted');
    expect(by({ roots: [other.pem, root.certificate] })).toBe('accepted');
    expect(by({ roots: `# bundle\n${other.pem}\ntext between\n${root.pem}` })).toBe('accepted');
    expect(by({ roots: new TextEncoder().encode(root.pem) })).toBe('accepted');
    expect(by({ roots: other.pem })).toBe('UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
  });

  it('must be there, and parse', () => {
    for (const roots of [[], '', 'no PEM', undefined, null, 7, [7], [undefined]] as unknown as string[]) {
      expect(thrown(() => by({ roots })).code).toBe('ERR_TLS_INVALID_OPTION');
    }
    expect(thrown(() => by({ roots: root.certificate.subarray(0, 100) })).code).toBe('ERR_TLS_CERT_MALFORMED');
  });
});

describe('pins', () => {
  it('make an anchor of any certificate that was sent with the key', () => {
    expect(by({ pins: [pin(leaf.spki)] })).toBe('accepted');
    expect(by({ pins: [pin(intermediate.spki)] })).toBe('accepted');
    expect(by({ pins: [pin(root.spki)] }, [...leaf.chain, root.certificate])).toBe('accepted');
    const peer = judge({ trust: { pins: [pin(intermediate.spki)] } }, { chain: leaf.chain });
    expect(peer instanceof TlsError ? peer : peer.path.map(({ der }) => der)).toEqual(leaf.chain);
  });

  it('that nothing has are an error of their own', () => {
    expect(by({ pins: [pin(root.spki)] })).toBe('ERR_TLS_CERT_PIN');
    expect(by({ pins: [pin(new Uint8Array(3))] })).toBe('ERR_TLS_CERT_PIN');
  });

  it('leave every other check as it is', async () => {
    const pins = [pin(intermediate.spki)];
    expect(by({ pins }, leaf.chain, 'other.test')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    const notAfter = new Date(Date.now() - day / 2);
    const expired = await intermediate.issue({ names: ['localhost'], notAfter });
    expect(by({ pins }, expired.chain)).toBe('CERT_HAS_EXPIRED');
    expect(by({ pins: [pin(expired.spki)] }, expired.chain)).toBe('CERT_HAS_EXPIRED');
    const forged = await intermediate.issue({ names: ['localhost'], forged: true });
    expect(by({ pins }, forged.chain)).toBe('CERT_SIGNATURE_FAILURE');
    const client = await intermediate.issue({ names: ['localhost'], extendedKeyUsage: ['clientAuth'] });
    expect(by({ pins: [pin(client.spki)] }, client.chain)).toBe('INVALID_PURPOSE');
  });

  it('are not satisfied by a pinned certificate that has nothing to do with the leaf', async () => {
    const stranger = await createCA();
    const own = await stranger.issue('localhost');
    expect(by({ pins: [pin(intermediate.spki)] }, [...own.chain, intermediate.certificate])).toBe(
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    );
  });

  it('have one form', () => {
    const good = pin(root.spki);
    for (const bad of [[], [''], ['sha256/'], [good.slice(7)], [`sha1/${good.slice(7)}`], [`${good}=`], [good, 7]]) {
      expect(thrown(() => by({ pins: bad as string[] })).code).toBe('ERR_TLS_INVALID_OPTION');
    }
    expect(thrown(() => by({ pins: [good.slice(0, -2)] })).code).toBe('ERR_TLS_INVALID_OPTION');
  });
});

describe('insecure trust', () => {
  it('accepts, says that nothing was verified, and why it would have refused', async () => {
    const peer = judge({ trust: insecure }, { chain: leaf.chain, name: 'other.test' });
    if (peer instanceof TlsError) throw peer;
    expect(peer.verified).toBe(false);
    expect(peer.problem).toMatchObject({ code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' });
    expect(peer.path).toEqual([peer.certificate]);
    expect(Uint8Array.from(peer.publicKey.spki)).toEqual(Uint8Array.from(leaf.spki));
    expect(peer.expires).toBe(peer.certificate.notAfter);
  });

  it('reports against roots when there are some', () => {
    const trust = { ...insecure, roots: root.pem };
    const good = judge({ trust }, { chain: leaf.chain });
    expect(good).toMatchObject({ verified: false });
    expect(good).not.toHaveProperty('problem');
    const wrong = judge({ trust }, { chain: leaf.chain, name: 'other.test' });
    expect(wrong).toMatchObject({ verified: false, problem: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
  });

  it('still needs a leaf that parses and a key that can be used', async () => {
    expect(by(insecure, [])).toBe('ERR_TLS_NO_CERTIFICATE');
    expect(by(insecure, [Uint8Array.of(1)])).toBe('ERR_TLS_CERT_MALFORMED');
    const other = { ...noble, importPublicKey: createNothing } as CryptoProvider;
    expect(judge({ provider: other, trust: insecure }, { chain: leaf.chain })).toMatchObject({
      code: 'ERR_TLS_CERT_KEY',
    });
  });

  it('must be spelt out', () => {
    for (const value of [true, 'yes', '', 'Accept any certificate', undefined]) {
      expect(thrown(() => by({ insecure: value } as unknown as Trust)).code).toBe('ERR_TLS_INVALID_OPTION');
    }
  });
});

describe('options', () => {
  it('that do not exist are errors, wherever they stand', () => {
    const good = { provider: noble, trust: { roots: root.pem } };
    const wrong: object[] = [
      { ...good, rejectUnauthorized: false },
      { ...good, trust: undefined },
      { ...good, trust: null },
      { ...good, trust: {} },
      { ...good, trust: 'system' },
      { ...good, trust: { root: root.pem } },
      { ...good, trust: { roots: root.pem, pin: [] } },
      { ...good, trust: { roots: root.pem, pins: [pin(root.spki)] } },
      { ...good, trust: { ...insecure, pins: [] } },
      { ...good, limits: { deph: 1 } },
      { ...good, limits: { depth: -1 } },
      { ...good, limits: { depth: Number.NaN } },
      { ...good, algorithms: { md5: 'accept' } },
      { ...good, algorithms: { sha1: 'yes' } },
      { ...good, algorithms: { minimumRsaBits: Number.NaN } },
      { ...good, profile: 'web' },
      { ...good, provider: { ...noble, hashes: {} } },
    ];
    for (const options of wrong) {
      expect(thrown(() => createCertificateVerifier(options as VerifierOptions)).code).toBe('ERR_TLS_INVALID_OPTION');
    }
    expect(createCertificateVerifier(good).trust).toMatch(/^[0-9a-f]{64}\//);
  });
});

describe('the digest of trust', () => {
  it('is the same for the same trust, and another for any other', async () => {
    const other = await createCA();
    const id = (trust: Trust, options: Partial<VerifierOptions> = {}): string =>
      createCertificateVerifier({ provider: noble, trust, ...options }).trust;
    const both = id({ roots: [root.pem, other.pem] });
    expect(id({ roots: [other.certificate, root.certificate, root.pem] })).toBe(both);
    const ids = [
      both,
      id({ roots: root.pem }),
      id({ roots: root.pem }, { profile: 'webpki' }),
      id({ roots: root.pem }, { algorithms: { sha1: 'accept' } }),
      id({ roots: root.pem }, { algorithms: { minimumRsaBits: 1024 } }),
      id({ roots: root.pem }, { algorithms: { maximumRsaBits: 4096 } }),
      id({ roots: root.pem }, { algorithms: { finiteField: 'accept' } }),
      id({ roots: root.pem }, { policies: { requireExplicit: true } }),
      id({ roots: root.pem }, { isPublicSuffix: () => true }),
      id({ roots: root.pem }, { isPublicSuffix }),
      id({ pins: [pin(root.spki)] }),
      id({ pins: [pin(root.spki), pin(leaf.spki)] }),
      id(insecure),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    const verifier = createCertificateVerifier({ provider: noble, trust: { roots: root.pem } });
    const peer = verifier.verify({ role: 'server', chain: leaf.chain, name: 'localhost' });
    expect(peer).toMatchObject({ trust: verifier.trust });
  });
});

describe('profiles', () => {
  const code = 'ERR_TLS_CERT_REFUSED';

  it('are webpki for servers and rfc5280 for clients, unless one is named for both', async () => {
    const browser = await intermediate.issue({ names: ['localhost'], extendedKeyUsage: null });
    const conforming = await intermediate.issue({ names: ['localhost'], authorityKeyIdentifier: null });
    const each = (issued: Issued, profile?: Profile): readonly string[] =>
      (['server', 'client'] as const).map(role => verdictOn(root, issued, { role }, profile && { profile }));
    expect(each(browser)).toEqual([code, 'accepted']);
    expect(each(conforming)).toEqual([code, code]);
    expect(each(browser, 'webpki')).toEqual([code, code]);
    expect(each(browser, 'rfc5280')).toEqual(['accepted', 'accepted']);
    expect(each(conforming, 'path')).toEqual(['accepted', 'accepted']);
  });

  it('are named by whoever is refused by one, with the section', async () => {
    const { chain } = await intermediate.issue({ names: ['localhost'], extendedKeyUsage: null });
    expect(judge({ trust: { roots: root.pem } }, { chain })).toMatchObject({
      code,
      alert: 'certificate_unknown',
      rfc: 'CA/Browser Forum BR §7.1.2.7.10',
      message:
        'certificate "CN=localhost": has no extended key usage, or any, says profile webpki (CA/Browser Forum BR §7.1.2.7.10)',
    });
    const { chain: other } = await intermediate.issue({ names: ['localhost'], authorityKeyIdentifier: null });
    expect(judge({ trust: { roots: root.pem } }, { chain: other, role: 'client' })).toMatchObject({
      message: 'certificate "CN=localhost": has no authority key identifier, says profile rfc5280 (RFC 5280 §4.2.1.1)',
    });
  });

  describe('take a leaf that is itself an anchor as it is', () => {
    const usual: CAOptions = { subject: 'localhost', names: ['localhost'], keyUsage: null };

    it.each([
      ['as OpenSSL makes it: an authority without purposes', usual],
      ['without key identifiers', { ...usual, ca: null, authorityKeyIdentifier: null, subjectKeyIdentifier: null }],
      ['for a service, with purposes', { ...usual, ca: false, extendedKeyUsage: ['serverAuth', 'clientAuth'] }],
      ['with any purpose', { ...usual, extendedKeyUsage: ['any'] }],
      ['with another common name', { ...usual, subject: 'my machine' }],
    ] as readonly [string, CAOptions][])('%s', async (_, options) => {
      const own = await createCA(options);
      const chain = [own.certificate];
      expect(verdictOn(own, { chain })).toBe('accepted');
      expect(verdictOn(own, { chain }, { role: 'client', name: undefined })).toBe('accepted');
      expect(verdictOn(own, { chain }, {}, { profile: 'webpki' })).toBe('accepted');
      expect(by({ pins: [pin(own.spki)] }, chain)).toBe('accepted');
    });

    it.each([
      ['its name', usual, 'ERR_TLS_CERT_ALTNAME_INVALID', 'other.test'],
      ['its validity', { ...usual, notAfter: new Date(Date.now() - day / 2) }, 'CERT_HAS_EXPIRED'],
      ['its key usage', { ...usual, keyUsage: ['keyCertSign'] }, 'KEYUSAGE_NO_DIGITAL_SIGNATURE'],
      ['its purposes', { ...usual, extendedKeyUsage: ['codeSigning'] }, 'INVALID_PURPOSE'],
      ['its key', { ...usual, key: 'rsa-1024' }, 'ERR_TLS_CERT_WEAK'],
      ['a serial number below zero', { ...usual, serial: Uint8Array.of(0x80) }, code],
    ] as readonly [string, CAOptions, string, string?][])(
      'but for %s',
      async (_, options, expected, name = 'localhost') => {
        const own = await createCA(options);
        expect(verdictOn(own, { chain: [own.certificate] }, { name })).toBe(expected);
      },
    );

    it('but no leaf that merely has the name and the key of one', async () => {
      const own = await createCA(usual);
      const again = await createCA({ ...usual, key: own.key });
      expect(verdictOn(own, { chain: [again.certificate] })).toBe(code);
    });
  });

  it.each(['path', 'rfc5280', 'webpki'] as const)('%s takes what a careful authority makes', profile => {
    expect(verdictOn(root, leaf, {}, { profile })).toBe('accepted');
  });

  it('ask what RFC 5280 §4 asks of authorities', async () => {
    const san = { oid: '2.5.29.17', value: Uint8Array.of(0x30, 3, 0x82, 1, 0x61) };
    const wrong: readonly (readonly [string, Issued])[] = [
      ['serial number 0', await intermediate.issue({ names: ['localhost'], serial: Uint8Array.of(0) })],
      ['a negative serial number', await intermediate.issue({ names: ['localhost'], serial: Uint8Array.of(0x80) })],
      ['a long serial number', await intermediate.issue({ names: ['localhost'], serial: new Uint8Array(21).fill(1) })],
      ['no authority key identifier', await intermediate.issue({ names: ['localhost'], authorityKeyIdentifier: null })],
      ['no subject key identifier', await (await root.intermediate({ subjectKeyIdentifier: null })).issue('localhost')],
      [
        'an authority without name',
        await (
          await root.intermediate({
            subject: { CN: 'a' },
            keyUsage: ['keyCertSign'],
            pathLength: 0,
            extensions: [{ oid: '2.5.29.19', value: Uint8Array.of(0x30, 3, 1, 1, 0xff) }],
          })
        ).issue('localhost'),
      ],
      [
        'constraints on a leaf',
        await intermediate.issue({ names: ['localhost'], nameConstraints: { permitted: ['localhost'] } }),
      ],
      [
        'a leaf that may sign',
        await intermediate.issue({ names: ['localhost'], keyUsage: ['digitalSignature', 'keyCertSign'] }),
      ],
      ['an empty subject', await intermediate.issue({ subject: {}, extensions: [san] })],
      ['an underscore', await intermediate.issue({ names: ['localhost', 'a_b.test'] })],
      [
        'an address of three octets',
        await intermediate.issue({ names: ['localhost', { ip: Uint8Array.of(1, 2, 3) }] }),
      ],
    ];
    for (const [what, issued] of wrong) {
      const name = what === 'an empty subject' ? null : 'localhost';
      expect([what, verdictOn(root, issued, { name }, { profile: 'path' })]).toEqual([what, 'accepted']);
      expect([what, verdictOn(root, issued, { name }, { profile: 'rfc5280' })]).toEqual([what, code]);
      expect([what, verdictOn(root, issued, { name }, { profile: 'webpki' })]).toEqual([what, code]);
    }
  });

  it('ask what the CA/Browser Forum asks besides', async () => {
    const wrong: readonly (readonly [string, Issued])[] = [
      ['no purposes', await intermediate.issue({ names: ['localhost'], extendedKeyUsage: null })],
      ['any purpose', await intermediate.issue({ names: ['localhost'], extendedKeyUsage: ['any'] })],
      ['an authority as leaf', await intermediate.issue({ names: ['localhost'], ca: true })],
      [
        'a common name that is no alternative name',
        await intermediate.issue({ names: ['localhost'], subject: 'x.test' }),
      ],
    ];
    for (const [what, issued] of wrong) {
      expect([what, verdictOn(root, issued, {}, { profile: 'rfc5280' })]).toEqual([what, 'accepted']);
      expect([what, verdictOn(root, issued, {}, { profile: 'webpki' })]).toEqual([what, code]);
    }
    const purposeful = await createCA({ extendedKeyUsage: ['serverAuth'] });
    const issued = await purposeful.issue('localhost');
    expect(verdictOn(purposeful, issued, {}, { profile: 'rfc5280' })).toBe('accepted');
    expect(verdictOn(purposeful, issued, {}, { profile: 'webpki' })).toBe(code);
  });
});

function createNothing(): never {
  throw new Error('no key is good enough');
}
