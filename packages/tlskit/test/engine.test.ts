import { describe, expect, it } from 'vitest';
import {
  type Connected,
  createClientEngine,
  createClientEngines,
  createServerEngine,
  createServerEngines,
  type Engine,
  type HandshakeEvent,
  tls13,
} from '../src/engine.ts';
import { connectionInfo, createNobleProvider } from '../src/index.ts';
import { credential, trust } from './support.ts';

function pump(a: Engine, b: Engine): void {
  for (;;) {
    const [up, down] = [a.takeOutput(), b.takeOutput()];
    if (up.length + down.length === 0) return;
    for (const part of up) b.receive(part);
    for (const part of down) a.receive(part);
  }
}

describe('the engine', () => {
  it('takes the options of the other faces, and connects without I/O', () => {
    const received: string[] = [];
    const events: HandshakeEvent[] = [];
    let connected: Connected | undefined;
    const client = createClientEngine(
      { servername: 'localhost', trust, alpn: ['echo'], emitSecrets: true },
      {
        connected: result => {
          connected = result;
        },
        event: event => events.push(event),
      },
    );
    const server = createServerEngine(
      { ...credential, alpn: ['echo'] },
      { data: bytes => received.push(new TextDecoder().decode(bytes)) },
    );
    server.start();
    client.start();
    pump(client, server);
    client.write(new TextEncoder().encode('no socket in sight'));
    client.close();
    pump(client, server);
    expect(received).toEqual(['no socket in sight']);
    expect(connectionInfo(connected as Connected, createNobleProvider())).toMatchObject({
      protocol: 'TLSv1.3',
      alpn: 'echo',
      verified: true,
      peerCertificate: { names: ['dns:localhost', 'ip:127.0.0.1'] },
    });
    expect(events.filter(({ type }) => type === 'secret')).toHaveLength(5);
  });

  it('is made for many connections of options that are read once', () => {
    const connect = createClientEngines({ trust, servername: 'localhost' });
    const serve = createServerEngines(credential);
    const meet = (own?: Parameters<typeof connect>[0]) => {
      const errors: (string | undefined)[] = [];
      const client = connect(own, { closed: error => errors.push(error?.code) });
      const server = serve();
      server.start();
      client.start();
      pump(client, server);
      return errors;
    };
    expect([meet(), meet({ servername: '127.0.0.1.example' }), meet({ verifyName: '127.0.0.1' }), meet()]).toEqual([
      [],
      ['ERR_TLS_CERT_ALTNAME_INVALID'],
      [],
      [],
    ]);
    expect(() => connect({ servername: '' })).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
    expect(() => connect({ server: 'localhost' } as never)).toThrow(/no option 'server'/);
  });

  it('takes randomness and time from outside', () => {
    const provider = createNobleProvider();
    const hello = (seed: number) => {
      const random = (length: number) => new Uint8Array(length).fill(seed);
      const shares = createNobleProvider({ random });
      const engine = createClientEngine({
        servername: 'localhost',
        trust,
        provider: { ...provider, groups: shares.groups },
        random,
      });
      engine.start();
      return Buffer.concat(engine.takeOutput()).toString('hex');
    };
    expect(hello(1)).toBe(hello(1));
    expect(hello(1)).not.toBe(hello(2));
    expect(hello(7)).toContain('07'.repeat(32));
  });

  it('judges certificates by the time that it is given', () => {
    const errors: unknown[] = [];
    const client = createClientEngine(
      { servername: 'localhost', trust, now: () => Date.UTC(2001, 0, 1) },
      { closed: error => errors.push(error?.code) },
    );
    const server = createServerEngine(credential, { closed: error => errors.push(error?.alert) });
    server.start();
    client.start();
    pump(client, server);
    expect(errors.sort()).toEqual(['CERT_NOT_YET_VALID', 'certificate_expired']);
  });

  it('wants to be told whom to trust', () => {
    expect(() => createClientEngine({ servername: 'localhost' })).toThrow(/trust must be said/);
  });

  it('speaks the versions that it is given', () => {
    expect(tls13.handshake.version).toBe(0x0304);
    expect(() => createClientEngine({ servername: 'x', trust, versions: [] })).toThrow(/versions/);
  });
});
