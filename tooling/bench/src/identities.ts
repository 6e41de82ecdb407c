/** Certificates for the servers: a leaf under an intermediate under a root, all with one kind of key. */
import { createCA } from '@tlskit/tls-testing';
import { type CertificateKind, host, type Identity } from './stacks/stack.ts';

export async function makeIdentities(): Promise<Record<CertificateKind, Identity>> {
  return { 'ecdsa-p256': await identity('ecdsa-p256'), 'rsa-2048': await identity('rsa-2048') };
}

async function identity(key: CertificateKind): Promise<Identity> {
  const root = await createCA({ key });
  const intermediate = await root.intermediate({ key });
  // For the suite of old that a peer has alone.
  const keyUsage = key === 'rsa-2048' ? (['digitalSignature', 'keyEncipherment'] as const) : undefined;
  const { pem } = await intermediate.issue({ key, names: [host], ...(keyUsage && { keyUsage }) });
  return { certificate: pem.certificate, key: pem.key, root: root.pem };
}
