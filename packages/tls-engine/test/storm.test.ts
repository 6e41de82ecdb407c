/** Two engines under calls in any order, from outside and from handlers, with crypto that answers at once or later: nothing is lost. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createClientEngine, createServerEngine, type Engine, type EngineHandlers } from '../src/index.ts';
import { asynchronous, clientConfig, credential, serverConfig, slowExchange, takeAll, verifier } from './support.ts';

type Who = 'client' | 'server';
const who = fc.constantFrom<Who>('client', 'server');
const act = fc.constantFrom('write', 'update', 'ask', 'close', 'send', 'receive', 'receive', 'turn');
/** A step of somebody, and what handlers that are called meanwhile do, each its part. */
const steps = fc.array(fc.record({ who, act, within: fc.array(act, { maxLength: 3 }), cut: fc.nat(2000) }), {
  maxLength: 60,
});
type Step = typeof steps extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

class Side {
  readonly engine: Engine;
  readonly inbox: Uint8Array[] = [];
  readonly sent: number[] = [];
  readonly got: number[] = [];
  readonly told: string[] = [];
  readonly #plan: () => string | undefined;
  #closing = false;

  constructor(make: (handlers: EngineHandlers) => Engine, plan: () => string | undefined) {
    this.#plan = plan;
    this.engine = make({
      connected: () => this.#tell('connected'),
      end: () => this.#tell('end'),
      closed: error => this.#tell(error === undefined ? 'closed' : error.code),
      event: () => this.#tell(undefined),
      wake: () => this.#tell(undefined),
      data: bytes => {
        this.got.push(...bytes);
        this.#tell(this.told.includes('connected') ? undefined : 'data too soon');
      },
    });
  }

  do(what: string, other: Side, cut: number): void {
    switch (what) {
      case 'write': {
        if (this.#closing) return;
        const data = Uint8Array.of(this.sent.length, cut & 255, 1, 2, 3);
        this.sent.push(...data);
        this.engine.write(data);
        data.fill(0);
        break;
      }
      case 'close':
        this.#closing = true;
        this.engine.close();
        break;
      case 'update':
      case 'ask':
        if (this.told.includes('connected') && !this.#closing) this.engine.updateKeys({ requestPeer: what === 'ask' });
        break;
      case 'send': {
        const bytes = takeAll(this.engine);
        const at = Math.min(cut, bytes.length);
        other.inbox.push(bytes.slice(0, at), bytes.slice(at));
        break;
      }
      case 'receive':
        this.engine.receive(this.inbox.shift() ?? new Uint8Array(0));
    }
  }

  /** What a handler of this side does when it is called. */
  within: (what: string) => void = () => {};

  #tell(what: string | undefined): void {
    if (what !== undefined) this.told.push(what);
    const next = this.#plan();
    if (next !== undefined) this.within(next);
  }
}

function twoSides(slow: boolean, retry: boolean, plan: () => string | undefined): Record<Who, Side> {
  const later = { provider: slowExchange() };
  const client = {
    ...clientConfig,
    emitSecrets: true,
    ...(retry ? { keyShares: [] } : {}),
    ...(slow ? { ...later, verifier: { ...verifier, verify: async () => verifier.verify(undefined as never) } } : {}),
  };
  const server = {
    ...serverConfig,
    emitSecrets: true,
    ...(slow ? { ...later, credentials: async () => ({ ...credential, key: asynchronous(credential.key) }) } : {}),
  };
  return {
    client: new Side(handlers => createClientEngine(client, handlers), plan),
    server: new Side(handlers => createServerEngine(server, handlers), plan),
  };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

/** Carries everything both ways until nothing moves any more. */
async function exchange({ client, server }: Record<Who, Side>, slow: boolean): Promise<void> {
  for (let quiet = 0; quiet < 12; ) {
    client.do('send', server, Number.POSITIVE_INFINITY);
    while (server.inbox.length > 0) server.do('receive', client, 0);
    server.do('send', client, Number.POSITIVE_INFINITY);
    while (client.inbox.length > 0) client.do('receive', server, 0);
    if (slow) await turn();
    const { output } = client.engine.buffered;
    quiet = output + server.engine.buffered.output === 0 ? quiet + (slow ? 1 : 6) : 0;
  }
}

it('whatever is called when, data arrives whole and in order, and every end is told once', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), fc.boolean(), fc.boolean(), async (calls, connected, slow, retry) => {
      let within: string[] = [];
      const sides = twoSides(slow, retry, () => within.shift());
      const { client, server } = sides;
      client.within = what => client.do(what, server, 7);
      server.within = what => server.do(what, client, 7);
      client.engine.start();
      server.engine.start();
      if (connected) await exchange(sides, slow);
      for (const call of calls as readonly Step[]) {
        within = [...call.within];
        if (call.act === 'turn') await turn();
        else sides[call.who].do(call.act, call.who === 'client' ? server : client, call.cut);
      }
      within = [];
      await exchange(sides, slow);
      for (const [side, other] of [
        [client, server],
        [server, client],
      ] as const) {
        expect(side.got).toEqual(other.sent);
        expect(side.told.filter(what => what === 'connected')).toHaveLength(1);
        expect(side.told.filter(what => !['connected', 'end', 'closed'].includes(what))).toEqual([]);
        expect(new Set(side.told).size).toBe(side.told.length);
        expect(side.engine.closed).toBe(side.told.includes('closed'));
      }
      expect(client.engine.closed).toBe(server.engine.closed);
    }),
    { numRuns: 500 },
  );
});
