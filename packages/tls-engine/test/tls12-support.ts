/** What tests of TLS 1.2 share: peers that break its rules, keys that are believed, and records as they are on the wire. */
import type { Credential, Effect, PeerVerifier } from '@tlskit/tls-handshake';
import { AnyCipherSuite, decodeMessage, encodeMessage, type ServerHello, serverHello } from '@tlskit/tls-messages';
import { expect } from 'vitest';
import type { ClientEngineConfig, EngineVersion, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { intercept, type Pair, pair, provider, pump, sends } from './support.ts';

export const code = (name: string) => AnyCipherSuite.values[name as keyof typeof AnyCipherSuite.values] as number;

export const gcm = code('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
export const only12 = { versions: [tls12], groups: [0x001d, 0x0017], cipherSuites: [gcm] } as const;

export type Change = (effect: Effect) => Effect | readonly Effect[] | undefined;

/** TLS 1.2 whose client or server does something else with its effects. */
export function misbehaving12(role: 'client' | 'server', change: Change): EngineVersion {
  const { handshake } = tls12;
  const { client } = handshake;
  return {
    ...tls12,
    handshake: {
      ...handshake,
      client:
        role === 'server'
          ? client
          : { ...client, connect: (context, offer, hello) => intercept(client.connect(context, offer, hello), change) },
      server:
        role === 'client' ? handshake.server : (context, hello) => intercept(handshake.server(context, hello), change),
    },
  };
}

/** A server that says something else in its ServerHello, and believes that it did not. */
export function answering(change: (hello: ServerHello) => ServerHello): EngineVersion {
  return misbehaving12('server', effect =>
    sends(effect, serverHello)
      ? { ...effect, raw: encodeMessage(serverHello, change(decodeMessage(serverHello, effect.raw))) }
      : effect,
  );
}

export function connect(
  client: Partial<ClientEngineConfig> = {},
  server: Partial<ServerEngineConfig> = {},
): Pair & { readonly sent: { readonly client: Wire[]; readonly server: Wire[] } } {
  const ends = pair({ ...only12, ...client }, { ...only12, ...server });
  const sent = { client: [] as Wire[], server: [] as Wire[] };
  pump(ends, (from, bytes) => {
    sent[from].push(...recordsOf(bytes));
    return bytes;
  });
  return { ...ends, sent };
}

export function noError({ client, server }: Pair): void {
  expect(client.error?.message ?? server.error?.message).toBeUndefined();
  expect([client.connected === undefined, server.connected === undefined]).toEqual([false, false]);
}

/** What the refusing side says, and that the other side hears it. */
export function refuses(ends: Pair, who: 'client' | 'server', code: string, alert: string): void {
  const other = who === 'client' ? ends.server : ends.client;
  expect(ends[who].error).toMatchObject({ code, alert, sentBy: 'us' });
  expect(ends[who].connected).toBeUndefined();
  expect(other.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
}

/** Believes that the peer has the credential's key. */
export function accepting({ key }: Pick<Credential, 'key'>): PeerVerifier {
  const publicKey = provider.importPublicKey(key.spki);
  return {
    trust: 'test',
    verify: () => ({ publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'test' }),
  };
}

/** A record as it is on the wire. */
export interface Wire {
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly fragment: Uint8Array;
}

export function recordsOf(bytes: Uint8Array): Wire[] {
  const records: Wire[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + (((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number));
    records.push({ type: bytes[at] as number, bytes: bytes.slice(at, end), fragment: bytes.slice(at + 5, end) });
    at = end;
  }
  return records;
}
