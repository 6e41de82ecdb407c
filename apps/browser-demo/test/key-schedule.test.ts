/** The graphs of both versions, computed again with Node's own crypto from the inputs alone; and what is signed, verified with it. */
import { createHash, createHmac, verify, X509Certificate } from 'node:crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { certificate, certificate12, clientHello, decodeMessage, preSharedKeyRow } from '@tlskit/tls-messages';
import { decode } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { type Keying, keyingOf } from '../src/keys/model.ts';
import { signaturesOf } from '../src/keys/signed.ts';
import { unsignedBecause } from '../src/keys/unsigned.ts';
import { derivedBy, type KeyNode } from '../src/lab/key-nodes.ts';
import { run } from '../src/lab/run.ts';
import {
  choices,
  defaults,
  fromFragment,
  type Settings,
  settled,
  toFragment,
  type Version,
} from '../src/lab/settings.ts';

const seed = '000102030405060708090a0b0c0d0e0f';
const both = ['client', 'server'] as const;

const eachOf = (version: Version): Settings[] =>
  Object.entries(choices).flatMap(([name, { values }]) =>
    values[version].map(value => settled({ ...defaults(version, seed), [name]: value })),
  );

const also = [
  'v=1.3&retry=1&psk=1',
  'v=1.3&retry=1&resume=early-data',
  'v=1.3&client=1&update=1',
  'v=1.2&client=1&resume=ticket',
].map(fragment => fromFragment(`${fragment}&seed=${seed}`)!);

const named = (settings: readonly Settings[]) => [...new Map(settings.map(each => [toFragment(each), each]))];

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

async function keyed(settings: Settings): Promise<Keying> {
  return keyingOf((await run(settings)).connection);
}

/** RFC 9846 §7.1 by hand. */
function expandLabel(hash: string, secret: Uint8Array, label: string, context: Uint8Array, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([
    Buffer.from([length >> 8, length & 255, name.length]),
    name,
    Buffer.from([context.length]),
    context,
    Buffer.from([1]),
  ]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}

/** RFC 5246 §5 by hand. */
function prf(hash: string, secret: Uint8Array, label: string, seed: Uint8Array, length: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label), seed]);
  let a: Buffer = labelled;
  let output = Buffer.alloc(0);
  while (output.length < length) {
    a = createHmac(hash, secret).update(a).digest();
    output = Buffer.concat([output, createHmac(hash, secret).update(a).update(labelled).digest()]);
  }
  return output.subarray(0, length);
}

function recomputed(
  hash: string,
  nodes: readonly KeyNode[],
  { how, from, label, context, value, offset }: KeyNode,
): Uint8Array {
  const [first, second] = from.map(number => nodes[number]!.value);
  switch (how) {
    case 'input':
      return value;
    case 'extract':
      return createHmac(hash, first!).update(second!).digest();
    case 'expand':
      return expandLabel(hash, first!, label!, context, value.length);
    case 'hmac':
      return createHmac(hash, first!).update(context).digest();
    case 'prf':
      return prf(hash, first!, label!, context, value.length);
    case 'part':
      return first!.subarray(offset, offset! + value.length);
  }
}

describe.each([
  ['1.3', [...eachOf('1.3'), ...also.filter(({ version }) => version === '1.3')]],
  ['1.2', [...eachOf('1.2'), ...also.filter(({ version }) => version === '1.2')]],
] as const)('TLS %s', (_, settings) => {
  it.each(named(settings))('%s: every node is what its inputs make it, at both ends the same', async (_, chosen) => {
    const { suite, ends, connection } = await keyed(chosen);
    const logged = new Set(connection.keyLog.map(line => line.split(' ')[2]));
    for (const at of both) {
      const { nodes } = ends[at];
      expect(nodes.length).toBeGreaterThan(7);
      for (const node of nodes) {
        expect(hex(recomputed(suite!.hash, nodes, node)), `${at}: ${node.name}`).toBe(hex(node.value));
        // Whatever is made is made of what was there before.
        for (const from of node.from) expect(from).toBeLessThan(node.number);
        if (node.how !== 'input') expect(node.from.length, node.name).toBe(node.how === 'extract' ? 2 : 1);
      }
      const values = new Set(nodes.map(({ value }) => hex(value)));
      // The key log is the client's; a server that asks for another hello has no use for early data.
      if (at === 'client') for (const secret of logged) expect(values).toContain(secret);
      // Every HMAC of this end has its place: none is left over, but for the A(i) that the PRF does not come to use.
      const rounds = nodes.flatMap(({ rounds = [], from }) => {
        const unused = createHmac(suite!.hash, nodes[from[0] ?? 0]!.value)
          .update(rounds.at(-1)?.a ?? '')
          .digest();
        return [unused, ...rounds.flatMap(({ a, block }) => [a, block])].map(hex);
      });
      const seen = new Set([...values, ...rounds]);
      // The mark that the library has of a key is an HMAC too: of the hash of its name (see src/lab/options.ts).
      const mark = createHash(suite!.hash).update('a key of both').digest('hex');
      for (const { derivation } of derivedBy(connection, at)) {
        if (derivation.type === 'hmac' && hex(derivation.input) === mark) continue;
        expect(seen).toContain(hex(derivation.value));
      }
    }
    const told = (at: 'client' | 'server') =>
      ends[at].nodes
        .filter(({ name }) => !/^PskBinderEntry$|early/.test(name))
        .filter(({ from }) => !/early/.test(ends[at].nodes[from[0] ?? 0]!.name))
        .map(({ name, whose, value }) => `${whose} ${name} ${hex(value)}`);
    expect(new Set(told('server'))).toEqual(new Set(told('client')));
  });

  it.each(named(settings))('%s: contexts are hashes of the transcript', async (_, chosen) => {
    const { suite, ends } = await keyed(chosen);
    const empty = createHash(suite!.hash).digest('hex');
    for (const at of both) {
      const { nodes, points } = ends[at];
      for (const { hashed, hash } of points) {
        const over = Buffer.concat(hashed.map(({ bytes }) => bytes));
        expect(hex(hash)).toBe(createHash(suite!.hash).update(over).digest('hex'));
      }
      const hashes = new Set([empty, ...points.map(({ hash }) => hex(hash))]);
      const overMessages = nodes.filter(
        ({ how, label, context }) =>
          how === 'hmac' ||
          (how === 'expand' && context.length > 0 && label !== 'resumption') ||
          (how === 'prf' && (label?.endsWith('finished') || label?.startsWith('extended'))),
      );
      expect(overMessages.length).toBeGreaterThan(1);
      for (const { name, context } of overMessages) expect(hashes, `${at}: ${name}`).toContain(hex(context));
    }
  });

  it.each(named(settings))('%s: what is signed verifies, with the key of its certificate', async (_, chosen) => {
    const { ends, suite } = await keyed(chosen);
    for (const at of both) {
      const { signatures, points } = ends[at];
      const isTls13 = suite!.version === 0x0304;
      const full = !chosen.psk && chosen.resumption === 'none';
      const signsKeys = !isTls13 && !/^TLS_RSA_/.test(chosen.suite);
      expect(signatures.map(({ by, message }) => `${by} ${message}`)).toEqual(
        full
          ? [
              ...(isTls13 ? ['server CertificateVerify'] : signsKeys ? ['server ServerKeyExchange'] : []),
              ...(chosen.clientAuth ? ['client CertificateVerify'] : []),
            ]
          : [],
      );
      for (const { by, parts, scheme, signature, isGood } of signatures) {
        expect(isGood).toBe(true);
        const { message } = points.find(point => point.type === 11 && point.sender === by)!;
        const leaf = isTls13
          ? decodeMessage(certificate, message).certificate_list[0]!.cert_data
          : decodeMessage(certificate12, message).certificate_list[0]!;
        const key = new X509Certificate(leaf).publicKey;
        const hash = /sha\d+/.exec(scheme)?.[0];
        const how = /pss/.test(scheme) ? { key, padding: 6, saltLength: -1 } : key;
        const content = Buffer.concat(parts.map(({ bytes }) => bytes));
        expect(verify(hash, content, how, signature), scheme).toBe(true);
      }
    }
  });
});

describe('where nothing is signed', () => {
  it.each([
    ['v=1.3&psk=1', 'known'],
    ['v=1.3&resume=ticket', 'known'],
    ['v=1.2&resume=ticket', 'known'],
    ['v=1.2&suite=TLS_RSA_WITH_AES_128_GCM_SHA256', 'rsa'],
    ['v=1.3', 'broken'],
  ] as const)('%s: it is %s', async (fragment, why) => {
    const settings = fromFragment(`${fragment}&seed=${seed}`)!;
    // No such message: the client goes no further than the ServerHello.
    const tampering = { record: 1, action: 'change', offset: 5, value: 0xff } as const;
    const { connection } = await run(settings, why === 'broken' ? tampering : undefined);
    const { ends, suite } = await keyingOf(connection);
    expect(ends.client.signatures).toEqual([]);
    expect(unsignedBecause(ends.client.points, suite)).toBe(why);
  });

  it('a signature by a key that nobody can read is neither good nor bad', async () => {
    const { connection } = await run(fromFragment(`v=1.3&seed=${seed}`)!);
    const { suite, ends } = await keyingOf(connection);
    const none = { ...createNobleProvider(), importPublicKey: unable };
    const [signature] = await signaturesOf(ends.client.points, suite, none);
    expect(signature?.isGood).toBeUndefined();
  });
});

function unable(): never {
  throw new Error('not this key');
}

describe('TLS 1.3', () => {
  it('updates keys from one number to the next', async () => {
    const { ends } = await keyed(fromFragment(`v=1.3&update=1&seed=${seed}`)!);
    for (const whose of both) {
      const nodes = ends.client.nodes.filter(({ name }) => name.startsWith(`${whose}_application_traffic_secret`));
      expect(nodes.map(({ name }) => name.slice(-2))).toEqual(['_0', '_1']);
      expect(nodes[1]!.from).toEqual([nodes[0]!.number]);
    }
  });

  it.each(['psk=1', 'resume=ticket', 'retry=1&psk=1'])('%s: binders are over what stands before them', async choice => {
    const { ends } = await keyed(fromFragment(`v=1.3&${choice}&seed=${seed}`)!);
    const { nodes, points } = ends.client;
    const truncated = points.filter(point => point.truncated !== undefined);
    expect(truncated).toHaveLength(choice.startsWith('retry') ? 2 : 1);
    for (const { hash, message, truncated: left } of truncated) {
      const { extensions } = decodeMessage(clientHello, message);
      const { binders } = decode(preSharedKeyRow.in.CH, extensions.at(-1)!.extension_data);
      expect(left).toBe(2 + binders.reduce((sum, binder) => sum + 1 + binder.length, 0));
      const node = nodes.find(({ name, context }) => name === 'PskBinderEntry' && hex(context) === hex(hash));
      expect(hex(node!.value)).toBe(hex(binders[0]!));
    }
  });
});

describe('TLS 1.2', () => {
  it.each([
    ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', [0, 16, 4]],
    ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', [0, 32, 12]],
    ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', [32, 16, 0]],
    ['TLS_RSA_WITH_AES_128_CBC_SHA', [20, 16, 0]],
  ])('%s: the key block is its parts', async (suite, sizes) => {
    const { ends } = await keyed(fromFragment(`v=1.2&suite=${suite}&seed=${seed}`)!);
    const { nodes } = ends.client;
    const block = nodes.find(({ name }) => name === 'key_block')!;
    const parts = nodes.filter(({ how }) => how === 'part');
    // RFC 5246 §6.3 names them in this order.
    expect(parts.map(({ name, value }) => [name, value.length])).toEqual(
      ['MAC_key', 'key', 'IV'].flatMap((part, index) =>
        sizes[index] === 0 ? [] : both.map(whose => [`${whose}_write_${part}`, sizes[index]]),
      ),
    );
    expect(hex(Buffer.concat(parts.map(({ value }) => value)))).toBe(hex(block.value));
  });
});
