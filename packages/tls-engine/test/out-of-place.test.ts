/** Messages and extensions where they do not belong, and the alert that each is told (RFC 9846 §4, §4.3). */
import type { Effect, Flow } from '@tlskit/tls-handshake';
import {
  type CertificateRequest,
  certificate,
  certificateRequest,
  certificateVerify,
  clientHello,
  decodeMessage,
  type Extension,
  ExtensionType,
  encodeMessage,
  encryptedExtensions,
  endOfEarlyData,
  finished,
  isHelloRetryRequest,
  makeExtension,
  newSessionTicket,
  type ServerHello,
  serverHello,
  signatureAlgorithmsRow,
} from '@tlskit/tls-messages';
import { createCA } from '@tlskit/tls-testing';
import { fromHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import { createServerEngine, type EngineVersion } from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { converse } from './observed.ts';
import { clientConfig, End, misbehaving, pair, provider, pump, sends, serverConfig, takeAll } from './support.ts';

const types = ExtensionType.values;
const extension = (type: number, data = ''): Extension => ({ extension_type: type, extension_data: fromHex(data) });

/** A server that says one message more, before one of its own. */
const inserting = (raw: Uint8Array, before: { readonly type: number }) =>
  misbehaving('server', effect => (sends(effect, before) ? [{ ...effect, raw }, effect] : effect));

/** A version whose end says something more once the handshake is complete. */
function saying(role: 'client' | 'server', raw: Uint8Array): EngineVersion {
  const { handshake } = tls13;
  function* first(then: Flow<never>): Flow<never> {
    yield { op: 'send', epoch: 'application', raw } as Effect;
    return yield* then;
  }
  return {
    ...tls13,
    handshake: {
      ...handshake,
      client: {
        ...handshake.client,
        *connect(context, offer, hello) {
          const result = yield* handshake.client.connect(context, offer, hello);
          return role === 'client' ? { ...result, postHandshake: first(result.postHandshake) } : result;
        },
      },
      *server(context, hello) {
        const result = yield* handshake.server(context, hello);
        return role === 'server' ? { ...result, postHandshake: first(result.postHandshake) } : result;
      },
    },
  };
}

const endOfEarly = encodeMessage(endOfEarlyData, {});
const unexpected = { code: 'ERR_TLS_UNEXPECTED_MESSAGE', alert: 'unexpected_message', sentBy: 'us' };

describe('a message out of place', () => {
  it.each([
    ['EncryptedExtensions', encryptedExtensions, 'WAIT_EE'],
    ['Certificate', certificate, 'WAIT_CERT_CR'],
    ['CertificateVerify', certificateVerify, 'WAIT_CV'],
    ['Finished', finished, 'WAIT_FINISHED'],
  ])('EndOfEarlyData before %s [9846:4:2] [9846:4.6:3]', (_what, before, state) => {
    const ends = pair({}, { versions: [inserting(endOfEarly, before)] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ ...unexpected, state });
    expect(ends.server.error).toMatchObject({ alert: 'unexpected_message', sentBy: 'peer' });
  });

  it('EndOfEarlyData after the handshake [9846:4.6:3]', () => {
    const ends = pair({}, { versions: [saying('server', endOfEarly)] });
    pump(ends);
    expect(ends.client.error).toMatchObject({ ...unexpected, state: 'CONNECTED' });
  });

  it('a ClientHello after the handshake: there is no renegotiation [9846:4.2.2:3]', () => {
    const hello = converse().client.messages[0] as Uint8Array;
    const ends = pair({ versions: [saying('client', hello)] });
    pump(ends);
    expect(ends.server.connected).toBeDefined();
    expect(ends.server.error).toMatchObject({ ...unexpected, state: 'CONNECTED' });
  });

  it('a NewSessionTicket from a client', () => {
    const ticket = { ticket_lifetime: 1, ticket_age_add: 0, ticket_nonce: fromHex('00'), ticket: fromHex('01') };
    const raw = encodeMessage(newSessionTicket, { ...ticket, extensions: [] });
    const ends = pair({ versions: [saying('client', raw)] });
    pump(ends);
    expect(ends.server.error).toMatchObject({ ...unexpected, state: 'CONNECTED' });
  });
});

describe('a CertificateRequest', () => {
  const schemes = makeExtension(signatureAlgorithmsRow, 'CR', { supported_signature_algorithms: [0x0403] });
  const request = (body: Partial<CertificateRequest>) =>
    encodeMessage(certificateRequest, {
      certificate_request_context: new Uint8Array(0),
      extensions: [schemes],
      ...body,
    });
  const asking = (raw: Uint8Array, before: { readonly type: number } = certificate) => {
    const ends = pair({}, { versions: [inserting(raw, before)] });
    pump(ends);
    return ends.client;
  };

  it('comes after EncryptedExtensions [9846:4.4.2:1]', () => {
    expect(asking(request({}), encryptedExtensions).error).toMatchObject({ ...unexpected, state: 'WAIT_EE' });
    expect(asking(request({}), certificateVerify).error).toMatchObject({ ...unexpected, state: 'WAIT_CV' });
  });

  it('has no context in the handshake [9846:4.4.2:3]', () => {
    expect(asking(request({ certificate_request_context: Uint8Array.of(1) })).error).toMatchObject({
      code: 'ERR_TLS_ILLEGAL_PARAMETER',
      alert: 'illegal_parameter',
      sentBy: 'us',
    });
  });

  it('says which signatures it takes [9846:4.4.2:4]', () => {
    expect(asking(request({ extensions: [] })).error).toMatchObject({
      code: 'ERR_TLS_MISSING_EXTENSION',
      alert: 'missing_extension',
      sentBy: 'us',
    });
  });

  it('may have extensions that nobody knows [9846:4.4.2:5] [9846:9.3:5]', () => {
    const client = asking(request({ extensions: [extension(0x7a7a, '00'), schemes] }));
    // It goes on to its end: that the server did not mean it is the server's trouble.
    expect(client.connected).toBeDefined();
  });

  it('may not have those of other messages', () => {
    expect(asking(request({ extensions: [schemes, extension(types.key_share, '001d')] })).error).toMatchObject({
      code: 'ERR_TLS_ILLEGAL_PARAMETER',
      alert: 'illegal_parameter',
    });
  });
});

describe('an extension out of place', () => {
  const answering = (...more: Extension[]) => {
    const version = misbehaving('server', effect => {
      if (!sends(effect, encryptedExtensions)) return effect;
      const { extensions } = decodeMessage(encryptedExtensions, effect.raw);
      return { ...effect, raw: encodeMessage(encryptedExtensions, { extensions: [...extensions, ...more] }) };
    });
    const ends = pair({}, { versions: [version] });
    pump(ends);
    return ends.client;
  };

  it.each([
    ['psk_key_exchange_modes [9846:4.3.9:5]', types.psk_key_exchange_modes, '0101'],
    ['key_share', types.key_share, '001d'],
    ['signature_algorithms', types.signature_algorithms, '00020403'],
    ['supported_versions', types.supported_versions, '0304'],
  ])('in EncryptedExtensions: %s [9846:4.3:5] [9846:4.4.1:2]', (_what, type, data) => {
    expect(answering(extension(type, data)).error).toMatchObject({
      code: 'ERR_TLS_ILLEGAL_PARAMETER',
      alert: 'illegal_parameter',
      sentBy: 'us',
    });
  });

  it.each([
    ['post_handshake_auth', types.post_handshake_auth, ''],
    ['status_request_v2', types.status_request_v2, ''],
    ['early_data', types.early_data, ''],
    ['one that nobody knows', 0x7a7a, ''],
  ])('in EncryptedExtensions: %s, which was not asked for [9846:4.3:4]', (_what, type, data) => {
    expect(answering(extension(type, data)).error).toMatchObject({
      code: 'ERR_TLS_UNSUPPORTED_EXTENSION',
      alert: 'unsupported_extension',
      sentBy: 'us',
    });
  });

  it('is not supported_groups in EncryptedExtensions, upon which a client does not act [9846:4.3.7:2]', () => {
    const client = answering(extension(types.supported_groups, '00020019'));
    expect(client.connected?.group).toBe(0x001d);
  });
});

describe('a HelloRetryRequest', () => {
  it.each([
    ['with another legacy_version', { legacy_version: 0x0304 }, 'ERR_TLS_PROTOCOL_VERSION'],
    ['with another session ID', { legacy_session_id_echo: new Uint8Array(32) }, 'ERR_TLS_ILLEGAL_PARAMETER'],
    ['with compression', { legacy_compression_method: 1 }, 'ERR_TLS_ILLEGAL_PARAMETER'],
    ['for a suite that was not offered [9846:4.2.4:7]', { cipher_suite: 0x1304 }, 'ERR_TLS_ILLEGAL_PARAMETER'],
    ['for a suite of TLS 1.2', { cipher_suite: 0xc02b }, 'ERR_TLS_ILLEGAL_PARAMETER'],
  ] satisfies [string, Partial<ServerHello>, string][])(
    '%s is answered by an alert alone [9846:4.2.4:3]',
    (_what, change, code) => {
      const version = misbehaving('server', effect => {
        if (!sends(effect, serverHello)) return effect;
        const body = decodeMessage(serverHello, effect.raw);
        if (!isHelloRetryRequest(body)) return effect;
        return { ...effect, raw: encodeMessage(serverHello, { ...body, ...change }) };
      });
      const firsts: number[] = [];
      const ends = pair({ keyShares: [] }, { versions: [version] });
      pump(ends, (from, bytes) => {
        if (from === 'client') firsts.push(bytes[0] as number);
        return bytes;
      });
      expect(ends.client.error).toMatchObject({ code, sentBy: 'us' });
      expect(firsts).toEqual([22, 21]);
    },
  );
});

describe('a ClientHello', () => {
  const hello = () => decodeMessage(clientHello, converse().client.messages[0] as Uint8Array);
  const sent = (raw: Uint8Array) => {
    const server = new End(createServerEngine, serverConfig);
    server.engine.start();
    server.engine.receive(Uint8Array.of(22, 3, 1, raw.length >> 8, raw.length & 255, ...raw));
    return server;
  };

  it('ends with its extensions [9846:4.2.2:15] [9846:4.2.2:16] [9846:6:5]', () => {
    const raw = encodeMessage(clientHello, hello());
    const longer = Uint8Array.of(...raw, 0);
    longer[3] = (longer[3] as number) + 1;
    if (longer[3] === 0) longer[2] = (longer[2] as number) + 1;
    expect(sent(longer).error).toMatchObject({ code: 'ERR_TLS_DECODE', alert: 'decode_error', sentBy: 'us' });
  });

  it('may offer versions that nobody knows beside ours [9846:4.3.1:4]', () => {
    const body = hello();
    const extensions = body.extensions.map(e =>
      e.extension_type === types.supported_versions ? extension(types.supported_versions, '067a7a03050304') : e,
    );
    const server = sent(encodeMessage(clientHello, { ...body, extensions }));
    expect(server.error).toBeUndefined();
    expect(server.engine.state).toBe('WAIT_FINISHED');
  });

  it('may have a share that was sent before [9846:4.3.8:6]', () => {
    const raw = encodeMessage(clientHello, hello());
    for (const server of [sent(raw), sent(raw)]) expect(server.error).toBeUndefined();
  });

  it('may ask for status_request_v2, which is passed over [9846:4.5.1.1:2] [9846:4.5.1.1:3]', () => {
    const body = hello();
    const asking = {
      ...body,
      extensions: [...body.extensions, extension(types.status_request_v2, '0007020004000000000000')],
    };
    const server = sent(encodeMessage(clientHello, asking));
    expect(server.error).toBeUndefined();
    expect(server.engine.state).toBe('WAIT_FINISHED');
  });
});

describe('a CertificateVerify', async () => {
  const issued = await (await createCA()).issue({ names: ['localhost'], key: 'rsa-2048' });
  const key = provider.importPrivateKey(issued.key);
  const publicKey = provider.importPublicKey(key.spki);
  const verify = () => ({ publicKey, verified: true, expires: Number.MAX_SAFE_INTEGER, trust: 'test' });
  /** What comes of a server with an RSA key that says another scheme than it signed by. */
  const signing = (algorithm: number, signatureSchemes: readonly number[]) => {
    const version = misbehaving('server', effect => {
      if (!sends(effect, certificateVerify)) return effect;
      const { signature } = decodeMessage(certificateVerify, effect.raw);
      return { ...effect, raw: encodeMessage(certificateVerify, { algorithm, signature }) };
    });
    const ends = pair(
      { signatureSchemes, verifier: { ...clientConfig.verifier, verify } },
      { credentials: () => ({ chain: issued.chain, key }), versions: [version] },
    );
    pump(ends);
    return ends.client.error;
  };
  const illegal = { code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter', sentBy: 'us' };

  it('is by a scheme that was offered, though another would fit the key [9846:4.5.2:4]', () => {
    expect(signing(0x0804, [0x0804])).toBeUndefined();
    expect(signing(0x0805, [0x0804])).toMatchObject(illegal);
  });

  it('of a client is by a scheme that was asked for, though another would fit the key [9846:4.5.2:5]', () => {
    const answered = (algorithm: number) => {
      const version = misbehaving('client', effect => {
        if (!sends(effect, certificateVerify)) return effect;
        const { signature } = decodeMessage(certificateVerify, effect.raw);
        return { ...effect, raw: encodeMessage(certificateVerify, { algorithm, signature }) };
      });
      const ends = pair(
        { credentials: () => ({ chain: issued.chain, key }), versions: [version] },
        { signatureSchemes: [0x0403, 0x0804], clientAuth: { mode: 'require', verifier: { trust: 'test', verify } } },
      );
      pump(ends);
      return ends.server.error;
    };
    expect(answered(0x0804)).toBeUndefined();
    expect(answered(0x0805)).toMatchObject(illegal);
  });

  it.each([
    ['rsa_pkcs1_sha1', 0x0201],
    ['rsa_pkcs1_sha256', 0x0401],
  ])('is never by %s, though that was offered for certificates [9846:4.5.2:7]', (_name, scheme) => {
    expect(signing(scheme, [0x0804, scheme])).toMatchObject(illegal);
  });

  it('is by a scheme that fits the key [9846:4.5.2:6] [9846:4.3.3:5] [9846:4.3.3:7]', () => {
    expect(signing(0x0403, [0x0804, 0x0403])).toMatchObject(illegal);
    expect(signing(0x0809, [0x0804, 0x0809])).toMatchObject(illegal);
  });
});

describe('a record', () => {
  it('after Finished is under the application keys [9846:4.5.3:2]', () => {
    // The server goes on under the keys of the handshake.
    const version = misbehaving('server', effect =>
      effect.op === 'keys' && effect.direction === 'write' && effect.epoch === 'application' ? undefined : effect,
    );
    const ends = pair({}, { versions: [version] });
    pump(ends);
    expect(ends.client.connected).toBeDefined();
    ends.server.engine.close();
    ends.client.engine.receive(takeAll(ends.server.engine));
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC', alert: 'bad_record_mac', sentBy: 'us' });
  });

  it('under the next keys is not authentic before a KeyUpdate has come [9846:4.7.3:8]', () => {
    const ends = pair();
    pump(ends);
    ends.server.engine.updateKeys();
    // The KeyUpdate is lost.
    takeAll(ends.server.engine);
    ends.server.engine.write(Uint8Array.of(1));
    ends.client.engine.receive(takeAll(ends.server.engine));
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_BAD_RECORD_MAC', alert: 'bad_record_mac', sentBy: 'us' });
    expect(ends.client.bytes).toHaveLength(0);
  });
});
