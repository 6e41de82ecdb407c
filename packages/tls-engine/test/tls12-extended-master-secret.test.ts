/** The extended master secret (RFC 7627): who says it, what it is made over, and what there is not without it. */
import type { HandshakeEvent } from '@tlskit/tls-handshake';
import { MasterSecret12, pskPremaster } from '@tlskit/tls-keyschedule/tls12';
import { type ClientHello, clientKeyExchange12, extendedMasterSecretRow, type ServerHello } from '@tlskit/tls-messages';
import { MemorySessionCache, TicketKeys } from '@tlskit/tls-session';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createClientEngine, createServerEngine } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { without } from './rewriting.ts';
import { clientConfig, provider, serverConfig, takeAll } from './support.ts';
import { connect12, noError, saying12, sessionOf } from './support12.ts';

const { type } = extendedMasterSecretRow;
const now = () => Date.UTC(2026, 0, 1);
const speaks = ({ extensions }: ClientHello | ServerHello) => extensions.some(one => one.extension_type === type);
const silent = () => saying12(hello => without(hello, type));

/** TLS_PSK_WITH_AES_128_GCM_SHA256: the premaster secret is what both have. */
const PSK = 0x00a8;

describe('a full handshake', () => {
  it('of both that have it: the client says it, and the server repeats it [7627:5.2:1] [7627:5.2:2]', () => {
    const ends = connect12();
    noError(ends);
    expect([ends.clientHellos.map(speaks), ends.serverHellos.map(speaks)]).toEqual([[true], [true]]);
    expect(ends.client.connected?.tls12?.extendedMasterSecret).toBe(true);
  });

  it('of a client without it: the server says nothing of it [7627:5.2:3]', () => {
    const ends = connect12(silent());
    noError(ends);
    expect(ends.serverHellos.map(speaks)).toEqual([false]);
    expect(ends.server.connected?.tls12?.extendedMasterSecret).toBe(false);
  });

  it('has a master secret over all messages to ClientKeyExchange [7627:5.1:1]', () => {
    const { premaster, messages, secrets } = byKey();
    const last = messages.findIndex(bytes => bytes[0] === clientKeyExchange12.type);
    const { sha256 } = provider.hashes;
    if (sha256 === undefined) throw new Error('the provider lacks what tests need');
    const sessionHash = sha256.digest(concat(...messages.slice(0, last + 1)));
    const { secret } = MasterSecret12.deriveExtended(sha256, premaster, sessionHash);
    expect(secrets).toEqual([secret, secret]);
  });

  it('without it has a master secret over both randoms, as ever [7627:5.2:4]', () => {
    const { premaster, messages, secrets } = byKey(silent());
    const { sha256 } = provider.hashes;
    if (sha256 === undefined) throw new Error('the provider lacks what tests need');
    const [client, server] = messages.map(bytes => bytes.slice(6, 38));
    const { secret } = MasterSecret12.derive(sha256, premaster, client as Uint8Array, server as Uint8Array);
    expect(secrets).toEqual([secret, secret]);
  });
});

describe('an abbreviated handshake', () => {
  it.each([
    ['by a ticket', () => ({ tickets: new TicketKeys({ provider, now }) })],
    ['by its ID', () => ({ tls12: { sessions: new MemorySessionCache({ now }) } })],
  ])('%s: both say it again [7627:5.3:1] [7627:5.3:4]', (_what, make) => {
    const server = make();
    const session = sessionOf(connect12({}, server).client);
    const ends = connect12({ session }, server);
    noError(ends);
    expect(ends.client.connected?.resumed).toBe(true);
    expect([ends.clientHellos.map(speaks), ends.serverHellos.map(speaks)]).toEqual([[true], [true]]);
  });
});

describe('without it', () => {
  it('nothing is exported, by either side [7627:5.4:1]', () => {
    const bound = connect12();
    const loose = connect12(silent());
    noError(loose);
    for (const side of ['client', 'server'] as const) {
      const ask = ({ connected } = bound[side]) => connected?.exportKeyingMaterial('EXPORTER-test', undefined, 16);
      expect(ask()).toHaveLength(16);
      expect(() => ask(loose[side])).toThrow(
        expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE', rfc: 'RFC 7627 §5.4' }),
      );
    }
  });
});

/** A handshake by a key that both have, all its messages in the order in which they were sent, and the master secret of either side. */
function byKey(change: Partial<typeof clientConfig> = {}) {
  const key = new Uint8Array(32).fill(7);
  const messages: Uint8Array[] = [];
  const events: HandshakeEvent[] = [];
  const config = { versions: [tls12], cipherSuites: [PSK], emitSecrets: true };
  const psks = [{ identity: new TextEncoder().encode('me'), key, hash: 'sha256' as const }];
  const handlers = {
    event: (event: HandshakeEvent) => void events.push(event),
    message: ({ direction, bytes }: { direction: 'in' | 'out'; bytes: Uint8Array }) => {
      if (direction === 'out') messages.push(bytes.slice());
    },
  };
  const client = createClientEngine({ ...clientConfig, ...config, psks, ...change }, handlers);
  const pskLookup = () => ({ key, hash: 'sha256' as const });
  const server = createServerEngine({ ...serverConfig, ...config, pskLookup }, handlers);
  server.start();
  client.start();
  for (let i = 0; i < 4; i++) {
    server.receive(takeAll(client));
    client.receive(takeAll(server));
  }
  const secrets = events.flatMap(event => (event.type === 'secret' ? [event.secret] : []));
  return { premaster: pskPremaster(key, undefined), messages, secrets };
}
