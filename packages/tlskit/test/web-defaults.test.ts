/** What `tlskit/web` does where no provider is named, and `tlskit/streams`, where one must be. */
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { createWebProvider, startWebProvider } from '@tlskit/tls-crypto-web';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as streams from '../src/streams.ts';
import { acceptTls, createClient, defaultProvider, startTls, tls12, tls13 } from '../src/web/index.ts';
import { credential, refusal, streamPipe, trust } from './support.ts';

const client = { trust, servername: 'localhost' };

afterEach(() => vi.restoreAllMocks());

describe('without a provider that was named', () => {
  it('public-key work is WebCrypto’s, by one provider for all connections, which says so', async () => {
    const provider = await defaultProvider();
    expect(await defaultProvider()).toBe(provider);
    expect(provider.describe()).toMatchObject({
      ...{ x25519: 'web', secp256r1: 'web', 'ecdsa-secp256r1': 'web' },
      ...{ 'chacha20-poly1305': 'noble', sha256: 'noble' },
    });
    const [derive, verify, sign] = (['deriveBits', 'verify', 'sign'] as const).map(name =>
      vi.spyOn(crypto.subtle, name),
    );
    const [a, b] = streamPipe();
    const [dialled, accepted] = [startTls(a, client), acceptTls(b, credential)];
    const info = await dialled.opened;
    // The quickest suite in JavaScript, in TLS 1.3 chosen by the server in its own order.
    expect(info).toMatchObject({
      verified: true,
      group: { name: 'X25519MLKEM768' },
      cipherSuite: { name: 'TLS_CHACHA20_POLY1305_SHA256' },
    });
    // x25519 of both, the chain and CertificateVerify, the server's signature.
    expect(derive?.mock.calls.length).toBe(2);
    expect(verify?.mock.calls.length).toBeGreaterThan(1);
    expect(sign?.mock.calls.length).toBe(1);
    await Promise.all([dialled.close(), accepted.close()]);
  });

  it('a handshake waits until it is known what there is', async () => {
    const provider = startWebProvider();
    const [a, b] = streamPipe();
    const accepted = acceptTls(b, { ...credential, provider: createNobleProvider() });
    const sign = vi.spyOn(crypto.subtle, 'generateKey');
    const dialled = startTls(a, {
      ...client,
      provider: { ...provider, ready: provider.ready.then(() => sign.mockClear()).then(() => {}) },
    });
    await Promise.all([dialled.opened, accepted.opened]);
    expect(sign.mock.calls.map(([algorithm]) => (algorithm as { name: string }).name)).toContain('X25519');
    await Promise.all([dialled.close(), accepted.close()]);
  });

  it('an abort, the end of the transport and the end of patience come through meanwhile', async () => {
    const ready = new Promise<void>(() => {});
    const provider = { ...(await createWebProvider()), ready };
    const controller = new AbortController();
    const aborted = startTls(streamPipe()[0], { ...client, provider, signal: controller.signal });
    controller.abort();
    await expect(aborted.opened).rejects.toEqual(refusal('ABORT_ERR'));
    await expect(aborted.closed).rejects.toEqual(refusal('ABORT_ERR'));
    const late = startTls(streamPipe()[0], { ...client, provider, handshakeTimeout: 20 });
    await expect(late.opened).rejects.toEqual(refusal('ERR_TLS_HANDSHAKE_TIMEOUT'));
    const [end] = streamPipe();
    const lost = startTls(
      { ...end, writable: new WritableStream({ start: c => c.error(new Error('gone')) }) },
      { ...client, provider },
    );
    await expect(lost.opened).rejects.toEqual(refusal('ERR_TLS_TRANSPORT'));
  });

  it('a handshake that nobody can make natively goes on portably', async () => {
    const provider = { ...createNobleProvider(), ready: Promise.reject(new Error('no luck')) };
    const [a, b] = streamPipe();
    const [dialled, accepted] = [startTls(a, { ...client, provider }), acceptTls(b, { ...credential, provider })];
    await Promise.all([dialled.opened, accepted.opened]);
    await Promise.all([dialled.close(), accepted.close()]);
  });

  it('options that are wrong are told at once all the same', () => {
    expect(() => startTls(streamPipe()[0], { ...client, groups: ['x25518'] })).toThrow(
      refusal('ERR_TLS_INVALID_OPTION'),
    );
  });
});

describe('a client of many connections', () => {
  const provider = createNobleProvider();
  const server = { ...credential, provider };

  it('reads its options once, and each connection says what is its own', async () => {
    let read = 0;
    const roots = new Proxy(trust.roots, {
      get(target, name) {
        if (name === 'length') read++;
        return Reflect.get(target, name);
      },
    });
    const lines: string[] = [];
    const own = createClient({ provider, trust: { roots }, servername: 'localhost', alpn: ['h2', 'http/1.1'] });
    const before = read;
    for (const options of [{}, { verifyName: '127.0.0.1' }, { keyLog: (line: string) => lines.push(line) }]) {
      const [a, b] = streamPipe();
      const [dialled, accepted] = [own.startTls(a, options), acceptTls(b, { ...server, alpn: ['http/1.1'] })];
      expect(await dialled.opened).toMatchObject({ verified: true, alpn: 'http/1.1' });
      await Promise.all([dialled.close(), accepted.close()]);
    }
    expect(read).toBe(before);
    expect(lines.length).toBeGreaterThan(2);
  });

  it('refuses what is no option at once, a server that is not the one, and what is not for a connection to say', async () => {
    const bad = refusal('ERR_TLS_INVALID_OPTION');
    expect(() => createClient({ ...client, groups: ['x25518'] })).toThrow(bad);
    expect(() => createClient({ ...client, onSession: 1 } as never)).toThrow(bad);
    expect(() => createClient({ servername: 'localhost' })).toThrow(bad);
    const own = createClient({ provider, trust });
    expect(() => own.startTls(streamPipe()[0])).toThrow(bad);
    expect(() => own.startTls({} as never, { servername: 'localhost' })).toThrow(bad);
    expect(() => own.startTls(streamPipe()[0], { servername: 'localhost', trust } as never)).toThrow(bad);
    const [a, b] = streamPipe();
    const [dialled, accepted] = [own.startTls(a, { servername: 'other.example' }), acceptTls(b, server)];
    await expect(dialled.opened).rejects.toEqual(refusal('ERR_TLS_CERT_ALTNAME_INVALID'));
    await expect(accepted.closed).rejects.toEqual(refusal('ERR_TLS_PEER_ALERT'));
  });

  it('is in tlskit/streams too', async () => {
    const [a, b] = streamPipe();
    const dialled = streams.createClient({ ...client, provider, versions: [tls13] }).startTls(a);
    const accepted = acceptTls(b, server);
    expect((await dialled.opened).protocol).toBe('TLSv1.3');
    await Promise.all([dialled.close(), accepted.close()]);
  });
});

describe('tlskit/streams', () => {
  const provider = createNobleProvider();

  it('does the same with what it is given', async () => {
    const [a, b] = streamPipe();
    const dialled = streams.startTls(a, { ...client, provider, versions: [tls13] });
    const accepted = streams.acceptTls(b, { ...credential, provider, versions: [tls13, tls12] });
    expect((await dialled.opened).protocol).toBe('TLSv1.3');
    await Promise.all([dialled.close(), accepted.close()]);
  });

  it('has nothing of its own', () => {
    const bad = (message: RegExp) =>
      expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION', message: expect.stringMatching(message) });
    const versions = [tls13];
    expect(() => streams.startTls(streamPipe()[0], { ...client, versions } as never)).toThrow(
      bad(/provider must be said/),
    );
    expect(() => streams.startTls(streamPipe()[0], { ...client, provider } as never)).toThrow(
      bad(/versions must be said/),
    );
    expect(() => streams.acceptTls(streamPipe()[0], { ...credential, versions } as never)).toThrow(
      bad(/provider must be said/),
    );
  });
});
