/** What a real server, or what is on the way to one, may do to the page: no browser is needed for it, a WebSocket is put in the place of its own. */
import { createServerEngine, type Engine } from '@tlskit/tls-engine';
import { concat } from '@tlskit/tls-wire';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { serverConfig } from '../src/lab/configs.ts';
import { loadJudging } from '../src/lab/judge.ts';
import { keepingFor } from '../src/lab/keeping.ts';
import { kitFor } from '../src/lab/kit.ts';
import { LiveConnection, type LiveSettings, MAX_BYTES, MAX_STEPS, type Problem } from '../src/lab/live.ts';
import { defaults } from '../src/lab/settings.ts';
import { stopsOf } from '../src/state/stops.ts';
import { seed } from './all-settings.ts';

const settings: LiveSettings = {
  relay: 'ws://relay.example',
  host: 'server.example',
  port: 443,
  name: 'server.example',
  alpn: [],
  versions: ['1.3'],
  roots: undefined,
};

/** A WebSocket whose other end is an engine. */
class Wire {
  static readonly OPEN = 1;
  static last: Wire;
  static server: Engine;
  readonly readyState = Wire.OPEN;
  onopen = (): void => {};
  onmessage = (_: { readonly data: Uint8Array }): void => {};

  constructor() {
    Wire.last = this;
  }

  send(bytes: Uint8Array): void {
    Wire.server.receive(bytes);
    this.deliver();
  }

  /** All that the server has to say, as one message. */
  deliver(): void {
    const bytes = concat(...Wire.server.takeOutput());
    if (bytes.length > 0) this.onmessage({ data: bytes });
  }

  close(): void {}
}

/** A connection that stands, and what became of it. */
async function connected() {
  const chosen = defaults('1.3', seed);
  const kit = await kitFor(chosen);
  await loadJudging();
  const { provider, source } = kit.server;
  source.begin(seed);
  Wire.server = createServerEngine(serverConfig(chosen, kit, provider, await keepingFor('none', provider)), {});
  Wire.server.start();
  vi.stubGlobal('WebSocket', Wire);
  const ended: (Problem | undefined)[] = [];
  const state = { isConnected: false, received: 0 };
  const live = new LiveConnection(
    settings,
    {
      changed: () => {},
      connected: () => {
        state.isConnected = true;
      },
      data: bytes => {
        state.received += bytes.length;
      },
      ended: problem => ended.push(problem),
    },
    new AbortController().signal,
  );
  Wire.last.onopen();
  await vi.waitFor(() => expect([state.isConnected, ended]).toEqual([true, []]));
  return { live, state, ended };
}

afterEach(() => vi.unstubAllGlobals());

describe('a server that says more than is kept', () => {
  it('by records of a byte, in one message: the engine stops in the middle', async () => {
    const { live, state, ended } = await connected();
    for (let count = 0; count < 2 * MAX_STEPS; count++) Wire.server.write(Uint8Array.of(1));
    Wire.last.deliver();
    expect(ended).toEqual([{ type: 'long' }]);
    expect(state.received).toBeGreaterThan(1000);
    const { connection } = live;
    // What the last record brought may still come.
    expect(connection.steps.length).toBeGreaterThanOrEqual(MAX_STEPS);
    expect(connection.steps.length).toBeLessThan(MAX_STEPS + 10);
    expect(stopsOf(connection).at(-1)?.done).toBe(connection.steps.length);
    expect(live.connection).toBe(connection);
  });

  it('by bytes', async () => {
    const { state, ended } = await connected();
    for (let sent = 0; sent < 2 * MAX_BYTES && ended.length === 0; sent += 1 << 16) {
      Wire.server.write(new Uint8Array(1 << 16));
      Wire.last.deliver();
    }
    expect(ended).toEqual([{ type: 'long' }]);
    expect(state.received).toBeGreaterThan(MAX_BYTES / 2);
    expect(state.received).toBeLessThan(MAX_BYTES);
  });

  it('and one that does not is heard to the end', async () => {
    const { live, state, ended } = await connected();
    const before = live.connection;
    for (let count = 0; count < 1000; count++) Wire.server.write(Uint8Array.of(1));
    Wire.server.close();
    Wire.last.deliver();
    expect([state.received, ended]).toEqual([1000, [undefined]]);
    expect(live.connection.steps.length).toBeGreaterThan(before.steps.length);
  });
});

describe('a WebSocket that there cannot be', () => {
  it.each(['SecurityError', 'SyntaxError'])('is told of: %s', async name => {
    vi.stubGlobal('location', { hash: '' });
    vi.stubGlobal('WebSocket', function WebSocket() {
      throw new DOMException('no', name);
    });
    const { connect, phase, problem } = await import('../src/live/session.ts');
    await connect(settings);
    expect([phase.value, problem.value]).toEqual(['over', { type: 'relay' }]);
    await connect({ ...settings, roots: 'none' });
    expect(problem.value).toMatchObject({ type: 'options' });
  });
});
