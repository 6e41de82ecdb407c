/** A connection whose private keys are published: the values are those of "The Illustrated TLS 1.2 Connection" (tls12.xargs.org). */

import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import { MasterSecret12 } from '@tlskit/tls-keyschedule/tls12';
import { NamedGroup } from '@tlskit/tls-messages';
import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { answer, begin, clientConfig, noble, outcome, sent, serverConfig, suite } from './support.ts';

const info = suite('TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA');
/** 32 bytes that count up. */
const counting = (first: number) => Uint8Array.from({ length: 32 }, (_, i) => first + i);
const serverShare = '9fd7ad6dcff4298dd3f96d5b1b2af910a0535b1488d7f8fabb349a982880b615';
const clientKeyExchange = '20358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254';
const masterSecret = '916abf9da55973e13614ae0a3f5d3f37b023ba129aee02cc9134338127cd7049781c8e19fc1eb2a7387ac06ae237344c';

describe.each([
  { name: 'noble', create: createNobleProvider },
  { name: 'node', create: createNodeProvider },
])('$name', ({ create }) => {
  const drawing = (first: number) => create({ random: () => counting(first) });

  it('sends and computes what is on record', async () => {
    const group = NamedGroup.values.x25519;
    const server = await begin(info, { config: serverConfig(drawing(0x90)), group });
    expect(toHex(server.params?.ecdh_params?.public as Uint8Array)).toBe(serverShare);
    const client = await answer(info, { config: clientConfig(drawing(0x20)), params: sent(info, server.params) });
    expect(toHex(client.body)).toBe(clientKeyExchange);
    const { premaster } = await outcome(server.complete(fromHex(clientKeyExchange)));
    for (const secret of [client.premaster, premaster]) {
      const master = MasterSecret12.derive(noble.hashes.sha256!, secret, counting(0), counting(0x70));
      expect(toHex(master.secret)).toBe(masterSecret);
    }
  });
});
