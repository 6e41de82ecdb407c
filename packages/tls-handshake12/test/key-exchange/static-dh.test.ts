/** Diffie-Hellman with the key of the certificate (RFC 4492 §2.1, §2.3; RFC 5246 §7.4.2). */
import { generateKeyPairSync } from 'node:crypto';
import type { PublicKey } from '@tlskit/tls-crypto';
import { NamedGroup } from '@tlskit/tls-messages';
import { clientKeyExchangeBody } from '@tlskit/tls-messages/tls12';
import { createCA } from '@tlskit/tls-testing';
import { encode } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { answer, begin, clientConfig, exchange, noble, node, outcome, pairs, serverConfig, suite } from './support.ts';

const info = suite('TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256');
const curves = [
  ['secp256r1', 'P-256', 32],
  ['secp384r1', 'P-384', 48],
  ['secp521r1', 'P-521', 66],
] as const;

const keys = new Map(curves.map(([name, namedCurve]) => [name, generateKeyPairSync('ec', { namedCurve })] as const));
const pkcs8 = (name: (typeof curves)[number][0]) =>
  new Uint8Array(keys.get(name)!.privateKey.export({ format: 'der', type: 'pkcs8' }));
const spki = (name: (typeof curves)[number][0]) =>
  new Uint8Array(keys.get(name)!.publicKey.export({ format: 'der', type: 'spki' }));

describe.each(pairs)('$name', ({ client, server }) => {
  it.each(curves)('have the same secret: %s', async (name, _, length) => {
    const peerKey = client.importPublicKey(spki(name));
    const key = server.importPrivateKey(pkcs8(name));
    for (const one of [info, suite('TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256')]) {
      const done = await exchange(
        one,
        { config: clientConfig(client), peerKey },
        { config: serverConfig(server), key },
      );
      expect(done.client.premaster).toEqual(done.server.premaster);
      expect(done.client.premaster).toHaveLength(length);
      expect(done.params).toBeUndefined();
      expect([done.group, done.client.group]).toEqual([NamedGroup.values[name], NamedGroup.values[name]]);
    }
  });
});

describe.each([noble, node])('a client of $name', provider => {
  const unfit = { code: 'ERR_TLS_CERT_KEY', alert: 'unsupported_certificate', rfc: 'RFC 8422 §5.3' };

  it('refuses keys on curves that it did not offer, and keys of other kinds', async () => {
    const { secp384r1, x25519 } = NamedGroup.values;
    const peerKey = provider.importPublicKey(spki('secp256r1'));
    const config = clientConfig(provider, { groups: [secp384r1, x25519] });
    await expect(answer(info, { config, peerKey })).rejects.toMatchObject(unfit);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'der', type: 'spki' });
    const wrong = provider.importPublicKey(new Uint8Array(rsa));
    await expect(answer(info, { config: clientConfig(provider), peerKey: wrong })).rejects.toMatchObject(unfit);
  });

  it('refuses a key that is no point of its curve, whoever imported it', async () => {
    const good = spki('secp256r1');
    const forged = { algorithm: { type: 'ec', curve: 'secp256r1' }, spki: good.with(-1, (good.at(-1) as number) ^ 1) };
    await expect(answer(info, { config: clientConfig(provider), peerKey: forged as PublicKey })).rejects.toMatchObject({
      code: 'ERR_TLS_BAD_KEY_SHARE',
    });
  });
});

describe('a server', () => {
  const key = node.importPrivateKey(pkcs8('secp256r1'));

  it('refuses shares that are none [8422:5.11:1] [8422:5.11:2]', async () => {
    const { body } = await answer(info, {
      config: clientConfig(node),
      peerKey: node.importPublicKey(spki('secp256r1')),
    });
    const share = body.subarray(1);
    for (const bad of [
      share.subarray(1),
      share.with(64, (share[64] as number) ^ 1),
      Uint8Array.of(0),
      share.with(0, 2),
    ]) {
      const server = await begin(info, { config: serverConfig(node), key });
      const message = encode(clientKeyExchangeBody(info), { ecdh_Yc: bad });
      await expect(outcome(server.complete(message))).rejects.toMatchObject({
        code: 'ERR_TLS_BAD_KEY_SHARE',
        alert: 'illegal_parameter',
        rfc: 'RFC 8422 §5.11',
      });
    }
    const server = await begin(info, { config: serverConfig(node), key });
    await expect(outcome(server.complete(new Uint8Array(0)))).rejects.toThrow(
      expect.objectContaining({ name: 'DecodeError' }),
    );
  });

  it('needs a key that agrees', async () => {
    const { agree: _, ...signs } = { ...key, algorithm: key.algorithm, spki: key.spki, sign: () => new Uint8Array(0) };
    for (const one of [signs, undefined]) {
      await expect(begin(info, { config: serverConfig(node), key: one })).rejects.toMatchObject({
        code: 'ERR_TLS_INTERNAL',
      });
    }
  });
});

describe('a key of a finite field', async () => {
  const ca = await createCA();
  const issued = await ca.issue({ names: ['localhost'], key: 'dh-2048' });
  const suites = [suite('TLS_DH_RSA_WITH_AES_128_GCM_SHA256'), suite('TLS_DH_DSS_WITH_AES_256_CBC_SHA256')];
  const dh = suites[0] as (typeof suites)[number];

  it.each(pairs)('gives both the same secret: $name', async ({ client, server }) => {
    const [peerKey, key] = [client.importPublicKey(issued.spki), server.importPrivateKey(issued.key)];
    for (const one of suites) {
      const done = await exchange(
        one,
        { config: clientConfig(client), peerKey },
        { config: serverConfig(server), key },
      );
      expect(done.client.premaster).toEqual(done.server.premaster);
      expect([done.params, done.group, done.client.group]).toEqual([undefined, undefined, undefined]);
    }
  });

  it('must be large enough for the client', async () => {
    const peerKey = node.importPublicKey(issued.spki);
    const config = clientConfig(node, { tls12: { minDhBits: 3072 } });
    await expect(answer(dh, { config, peerKey })).rejects.toMatchObject({ code: 'ERR_TLS_DH_PARAM_SIZE' });
  });

  it('costs nothing to import, and is looked at when it is used', async () => {
    let { spki: good } = issued;
    let { share, algorithm } = node.importPublicKey(good);
    // A number is put in its place that DER writes with a zero before it, as it writes half of all.
    while ((share?.[0] as number) < 0x80) {
      good = (await ca.issue({ names: ['localhost'], key: 'dh-2048' })).spki;
      ({ share, algorithm } = node.importPublicKey(good));
    }
    const { p } = (algorithm as Extract<typeof algorithm, { type: 'dh' }>).parameters;
    // p - 2 has no square root where 2 has one, and -1 none: it is not of order q.
    const at = Buffer.from(good).lastIndexOf(share as Uint8Array);
    const outside = good.slice();
    outside.set(p.with(-1, (p.at(-1) as number) - 2), at);
    for (const provider of [noble, node]) {
      const peerKey = provider.importPublicKey(outside);
      await expect(answer(dh, { config: clientConfig(provider), peerKey })).rejects.toMatchObject({
        code: 'ERR_TLS_BAD_DH_SHARE',
        alert: 'handshake_failure',
      });
    }
  });

  it('is none of a curve', async () => {
    const peerKey = node.importPublicKey(spki('secp256r1'));
    await expect(answer(dh, { config: clientConfig(node), peerKey })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_KEY',
      rfc: 'RFC 5246 §7.4.2',
    });
  });

  it('takes no share out of its group', async () => {
    const key = node.importPrivateKey(issued.key);
    const { parameters } = key.algorithm as Extract<typeof key.algorithm, { type: 'dh' }>;
    const { p } = parameters;
    const minusOne = p.with(-1, (p.at(-1) as number) - 1);
    for (const dh_Yc of [Uint8Array.of(0), Uint8Array.of(1), minusOne, p, new Uint8Array(300).fill(9)]) {
      const server = await begin(dh, { config: serverConfig(node), key });
      const message = encode(clientKeyExchangeBody(dh), { dh_Yc });
      await expect(outcome(server.complete(message))).rejects.toMatchObject({
        code: 'ERR_TLS_BAD_DH_SHARE',
        alert: 'handshake_failure',
      });
    }
  });
});
