/** Pre-shared keys that were agreed on elsewhere (RFC 9846 §4.3.11). */
import { TlsError } from '@tlskit/tls-alerts';
import type { ExternalPsk, PskLookup } from '@tlskit/tls-handshake';
import { preSharedKeyRow } from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { rewritingHello } from './rewriting.ts';
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

  it('stays whose it is in a Buffer too, whose slices are views', () => {
    const key = () => Buffer.from('the key of alice, which is secret');
    const [ours, theirs] = [key(), key()];
    for (let i = 0; i < 2; i++) {
      const found = { key: theirs, hash: 'sha256' } as const;
      expectBy(meet({ psks: [{ ...psk('alice'), key: ours }] }, { pskLookup: () => found }), 'alice');
    }
    expect([ours, theirs]).toEqual([key(), key()]);
  });

  it('is the first that the server knows', () => {
    const psks = ['alice', 'bob', 'carol'].map(name => psk(name));
    expectBy(meet({ psks }, { pskLookup: knowing(psk('carol'), psk('bob')) }), 'bob');
  });

  it('is looked up, which may take its time', async () => {
    const pskLookup: PskLookup = async (identity, hello) => knowing(psk('alice'))(identity, hello);
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
    const pskLookup: PskLookup = (identity, hello) => {
      asked.push(text(identity));
      return knowing(psk('bob', 'sha384'))(identity, hello);
    };
    expectBy(meet({ psks }, { pskLookup, groups: [0x0018] }), 'bob');
    // Each once, whatever its answer is used for.
    expect(asked).toEqual(['alice', 'bob']);
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

  describe('brings tickets', () => {
    const tickets = new TicketKeys({ provider, now: serverConfig.now });
    const server = { tickets, pskLookup: knowing(psk('alice')) };
    const ticketOf = ({ client }: Pair) => {
      const session = client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
      if (session === undefined) throw new Error('no ticket came');
      return session;
    };
    const first = () => ticketOf(meet({ psks: [psk('alice')] }, server));

    it('that say whose key it was, again and again', () => {
      let session = first();
      for (let i = 0; i < 2; i++) {
        const ends = meet({ session, psks: [psk('alice')] }, server);
        for (const end of [ends.client, ends.server]) {
          expect(end.error).toBeUndefined();
          expect(end.connected).toMatchObject({ resumed: true, peer: undefined, peerCertificates: [] });
          expect(text(end.connected?.pskIdentity ?? bytes('nobody'))).toBe('alice');
        }
        session = ticketOf(ends);
        expect(session.authenticatedAt).toBe(serverConfig.now());
      }
    });

    it.each([
      { who: 'nobody', psks: [] },
      { who: 'another', psks: [psk('bob')] },
      { who: 'another of that name', psks: [{ ...psk('alice'), key: bytes('another key, for the same') }] },
    ])('that are of no use to $who', ({ psks }) => {
      const session = first();
      const ends = pair({ session, psks }, { tickets });
      pump(ends);
      expect(ends.client.error).toBeUndefined();
      expect(ends.client.connected).toMatchObject({ resumed: false, pskIdentity: undefined });
      expect(session.psk.every(byte => byte === 0)).toBe(true);
    });

    const clientAuth = (mode: 'request' | 'require') => ({ clientAuth: { mode, ...noTrust } });
    it.each([
      { where: 'no keys are known', pskLookup: undefined },
      { where: 'the key is not known any more', pskLookup: knowing(psk('bob')) },
      {
        where: 'another key has its name',
        pskLookup: knowing({ ...psk('alice'), key: bytes('another key, for the same') }),
      },
      {
        where: 'the look-up fails',
        pskLookup: () => {
          throw new Error('the database is away');
        },
      },
    ])('that are of no use where $where: neither key nor certificate stands for the client', ({ pskLookup }) => {
      const before = meet({ psks: [psk('alice')] }, { ...server, ...clientAuth('request') });
      const { credentials } = serverConfig;
      const session = ticketOf(before);
      // A client that keeps the ticket all the same.
      const ends = pair(
        { session: { ...session, externalPsk: undefined, trust: 'test' } },
        { tickets, credentials, pskLookup, ...clientAuth('require') },
      );
      pump(ends);
      expect(ends.server.connected).toBeUndefined();
      expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_CERTIFICATE_REQUIRED', alert: 'certificate_required' });
    });

    it('that go back to a key which is looked up again, perhaps later, and wiped', async () => {
      const made: Uint8Array[] = [];
      const pskLookup: PskLookup = async identity => {
        const { key, hash } = psk(text(identity));
        made.push(key);
        return { key, hash, taken: () => key.fill(0) };
      };
      const ends = pair(
        { ...noTrust, session: first(), psks: [psk('alice')] },
        { tickets, ...noCertificate, pskLookup },
      );
      for (let i = 0; i < 8; i++) {
        pump(ends);
        await new Promise(resolve => setImmediate(resolve));
      }
      expect(ends.server.connected).toMatchObject({ resumed: true });
      expect(made.length).toBeGreaterThan(0);
      expect(made.flatMap(key => [...key]).every(byte => byte === 0)).toBe(true);
    });
  });

  it('may be found by the client when it is needed, by the name of the server', async () => {
    const asked: unknown[] = [];
    const psks: ClientEngineConfig['psks'] = async query => {
      asked.push(query);
      return [psk('alice')];
    };
    const ends = pair({ ...noTrust, psks }, { ...noCertificate, pskLookup: knowing(psk('alice')) });
    expect(ends.client.engine.parked).toBe(true);
    await new Promise(resolve => setImmediate(resolve));
    pump(ends);
    expectBy(ends, 'alice');
    expect(asked).toEqual([{ serverName: 'localhost', peerName: 'localhost' }]);
  });

  it('that the client cannot find ends the connection, and wipes a session that was to be resumed', async () => {
    const session = pair({}, { tickets: new TicketKeys({ provider, now: serverConfig.now }) });
    pump(session);
    const resumable = session.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
    const psks = () => Promise.reject(new Error('the vault is locked'));
    const ends = pair({ psks, session: resumable }, {});
    await new Promise(resolve => setImmediate(resolve));
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_INTERNAL' });
    expect(resumable?.psk.every(byte => byte === 0)).toBe(true);
  });

  it('among several of several hashes, each with its binder, is also found after a HelloRetryRequest', () => {
    const psks = ['a', 'b', 'c', 'd'].map((name, i) => psk(name, i % 2 === 0 ? 'sha256' : 'sha384'));
    for (const known of psks) {
      for (const groups of [[0x001d], [0x0018]]) {
        expectBy(meet({ psks }, { pskLookup: knowing(known), groups }), text(known.identity));
      }
    }
  });

  it('is looked up with the hello that offers it', () => {
    const names: (string | undefined)[] = [];
    const pskLookup: PskLookup = (identity, hello) => {
      names.push(hello.serverName);
      return knowing(psk('alice'))(identity, hello);
    };
    expectBy(meet({ psks: [psk('alice')] }, { pskLookup }), 'alice');
    expect(names).toEqual(['localhost']);
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

  it('a client that wants no certificate refuses one [9846:9.2:7]', () => {
    const ends = pair({ ...noTrust, psks: [psk('mallory')] }, { pskLookup: knowing(psk('alice')) });
    const signing = pair({ ...noTrust, psks: [psk('mallory')], pskOnly: true }, { pskLookup: knowing(psk('alice')) });
    pump(ends);
    pump(signing);
    expect(ends.client.connected).toBeUndefined();
    // Without signature_algorithms the server has nothing to sign with: it ends the handshake itself.
    expect(signing.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'handshake_failure' });
    expect(signing.server.error).toMatchObject({ code: 'ERR_TLS_NO_SHARED_KEY', alert: 'handshake_failure' });
  });

  it('a server that shows a certificate to a client that asked for none is told missing_extension', () => {
    const lenient = rewritingHello(hello => ({
      ...hello,
      extensions: hello.extensions.filter(each => each.extension_type !== preSharedKeyRow.type),
    }));
    const ends = pair(
      { ...noTrust, psks: [psk('alice')], pskOnly: true },
      { pskLookup: knowing(psk('alice')), versions: [lenient] },
    );
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_MISSING_EXTENSION', alert: 'missing_extension' });
  });

  it('and without a certificate that is wanted, there is nothing to say', () => {
    const ends = pair({ pskOnly: true }, {});
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_INVALID_OPTION' });
  });

  it('the look-up may refuse the client by the alert unknown_psk_identity', () => {
    const pskLookup: PskLookup = () => {
      throw new TlsError('ERR_TLS_UNKNOWN_PSK_IDENTITY', 'who?');
    };
    const ends = pair({ psks: [psk('alice')] }, { pskLookup });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unknown_psk_identity' });
  });

  it.each([
    {
      how: 'at once',
      fail: () => {
        throw new Error('no database');
      },
    },
    { how: 'later', fail: () => Promise.reject(new Error('no database')) },
  ])('a look-up that fails $how is as good as one that finds nothing, and is told', async ({ fail }) => {
    const ends = pair({ psks: [psk('alice')] }, { pskLookup: fail });
    for (let i = 0; i < 4; i++) {
      pump(ends);
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(ends.client.connected).toMatchObject({ pskIdentity: undefined, signatureScheme: 0x0403 });
    expect(ends.server.events).toContainEqual({ type: 'failure', of: 'pskLookup', error: new Error('no database') });
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
