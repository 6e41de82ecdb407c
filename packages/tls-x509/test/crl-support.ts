/** Verdicts by CRLs, in one word, for the tests of CRLs. */
import type { CrlOptions } from '@tlskit/tls-testing';
import { expect } from 'vitest';
import { type CrlCheckerOptions, crls } from '../src/crl/index.ts';
import type { RevocationPolicy, VerifiedPeer, VerifierOptions } from '../src/index.ts';
import { judge, type TestCA, TlsError } from './support.ts';

export interface Asked extends CrlCheckerOptions, Partial<Pick<VerifierOptions, 'profile' | 'limits'>> {
  readonly root: TestCA;
  readonly chain: readonly Uint8Array[];
  readonly time?: number;
  readonly policy?: Partial<RevocationPolicy>;
}

/** The verdict of who must know. */
export function verdict(asked: Asked): VerifiedPeer | TlsError {
  const { root, chain, time, profile = 'path', limits = {}, policy, ...options } = asked;
  return judge(
    {
      trust: { roots: [root.certificate] },
      profile,
      limits,
      revocation: { by: [crls(options)], unknown: 'refuse', ...policy },
      ...(time === undefined ? {} : { time: () => time }),
    },
    { chain },
  );
}

/** `good`, `revoked`, or the code of why nobody knows. */
export function status(asked: Asked): string {
  return wordFor(verdict(asked));
}

export function wordFor(found: VerifiedPeer | TlsError): string {
  if (!(found instanceof TlsError)) return found.revocation.every(each => each.status === 'good') ? 'good' : 'unknown';
  if (found.code === 'CERT_REVOKED') return 'revoked';
  expect(found.code).toBe('ERR_TLS_CERT_STATUS_UNKNOWN');
  return reasonOf(found).code;
}

/** Why nobody knows, of the path that came furthest. */
export function reasonOf(found: TlsError): TlsError {
  const [furthest] = found.cause instanceof AggregateError ? (found.cause.errors as TlsError[]) : [found];
  if (!(furthest?.cause instanceof TlsError)) throw new Error('nobody says why');
  return furthest.cause;
}

export async function der(ca: TestCA, options?: CrlOptions): Promise<Uint8Array> {
  return (await ca.crl(options)).der;
}
