/** Why nothing is signed in a handshake. */
import type { TranscriptPoint } from '../lab/transcript.ts';
import type { Suite } from './model.ts';

/** Both know a secret from before; the server has to decrypt; or it ended before anybody had signed. */
export type Unsigned = 'known' | 'rsa' | 'broken';

const [CERTIFICATE, FINISHED] = [11, 20];

/** @param points of the transcript of an end that has no signature */
export function unsignedBecause(points: readonly TranscriptPoint[], suite: Suite | undefined): Unsigned {
  const has = (wanted: number) => points.some(({ type }) => type === wanted);
  if (has(CERTIFICATE)) return suite?.version === 0x0303 && suite.keyExchange === 'RSA' ? 'rsa' : 'broken';
  // Whoever shows no certificate, and comes to an end all the same, has a key or a session.
  return has(FINISHED) ? 'known' : 'broken';
}
