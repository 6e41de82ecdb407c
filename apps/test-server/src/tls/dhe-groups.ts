/** The groups of RFC 7919 as parameters of DHE. */
import { suggestion, UsageError } from '@tlskit/cli-kit';
import { type DhParameters, type FfdheName, ffdhePrime } from '@tlskit/tls-crypto';

const known = ['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'] as const satisfies readonly FfdheName[];

/** @throws UsageError */
export function dheGroup(text: string): DhParameters {
  const name = known.find(candidate => candidate === text.toLowerCase());
  if (name === undefined) {
    throw new UsageError(`--dhe-group: no group is called ${JSON.stringify(text)}${suggestion(text, known)}`);
  }
  return { p: Buffer.from(ffdhePrime(name).toString(16), 'hex'), g: Uint8Array.of(2) };
}
