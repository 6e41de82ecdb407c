/** What we ourselves send: the rules of RFC 9846 on senders, looked at on the wire. */
import {
  type ClientHello,
  certificate,
  certificateRequest,
  clientHello,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  findExtension,
  finished,
  isHelloRetryRequest,
  keyShareRow,
  keyUpdate,
  makeExtension,
  newSessionTicket,
  pskKeyExchangeModesRow,
  type ServerHello,
  serverHello,
  serverNameRow,
  signatureAlgorithmsRow,
  supportedGroupsRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';
import { TicketKeys } from '@tlskit/tls-session';
import { describe, expect, it } from 'vitest';
import { converse, typesOf } from './observed.ts';
import { misbehaving, pair, provider, pump, sends, serverConfig } from './support.ts';

const types = ExtensionType.values;
/** The server lacks the group of the client's share. */
const retrying = { groups: [0x0018] };

const sharesOf = (hello: ClientHello) => findExtension(hello.extensions, keyShareRow, 'CH')?.client_shares ?? [];
const shareOf = (hello: ServerHello) => findExtension(hello.extensions, keyShareRow, 'SH')?.server_share;

describe('the ClientHello', () => {
  it('is of the form that TLS 1.3 has [9846:4.2.2:6] [9846:4.2.2:11]', () => {
    const hello = converse().client.one(clientHello);
    expect(hello.legacy_version).toBe(0x0303);
    expect([...hello.legacy_compression_methods]).toEqual([0]);
  });

  it('has a new session ID of 32 bytes in compatibility mode [9846:4.2.2:8]', () => {
    const [first, second] = [converse(), converse()].map(({ client }) => client.one(clientHello).legacy_session_id);
    expect([first?.length, second?.length]).toEqual([32, 32]);
    expect(first).not.toEqual(second);
  });

  it('has an empty session ID otherwise [9846:4.2.2:9]', () => {
    expect(converse({ compatibilityMode: false }).client.one(clientHello).legacy_session_id).toHaveLength(0);
  });

  it('has the versions that are there to be had, and nothing else [9846:4.3.1:1]', () => {
    const { extensions } = converse().client.one(clientHello);
    expect(findExtension(extensions, supportedVersionsRow, 'CH')).toEqual({ versions: [0x0304] });
  });

  it('has all that a certificate and a key exchange need [9846:4.3.3:2] [9846:9.2:4] [9846:9.2:5] [9846:9.2:6]', () => {
    const { extensions } = converse({ keyShares: [0x001d, 0x0018] }).client.one(clientHello);
    expect(findExtension(extensions, signatureAlgorithmsRow, 'CH')).toEqual({
      supported_signature_algorithms: [0x0403, 0x0503, 0x0807, 0x0804, 0x0805, 0x0806],
    });
    expect(findExtension(extensions, supportedGroupsRow, 'CH')).toEqual({ named_group_list: [0x001d, 0x0017, 0x0018] });
    expect(findExtension(extensions, keyShareRow, 'CH')?.client_shares.map(({ group }) => group)).toEqual([
      0x001d, 0x0018,
    ]);
    expect(findExtension(extensions, pskKeyExchangeModesRow, 'CH')).toBeDefined();
  });

  it('names the server where there is a name [9846:9.2:13]', () => {
    const { extensions } = converse().client.one(clientHello);
    const names = findExtension(extensions, serverNameRow, 'CH')?.server_name_list;
    expect(names?.map(({ name }) => new TextDecoder().decode(name))).toEqual(['localhost']);
  });

  it('has no cookie of an earlier connection, nor what was never secure [9846:4.3.2:2] [9846:E.5:9]', () => {
    for (const { client } of [converse({}, retrying), converse()]) {
      const present = typesOf(client.one(clientHello).extensions);
      expect(present).not.toContain(types.cookie);
      expect(present).not.toContain(types.truncated_hmac);
    }
  });

  it('has shares of its own, each made for itself [9846:4.3.8:2] [9846:4.3.8:5]', () => {
    const shares = [converse({ keyShares: [0x001d, 0x0017] }), converse({ keyShares: [0x001d, 0x0017] })].flatMap(
      ({ client }) => sharesOf(client.one(clientHello)).map(({ key_exchange }) => String(key_exchange)),
    );
    expect(new Set(shares).size).toBe(4);
  });

  it('that answers a HelloRetryRequest is the first one, but for its share [9846:4.2.2:2] [9846:4.3.8:9]', () => {
    const [first, second, ...others] = converse({ keyShares: [0x001d, 0x0017] }, retrying).client.all(clientHello);
    if (first === undefined || second === undefined) throw new Error('no second hello');
    expect(others).toEqual([]);
    const rest = ({ extensions, ...hello }: ClientHello) => ({
      ...hello,
      extensions: extensions.filter(e => e.extension_type !== types.key_share),
    });
    expect(rest(second)).toEqual(rest(first));
    expect(sharesOf(second).map(({ group }) => group)).toEqual([0x0018]);
  });
});

describe('the ServerHello', () => {
  it('is of the form that TLS 1.3 has [9846:4.2.3:1] [9846:4.2.3:7]', () => {
    const { client, server } = converse();
    const hello = server.one(serverHello);
    expect(hello.legacy_version).toBe(0x0303);
    expect(hello.legacy_compression_method).toBe(0);
    expect(hello.legacy_session_id_echo).toEqual(client.one(clientHello).legacy_session_id);
  });

  it('has a random of its own [9846:4.2.3:4]', () => {
    const hellos = [converse(), converse()];
    const randoms = hellos.flatMap(({ client, server }) => [client.one(clientHello), server.one(serverHello)]);
    expect(new Set(randoms.map(({ random }) => String(random))).size).toBe(4);
  });

  it('has version and share, and nothing more [9846:4.2.3:9] [9846:4.2.3:10] [9846:4.3.1:7]', () => {
    const { extensions } = converse({}, { alpn: ['h2'] }).server.one(serverHello);
    expect(typesOf(extensions).sort()).toEqual([types.supported_versions, types.key_share].sort());
    expect(findExtension(extensions, supportedVersionsRow, 'SH')).toEqual({ selected_version: 0x0304 });
  });

  it('has a share of a group that the client sent one of, and a new one each time [9846:2:1] [9846:4.3.8:10]', () => {
    const hellos = [0, 1].map(() => converse({ keyShares: [0x0017] }).server.one(serverHello));
    expect(hellos.map(hello => shareOf(hello)?.group)).toEqual([0x0017, 0x0017]);
    expect(shareOf(hellos[0] as ServerHello)?.key_exchange).not.toEqual(
      shareOf(hellos[1] as ServerHello)?.key_exchange,
    );
  });
});

describe('the HelloRetryRequest', () => {
  it('has version and group, and nothing that was not asked for [9846:4.2.4:1] [9846:4.2.4:2]', () => {
    const [request, hello] = converse({}, retrying).server.all(serverHello);
    if (request === undefined || hello === undefined) throw new Error('no HelloRetryRequest');
    expect([isHelloRetryRequest(request), isHelloRetryRequest(hello)]).toEqual([true, false]);
    expect(typesOf(request.extensions).sort()).toEqual([types.supported_versions, types.key_share].sort());
    expect(findExtension(request.extensions, supportedVersionsRow, 'HRR')).toEqual({ selected_version: 0x0304 });
    expect(findExtension(request.extensions, keyShareRow, 'HRR')).toEqual({ selected_group: 0x0018 });
  });

  it('comes where the share is wanting, and names the suite of the ServerHello [9846:4.2.1:3] [9846:4.2.4:8]', () => {
    for (const cipherSuites of [[0x1302], [0x1303, 0x1301]]) {
      const [request, hello] = converse({}, { ...retrying, cipherSuites }).server.all(serverHello);
      expect(request?.cipher_suite).toBe(cipherSuites[0]);
      expect(hello?.cipher_suite).toBe(cipherSuites[0]);
    }
  });
});

describe('EncryptedExtensions', () => {
  it('answer what was asked, and nothing else [9846:4.3:3] [9846:4.3.9:5] [9846:4.3.6:2]', () => {
    const alpn = types.application_layer_protocol_negotiation;
    const asked = converse({ alpn: ['h2'] }, { alpn: ['h2'] }).server.one(encryptedExtensions);
    expect(typesOf(asked.extensions).sort()).toEqual([types.server_name, alpn].sort());
    const unasked = converse({ serverName: undefined }, { alpn: ['h2'] }).server.one(encryptedExtensions);
    expect(unasked.extensions).toEqual([]);
  });
});

describe('tickets', () => {
  const tickets = new TicketKeys({ provider, now: serverConfig.now });

  it('are given for seven days at most [9846:4.7.1:5]', () => {
    const { server } = converse({}, { tickets, ticketLifetime: 2 ** 31 });
    expect(server.all(newSessionTicket).map(({ ticket_lifetime }) => ticket_lifetime)).toEqual([604_800, 604_800]);
  });

  it('are offered with a suite of their hash, or not at all [9846:4.7.1:2]', () => {
    const offersPsk = (cipherSuites: readonly number[]) => {
      const first = pair({ cipherSuites: [0x1301] }, { tickets });
      pump(first);
      const session = first.client.events.flatMap(event => (event.type === 'session' ? [event.session] : []))[0];
      const { extensions } = converse({ session, cipherSuites }, { tickets }).client.one(clientHello);
      return typesOf(extensions).includes(types.pre_shared_key);
    };
    expect([offersPsk([0x1302]), offersPsk([0x1303, 0x1302])]).toEqual([false, true]);
  });
});

describe('a client that is asked for a certificate and has none', () => {
  it('says so by an empty Certificate, and finishes [9846:4.5.1:3] [9846:4.5.1:4]', () => {
    const schemes = makeExtension(signatureAlgorithmsRow, 'CR', { supported_signature_algorithms: [0x0403] });
    const request = { certificate_request_context: new Uint8Array(0), extensions: [schemes] };
    // A server that asks, and does not know that it did.
    const asking = misbehaving('server', effect =>
      sends(effect, certificate) ? [{ ...effect, raw: encodeMessage(certificateRequest, request) }, effect] : effect,
    );
    const { client } = converse({}, { versions: [asking] });
    expect(client.types).toEqual([clientHello.type, certificate.type, finished.type]);
    expect(client.one(certificate).certificate_list).toEqual([]);
  });
});

describe('key updates', () => {
  it('ask once, until the peer has answered [9846:4.7.3:6]', () => {
    const { client } = converse({}, {}, ({ client }) => {
      for (let i = 0; i < 3; i++) client.updateKeys({ requestPeer: true });
    });
    expect(client.all(keyUpdate).map(({ request_update }) => request_update)).toEqual([1, 0, 0]);
  });
});

describe('messages', () => {
  it('stand in the order of the RFC [9846:4:1] [9846:4.4.1:1] [9846:4.5.1:1] [9846:4.5.2:1] [9846:4.5.2:3]', () => {
    const { client, server } = converse({}, retrying);
    expect(client.types).toEqual([1, 1, 20]);
    expect(server.types).toEqual([2, 2, 8, 11, 15, 20]);
  });

  it('before a change of keys end with their record [9846:5.1:4] [9846:5.1:6]', () => {
    const { client, server } = converse({}, retrying, ({ client, server }) => {
      client.updateKeys({ requestPeer: true });
      server.write(new Uint8Array(1));
    });
    for (const end of [client, server]) {
      // The types of messages at the end of each record: ClientHello, ServerHello, Finished and KeyUpdate are always last in theirs.
      const last = end.messages.filter(([type]) => [1, 2, 20, 24].includes(type as number));
      const ends = end.records.filter(record => (record.innerType ?? record.type) === 22).map(({ content }) => content);
      for (const message of last) {
        const found = ends.filter(content => endsWith(content, message));
        expect(found).toHaveLength(1);
      }
    }
  });
});

describe('records', () => {
  it('bear 0x0303, but for the first ClientHello [9846:5.1:10] [9846:5.1:14] [9846:E.5:8]', () => {
    const { client, server } = converse({}, retrying, ({ client }) => client.write(new Uint8Array(1)));
    const versions = ({ bytes }: { readonly bytes: Uint8Array }) => ((bytes[1] as number) << 8) | (bytes[2] as number);
    expect(client.records.map(versions)).toEqual([0x0301, ...Array(client.records.length - 1).fill(0x0303)]);
    expect(new Set(server.records.map(versions))).toEqual(new Set([0x0303]));
  });

  it('are of the four types, and data only ever protected [9846:5:4] [9846:5.1:15]', () => {
    const { client, server } = converse({ padding: () => 7 }, {}, ({ client, server }) => {
      client.write(new Uint8Array(100));
      server.write(new Uint8Array(100));
      client.close();
      server.close();
    });
    for (const { records } of [client, server]) {
      expect(records.map(({ type }) => type).every(type => [20, 21, 22, 23].includes(type))).toBe(true);
      const data = records.filter(record => record.innerType === 23);
      expect(data).toHaveLength(1);
      expect(data.every(({ epoch, type }) => epoch === 'application' && type === 23)).toBe(true);
      const plain = records.filter(({ innerType }) => innerType === undefined);
      expect(plain.some(({ type }) => type === 23)).toBe(false);
    }
  });

  it('of change_cipher_spec stand right behind the first message, where the client has a session ID [9846:E.4:1]', () => {
    const places = (compatibilityMode: boolean) =>
      converse({ compatibilityMode }).server.records.flatMap(({ type }, at) => (type === 20 ? [at] : []));
    expect([places(true), places(false)]).toEqual([[1], []]);
  });

  it('hold an alert whole and alone [9846:5.1:8]', () => {
    const { client } = converse({}, {}, ({ client }) => client.abort());
    const alerts = client.records.filter(record => (record.innerType ?? record.type) === 21);
    expect(alerts.map(({ content }) => [...content])).toEqual([[1, 0]]);
  });
});

function endsWith(content: Uint8Array, tail: Uint8Array): boolean {
  return String(content.subarray(Math.max(0, content.length - tail.length))) === String(tail);
}
