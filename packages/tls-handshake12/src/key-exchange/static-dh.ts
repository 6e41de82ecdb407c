/**
 * Diffie-Hellman with the key in the server's certificate: ECDH_ECDSA and ECDH_RSA (RFC 4492 §2.1, §2.3), which RFC 8422 leaves
 * out. Without forward secrecy. DH_DSS and DH_RSA (RFC 5246 §7.4.2) would need certificates of a kind that providers do not import.
 */
import { TlsError } from '@tlskit/tls-alerts';
import type { CurveName, PublicKey } from '@tlskit/tls-crypto';
import type { Flow } from '@tlskit/tls-handshake';
import { NamedGroup } from '@tlskit/tls-messages';
import type { CipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { readDer } from '@tlskit/tls-wire/der';
import { curveOf, validated } from './ecdhe.ts';
import { type ClientHalf, type ClientInput, required, type ServerHalf, type ServerInput } from './half.ts';

export function* clientEcdh({ config, suite, peerKey }: ClientInput): Flow<ClientHalf> {
  const key = required(peerKey, 'a certificate', suite);
  const group = key.algorithm.type === 'ec' ? NamedGroup.values[key.algorithm.curve] : undefined;
  // RFC 8422 §5.3: the key must be one that the client can do, as its extensions say.
  const exchange = group === undefined ? undefined : curveOf(config, group);
  if (exchange === undefined) throw unfit(suite);
  const { share, sharedSecret } = yield* validated(() => exchange.respond(pointOf(key)));
  return { fields: { ecdh_Yc: share }, secret: sharedSecret, group };
}

/** @param key with `agree`, or a server cannot do it */
export function serverEcdh({ suite, key }: ServerInput): ServerHalf {
  const { algorithm } = required(key, 'a certificate', suite);
  const agree = required(key?.agree?.bind(key), 'a key that agrees', suite);
  return {
    fields: {},
    group: algorithm.type === 'ec' ? NamedGroup.values[algorithm.curve] : undefined,
    complete: ({ ecdh_Yc }) => validated(() => agree(required(ecdh_Yc, 'a share', suite))),
    wipe() {},
  };
}

/** The curves that keys of certificates are on. */
export const certificateCurves = ['secp256r1', 'secp384r1', 'secp521r1'] as const satisfies readonly CurveName[];

function unfit(suite: CipherSuiteInfo12): TlsError {
  return new TlsError('ERR_TLS_CERT_KEY', `no key on a curve that was offered, for ${suite.name}`, {
    rfc: 'RFC 8422 §5.3',
  });
}

/** The point, whose form the certificate's reader has seen to: subjectPublicKey (RFC 5480 §2.2). */
function pointOf({ spki }: PublicKey): Uint8Array {
  return readDer(spki, 'SubjectPublicKeyInfo', reader => {
    const info = reader.enter();
    info.next();
    return info.bitStringBytes();
  });
}
