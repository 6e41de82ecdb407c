/** Flights, what they cost, the states at each stop, and what somebody in between did: without a page. */
import { flightsOf as flightsOfRecords, type Sender } from '@tlskit/tls-inspect';
import { describe, expect, it } from 'vitest';
import { messageName } from '../src/lab/messages.ts';
import { type Connection, run } from '../src/lab/run.ts';
import { fromFragment, type Settings } from '../src/lab/settings.ts';
import type { Tampering } from '../src/lab/tampering.ts';
import { costsOf, flightsOf } from '../src/player/flights.ts';
import { type Meddling, meddlingWith } from '../src/player/meddling.ts';
import { proseOf } from '../src/player/prose.ts';
import { endsAt, stopsOf } from '../src/state/stops.ts';

const chosen = (choice: string) => fromFragment(`${choice}&seed=000102030405060708090a0b0c0d0e0f`) as Settings;

const connectionOf = async (choice: string, tampering?: Tampering) => (await run(chosen(choice), tampering)).connection;

/** State and expectation of an end when it has read or written a message. */
function standing(connection: Connection, at: Sender, direction: 'in' | 'out', name: string) {
  const stop = stopsOf(connection).find(
    ({ step }) =>
      step.type === 'message' && step.at === at && step.direction === direction && messageName(step.bytes) === name,
  );
  const { state, waitingFor } = endsAt(connection, stop?.done ?? Number.NaN)[at];
  return [state, ...waitingFor];
}

describe('flights', () => {
  const choices = [
    'v=1.3',
    'v=1.3&retry=1',
    'v=1.3&short=1&client=1',
    'v=1.3&resume=early-data',
    'v=1.3&update=1',
    'v=1.2',
    'v=1.2&resume=session-id',
  ];

  it.each(choices)('%s: are those of the records, with every stop once and in order', async choice => {
    const stops = stopsOf(await connectionOf(choice));
    const flights = flightsOf(stops);
    expect(flights.flatMap(flight => flight.stops)).toEqual(stops);
    const records = stops.flatMap(({ step }) => (step.type === 'record' ? [step.entry] : []));
    expect(flights.map(({ sender, entries }) => ({ sender, entries }))).toEqual(flightsOfRecords(records));
    // What an end writes stands in the flight in which it is sent, unless the other is still sending.
    for (const { sender, stops: inIt } of flights.slice(1)) {
      const [first] = inIt;
      const begins = first?.step.type === 'record' ? first.step.entry.sender : first?.step.at;
      expect(begins).toBe(sender);
    }
    const all = costsOf(stops, true);
    expect((all?.bytes.client ?? 0) + (all?.bytes.server ?? 0)).toBe(
      flights.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    for (const flight of flights) {
      const sentences = proseOf(flight).map(({ name, rest }) => name + rest);
      expect(sentences.length).toBeGreaterThan(0);
      expect(sentences.join('\n')).not.toMatch(/undefined|NaN|\[object|, \d+ bytes\.$/m);
    }
  });

  // RFC 9846 §2, §2.1, §2.2; RFC 5246 §7.3.
  it.each([
    ['v=1.3', 1],
    ['v=1.3&retry=1', 2],
    ['v=1.3&resume=ticket', 1],
    ['v=1.2', 2],
    ['v=1.2&resume=session-id', 1],
  ])('%s: takes round trips: %i', async (choice, roundTrips) => {
    expect(costsOf(stopsOf(await connectionOf(choice)))?.roundTrips).toBe(roundTrips);
  });

  it('cost nothing that can be told where the handshake was not completed', async () => {
    const connection = await connectionOf('v=1.3', { record: 1, action: 'drop' });
    expect(costsOf(stopsOf(connection))).toBeUndefined();
    expect(costsOf(stopsOf(connection), true)?.records).toBeGreaterThan(0);
  });
});

describe('the state of an end', () => {
  // RFC 9846 §A.1, §A.2.
  it.each([
    ['client', 'out', 'ClientHello', ['WAIT_SH', 'ServerHello']],
    ['client', 'in', 'ServerHello', ['WAIT_EE', 'EncryptedExtensions']],
    ['client', 'in', 'EncryptedExtensions', ['WAIT_CERT_CR', 'CertificateRequest', 'Certificate']],
    ['client', 'in', 'Certificate', ['WAIT_CV', 'CertificateVerify']],
    ['client', 'in', 'CertificateVerify', ['WAIT_FINISHED', 'Finished']],
    ['server', 'out', 'Finished', ['WAIT_FINISHED', 'Finished']],
  ] as const)('of TLS 1.3: %s, %s %s', async (at, direction, name, expected) => {
    expect(standing(await connectionOf('v=1.3'), at, direction, name)).toEqual(expected);
  });

  it('of TLS 1.3, where early data has an end', async () => {
    const connection = await connectionOf('v=1.3&resume=early-data');
    expect(standing(connection, 'server', 'out', 'Finished')).toEqual(['WAIT_EOED', 'EndOfEarlyData']);
  });

  it('of TLS 1.3, where the client shows a certificate', async () => {
    const connection = await connectionOf('v=1.3&client=1');
    expect(standing(connection, 'client', 'in', 'CertificateRequest')[0]).toBe('WAIT_CERT');
    expect(standing(connection, 'server', 'in', 'Certificate')[0]).toBe('WAIT_CV');
  });

  it('of TLS 1.2', async () => {
    const connection = await connectionOf('v=1.2');
    expect(standing(connection, 'client', 'in', 'Certificate')[1]).toBe('ServerKeyExchange');
    expect(standing(connection, 'server', 'out', 'ServerHelloDone')[1]).toBe('ClientKeyExchange');
    expect(standing(connection, 'server', 'in', 'ClientKeyExchange')[1]).toBe('ChangeCipherSpec');
    // It has what it waited for, and writes.
    expect(standing(connection, 'client', 'in', 'ServerHelloDone')).toHaveLength(1);
  });
});

describe('somebody in between is seen', () => {
  const seen = async (tampering: Tampering) => {
    const connection = await connectionOf('v=1.3&short=1', tampering);
    return connection.steps.flatMap(step => {
      const what = step.type === 'record' ? meddlingWith(step, tampering.action === 'swap') : undefined;
      return step.type !== 'record' || what === undefined ? [] : [[step.entry.number, what] as const];
    });
  };

  it('who changes a byte', async () => {
    const [first, ...others] = await seen({ record: 3, action: 'change', offset: 9, value: 1 });
    expect(first).toEqual([3, expect.objectContaining({ type: 'changed', offset: 9, to: 1 })]);
    expect(others).toEqual([]);
  });

  it.each([
    ['drop', [[3, 'dropped']]],
    ['repeat', [[3, 'repeated']]],
    [
      'swap',
      [
        [3, 'held'],
        [4, 'first'],
      ],
    ],
  ] as const)('who does this: %s', async (action, expected) => {
    const what = await seen({ record: 3, action });
    expect(what.map(([number, { type }]: readonly [number, Meddling]) => [number, type])).toEqual(expected);
  });

  it('and nobody where nobody is', async () => {
    const { steps } = await connectionOf('v=1.2');
    const records = steps.filter(step => step.type === 'record');
    expect(records.length).toBeGreaterThan(0);
    expect(records.filter(step => meddlingWith(step, false) !== undefined)).toEqual([]);
  });
});
