/** Who the ends are: each certificate chain with its key in a module of its own, loaded when it is needed. */

/** Base64 of DER. */
export interface EncodedIdentity {
  /** The leaf first, without the authority. */
  readonly chain: readonly string[];
  /** PKCS#8. */
  readonly key: string;
  /** An OCSP response that says that the leaf is good. */
  readonly staple: string;
}

/** DER. */
export interface Identity {
  readonly chain: readonly Uint8Array[];
  readonly key: Uint8Array;
  readonly staple: Uint8Array;
}

/** The kinds of certificates that the server has, and who is behind the connection's other end. */
export const certificateKinds = ['ecdsa-p256', 'rsa-2048', 'ed25519'] as const;

export type CertificateKind = (typeof certificateKinds)[number];

const modules: Readonly<Record<CertificateKind | 'client', () => Promise<{ readonly identity: EncodedIdentity }>>> = {
  'ecdsa-p256': () => import('./ecdsa-p256.ts'),
  'rsa-2048': () => import('./rsa-2048.ts'),
  ed25519: () => import('./ed25519.ts'),
  client: () => import('./client.ts'),
};

export async function identityOf(name: CertificateKind | 'client'): Promise<Identity> {
  const { chain, key, staple } = (await modules[name]()).identity;
  return { chain: chain.map(fromBase64), key: fromBase64(key), staple: fromBase64(staple) };
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), character => character.charCodeAt(0));
}
