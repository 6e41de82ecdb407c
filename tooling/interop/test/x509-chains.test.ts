/** Chains minted by `openssl ca`, judged by our verifier and by `openssl verify -x509_strict`: good ones of each kind, and bad ones of each sort. */
import { readFileSync } from 'node:fs';
import type { TlsErrorCode } from '@tlskit/tls-alerts';
import { withExtras } from '@tlskit/tls-crypto';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { createCA, toPem } from '@tlskit/tls-testing';
import { createCertificateVerifier, loadCertificates, type PeerName, type VerifierOptions } from '@tlskit/tls-x509';
import { isPublicSuffix } from '@tlskit/tls-x509/public-suffix';
import { TlsError } from 'tlskit/node';
import { afterAll, describe, expect, it } from 'vitest';
import { file } from '../src/files.ts';
import {
  dsaKey,
  OpensslAuthority,
  type OpensslIssued,
  type OpensslOptions,
  opensslKeyKinds,
  opensslVerify,
  removeAuthorities,
} from '../src/openssl-ca.ts';
import { forPeer, node } from './support.ts';

afterAll(removeAuthorities);

const provider = withExtras(node, ...allExtras);

/** What is judged, and for whom. */
interface Chain {
  readonly leaf: string;
  /** PEM of what goes with it. */
  readonly others: string;
  readonly root: string;
}

interface Asked {
  readonly role?: 'server' | 'client';
  readonly name?: PeerName;
  readonly options?: Partial<VerifierOptions>;
  /** What openssl is told of the same. */
  readonly args?: readonly string[];
}

async function ours({ leaf, others, root }: Chain, { role = 'server', name, options }: Asked = {}) {
  const rest = others === '' ? [] : loadCertificates(others);
  const chain = [...loadCertificates(readFileSync(leaf)), ...rest];
  const trust = { roots: readFileSync(root) };
  const verifier = createCertificateVerifier({ provider, trust, profile: 'rfc5280', ...options });
  try {
    const expected = name ?? (role === 'server' ? 'localhost' : null);
    await verifier.verify({ role, chain, name: expected });
    return 'accepted';
  } catch (error) {
    if (error instanceof TlsError) return error.code;
    throw error;
  }
}

function theirs({ leaf, others, root }: Chain, { role = 'server', name, args = [] }: Asked) {
  const purpose = role === 'server' ? 'sslserver' : 'sslclient';
  const names = namesAsked(role, name);
  return opensslVerify(leaf, root, others, ['-purpose', purpose, ...names, '-auth_level', '2', ...args]);
}

function namesAsked(role: 'server' | 'client', name: PeerName | undefined): readonly string[] {
  if (name === undefined) return role === 'server' ? ['-verify_hostname', 'localhost'] : [];
  if (typeof name === 'string') return ['-verify_hostname', name];
  if ('ip' in name) return ['-verify_ip', name.ip];
  if ('email' in name) return ['-verify_email', name.email];
  if ('dns' in name) return ['-verify_hostname', name.dns];
  throw new Error('OpenSSL looks for no URIs');
}

const chainOf = (issued: OpensslIssued, issuer: OpensslAuthority, root: OpensslAuthority): Chain => ({
  leaf: issued.certificate,
  others: issuer.above,
  root: root.certificate,
});

/** The chain with one bit of the signature of its leaf, or of the certificate above, turned. */
function broken(chain: Chain, which: 'leaf' | 'issuer'): Chain {
  const pem = which === 'leaf' ? readFileSync(chain.leaf, 'utf8') : chain.others;
  const certificates = loadCertificates(pem).map(der => Uint8Array.from(der));
  const [first] = certificates as [Uint8Array];
  first[first.length - 1] = (first.at(-1) as number) ^ 1;
  const text = certificates.map(der => toPem('CERTIFICATE', der)).join('');
  return which === 'leaf' ? { ...chain, leaf: file(text) } : { ...chain, others: text };
}

/** One root for most, made when it is first needed. */
let shared: { readonly root: OpensslAuthority; readonly between: OpensslAuthority } | undefined;

function authorities(): NonNullable<typeof shared> {
  if (shared === undefined) {
    const root = OpensslAuthority.root();
    shared = { root, between: root.intermediate() };
  }
  return shared;
}

/** A leaf below the shared intermediate. */
function leaf(options: OpensslOptions = {}): Chain {
  const { root, between } = authorities();
  return chainOf(between.issue(options), between, root);
}

const saying = (extensions: OpensslOptions['extensions'], more: OpensslOptions = {}): Chain =>
  leaf({ extensions, ...more });

/** A leaf below an intermediate of its own. */
function under(options: OpensslOptions, leafOptions: OpensslOptions = {}): Chain {
  const { root } = authorities();
  const own = root.intermediate(options);
  return chainOf(own.issue(leafOptions), own, root);
}

/** A leaf of these names below an authority that is so constrained. */
function constrained(constraints: string, names?: string, subject?: string): Chain {
  return under(
    { extensions: { nameConstraints: `critical,${constraints}` }, sections: '[dn]\nO = Inside\n' },
    {
      ...(names === undefined ? {} : { extensions: { subjectAltName: names } }),
      ...(subject === undefined ? {} : { subject }),
    },
  );
}

const past = { start: '20200101000000Z', end: '20210101000000Z' };
const future = { start: '20900101000000Z', end: '20910101000000Z' };

/** Without a policy that is wanted openssl finds none where one is required. */
const anyPolicy: Asked = { args: ['-policy', '2.5.29.32.0'] };
const wanted: Asked = {
  args: ['-policy', '1.2.3.4', '-explicit_policy'],
  options: { policies: { acceptable: ['1.2.3.4'] } },
};

const required = { policyConstraints: 'critical,requireExplicitPolicy:0', certificatePolicies: '1.2.3.4' };

/** A leaf with policies below an authority with extensions. */
const policed = (extensions: OpensslOptions['extensions'], certificatePolicies?: string): Chain =>
  under({ extensions }, { extensions: certificatePolicies === undefined ? {} : { certificatePolicies } });

/** Below an upper authority and a lower one that maps 1.2.3.4 to 1.2.3.5, a leaf of 1.2.3.5. */
function mapped(upper: OpensslOptions['extensions']): Chain {
  const { root } = authorities();
  const above = root.intermediate({ extensions: { certificatePolicies: '1.2.3.4', ...upper } });
  const extensions = { certificatePolicies: '1.2.3.4', policyMappings: 'critical,1.2.3.4:1.2.3.5' };
  const below = above.intermediate({ extensions });
  return chainOf(below.issue({ extensions: { certificatePolicies: '1.2.3.5' } }), below, root);
}

type Refused = [title: string, make: () => Chain, theirError: number, ourCode: TlsErrorCode, asked?: Asked];

/** What both refuse, with the number of openssl's first error (X509_V_ERR_…) and our code. */
const refused: readonly Refused[] = [
  ['an expired leaf', () => leaf(past), 10, 'CERT_HAS_EXPIRED'],
  ['a leaf of the future', () => leaf(future), 9, 'CERT_NOT_YET_VALID'],
  ['an expired intermediate', () => under(past), 10, 'CERT_HAS_EXPIRED'],
  ['an intermediate of the future', () => under(future), 9, 'CERT_NOT_YET_VALID'],
  [
    'an expired root',
    () => {
      const old = OpensslAuthority.root(past);
      return chainOf(old.issue(), old, old);
    },
    10,
    'CERT_HAS_EXPIRED',
  ],
  ['another purpose', () => saying({ extendedKeyUsage: 'codeSigning' }), 26, 'INVALID_PURPOSE'],
  [
    'an authority for another purpose',
    () => under({ extensions: { extendedKeyUsage: 'clientAuth' } }),
    26,
    'INVALID_PURPOSE',
  ],
  ['a server as a client', () => leaf(), 26, 'INVALID_PURPOSE', { role: 'client' }],
  [
    'a path that is too long',
    () => {
      const { root } = authorities();
      const short = root.intermediate({ extensions: { basicConstraints: 'critical,CA:TRUE,pathlen:0' } });
      const below = short.intermediate();
      return chainOf(below.issue(), below, root);
    },
    25,
    'PATH_LENGTH_EXCEEDED',
  ],
  [
    'an issuer that is no authority',
    () => under({ extensions: { basicConstraints: 'critical,CA:FALSE', keyUsage: 'critical,digitalSignature' } }),
    79,
    'INVALID_CA',
  ],
  [
    'an issuer without basic constraints',
    () => under({ extensions: { basicConstraints: undefined } }),
    79,
    'INVALID_CA',
  ],
  [
    'an issuer whose key may not sign certificates',
    () => under({ extensions: { keyUsage: 'critical,digitalSignature,cRLSign' } }),
    79,
    'KEYUSAGE_NO_CERTSIGN',
  ],
  [
    'a DNS name that is not permitted',
    () => constrained('permitted;DNS:example.com'),
    47,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  ['a DNS name that is excluded', () => constrained('excluded;DNS:localhost'), 48, 'ERR_TLS_CERT_NAME_CONSTRAINTS'],
  [
    'an IPv4 address that is not permitted',
    () => constrained('permitted;IP:10.0.0.0/255.0.0.0', 'DNS:localhost,IP:11.0.0.1'),
    47,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  [
    'an IPv4 address that is excluded',
    () => constrained('excluded;IP:10.0.0.0/255.0.0.0', 'DNS:localhost,IP:10.0.0.1'),
    48,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  [
    'an IPv6 address that is not permitted',
    () => constrained('permitted;IP:2001:db8::/ffff:ffff::', 'DNS:localhost,IP:2001:db9::1'),
    47,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  [
    'a mailbox that is not permitted',
    () => constrained('permitted;email:example.com', 'DNS:localhost,email:a@example.org'),
    47,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  [
    'a mailbox that is excluded',
    () => constrained('excluded;email:.example.com', 'DNS:localhost,email:a@b.example.com'),
    48,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  [
    'a URI that is not permitted',
    () => constrained('permitted;URI:example.com', 'DNS:localhost,URI:https://example.org/'),
    47,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  [
    'a URI that is excluded',
    () => constrained('excluded;URI:.example.com', 'DNS:localhost,URI:https://a.example.com/'),
    48,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  [
    'a subject that is not permitted',
    () => constrained('permitted;dirName:dn', undefined, '/O=Other/CN=localhost'),
    47,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  [
    'a subject that is excluded',
    () => constrained('excluded;dirName:dn', undefined, '/O=Inside/CN=localhost'),
    48,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  [
    'an address in the subject that is not permitted',
    () => constrained('permitted;email:example.com', undefined, '/CN=localhost/emailAddress=a@example.org'),
    47,
    'ERR_TLS_CERT_NAME_CONSTRAINTS',
  ],
  ['a bad signature of the leaf', () => broken(leaf(), 'leaf'), 7, 'CERT_SIGNATURE_FAILURE'],
  ['a bad signature of the intermediate', () => broken(leaf(), 'issuer'), 7, 'CERT_SIGNATURE_FAILURE'],
  [
    'an unknown critical extension',
    () => saying({ '1.2.3.4': 'critical,ASN1:NULL' }),
    34,
    'UNHANDLED_CRITICAL_EXTENSION',
  ],
  [
    'an unknown critical extension of an authority',
    () => under({ extensions: { '1.2.3.4': 'critical,ASN1:NULL' } }),
    34,
    'UNHANDLED_CRITICAL_EXTENSION',
  ],
  ['a missing intermediate', () => ({ ...leaf(), others: '' }), 20, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [
    'a root that is not trusted',
    () => {
      const stranger = OpensslAuthority.root({ subject: '/CN=Stranger' });
      return chainOf(stranger.issue(), stranger, authorities().root);
    },
    20,
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  ],
  [
    'a namesake of a trusted root',
    () => {
      const namesake = OpensslAuthority.root();
      return chainOf(namesake.issue(), namesake, authorities().root);
    },
    20,
    'CERT_SIGNATURE_FAILURE',
  ],
  [
    'a leaf that signed itself',
    () => {
      const extensions = {
        subjectAltName: 'DNS:localhost',
        basicConstraints: undefined,
        keyUsage: 'critical,digitalSignature',
      };
      const alone = OpensslAuthority.root({ subject: '/CN=localhost', extensions });
      return { leaf: alone.certificate, others: '', root: authorities().root.certificate };
    },
    18,
    'DEPTH_ZERO_SELF_SIGNED_CERT',
  ],
  ['another name', () => leaf(), 62, 'ERR_TLS_CERT_ALTNAME_INVALID', { name: 'example.com' }],
  ['an address that is not named', () => leaf(), 64, 'ERR_TLS_CERT_ALTNAME_INVALID', { name: { ip: '127.0.0.1' } }],
  [
    'a wildcard two labels deep',
    () => saying({ subjectAltName: 'DNS:*.example.com' }),
    62,
    'ERR_TLS_CERT_ALTNAME_INVALID',
    { name: 'a.b.example.com' },
  ],
  [
    'a wildcard for a whole registry',
    () => saying({ subjectAltName: 'DNS:*.com' }),
    62,
    'ERR_TLS_CERT_ALTNAME_INVALID',
    { name: 'example.com' },
  ],
  [
    'a key that may sign nothing but CRLs',
    () => saying({ keyUsage: 'critical,cRLSign' }),
    26,
    'KEYUSAGE_NO_DIGITAL_SIGNATURE',
  ],
  ['an RSA key of 1024 bits', () => leaf({ kind: 'rsa-1024' }), 66, 'ERR_TLS_CERT_WEAK'],
  ['a signature by SHA-1', () => leaf({ args: ['-md', 'sha1'] }), 68, 'ERR_TLS_CERT_WEAK'],
  [
    'an authority without key identifier',
    () =>
      under(
        { extensions: { subjectKeyIdentifier: 'none' } },
        { extensions: { authorityKeyIdentifier: 'issuer:always' } },
      ),
    85,
    'ERR_TLS_CERT_REFUSED',
  ],
  [
    'no identifier of the authority’s key',
    () => saying({ authorityKeyIdentifier: 'none' }),
    85,
    'ERR_TLS_CERT_REFUSED',
  ],
  [
    'basic constraints that are not critical',
    () => under({ extensions: { basicConstraints: 'CA:TRUE' } }),
    89,
    'ERR_TLS_CERT_REFUSED',
  ],
  [
    'a path length of a leaf',
    () => saying({ basicConstraints: 'critical,CA:FALSE,pathlen:0' }),
    80,
    'ERR_TLS_CERT_REFUSED',
  ],
  [
    'a leaf that may sign certificates',
    () => saying({ keyUsage: 'critical,digitalSignature,keyCertSign' }),
    79,
    'ERR_TLS_CERT_REFUSED',
  ],
  ['an empty subject beside names that are not critical', () => leaf({ subject: '/' }), 88, 'ERR_TLS_CERT_REFUSED'],
  [
    'a critical subject key identifier',
    () => saying({ subjectKeyIdentifier: 'critical,hash' }),
    34,
    'ERR_TLS_CERT_REFUSED',
  ],
  [
    'a critical authority key identifier',
    () => saying({ authorityKeyIdentifier: 'critical,keyid:always' }),
    34,
    'ERR_TLS_CERT_REFUSED',
  ],
  [
    'a path length of an authority that may not sign certificates',
    () => under({ extensions: { basicConstraints: 'critical,CA:TRUE,pathlen:0', keyUsage: 'critical,cRLSign' } }),
    79,
    'KEYUSAGE_NO_CERTSIGN',
  ],
];

const policyCases: readonly Refused[] = [
  ['no policy where one is required', () => policed(required), 43, 'ERR_TLS_CERT_POLICY', anyPolicy],
  ['another policy than the authority’s', () => policed(required, '1.2.3.5'), 43, 'ERR_TLS_CERT_POLICY', anyPolicy],
  [
    'any policy where that is inhibited',
    () => policed({ ...required, inhibitAnyPolicy: 'critical,0' }, '2.5.29.32.0'),
    43,
    'ERR_TLS_CERT_POLICY',
    anyPolicy,
  ],
  [
    'another policy than is wanted',
    () => policed({ certificatePolicies: '1.2.3.4,1.2.3.5' }, '1.2.3.5'),
    43,
    'ERR_TLS_CERT_POLICY',
    wanted,
  ],
  [
    'a policy that the authority may not give',
    () => policed({ certificatePolicies: '1.2.3.5' }, '1.2.3.4'),
    43,
    'ERR_TLS_CERT_POLICY',
    wanted,
  ],
  [
    'a mapping that is inhibited',
    () => mapped({ policyConstraints: 'critical,inhibitPolicyMapping:0' }),
    43,
    'ERR_TLS_CERT_POLICY',
    wanted,
  ],
  [
    'a mapping of any policy',
    () => policed({ certificatePolicies: '1.2.3.4', policyMappings: 'critical,2.5.29.32.0:1.2.3.5' }, '1.2.3.4'),
    42,
    'ERR_TLS_CERT_POLICY',
    anyPolicy,
  ],
];

type Difference = [title: string, make: () => Chain, ourCode: TlsErrorCode, why: string, asked?: Asked];

/** What openssl takes and we refuse, and why. */
const stricter: readonly Difference[] = [
  [
    'a common name in place of alternative names',
    () => saying({ subjectAltName: undefined }),
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'RFC 9525 §6.3: the common name is no name of a server',
  ],
  [
    'a wildcard in part of a label',
    () => saying({ subjectAltName: 'DNS:a*.example.com' }),
    'ERR_TLS_CERT_REFUSED',
    'RFC 9525 §6.3: a wildcard is the whole left-most label',
    { name: 'ab.example.com' },
  ],
  [
    'a wildcard for all that a registry has',
    () => saying({ subjectAltName: 'DNS:*.k12.ma.us' }),
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'CA/Browser Forum BR §3.2.2.6: it can be nobody’s; openssl has no list',
    { name: 'example.k12.ma.us', options: { isPublicSuffix } },
  ],
  [
    'an authority that signs by DSA',
    () => {
      const { root } = authorities();
      const between = root.intermediate({ key: dsaKey() });
      return chainOf(between.issue(), between, root);
    },
    'ERR_TLS_CERT_KEY',
    'keys of DSA are those of old servers and clients: whoever signs certificates has others',
  ],
  [
    'a key that may encrypt and not sign',
    () => saying({ keyUsage: 'critical,keyEncipherment' }),
    'KEYUSAGE_NO_DIGITAL_SIGNATURE',
    'RFC 9846 §4.5.1.2: a server signs; openssl has the key exchange of RSA in mind',
  ],
  [
    'name constraints that are not critical',
    () => under({ extensions: { nameConstraints: 'permitted;DNS:localhost' } }),
    'ERR_TLS_CERT_REFUSED',
    'RFC 5280 §4.2.1.10: authorities MUST mark them critical',
  ],
];

forPeer('openssl', 'chains of openssl ca', () => {
  describe('that are good: openssl takes them, and so do we', () => {
    const kinds = opensslKeyKinds().filter(kind => kind !== 'rsa-1024');

    it.each(kinds)('with keys of kind %s', async kind => {
      const root = OpensslAuthority.root({ kind });
      const between = root.intermediate({ kind });
      const chain = chainOf(between.issue({ kind }), between, root);
      expect(theirs(chain, {}).text).toMatch(/: OK$/m);
      expect(await ours(chain)).toBe('accepted');
      expect(await ours(chain, { options: { profile: 'webpki' } })).toBe('accepted');
    });

    it('with a key of DSA below one of ECDSA, which browsers do not take, unless it is accepted by option', async () => {
      const chain = leaf({ key: dsaKey() });
      expect(theirs(chain, {}).text).toMatch(/: OK$/m);
      expect(await ours(chain)).toBe('accepted');
      expect(await ours(chain, { options: { profile: 'webpki' } })).toBe('ERR_TLS_CERT_REFUSED');
      const algorithms = { finiteField: 'accept' } as const;
      expect(await ours(chain, { options: { profile: 'webpki', algorithms } })).toBe('accepted');
    });

    it.each<[string, () => Chain, Asked]>([
      [
        'RSA keys that sign by PSS',
        () => {
          const args = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'];
          const root = OpensslAuthority.root({ kind: 'rsa-2048', args });
          return chainOf(root.issue({ args: [...args, '-md', 'sha384'] }), root, root);
        },
        {},
      ],
      ['SHA-512 by keys on P-256', () => leaf({ args: ['-md', 'sha512'] }), {}],
      [
        'constraints of every form that are kept',
        () =>
          constrained(
            'permitted;DNS:localhost,permitted;IP:10.0.0.0/255.0.0.0,permitted;email:example.com,permitted;URI:.example.com,permitted;dirName:dn,excluded;DNS:bad.localhost',
            'DNS:localhost,DNS:a.localhost,IP:10.1.2.3,email:me@example.com,URI:https://www.example.com/',
            '/O=Inside/CN=localhost',
          ),
        {},
      ],
      ['a policy that is required', () => policed(required, '1.2.3.4'), anyPolicy],
      ['a policy that is wanted', () => policed({ certificatePolicies: '2.5.29.32.0' }, '1.2.3.5,1.2.3.4'), wanted],
      ['a policy that is wanted, mapped', () => mapped({}), wanted],
      ['a wildcard', () => saying({ subjectAltName: 'DNS:*.example.com' }), { name: 'www.example.com' }],
      ['an IPv6 address', () => saying({ subjectAltName: 'IP:2001:db8::1' }), { name: { ip: '2001:db8:0::1' } }],
      [
        'a client',
        () => saying({ extendedKeyUsage: 'clientAuth', subjectAltName: 'email:me@example.com' }),
        { role: 'client', name: { email: 'me@example.com' } },
      ],
      ['an empty subject', () => saying({ subjectAltName: 'critical,DNS:localhost' }, { subject: '/' }), {}],
      [
        'path lengths that suffice',
        () => {
          const { root } = authorities();
          const upper = root.intermediate({ extensions: { basicConstraints: 'critical,CA:TRUE,pathlen:1' } });
          const lower = upper.intermediate({ extensions: { basicConstraints: 'critical,CA:TRUE,pathlen:0' } });
          return chainOf(lower.issue(), lower, root);
        },
        {},
      ],
    ])('%s', async (_, make, asked) => {
      const chain = make();
      expect(theirs(chain, asked).text).toMatch(/: OK$/m);
      expect(await ours(chain, asked)).toBe('accepted');
    });
  });

  describe('that both refuse:', () => {
    it.each<Refused>([...refused, ...policyCases])('%s', async (_title, make, error, code, asked = {}) => {
      const chain = make();
      const verdict = theirs(chain, asked);
      expect(verdict.good).toBe(false);
      expect(verdict.errors[0], verdict.text).toBe(error);
      expect(await ours(chain, asked)).toBe(code);
    });
  });

  it('a way that leads nowhere is left again: openssl follows it to its end', async () => {
    const { root } = authorities();
    const stranger = OpensslAuthority.root({ subject: '/CN=Stranger' });
    const subject = '/CN=Cross-signed';
    const own = root.intermediate({ subject });
    const other = stranger.intermediate({ subject, key: own.key });
    const chain = chainOf(own.issue(), own, root);
    const [straight, astray] = [own.above + other.above, other.above + own.above];
    expect(theirs({ ...chain, others: straight }, {}).text).toMatch(/: OK$/m);
    expect(theirs({ ...chain, others: astray }, {}).errors).toEqual([20]);
    expect(await ours({ ...chain, others: straight })).toBe('accepted');
    expect(await ours({ ...chain, others: astray })).toBe('accepted');
  });

  describe('that openssl takes and we refuse:', () => {
    it.each<Difference>(stricter)('%s', async (_title, make, code, _why, asked = {}) => {
      const chain = make();
      expect(theirs(chain, asked).text).toMatch(/: OK$/m);
      expect(await ours(chain, asked)).toBe(code);
    });
  });
});

forPeer('openssl', 'chains that tls-testing makes', () => {
  it.each(['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'rsa-2048', 'rsa-pss', 'ed25519', 'ed448'] as const)(
    'are taken by openssl: %s',
    async key => {
      const root = await createCA({ key });
      const between = await root.intermediate({ key, nameConstraints: { permitted: ['localhost'] }, pathLength: 0 });
      const { chain } = await between.issue({ key, names: ['localhost'] });
      const pem = chain.map(der => toPem('CERTIFICATE', der));
      const files = { leaf: file(pem[0] as string), others: pem.slice(1).join(''), root: file(root.pem) };
      expect(theirs(files, {}).text).toMatch(/: OK$/m);
      expect(await ours(files)).toBe('accepted');
    },
  );
});
