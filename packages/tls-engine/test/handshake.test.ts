import type { KeyExchange } from '@tlskit/tls-crypto';
import { CipherSuite, NamedGroup } from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import { asynchronous, credential, noble, pair, pump, serverConfig, strangerKey } from './support.ts';

const { TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256 } = CipherSuite.values;
const { x25519, secp256r1, secp384r1 } = NamedGroup.values;
const suites = [TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256];
const groups = [x25519, secp256r1, secp384r1];

const text = (value: string) => new TextEncoder().encode(value);

/** Content type and length of every record. */
function headersOf(bytes: Uint8Array): readonly { readonly type: number; readonly length: number }[] {
  const headers = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
    headers.push({ type: bytes[at] as number, length });
    at += 5 + length;
  }
  return headers;
}

function talk(ends: ReturnType<typeof pair>): void {
  pump(ends);
  expect(ends.server.error).toBeUndefined();
  expect(ends.client.error).toBeUndefined();
  ends.client.engine.write(text('ping'));
  ends.server.engine.write(text('pong'));
  pump(ends);
  expect(ends.server.text).toBe('ping');
  expect(ends.client.text).toBe('pong');
}

describe('a full handshake between two engines', () => {
  const matrix = suites.flatMap(suite =>
    groups.map(group => [CipherSuite.label(suite), NamedGroup.label(group), suite, group] as const),
  );
  it.each(matrix)('%s with %s', (_suite, _group, suite, group) => {
    const ends = pair({ cipherSuites: [suite], groups: [group], keyShares: [group] });
    talk(ends);
    for (const { connected } of [ends.client, ends.server]) {
      expect(connected).toMatchObject({
        version: 0x0304,
        group,
        helloRetry: false,
        resumed: false,
        serverName: 'localhost',
      });
      expect(connected?.cipherSuite.code).toBe(suite);
    }
  });

  it('works with the portable provider on both sides', () => {
    talk(pair({ provider: noble }, { provider: noble }));
  });

  it('works without compatibility mode: no session ID, no change_cipher_spec', () => {
    const ends = pair({ compatibilityMode: false });
    let ccs = 0;
    pump(ends, (_, bytes) => {
      if (bytes[0] === 20) ccs++;
      return bytes;
    });
    talk(ends);
    expect(ccs).toBe(0);
  });

  it('carries a mebibyte each way, in records of any size', () => {
    const data = Uint8Array.from({ length: 1 << 20 }, (_, i) => i * 7);
    const ends = pair({ recordSize: 1000 }, { padding: (length, max) => Math.min(max, 512 - (length % 512)) });
    pump(ends);
    ends.client.engine.write(data);
    ends.server.engine.write(data);
    pump(ends);
    expect(Buffer.compare(ends.server.bytes, data)).toBe(0);
    expect(Buffer.compare(ends.client.bytes, data)).toBe(0);
  });

  it('keeps handshake messages within recordSize too', () => {
    const ends = pair({ recordSize: 64 }, { recordSize: 100 });
    const longest = { client: 0, server: 0 };
    pump(ends, (from, bytes) => {
      for (const { length } of headersOf(bytes)) longest[from] = Math.max(longest[from], length);
      return bytes;
    });
    talk(ends);
    // A protected record has a content type and a tag beside its content.
    expect(longest).toEqual({ client: 64, server: 100 + 17 });
  });

  it('holds back what is written before the handshake is complete', () => {
    const ends = pair();
    ends.client.engine.write(text('early '));
    ends.client.engine.write(text('bird'));
    expect(ends.client.engine.buffered.unsent).toBe(10);
    pump(ends);
    expect(ends.server.text).toBe('early bird');
    expect(ends.client.engine.buffered.unsent).toBe(0);
  });

  it('gives both sides the same keying material, and another for another label, context or length', () => {
    const ends = pair();
    pump(ends);
    const ours = ends.client.connected?.exportKeyingMaterial('EXPORTER-test', text('context'), 32);
    expect(ours).toHaveLength(32);
    expect(ends.server.connected?.exportKeyingMaterial('EXPORTER-test', text('context'), 32)).toEqual(ours);
    expect(ends.server.connected?.exportKeyingMaterial('EXPORTER-tesT', text('context'), 32)).not.toEqual(ours);
    expect(ends.server.connected?.exportKeyingMaterial('EXPORTER-test', text(''), 32)).not.toEqual(ours);
  });

  it('emits the secrets of the key log when asked, the same on both sides', () => {
    const ends = pair({ emitSecrets: true }, { emitSecrets: true });
    pump(ends);
    const secrets = (end: (typeof ends)['client']) =>
      end.events.flatMap(event =>
        event.type === 'secret' ? [[event.label, Buffer.from(event.secret).toString('hex')]] : [],
      );
    expect(secrets(ends.client).map(([label]) => label)).toEqual([
      'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
      'SERVER_HANDSHAKE_TRAFFIC_SECRET',
      'CLIENT_TRAFFIC_SECRET_0',
      'SERVER_TRAFFIC_SECRET_0',
      'EXPORTER_SECRET',
    ]);
    expect(secrets(ends.server)).toEqual(secrets(ends.client));
  });

  it('emits no secret unasked', () => {
    const ends = pair();
    pump(ends);
    expect(ends.client.events).toEqual([]);
  });

  it('negotiates ALPN by the order of the server', () => {
    const ends = pair({ alpn: ['http/1.1', 'h2'] }, { alpn: ['h2', 'http/1.1'] });
    talk(ends);
    expect(ends.client.connected?.alpn).toBe('h2');
    expect(ends.server.connected?.alpn).toBe('h2');
  });

  it('refuses ALPN without a protocol in common, unless told to ignore it', () => {
    const ends = pair({ alpn: ['h2'] }, { alpn: ['http/1.1'] });
    pump(ends);
    expect(ends.server.error?.code).toBe('ERR_TLS_NO_APPLICATION_PROTOCOL');
    expect(ends.client.error).toMatchObject({ sentBy: 'peer', alert: 'no_application_protocol' });
    talk(pair({ alpn: ['h2'] }, { alpn: ['http/1.1'], alpnMismatch: 'ignore' }));
  });
});

describe('HelloRetryRequest', () => {
  it('is sent when the share is of a group that the server lacks', () => {
    const ends = pair({ keyShares: [x25519] }, { groups: [secp384r1] });
    talk(ends);
    expect(ends.client.connected).toMatchObject({ helloRetry: true, group: secp384r1 });
    expect(ends.server.connected).toMatchObject({ helloRetry: true, group: secp384r1 });
  });

  it('is sent when no share was offered at all', () => {
    const ends = pair({ keyShares: [] });
    talk(ends);
    expect(ends.client.connected).toMatchObject({ helloRetry: true, group: x25519 });
  });

  it('is followed by one change_cipher_spec from each side, and no more', () => {
    const ends = pair({ keyShares: [] });
    const ccs = { client: 0, server: 0 };
    pump(ends, (from, bytes) => {
      for (const { type } of headersOf(bytes)) if (type === 20) ccs[from]++;
      return bytes;
    });
    expect(ccs).toEqual({ client: 1, server: 1 });
  });
});

describe('a client in compatibility mode', () => {
  // RFC 9846 §E.4: "immediately before its second flight", which here is an alert.
  it('sends its change_cipher_spec before a protected alert', () => {
    const ends = pair({}, { credentials: () => ({ chain: credential.chain, key: strangerKey }) });
    const types: number[] = [];
    pump(ends, (from, bytes) => {
      if (from === 'client') types.push(...headersOf(bytes).map(({ type }) => type));
      return bytes;
    });
    expect(ends.server.error).toMatchObject({ sentBy: 'peer', alert: 'decrypt_error' });
    expect(types).toEqual([22, 20, 23]);
  });
});

describe('what two sides do not have in common', () => {
  it.each([
    [
      'ERR_TLS_NO_SHARED_CIPHER',
      { cipherSuites: [TLS_AES_128_GCM_SHA256] },
      { cipherSuites: [TLS_AES_256_GCM_SHA384] },
    ],
    ['ERR_TLS_NO_SHARED_GROUP', { groups: [x25519], keyShares: [x25519] }, { groups: [secp256r1] }],
    ['ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', { signatureSchemes: [0x0804] }, {}],
    ['ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', {}, { credentials: () => undefined }],
  ] as const)('%s', (code, client, server) => {
    const ends = pair(client, server);
    pump(ends);
    expect(ends.server.error?.code).toBe(code);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure', sentBy: 'peer' });
  });
});

describe('waiting', () => {
  it('a server parks for an asynchronous signer, and goes on by itself', async () => {
    let release = () => {};
    const gate = new Promise<void>(resolve => {
      release = resolve;
    });
    const slow = { ...credential, key: asynchronous(credential.key, gate) };
    const ends = pair({}, { credentials: () => slow });
    pump(ends);
    expect(ends.server.engine.parked).toBe(true);
    expect(ends.client.engine.state).toBe('WAIT_CV');
    expect(ends.client.connected).toBeUndefined();
    release();
    await new Promise(resolve => setImmediate(resolve));
    expect(ends.server.engine.parked).toBe(false);
    talk(ends);
  });

  it('everything may be asynchronous', async () => {
    const later = <T>(value: T) => new Promise<T>(resolve => setImmediate(() => resolve(value)));
    const group = (exchange: KeyExchange): KeyExchange => ({
      ...exchange,
      offer: async () => later(await exchange.offer()),
      respond: async (share: Uint8Array) => later(await exchange.respond(share)),
    });
    const slow = { ...noble, groups: { x25519: group(noble.groups.x25519 as KeyExchange) } };
    const ends = pair(
      { provider: slow, groups: [x25519] },
      { provider: slow, groups: [x25519], credentials: async query => later(await serverConfig.credentials(query)) },
    );
    for (let turn = 0; turn < 50 && ends.client.connected === undefined; turn++) {
      pump(ends);
      await later(undefined);
    }
    talk(ends);
  });
});
