/** Resumption by tickets (RFC 9846 §2.2, §4.3.11, §4.7.1): what resumes, what does a full handshake, what is refused. */
import { TlsError } from '@tlskit/tls-alerts';
import type { PeerEvidence, VerifiedPeer } from '@tlskit/tls-handshake';
import {
  certificateRequest,
  clientHello,
  decodeMessage,
  type Extension,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  findExtension,
  makeExtension,
  type OfferedPsks,
  preSharedKeyRow,
  serverHello,
  signatureAlgorithmsRow,
} from '@tlskit/tls-messages';
import {
  type ClientSession,
  MAX_TICKET_LIFETIME,
  MemoryServerStore,
  type ServerSession,
  type ServerSessionStore,
  StatefulTickets,
  type TicketIssuer,
  TicketKeys,
} from '@tlskit/tls-session';
import { toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  type ClientEngineConfig,
  createClientEngine,
  type EngineVersion,
  type ServerEngineConfig,
} from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import {
  clientConfig,
  credential,
  End,
  misbehaving,
  type Pair,
  pair,
  provider,
  pump,
  sends,
  takeAll,
  verifier,
} from './support.ts';

type Client = Partial<ClientEngineConfig>;
type Server = Partial<ServerEngineConfig>;

const START = clientConfig.now();
const SECOND = 1000;
const DAY = 86_400_000;
const TLS12 = 0x0303;
const at = (time: number) => () => time;

const makeTickets = (now: () => number = clientConfig.now) => new TicketKeys({ provider, now });
/** The sessions are made and used under the same ticket keys, unless a test says otherwise. */
const tickets = makeTickets();

function sessionsOf(end: End): ClientSession[] {
  return end.events.flatMap(event => (event.type === 'session' ? [event.session] : []));
}

function connected(client: Client = {}, server: Server = {}): Pair {
  const ends = pair(client, { tickets, ...server });
  pump(ends);
  expect([ends.client.error, ends.server.error]).toEqual([undefined, undefined]);
  expect(ends.client.connected?.resumed).toBe(ends.server.connected?.resumed);
  return ends;
}

/** A session of a full handshake. */
function freshSession(client: Client = {}, server: Server = {}): ClientSession {
  const [session] = sessionsOf(connected(client, server).client);
  if (session === undefined) throw new Error('no ticket came');
  return session;
}

const resumed = ({ client }: Pair) => client.connected?.resumed;

/** Types of the extensions in EncryptedExtensions, which a server observes as it sends them. */
function encryptedTypes(client: Client): readonly number[] {
  const types: number[] = [];
  const observe: Server = {
    versions: [
      misbehaving('server', effect => {
        if (sends(effect, encryptedExtensions)) {
          types.push(...decodeMessage(encryptedExtensions, effect.raw).extensions.map(e => e.extension_type));
        }
        return effect;
      }),
    ],
  };
  connected(client, observe);
  return types;
}

describe('a session resumes', () => {
  // RFC 6066 §3: "the server MUST NOT include a server_name extension in the server hello" of a resumption.
  it('without another word about the server name', () => {
    const { server_name } = ExtensionType.values;
    expect(encryptedTypes({})).toContain(server_name);
    expect(encryptedTypes({ session: freshSession() })).not.toContain(server_name);
  });

  it('with the certificates judged again, where the client wants it', () => {
    const seen: PeerEvidence[] = [];
    const judge = (verdict: () => VerifiedPeer) => ({
      trust: 'test',
      verify: (evidence: PeerEvidence) => {
        seen.push(evidence);
        return verdict();
      },
    });
    const good = (): VerifiedPeer => verifier.verify({ role: 'server', chain: [], name: undefined }) as VerifiedPeer;
    const ends = connected({ session: freshSession(), verifyResumed: true, verifier: judge(good) });
    expect(ends.client.connected?.resumed).toBe(true);
    expect(seen).toEqual([
      { role: 'server', certificateType: 0, chain: credential.chain, name: 'localhost', resumed: true },
    ]);
    const revoked = (): VerifiedPeer => {
      throw new TlsError('CERT_REVOKED', 'since yesterday');
    };
    const refused = pair({ session: freshSession(), verifyResumed: true, verifier: judge(revoked) }, { tickets });
    pump(refused);
    expect(refused.client.error).toMatchObject({ code: 'CERT_REVOKED', alert: 'certificate_revoked' });
    expect(refused.server.error?.alert).toBe('certificate_revoked');
  });

  it('once, without certificates, with the identity of before', () => {
    const first = connected({ alpn: ['h2'] }, { alpn: ['h2'] });
    const [session] = sessionsOf(first.client);
    const asked: string[] = [];
    const verifier = {
      trust: 'test',
      verify: () => {
        throw new Error('nothing to verify');
      },
    };
    const credentials = () => {
      asked.push('credential');
      return credential;
    };
    const ends = connected({ session, verifier, alpn: ['h3'] }, { credentials, alpn: ['h3'] });
    expect(asked).toEqual([]);
    expect(ends.client.connected).toMatchObject({
      resumed: true,
      signatureScheme: undefined,
      alpn: 'h3',
      serverName: 'localhost',
      group: 0x001d,
      peerCertificates: credential.chain,
      peer: { verified: true, trust: 'test', expires: Number.MAX_SAFE_INTEGER },
    });
    expect(ends.client.connected?.peer?.publicKey.spki).toEqual(credential.key.spki);
    expect(ends.server.connected).toMatchObject({ resumed: true, signatureScheme: undefined, peer: undefined });
    // Its key is gone with it: a second use is a full handshake.
    expect(session?.psk.every(byte => byte === 0)).toBe(true);
    expect(resumed(connected({ session }))).toBe(false);
  });

  it('and data flows, and keying material is of this connection', () => {
    const first = connected();
    const ends = connected({ session: sessionsOf(first.client)[0] });
    ends.client.engine.write(new TextEncoder().encode('up'));
    ends.server.engine.write(new TextEncoder().encode('down'));
    pump(ends);
    expect([ends.server.text, ends.client.text]).toEqual(['up', 'down']);
    const material = ({ client, server }: Pair) =>
      [client, server].map(end => end.connected?.exportKeyingMaterial('EXPORTER-test', new Uint8Array(0), 16));
    const [ours, theirs] = material(ends);
    expect(ours).toEqual(theirs);
    expect(ours).not.toEqual(material(first)[0]);
  });

  it('again and again, by tickets that each connection gives', () => {
    let session = freshSession();
    for (let i = 0; i < 3; i++) {
      const ends = connected({ session });
      expect(resumed(ends)).toBe(true);
      session = sessionsOf(ends.client)[0] as ClientSession;
      expect(session.peerCertificates).toEqual(credential.chain);
    }
  });

  it('after a HelloRetryRequest, with a binder over both hellos', () => {
    const ends = connected({ session: freshSession() }, { groups: [0x0018] });
    expect(ends.client.connected).toMatchObject({ resumed: true, helloRetry: true, group: 0x0018 });
  });

  it('under another suite of the same hash', () => {
    const session = freshSession({ cipherSuites: [0x1301] });
    const ends = connected({ session, cipherSuites: [0x1303, 0x1301] }, { cipherSuites: [0x1303, 0x1301] });
    expect(ends.client.connected).toMatchObject({ resumed: true, cipherSuite: { code: 0x1303 } });
  });

  it('not where the client does not offer its own suite any more', () => {
    const session = freshSession({ cipherSuites: [0x1301] });
    expect(resumed(connected({ session, cipherSuites: [0x1303] }))).toBe(false);
  });

  it('under SHA-384', () => {
    const only = { cipherSuites: [0x1302] };
    expect(freshSession(only).psk).toHaveLength(48);
    expect(resumed(connected({ ...only, session: freshSession(only) }))).toBe(true);
  });

  it('by stateful tickets, each once', () => {
    const stateful = new StatefulTickets({ provider, now: clientConfig.now, store: new MemoryServerStore() });
    const session = freshSession({}, { tickets: stateful });
    const copy = { ...session, psk: session.psk.slice() };
    expect(resumed(connected({ session }, { tickets: stateful }))).toBe(true);
    expect(resumed(connected({ session: copy }, { tickets: stateful }))).toBe(false);
  });

  it('by stateful tickets after a HelloRetryRequest, for which a ticket is taken once', () => {
    const stateful = new StatefulTickets({ provider, now: clientConfig.now, store: new MemoryServerStore() });
    const session = freshSession({}, { tickets: stateful });
    expect(resumed(connected({ session }, { tickets: stateful, groups: [0x0017] }))).toBe(true);
  });

  it('by an issuer that takes its time, while data flows', async () => {
    const later = <T>(value: T) => new Promise<T>(resolve => setImmediate(() => resolve(value)));
    const slow: TicketIssuer = {
      issue: session => {
        const ticket = tickets.issue(session);
        return later(ticket);
      },
      redeem: ticket => later(tickets.redeem(ticket)),
    };
    const settle = async (ends: Pair) => {
      for (let i = 0; i < 8; i++) {
        await later(undefined);
        pump(ends);
      }
    };
    const first = pair({}, { tickets: slow });
    pump(first);
    expect(sessionsOf(first.client)).toEqual([]);
    first.server.engine.write(new TextEncoder().encode('meanwhile'));
    pump(first);
    expect(first.client.text).toBe('meanwhile');
    await settle(first);
    const sessions = sessionsOf(first.client);
    expect(sessions).toHaveLength(2);
    const second = pair({ session: sessions[0] }, { tickets: slow });
    pump(second);
    expect(second.server.engine.parked).toBe(true);
    await settle(second);
    expect(second.server.connected?.resumed).toBe(true);
  });
});

describe('a full handshake', () => {
  const cases: [what: string, client: Client, server: Server, make?: [Client, Server]][] = [
    ['where the client has no suite of the hash', { cipherSuites: [0x1302] }, {}],
    ['where the server takes no suite of the hash', {}, { cipherSuites: [0x1302] }],
    ['where the server asks again for a suite of another hash', {}, { cipherSuites: [0x1302], groups: [0x0018] }],
    ['for another name', { serverName: 'other.example' }, {}],
    ['without a name', { serverName: undefined }, {}],
    ['where another name is expected', { peerName: 'other.example' }, {}],
    ['under another trust policy', { verifier: { ...clientConfig.verifier, trust: 'other' } }, {}],
    ['for a ticket that has expired', { now: at(START + 7200 * SECOND) }, {}],
    ['where the clock went back', { now: at(START - 1) }, {}],
    ['for a ticket that only the server finds expired', {}, { tickets: makeTickets(at(START + 7200 * SECOND)) }],
    ['for a ticket of another server', {}, { tickets: makeTickets() }],
    ['where the server takes no tickets', {}, { tickets: undefined }],
  ];
  it.each(cases)('%s', (_what, client, server) => {
    const session = freshSession();
    const { psk } = session;
    const ends = connected({ ...client, session }, server);
    expect(resumed(ends)).toBe(false);
    expect(ends.client.connected?.signatureScheme).toBe(0x0403);
    expect(psk.every(byte => byte === 0)).toBe(true);
  });

  it('where the server certificate has expired since', () => {
    const expires = START + 60 * SECOND;
    const verify = () => ({ ...clientConfig.verifier.verify({} as never), expires }) as never;
    const verifier = { trust: 'test', verify };
    expect(resumed(connected({ session: freshSession({ verifier }), now: at(expires - 1) }))).toBe(true);
    expect(resumed(connected({ session: freshSession({ verifier }), now: at(expires) }))).toBe(false);
  });

  it('where the server itself compares the name', () => {
    // The client thinks that the session is for this name.
    const session = { ...freshSession(), serverName: 'other.example' };
    expect(resumed(connected({ session, serverName: 'other.example' }))).toBe(false);
  });

  it.each([
    ['the end of the ticket', { issuedAt: START - 7200 * SECOND }],
    ['seven days after the authentication', { authenticatedAt: START - 7 * DAY }],
    ['a hash that is another', { cipherSuite: 0x1302 }],
    ['a version that is another', { version: TLS12 }],
  ])('where the issuer does not look at %s', (_what, change) => {
    const careless: TicketIssuer = {
      issue: session => tickets.issue(session),
      redeem: ticket => {
        const session = tickets.redeem(ticket);
        return session && { ...session, ...change };
      },
    };
    expect(resumed(connected({ session: freshSession() }, { tickets: careless }))).toBe(false);
  });

  it('where a store gives a session again whose key was wiped: everybody who saw the ticket knows that key', () => {
    const kept = new Map<string, ServerSession>();
    const store: ServerSessionStore = {
      put: (key, session) => void kept.set(toHex(key), session),
      take: key => kept.get(toHex(key)),
    };
    const server = { tickets: new StatefulTickets({ provider, now: clientConfig.now, store }) };
    const session = freshSession({}, server);
    const { length } = session.psk;
    expect(resumed(connected({ session: { ...session } }, server))).toBe(true);
    expect(kept.get(toHex(session.ticket))?.psk).toEqual(new Uint8Array(length));
    // A client that is not as careful as ours.
    let reads = 0;
    const careless = {
      ...session,
      get psk() {
        return new Uint8Array(length).fill(reads++ === 0 ? 1 : 0);
      },
    };
    expect(resumed(connected({ session: careless }, server))).toBe(false);
    expect(reads).toBeGreaterThan(1);
  });

  it('where the session is of TLS 1.2: the client does not offer it, and wipes it', () => {
    const session = { ...freshSession(), version: TLS12 };
    const client = new End(createClientEngine, { ...clientConfig, session });
    client.engine.start();
    const { extensions } = decodeMessage(clientHello, takeAll(client.engine).subarray(5));
    expect(findExtension(extensions, preSharedKeyRow, 'CH')).toBeUndefined();
    // It is there still for a version that is offered behind.
    expect(session.psk.every(byte => byte === 0)).toBe(false);
    client.engine.abort();
    expect(session.psk.every(byte => byte === 0)).toBe(true);
  });

  it('where a client comes with a ticket of TLS 1.2 that these very keys sealed', () => {
    const session = freshSession();
    const { psk, serverName } = session;
    const ticket = tickets.issue({
      ...{ version: TLS12, cipherSuite: session.cipherSuite, psk, serverName, issuedAt: START, authenticatedAt: START },
      ...{ lifetime: 7200, ticketAgeAdd: 0, maxEarlyData: 0, alpn: undefined, trust: '', clientCertificates: [] },
    });
    if (ticket === undefined) throw new Error('no ticket was made');
    expect(tickets.redeem(ticket)).toMatchObject({ version: TLS12 });
    expect(resumed(connected({ session: { ...session, ticket } }))).toBe(false);
  });

  it('where the client takes keys only without a key exchange', () => {
    const { psk_key_exchange_modes } = ExtensionType.values;
    const pskOnly = offers(extensions =>
      extensions.map(e =>
        e.extension_type === psk_key_exchange_modes ? { ...e, extension_data: Uint8Array.of(1, 0) } : e,
      ),
    );
    expect(resumed(connected({ session: freshSession(), versions: [pskOnly] }))).toBe(false);
  });

  it('where the ninth ticket alone is good, since eight are tried', () => {
    let tries = 0;
    const counting: TicketIssuer = {
      issue: session => tickets.issue(session),
      redeem: () => {
        tries++;
        return undefined;
      },
    };
    const many = offering(({ identities: [identity], binders: [binder] }) => ({
      identities: Array.from({ length: 20 }, () => identity as never),
      binders: Array.from({ length: 20 }, () => binder as never),
    }));
    const ends = pair({ versions: [many], session: freshSession() }, { tickets: counting });
    pump(ends);
    expect(ends.server.connected?.resumed).toBe(false);
    expect(tries).toBe(8);
  });
});

describe('tickets', () => {
  it.each([0, 1, 2, 7])('come as many as configured: %d, each with a key and an age_add of its own', ticketCount => {
    const sessions = sessionsOf(connected({}, { ticketCount }).client);
    expect(sessions).toHaveLength(ticketCount);
    const different = (what: (session: ClientSession) => unknown) => new Set(sessions.map(s => String(what(s)))).size;
    expect([different(s => s.psk), different(s => s.ticket), different(s => s.ticketAgeAdd)]).toEqual(
      Array(3).fill(ticketCount),
    );
  });

  it('are two that live two hours, unless somebody says otherwise', () => {
    expect(sessionsOf(connected().client).map(({ lifetime }) => lifetime)).toEqual([7200, 7200]);
    expect(freshSession({}, { ticketLifetime: 60 }).lifetime).toBe(60);
    expect(freshSession({}, { ticketLifetime: 2 ** 31 }).lifetime).toBe(MAX_TICKET_LIFETIME);
    expect(sessionsOf(connected({}, { tickets: undefined }).client)).toEqual([]);
  });

  it('are one where a session is resumed, in place of the one that was used', () => {
    expect(sessionsOf(connected({ session: freshSession() }).client)).toHaveLength(1);
    expect(sessionsOf(connected({ session: freshSession() }, { ticketCount: 2 }).client)).toHaveLength(2);
  });

  it('do not prolong an authentication beyond seven days', () => {
    let now = START;
    const week = { now: () => now, tickets: makeTickets(() => now), ticketLifetime: MAX_TICKET_LIFETIME };
    let session = freshSession({ now: () => now }, week);
    const lifetimes: number[] = [];
    for (let day = 1; day < 7; day++) {
      now = START + day * DAY;
      const ends = connected({ session, now: () => now }, week);
      expect(resumed(ends)).toBe(true);
      session = sessionsOf(ends.client)[0] as ClientSession;
      lifetimes.push(session.lifetime);
    }
    expect(lifetimes).toEqual([6, 5, 4, 3, 2, 1].map(days => days * 86_400));
    now = START + 7 * DAY;
    expect(resumed(connected({ session, now: () => now }, week))).toBe(false);
  });

  it('are not given to a client that could not use them', () => {
    const without = offers(extensions =>
      extensions.filter(e => e.extension_type !== ExtensionType.values.psk_key_exchange_modes),
    );
    const pskOnly = offers(extensions =>
      extensions.map(e =>
        e.extension_type === ExtensionType.values.psk_key_exchange_modes
          ? { ...e, extension_data: Uint8Array.of(1, 0) }
          : e,
      ),
    );
    for (const version of [without, pskOnly]) {
      let issued = 0;
      const counting: TicketIssuer = {
        issue: session => {
          issued++;
          return tickets.issue(session);
        },
        redeem: () => undefined,
      };
      expect(sessionsOf(connected({ versions: [version] }, { tickets: counting }).client)).toEqual([]);
      expect(issued).toBe(0);
    }
  });

  it('are left out when there is none to be had', () => {
    const none: TicketIssuer = { issue: () => undefined, redeem: () => undefined };
    expect(sessionsOf(connected({}, { tickets: none }).client)).toEqual([]);
  });

  it('are kept up to a number, however many come', () => {
    const { client } = connected({ limits: { ...clientConfig.limits, maxTickets: 3 } }, { ticketCount: 255 });
    expect(sessionsOf(client)).toHaveLength(3);
    expect(client.closed).toBe(false);
  });
});

/** A client whose hello has other extensions than ours, before it is bound. */
function offers(change: (extensions: readonly Extension[]) => readonly Extension[]): EngineVersion {
  const { handshake } = tls13;
  return {
    ...tls13,
    handshake: {
      ...handshake,
      client: {
        ...handshake.client,
        *offer(config) {
          const offer = yield* handshake.client.offer(config);
          return { ...offer, extensions: change(offer.extensions) };
        },
      },
    },
  };
}

/** A client whose pre_shared_key is another than ours, after its binders are made. */
function offering(change: (psks: OfferedPsks) => OfferedPsks, drop?: number): EngineVersion {
  const { handshake } = tls13;
  return {
    ...tls13,
    handshake: {
      ...handshake,
      client: {
        ...handshake.client,
        *offer(config) {
          const offer = yield* handshake.client.offer(config);
          return {
            ...offer,
            bind(hello, transcript) {
              const bound = offer.bind?.(hello, transcript) ?? hello;
              const psks = findExtension(bound.extensions, preSharedKeyRow, 'CH');
              if (psks === undefined) throw new Error('nothing to change');
              const others = bound.extensions.slice(0, -1).filter(e => e.extension_type !== drop);
              return { ...bound, extensions: [...others, makeExtension(preSharedKeyRow, 'CH', change(psks))] };
            },
          };
        },
      },
    },
  };
}

describe('a server refuses', () => {
  const flip = (bytes: Uint8Array | undefined, at: number) => {
    const copy = Uint8Array.from(bytes ?? []);
    copy[at] = (copy[at] as number) ^ 1;
    return copy;
  };
  const cases: [
    what: string,
    change: (psks: OfferedPsks) => OfferedPsks,
    code: string,
    alert: string,
    drop?: number,
  ][] = [
    [
      'a binder that does not verify',
      psks => ({ ...psks, binders: [flip(psks.binders[0], 31)] }),
      'ERR_TLS_BAD_BINDER',
      'decrypt_error',
    ],
    [
      'a binder that is too long',
      psks => ({ ...psks, binders: [new Uint8Array([...(psks.binders[0] as Uint8Array), 0])] }),
      'ERR_TLS_BAD_BINDER',
      'decrypt_error',
    ],
    [
      'a ticket’s age in another hello than its binder’s',
      psks => ({ ...psks, identities: psks.identities.map(i => ({ ...i, obfuscated_ticket_age: 1 })) }),
      'ERR_TLS_BAD_BINDER',
      'decrypt_error',
    ],
    [
      'more identities than binders',
      psks => ({ ...psks, identities: [...psks.identities, ...psks.identities] }),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'more binders than identities',
      psks => ({ ...psks, binders: [...psks.binders, ...psks.binders] }),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'keys without psk_key_exchange_modes',
      psks => psks,
      'ERR_TLS_MISSING_EXTENSION',
      'missing_extension',
      ExtensionType.values.psk_key_exchange_modes,
    ],
  ];
  it.each(cases)('%s', (_what, change, code, alert, drop) => {
    const session = freshSession();
    for (const server of [{}, { groups: [0x0018] }]) {
      const copy = { ...session, psk: session.psk.slice() };
      const ends = pair({ versions: [offering(change, drop)], session: copy }, { tickets, ...server });
      pump(ends);
      expect(ends.server.error).toMatchObject({ code, alert, sentBy: 'us' });
      expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
    }
  });

  it('but passes over a ticket that is forged', () => {
    const session = freshSession();
    const forged = { ...session, ticket: flip(session.ticket, 40) };
    expect(resumed(connected({ session: forged }))).toBe(false);
  });

  it('a key that is not the ticket’s', () => {
    const session = { ...freshSession(), psk: new Uint8Array(32).fill(1) };
    const ends = pair({ session }, { tickets });
    pump(ends);
    expect(ends.server.error?.code).toBe('ERR_TLS_BAD_BINDER');
  });

  it('a second hello that was bound to no HelloRetryRequest', () => {
    const { handshake } = tls13;
    // Binds the second hello as if it were the first.
    const forgetful: EngineVersion = {
      ...tls13,
      handshake: {
        ...handshake,
        client: {
          ...handshake.client,
          *offer(config) {
            const offer = yield* handshake.client.offer(config);
            let before: Parameters<NonNullable<typeof offer.bind>>[1] | undefined;
            return {
              ...offer,
              bind(hello, transcript) {
                before ??= transcript.fork();
                return offer.bind?.(hello, before.fork()) ?? hello;
              },
            };
          },
        },
      },
    };
    const ends = pair({ versions: [forgetful], session: freshSession() }, { tickets, groups: [0x0018] });
    pump(ends);
    expect(ends.server.error?.code).toBe('ERR_TLS_BAD_BINDER');
  });
});

describe('a client refuses', () => {
  const changed = (change: (extensions: readonly Extension[]) => readonly Extension[], suite?: number) =>
    misbehaving('server', effect => {
      if (!sends(effect, serverHello)) return effect;
      const hello = decodeMessage(serverHello, effect.raw);
      const body = { ...hello, extensions: change(hello.extensions), cipher_suite: suite ?? hello.cipher_suite };
      return { ...effect, raw: encodeMessage(serverHello, body) };
    });
  const selecting = (selected_identity: number) => makeExtension(preSharedKeyRow, 'SH', { selected_identity });
  const { key_share, pre_shared_key } = ExtensionType.values;

  const cases: [what: string, version: EngineVersion, code: string, alert: string][] = [
    [
      'an identity beyond those that it offered',
      changed(all => all.map(e => (e.extension_type === pre_shared_key ? selecting(1) : e))),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    ['a suite of another hash', changed(all => all, 0x1302), 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter'],
    [
      'a key without a key exchange',
      changed(all => all.filter(e => e.extension_type !== key_share)),
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    ],
    [
      'a request for a certificate',
      misbehaving('server', effect => {
        if (!sends(effect, { type: 20 })) return effect;
        const extensions = [makeExtension(signatureAlgorithmsRow, 'CR', { supported_signature_algorithms: [0x0403] })];
        const body = { certificate_request_context: new Uint8Array(0), extensions };
        return [{ ...effect, raw: encodeMessage(certificateRequest, body) }, effect];
      }),
      'ERR_TLS_UNEXPECTED_MESSAGE',
      'unexpected_message',
    ],
  ];
  it.each(cases)('%s', (_what, version, code, alert) => {
    const ends = pair({ session: freshSession() }, { tickets, versions: [version] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code, alert, sentBy: 'us' });
  });

  it('a key where it offered none', () => {
    const ends = pair({}, { tickets, versions: [changed(all => [...all, selecting(0)])] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
  });

  it('a server that resumes without the key', () => {
    // It says yes to the ticket of somebody else, and goes on without its secret.
    const ends = pair({ session: freshSession() }, { versions: [changed(all => [...all, selecting(0)])] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC' });
    expect(ends.client.connected).toBeUndefined();
  });
});

describe('the hello', () => {
  it('has pre_shared_key last, and the age of the ticket in it, obscured', () => {
    const session = { ...freshSession(), ticketAgeAdd: 2 ** 32 - 1000 };
    const client = new End(createClientEngine, { ...clientConfig, session, now: at(START + 1234) });
    client.engine.start();
    const hello = decodeMessage(clientHello, takeAll(client.engine).subarray(5));
    expect(hello.extensions.at(-1)?.extension_type).toBe(ExtensionType.values.pre_shared_key);
    const psks = findExtension(hello.extensions, preSharedKeyRow, 'CH');
    expect(psks?.identities).toEqual([{ identity: session.ticket, obfuscated_ticket_age: 234 }]);
    expect(psks?.binders.map(({ length }) => length)).toEqual([32]);
  });
});
