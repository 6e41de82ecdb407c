/** Chain validation, loaded when there is the first chain to judge: the page's authority is the only root. */
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import type { PeerVerifier } from '@tlskit/tls-handshake';
import { createCertificateVerifier, parseCertificate } from '@tlskit/tls-x509';
import { ocsp } from '@tlskit/tls-x509/ocsp';
import { now } from './clock.ts';
import { authority } from './identities/authority.ts';
import { fromBase64 } from './identities/index.ts';

const root = fromBase64(authority);
/** With all that certificates may be signed by, whatever the ends' own providers have. */
const provider = createNobleProvider();
const rules = { provider, trust: { roots: [root] }, time: now };

/** Good verdicts are kept: who tries the same handshake a thousand times asks the same of the same bytes. */
const plain: PeerVerifier = createCertificateVerifier({ ...rules, cache: 16 });

/** By what the peer staples, besides (RFC 6066 §8); no staple is no reason to refuse. */
const stapled: PeerVerifier = createCertificateVerifier({ ...rules, revocation: { by: [ocsp({ provider })] } });

export const judges = { plain, stapled } as const;

/** The DER name of the authority, by which clients choose their certificate (RFC 9846 §4.3.4). */
export const authorityName: Uint8Array = parseCertificate(root).subject.der;
