/** Pre-shared keys that were agreed on elsewhere (RFC 9846 §4.3.11). */
import type { ExternalPsk, PskLookup } from '@tlskit/tls-handshake';
import { type TicketIssuer, TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { type Pair, pair, provider, pump, serverConfig } from './support.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array) => new TextDecoder().decode(value);
const psk = (name: string, hash: ExternalPsk['hash'] = 'sha256'): ExternalPsk => ({
  identity: bytes(name),
  key: bytes(`the key of ${name}, which is secret`),
  hash,
});

/** A server's table. */
const knowing =
  (...known: readonly ExternalPsk[]): PskLookup =>
  identity =>
    known.find(candidate => text(candidate.identity) === text(identity));

const noCertificate = { credentials: () => undefined };
const noTrust = {
  verifier: {
    trust: 'nobody',
    verify: () => {
      throw new Error('no certificate is to be judged');
    },
  },
};

function meet(client: Partial<ClientEngineConfig>, server: Partial<ServerEngineConfig>): Pair {
  const ends = pair({ ...noTrust, ...client }, { ...noCertificate, ...server });
  pump(ends);
  return ends;
}

function expectBy(ends: Pair, identity: string): void {
  expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  for (const end of [ends.client, ends.server]) {
    expect(end.connected).toMatchObject({ resumed: false, signatureScheme: undefined, peer: undefined });
    expect(text(end.connected?.pskIdentity ?? bytes('nobody'))).toBe(identity);
  }
  ends.client.engine.write(bytes('hello'));
  pump(ends);
  expect(ends.server.text).toBe('hello');
}

describe('an external key', () => {
  it('authenticates both without certificates, again and again', () => {
    const alice = psk('alice');
    for (let i = 0; i < 2; i++) expectBy(meet({ psks: [alice] }, { pskLookup: knowing(alice) }), 'alice');
    expect(text(alice.key)).toBe('the key of alice, which is secret');
  });

  it('is the first that the server knows', () => {
    const psks = ['alice', 'bob', 'carol'].map(name => psk(name));
    expectBy(meet({ psks }, { pskLookup: knowing(psk('carol'), psk('bob')) }), 'bob');
  });

  it('is looked up, which may take its time', async () => {
    const pskLookup: PskLookup = async identity => knowing(psk('alice'))(identity);
    const ends = pair({ ...noTrust, psks: [psk('alice')] }, { ...noCertificate, pskLookup });
    for (let i = 0; i < 8; i++) {
      pump(ends);
      await new Promise(resolve => setImmediate(resolve));
    }
    expectBy(ends, 'alice');
  });

  it('goes with HelloRetryRequest', () => {
    const ends = meet({ psks: [psk('alice')] }, { pskLookup: knowing(psk('alice')), groups: [0x0018] });
    expect(ends.client.connected?.helloRetry).toBe(true);
    expectBy(ends, 'alice');
  });

  it('decides on the suite, which must be of its hash', () => {
    const ends = meet({ psks: [psk('alice', 'sha384')] }, { pskLookup: knowing(psk('alice', 'sha384')) });
    expectBy(ends, 'alice');
    expect(ends.client.connected?.cipherSuite.code).toBe(0x1302);
  });

  it('that does not go with the suite of a HelloRetryRequest is left out then, and another is taken', () => {
    const psks = [psk('alice'), psk('bob', 'sha384')];
    const asked: string[] = [];
    const pskLookup: PskLookup = identity => {
      asked.push(text(identity));
      return knowing(psk('bob', 'sha384'))(identity);
    };
    expectBy(meet({ psks }, { pskLookup, groups: [0x0018] }), 'bob');
    // For the suite, and then for the hello that counts.
    expect(asked).toEqual(['alice', 'bob', 'bob']);
  });

  it('stands behind a session', () => {
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    const { credentials } = serverConfig;
    const first = pair({}, { tickets });
    pump(first);
    const session = first.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
    const server = { tickets, credentials, pskLookup: knowing(psk('alice')) };
    const both = pair({ session, psks: [psk('alice')] }, server);
    pump(both);
    expect(both.server.connected).toMatchObject({ resumed: true, pskIdentity: undefined });
    expect(both.client.connected).toMatchObject({ resumed: true, pskIdentity: undefined });
  });

  it('brings no tickets: they would not say whose key it was', () => {
    let issued = 0;
    const tickets: TicketIssuer = {
      issue: () => {
        issued++;
        return undefined;
      },
      redeem: () => undefined,
    };
    const ends = meet({ psks: [psk('alice')] }, { tickets, pskLookup: knowing(psk('alice')) });
    expectBy(ends, 'alice');
    expect(issued).toBe(0);
  });
});

describe('without a key that both know', () => {
  it('a certificate is shown, if there is one', () => {
    const ends = pair({ psks: [psk('mallory')] }, { pskLookup: knowing(psk('alice')) });
    pump(ends);
    expect(ends.client.connected).toMatchObject({ resumed: false, pskIdentity: undefined, signatureScheme: 0x0403 });
  });

  it('or the handshake fails', () => {
    const ends = meet({ psks: [psk('mallory')] }, { pskLookup: knowing(psk('alice')) });
    expect(ends.server.error).toMatchObject({ alert: 'handshake_failure' });
    expect(ends.client.connected).toBeUndefined();
  });

  it('a client that trusts nobody takes no certificate', () => {
    const ends = pair({ ...noTrust, psks: [psk('mallory')] }, { pskLookup: knowing(psk('alice')) });
    pump(ends);
    expect(ends.client.connected).toBeUndefined();
    expect(ends.client.closed).toBe(true);
  });

  it('a key under a known name is refused', () => {
    const forged = { ...psk('alice'), key: bytes('a guess') };
    for (const server of [{}, { groups: [0x0018] }]) {
      const ends = meet({ psks: [forged] }, { pskLookup: knowing(psk('alice')), ...server });
      expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_BINDER', alert: 'decrypt_error' });
    }
  });

  it('a key that is meant for another hash is not taken', () => {
    const ends = meet({ psks: [psk('alice')], cipherSuites: [0x1301] }, { pskLookup: knowing(psk('alice', 'sha384')) });
    expect(ends.server.error).toMatchObject({ alert: 'handshake_failure' });
  });

  it('a key does not pass for a ticket, nor a ticket for a key', () => {
    // The same bytes under the same name, once as the one and once as the other: the binders differ in their label.
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    const first = pair({}, { tickets });
    pump(first);
    const session = first.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
    if (session === undefined) throw new Error('no ticket came');
    const external = { identity: session.ticket, key: session.psk, hash: 'sha256' } as const;
    expect(meet({ psks: [external] }, { tickets }).server.error?.code).toBe('ERR_TLS_BAD_BINDER');
    const found = { key: session.psk.slice(), hash: 'sha256' } as const;
    const ends = pair({ session }, { ...noCertificate, pskLookup: () => found });
    pump(ends);
    expect(ends.server.error?.code).toBe('ERR_TLS_BAD_BINDER');
  });
});
