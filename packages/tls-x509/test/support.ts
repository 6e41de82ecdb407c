import { TlsError, type TlsErrorCode } from '@tlskit/tls-alerts';
import type { CryptoProvider, PublicKey } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createCA, type Issued, type TestCA } from '@tlskit/tls-testing';
import { createCertificateVerifier, type VerifiedPeer, type VerifierOptions, type VerifyInput } from '../src/index.ts';

export const noble = createNobleProvider();

export const day = 86_400_000;

/** The verdict on a chain: the peer, or the code of the error. Fails the test for a promise or anything but a TlsError. */
export function judge(
  options: Omit<VerifierOptions, 'provider'> & { readonly provider?: CryptoProvider },
  input: Partial<VerifyInput> & Pick<VerifyInput, 'chain'>,
): VerifiedPeer | TlsError {
  const verifier = createCertificateVerifier({ provider: noble, ...options });
  try {
    const peer = verifier.verify({ role: 'server', name: 'localhost', ...input });
    if (peer instanceof Promise) throw new Error('the provider is synchronous, and yet a promise was made');
    return peer;
  } catch (error) {
    if (error instanceof TlsError) return error;
    throw error;
  }
}

export function codeOf(verdict: VerifiedPeer | TlsError): TlsErrorCode | 'accepted' {
  return verdict instanceof TlsError ? verdict.code : 'accepted';
}

/** The verdict on what this authority issued, in one word. */
export function verdictOn(
  root: TestCA,
  issued: Pick<Issued, 'chain'>,
  input: Partial<VerifyInput> = {},
  options: Partial<VerifierOptions> = {},
): TlsErrorCode | 'accepted' {
  const { provider: _, ...rest } = options;
  return codeOf(judge({ trust: { roots: [root.certificate] }, ...rest }, { chain: issued.chain, ...input }));
}

/** What a call throws. */
export function thrown(call: () => unknown): TlsError {
  try {
    call();
  } catch (error) {
    if (error instanceof TlsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The portable provider with verification that takes a turn of the event loop. */
export function asynchronous(provider: CryptoProvider): CryptoProvider {
  const later = (key: PublicKey): PublicKey => ({
    algorithm: key.algorithm,
    spki: key.spki,
    verify: async (algorithm, data, signature) => {
      await new Promise(resolve => setTimeout(resolve, 0));
      return key.verify(algorithm, data, signature);
    },
  });
  return { ...provider, importPublicKey: spki => later(provider.importPublicKey(spki)) };
}

export { createCA, type Issued, type TestCA, TlsError };
