/** What `pnpm bench:x509` measures: a chain as bytes in, and an error unless it is good. */
import { X509Certificate as NodeCertificate } from 'node:crypto';
// Which the next asks for.
import 'reflect-metadata';
import * as peculiar from '@peculiar/x509';
import type { CryptoProvider } from '@tlskit/tls-crypto';
import { createCertificateVerifier, type PeerVerifier } from '@tlskit/tls-x509';
import * as pkijs from 'pkijs';

export interface Chain {
  readonly name: string;
  readonly host: string;
  /** DER, the leaf first, without the root. */
  readonly chain: readonly Uint8Array[];
  /** DER. */
  readonly root: Uint8Array;
}

export interface ChainValidator {
  readonly name: string;
  /** What it does beside parsing and checking signatures. */
  readonly checks: string;
  /** Makes ready what outlives one chain. */
  prepare(chain: Chain): () => void | Promise<void>;
}

/** Parses, compares issuer and subject, verifies; whoever calls it builds the path, and checks what the last line checks. */
export const nodeX509: ChainValidator = {
  name: 'node X509Certificate',
  checks: 'names of issuers, validity, host; the order is given, no extension is judged',
  prepare:
    ({ chain, root, host }) =>
    () => {
      const certificates = [...chain, root].map(der => new NodeCertificate(der));
      const now = Date.now();
      for (const [i, certificate] of certificates.entries()) {
        if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo))
          throw new Error('validity');
        const issuer = certificates[i + 1];
        if (issuer === undefined) continue;
        if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) throw new Error('signature');
      }
      if (certificates[0]?.checkHost(host) === undefined) throw new Error('host');
    },
};

/** What outlives connections: nothing; the verifier, whose root is parsed and its key imported once; or also certificates as they were read, with their keys. */
export type Kept = 'nothing' | 'roots' | 'roots and certificates';

export function tlskit(provider: CryptoProvider, kept: Kept): ChainValidator {
  const verify = (verifier: PeerVerifier, { chain, host }: Chain) => {
    const peer = verifier.verify({ role: 'server', chain, name: host });
    if (peer instanceof Promise || !peer.verified) throw new Error('not verified at once');
  };
  return {
    name: `tlskit, ${provider.name}${kept === 'nothing' ? '' : `, ${kept} kept`}`,
    checks: 'all of them',
    prepare: chain => {
      const limits = kept === 'roots and certificates' ? {} : { keptCertificates: 0 };
      const trust = { roots: chain.root };
      const create = () => createCertificateVerifier({ provider, trust, profile: 'webpki', limits });
      const verifier = create();
      return () => verify(kept === 'nothing' ? create() : verifier, chain);
    },
  };
}

export const peculiarX509: ChainValidator = {
  name: '@peculiar/x509',
  checks: 'builds by name and signature, validity; no extension is judged, no host',
  prepare:
    ({ chain, root }) =>
    async () => {
      const [leaf, ...others] = [...chain, root].map(der => new peculiar.X509Certificate(Uint8Array.from(der)));
      const path = await new peculiar.X509ChainBuilder({ certificates: others }).build(
        leaf as peculiar.X509Certificate,
      );
      const now = new Date();
      if (path.length !== chain.length + 1) throw new Error('no path');
      if (path.some(({ notBefore, notAfter }) => now < notBefore || now > notAfter)) throw new Error('validity');
    },
};

export const pkijsEngine: ChainValidator = {
  name: 'pkijs',
  checks: 'builds and validates by its engine; no host',
  prepare:
    ({ chain, root }) =>
    async () => {
      // Its engine takes the leaf last.
      const certs = chain.map(der => pkijs.Certificate.fromBER(Uint8Array.from(der))).reverse();
      const trustedCerts = [pkijs.Certificate.fromBER(Uint8Array.from(root))];
      const result = await new pkijs.CertificateChainValidationEngine({ certs, trustedCerts }).verify();
      if (!result.result) throw new Error(result.resultMessage);
    },
};
