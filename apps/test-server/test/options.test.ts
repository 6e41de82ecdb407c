/** Each option changes what is on the wire, or what the server does with a client. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { createCA, type KeyKind } from '@tlskit/tls-testing';
import { MemorySessionStore } from 'tlskit';
import { type ConnectOptions, type TlsSocket, tls12 } from 'tlskit/node';
import { describe, expect, it } from 'vitest';
import { file, type Running, received, serve } from './support.ts';

const get = (path = '/') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\n\r\n`;

/** What a client hears of a server: handshake messages by number. */
interface Heard {
  readonly messages: { readonly type: number; readonly bytes: Uint8Array }[];
  readonly records: number[];
}

function listener(): { heard: Heard; inspect: ConnectOptions['inspect'] } {
  const heard: Heard = { messages: [], records: [] };
  return {
    heard,
    inspect: {
      message: ({ direction, bytes }) => {
        if (direction === 'in') heard.messages.push({ type: bytes[0] as number, bytes: bytes.slice() });
      },
      record: ({ direction, content, innerType, type }) => {
        if (direction === 'in' && (innerType ?? type) === 23) heard.records.push(content.length);
      },
    },
  };
}

async function ask(server: Running, path: string, options: Partial<ConnectOptions> = {}): Promise<string> {
  const socket = server.client(options);
  socket.write(get(path));
  return received(socket);
}

const old = { versions: [tls12] } as const;

describe('versions', () => {
  it.each([
    [['--tls-min', '1.3'], undefined, 'TLSv1.3'],
    [['--tls-max', '1.2'], 'TLSv1.2', 'TLSv1.2'],
    [['--tls-min', '1.2', '--tls-max', '1.3'], 'TLSv1.2', 'TLSv1.3'],
    [['--tls', '1.2'], 'TLSv1.2', 'TLSv1.2'],
  ])('%j: TLS 1.2 alone %s, both %s', async (args, alone, both) => {
    const server = await serve(args);
    expect((await server.client().opened).protocol).toBe(both);
    const opened = server.client(old).opened;
    if (alone === undefined) await expect(opened).rejects.toMatchObject({ alert: 'protocol_version', sentBy: 'peer' });
    else expect((await opened).protocol).toBe(alone);
  });
});

describe('--ciphersuites', () => {
  it.each([
    'TLS_RSA_WITH_AES_128_CBC_SHA',
    'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
    'TLS_RSA_WITH_AES_128_CCM',
    'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8',
    'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  ])('all has %s', async suite => {
    const server = await serve(['--ciphersuites', 'all']);
    const options = /_(CBC|CCM_8|DHE)_?|_RSA_WITH/.test(suite)
      ? { cipherSuites: [], legacy: [suite] }
      : { cipherSuites: [suite] };
    const offer = /ECDHE_(RSA|ECDSA)_WITH_(AES_\d+_GCM|CHACHA)/.test(suite) ? { cipherSuites: [suite] } : options;
    expect((await server.client({ ...old, ...offer }).opened).cipherSuite.name).toBe(suite);
  });

  it('all has neither NULL nor anon: they are on by name', async () => {
    const suites = ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_ECDSA_WITH_NULL_SHA'];
    const offer = { ...old, cipherSuites: [], legacy: suites };
    const refused = (await serve(['--ciphersuites', 'all'])).client(offer);
    await expect(refused.opened).rejects.toMatchObject({ alert: 'handshake_failure' });
    const named = (await serve(['--ciphersuites', suites.join(':')])).client(offer);
    expect((await named.opened).cipherSuite.name).toBe(suites[0]);
  });

  it('is exactly what is listed', async () => {
    const suite = 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA';
    const server = await serve(['--ciphersuites', suite]);
    const info = await server.client({ legacy: [suite] }).opened;
    expect(info).toMatchObject({ protocol: 'TLSv1.2', cipherSuite: { name: suite } });
    await expect(server.client().opened).rejects.toMatchObject({ sentBy: 'peer' });
  });
});

describe('--profile', () => {
  it('modern is TLS 1.3 alone, in the order of the client', async () => {
    const server = await serve(['--profile', 'modern']);
    await expect(server.client(old).opened).rejects.toMatchObject({ alert: 'protocol_version' });
    for (const suite of ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_256_GCM_SHA384']) {
      const rest = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'].filter(each => each !== suite);
      expect((await server.client({ cipherSuites: [suite, ...rest] }).opened).cipherSuite.name).toBe(suite);
    }
  });

  it('intermediate has DHE and no CBC, old has both', async () => {
    const dhe = { ...old, cipherSuites: [], legacy: ['TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'], groups: ['ffdhe2048'] };
    const cbc = { ...old, cipherSuites: [], legacy: ['TLS_RSA_WITH_3DES_EDE_CBC_SHA'] };
    const [intermediate, ancient] = [await serve(['--profile', 'intermediate']), await serve(['--profile', 'old'])];
    for (const server of [intermediate, ancient]) {
      expect((await server.client(dhe).opened).group?.name).toBe('ffdhe2048');
    }
    await expect(intermediate.client(cbc).opened).rejects.toMatchObject({ alert: 'handshake_failure' });
    expect((await ancient.client(cbc).opened).cipherSuite.name).toBe('TLS_RSA_WITH_3DES_EDE_CBC_SHA');
  });

  it('all has every group, scheme and kind of key; what is said beside it goes before', async () => {
    const server = await serve(['--profile', 'all']);
    const meetings = [
      [{ groups: ['x448'], signatureSchemes: ['ed448', 'ecdsa_secp256r1_sha256'] }, 'x448', 'ed448'],
      [{ groups: ['ffdhe3072'], signatureSchemes: ['ed25519', 'ecdsa_secp256r1_sha256'] }, 'ffdhe3072', 'ed25519'],
      [
        { groups: ['SecP256r1MLKEM768'], signatureSchemes: ['rsa_pss_pss_sha512', 'ecdsa_secp256r1_sha256'] },
        'SecP256r1MLKEM768',
        undefined,
      ],
      [
        { groups: ['secp521r1'], signatureSchemes: ['ecdsa_secp521r1_sha512', 'ecdsa_secp256r1_sha256'] },
        'secp521r1',
        undefined,
      ],
    ] as const;
    for (const [offer, group, scheme] of meetings) {
      const info = await server.client(offer).opened;
      expect(info.group?.name).toBe(group);
      if (scheme !== undefined) expect(offer.signatureSchemes).toContain(info.signatureScheme?.name);
    }
    const narrow = await serve(['--profile', 'all', '--groups', 'x448', '--tls-max', '1.2']);
    const info = await narrow.client({ groups: ['x25519', 'x448'] }).opened;
    expect(info).toMatchObject({ protocol: 'TLSv1.2', group: { name: 'x448' } });
  });
});

describe('groups and schemes', () => {
  it.each(['x25519', 'x448', 'secp256r1', 'secp384r1', 'secp521r1', 'ffdhe2048', 'ffdhe8192', 'X25519MLKEM768'])(
    '--groups %s is the one',
    async group => {
      const server = await serve(['--groups', group]);
      const others = ['secp256r1', 'x25519'].filter(each => each !== group);
      expect((await server.client({ groups: [...others, group] }).opened).group?.name).toBe(group);
      await expect(server.client({ groups: others }).opened).rejects.toMatchObject({ alert: 'handshake_failure' });
    },
  );

  it.each(['ffdhe2048', 'ffdhe4096'])('--dhe-group %s is for clients that name none', async group => {
    const suite = 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256';
    const server = await serve(['--ciphersuites', suite, '--dhe-group', group]);
    const { heard, inspect } = listener();
    await server.client({ ...old, cipherSuites: [], legacy: [suite], groups: ['secp256r1'], inspect }).opened;
    const exchange = heard.messages.find(({ type }) => type === 12)!.bytes;
    expect((exchange[4]! << 8) | exchange[5]!).toBe(Number(group.slice(5)) / 8);
  });

  it('--sigalgs decides what is signed with', async () => {
    const scheme = async (args: readonly string[], options: Partial<ConnectOptions> = {}) =>
      (await (await serve(args)).client(options).opened).signatureScheme?.name;
    const rsa = ['--ciphersuites', 'all', '--sigalgs'];
    expect(await scheme([...rsa, 'rsa_pss_rsae_sha512'])).toBe('rsa_pss_rsae_sha512');
    expect(await scheme([...rsa, 'ecdsa_secp256r1_sha256'])).toBe('ecdsa_secp256r1_sha256');
    const weak = {
      ...old,
      signatureSchemes: ['rsa_pkcs1_sha1'],
      cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    };
    expect(await scheme([...rsa, 'all+sha1'], weak)).toBe('rsa_pkcs1_sha1');
    await expect(scheme([...rsa, 'all'], weak)).rejects.toMatchObject({ alert: 'handshake_failure' });
  });

  it('several certificates stand side by side', async () => {
    const ca = await createCA({ key: 'ecdsa-p256' });
    const kinds = {
      'rsa-2048': 'rsa_pss_rsae_sha256',
      'rsa-pss': 'rsa_pss_pss_sha256',
      'ecdsa-p256': 'ecdsa_secp256r1_sha256',
      'ecdsa-p384': 'ecdsa_secp384r1_sha384',
      'ecdsa-p521': 'ecdsa_secp521r1_sha512',
      ed25519: 'ed25519',
      ed448: 'ed448',
    } as const satisfies Partial<Record<KeyKind, string>>;
    const pairs = await Promise.all(
      (Object.keys(kinds) as (keyof typeof kinds)[]).map(async key => {
        const { pem } = await ca.issue({ names: ['localhost'], key });
        return ['--cert', file(pem.certificate), '--key', file(pem.key)];
      }),
    );
    const server = await serve(pairs.flat());
    for (const scheme of Object.values(kinds)) {
      const certificateSignatureSchemes = ['ecdsa_secp256r1_sha256'];
      const socket = server.client({
        trust: { roots: ca.pem },
        signatureSchemes: [scheme],
        certificateSignatureSchemes,
      });
      expect((await socket.opened).signatureScheme?.name).toBe(scheme);
    }
  });
});

describe('extensions', () => {
  it('--alpn chooses, and refuses who offers none of it', async () => {
    const server = await serve(['--alpn', 'h2,http/1.1']);
    expect((await server.client({ alpn: ['http/1.1', 'h2'] }).opened).alpn).toBe('h2');
    expect((await server.client().opened).alpn).toBeUndefined();
    await expect(server.client({ alpn: ['smtp'] }).opened).rejects.toMatchObject({ alert: 'no_application_protocol' });
    const www = await serve(['--www']);
    expect((await www.client({ alpn: ['h2', 'http/1.1'] }).opened).alpn).toBe('http/1.1');
    expect((await www.client({ alpn: ['h2'] }).opened).alpn).toBeUndefined();
  });

  it('--server-names refuses others, whatever their case, and serves who asks for nobody', async () => {
    const server = await serve(['--server-names', 'LocalHost,other.test']);
    expect((await server.client().opened).serverName).toBe('localhost');
    expect((await server.client({ servername: false, verifyName: 'localhost' }).opened).serverName).toBeUndefined();
    const stranger = server.client({ servername: 'stranger.test' });
    await expect(stranger.opened).rejects.toMatchObject({ alert: 'unrecognized_name', sentBy: 'peer' });
  });

  it('--record-size-limit is told, and kept to', async () => {
    const limit = { recordSizeLimit: 512 };
    const told = async (args: readonly string[]) => (await (await serve(args)).client(limit).opened).recordSizeLimit;
    expect(await told([])).toEqual({ send: 16_385, receive: 512 });
    expect(await told(['--record-size-limit', '100'])).toEqual({ send: 100, receive: 512 });
    expect(await told(['--record-size-limit', '0'])).toBeUndefined();
    const { heard, inspect } = listener();
    const server = await serve(['--www', '--reply-size', '2000']);
    await ask(server, '/', { ...limit, inspect });
    expect(heard.records).toEqual([511, 511, 511, 467]);
  });

  it('--max-fragment-length goes along', async () => {
    const length = async (args: readonly string[]) =>
      (await (await serve(args)).client({ maxFragmentLength: 1024 }).opened).maxFragmentLength;
    expect(await length(['--max-fragment-length'])).toBe(1024);
    expect(await length([])).toBeUndefined();
  });

  it('--heartbeat answers', async () => {
    const client = async (args: readonly string[]) => {
      const socket = (await serve(args)).client({ heartbeat: 'peer_allowed_to_send' });
      await socket.opened;
      return socket;
    };
    await (await client(['--heartbeat'])).heartbeat(randomBytes(20));
    await expect((await client([])).heartbeat()).rejects.toMatchObject({ code: 'ERR_TLS_INVALID_STATE' });
  });

  it('--renegotiation lets clients have another handshake', async () => {
    const renegotiated = async (args: readonly string[]) => {
      const socket = (await serve(['--echo', ...args])).client({ ...old, tls12: { renegotiation: 'accept' } });
      await socket.opened;
      const answer = once(socket, 'renegotiated');
      socket.renegotiate();
      const [info] = await answer;
      socket.write('x');
      expect(String((await once(socket, 'data'))[0])).toBe('x');
      return info !== undefined;
    };
    expect(await renegotiated(['--renegotiation'])).toBe(true);
    expect(await renegotiated([])).toBe(false);
  });

  it('--ocsp-response is stapled for who asks', async () => {
    const ca = await createCA();
    const { certificate, pem } = await ca.issue('localhost');
    const response = await ca.ocsp(certificate);
    const own = ['--cert', file(pem.certificate), '--key', file(pem.key)];
    const stapled = async (args: readonly string[], options: Partial<ConnectOptions>) => {
      const socket = (await serve(args)).client({ trust: { roots: ca.pem }, ocsp: true, ...options });
      return (await socket.opened).ocspResponse;
    };
    for (const options of [{}, old]) {
      expect(await stapled([...own, '--ocsp-response', file(response)], options)).toEqual(new Uint8Array(response));
      expect(await stapled(own, options)).toBeUndefined();
    }
  });
});

describe("clients' certificates", () => {
  const certificates = async () => {
    const [ca, others] = [await createCA(), await createCA()];
    const [known, stranger] = [await ca.issue('alice'), await others.issue('mallory')];
    const pair = ({ pem }: typeof known) => ({ certificate: pem.certificate, key: pem.key });
    return { ca: file(ca.pem), alice: pair(known), mallory: pair(stranger) };
  };

  it.each(['--request-client-cert', '--require-client-cert'])('%s asks', async option => {
    const { ca, alice, mallory } = await certificates();
    const server = await serve(['--www', option, '--ca', ca]);
    for (const versions of [{}, old]) {
      expect(await ask(server, '/', { ...alice, ...versions })).toMatch(
        /client certificate +CN=alice\nclient verified +yes/,
      );
      // Clients choose by the authorities that they are told: one that shows what nobody here knows says so itself.
      const refused = ask(server, '/', { ...versions, selectCredential: undefined, ...mallory });
      if (option === '--request-client-cert') {
        expect(await refused).toMatch(/^HTTP\/1\.1 200 /);
        expect(await ask(server, '/', versions)).not.toContain('client certificate');
      } else {
        await expect(refused).rejects.toMatchObject({ sentBy: 'peer' });
        await expect(ask(server, '/', versions)).rejects.toMatchObject({
          alert: 'versions' in versions ? 'handshake_failure' : 'certificate_required',
        });
      }
    }
  });

  it('--ca may have the very certificate of the client, self-signed', async () => {
    const own = await createCA({ subject: 'self', keyUsage: ['digitalSignature', 'keyCertSign'] });
    const alice = { certificate: own.pem, key: own.key };
    const server = await serve(['--www', '--require-client-cert', '--ca', file(own.pem)]);
    for (const versions of [{}, old]) {
      expect(await ask(server, '/', { ...alice, ...versions })).toMatch(/client verified +yes/);
    }
  });

  it('without --ca any is good, and told to be unverified', async () => {
    const { mallory } = await certificates();
    const server = await serve(['--www', '--request-client-cert']);
    expect(await ask(server, '/', mallory)).toMatch(/client certificate +CN=mallory\nclient verified +no/);
  });

  it('--post-handshake-auth asks at once, and answers when it was answered', async () => {
    const { ca, alice } = await certificates();
    const server = await serve(['--www', '--post-handshake-auth', '--ca', ca]);
    const { heard, inspect } = listener();
    const page = await ask(server, '/', { ...alice, postHandshakeAuth: true, inspect });
    expect(page).toMatch(/client certificate +CN=alice\nclient verified +yes/);
    // EncryptedExtensions, no CertificateRequest before Finished, one behind it.
    const types = heard.messages.map(({ type }) => type);
    expect(types.indexOf(13)).toBeGreaterThan(types.indexOf(20));
    expect(await ask(server, '/', { postHandshakeAuth: true })).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask(server, '/')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask(server, '/', old)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('sessions and keys', () => {
  it.each([
    [[], 2],
    [['--tickets', '5'], 5],
    [['--tickets', '0'], 0],
  ])('%j: %d tickets', async (args, count) => {
    const server = await serve(['--www', ...args]);
    const { heard, inspect } = listener();
    await ask(server, '/', { inspect });
    expect(heard.messages.filter(({ type }) => type === 4)).toHaveLength(count);
  });

  it('--ticket-lifetime is told', async () => {
    const server = await serve(['--www', '--ticket-lifetime', '77']);
    const { heard, inspect } = listener();
    await ask(server, '/', { inspect });
    const { bytes } = heard.messages.find(({ type }) => type === 4)!;
    expect(Buffer.from(bytes).readUInt32BE(4)).toBe(77);
  });

  it('--session-cache resumes by ID', async () => {
    const resumes = async (args: readonly string[]) => {
      const server = await serve(['--www', ...args]);
      const sessions = new MemorySessionStore();
      const options = { ...old, sessions, tls12: { sessionTickets: false } };
      await ask(server, '/', options);
      return (await server.client(options).opened).resumed;
    };
    expect(await resumes(['--session-cache', '--tickets', '0'])).toBe(true);
    expect(await resumes(['--session-cache'])).toBe(true);
    expect(await resumes([])).toBe(false);
  });

  it('--psk and --psk-hash take clients that know the key', async () => {
    const key = randomBytes(32);
    const server = await serve(['--psk', `a:b:${key.toString('hex')}`, '--psk-hash', 'sha384', '--www']);
    const client = (hash: 'sha256' | 'sha384', identity = 'a:b') =>
      server.client({ trust: undefined, psk: [{ identity, key, hash }], pskModes: ['psk_dhe_ke'] });
    expect(Buffer.from((await client('sha384').opened).pskIdentity!).toString()).toBe('a:b');
    await expect(client('sha384', 'else').opened).rejects.toMatchObject({ alert: 'handshake_failure' });
  });

  it('--psk goes with suites of TLS 1.2 too', async () => {
    const key = randomBytes(16);
    const suite = 'TLS_DHE_PSK_WITH_AES_128_GCM_SHA256';
    const server = await serve(['--psk', `alice:${key.toString('hex')}`, '--ciphersuites', 'all']);
    const socket = server.client({
      ...old,
      trust: undefined,
      psk: [{ identity: 'alice', key }],
      cipherSuites: [],
      legacy: [suite],
    });
    expect((await socket.opened).cipherSuite.name).toBe(suite);
  });

  it('--psk-ke does without a key exchange', async () => {
    const key = randomBytes(32);
    const group = async (args: readonly string[]) => {
      const server = await serve(['--psk', `alice:${key.toString('hex')}`, ...args]);
      const options: Partial<ConnectOptions> = {
        trust: undefined,
        psk: [{ identity: 'alice', key }],
        pskModes: ['psk_ke'],
      };
      return (await server.client(options).opened).group;
    };
    expect(await group(['--psk-ke'])).toBeUndefined();
    await expect(group([])).rejects.toMatchObject({ sentBy: 'peer' });
  });
});

describe('early data', () => {
  /** A request with the ClientHello of a client that resumes. */
  async function early(server: Running, path: string): Promise<{ text: string; socket: TlsSocket }> {
    const sessions = new MemorySessionStore();
    await ask(server, '/', { sessions });
    const socket = server.client({ sessions, earlyData: Buffer.from(get(path)) });
    const text = await received(socket);
    return { text, socket };
  }

  it('--early-data takes it, and /early tells', async () => {
    const server = await serve(['--www', '--early-data', '1000']);
    const { text, socket } = await early(server, '/early');
    expect(socket.info?.earlyData).toEqual({ accepted: true });
    expect(text).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nearly\n$/s);
    expect((await early(server, '/early/425')).text).toMatch(/^HTTP\/1\.1 425 Too Early\r\n/);
    expect(await ask(server, '/early')).toMatch(/\r\n\r\nnot early\n$/);
    expect(await ask(server, '/early/425')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ask(server, '/metrics')).toMatch(/^tlskit_handshakes_total\{.*kind="early"\} 2$/m);
  });

  it('--too-early answers 425 whatever the path', async () => {
    const server = await serve(['--www', '--early-data', '1000', '--too-early']);
    expect((await early(server, '/')).text).toMatch(/^HTTP\/1\.1 425 Too Early\r\n/);
    expect(await ask(server, '/')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('is announced by tickets, and by none without it', async () => {
    const announced = async (args: readonly string[]) => {
      const { heard, inspect } = listener();
      await ask(await serve(['--www', ...args]), '/', { inspect });
      // The ticket's only extension is early_data, with its maximum.
      return Buffer.from(heard.messages.find(({ type }) => type === 4)!.bytes)
        .toString('hex')
        .slice(-20);
    };
    expect(await announced(['--early-data', '4660'])).toMatch(/0008002a000400001234$/);
    expect(await announced([])).not.toMatch(/002a0004/);
  });
});

describe('limits', () => {
  it('--max-message is refused by its header, and not a byte of it is kept', async () => {
    const server = await serve(['--max-message', '5000', '--www']);
    const socket = connectTcp({ host: '127.0.0.1', port: server.port });
    socket.on('error', () => {});
    // A ClientHello of 16 MiB - 1, begun.
    socket.write(Buffer.from('160301400001ffffff', 'hex'));
    socket.write(Buffer.alloc(16_380));
    const answer = Buffer.concat(await socket.toArray());
    // alert, fatal, illegal_parameter
    expect(answer.toString('hex')).toMatch(/^1503030002022f$/);
    await server.stderr.match(/failed in its handshake: .*ERR_TLS_MESSAGE_TOO_LARGE/);
    expect(await ask(server, '/healthz')).toMatch(/ok\n$/);
  });

  it('--max-connections and --rate close who is too many, at once, and count it', async () => {
    const server = await serve(['--www', '--max-connections', '2']);
    const standing = [server.client(), server.client()];
    await Promise.all(standing.map(({ opened }) => opened));
    await expect(server.client().opened).rejects.toMatchObject({ code: expect.stringMatching(/TRUNCATED|TRANSPORT/) });
    for (const socket of standing) {
      socket.destroy();
      await once(socket, 'close');
    }
    await expect
      .poll(() => ask(server, '/metrics').catch(() => ''))
      .toContain('tlskit_connections_refused_total{limit="connections"} ');
    const slow = await serve(['--rate', '1']);
    const both = await Promise.allSettled([slow.client().opened, slow.client().opened]);
    const refused = both.flatMap(each => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).toMatchObject([{ code: expect.stringMatching(/TRUNCATED|TRANSPORT/) }]);
  });

  it('--idle-timeout ends who says nothing', async () => {
    const socket = (await serve(['--idle-timeout', '1'])).client();
    expect(await received(socket)).toBe('');
  });
});

describe('answers', () => {
  it.each([0, 1, 100, 300, 1000, 10_000, 16_384])('--reply-size %d is one record of that length', async size => {
    const server = await serve(['--www', '--reply-size', String(size)]);
    const { heard, inspect } = listener();
    const text = await ask(server, '/whatever', { inspect });
    expect(text).toHaveLength(size);
    expect(heard.records).toEqual(size === 0 ? [] : [size]);
    const length = /^content-length: (\d+) *\r$/m.exec(text)?.[1];
    if (length !== undefined) expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toHaveLength(Number(length));
  });

  it('/keyupdate updates the keys before the answer, and asks for new ones', async () => {
    const server = await serve(['--www']);
    const { heard, inspect } = listener();
    expect(await ask(server, '/keyupdate', { inspect })).toMatch(/ 200 .*the keys are new\n$/s);
    expect(heard.messages.at(-1)).toEqual({ type: 24, bytes: Uint8Array.of(24, 0, 0, 1, 1) });
    await ask(server, '/keyupdate?alone', { inspect });
    expect(heard.messages.at(-1)).toEqual({ type: 24, bytes: Uint8Array.of(24, 0, 0, 1, 0) });
    expect(await ask(server, '/keyupdate', old)).toMatch(/ 409 /);
  });

  it('is given to a request in the record behind Finished, in many records, and with its TCP half closed', async () => {
    const server = await serve(['--www']);
    const whole = server.client();
    // Written before the handshake is complete: it goes in the packet of Finished.
    whole.write(get());
    expect(await received(whole)).toMatch(/ 200 /);
    const half = server.client();
    half.end(get());
    expect(await received(half)).toMatch(/ 200 /);
  });

  it('/healthz and /metrics tell', async () => {
    const server = await serve(['--www']);
    expect(await ask(server, '/healthz')).toMatch(/\r\n\r\nok\n$/);
    await expect(server.client({ alpn: ['http/1.1'], ...old, groups: ['x448'] }).opened).rejects.toThrow();
    const metrics = await ask(server, '/metrics', { cipherSuites: ['TLS_AES_256_GCM_SHA384'], groups: ['secp384r1'] });
    const key = 'version="TLSv1.3",suite="TLS_AES_256_GCM_SHA384",group="secp384r1",kind="full"';
    expect(metrics).toContain(`\ntlskit_handshakes_total{${key}} 1\n`);
    expect(metrics).toContain('\ntlskit_alerts_total{name="close_notify",direction="received"} ');
    expect(metrics).toContain('\ntlskit_alerts_total{name="handshake_failure",direction="sent"} 1\n');
    expect(metrics).toContain('\ntlskit_handshake_seconds_count 2\n');
    expect(metrics).toMatch(/\ntlskit_tickets_total\{event="issued",key_age="1h"\} \d+\n/);
    expect(metrics).toMatch(/\ntlskit_handshake_failures_total\{code="ERR_TLS_\w+"\} 1\n/);
  });
});

describe('SIGHUP', () => {
  it('brings new certificates, and keeps the old ones where there are none', async () => {
    const ca = await createCA();
    const [one, two] = [await ca.issue('localhost'), await ca.issue('localhost')];
    const [certificate, key] = [file(one.pem.certificate), file(one.pem.key)];
    const server = await serve(['--cert', certificate, '--key', key]);
    const shown = async () => {
      const info = await server.client({ trust: { roots: ca.pem } }).opened;
      return Buffer.from(info.peerCertificates[0] as Uint8Array);
    };
    const standing = server.client({ trust: { roots: ca.pem } });
    await standing.opened;
    expect(await shown()).toEqual(Buffer.from(one.certificate));
    writeFileSync(certificate, two.pem.certificate);
    server.reload();
    await server.stderr.match(/certificates stay what they were: .*key/);
    expect(await shown()).toEqual(Buffer.from(one.certificate));
    writeFileSync(key, two.pem.key);
    server.reload();
    await server.stderr.match(/certificates were read again/);
    expect(await shown()).toEqual(Buffer.from(two.certificate));
    expect(standing.destroyed).toBe(false);
  });
});
