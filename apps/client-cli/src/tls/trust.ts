/** Whom to believe, as the command line says it: authorities, pinned keys (RFC 7469 §2.4), revocation. */
import { createHash } from 'node:crypto';
import { type OptionRows, UsageError } from '@tlskit/cli-kit';
import {
  type ClientOptions,
  createCertificateVerifier,
  isPublicSuffix,
  ocsp,
  type PeerVerifier,
  parseCertificate,
  type RevocationPolicy,
  TlsError,
  type Trust,
} from 'tlskit';
import { provider } from '../cert/provider.ts';
import { rootsHelp, rootsOf } from '../roots.ts';

export const trustOptions = {
  cacert: {
    elsewhere: ['cafile', 'ca', 'ca-certificate', 'x509cafile'],
    value: 'FILE',
    help: rootsHelp,
  },
  insecure: {
    elsewhere: ['no-check-certificate', 'no-verify', 'no-verification'],
    short: 'k',
    help: 'Accept any certificate: whoever is in between can read and change everything. What is wrong with it is still reported.',
  },
  pin: {
    elsewhere: ['pinnedpubkey', 'pinned-pubkey', 'pins'],
    value: 'PIN',
    many: true,
    help: 'Ask for this public key too, sha256//BASE64, in the verified chain; of several pins for one of them. With --insecure the certificate itself must have it, and nothing else counts.',
  },
  status: {
    elsewhere: ['cert-status', 'ocsp', 'must-staple'],
    conflicts: ['insecure'],
    help: 'Ask for a stapled OCSP response that is good. Without this one that is stapled is judged, and none is no fault.',
  },
} as const satisfies OptionRows;

interface TrustValues {
  readonly cacert?: string;
  readonly insecure?: true;
  readonly pin?: readonly string[];
  readonly status?: true;
}

/** The judge of certificates, as options of a client. @throws UsageError */
export function trustOf({ cacert, insecure, pin = [], status }: TrustValues): ClientOptions {
  const roots = rootsOf('--cacert', cacert).map(({ der }) => der);
  const trust: Trust = insecure ? { insecure: 'accept any certificate', roots } : { roots };
  const by = [ocsp({ provider })];
  const revocation: RevocationPolicy = status ? { by, scope: 'leaf', unknown: 'refuse' } : { by };
  const pins = new Set(pin.flatMap(each => each.split(';')).map(digestOf));
  if (pins.size === 0) return { trust, revocation };
  const judge = createCertificateVerifier({ provider, trust, revocation, isPublicSuffix });
  return { verifier: pinned(judge as PeerVerifier, pins), ocsp: true };
}

/** Base64 of the pin's 32 bytes. curl writes sha256//, RFC 7469 and the library sha256/. @throws UsageError */
function digestOf(pin: string): string {
  const base64 = /^sha256\/\/?([A-Za-z0-9+/]{43}=)$/.exec(pin.trim())?.[1];
  if (base64 !== undefined && Buffer.from(base64, 'base64').toString('base64') === base64) return base64;
  throw new UsageError(`--pin is sha256// and the base64 of 32 bytes, not ${JSON.stringify(pin)}`);
}

/** A judge that wants one of the keys beside what another wants: sessions of either are not for the other. */
function pinned(judge: PeerVerifier, pins: ReadonlySet<string>): PeerVerifier {
  return {
    trust: `${judge.trust}/pins ${[...pins].sort().join(' ')}`,
    async verify(evidence) {
      const peer = await judge.verify(evidence);
      const { path = [] } = peer as { readonly path?: readonly { readonly spki: Uint8Array }[] };
      // What nobody verified anybody may have put there, but for the certificate whose key signs the handshake.
      const trusted = peer.verified ? path : evidence.chain.slice(0, 1).map(parseCertificate);
      if (trusted.some(({ spki }) => pins.has(createHash('sha256').update(spki).digest('base64')))) {
        return { ...peer, trust: this.trust };
      }
      throw new TlsError('ERR_TLS_CERT_PIN', 'none of the public keys of the certificates is one that --pin names');
    },
  };
}
