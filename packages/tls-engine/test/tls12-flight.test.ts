/** The rules of RFC 5246 §7.4.2 to §7.4.9 on who shows what, who signs by what, and Finished: each broken by somebody. */
import type { CredentialQuery } from '@tlskit/tls-handshake';
import {
  certificate12,
  certificateRequest12,
  certificateVerify12,
  decodeMessage,
  encodeMessage,
  finished12,
  serverKeyExchange12,
} from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { by, rsa, rsaVerifier, suite } from './attacks12.ts';
import { credential, type Pair, sends, verifier } from './support.ts';
import { misbehaving12 } from './support12.ts';
import { connect, noError, refuses } from './tls12-support.ts';

const ECDHE_ECDSA = suite('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
const ECDHE_RSA = suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
const RSA = suite('TLS_RSA_WITH_AES_128_GCM_SHA256');

/** A message of that side is something else on its way, and that side believes that it was so. */
function changing(
  side: 'client' | 'server',
  message: { readonly type: number },
  change: (raw: Uint8Array) => Uint8Array | undefined,
  client: Partial<ClientEngineConfig> = {},
  server: Partial<ServerEngineConfig> = {},
): Pair {
  const versions = [
    misbehaving12(side, effect => {
      if (!sends(effect, message)) return effect;
      const raw = change(effect.raw.slice());
      return raw && { ...effect, raw };
    }),
  ];
  const ours = side === 'client' ? { versions } : {};
  const theirs = side === 'server' ? { versions } : {};
  return connect({ ...client, ...ours }, { ...server, ...theirs });
}

/** The scheme in a message, two bytes at that place, is another one. */
const bySchemeAt = (at: number, scheme: number) => (raw: Uint8Array) => {
  raw.set([scheme >> 8, scheme & 255], at);
  return raw;
};

describe('a server', () => {
  /** Whether it shows a certificate. */
  function shows(name: string): boolean {
    const key = { key: new Uint8Array(32).fill(7), hash: 'sha256' as const };
    const psks = [{ identity: new TextEncoder().encode('me'), ...key }];
    const { client, server } = by(name);
    let shown = false;
    const ends = changing(
      'server',
      certificate12,
      raw => {
        shown = true;
        return raw;
      },
      { ...client, psks },
      { ...server, pskLookup: () => key },
    );
    noError(ends);
    return shown;
  }

  it('shows a certificate with every suite that has one, and with no other [5246:7.4.2:1]', () => {
    for (const kx of ['ECDHE_ECDSA', 'ECDHE_RSA', 'DHE_RSA', 'RSA', 'RSA_PSK']) {
      expect(shows(`TLS_${kx}_WITH_AES_128_CBC_SHA${kx === 'RSA_PSK' ? '256' : ''}`), kx).toBe(true);
    }
    for (const kx of ['ECDH_anon', 'DH_anon', 'PSK', 'ECDHE_PSK']) {
      expect(shows(`TLS_${kx}_WITH_AES_128_CBC_SHA`), kx).toBe(false);
    }
  });

  it('shows none with a key of another kind than the suite’s [5246:7.4.2:2] [5246:7.4.2:6]', () => {
    for (const [cipherSuites, shown] of [
      [[ECDHE_RSA], credential],
      [[RSA], credential],
      [[ECDHE_ECDSA], rsa],
    ] as const) {
      const { client, server } = by('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
      const ends = connect({ ...client, cipherSuites }, { ...server, cipherSuites, credentials: () => shown });
      refuses(ends, 'server', 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', 'handshake_failure');
    }
  });

  it('is refused where it does [5246:7.4.2:2] [5246:7.4.2:6]', () => {
    // The client sees the key that its verifier tells of.
    const wrong = connect({ verifier: rsaVerifier });
    refuses(wrong, 'client', 'ERR_TLS_CERT_KEY', 'unsupported_certificate');
    for (const name of ['TLS_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']) {
      const { client, server } = by(name);
      refuses(connect({ ...client, verifier }, server), 'client', 'ERR_TLS_CERT_KEY', 'unsupported_certificate');
    }
  });

  it('shows none on a curve that the client did not name [5246:7.4.2:13] [5246:7.4.2:11]', () => {
    const ends = connect({ groups: [0x001d] }, { groups: [0x001d, 0x0017] });
    refuses(ends, 'server', 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', 'handshake_failure');
  });

  it('comes to no suite whose signatures the client does not take [5246:7.4.3:3]', () => {
    const { client, server } = by('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
    const cipherSuites = [ECDHE_ECDSA, ECDHE_RSA];
    const credentials = ({ schemeFor }: CredentialQuery) => [credential, rsa].find(one => schemeFor(one) !== undefined);
    const ends = connect(
      { ...client, cipherSuites, signatureSchemes: [0x0804, 0x0401] },
      { ...server, cipherSuites, credentials },
    );
    noError(ends);
    expect(ends.client.connected?.cipherSuite.code).toBe(ECDHE_RSA);
  });

  // curve_type, namedcurve and a share of 32 bytes, behind the header.
  const scheme = 4 + 1 + 2 + 1 + 32;

  it('that signs by a scheme that was not offered is refused [5246:7.4.3:2]', () => {
    const change = bySchemeAt(scheme, 0x0503);
    const ends = changing('server', serverKeyExchange12, change, { signatureSchemes: [0x0403, 0x0804] });
    refuses(ends, 'client', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter');
    expect(ends.client.error?.message).toContain('which was not offered');
  });

  it('that signs by a scheme that is not its key’s is refused [5246:7.4.3:4]', () => {
    const change = bySchemeAt(scheme, 0x0804);
    const ends = changing('server', serverKeyExchange12, change, { signatureSchemes: [0x0403, 0x0804] });
    refuses(ends, 'client', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter');
    expect(ends.client.error?.message).toContain('does not fit the key');
  });

  it('signs by none that is not its key’s, be it preferred [5246:7.4.3:4]', () => {
    const signatureSchemes = [0x0804, 0x0807, 0x0403];
    const ends = connect({ signatureSchemes }, { signatureSchemes });
    noError(ends);
    expect(ends.server.connected?.signatureScheme).toBe(0x0403);
  });
});

describe('a client that is asked for a certificate', () => {
  const request = { clientAuth: { mode: 'request', verifier } } as const;
  const require = { clientAuth: { mode: 'require', verifier } } as const;
  const own = { credentials: () => credential };

  it('and has none says so by an empty one [5246:7.3:2] [5246:7.4.6:1]', () => {
    const sent: (readonly Uint8Array[])[] = [];
    const watching = (raw: Uint8Array) => {
      sent.push(decodeMessage(certificate12, raw).certificate_list);
      return raw;
    };
    for (const client of [{}, { credentials: () => undefined }]) {
      const ends = changing('client', certificate12, watching, client, request);
      noError(ends);
      expect(ends.server.connected?.peerCertificates).toEqual([]);
    }
    expect(sent).toEqual([[], []]);
    refuses(connect({}, require), 'server', 'ERR_TLS_CERTIFICATE_REQUIRED', 'handshake_failure');
  });

  it('looks for one that is signed as the request says [5246:7.4.4:1] [5246:7.4.6:9]', () => {
    const asked: CredentialQuery[] = [];
    const credentials = (query: CredentialQuery) => {
      asked.push(query);
      return credential;
    };
    noError(connect({ credentials }, { ...require, signatureSchemes: [0x0403, 0x0603] }));
    expect(asked).toMatchObject([{ certificateSchemes: [0x0403, 0x0603], signatureSchemes: [0x0403, 0x0603] }]);
  });

  it('shows none of a kind that was not asked for [5246:7.4.4:2] [5246:7.4.6:2] [5246:7.4.6:4] [5246:7.4.6:5] [5246:7.4.6:6]', () => {
    const kinds = { rsa_sign: 1, dss_sign: 2, ecdsa_sign: 64 };
    const shown = (certificate_types: number[], credentials: () => typeof credential) => {
      const change = (raw: Uint8Array) =>
        encodeMessage(certificateRequest12, { ...decodeMessage(certificateRequest12, raw), certificate_types });
      const signatureSchemes = [0x0403, 0x0804];
      const ends = changing(
        'server',
        certificateRequest12,
        change,
        { credentials, signatureSchemes },
        { clientAuth: { mode: 'request', verifier: credentials === ofRsa ? rsaVerifier : verifier }, signatureSchemes },
      );
      noError(ends);
      return ends.server.connected?.peerCertificates.length !== 0;
    };
    const ofEc = () => credential;
    const ofRsa = () => rsa;
    const { rsa_sign, dss_sign, ecdsa_sign } = kinds;
    expect([shown([rsa_sign, dss_sign], ofEc), shown([dss_sign, ecdsa_sign], ofEc)]).toEqual([false, true]);
    expect([shown([ecdsa_sign, dss_sign], ofRsa), shown([dss_sign, rsa_sign], ofRsa)]).toEqual([false, true]);
  });

  it('shows none whose key signs by no scheme that was named [5246:7.4.4:3]', () => {
    const change = (raw: Uint8Array) =>
      encodeMessage(certificateRequest12, {
        ...decodeMessage(certificateRequest12, raw),
        supported_signature_algorithms: [0x0804, 0x0503],
      });
    const ends = changing(
      'server',
      certificateRequest12,
      change,
      { ...own, signatureSchemes: [0x0403, 0x0804] },
      request,
    );
    noError(ends);
    expect(ends.server.connected?.peerCertificates).toEqual([]);
  });

  it('is asked for kinds whose signatures are taken [5246:7.4.4:2]', () => {
    const kinds: (readonly number[])[] = [];
    const watching = (raw: Uint8Array) => {
      kinds.push(decodeMessage(certificateRequest12, raw).certificate_types);
      return raw;
    };
    for (const signatureSchemes of [[0x0403], [0x0403, 0x0804], [0x0403, 0x0402]]) {
      noError(changing('server', certificateRequest12, watching, own, { ...require, signatureSchemes }));
    }
    expect(kinds).toEqual([[64], [64, 1], [64, 2]]);
  });

  it('signs by a scheme that the request does not have, and is refused [5246:7.4.8:2]', () => {
    const change = bySchemeAt(4, 0x0603);
    const ends = changing('client', certificateVerify12, change, own, {
      ...require,
      signatureSchemes: [0x0403, 0x0804],
    });
    refuses(ends, 'server', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter');
    expect(ends.server.error?.message).toContain('which was not offered');
  });

  it('signs by a scheme that is not its key’s, and is refused [5246:7.4.8:3]', () => {
    const change = bySchemeAt(4, 0x0804);
    const ends = changing('client', certificateVerify12, change, own, {
      ...require,
      signatureSchemes: [0x0403, 0x0804],
    });
    refuses(ends, 'server', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter');
    expect(ends.server.error?.message).toContain('does not fit the key');
  });

  it('signs wrongly, and is refused', () => {
    const change = (raw: Uint8Array) => raw.with(-1, (raw.at(-1) as number) ^ 1);
    const ends = changing('client', certificateVerify12, change, own, require);
    refuses(ends, 'server', 'ERR_TLS_BAD_CERTIFICATE_VERIFY', 'decrypt_error');
  });

  it('signs right behind ClientKeyExchange, or is refused [5246:7.4.8:1]', () => {
    const ends = changing('client', certificateVerify12, () => undefined, own, require);
    refuses(ends, 'server', 'ERR_TLS_CHANGE_CIPHER_SPEC', 'unexpected_message');
  });
});

describe('Finished', () => {
  it.each(['client', 'server'] as const)(
    'of the %s that is wrong in any byte is a decrypt_error [5246:7.4.9:1]',
    side => {
      for (let at = 4; at < 16; at++) {
        const ends = changing(side, finished12, raw => raw.with(at, (raw[at] as number) ^ 0x80));
        const victim = side === 'client' ? ends.server : ends.client;
        expect(victim.error).toMatchObject({ code: 'ERR_TLS_BAD_FINISHED', alert: 'decrypt_error', sentBy: 'us' });
        expect(victim.connected).toBeUndefined();
      }
    },
  );

  it.each(['client', 'server'] as const)('of the %s has twelve bytes, neither more nor less [5246:7.4.9:4]', side => {
    for (const length of [0, 11, 13, 32]) {
      const ends = changing(side, finished12, raw => {
        const other = new Uint8Array(4 + length);
        other.set(raw.subarray(0, other.length));
        other[3] = length;
        return other;
      });
      const victim = side === 'client' ? ends.server : ends.client;
      expect(victim.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error', sentBy: 'us' });
    }
  });
});
