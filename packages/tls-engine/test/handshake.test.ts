import { describe, expect, it } from 'vitest';
import { pair, pump } from './support.ts';

describe('a full handshake in memory', () => {
  it.each([0x1301, 0x1302, 0x1303])('connects and carries data with suite %s', suite => {
    const ends = pair({ cipherSuites: [suite] });
    pump(ends);
    expect(ends.server.error).toBeUndefined();
    expect(ends.client.error).toBeUndefined();
    expect(ends.client.connected?.cipherSuite.code).toBe(suite);
    ends.client.engine.write(new TextEncoder().encode('ping'));
    ends.server.engine.write(new TextEncoder().encode('pong'));
    pump(ends);
    expect(ends.server.text).toBe('ping');
    expect(ends.client.text).toBe('pong');
  });
});
