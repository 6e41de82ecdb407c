/**
 * Diffie-Hellman with the key in the server's certificate: ECDH_ECDSA and ECDH_RSA (RFC 4492 §2.1, §2.3), which RFC 8422 leaves
 * out, DH_DSS and DH_RSA (RFC 5246 §7.4.2). Without forward secrecy.
 */
import { TlsError } from '@tlskit/tls-alerts';
import type { CurveName, PublicKey } from '@tlskit/tls-crypto';
import type { Flow } from '@tlskit/tls-handshake';
import { dhPremaster } from '@tlskit/tls-keyschedule/tls12';
import { NamedGroup } from '@tlskit/tls-messages';
import type { CipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';
import { readDer } from '@tlskit/tls-wire/der';
import { checkedShare, checkSize, exchangeIn, inGroup } from './dhe.ts';
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

export function* clientDh({ config, suite, peerKey }: ClientInput): Flow<ClientHalf> {
  const key = required(peerKey, 'a certificate', suite);
  if (key.algorithm.type !== 'dh') throw unfit(suite);
  const group = key.algorithm.parameters;
  checkSize(config, group);
  const share = yield* inGroup(() => key.share);
  if (share === undefined) throw unfit(suite);
  const exchange = yield* exchangeIn(config, group, undefined);
  const answer = yield* inGroup(() => exchange.respond(checkedShare(group, share, 'RFC 5246 §7.4.2')));
  return { fields: { dh_Yc: answer.share }, secret: dhPremaster(answer.sharedSecret), group: undefined };
}

/** @param key with `agree`, or a server cannot do it */
export function serverDh({ suite, key }: ServerInput): ServerHalf {
  const { algorithm } = required(key, 'a certificate', suite);
  const agree = required(key?.agree?.bind(key), 'a key that agrees', suite);
  if (algorithm.type !== 'dh') throw unfit(suite);
  return {
    fields: {},
    group: undefined,
    *complete({ dh_Yc }) {
      const share = checkedShare(algorithm.parameters, required(dh_Yc, 'a share', suite), 'RFC 5246 §7.4.7.2');
      return dhPremaster(yield* inGroup(() => agree(share)));
    },
    wipe() {},
  };
}

/** The curves that keys of certificates are on. */
export const certificateCurves = ['secp256r1', 'secp384r1', 'secp521r1'] as const satisfies readonly CurveName[];

function unfit(suite: CipherSuiteInfo12): TlsError {
  return new TlsError('ERR_TLS_CERT_KEY', `no key of a group that was offered, for ${suite.name}`, {
    rfc: suite.keyExchange === 'DH' ? 'RFC 5246 §7.4.2' : 'RFC 8422 §5.3',
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
