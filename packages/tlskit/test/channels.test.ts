/** Heartbeats (RFC 6520) and SRTP (RFC 5764), by the options of the Node face. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  type ConnectOptions,
  connect,
  createServer,
  type TlsServerOptions,
  type TlsSocket,
} from '../src/node/index.ts';
import { credential, listening, stop, trust, until } from './support.ts';

async function open(server: Partial<TlsServerOptions>, client: Partial<ConnectOptions>) {
  let accept: (socket: TlsSocket) => void = () => {};
  const accepted = new Promise<TlsSocket>(resolve => {
    accept = resolve;
  });
  const own = await listening({ ...credential, ...server }, socket => accept(socket.resume()));
  const socket = connect({ host: '127.0.0.1', port: own.port, trust, ...client });
  socket.resume();
  await socket.opened;
  return { socket, theirs: await accepted, end: () => stop(own.server) };
}

describe('a heartbeat', () => {
  it('is answered, time and again', async () => {
    const mode = { heartbeat: 'peer_allowed_to_send' } as const;
    const { socket, theirs, end } = await open(mode, mode);
    expect(socket.info?.heartbeat).toEqual({ send: true, receive: true });
    expect(await socket.heartbeat()).toBeUndefined();
    expect(await socket.heartbeat(new Uint8Array(1000))).toBeUndefined();
    expect(await theirs.heartbeat()).toBeUndefined();
    expect(socket.listenerCount('close')).toBe(0);
    socket.destroy();
    await end();
  });

  it('is not sent where the peer does not want it', async () => {
    const { socket, end } = await open({}, { heartbeat: 'peer_allowed_to_send' });
    expect(socket.info?.heartbeat).toBeUndefined();
    await expect(socket.heartbeat()).rejects.toMatchObject({ code: 'ERR_TLS_INVALID_STATE' });
    socket.destroy();
    await expect(socket.heartbeat()).rejects.toMatchObject({ code: 'ERR_TLS_INVALID_STATE' });
    await end();
  });

  it('that is refused is not kept', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const { socket, end } = await open({}, {});
    const refused = Array.from({ length: 10 }, () => {
      const beat = socket.heartbeat();
      beat.catch(() => {});
      return new WeakRef(beat);
    });
    await until(() => {
      collectGarbage();
      return refused.every(beat => beat.deref() === undefined);
    });
    socket.destroy();
    await end();
  });

  it('that finds no answer fails with the connection', async () => {
    const mode = { heartbeat: 'peer_allowed_to_send' } as const;
    const { socket, theirs, end } = await open(mode, mode);
    theirs.destroy();
    const beat = socket.heartbeat();
    socket.on('error', () => {});
    await expect(beat).rejects.toMatchObject({ name: 'TlsError' });
    await end();
  });
});

describe('what an inspector throws', () => {
  /** Connected, with an inspector of the server's that throws when it is told of the next record. */
  async function throwing() {
    let broken = false;
    const inspect = {
      record: () => {
        if (!broken) return;
        broken = false;
        throw new Error('of the inspector');
      },
    };
    const mode = { heartbeat: 'peer_allowed_to_send' } as const;
    const server = { ...mode, inspect, trust, clientAuth: 'none' } as const;
    const { socket, theirs, end } = await open(server, { ...mode, postHandshakeAuth: true });
    // Nothing is on its way any more: the next record is one of ours.
    await socket.heartbeat();
    await theirs.heartbeat();
    broken = true;
    return { socket, theirs, end };
  }

  it.each([
    ['updateKeys', (socket: TlsSocket) => socket.updateKeys()],
    ['heartbeat', (socket: TlsSocket) => socket.heartbeat()],
    ['requestClientCertificate', (socket: TlsSocket) => socket.requestClientCertificate()],
  ])('is thrown by %s, and harms nothing', async (_, call) => {
    const { socket, theirs, end } = await throwing();
    expect(() => call(theirs)).toThrow('of the inspector');
    const heard = new Promise(resolve => socket.once('data', resolve));
    theirs.write('on we go');
    expect(String(await heard)).toBe('on we go');
    socket.destroy();
    await end();
  });

  it('does not keep the request from being made', async () => {
    const { socket, theirs, end } = await throwing();
    expect(() => theirs.heartbeat()).toThrow('of the inspector');
    await expect(theirs.heartbeat()).rejects.toThrow('on its way');
    // The connection ends before the answer comes: nobody holds that promise, and nobody is troubled by it.
    theirs.destroy();
    socket.destroy();
    await end();
  });
});

describe('SRTP', () => {
  it('has a profile at both ends, and keys of the exporter', async () => {
    const profiles = ['SRTP_AEAD_AES_128_GCM', 'SRTP_AES128_CM_HMAC_SHA1_80'];
    const { socket, theirs, end } = await open(
      { srtp: { profiles: [...profiles].reverse(), mki: true } },
      { srtp: { profiles, mki: Uint8Array.of(9) } },
    );
    const agreed = { profile: { name: 'SRTP_AES128_CM_HMAC_SHA1_80', code: 1 }, mki: Uint8Array.of(9) };
    expect([socket.info?.srtp, theirs.info?.srtp]).toEqual([agreed, agreed]);
    const keys = (end: TlsSocket) => end.exportKeyingMaterial('EXTRACTOR-dtls_srtp', undefined, 60);
    expect(keys(socket)).toEqual(keys(theirs));
    socket.destroy();
    await end();
  });
});

describe('options', () => {
  const client = (options: object) => () => connect({ port: 1, trust, ...options } as ConnectOptions);
  const server = (options: object) => () => createServer({ ...credential, ...options } as TlsServerOptions);
  it.each([
    ['a heartbeat that is true', client({ heartbeat: true }), "heartbeat is 'peer_allowed_to_send' or"],
    ['a profile that there is not', client({ srtp: { profiles: ['SRTP_AEAD_AES_128'] } }), 'IANA knows no'],
    ['no profiles', server({ srtp: { profiles: [] } }), 'srtp.profiles is empty'],
    [
      'an MKI that is too long',
      client({ srtp: { profiles: ['SRTP_AEAD_AES_128_GCM'], mki: new Uint8Array(256) } }),
      '255',
    ],
    [
      'a server’s own MKI',
      server({ srtp: { profiles: ['SRTP_AEAD_AES_128_GCM'], mki: new Uint8Array(1) } }),
      'srtp.mki is',
    ],
    ['a misspelt name', client({ srtp: { profile: [] } }), "did you mean 'profiles'?"],
  ])('%s is refused', (_what, make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
    expect(make).toThrow(message);
  });
});
