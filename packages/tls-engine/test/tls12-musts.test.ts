/** The rules of RFC 5246 on records, alerts and hellos, each broken by somebody or watched on the wire. */
import type { CredentialQuery, Effect } from '@tlskit/tls-handshake';
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  encodeMessage,
  finished12,
  helloRequest12,
  makeExtension,
  NO_EXTENSIONS,
  serverHello,
  serverNameRow,
  signatureAlgorithmsRow,
} from '@tlskit/tls-messages';
import { type ClientSession, MemorySessionCache } from '@tlskit/tls-session';
import { concat } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { tls12 } from '../src/tls12.ts';
import { tls13 } from '../src/tls13.ts';
import { rsa, rsaVerifier, suite } from './attacks12.ts';
import { type clientConfig, credential, type Pair, pair, pump, sends, serverConfig, takeAll } from './support.ts';
import { answering12, misbehaving12 } from './support12.ts';
import { connect, gcm, noError, only12, recordsOf, refuses, type Wire } from './tls12-support.ts';

const text = (value: string) => new TextEncoder().encode(value);
const accept = { tls12: { renegotiation: 'accept' } } as const;

const rsaSchemes = { signatureSchemes: [0x0804, 0x0401], verifier: rsaVerifier };
const RSA = suite('TLS_RSA_WITH_AES_128_CBC_SHA');
const ECDHE_RSA = suite('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');

const { alert, application_data, change_cipher_spec, handshake } = {
  change_cipher_spec: 20,
  alert: 21,
  handshake: 22,
  application_data: 23,
};

/** The numbers that GCM shows of protected records: they stand behind a change_cipher_spec. */
function numbersOf(records: readonly Wire[]): number[] {
  const first = records.findIndex(({ type }) => type === change_cipher_spec);
  return records
    .slice(first + 1)
    .map(({ fragment }) => new DataView(fragment.buffer, fragment.byteOffset).getUint32(4));
}

describe('records', () => {
  it('go out in the order in which they were protected [5246:6.2.1:3]', () => {
    const ends = connect({}, accept);
    noError(ends);
    const { engine } = ends.server;
    engine.write(new Uint8Array(40_000));
    engine.renegotiate();
    engine.write(text('more'));
    engine.close();
    const more = recordsOf(takeAll(engine));
    const { alert, application_data: data, handshake } = { alert: 21, application_data: 23, handshake: 22 };
    expect(more.map(({ type }) => type)).toEqual([data, data, data, handshake, data, alert]);
    expect(numbersOf([...ends.sent.server, ...more])).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('are protected from the change_cipher_spec on, and numbered from zero, again and again [5246:6.1:2] [5246:7.1:1] [5246:7.1:2]', () => {
    const ends = connect(accept, accept);
    noError(ends);
    const flights = { ...ends.sent };
    for (const side of ['client', 'server'] as const) {
      const at = flights[side].findIndex(({ type }) => type === change_cipher_spec);
      expect([...(flights[side][at]?.fragment ?? [])]).toEqual([1]);
      // Finished: 4 + 12 bytes, under GCM with 8 + 16 more.
      const behind = flights[side].slice(at + 1);
      expect(behind.map(({ type, fragment }) => [type, fragment.length])).toEqual([[handshake, 40]]);
      expect(numbersOf(flights[side])).toEqual([0]);
    }
    ends.client.engine.write(text('data'));
    ends.client.engine.renegotiate();
    const again: Wire[] = [];
    pump(ends, (from, bytes) => {
      if (from === 'client') again.push(...recordsOf(bytes));
      return bytes;
    });
    noError(ends);
    expect(again.map(({ type }) => type)).toEqual([
      application_data,
      handshake,
      handshake,
      change_cipher_spec,
      handshake,
    ]);
    const numbers = again.map(({ fragment }) => fragment[7]);
    // The change_cipher_spec is the last one under the old keys.
    expect(numbers).toEqual([1, 2, 3, 4, 0]);
  });

  it('of data are taken during a handshake that is not the first [5246:6.2.1:4]', () => {
    const ends = connect(accept, accept);
    ends.client.engine.renegotiate();
    ends.client.engine.write(text('behind the ClientHello'));
    ends.server.engine.write(text('before the ServerHello'));
    pump(ends);
    noError(ends);
    expect([ends.server.text, ends.client.text]).toEqual(['behind the ClientHello', 'before the ServerHello']);
    expect(ends.client.events.map(({ type }) => type)).toContain('renegotiated');
  });
});

describe('a fatal alert', () => {
  const resumable = () => {
    const sessions = new MemorySessionCache({ now: serverConfig.now });
    const ends = connect({}, { tls12: { sessions } });
    noError(ends);
    const event = ends.client.events.find(({ type }) => type === 'session');
    if (event?.type !== 'session') throw new Error('no session came');
    return { ends, sessions, session: event.session };
  };

  it.each(['client', 'server'] as const)(
    'of the %s ends its session on both sides [5246:7.2:1] [5246:7.2.2:1] [5246:7.2.2:2]',
    side => {
      const { ends, sessions, session } = resumable();
      expect([sessions.size, session.psk.every(byte => byte === 0)]).toEqual([1, false]);
      ends[side].engine.abort('internal_error');
      pump(ends);
      expect(sessions.size).toBe(0);
      expect(session.psk.every(byte => byte === 0)).toBe(true);
      // Whoever kept a copy of it finds nobody who knows it.
      const copy: ClientSession = { ...session, psk: new Uint8Array(48).fill(1) };
      const again = connect({ session: copy }, { tls12: { sessions } });
      noError(again);
      expect(again.client.connected?.resumed).toBe(false);
    },
  );

  it('is another thing than the end of a connection in order', () => {
    const { ends, sessions, session } = resumable();
    ends.client.engine.close();
    ends.server.engine.close();
    pump(ends);
    const again = connect({ session }, { tls12: { sessions } });
    noError(again);
    expect(again.client.connected?.resumed).toBe(true);
  });

  it('tells the peer what was wrong before the connection ends [5246:7.2.2:3]', () => {
    const ends = connect();
    ends.client.engine.write(text('data'));
    const record = takeAll(ends.client.engine);
    record[20] = (record[20] as number) ^ 1;
    ends.server.engine.receive(record);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC', alert: 'bad_record_mac', sentBy: 'us' });
    const [told, ...others] = recordsOf(takeAll(ends.server.engine));
    expect([told?.type, others]).toEqual([alert, []]);
    ends.client.engine.receive(told?.bytes as Uint8Array);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'bad_record_mac' });
  });
});

describe('application data', () => {
  it('waits for the end of the first handshake [5246:7.3:3]', () => {
    const ends = pair(only12, only12);
    ends.client.engine.write(text('to the server'));
    ends.server.engine.write(text('to the client'));
    const order: [string, number][] = [];
    pump(ends, (from, bytes) => {
      for (const { type } of recordsOf(bytes)) order.push([from, type]);
      return bytes;
    });
    noError(ends);
    const first = order.findIndex(([, type]) => type === application_data);
    // Both Finished stand before it.
    expect(order.slice(0, first).filter(([, type]) => type === change_cipher_spec)).toHaveLength(2);
    expect([ends.server.text, ends.client.text]).toEqual(['to the server', 'to the client']);
  });

  it('that a client sends in the place of its Finished is unexpected [5246:7.3:3]', () => {
    const open: Effect = { op: 'open', direction: 'write' };
    const versions = [misbehaving12('client', effect => (sends(effect, finished12) ? open : effect))];
    const ends = pair({ ...only12, versions }, only12);
    ends.client.engine.write(text('data'));
    pump(ends);
    refuses(ends, 'server', 'ERR_TLS_UNEXPECTED_MESSAGE', 'unexpected_message');
    expect(ends.server.error?.message).toContain('application data in state WAIT_FINISHED');
  });

  it('in the clear is unexpected [5246:7.3:3]', () => {
    const { server } = pair(only12, only12);
    server.engine.receive(Uint8Array.of(application_data, 3, 3, 0, 1, 7));
    expect(server.error).toMatchObject({ code: 'ERR_TLS_RECORD_TYPE', alert: 'unexpected_message' });
  });
});

describe('a session that resumes', () => {
  it('has a change_cipher_spec and Finished of both sides, and nothing else behind the hellos [5246:7.3:4]', () => {
    const sessions = new MemorySessionCache({ now: serverConfig.now });
    const first = connect({}, { tls12: { sessions } });
    const event = first.client.events.find(({ type }) => type === 'session');
    if (event?.type !== 'session') throw new Error('no session came');
    const { sent, ...ends } = connect({ session: event.session }, { tls12: { sessions } });
    noError(ends);
    expect(ends.server.connected?.resumed).toBe(true);
    const types = [handshake, change_cipher_spec, handshake];
    expect([sent.client, sent.server].map(records => records.map(({ type }) => type))).toEqual([types, types]);
    // The ServerHello stands alone in its record.
    expect(sent.server[0]?.fragment.length).toBe(4 + (sent.server[0]?.fragment[3] as number));
  });

  it('need not resume: a client goes on with other suites as if it had offered none [5246:7.4.1.3:2]', () => {
    const sessions = () => ({ sessions: new MemorySessionCache({ now: serverConfig.now }) });
    const first = connect({}, { tls12: sessions() });
    const event = first.client.events.find(({ type }) => type === 'session');
    if (event?.type !== 'session') throw new Error('no session came');
    const other = suite('TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384');
    const ends = connect(
      { session: event.session, cipherSuites: [gcm, other] },
      { tls12: sessions(), cipherSuites: [other] },
    );
    noError(ends);
    expect(ends.client.connected).toMatchObject({ resumed: false, cipherSuite: { code: other } });
  });
});

describe('a HelloRequest', () => {
  it('while the client says hello is of no account, and in no transcript [5246:7.4.1.1:1]', () => {
    const raw = encodeMessage(helloRequest12, {});
    const record = concat(Uint8Array.of(handshake, 3, 3, 0, raw.length), raw);
    const ends = pair(only12, only12);
    let flights = 0;
    pump(ends, (from, bytes) => {
      if (from === 'client') return bytes;
      const [hello, ...others] = recordsOf(bytes).map(part => part.bytes);
      // Behind the first record, which is whole messages, and in front of the last flight.
      flights++;
      return flights === 1 ? concat(hello as Uint8Array, record, ...others) : concat(record, bytes);
    });
    noError(ends);
    expect(flights).toBe(2);
  });
});

/** A server of TLS 1.2 alone and what it says to a ClientHello that a well-behaved client made, changed. */
function said(change: (hello: ClientHello) => ClientHello, server: Partial<typeof serverConfig> = {}): Pair {
  const ends = pair(only12, { ...only12, ...server });
  let changed = false;
  pump(ends, (from, bytes) => {
    if (from === 'server' || changed) return bytes;
    changed = true;
    const message = encodeMessage(clientHello, change(decodeMessage(clientHello, bytes.slice(5))));
    return concat(Uint8Array.of(handshake, 3, 1, message.length >> 8, message.length & 255), message);
  });
  return ends;
}

describe('a ClientHello', () => {
  it('may have suites that nobody knows [5246:7.4.1.2:2]', () => {
    const unknown = [0x0a0a, 0x1234, 0x00ff, 0xfffe, 0x0000, 0x1301];
    const shapeHello = (hello: ClientHello) => ({ ...hello, cipher_suites: [...unknown, ...hello.cipher_suites] });
    const ends = connect({ shapeHello });
    noError(ends);
    expect(ends.server.connected?.cipherSuite.code).toBe(gcm);
  });

  it('has null compression, ours and that of others [5246:7.4.1.2:5]', () => {
    let methods: Uint8Array | undefined;
    refuses(
      said(hello => {
        methods = hello.legacy_compression_methods;
        return { ...hello, legacy_compression_methods: Uint8Array.of(1) };
      }),
      'server',
      'ERR_TLS_ILLEGAL_PARAMETER',
      'illegal_parameter',
    );
    expect([...(methods ?? [])]).toEqual([0]);
  });

  it('may be without extensions [5246:7.4.1.2:6]', () => {
    const shapeHello = (hello: ClientHello) => ({ ...hello, extensions: NO_EXTENSIONS });
    const cipherSuites = [RSA];
    const ends = connect(
      { ...rsaSchemes, cipherSuites, shapeHello, tls12: { requireSecureRenegotiation: false } },
      { ...rsaSchemes, cipherSuites, credentials: () => rsa },
    );
    noError(ends);
  });

  it.each([
    ['a byte behind the extensions', Uint8Array.of(0)],
    ['extensions twice', Uint8Array.of(0, 0)],
  ])('has its exact length: %s is a decode_error [5246:7.4.1.2:6]', (_, more) => {
    const ends = pair(only12, only12);
    let done = false;
    pump(ends, (from, bytes) => {
      if (from === 'server' || done) return bytes;
      done = true;
      const message = concat(bytes.slice(5), more);
      const length = message.length - 4;
      message.set([length >> 16, length >> 8, length & 255], 1);
      return concat(Uint8Array.of(handshake, 3, 1, message.length >> 8, message.length & 255), message);
    });
    refuses(ends, 'server', 'ERR_TLS_DECODE', 'decode_error');
  });

  it('has no extension twice [5246:7.4.1.4:3]', () => {
    const name = makeExtension(serverNameRow, 'CH', { server_name_list: [{ name_type: 0, name: text('localhost') }] });
    const ends = said(hello => ({ ...hello, extensions: [...hello.extensions, name] }));
    refuses(ends, 'server', 'ERR_TLS_DUPLICATE_EXTENSION', 'illegal_parameter');
  });

  it('says what may sign [5246:7.4.1.4.1:2]', () => {
    const { client } = pair({ ...only12, signatureSchemes: [0x0503, 0x0403] }, only12);
    const { extensions } = decodeMessage(clientHello, takeAll(client.engine).slice(5));
    const found = extensions.find(({ extension_type }) => extension_type === signatureAlgorithmsRow.type);
    expect([...(found?.extension_data ?? [])]).toEqual([0, 4, 5, 3, 4, 3]);
  });

  it('that does not say what may sign means SHA-1, by which nobody signs who was not told to [5246:7.4.1.4.1:3]', () => {
    const shapeHello = (hello: ClientHello) => ({
      ...hello,
      extensions: hello.extensions.filter(({ extension_type }) => extension_type !== signatureAlgorithmsRow.type),
    });
    const cipherSuites = [ECDHE_RSA];
    const signatureSchemes = [0x0401, 0x0201];
    const client = { ...rsaSchemes, cipherSuites, shapeHello, signatureSchemes };
    const server = { cipherSuites, credentials: () => rsa };
    const told = connect(client, { ...server, signatureSchemes });
    noError(told);
    expect(told.server.connected?.signatureScheme).toBe(0x0201);
    const ends = connect(client, { ...server, signatureSchemes: [0x0804, 0x0401] });
    // RFC 9155 §2: handshake_failure.
    refuses(ends, 'server', 'ERR_TLS_NO_SHARED_SIGNATURE_SCHEME', 'handshake_failure');
  });

  it('that says what may sign certificates is heeded [9846:1.4:4]', () => {
    const asked: (readonly number[])[] = [];
    const credentials = ({ certificateSchemes }: CredentialQuery) => {
      asked.push(certificateSchemes);
      return credential;
    };
    noError(connect({ certificateSchemes: [0x0603, 0x0503] }, { credentials }));
    noError(connect({ signatureSchemes: [0x0403, 0x0804] }, { credentials }));
    expect(asked).toEqual([
      [0x0603, 0x0503],
      [0x0403, 0x0804],
    ]);
  });

  it('that says what may sign is heeded [5246:7.4.1.4.1:6] [5246:7.4.3:2]', () => {
    const signatureSchemes = [0x0403, 0x0503, 0x0603];
    for (const scheme of signatureSchemes) {
      const ends = connect({ signatureSchemes: [scheme] }, { signatureSchemes });
      noError(ends);
      expect(ends.server.connected?.signatureScheme).toBe(scheme);
    }
  });

  it.each([0x0300, 0x0301, 0x03ff])('may come in a record of version %i [5246:E.1:4]', version => {
    const ends = pair(only12, only12);
    let first = true;
    pump(ends, (from, bytes) => {
      if (from === 'server' || !first) return bytes;
      first = false;
      return concat(Uint8Array.of(handshake, version >> 8, version & 255), bytes.slice(3));
    });
    noError(ends);
  });

  it.each([0x0304, 0x0305, 0x0fff, 0xffff])(
    'of version %i is answered with the best that there is [5246:E.1:2]',
    version => {
      const answers: Uint8Array[] = [];
      const ends = pair(only12, only12);
      pump(ends, (from, bytes) => {
        if (from === 'server') answers.push(bytes);
        if (from === 'server' || answers.length > 0) return bytes;
        const message = encodeMessage(clientHello, {
          ...decodeMessage(clientHello, bytes.slice(5)),
          legacy_version: version,
        });
        return concat(Uint8Array.of(handshake, 3, 1, message.length >> 8, message.length & 255), message);
      });
      // Handshake, ServerHello, 0x0303.
      expect([...(answers[0]?.slice(0, 1) ?? []), answers[0]?.[5], answers[0]?.[9], answers[0]?.[10]]).toEqual([
        handshake,
        serverHello.type,
        3,
        3,
      ]);
    },
  );

  it.each([0x0302, 0x0301, 0x0300, 0x0002])('of version %i is of none that there is [5246:E.1:3]', version => {
    for (const versions of [[tls12], [tls13, tls12]]) {
      const ends = said(hello => ({ ...hello, legacy_version: version }), { versions });
      refuses(ends, 'server', 'ERR_TLS_PROTOCOL_VERSION', 'protocol_version');
    }
  });
});

describe('a ServerHello', () => {
  const refused = (change: Parameters<typeof answering12>[0], client: Partial<typeof clientConfig> = {}) =>
    connect(client, { versions: [answering12(change)] });

  it('has a random of its own [5246:7.4.1.3:1]', () => {
    const randoms = [1, 2].map(() => {
      const { sent, client } = connect();
      const own = sent.server[0]?.fragment.slice(6, 38) as Uint8Array;
      expect(own).not.toEqual(client.connected?.clientRandom);
      return String(own);
    });
    expect(randoms[0]).not.toBe(randoms[1]);
  });

  it('has no extension that was not asked for [5246:7.4.1.4:2]', () => {
    for (const extension_type of [0xffa5, 1, 16, 21]) {
      const more = { extension_type, extension_data: new Uint8Array(0) };
      const ends = refused(hello => ({ ...hello, extensions: [...hello.extensions, more] }));
      refuses(ends, 'client', 'ERR_TLS_UNSUPPORTED_EXTENSION', 'unsupported_extension');
    }
  });

  it('has none twice [5246:7.4.1.4:3]', () => {
    const ends = refused(hello => ({ ...hello, extensions: [...hello.extensions, ...hello.extensions] }));
    refuses(ends, 'client', 'ERR_TLS_DUPLICATE_EXTENSION', 'illegal_parameter');
  });

  it('says nothing of what may sign [5246:7.4.1.4.1:5]', () => {
    const { sent, ...ends } = connect();
    noError(ends);
    const length = 4 + ((sent.server[0]?.fragment[2] as number) << 8) + (sent.server[0]?.fragment[3] as number);
    const hello = decodeMessage(serverHello, sent.server[0]?.fragment.slice(0, length) as Uint8Array);
    expect(hello.extensions.map(({ extension_type }) => extension_type)).not.toContain(signatureAlgorithmsRow.type);
    const more = makeExtension(signatureAlgorithmsRow, 'CH', { supported_signature_algorithms: [0x0403] });
    const wrong = refused(answer => ({ ...answer, extensions: [...answer.extensions, more] }));
    refuses(wrong, 'client', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter');
  });

  it.each([0x0302, 0x0301, 0x0300, 0x0305])(
    'of version %i is refused: protocol_version [5246:E.1:1]',
    legacy_version => {
      const ends = refused(hello => ({ ...hello, legacy_version }));
      refuses(ends, 'client', 'ERR_TLS_PROTOCOL_VERSION', 'protocol_version');
    },
  );

  it('by a suite that was not offered is refused', () => {
    const ends = refused(hello => ({ ...hello, cipher_suite: ECDHE_RSA }));
    refuses(ends, 'client', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter');
  });

  it('never comes to TLS_NULL_WITH_NULL_NULL, be it offered [5246:A.5:1]', () => {
    const shapeHello = (hello: ClientHello) => ({ ...hello, cipher_suites: [0, ...hello.cipher_suites] });
    const ends = refused(hello => ({ ...hello, cipher_suite: 0 }), { shapeHello });
    refuses(ends, 'client', 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter');
    const alone = connect(
      { shapeHello: hello => ({ ...hello, cipher_suites: [0] }), cipherSuites: [gcm] },
      { cipherSuites: [0] },
    );
    refuses(alone, 'server', 'ERR_TLS_NO_SHARED_CIPHER', 'handshake_failure');
  });
});

describe('the suite that everybody has', () => {
  it('is TLS_RSA_WITH_AES_128_CBC_SHA, for those who name it [5246:9:1]', () => {
    const ends = connect(
      { ...rsaSchemes, cipherSuites: [RSA] },
      { ...rsaSchemes, cipherSuites: [RSA], credentials: () => rsa },
    );
    noError(ends);
    expect(ends.client.connected?.cipherSuite.name).toBe('TLS_RSA_WITH_AES_128_CBC_SHA');
    ends.client.engine.write(text('hello'));
    pump(ends);
    expect(ends.server.text).toBe('hello');
  });
});
