/** Certificates for those who bring none: made at the start, signed by an authority that lives as long as the server. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCA, type Issued, type KeyKind, type TestCA } from '@tlskit/tls-testing';
import type { CredentialOptions, ServerOptions } from 'tlskit';
import { mintStaple, type StapleName } from '../bad/staples.ts';

/** What the certificates are for. */
const names = ['localhost', '127.0.0.1', '::1'];

export interface ThrowAway {
  /** One for each kind of key, in that order. */
  readonly credentials: readonly CredentialOptions[];
  /** The same, the first of them with an OCSP response. */
  stapled(kind: StapleName): Promise<readonly CredentialOptions[]>;
  readonly authority: TestCA;
  /** Where the authority's certificate is, as PEM, for clients that are to trust it. */
  readonly ca: string;
  /** Removes that file and its folder. It happens at the end of the process, too. */
  remove(): void;
}

export interface ThrowAwayOptions {
  readonly kinds: readonly KeyKind[];
  /** An OCSP response for the first of them, or of which sort it is to be. */
  readonly staple?: Uint8Array | StapleName | undefined;
  /** More names. */
  readonly names?: readonly string[];
}

export async function throwAway({ kinds, staple, names: more = [] }: ThrowAwayOptions): Promise<ThrowAway> {
  const ca = await createCA();
  const issued = await Promise.all(
    kinds.map(key => ca.issue({ subject: 'localhost', names: [...names, ...more], key, keyUsage: usages(key) })),
  );
  const ocsp = typeof staple === 'string' ? await mintStaple(staple, ca, (issued[0] as Issued).certificate) : staple;
  // A folder of our own, for us alone: nobody else can put another authority in its place.
  const folder = mkdtempSync(join(tmpdir(), 'tlskit-server-'));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', remove);
  const file = join(folder, 'ca.pem');
  writeFileSync(file, ca.pem, { mode: 0o600 });
  const credentials = issued.map(({ pem }, index) => ({
    certificate: pem.certificate,
    key: pem.key,
    ocspResponse: index === 0 ? ocsp : undefined,
  }));
  const stapled = async (kind: StapleName) => {
    const ocspResponse = await mintStaple(kind, ca, (issued[0] as Issued).certificate);
    return credentials.map((each, index) => (index === 0 ? { ...each, ocspResponse } : each));
  };
  return { credentials, stapled, authority: ca, ca: file, remove };
}

/** The kinds of key that the suites and schemes have a use for, the usual one first. */
export function kindsFor({ cipherSuites = [], legacy = [], signatureSchemes = [] }: Wanted): readonly KeyKind[] {
  const rsa = [...(cipherSuites ?? []), ...(legacy ?? [])].some(suite => /_RSA_/.test(suite));
  const schemes = signatureSchemes ?? [];
  const isWanted = (kind: KeyKind, pattern: RegExp) => (schemes.some(scheme => pattern.test(scheme)) ? [kind] : []);
  return [
    'ecdsa-p256',
    ...(rsa || schemes.some(scheme => /^rsa_(pkcs1|pss_rsae)/.test(scheme)) ? (['rsa-2048'] as const) : []),
    ...isWanted('rsa-pss', /^rsa_pss_pss/),
    ...isWanted('ecdsa-p384', /secp384r1/),
    ...isWanted('ecdsa-p521', /secp521r1/),
    ...isWanted('ed25519', /^ed25519$/),
    ...isWanted('ed448', /^ed448$/),
  ];
}

type Wanted = Pick<ServerOptions, 'cipherSuites' | 'legacy' | 'signatureSchemes'>;

/** The key exchanges of old need more than signatures (RFC 5246 §7.4.2, RFC 8422 §2.1). */
function usages(kind: KeyKind) {
  if (/^rsa-\d/.test(kind)) return ['digitalSignature', 'keyEncipherment'] as const;
  return kind.startsWith('ecdsa') ? (['digitalSignature', 'keyAgreement'] as const) : (['digitalSignature'] as const);
}
