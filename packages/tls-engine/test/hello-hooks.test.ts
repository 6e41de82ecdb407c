/** What an application may say about a ClientHello and its answer: refuse it, choose a protocol, keep silent about the name. */
import { TlsError } from '@tlskit/tls-alerts';
import type { ReceivedHello } from '@tlskit/tls-handshake';
import { decodeMessage, ExtensionType, encryptedExtensions } from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import { intercept, misbehaving, pair, pump, sends } from './support.ts';

describe('onClientHello', () => {
  it('sees the hello before anything is done with it', () => {
    const seen: ReceivedHello[] = [];
    const ends = pair({ alpn: ['h2'] }, { onClientHello: hello => void seen.push(hello) });
    pump(ends);
    expect(seen.map(hello => hello.serverName)).toEqual(['localhost']);
    expect(seen[0]?.raw[0]).toBe(1);
    expect(ends.client.connected).toBeDefined();
  });

  it.each([
    {
      what: 'handshake_failure for a refusal',
      error: new TlsError('ERR_TLS_REFUSED', 'not today'),
      alert: 'handshake_failure',
    },
    { what: 'unrecognized_name', error: new TlsError('ERR_TLS_UNRECOGNIZED_NAME', 'who?'), alert: 'unrecognized_name' },
    { what: 'internal_error for any other', error: new RangeError('oops'), alert: 'internal_error' },
  ])('refuses with $what', ({ error, alert }) => {
    const ends = pair(
      {},
      {
        onClientHello() {
          throw error;
        },
      },
    );
    pump(ends);
    expect(ends.server.error?.alert).toBe(alert);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert });
  });

  it('may take its time, and refuse then', async () => {
    const ends = pair(
      {},
      {
        onClientHello: async () => {
          await Promise.resolve();
          throw new TlsError('ERR_TLS_REFUSED', 'not on the list');
        },
      },
    );
    pump(ends);
    expect(ends.server.engine.parked).toBe(true);
    await new Promise(resolve => setImmediate(resolve));
    pump(ends);
    expect(ends.client.error?.alert).toBe('handshake_failure');
  });
});

describe('selectAlpn', () => {
  it('chooses from what the client offers', () => {
    const offers: (readonly string[])[] = [];
    const ends = pair(
      { alpn: ['h2', 'http/1.1'] },
      {
        selectAlpn(offered) {
          offers.push(offered);
          return offered.at(-1);
        },
      },
    );
    pump(ends);
    expect(offers).toEqual([['h2', 'http/1.1']]);
    expect([ends.client.connected?.alpn, ends.server.connected?.alpn]).toEqual(['http/1.1', 'http/1.1']);
  });

  it('is not asked by a client without ALPN', () => {
    const ends = pair(
      {},
      {
        selectAlpn() {
          throw new Error('asked');
        },
      },
    );
    pump(ends);
    expect(ends.client.connected).toMatchObject({ alpn: undefined });
  });

  it('refuses, or goes on without, by choosing none', () => {
    const refusing = pair({ alpn: ['h2'] }, { selectAlpn: () => undefined });
    pump(refusing);
    expect(refusing.client.error?.alert).toBe('no_application_protocol');
    const lenient = pair({ alpn: ['h2'] }, { selectAlpn: () => undefined, alpnMismatch: 'ignore' });
    pump(lenient);
    expect(lenient.client.connected).toMatchObject({ alpn: undefined });
  });

  it.each(['', 'h3'])('may not choose %j, which was not offered', name => {
    const ends = pair({ alpn: ['h2'] }, { selectAlpn: () => name });
    pump(ends);
    expect(ends.server.error?.code).toBe('ERR_TLS_INTERNAL');
    expect(ends.client.error?.alert).toBe('internal_error');
  });
});

describe('a server that chooses a protocol which was not offered', () => {
  const server = { alpn: ['h3'], selectAlpn: undefined };
  const insisting = misbehaving('server', effect => effect);
  const versions = [
    {
      ...insisting,
      handshake: {
        ...insisting.handshake,
        server: ((context, hello) =>
          intercept(
            insisting.handshake.server({ ...context, config: { ...context.config, selectAlpn: () => 'h2' } }, hello),
            effect => {
              if (!sends(effect, encryptedExtensions)) return effect;
              const raw = Uint8Array.from(effect.raw);
              // "h2" becomes "h3".
              raw[raw.lastIndexOf(0x32)] = 0x33;
              return { ...effect, raw };
            },
          )) as typeof insisting.handshake.server,
      },
    },
  ];

  it('is refused', () => {
    const ends = pair({ alpn: ['h2'] }, { ...server, versions });
    pump(ends);
    expect(ends.client.error).toMatchObject({ code: 'ERR_TLS_ILLEGAL_PARAMETER', alert: 'illegal_parameter' });
  });

  it('is accepted by those who say so', () => {
    const ends = pair({ alpn: ['h2'], alpnMismatch: 'accept' }, { ...server, versions });
    pump(ends);
    expect(ends.client.error).toBeUndefined();
    expect(ends.client.connected?.alpn).toBe('h3');
  });
});

it.each([
  { acknowledgeName: undefined, answered: true },
  { acknowledgeName: false, answered: false },
])('a name is acknowledged, $answered, where acknowledgeName is $acknowledgeName', ({ acknowledgeName, answered }) => {
  const types: number[] = [];
  const version = misbehaving('server', effect => {
    if (sends(effect, encryptedExtensions)) {
      types.push(...decodeMessage(encryptedExtensions, effect.raw).extensions.map(each => each.extension_type));
    }
    return effect;
  });
  const ends = pair({}, { versions: [version], acknowledgeName });
  pump(ends);
  expect(ends.server.connected?.serverName).toBe('localhost');
  expect(types.includes(ExtensionType.values.server_name)).toBe(answered);
});

describe('groups that are as good as each other', () => {
  const [x25519, secp256r1, secp384r1] = [0x001d, 0x0017, 0x0018];
  const groupOf = (client: readonly number[], server: object) => {
    const ends = pair({ groups: client, keyShares: client }, { groups: [secp256r1, secp384r1, x25519], ...server });
    pump(ends);
    expect(ends.client.error).toBeUndefined();
    return ends.server.connected?.group;
  };

  it.each([
    { client: [x25519, secp384r1, secp256r1], equal: undefined, chosen: secp256r1 },
    { client: [x25519, secp384r1, secp256r1], equal: [[secp256r1, secp384r1]], chosen: secp384r1 },
    { client: [x25519, secp256r1], equal: [[secp384r1, x25519]], chosen: secp256r1 },
    { client: [x25519, secp384r1], equal: [[secp384r1, x25519]], chosen: x25519 },
  ])('$equal: of $client the server takes $chosen', ({ client, equal, chosen }) => {
    expect(groupOf(client, { equalGroups: equal })).toBe(chosen);
  });
});
