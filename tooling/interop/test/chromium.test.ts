/** Our server against Chromium: BoringSSL, with all that a browser puts into its hello. */
import { randomUUID } from 'node:crypto';
import type { TlsSocket } from 'tlskit/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { goodIdentity, HOST, type Identity } from '../src/certificates.ts';
import { chromium } from '../src/chromium.ts';
import { parseRequest } from '../src/curl.ts';
import { Inbox } from '../src/inbox.ts';
import { OurServer } from '../src/ours.ts';
import { everything, forPeer, node, stopAfterTest } from './support.ts';

type ServerOptions = NonNullable<ConstructorParameters<typeof OurServer>[1]>;
type Info = NonNullable<TlsSocket['info']>;

forPeer('chromium', 'our server, Chromium', () => {
  const stopping = stopAfterTest();
  let identity: Identity;
  beforeAll(async () => {
    identity = await goodIdentity('ecdsa-p256');
  });

  /**
   * Loads a page with a script that brings another, which writes into it, over a connection each; what these were, by path. The first
   * script may come over a connection that was made ahead, before there was a ticket.
   * @param script whether there are any
   */
  async function load(options: ServerOptions, script = false): Promise<ReadonlyMap<string, Info>> {
    const [text, written] = [randomUUID(), randomUUID()];
    const seen = new Map<string, Info>();
    const server = stopping(new OurServer(identity, { alpn: ['http/1.1'], ...options }));
    server.serve(async socket => {
      const inbox = new Inbox(socket);
      // Chromium makes connections ahead, and leaves some of them without a word.
      const request = await inbox.including('\r\n\r\n').catch(() => undefined);
      if (request === undefined) return;
      const { head } = parseRequest(Buffer.from(request));
      const path = head.split(' ')[1]!;
      seen.set(path, socket.info!);
      const page = `<!doctype html><p>${text}</p>${script ? '<script src="/script"></script>' : ''}`;
      const body =
        {
          '/page': page,
          '/script': 'document.write("<script src=/last></script>")',
          '/last': `document.write('${written}')`,
        }[path] ?? '';
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
    });
    const browser = stopping(chromium(await server.listen(), '/page', identity));
    expect((await browser.child.exit()).code).toBe(0);
    expect(browser.child.output.toString()).toContain(text);
    if (script) expect(browser.child.output.toString()).toContain(written);
    return seen;
  }

  describe.each([
    ['native', node],
    ['portable', everything],
  ] as const)('%s provider', (_, provider) => {
    it('X25519MLKEM768 by default, and a later connection resumes', async () => {
      const seen = await load({ provider }, true);
      const agreed = { protocol: 'TLSv1.3', group: { name: 'X25519MLKEM768' }, helloRetry: false };
      expect(seen.get('/page')).toMatchObject({ ...agreed, serverName: HOST, alpn: 'http/1.1', resumed: false });
      expect(seen.get('/last')).toMatchObject({ ...agreed, resumed: true });
    });
  });

  it('x25519 for a server without ML-KEM, at once', async () => {
    const seen = await load({ groups: ['x25519', 'secp256r1'] });
    expect(seen.get('/page')).toMatchObject({ group: { name: 'x25519' }, helloRetry: false });
  });

  it('HelloRetryRequest for secp384r1', async () => {
    const seen = await load({ groups: ['secp384r1'] });
    expect(seen.get('/page')).toMatchObject({ group: { name: 'secp384r1' }, helloRetry: true });
  });

  it('refuses a certificate that nobody vouches for, and our server hears it', async () => {
    const server = stopping(new OurServer(identity));
    const port = await server.listen();
    const failure = server.failure();
    stopping(chromium(port, '/page'));
    expect(await failure).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'certificate_unknown' });
  });
});
