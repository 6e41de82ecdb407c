/** The resumed handshake of RFC 8448 §4, at a server of ours: its binder verifies, and its early data is read, or skipped. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeMessage, findExtension, preSharedKeyRow, serverHello } from '@tlskit/tls-messages';
import type { TicketIssuer } from '@tlskit/tls-session';
import { concat, fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createServerEngine } from '../src/index.ts';
import { End, serverConfig, takeAll } from './support.ts';

interface Item {
  readonly name: string;
  readonly hex: string;
}
interface Trace {
  readonly psk: string;
  readonly steps: readonly { readonly action: string; readonly items: readonly Item[] }[];
}

const file = fileURLToPath(new URL('../../../../shared/vectors/rfc8448.json', import.meta.url));
const absent = !existsSync(file);
const trace = absent
  ? undefined
  : (JSON.parse(readFileSync(file, 'utf8')) as { traces: { readonly resumed_0rtt: Trace } }).traces.resumed_0rtt;

/** Records as they were on the wire, the client's first: its ClientHello, its early data. */
const records = (trace?.steps ?? [])
  .flatMap(({ items }) => items.filter(({ name }) => name === 'complete record'))
  .map(({ hex }) => fromHex(hex));

/** A secret by what the trace calls it. */
const secretOf = (label: string): Uint8Array | undefined => {
  const step = trace?.steps.find(({ action }) => action === `derive secret "tls13 ${label}"`);
  const hex = step?.items.find(({ name }) => name === 'expanded')?.hex;
  return hex === undefined ? undefined : fromHex(hex);
};

function offer(hello: Uint8Array, psk: Uint8Array, maxEarlyData = 0): End {
  const now = serverConfig.now();
  const tickets: TicketIssuer = {
    issue: () => undefined,
    redeem: () => ({
      version: 0x0304,
      cipherSuite: 0x1301,
      psk,
      issuedAt: now,
      authenticatedAt: now,
      lifetime: 60,
      ticketAgeAdd: 0,
      maxEarlyData,
      serverName: 'server',
      alpn: undefined,
      trust: '',
      clientCertificates: [],
    }),
  };
  // The ticket's age_add is not known, and so is no age.
  const guard = { window: Number.POSITIVE_INFINITY, firstTime: () => true };
  const earlyData = maxEarlyData === 0 ? undefined : { maxSize: maxEarlyData, guard };
  const server = new End(createServerEngine, { ...serverConfig, tickets, earlyData, emitSecrets: true });
  server.engine.start();
  server.engine.receive(hello);
  return server;
}

// Skipped where the published traces were not put beside the project.
describe.skipIf(absent)('RFC 8448 §4', () => {
  const [hello, early] = records as [Uint8Array, Uint8Array];
  const psk = () => fromHex(trace?.psk ?? '');

  it('the binder verifies, and the key is selected', () => {
    const key = psk();
    const server = offer(hello, key);
    expect(server.error).toBeUndefined();
    const output = takeAll(server.engine);
    const length = ((output[3] as number) << 8) | (output[4] as number);
    const { extensions } = decodeMessage(serverHello, output.subarray(5, 5 + length));
    expect(findExtension(extensions, preSharedKeyRow, 'SH')).toEqual({ selected_identity: 0 });
    expect(key).toEqual(new Uint8Array(32));
  });

  it('the early data is read, under secrets that are in the trace', () => {
    const server = offer(concat(hello, early), psk(), 1024);
    expect([server.error, server.engine.state]).toEqual([undefined, 'WAIT_EOED']);
    expect(server.early.map(part => new TextDecoder().decode(part))).toEqual(['ABCDEF']);
    const secrets = new Map(server.events.flatMap(e => (e.type === 'secret' ? [[e.label as string, e.secret]] : [])));
    expect(secrets.get('CLIENT_EARLY_TRAFFIC_SECRET')).toEqual(secretOf('c e traffic'));
    expect(secrets.get('EARLY_EXPORTER_SECRET')).toEqual(secretOf('e exp master'));
    expect(secrets.get('EARLY_EXPORTER_SECRET')).toHaveLength(32);
    // The client's EndOfEarlyData comes behind the two records of the server.
    server.engine.receive(records[4] as Uint8Array);
    expect([server.error, server.engine.state]).toEqual([undefined, 'WAIT_FINISHED']);
  });

  it('the early data is skipped', () => {
    const server = offer(concat(hello, early), psk());
    expect([server.error, server.engine.state]).toEqual([undefined, 'WAIT_FINISHED']);
    expect(server.engine.buffered.input).toBe(0);
    expect(server.received).toEqual([]);
  });

  it.each(['the binder', 'the hello before it', 'the key'])('one bit of %s is one too many', what => {
    const key = psk();
    const changed = hello.slice();
    // The binder ends the record; the random begins after two headers and a version.
    if (what === 'the key') key[0] = (key[0] as number) ^ 1;
    else if (what === 'the binder') changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    else changed[11] = (changed[11] as number) ^ 1;
    expect(offer(changed, key).error).toMatchObject({ code: 'ERR_TLS_BAD_BINDER', alert: 'decrypt_error' });
  });
});
