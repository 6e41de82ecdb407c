import type { OcspOptions as BuiltOptions, OcspSingle } from '@tlskit/tls-testing';
import type { RevocationPolicy, VerifiedPeer, VerifierOptions, VerifyInput } from '../../src/index.ts';
import { type OcspOptions, ocsp } from '../../src/ocsp/index.ts';
import { createCA, type Issued, judge, noble, type TestCA, TlsError } from '../support.ts';

export const minute = 60_000;
export const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);
export const ahead = (milliseconds: number): Date => new Date(Date.now() + milliseconds);

/** An authority, one above it, and what it issued. */
export interface Scene {
  readonly root: TestCA;
  readonly ca: TestCA;
  readonly leaf: Issued;
  readonly responder: Issued;
}

export async function scene(): Promise<Scene> {
  const root = await createCA();
  const ca = await root.intermediate();
  const leaf = await ca.issue('localhost');
  const responder = await ca.issue({ subject: 'responder', names: null, extendedKeyUsage: ['OCSPSigning'] });
  return { root, ca, leaf, responder };
}

/** A response about the leaf, with whatever is to be other than good. */
export function about(
  { ca, leaf }: Scene,
  single: OcspSingle = {},
  options: Omit<BuiltOptions, 'responses'> = {},
): Promise<Uint8Array> {
  return ca.ocsp({ ...options, responses: [{ certificate: leaf.certificate, ...single }] });
}

export interface Judging extends Partial<VerifierOptions> {
  readonly checker?: Partial<OcspOptions>;
  readonly policy?: Partial<RevocationPolicy>;
  readonly input?: Partial<VerifyInput>;
}

/** The options of a verifier that goes by OCSP. */
export function byOcsp({ root }: Pick<Scene, 'root'>, { checker, policy, input: _, ...options }: Judging = {}) {
  const provider = options.provider ?? noble;
  return {
    trust: { roots: [root.certificate] },
    revocation: { by: [ocsp({ provider: noble, ...checker })], ...policy },
    ...options,
    provider: provider as typeof noble,
  };
}

/** The verdict on the leaf with this staple. */
export function judged(scene: Scene, staple: Uint8Array | undefined, judging: Judging = {}): VerifiedPeer | TlsError {
  return judge(byOcsp(scene, judging), { chain: scene.leaf.chain, ocsp: staple, ...judging.input });
}

/** `good` or `unknown` as the report has it, or the code of the error. */
export function said(scene: Scene, staple: Uint8Array | undefined, judging: Judging = {}): string {
  const verdict = judged(scene, staple, judging);
  return verdict instanceof TlsError ? verdict.code : (verdict.revocation[0]?.status ?? 'unasked');
}

/** The error that the staple is refused with, which has the code and the section; its message. */
export function refusedFor(scene: Scene, staple: Uint8Array, judging: Judging = {}): string {
  const verdict = judged(scene, staple, judging);
  if (!(verdict instanceof TlsError)) throw new Error(`it was accepted: ${verdict.revocation[0]?.status}`);
  if (verdict.code !== 'ERR_TLS_CERT_STATUS') throw verdict;
  return verdict.message;
}
