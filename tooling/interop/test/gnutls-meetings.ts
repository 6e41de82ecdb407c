/** Our ends and GnuTLS's programs: text there and back, and the end by both. */
import type { ConnectOptions, TlsServerOptions } from 'tlskit/node';
import { expect } from 'vitest';
import type { Identity } from '../src/certificates.ts';
import { description, type GnutlsOptions, gnutlsClient, gnutlsServer, received } from '../src/gnutls.ts';
import { OurServer, ourClient } from '../src/ours.ts';
import { sha256, textLines } from '../src/payload.ts';
import { expectClosed, type stopAfterTest } from './support.ts';

/** What both ends are told. */
export interface Meeting<Options> {
  readonly ours?: Options;
  readonly theirs?: GnutlsOptions & { readonly own?: readonly string[] };
  /** Bytes each way, at least. */
  readonly length?: number;
  /** Whether a certificate shows who the server is; true by default. */
  readonly certified?: boolean;
}

export function gnutlsMeetings(stopping: ReturnType<typeof stopAfterTest>) {
  return {
    /** Our client to gnutls-serv. */
    async ourClient(
      who: Identity,
      { ours = {}, theirs = {}, length = 1 << 16, certified = true }: Meeting<ConnectOptions>,
    ) {
      const server = await gnutlsServer(who, theirs);
      stopping(server.child);
      const client = await ourClient(server.port, who, ours);
      expect(client.info.verified).toBe(certified);
      const sent = textLines(length, 1000);
      client.socket.write(sent);
      expect(sha256(await client.inbox.atLeast(length))).toBe(sha256(Buffer.from(sent)));
      client.socket.end();
      await client.inbox.toEnd();
      expect(await client.inbox.closed()).toBeUndefined();
      expectClosed(client);
      return { info: client.info, watch: client.watch, description: await description(server.child) };
    },

    /** gnutls-cli to our server. */
    async ourServer(
      who: Identity,
      { ours = {}, theirs = {}, length = 1 << 16, certified = true }: Meeting<TlsServerOptions>,
    ) {
      const server = stopping(new OurServer(who, ours));
      const port = await server.listen();
      const coming = server.accept();
      const peer = stopping(gnutlsClient(port, who.files.root, theirs));
      const { socket, inbox } = await coming;
      const [up, down] = [textLines(length, 1000), textLines(length, 1000)];
      peer.write(up);
      expect(sha256(await inbox.atLeast(length))).toBe(sha256(Buffer.from(up)));
      socket.write(down);
      await peer.until('all that we sent', () => received(peer).length >= length || undefined);
      peer.end();
      await inbox.toEnd();
      expect(await inbox.closed()).toBeUndefined();
      expect(await peer.exit()).toEqual({ code: 0, signal: null });
      expect(sha256(Buffer.from(received(peer), 'latin1'))).toBe(sha256(Buffer.from(down)));
      expect(peer.text.includes('- Status: The certificate is trusted.')).toBe(certified);
      expectClosed(server);
      return { info: socket.info!, watch: server.watch, description: await description(peer), said: peer.text };
    },
  };
}
