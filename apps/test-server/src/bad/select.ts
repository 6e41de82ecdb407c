/** Which certificate a client gets where some are bad: by the first label of the name that it asks for, or whatever it asks for. */
import type { TestCA } from '@tlskit/tls-testing';
import {
  type Credential,
  type CredentialOptions,
  type CredentialSource,
  type CryptoProvider,
  createCredential,
} from 'tlskit';
import { type BadCertificate, type BadCertificateName, badCertificateNames, badCertificates } from './certificates.ts';

/** What follows the label: names that lead to this machine everywhere (RFC 6761 §6.3). */
export const DOMAIN = 'localhost';

export interface BadSelection {
  readonly provider: CryptoProvider;
  readonly root: TestCA;
  /** Those that are in order. */
  readonly good: readonly CredentialOptions[];
  /** The one for everybody; undefined for all of them, by label. */
  readonly always: BadCertificateName | undefined;
  /** The name in certificates, where it is not to be the label below `localhost`. */
  readonly name?: string;
}

/** Mints what is asked for. */
export async function selectBad({ provider, root, good, always, name: host }: BadSelection): Promise<CredentialSource> {
  const names = always === undefined ? badCertificateNames : [always];
  const minted = await Promise.all(
    names.map(async name => {
      const { mint }: BadCertificate = badCertificates[name];
      const { chain, key, staple } = await mint({ root, name: host ?? `${name}.${DOMAIN}` });
      return [name, { chain, key: provider.importPrivateKey(key), ocsp: staple } satisfies Credential] as const;
    }),
  );
  const bad = new Map<string, Credential>(minted);
  const others = good.map(each => {
    const { leaf: _, ...credential } = createCredential({
      provider,
      certificate: each.certificate as string,
      key: each.key as string,
    });
    return { ...credential, ocsp: each.ocspResponse } satisfies Credential;
  });
  return query => {
    const label = always ?? query.serverName?.split('.', 1)[0];
    return bad.get(label ?? '') ?? others.find(credential => query.schemeFor(credential) !== undefined);
  };
}
