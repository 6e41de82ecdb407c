/** Clients with certificates, and servers that ask for them. */
import { TlsError } from '@tlskit/tls-alerts';
import type { PublicKey } from '@tlskit/tls-crypto';
import type { ClientAuthentication, Credential, PeerEvidence, PeerVerifier } from '@tlskit/tls-handshake';
import { createCA } from '@tlskit/tls-testing';
import { toHex } from '@tlskit/tls-wire';
import { provider } from './support.ts';

const ca = await createCA();
const issued = [await ca.issue('client'), await ca.issue('other')] as const;

/** P-256 certificates of two clients, with their keys. */
export const [clientCredential, otherCredential] = issued.map(
  ({ chain, key }): Credential => ({ chain, key: provider.importPrivateKey(key) }),
) as [Credential, Credential];

const keys = new Map<string, PublicKey>(
  issued.map(({ certificate, spki }) => [toHex(certificate), provider.importPublicKey(spki)]),
);

/** Knows the two clients and nobody else: X.509 has tests of its own. */
export const clientVerifier: PeerVerifier & { readonly seen: PeerEvidence[] } = {
  trust: 'clients',
  seen: [],
  verify(evidence) {
    this.seen.push(evidence);
    const publicKey = keys.get(toHex(evidence.chain[0] ?? new Uint8Array(0)));
    if (publicKey === undefined) throw new TlsError('DEPTH_ZERO_SELF_SIGNED_CERT', 'a stranger');
    return { publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'clients' };
  },
};

export function clientAuth(
  mode: ClientAuthentication['mode'],
  more: Partial<ClientAuthentication> = {},
): { clientAuth: ClientAuthentication } {
  return { clientAuth: { mode, verifier: clientVerifier, ...more } };
}

/** A client with the first of the certificates. */
export const authenticating = { credentials: () => clientCredential };
