/** What tests of TLS 1.2 share: peers that break its rules, keys that are believed, and records as they are on the wire. */
import type { Credential, PeerVerifier } from '@tlskit/tls-handshake';
import { expect } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { GCM, recordsIn, suite } from './attacks12.ts';
import { type Pair, pair, provider, pump, verifier } from './support.ts';

export const gcm = suite(GCM);
export const only12 = { versions: [tls12], groups: [0x001d, 0x0017], cipherSuites: [gcm] } as const;

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
    ...verifier,
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
  return recordsIn(bytes).map(record => ({ type: record[0] as number, bytes: record, fragment: record.slice(5) }));
}
