/** Which certificate a client gets where some are bad: by the name that it asks for, or whatever it asks for. */
import type { TestCA } from '@tlskit/tls-testing';
import {
  type Credential,
  type CredentialOptions,
  type CredentialSource,
  type CryptoProvider,
  createCredential,
} from 'tlskit';
import { wishesIn } from '../faults/wishes.ts';
import {
  type BadCertificate,
  type BadCertificateName,
  badCertificateNames,
  badCertificates,
  inOrder,
} from './certificates.ts';
import { mintStaple, type StapleName } from './staples.ts';

/** What follows the labels: names that lead to this machine everywhere (RFC 6761 §6.3). */
export const DOMAIN = 'localhost';

/** Certificates that are kept beside those of the start. Who asks for more names has older ones minted again. */
const MAX_KEPT = 200;

export interface BadSelection {
  readonly provider: CryptoProvider;
  readonly root: TestCA;
  /** Those that are in order. */
  readonly good: readonly CredentialOptions[];
  /** The one for everybody; undefined for each by name. */
  readonly always: BadCertificateName | undefined;
}

/** Mints what names ask for; what is likely to be asked for, at once. */
export async function badCredentials({ provider, root, good, always }: BadSelection): Promise<CredentialSource> {
  const kept = new Map<string, Promise<Credential>>();
  const minted = (host: string, bad: BadCertificateName | undefined, staple: StapleName | undefined) => {
    const key = `${host} ${bad} ${staple}`;
    let credential = kept.get(key);
    if (credential === undefined) {
      credential = mint({ provider, root }, host, bad, staple);
      kept.set(key, credential);
      // What could not be made is not kept: who asks again has another go.
      credential.catch(() => kept.delete(key));
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_KEPT) break;
        kept.delete(oldest);
      }
    }
    return credential;
  };
  const others = good.map(each => {
    const { leaf: _, ...credential } = createCredential({
      provider,
      certificate: each.certificate as string,
      key: each.key as string,
    });
    return { ...credential, ocsp: each.ocspResponse } satisfies Credential;
  });
  const ready =
    always === undefined
      ? badCertificateNames.map(name => minted(`${name}.${DOMAIN}`, name, undefined))
      : [minted(DOMAIN, always, undefined)];
  await Promise.all(ready);
  return async query => {
    const { serverName } = query;
    if (always !== undefined) return minted(serverName ?? DOMAIN, always, undefined);
    const { certificate, faults } = wishesIn(serverName);
    if (serverName !== undefined && (certificate !== undefined || faults.length > 0)) {
      const staple = faults.find(fault => fault.staple !== undefined)?.staple;
      const credential = await minted(serverName, certificate, staple);
      // Who has no use for keys on P-256 sees faults with another one.
      if (certificate !== undefined || query.schemeFor(credential) !== undefined) return credential;
    }
    return others.find(credential => query.schemeFor(credential) !== undefined);
  };
}

/** @param bad undefined for one that is in order */
async function mint(
  { provider, root }: Pick<BadSelection, 'provider' | 'root'>,
  name: string,
  bad: BadCertificateName | undefined,
  staple: StapleName | undefined,
): Promise<Credential> {
  const made: BadCertificate['mint'] = bad === undefined ? inOrder : badCertificates[bad].mint;
  const { chain, key, staple: own } = await made({ root, name });
  const ocsp = own ?? (staple && (await mintStaple(staple, root, chain[0] as Uint8Array)));
  return { chain, key: provider.importPrivateKey(key), ocsp };
}
