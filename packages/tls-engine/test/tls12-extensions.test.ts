/** Extensions in the hellos of TLS 1.2, where the server answers in its ServerHello (RFC 6066, RFC 7301). */
import type { Credential } from '@tlskit/tls-handshake';
import {
  alpnRow,
  certificateStatus12,
  type Extension,
  ExtensionType,
  encodeMessage,
  findExtension,
  maxFragmentLengthRow,
  serverNameRow,
  statusRequestRow,
  truncatedHmacRow,
} from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { ascii, concat, fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import type { ClientEngineConfig, ServerEngineConfig } from '../src/index.ts';
import { tls12 } from '../src/tls12.ts';
import { replacing, without } from './rewriting.ts';
import { credential, type End, pair, provider, pump, sends, takeAll } from './support.ts';
import {
  accept,
  answering12,
  connect12,
  countOf,
  GCM,
  misbehaving12,
  noError,
  saying12,
  sessionOf,
  type Talk,
  talk,
} from './support12.ts';

/** TLS_ECDHE_ECDSA_WITH_NULL_SHA: how long its records are tells how long their MACs are. */
const NULL_SHA = 0xc006;
const only12 = { versions: [tls12], cipherSuites: [GCM] };
const tickets = () => new TicketKeys({ provider, now: () => Date.UTC(2026, 0, 1) });

const extension = (extension_type: number, data = ''): Extension => ({ extension_type, extension_data: fromHex(data) });

/** The data of an extension in the first hello of a side, in hexadecimal digits. */
function said({ clientHellos, serverHellos }: Talk, side: 'client' | 'server', type: number): string | undefined {
  const extensions = (side === 'client' ? clientHellos : serverHellos)[0]?.extensions ?? [];
  const found = extensions.find(one => one.extension_type === type);
  return found && toHex(found.extension_data);
}

/** A server whose answer has this extension, in place of its own if it has one. */
const saying = (one: Extension) => ({ versions: [answering12(hello => replacing(hello, one))] });
/** A client that says this. */
const asking = (one: Extension) => saying12(hello => replacing(hello, one));

function refused(end: End, code: string, alert: string, other: End): void {
  expect(end.error).toMatchObject({ code, alert, sentBy: 'us' });
  expect(other.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
}

describe('server_name', () => {
  const { type } = serverNameRow;
  const nameOf = (host: string) => concat(Uint8Array.of(0, 0, host.length), ascii(host));
  const list = (...names: Uint8Array[]) => {
    const all = concat(...names);
    return { extension_type: type, extension_data: concat(Uint8Array.of(0, all.length), all) };
  };

  it('is a list of one name, and is acknowledged by an empty extension [6066:3:1] [6066:3:4] [6066:3:5]', () => {
    const ends = connect12();
    noError(ends);
    expect(said(ends, 'client', type)).toBe(toHex(list(nameOf('localhost')).extension_data));
    expect(said(ends, 'server', type)).toBe('');
  });

  it('is not acknowledged where there was none, or nobody wants to say', () => {
    expect(said(connect12({ serverName: undefined }), 'server', type)).toBeUndefined();
    expect(said(connect12({}, { acknowledgeName: false }), 'server', type)).toBeUndefined();
  });

  it('of two names of one type is illegal [6066:3:2]', () => {
    const ends = connect12(asking(list(nameOf('localhost'), nameOf('other.example'))));
    refused(ends.server, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', ends.client);
  });

  it('that is acknowledged by a name is a decode_error [6066:3:5]', () => {
    const ends = connect12({}, saying(list(nameOf('localhost'))));
    refused(ends.client, 'ERR_TLS_DECODE', 'decode_error', ends.server);
  });

  it('whose lengths are others than its bytes have leads to nothing but a decode_error [6066:11.1:2]', () => {
    const honest = list(nameOf('localhost')).extension_data;
    const at = { 'of the list': 0, 'of the name': 3 };
    for (const offset of Object.values(at)) {
      for (const length of [0, 1, honest.length, 0xff, 0x100, 0x7fff, 0x8000, 0xffff]) {
        const extension_data = honest.with(offset, length >> 8).with(offset + 1, length & 255);
        if (toHex(extension_data) === toHex(honest)) continue;
        const { server } = connect12(asking({ extension_type: type, extension_data }));
        expect(server.error, `${offset}: ${length}`).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
      }
    }
    for (let length = 0; length < honest.length; length++) {
      const { server } = connect12(asking({ extension_type: type, extension_data: honest.subarray(0, length) }));
      expect(server.error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error' });
    }
  });
});

describe('max_fragment_length', () => {
  const { type } = maxFragmentLengthRow;
  const takes = { maxFragmentLength: true } as const;

  it.each([
    [512, '01'],
    [1024, '02'],
    [2048, '03'],
    [4096, '04'],
  ] as const)('of %d is asked for, and granted, by its code [6066:4:1] [6066:4:2]', (maxFragmentLength, code) => {
    const ends = connect12({ maxFragmentLength }, takes);
    noError(ends);
    expect([said(ends, 'client', type), said(ends, 'server', type)]).toEqual([code, code]);
    expect(ends.server.connected?.maxFragmentLength).toBe(maxFragmentLength);
  });

  it.each(['00', '05', 'ff'])('of code %s is illegal to a server [6066:4:3]', code => {
    const ends = connect12(asking(extension(type, code)), takes);
    refused(ends.server, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', ends.client);
  });

  it.each(['00', '02', '05'])('of another code than was asked for is illegal to a client: %s [6066:4:4]', code => {
    const ends = connect12({ maxFragmentLength: 512 }, { ...takes, ...saying(extension(type, code)) });
    refused(ends.client, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', ends.server);
  });

  it('is kept from the ServerHello on, by handshake messages too [6066:4:5]', () => {
    // A chain that does not go into one record.
    const long: Credential = { ...credential, chain: [...credential.chain, ...credential.chain, ...credential.chain] };
    const lengths = { client: [] as number[], server: [] as number[] };
    const ends = pair({ ...only12, maxFragmentLength: 512 }, { ...only12, ...takes, credentials: () => long });
    const measure = (from: 'client' | 'server', bytes: Uint8Array) => {
      for (let at = 0; at < bytes.length; ) {
        const length = ((bytes[at + 3] as number) << 8) | (bytes[at + 4] as number);
        lengths[from].push(length);
        at += 5 + length;
      }
      return bytes;
    };
    pump(ends, measure);
    noError(ends);
    const [, ...ofClient] = lengths.client;
    expect(lengths.server.filter(length => length === 512).length).toBeGreaterThan(1);
    expect(Math.max(...lengths.server, ...ofClient)).toBe(512);
    ends.client.engine.write(new Uint8Array(2000));
    ends.server.engine.write(new Uint8Array(2000));
    pump(ends, measure);
    // A nonce of 8 bytes, and a tag of 16.
    expect([Math.max(...lengths.server), Math.max(...lengths.client.slice(1))]).toEqual([536, 536]);
    expect([ends.client.bytes.length, ends.server.bytes.length]).toEqual([2000, 2000]);
  });

  it.each([
    [
      'is a record_overflow where no 512 bytes come to it [6066:4:6]',
      512 + 320 + 1,
      'ERR_TLS_RECORD_OVERFLOW',
      'record_overflow',
    ],
    ['is deprotected where some might', 512 + 320, 'ERR_TLS_BAD_RECORD_MAC', 'bad_record_mac'],
  ] as const)('and a record that nobody sealed, as long as that, %s', (_what, length, code, alert) => {
    for (const side of ['client', 'server'] as const) {
      const ends = connect12({ maxFragmentLength: 512 }, takes);
      noError(ends);
      ends[side].engine.receive(concat(Uint8Array.of(23, 3, 3, length >> 8, length & 255), new Uint8Array(length)));
      expect(ends[side].error).toMatchObject({ code, alert });
      pump(ends);
      expect(ends[side === 'client' ? 'server' : 'client'].error).toMatchObject({ alert, sentBy: 'peer' });
    }
  });
});

describe('truncated_hmac', () => {
  const { type } = truncatedHmacRow;
  const cut = { tls12: { truncatedHmac: true }, cipherSuites: [NULL_SHA] } as const;

  /** Bytes of the MAC in a record of the client's. */
  function macLength(ends: Talk): number {
    const content = ascii('some data');
    ends.client.engine.write(content);
    return takeAll(ends.client.engine).length - 5 - content.length;
  }

  it('is said and repeated by empty extensions, and MACs have ten bytes then [6066:7:1] [6066:7:2]', () => {
    const ends = connect12(cut, cut);
    noError(ends);
    expect([said(ends, 'client', type), said(ends, 'server', type)]).toEqual(['', '']);
    talk(ends);
    expect(macLength(ends)).toBe(10);
  });

  it('is in use for as long as the session, though nobody says so again [6066:7:2] [6066:1.1:2]', () => {
    const server = { ...cut, tickets: tickets() };
    const session = sessionOf(connect12(cut, server).client);
    const ends = connect12({ ...cut, session }, server);
    noError(ends);
    expect(ends.client.connected?.resumed).toBe(true);
    expect([said(ends, 'client', type), said(ends, 'server', type)]).toEqual(['', undefined]);
    talk(ends);
    expect(macLength(ends)).toBe(10);
  });

  it('is not in use where one side does not want it', () => {
    for (const [client, server] of [
      [cut, { cipherSuites: [NULL_SHA] }],
      [{ cipherSuites: [NULL_SHA] }, cut],
    ] as const) {
      const ends = connect12(client, server);
      noError(ends);
      expect(macLength(ends)).toBe(20);
    }
  });

  it('with anything in it is a decode_error [6066:7:1]', () => {
    const toServer = connect12({ ...cut, ...asking(extension(type, '00')) }, cut);
    refused(toServer.server, 'ERR_TLS_DECODE', 'decode_error', toServer.client);
    const toClient = connect12(cut, { ...cut, ...saying(extension(type, '00')) });
    refused(toClient.client, 'ERR_TLS_DECODE', 'decode_error', toClient.server);
  });
});

describe('status_request', () => {
  const { type } = statusRequestRow;
  const ocsp = ascii('an OCSP response');
  const asks = { certificates: { ocsp: true } } as const;
  const stapled = { credentials: () => ({ ...credential, ocsp }) } as const;

  it('asks for OCSP of any responder, and is answered by an empty extension and the response [6066:8:1] [6066:8:3]', () => {
    const ends = connect12(asks, stapled);
    noError(ends);
    expect([said(ends, 'client', type), said(ends, 'server', type)]).toEqual(['0100000000', '']);
    expect(ends.client.connected?.peerCertificateDetails).toMatchObject({ ocsp });
  });

  it.each([
    ['a client that does not ask', {}, stapled],
    ['one that asks where there is none', asks, {}],
    ['one that asks for a status of another kind', asking(extension(type, '02')), stapled],
  ] as const)('is not answered to %s, nor is a CertificateStatus sent [6066:8:4]', (_what, client, server) => {
    let statuses = 0;
    const versions = [
      misbehaving12('server', effect => {
        if (sends(effect, certificateStatus12)) statuses++;
        return effect;
      }),
    ];
    const ends = connect12(client, { ...server, versions });
    noError(ends);
    expect([said(ends, 'server', type), statuses]).toEqual([undefined, 0]);
  });

  /** A server that sends a status behind its certificate, whatever its hello says. */
  const telling = (status_type: number) =>
    misbehaving12('server', effect => {
      if (effect.op !== 'send' || effect.raw[0] !== 11) return effect;
      return [effect, { ...effect, raw: encodeMessage(certificateStatus12, { status_type, response: ocsp }) }];
    });

  it('that was not answered is followed by no CertificateStatus [6066:8:3]', () => {
    const ends = connect12(asks, { versions: [telling(1)] });
    refused(ends.client, 'ERR_TLS_UNEXPECTED_MESSAGE', 'unexpected_message', ends.server);
  });

  it('that was not said is not answered [6066:8:4]', () => {
    const ends = connect12({}, { ...stapled, ...saying(extension(type)) });
    refused(ends.client, 'ERR_TLS_UNSUPPORTED_EXTENSION', 'unsupported_extension', ends.server);
  });

  it('is answered by an empty extension alone [6066:8:3]', () => {
    const ends = connect12(asks, { ...stapled, ...saying(extension(type, '01')) });
    refused(ends.client, 'ERR_TLS_DECODE', 'decode_error', ends.server);
  });

  it('has its response in what the Finished are over [6066:1.1:1]', () => {
    // With extended_master_secret the keys would be others too, and nothing would come to a Finished.
    const loose = saying12(hello => without(hello, ExtensionType.values.extended_master_secret));
    const ends = pair({ ...only12, ...asks, ...loose }, { ...only12, ...stapled });
    let changed = false;
    pump(ends, (from, bytes) => {
      const at = from === 'server' ? Buffer.from(bytes).indexOf(ocsp) : -1;
      if (at < 0) return bytes;
      changed = true;
      return bytes.with(at, (bytes[at] as number) ^ 1);
    });
    expect(changed).toBe(true);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_BAD_FINISHED', alert: 'decrypt_error' });
    expect([ends.client.connected, ends.server.connected]).toEqual([undefined, undefined]);
  });
});

describe('a session that resumes', () => {
  it('has a ServerHello without what was of the session before [6066:1.1:2] [6066:3:7]', () => {
    const client: Partial<ClientEngineConfig> = {
      maxFragmentLength: 1024,
      certificates: { ocsp: true },
      tls12: { truncatedHmac: true },
    };
    const server: Partial<ServerEngineConfig> = {
      maxFragmentLength: true,
      tls12: { truncatedHmac: true },
      credentials: () => ({ ...credential, ocsp: ascii('an OCSP response') }),
      tickets: tickets(),
    };
    const suites = { cipherSuites: [NULL_SHA] };
    const { server_name, max_fragment_length, truncated_hmac, status_request } = ExtensionType.values;
    const types = [server_name, max_fragment_length, truncated_hmac, status_request];
    const spoken = (ends: Talk) => types.map(type => said(ends, 'server', type) !== undefined);
    const first = connect12({ ...client, ...suites }, { ...server, ...suites });
    noError(first);
    expect(spoken(first)).toEqual([true, true, true, true]);
    const again = connect12({ ...client, ...suites, session: sessionOf(first.client) }, { ...server, ...suites });
    noError(again);
    expect(again.client.connected).toMatchObject({ resumed: true, maxFragmentLength: 1024 });
    expect(types.map(type => said(again, 'client', type) !== undefined)).toEqual([true, true, true, true]);
    expect(spoken(again)).toEqual([false, false, false, false]);
  });
});

describe('ALPN', () => {
  const { type } = alpnRow;
  const h2 = { alpn: ['h2'] };

  it('is a list of names, of which the server repeats one [7301:3.1:1] [7301:3.1:3]', () => {
    const ends = connect12({ alpn: ['http/1.1', 'h2'] }, h2);
    noError(ends);
    expect(said(ends, 'client', type)).toBe(`000c08${toHex(ascii('http/1.1'))}02${toHex(ascii('h2'))}`);
    expect(said(ends, 'server', type)).toBe('0003026832');
    expect([ends.client.connected?.alpn, ends.server.connected?.alpn]).toEqual(['h2', 'h2']);
  });

  it.each([
    ['an empty name', '0004026832' + '00'],
    ['a name that is cut short', '0003036832'],
    ['a list that is cut short', '0004026832'],
    ['no name', '0000'],
  ])('with %s is a decode_error, on either side [7301:3.1:2]', (_what, data) => {
    const toServer = connect12({ ...h2, ...asking(extension(type, data)) }, h2);
    refused(toServer.server, 'ERR_TLS_DECODE', 'decode_error', toServer.client);
    const toClient = connect12(h2, { ...h2, ...saying(extension(type, data)) });
    refused(toClient.client, 'ERR_TLS_DECODE', 'decode_error', toClient.server);
  });

  it('with two names in the answer is illegal [7301:3.1:3]', () => {
    const ends = connect12({ alpn: ['h2', 'h3'] }, { ...h2, ...saying(extension(type, '0006026832026833')) });
    refused(ends.client, 'ERR_TLS_ILLEGAL_PARAMETER', 'illegal_parameter', ends.server);
  });

  it('without a protocol in common is refused [7301:3.2:1]', () => {
    const ends = connect12(h2, { alpn: ['http/1.1'] });
    refused(ends.server, 'ERR_TLS_NO_APPLICATION_PROTOCOL', 'no_application_protocol', ends.client);
  });

  it('holds for the connection, in a renegotiation too, where the client does not ask again [7301:3.2:2]', () => {
    const alpn = ['h2', 'http/1.1'];
    const ends = connect12({ ...accept, alpn }, { ...accept, alpn });
    noError(ends);
    const agreed = () => [ends.client.engine.connection?.alpn, ends.server.engine.connection?.alpn];
    const answers = () =>
      ends.serverHellos.map(({ extensions }) => findExtension(extensions, alpnRow, 'SH12')?.protocol_name_list.length);
    expect(agreed()).toEqual(['h2', 'h2']);
    talk(ends);
    for (const side of ['client', 'server'] as const) {
      ends[side].engine.renegotiate();
      pump(ends);
      noError(ends);
      expect(agreed()).toEqual(['h2', 'h2']);
    }
    expect(countOf(ends.client, 'renegotiated')).toBe(2);
    expect(ends.clientHellos.map(hello => hello.extensions.some(one => one.extension_type === type))).toEqual([
      true,
      false,
      false,
    ]);
    expect(answers()).toEqual([1, undefined, undefined]);
  });

  it('is the same for a client that asks again, be there one that the server likes better', () => {
    const offers = ['0003026832', `000c08${toHex(ascii('http/1.1'))}026832`];
    const client = saying12((hello, which) => ({
      ...hello,
      extensions: [
        ...hello.extensions.filter(one => one.extension_type !== type),
        extension(type, offers[which] as string),
      ],
    }));
    const ends = connect12({ ...accept, alpn: ['h2'], ...client }, { ...accept, alpn: ['http/1.1', 'h2'] });
    noError(ends);
    ends.client.engine.renegotiate();
    pump(ends);
    const names = ends.serverHellos.map(({ extensions }) => {
      const list = findExtension(extensions, alpnRow, 'SH12')?.protocol_name_list;
      return list?.map(name => new TextDecoder().decode(name));
    });
    expect(names).toEqual([['h2'], ['h2']]);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT' });
  });

  it('is none of the other for a client that asks for that alone: no_application_protocol', () => {
    const offers = ['0003026832', `000908${toHex(ascii('http/1.1'))}`];
    const client = saying12((hello, which) => ({
      ...hello,
      extensions: [
        ...hello.extensions.filter(one => one.extension_type !== type),
        extension(type, offers[which] as string),
      ],
    }));
    const both = { ...accept, alpn: ['http/1.1', 'h2'] };
    const ends = connect12({ ...both, ...client }, { ...both, alpnMismatch: 'refuse' });
    noError(ends);
    ends.client.engine.renegotiate();
    pump(ends);
    expect(ends.server.error).toMatchObject({
      code: 'ERR_TLS_NO_APPLICATION_PROTOCOL',
      alert: 'no_application_protocol',
    });
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'no_application_protocol' });
  });

  it('is refused from a server that names one again, which it was not asked for', () => {
    const h2 = extension(type, '0003026832');
    const versions = [
      answering12((hello, again) => (again ? { ...hello, extensions: [...hello.extensions, h2] } : hello)),
    ];
    const ends = connect12({ ...accept, alpn: ['h2'] }, { ...accept, alpn: ['h2'], versions });
    noError(ends);
    ends.client.engine.renegotiate();
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_UNSUPPORTED_EXTENSION', alert: 'unsupported_extension' });
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'unsupported_extension' });
  });
});
