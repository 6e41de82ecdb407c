/** Ephemeral elliptic-curve Diffie-Hellman (RFC 8422). */
import { NamedGroup } from '@tlskit/tls-messages';
import { clientKeyExchangeBody, serverKeyExchangeBody } from '@tlskit/tls-messages/tls12';
import { decode, encode } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  answer,
  begin,
  clientConfig,
  exchange,
  noble,
  node,
  outcome,
  pairs,
  sent,
  serverConfig,
  suite,
} from './support.ts';

const info = suite('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
const curves = { x25519: 32, x448: 56, secp224r1: 57, secp256r1: 65, secp384r1: 97, secp521r1: 133 } as const;
const names = Object.keys(curves) as (keyof typeof curves)[];
const badShare = { code: 'ERR_TLS_BAD_KEY_SHARE', alert: 'illegal_parameter', rfc: 'RFC 8422 §5.11' };
const providers = [noble, node];

describe.each(pairs)('$name', ({ client, server }) => {
  it.each(names)('have the same secret: %s', async name => {
    const group = NamedGroup.values[name];
    for (const one of [info, suite('TLS_ECDH_anon_WITH_AES_128_CBC_SHA')]) {
      const done = await exchange(one, { config: clientConfig(client) }, { config: serverConfig(server), group });
      expect(done.client.premaster).toEqual(done.server.premaster);
      expect(done.client.group).toBe(group);
      expect(done.group).toBe(group);
      expect(done.params?.ecdh_params).toMatchObject({ curve_type: 3, namedcurve: group });
      expect(done.params?.ecdh_params?.public).toHaveLength(curves[name]);
      // RFC 8422 §5.10: leading zeros stay, so that all secrets of a curve have a length.
      expect(done.client.premaster).toHaveLength(name.startsWith('x') ? curves[name] : (curves[name] - 1) / 2);
    }
  });
});

describe.each(providers)('a client of $name', provider => {
  const config = clientConfig(provider);
  const shareOf = async (name: keyof typeof curves) => {
    const { params } = await begin(info, { config: serverConfig(node), group: NamedGroup.values[name] });
    return params?.ecdh_params?.public as Uint8Array;
  };
  const told = (group: number, share: Uint8Array, more = {}) =>
    answer(info, {
      config: { ...config, ...more },
      params: { ecdh_params: { curve_type: 3, namedcurve: group, public: share } },
    });

  it.each(names)('refuses shares that are none: %s [8422:5.11:1] [8422:5.11:2]', async name => {
    const share = await shareOf(name);
    const group = NamedGroup.values[name];
    await expect(told(group, share)).resolves.toMatchObject({ group });
    for (const bad of [
      share.subarray(1),
      Uint8Array.of(...share, 0),
      share.subarray(0, 1),
      new Uint8Array(share.length),
    ]) {
      await expect(told(group, bad), `${bad.length} bytes`).rejects.toMatchObject(badShare);
    }
    if (name.startsWith('x')) return;
    // Off the curve, compressed (RFC 8422 §5.1.2), hybrid, the point at infinity.
    const [x, y] = [share.subarray(1, (share.length + 1) / 2), share.subarray((share.length + 1) / 2)];
    const off = share.with(-1, (share.at(-1) as number) ^ 1);
    const parity = (y.at(-1) as number) & 1;
    for (const bad of [off, Uint8Array.of(2 + parity, ...x), share.with(0, 6 + parity), Uint8Array.of(0)]) {
      await expect(told(group, bad), `first byte ${bad[0]}`).rejects.toMatchObject(badShare);
    }
  });

  it.each(['x25519', 'x448'] as const)('refuses a secret of zeros: %s [8422:5.10:2] [8422:5.11:3]', async name => {
    for (const lowOrder of [0, 1]) {
      const share = new Uint8Array(curves[name]);
      share[0] = lowOrder;
      await expect(told(NamedGroup.values[name], share)).rejects.toMatchObject(badShare);
    }
  });

  it('refuses groups that it did not offer, has not, or that are no curves', async () => {
    const illegal = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter', rfc: 'RFC 8422 §5.4' };
    const share = await shareOf('secp256r1');
    const { secp256r1, secp384r1, ffdhe2048, X25519MLKEM768, sect571r1 } = NamedGroup.values;
    await expect(told(secp256r1, share, { groups: [secp384r1] })).rejects.toMatchObject(illegal);
    await expect(told(secp256r1, share, { provider: { ...provider, groups: {} } })).rejects.toMatchObject(illegal);
    for (const other of [ffdhe2048, X25519MLKEM768, sect571r1, 0x0a0a]) {
      await expect(told(other, share, { groups: [other] }), String(other)).rejects.toMatchObject(illegal);
    }
  });

  it('knows curves by their names alone', async () => {
    const share = await shareOf('secp256r1');
    const ecdh_params = { curve_type: 1, namedcurve: NamedGroup.values.secp256r1, public: share };
    await expect(answer(info, { config, params: { ecdh_params } })).rejects.toMatchObject({
      code: 'ERR_TLS_ILLEGAL_PARAMETER',
    });
    const anon = suite('TLS_ECDH_anon_WITH_AES_128_CBC_SHA');
    const body = encode(serverKeyExchangeBody(anon), { ecdh_params: { ...ecdh_params, curve_type: 3 } });
    expect(() => decode(serverKeyExchangeBody(anon), body.with(0, 1))).toThrow(/not named_curve/);
  });
});

describe.each(providers)('a server of $name', provider => {
  const config = serverConfig(provider);

  it.each(names)('refuses shares that are none: %s [8422:5.11:1] [8422:5.11:2]', async name => {
    const group = NamedGroup.values[name];
    const { params } = await begin(info, { config, group });
    const { body } = await answer(info, { config: clientConfig(node), params: sent(info, params) });
    const share = body.subarray(1);
    const bads = [share.subarray(1), Uint8Array.of(...share, 0), new Uint8Array(share.length)];
    if (!name.startsWith('x')) bads.push(share.with(-1, (share.at(-1) as number) ^ 1), Uint8Array.of(0));
    for (const bad of bads) {
      const server = await begin(info, { config, group });
      const message = encode(clientKeyExchangeBody(info), { ecdh_Yc: bad });
      await expect(outcome(server.complete(message)), `${bad.length} bytes`).rejects.toMatchObject(badShare);
    }
  });

  it('refuses messages of another form', async () => {
    const group = NamedGroup.values.secp256r1;
    const { body } = await answer(info, {
      config: clientConfig(node),
      params: sent(info, (await begin(info, { config, group })).params),
    });
    for (const bad of [new Uint8Array(0), Uint8Array.of(0), body.subarray(0, -1), Uint8Array.of(...body, 0)]) {
      const server = await begin(info, { config, group });
      await expect(outcome(server.complete(bad))).rejects.toThrow(expect.objectContaining({ name: 'DecodeError' }));
    }
  });

  it('forgets its private key', async () => {
    const group = NamedGroup.values.x25519;
    const server = await begin(info, { config, group });
    const { body } = await answer(info, { config: clientConfig(node), params: sent(info, server.params) });
    server.wipe();
    await expect(outcome(server.complete(body))).rejects.toMatchObject({ code: 'misuse' });
  });

  it('has no other groups than those of its configuration', async () => {
    const { secp256r1, x25519 } = NamedGroup.values;
    const only = serverConfig(provider, { groups: [x25519] });
    await expect(begin(info, { config: only, group: secp256r1 })).rejects.toMatchObject({ code: 'ERR_TLS_INTERNAL' });
    await expect(begin(info, { config: only })).rejects.toMatchObject({ code: 'ERR_TLS_INTERNAL' });
  });
});
