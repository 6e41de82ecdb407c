/** Certificates with SCTs in them: by way of a precertificate, as RFC 6962 §3.1 has it. */
import { type CertificateOptions, type Issuer, settled } from './certificate.ts';
import { poisonExtension, type SctOptions, sctExtension, type TestLog } from './log.ts';

/** Who issues. */
export interface IssuingAuthority {
  readonly issuer: Issuer;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** What a certificate is to have of Certificate Transparency (RFC 6962). */
export interface TransparencyOptions {
  /** SCTs to embed: of these logs, as they are made or otherwise, or serialized ones from elsewhere. */
  readonly scts?: readonly (TestLog | (SctOptions & { readonly log: TestLog }) | Uint8Array)[];
  /** Signs the precertificate in the issuer's place: an authority below it, with the purpose `precertificateSigning` (RFC 6962 §3.1). */
  readonly precertificateSigner?: IssuingAuthority;
}

/** A certificate that logs were asked about before it was made. */
export interface Logged {
  /** The certificate's options, with the SCTs in an extension. */
  readonly options: CertificateOptions;
  /** DER: the precertificate and its issuers, as they were shown to the logs. */
  readonly precertificate: readonly Uint8Array[];
}

/** Makes the precertificate, and collects SCTs for it. */
export async function logged(
  { scts = [], precertificateSigner: signer, ...options }: CertificateOptions & TransparencyOptions,
  authority: IssuingAuthority,
  build: (options: CertificateOptions, issuer: Issuer) => Promise<Uint8Array>,
): Promise<Logged> {
  // Serial number and times are the same in both.
  const certificate = settled(options);
  const added = certificate.extensions ?? [];
  const { issuer } = signer ?? authority;
  const poisoned = await build({ ...certificate, extensions: [...added, poisonExtension()] }, issuer);
  const above = signer === undefined ? [] : [signer.certificate];
  const precertificate = [poisoned, ...above, authority.certificate];
  const serialized: Uint8Array[] = [];
  for (const asked of scts) {
    if (asked instanceof Uint8Array) serialized.push(asked);
    else if ('log' in asked) serialized.push(await asked.log.addPreChain(precertificate, asked));
    else serialized.push(await asked.addPreChain(precertificate));
  }
  return { options: { ...certificate, extensions: [...added, sctExtension(serialized)] }, precertificate };
}
