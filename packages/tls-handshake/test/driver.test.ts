import type { TlsError } from '@tlskit/tls-alerts';
import { encodeMessage, finished, keyUpdate } from '@tlskit/tls-messages';
import { describe, expect, it } from 'vitest';
import {
  boundary,
  type Connected,
  Driver,
  type DriverHooks,
  emit,
  type Flow,
  keys,
  next,
  recv,
  send,
  Transcript,
  wait,
} from '../src/index.ts';

/** A driver whose hooks write down what they are asked for. */
function driverOf(flow: Flow<Connected>): { driver: Driver; log: string[]; errors: TlsError[] } {
  const log: string[] = [];
  const errors: TlsError[] = [];
  const hooks: DriverHooks = {
    send: (epoch, message) => log.push(`send ${epoch} ${message[0]}`),
    changeCipherSpec: () => log.push('ccs'),
    keys: (direction, epoch) => log.push(`keys ${direction} ${epoch}`),
    emit: event => log.push(`emit ${event.type}`),
    connected: () => log.push('connected'),
    failed: error => errors.push(error),
    idle: () => log.push('idle'),
    unparked: () => log.push('unparked'),
  };
  return { driver: new Driver(flow, new Transcript(), 1000, hooks), log, errors };
}

const trafficKeys = { version: 0x0304, aead: 'aes-128-gcm', key: new Uint8Array(16), iv: new Uint8Array(12) } as const;
const finishedMessage = encodeMessage(finished, { verify_data: new Uint8Array(4) });

describe('Driver', () => {
  it('carries out effects in order, and gives messages to who waits for them', () => {
    let got = 0;
    function* flow(): Flow<Connected> {
      yield* send('plaintext', finished, { verify_data: new Uint8Array(1) });
      yield* keys('write', 'handshake', trafficKeys);
      got = (yield* recv('WAIT_FINISHED', finished)).body.verify_data.length;
      yield* emit({ type: 'key-update', direction: 'write' });
      return (yield* recv('NEVER', keyUpdate)) as never;
    }
    const { driver, log } = driverOf(flow());
    driver.start();
    expect(log).toEqual(['send plaintext 20', 'keys write handshake', 'idle']);
    expect([driver.status, driver.state, driver.waitingFor]).toEqual(['waiting', 'WAIT_FINISHED', ['Finished']]);
    driver.receive(finishedMessage);
    expect(got).toBe(4);
    expect(log.slice(3)).toEqual(['emit key-update', 'idle']);
    expect(driver.waitingFor).toEqual(['KeyUpdate']);
  });

  it('tells an unexpected message with what was expected, what came, and the state', () => {
    function* flow(): Flow<Connected> {
      return (yield* recv('WAIT_FINISHED', finished)) as never;
    }
    const { driver, errors } = driverOf(flow());
    driver.start();
    driver.receive(Uint8Array.of(1, 0, 0, 0));
    expect(errors[0]).toMatchObject({ code: 'ERR_TLS_UNEXPECTED_MESSAGE', state: 'WAIT_FINISHED' });
    expect(errors[0]?.message).toBe('in state WAIT_FINISHED expected Finished, got client_hello');
    expect(driver.status).toBe('done');
  });

  it('parks for a promise; messages wait, and are there afterwards', async () => {
    let seen: unknown;
    function* flow(): Flow<Connected> {
      seen = yield* wait(Promise.resolve(7));
      yield* recv('WAIT_FINISHED', finished);
      return (yield* recv('NEVER', keyUpdate)) as never;
    }
    const { driver, log } = driverOf(flow());
    driver.start();
    expect(driver.status).toBe('parked');
    driver.receive(finishedMessage);
    expect(driver.atMessageBoundary).toBe(false);
    await Promise.resolve();
    expect(seen).toBe(7);
    expect(driver.atMessageBoundary).toBe(true);
    expect(log).toEqual(['idle', 'idle', 'unparked']);
  });

  it('does not park for a value', () => {
    function* flow(): Flow<Connected> {
      yield* send('plaintext', finished, { verify_data: new Uint8Array(yield* wait(3)) });
      return (yield* recv('NEVER', keyUpdate)) as never;
    }
    const { driver, log } = driverOf(flow());
    driver.start();
    expect(log).toEqual(['send plaintext 20', 'idle']);
  });

  it('gives a rejection to the flow, which may catch it, and dies of it otherwise', async () => {
    function* catching(): Flow<Connected> {
      try {
        yield* wait(Promise.reject(new Error('no')));
      } catch {
        yield* emit({ type: 'key-update', direction: 'write' });
      }
      return yield* wait(Promise.reject(new RangeError('again')));
    }
    const { driver, log, errors } = driverOf(catching());
    driver.start();
    await new Promise(resolve => setImmediate(resolve));
    expect(log).toContain('emit key-update');
    expect(errors[0]).toMatchObject({ code: 'ERR_TLS_INTERNAL', message: 'again' });
    expect(errors[0]?.cause).toBeInstanceOf(RangeError);
  });

  it('cancels: finally blocks run, late results are wiped, nothing more is heard', async () => {
    let wiped = false;
    const late = { secret: new Uint8Array(3).fill(1), wipe: () => late.secret.fill(0) };
    function* flow(): Flow<Connected> {
      try {
        return (yield* wait(Promise.resolve(late))) as never;
      } finally {
        wiped = true;
      }
    }
    const { driver, log, errors } = driverOf(flow());
    driver.start();
    driver.cancel();
    expect([wiped, driver.status]).toEqual([true, 'done']);
    await Promise.resolve();
    expect([...late.secret]).toEqual([0, 0, 0]);
    expect(log).toEqual(['idle']);
    expect(errors).toEqual([]);
  });

  it('refuses a change of read keys while handshake bytes are left', () => {
    function* flow(): Flow<Connected> {
      yield* recv('WAIT_FINISHED', finished);
      yield* keys('read', 'application', trafficKeys);
      return (yield* recv('NEVER', keyUpdate)) as never;
    }
    const { driver, errors } = driverOf(flow());
    driver.start();
    driver.receive(Uint8Array.of(...finishedMessage, 24));
    expect(errors[0]).toMatchObject({ code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' });
  });

  it('refuses handshake bytes before their turn, where the flow says that it has come to a boundary', () => {
    function* flow(): Flow<Connected> {
      yield* recv('WAIT_SH', finished);
      yield* boundary();
      return (yield* recv('NEVER', keyUpdate)) as never;
    }
    const exact = driverOf(flow());
    exact.driver.start();
    exact.driver.receive(finishedMessage);
    expect(exact.errors).toEqual([]);
    expect(exact.driver.state).toBe('NEVER');
    const early = driverOf(flow());
    early.driver.start();
    early.driver.receive(Uint8Array.of(...finishedMessage, 24));
    expect(early.errors[0]).toMatchObject({ code: 'ERR_TLS_KEY_CHANGE_BOUNDARY', alert: 'unexpected_message' });
  });

  it('wipes the keys of such a change', () => {
    const own = { ...trafficKeys, key: new Uint8Array(16).fill(1), iv: new Uint8Array(12).fill(1) };
    function* flow(): Flow<Connected> {
      yield* recv('WAIT_FINISHED', finished);
      yield* keys('read', 'application', own);
      return (yield* recv('NEVER', keyUpdate)) as never;
    }
    const { driver } = driverOf(flow());
    driver.start();
    driver.receive(Uint8Array.of(...finishedMessage, 24));
    expect([...own.key, ...own.iv].every(byte => byte === 0)).toBe(true);
  });

  it.each(['value', 'promise'])("may be cancelled by the flow's own code, before a %s", async what => {
    const log: string[] = [];
    const secret = new Uint8Array(3).fill(1);
    function* flow(): Flow<Connected> {
      try {
        driver.cancel();
        yield* wait(what === 'promise' ? Promise.resolve(secret) : secret);
        yield* send('plaintext', finished, { verify_data: secret });
        log.push('went on');
      } finally {
        log.push('ended');
      }
      return undefined as never;
    }
    const { driver, log: hooks, errors } = driverOf(flow());
    driver.start();
    await Promise.resolve();
    expect([log, hooks, errors, driver.status]).toEqual([['ended'], [], [], 'done']);
    if (what === 'promise') expect([...secret]).toEqual([0, 0, 0]);
  });

  it('runs the post-handshake flow with messages and commands, and wipes it when cancelled', () => {
    const seen: string[] = [];
    function* post(): Flow<never> {
      try {
        for (;;) {
          const { message, command } = yield* next('CONNECTED', keyUpdate);
          seen.push(message?.def.name ?? command?.type ?? '?');
        }
      } finally {
        seen.push('wiped');
      }
    }
    // biome-ignore lint/correctness/useYield: a handshake of no messages
    function* flow(): Flow<Connected> {
      return { postHandshake: post() } as Connected;
    }
    const { driver, log } = driverOf(flow());
    driver.start();
    expect(log).toEqual(['connected', 'idle']);
    driver.command({ type: 'key-update', requestPeer: false });
    driver.receive(encodeMessage(keyUpdate, { request_update: 0 }));
    driver.cancel();
    expect(seen).toEqual(['key-update', 'KeyUpdate', 'wiped']);
  });

  it('runs no further when a hook ends it', () => {
    let reached = false;
    function* flow(): Flow<Connected> {
      yield* send('plaintext', finished, { verify_data: new Uint8Array(1) });
      reached = true;
      return (yield* recv('NEVER', finished)) as never;
    }
    const hooks = {
      connected() {},
      emit() {},
      failed() {},
      idle() {},
      keys() {},
      unparked() {},
      changeCipherSpec() {},
    };
    const driver: Driver = new Driver(flow(), new Transcript(), 1000, { ...hooks, send: () => driver.cancel() });
    driver.start();
    expect([reached, driver.status]).toEqual([false, 'done']);
  });

  it('bounds the commands that wait', () => {
    function* flow(): Flow<Connected> {
      return (yield* recv('WAIT', finished)) as never;
    }
    const { driver } = driverOf(flow());
    driver.start();
    const command = { type: 'key-update', requestPeer: false } as const;
    for (let i = 0; i < 64; i++) driver.command(command);
    expect(() => driver.command(command)).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_STATE' }));
  });
});
