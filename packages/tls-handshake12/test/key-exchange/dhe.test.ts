/** Ephemeral finite-field Diffie-Hellman (RFC 5246 §7.4.3, RFC 7919). */
import { getDiffieHellman } from 'node:crypto';
import { ffdhePrime } from '@tlskit/tls-crypto';
import { NamedGroup } from '@tlskit/tls-messages';
import { clientKeyExchangeBody, type ServerDhParams } from '@tlskit/tls-messages/tls12';
import { encode, fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  answer,
  begin,
  clientConfig,
  exchange,
  isZero,
  noble,
  node,
  outcome,
  pairs,
  remembering,
  sent,
  serverConfig,
  suite,
} from './support.ts';

const info = suite('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256');
const anon = suite('TLS_DH_anon_WITH_AES_128_GCM_SHA256');
const { ffdhe2048, ffdhe3072, ffdhe4096, x25519 } = NamedGroup.values;
const two = Uint8Array.of(2);

/** Groups of RFC 2409 and RFC 3526, which are none of RFC 7919. */
const modp = (name: 'modp2' | 'modp5' | 'modp14') => ({
  p: new Uint8Array(getDiffieHellman(name).getPrime()),
  g: two,
});
const badShare = { code: 'ERR_TLS_BAD_DH_SHARE', alert: 'handshake_failure' };

describe.each(pairs)('$name', ({ client, server }) => {
  const both = (more: Partial<Parameters<typeof serverConfig>[1]> = {}, group?: number) =>
    exchange(info, { config: clientConfig(client) }, { config: serverConfig(server, more), group });

  it.each(['ffdhe2048', 'ffdhe3072'] as const)('have the same secret: %s', async name => {
    const done = await both({}, NamedGroup.values[name]);
    expect(done.client.premaster).toEqual(done.server.premaster);
    expect(done.client.premaster.length).toBeGreaterThan(200);
    expect(done.group).toBe(NamedGroup.values[name]);
    expect(done.client.group).toBe(NamedGroup.values[name]);
    expect(done.params?.dh_params?.dh_p).toEqual(fromHex(ffdhePrime(name).toString(16)));
    expect(done.params?.dh_params?.dh_g).toEqual(two);
  });

  it('have the same secret in a group of the configuration', async () => {
    const done = await both({ tls12: { dhParameters: modp('modp14') } });
    expect(done.client.premaster).toEqual(done.server.premaster);
    expect(done.params?.dh_params?.dh_p).toEqual(modp('modp14').p);
    expect([done.group, done.client.group]).toEqual([undefined, undefined]);
  });
});

describe('the group', () => {
  const config = serverConfig(node);

  it('is ffdhe2048 where client and configuration say nothing', async () => {
    expect((await begin(info, { config })).group).toBe(ffdhe2048);
  });

  it('is the one that the client chose from, whatever the configuration has for others', async () => {
    const own = serverConfig(node, { tls12: { dhParameters: modp('modp14') } });
    expect((await begin(info, { config: own, group: ffdhe3072 })).group).toBe(ffdhe3072);
  });

  it('is known again by its numbers, be they written with zeros', async () => {
    const [p, g] = [fromHex(`0000${ffdhePrime('ffdhe2048').toString(16)}`), Uint8Array.of(0, 2)];
    expect((await begin(info, { config: serverConfig(node, { tls12: { dhParameters: { p, g } } }) })).group).toBe(
      ffdhe2048,
    );
    const theirs = (await begin(info, { config })).params?.dh_params?.dh_Ys as Uint8Array;
    const dh_params = { dh_p: p, dh_g: g, dh_Ys: Uint8Array.of(0, 0, ...theirs) };
    const done = await answer(info, { config: clientConfig(node), params: { dh_params } });
    expect(done.group).toBe(ffdhe2048);
  });

  it('is the native one where the provider has it, also without arithmetic by numbers', async () => {
    const { finiteField: _, ...without } = noble;
    const native = remembering(without);
    const done = await exchange(
      info,
      { config: clientConfig(native.provider) },
      { config: serverConfig(native.provider), group: ffdhe2048 },
    );
    expect(done.client.premaster).toEqual(done.server.premaster);
    expect(native.secrets).toHaveLength(2);
    // Z, of which the premaster secret is a copy without leading zeros.
    expect(native.secrets.every(isZero)).toBe(true);
  });

  it('is done by its numbers where the provider has no more', async () => {
    const groups = { x25519: noble.groups.x25519! };
    const bare = { ...noble, groups };
    const done = await exchange(info, { config: clientConfig(bare) }, { config: serverConfig(bare), group: ffdhe2048 });
    expect(done.client.premaster).toEqual(done.server.premaster);
    expect(done.client.group).toBe(ffdhe2048);
  });

  it('that is none of RFC 7919 is a mistake of the caller', async () => {
    await expect(begin(info, { config, group: x25519 })).rejects.toMatchObject({ code: 'ERR_TLS_INTERNAL' });
  });
});

describe.each([noble, node])('a client of $name', provider => {
  const told = (dh_params: ServerDhParams, more: Parameters<typeof clientConfig>[1] = {}) =>
    answer(anon, { config: clientConfig(provider, more), params: sent(anon, { dh_params }) });
  const from = async (parameters: { p: Uint8Array; g: Uint8Array }) => {
    const server = await begin(info, { config: serverConfig(node, { tls12: { dhParameters: parameters } }) });
    return server.params?.dh_params as ServerDhParams;
  };

  it('refuses a group that is too small, unless it is told otherwise', async () => {
    const tooSmall = { code: 'ERR_TLS_DH_PARAM_SIZE', alert: 'insufficient_security' };
    for (const [name, bits] of [
      ['modp2', 1024],
      ['modp5', 1536],
    ] as const) {
      const params = await from(modp(name));
      await expect(told(params), name).rejects.toMatchObject(tooSmall);
      await expect(told(params, { tls12: { minDhBits: bits + 1 } }), name).rejects.toMatchObject(tooSmall);
      await expect(told(params, { tls12: { minDhBits: bits } }), name).resolves.toMatchObject({ group: undefined });
    }
    await expect(told(await from(modp('modp14')), { tls12: { minDhBits: 3072 } })).rejects.toMatchObject(tooSmall);
    // Bits, not bytes.
    const { dh_p, ...rest } = await from(modp('modp14'));
    await expect(told({ dh_p: dh_p.with(0, 0x7f), ...rest })).rejects.toMatchObject(tooSmall);
    for (const nothing of [Uint8Array.of(0), Uint8Array.of(5), new Uint8Array(256)]) {
      await expect(told({ dh_p: nothing, ...rest })).rejects.toMatchObject(tooSmall);
    }
  });

  it('refuses what is no group', async () => {
    const illegal = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter', rfc: 'RFC 5246 §7.4.3' };
    const { dh_p, dh_Ys } = await from(modp('modp14'));
    const minus1 = dh_p.with(-1, (dh_p.at(-1) as number) - 1);
    for (const dh_g of [Uint8Array.of(0), Uint8Array.of(1), minus1, dh_p]) {
      await expect(told({ dh_p, dh_g, dh_Ys })).rejects.toMatchObject(illegal);
    }
    await expect(told({ dh_p: minus1, dh_g: two, dh_Ys }), 'even').rejects.toMatchObject(illegal);
    for (const length of [1025, 65_535]) {
      await expect(told({ dh_p: new Uint8Array(length).fill(0xff), dh_g: two, dh_Ys })).rejects.toMatchObject(illegal);
    }
  });

  it('refuses a group of RFC 7919 that it did not offer when it offered another', async () => {
    const params = (await begin(info, { config: serverConfig(node), group: ffdhe2048 })).params
      ?.dh_params as ServerDhParams;
    await expect(told(params, { groups: [x25519, ffdhe3072] })).rejects.toMatchObject({
      code: 'ERR_TLS_ILLEGAL_PARAMETER',
      alert: 'illegal_parameter',
      rfc: 'RFC 7919 §4',
    });
    await expect(told(params, { groups: [ffdhe4096, ffdhe2048] })).resolves.toMatchObject({ group: ffdhe2048 });
    // Who names none takes what old servers send.
    await expect(told(params, { groups: [x25519] })).resolves.toMatchObject({ group: ffdhe2048 });
  });

  it.each(['ffdhe2048', 'modp14'] as const)('refuses shares out of range, by RFC 7919 §3: %s', async name => {
    const parameters = name === 'modp14' ? modp(name) : { p: fromHex(ffdhePrime(name).toString(16)), g: two };
    const { dh_p, dh_g } = await from(parameters);
    for (const dh_Ys of outOfRange(dh_p)) {
      await expect(told({ dh_p, dh_g, dh_Ys })).rejects.toMatchObject({ ...badShare, rfc: 'RFC 7919 §3' });
    }
  });
});

describe.each([noble, node])('a server of $name', provider => {
  it.each([undefined, ffdhe2048])('refuses shares out of range, by RFC 7919 §4: group %s', async group => {
    const config = serverConfig(provider, { tls12: { dhParameters: modp('modp14') } });
    const p = (await begin(info, { config, group })).params?.dh_params?.dh_p as Uint8Array;
    for (const dh_Yc of outOfRange(p)) {
      const server = await begin(info, { config, group });
      const body = encode(clientKeyExchangeBody(info), { dh_Yc });
      await expect(outcome(server.complete(body))).rejects.toMatchObject({ ...badShare, rfc: 'RFC 7919 §4' });
    }
  });

  it('reads a share as a number', async () => {
    const config = serverConfig(provider);
    const server = await begin(info, { config });
    const { body, premaster } = await answer(info, { config: clientConfig(node), params: sent(info, server.params) });
    const dh_Yc = Uint8Array.of(0, ...body.subarray(2));
    expect(await outcome(server.complete(encode(clientKeyExchangeBody(info), { dh_Yc })))).toMatchObject({ premaster });
  });

  it('refuses messages of another form, among them the empty one of a client with a DH certificate [5246:7.4.7.2:1]', async () => {
    for (const bad of [new Uint8Array(0), Uint8Array.of(0, 0), Uint8Array.of(0, 2, 5), Uint8Array.of(0, 1, 5, 5)]) {
      const server = await begin(info, { config: serverConfig(provider) });
      await expect(outcome(server.complete(bad))).rejects.toThrow(expect.objectContaining({ name: 'DecodeError' }));
    }
  });

  it('forgets its private key', async () => {
    const server = await begin(info, { config: serverConfig(provider) });
    const { body } = await answer(info, { config: clientConfig(node), params: sent(info, server.params) });
    server.wipe();
    await expect(outcome(server.complete(body))).rejects.toMatchObject({ code: 'misuse' });
  });
});

/** 0, 1, p - 1, p, p + 2, and numbers of more bytes. */
function outOfRange(p: Uint8Array): Uint8Array[] {
  const last = p.at(-1) as number;
  const zeros = new Uint8Array(p.length);
  const high = Uint8Array.of(1, ...zeros);
  return [
    Uint8Array.of(0),
    zeros,
    Uint8Array.of(1),
    zeros.with(-1, 1),
    p.with(-1, last - 1),
    p,
    new Uint8Array(p.length).fill(0xff),
    high,
  ];
}
