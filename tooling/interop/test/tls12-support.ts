/** What the tests of TLS 1.2 with several peers share. */
import { generateKeyPairSync } from 'node:crypto';
import { type CipherSuiteInfo12, cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { createCA, type KeyKind } from '@tlskit/tls-testing';
import { type ConnectOptions, tls12 } from 'tlskit/node';
import { HOST, type Identity, identity } from '../src/certificates.ts';

/** By IANA's name; undefined for those that are not ours. */
export function suite12(name: string): CipherSuiteInfo12 | undefined {
  const code = tls12.handshake.names.cipherSuites.valueOf(name);
  return code === undefined ? undefined : cipherSuiteInfo12(code);
}

/** What our ends are told to have this suite alone. */
export function only(
  suite: string,
): Required<Pick<ConnectOptions, 'versions' | 'cipherSuites' | 'groups' | 'signatureSchemes'>> &
  Pick<ConnectOptions, 'legacy'> {
  const { code, keyExchange, authentication } = suite12(suite) as CipherSuiteInfo12;
  const groups = [...(keyExchange === 'DHE' ? ['ffdhe2048'] : []), 'x25519', 'secp256r1', 'secp384r1', 'secp521r1'];
  const signatureSchemes =
    authentication === 'DSS' ? [...schemes, 'dsa_sha256_RESERVED', 'dsa_sha1_RESERVED'] : schemes;
  const common = { versions: [tls12], groups, signatureSchemes };
  if (!tls12.handshake.names.isLegacy(code)) return { ...common, cipherSuites: [suite] };
  // Beside a legacy suite stands one that the peer does not take.
  const other = suite.includes('CHACHA20')
    ? 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'
    : 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256';
  return { ...common, cipherSuites: [other], legacy: [suite] };
}

/** A leaf with such a key under a root that signs by ECDSA: DSA signs no certificates here. RSA keys may decrypt too. */
export async function identity12(key: KeyKind | Uint8Array): Promise<Identity> {
  const root = await createCA();
  const rsa = key === 'rsa-2048';
  const keyUsage = rsa ? (['digitalSignature', 'keyEncipherment'] as const) : (['digitalSignature'] as const);
  return identity(await root.issue({ key, names: [HOST], keyUsage }), root);
}

/** DER PKCS#8 of a DSA key of 2048 bits whose q has but 160: for peers that sign with SHA-1 alone, which goes with no larger one. */
export function dsaForSha1(): Uint8Array {
  const { privateKey } = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 160 });
  return privateKey.export({ type: 'pkcs8', format: 'der' });
}

/** The kinds of key that a server may show with a suite. */
export function kindsFor({ authentication, keyExchange }: CipherSuiteInfo12): readonly KeyKind[] {
  switch (authentication) {
    case 'RSA':
      return keyExchange === 'RSA' ? ['rsa-2048'] : ['rsa-2048', 'rsa-pss'];
    case 'ECDSA':
      return ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'ed25519', 'ed448'];
    case 'DSS':
      return ['dsa-2048'];
    default:
      // RSA_PSK needs one; the others have something to name, and show nothing.
      return ['rsa-2048'];
  }
}

const schemes = [
  ...['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512', 'ed25519', 'ed448'],
  ...['rsa_pss_rsae_sha256', 'rsa_pss_pss_sha256', 'rsa_pkcs1_sha256'],
];
