/** What goes out together: a write costs more than most of what is in it. */
import { describe, expect, it } from 'vitest';
import { pair, slowExchange, takeAll, verifier } from './support.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));
const CCS = [20, 3, 3, 0, 1, 1];

describe('the dummy change_cipher_spec of a client (RFC 9846 §E.4)', () => {
  it.each([
    [
      'the certificate is judged',
      { verifier: { ...verifier, verify: async () => turn().then(() => verifier.verify({} as never)) } },
    ],
    ['keys are agreed on', { provider: slowExchange() }],
  ] as const)('waits for the record behind it while %s', async (_, config) => {
    const ends = pair(config);
    const { client, server } = ends;
    await turn();
    server.engine.receive(takeAll(client.engine));
    const flight = takeAll(server.engine);
    client.engine.receive(flight);
    // Whoever moves output as long as there is any does not find it meanwhile.
    expect([client.engine.hasOutput, client.engine.buffered.output]).toEqual([false, 0]);
    expect([...takeAll(client.engine)]).toEqual([]);
    for (let i = 0; i < 5; i++) await turn();
    const second = takeAll(client.engine);
    expect([...second.subarray(0, 6)]).toEqual(CCS);
    expect(second[6]).toBe(23);
    server.engine.receive(second);
    expect(server.connected).toBeDefined();
  });

  it('stands before an alert', () => {
    const { client, server } = pair();
    server.engine.receive(takeAll(client.engine));
    const flight = takeAll(server.engine);
    flight[flight.length - 1]! ^= 1;
    client.engine.receive(flight);
    const second = takeAll(client.engine);
    expect([...second.subarray(0, 6)]).toEqual(CCS);
    expect(second.length).toBeGreaterThan(6);
    expect(client.error?.alert).toBe('bad_record_mac');
  });
});
