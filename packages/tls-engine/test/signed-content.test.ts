/** What a CertificateVerify signs, and with what (RFC 9846 §4.5.2): whatever else the right key signs is refused. */
import type { PublicKey, SignatureAlgorithm, SigningKey } from '@tlskit/tls-crypto';
import type { Credential, PeerVerifier } from '@tlskit/tls-handshake';
import { certificateVerify, decodeMessage, encodeMessage } from '@tlskit/tls-messages';
import { ascii, concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { clientAuth, clientCredential } from './clients.ts';
import { credential, misbehaving, pair, pump, sends } from './support.ts';

const SPACES = 64;

/** The same credential, which signs something else, or otherwise. */
function signing(
  { chain, key }: Credential,
  change: (content: Uint8Array) => Uint8Array,
  by: (algorithm: SignatureAlgorithm) => SignatureAlgorithm = algorithm => algorithm,
): Credential {
  const odd: SigningKey = {
    algorithm: key.algorithm,
    spki: key.spki,
    sign: (algorithm, content) => key.sign(by(algorithm), change(content)),
  };
  return { chain, key: odd };
}

const same = (content: Uint8Array) => content;
const sha384 = (): SignatureAlgorithm => ({ type: 'ecdsa', hash: 'sha384' });

/** A version whose one side says that it signed by another scheme. */
function saying(role: 'client' | 'server', algorithm: number) {
  return misbehaving(role, effect => {
    if (!sends(effect, certificateVerify)) return effect;
    const body = decodeMessage(certificateVerify, effect.raw);
    return { ...effect, raw: encodeMessage(certificateVerify, { ...body, algorithm }) };
  });
}

describe.each(['server', 'client'] as const)('a %s is refused', role => {
  const own = role === 'server' ? credential : clientCredential;
  const meet = (shown: Credential, version?: ReturnType<typeof saying>) => {
    const versions = version === undefined ? {} : { versions: [version] };
    const ends =
      role === 'server'
        ? pair({}, { credentials: () => shown, ...versions })
        : pair({ credentials: () => shown, ...versions }, clientAuth('require'));
    pump(ends);
    return role === 'server' ? ends.client : ends.server;
  };

  it('for nothing else: signed as it should be, it is let in', () => {
    expect(meet(signing(own, same)).connected).toBeDefined();
  });

  const other = role === 'server' ? 'client' : 'server';
  it.each([
    [
      `signs as a ${other}`,
      (it: Uint8Array) => concat(it.slice(0, SPACES), ascii(`TLS 1.3, ${other}`), it.slice(SPACES + 15)),
    ],
    ['leaves the padding out', (it: Uint8Array) => it.slice(SPACES)],
    ['leaves the context out', (it: Uint8Array) => it.slice(-32)],
    ['signs another transcript', (it: Uint8Array) => concat(it.slice(0, -1), Uint8Array.of((it.at(-1) as number) ^ 1))],
    ['signs nothing', () => new Uint8Array(0)],
  ])('that %s [9846:4.5.2:8] [9846:4.5.2:9]', (_, change) => {
    const judge = meet(signing(own, change));
    expect(judge.connected).toBeUndefined();
    expect(judge.error).toMatchObject({ code: 'ERR_TLS_BAD_CERTIFICATE_VERIFY', alert: 'decrypt_error' });
  });

  it.each([
    ['the scheme of another curve', 0x0503, sha384],
    ['a scheme of RSA', 0x0804, undefined],
    ['a scheme of EdDSA', 0x0807, undefined],
  ])('that names %s for its key of P-256 [9846:4.5.2:6]', (_, scheme, by) => {
    const judge = meet(signing(own, same, by), saying(role, scheme));
    expect(judge.connected).toBeUndefined();
    expect(judge.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it.each([
    ['an object', { valid: false }],
    ['a word', 'no'],
    ['a number', 1],
  ])('of whose signature its key says %s, and not true', (_, verdict) => {
    const answer = verdict as never;
    const publicKey: PublicKey = { algorithm: own.key.algorithm, spki: own.key.spki, verify: () => answer };
    const peer = { publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'odd' };
    const verifier: PeerVerifier = { trust: 'odd', verify: () => peer };
    for (const versions of [[tls13], [tls12]]) {
      const suites = { versions, cipherSuites: [0x1301, 0xc02b] };
      const ends =
        role === 'server'
          ? pair({ ...suites, verifier }, suites)
          : pair({ ...suites, credentials: () => own }, { ...suites, clientAuth: { mode: 'require', verifier } });
      pump(ends);
      const judge = role === 'server' ? ends.client : ends.server;
      expect(judge.connected).toBeUndefined();
      expect(judge.error).toMatchObject({ code: 'ERR_TLS_BAD_CERTIFICATE_VERIFY', alert: 'decrypt_error' });
    }
  });

  it('that signs by another hash than its scheme says', () => {
    const judge = meet(signing(own, same, sha384));
    expect(judge.error).toMatchObject({ code: 'ERR_TLS_BAD_CERTIFICATE_VERIFY', alert: 'decrypt_error' });
  });
});
