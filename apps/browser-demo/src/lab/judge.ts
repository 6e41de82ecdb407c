/** The ends' judge of certificates. What judges is loaded while the first hello is under way: nobody needs it before. */
import type { PeerVerifier, VerifiedPeer } from '@tlskit/tls-handshake';

type Judging = typeof import('./judging.ts');

/** Under which the ends keep sessions. */
const TRUST = 'the authority of this page';

let judging: Judging | undefined;

export async function loadJudging(): Promise<Judging> {
  judging ??= await import('./judging.ts');
  return judging;
}

/**
 * @param by whether what is stapled to certificates counts
 * @param importKey makes the peer's key anew, where it is to do more than verify
 */
export function judgeOf(
  by: keyof Judging['judges'],
  importKey?: (spki: Uint8Array) => VerifiedPeer['publicKey'],
): PeerVerifier {
  return {
    trust: TRUST,
    verify(evidence) {
      if (judging === undefined) throw new Error('nobody has loaded what judges');
      const peer = judging.judges[by].verify(evidence) as VerifiedPeer;
      return { ...peer, publicKey: importKey?.(peer.publicKey.spki) ?? peer.publicKey, trust: TRUST };
    },
  };
}
