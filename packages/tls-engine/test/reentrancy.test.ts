/** Handlers that call the engine that calls them, and callbacks that end it: what cannot be done at once is done when it can. */
import { describe, expect, it } from 'vitest';
import {
  type ClientEngineConfig,
  createClientEngine,
  createServerEngine,
  type Engine,
  type EngineHandlers,
} from '../src/index.ts';
import { clientConfig, credential, End, pair, pump, serverConfig, slowExchange, takeAll } from './support.ts';

const text = (value: string) => new TextEncoder().encode(value);
const settled = () => new Promise(resolve => setImmediate(resolve));

/** A client whose handlers know its engine, and a server that it is carried to. */
function reentrant(
  handlersOf: (engine: () => Engine) => EngineHandlers,
  config: Partial<ClientEngineConfig> = {},
): { engine: Engine; server: End; pump(): void } {
  const engine: Engine = createClientEngine(
    { ...clientConfig, ...config },
    handlersOf(() => engine),
  );
  const server = new End(createServerEngine, serverConfig);
  server.engine.start();
  engine.start();
  return { engine, server, pump: () => pump({ client: { engine } as End, server }) };
}

describe('a handler of connected', () => {
  it('that writes comes behind what was written before', () => {
    const ends = reentrant(engine => ({ connected: () => engine().write(text('second')) }));
    ends.engine.write(text('first '));
    ends.pump();
    expect(ends.server.text).toBe('first second');
  });

  it('that closes lets out what was written before', () => {
    const ends = reentrant(engine => ({ connected: () => engine().close() }));
    ends.engine.write(text('request'));
    ends.pump();
    expect([ends.server.text, ends.server.ended]).toEqual(['request', true]);
    expect(ends.engine.closed).toBe(false);
  });

  it('may update keys, write and close, in this order', () => {
    const ends = reentrant(engine => ({
      connected() {
        engine().updateKeys();
        engine().write(text('under new keys'));
        engine().close();
      },
    }));
    ends.pump();
    expect([ends.server.text, ends.server.ended]).toEqual(['under new keys', true]);
    expect(ends.server.events).toContainEqual({
      type: 'key-update',
      direction: 'read',
      requested: false,
      answers: false,
    });
  });

  it('may end it all', () => {
    const ends = reentrant(engine => ({ connected: () => engine().abort() }));
    ends.pump();
    expect(ends.engine.closed).toBe(true);
    expect(ends.server.ended).toBe(true);
  });
});

describe('a handler of events', () => {
  const outgoing = (types: (number | undefined)[]): EngineHandlers => ({
    record({ direction, epoch, innerType }) {
      if (direction === 'out' && epoch === 'application') types.push(innerType);
    },
  });

  it('that writes when the peer asks for a key update does so behind the update', () => {
    const types: (number | undefined)[] = [];
    const ends = reentrant(engine => ({
      ...outgoing(types),
      event(event) {
        if (event.type === 'key-update' && event.direction === 'read') engine().write(text('x'));
      },
    }));
    ends.pump();
    ends.server.engine.updateKeys({ requestPeer: true });
    ends.pump();
    expect(types).toEqual([22, 23]);
    expect(ends.server.text).toBe('x');
  });

  it.each(['write', 'close'] as const)(
    'that does %s between a KeyUpdate and the new keys does it under these',
    what => {
      const ends = reentrant(
        engine => ({
          event(event) {
            if (event.type !== 'secret' || event.label !== 'CLIENT_TRAFFIC_SECRET_1') return;
            if (what === 'write') engine().write(text('x'));
            else engine().close();
          },
        }),
        { emitSecrets: true },
      );
      ends.pump();
      ends.engine.updateKeys();
      ends.pump();
      expect(ends.server.error).toBeUndefined();
      expect(what === 'write' ? ends.server.text === 'x' : ends.server.ended).toBe(true);
    },
  );

  it('that writes when our answer to a request for a key update goes out has it sent', () => {
    const ends = reentrant(engine => ({
      event(event) {
        if (event.type === 'key-update' && event.direction === 'write') engine().write(text('x'));
      },
    }));
    ends.pump();
    ends.server.engine.updateKeys({ requestPeer: true });
    ends.engine.receive(takeAll(ends.server.engine));
    ends.server.engine.receive(takeAll(ends.engine));
    expect(ends.server.text).toBe('x');
  });

  it('that takes the output when an answer is in it has the next request answered too', () => {
    const types: (number | undefined)[] = [];
    const taken: Uint8Array[] = [];
    const ends = reentrant(engine => ({
      ...outgoing(types),
      event(event) {
        if (event.type === 'key-update' && event.direction === 'write') taken.push(takeAll(engine()));
      },
    }));
    ends.pump();
    for (let i = 0; i < 2; i++) {
      ends.server.engine.updateKeys({ requestPeer: true });
      ends.engine.receive(takeAll(ends.server.engine));
      for (const bytes of taken.splice(0)) ends.server.engine.receive(bytes);
    }
    ends.engine.write(text('x'));
    ends.pump();
    expect(types).toEqual([22, 22, 23]);
    expect(ends.server.text).toBe('x');
  });

  it('that aborts between a KeyUpdate and the new keys is told of under the old ones', () => {
    const ends = reentrant(
      engine => ({
        event(event) {
          if (event.type === 'secret' && event.label === 'CLIENT_TRAFFIC_SECRET_1') engine().abort();
        },
      }),
      { emitSecrets: true },
    );
    ends.pump();
    ends.engine.updateKeys();
    ends.pump();
    expect([ends.server.ended, ends.server.error]).toEqual([true, undefined]);
  });

  it('that feeds input while a promise moves the flow on has it read under the keys to come', async () => {
    const rest: Uint8Array[] = [];
    const errors: unknown[] = [];
    const engine: Engine = createClientEngine(
      { ...clientConfig, provider: slowExchange(), emitSecrets: true },
      {
        event() {
          for (const bytes of rest.splice(0)) engine.receive(bytes);
        },
        closed: error => errors.push(error),
      },
    );
    engine.start();
    await settled();
    const server = new End(createServerEngine, serverConfig);
    server.engine.start();
    server.engine.receive(takeAll(engine));
    const flight = takeAll(server.engine);
    const end = 5 + (((flight[3] as number) << 8) | (flight[4] as number));
    engine.receive(flight.slice(0, end));
    expect(engine.parked).toBe(true);
    rest.push(flight.slice(end));
    await settled();
    expect(errors).toEqual([]);
    expect(engine.state).toBe('CONNECTED');
  });

  it('that writes and feeds input while keys are updated by a write loses neither', () => {
    const answers: Uint8Array[] = [];
    const got: Uint8Array[] = [];
    const ends = reentrant(engine => ({
      data: bytes => got.push(bytes),
      event(event) {
        if (event.type !== 'key-update' || event.direction !== 'write') return;
        engine().write(text(' more'));
        for (const bytes of answers.splice(0)) engine().receive(bytes);
      },
    }));
    ends.pump();
    ends.server.engine.write(text('answer'));
    answers.push(takeAll(ends.server.engine));
    ends.engine.updateKeys();
    ends.pump();
    expect(ends.server.text).toBe(' more');
    expect(got).toEqual([text('answer')]);
  });
});

describe('a handler of the end', () => {
  it('that closes is told of the end of the connection once', () => {
    let closed = 0;
    const ends = reentrant(engine => ({
      end: () => engine().close(),
      closed() {
        closed++;
      },
    }));
    ends.pump();
    ends.server.engine.close();
    ends.pump();
    expect(closed).toBe(1);
    expect(ends.server.closed).toBe(true);
  });

  it('of the connection may call anything, to no effect', () => {
    let closed = 0;
    const ends = reentrant(engine => ({
      closed() {
        closed++;
        engine().abort();
        engine().close();
        engine().receive(Uint8Array.of(1));
        engine().receiveEnd();
      },
    }));
    ends.engine.abort();
    expect(closed).toBe(1);
  });
});

describe('a handler of data', () => {
  it('that echoes, closes or aborts does so at once', () => {
    const echo: Engine = createServerEngine(serverConfig, {
      data(bytes) {
        echo.write(bytes);
        if (bytes[0] === 33) echo.close();
      },
    });
    echo.start();
    const client = new End(createClientEngine, clientConfig);
    client.engine.start();
    const server = { engine: echo } as End;
    pump({ client, server });
    client.engine.write(text('hello'));
    pump({ client, server });
    client.engine.write(text('!'));
    pump({ client, server });
    expect([client.text, client.ended]).toEqual(['hello!', true]);
  });

  it('that throws ends the connection with an internal error, and the peer is told', () => {
    const ends = reentrant(() => ({
      data() {
        throw new RangeError('mine');
      },
    }));
    ends.pump();
    ends.server.engine.write(text('x'));
    ends.pump();
    expect(ends.engine.closed).toBe(true);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'internal_error' });
  });
});

describe('a callback of the configuration', () => {
  it('that aborts within the flow ends it, and the peer is told', () => {
    const closed: unknown[] = [];
    const server: Engine = createServerEngine(
      {
        ...serverConfig,
        credentials() {
          server.abort();
          return credential;
        },
      },
      { closed: error => closed.push(error) },
    );
    const client = new End(createClientEngine, clientConfig);
    client.engine.start();
    server.start();
    server.receive(takeAll(client.engine));
    expect(closed).toEqual([expect.objectContaining({ code: 'ABORT_ERR' })]);
    client.engine.receive(takeAll(server));
    expect(client.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT', alert: 'user_canceled' });
  });
});

describe('an observer', () => {
  it('of messages that aborts stops the message that it was shown', () => {
    let closed = 0;
    const ends = reentrant(engine => ({
      message({ direction }) {
        if (direction === 'in') engine().abort();
      },
      closed() {
        closed++;
      },
    }));
    ends.pump();
    expect(closed).toBe(1);
    expect(ends.server.error).toMatchObject({ code: 'ERR_TLS_PEER_ALERT' });
  });
});

it('what is written before the handshake is complete is copied, a Buffer too', () => {
  const ends = pair();
  const data = Buffer.from('hello');
  ends.client.engine.write(data);
  data.fill(0);
  pump(ends);
  expect(ends.server.text).toBe('hello');
});

it('an engine starts once', () => {
  const ends = pair();
  expect(() => ends.client.engine.start()).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }));
  const aborted = createServerEngine(serverConfig);
  aborted.abort();
  expect(() => aborted.start()).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }));
});
