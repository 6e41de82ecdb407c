import { createHook } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { asynchronous, credential, noble, nobleCredential, pair, pump } from './support.ts';

/** Promises that are made while `work` runs, by anybody. */
function promisesMadeBy(work: () => void): number {
  let count = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === 'PROMISE') count++;
    },
  }).enable();
  try {
    work();
  } finally {
    hook.disable();
  }
  return count;
}

describe('synchronous crypto', () => {
  it('completes a handshake and moves data without making one promise', () => {
    const server = { provider: noble, credentials: () => nobleCredential };
    let ends: ReturnType<typeof pair> | undefined;
    const count = promisesMadeBy(() => {
      ends = pair({ provider: noble }, server);
      pump(ends);
      ends.client.engine.write(new Uint8Array(100_000));
      ends.client.engine.updateKeys({ requestPeer: true });
      pump(ends);
      ends.client.engine.close();
      ends.server.engine.close();
      pump(ends);
    });
    expect(ends?.client.connected).toBeDefined();
    expect(ends?.server.bytes).toHaveLength(100_000);
    expect(ends?.client.closed).toBe(true);
    expect(count).toBe(0);
  });

  it('the count sees promises: with an asynchronous signer it is not zero', () => {
    const slow = { ...credential, key: asynchronous(credential.key) };
    expect(promisesMadeBy(() => pump(pair({}, { credentials: () => slow })))).toBeGreaterThan(0);
  });
});
