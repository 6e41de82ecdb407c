/** Records by agreement, by the options of the Node face (RFC 8449, RFC 6066 §4). */
import type { RecordObservation } from '@tlskit/tls-record';
import { describe, expect, it } from 'vitest';
import { type ConnectOptions, connect, createServer, type TlsServerOptions } from '../src/node/index.ts';
import { credential, listening, readAll, stop, trust } from './support.ts';

/** What a client received: the longest protected record, in bytes of plaintext, of an answer of 20,000 bytes. */
async function exchange(server: Partial<TlsServerOptions>, client: Partial<ConnectOptions>) {
  const own = await listening({ ...credential, ...server }, socket => void socket.end(new Uint8Array(20_000)));
  let longest = 0;
  const record = ({ direction, innerType, content, padding = 0 }: RecordObservation) => {
    if (direction === 'in' && innerType !== undefined) longest = Math.max(longest, content.length + padding + 1);
  };
  const socket = connect({ host: '127.0.0.1', port: own.port, trust, inspect: { record }, ...client });
  expect(await readAll(socket)).toHaveLength(20_000);
  const { recordSizeLimit, maxFragmentLength } = socket.info ?? {};
  await stop(own.server);
  return { longest, recordSizeLimit, maxFragmentLength };
}

describe('the length of records', () => {
  it('is the client’s to bound, with any server', async () => {
    expect(await exchange({}, { recordSizeLimit: 1000 })).toEqual({
      longest: 1000,
      recordSizeLimit: { send: 16_385, receive: 1000 },
      maxFragmentLength: undefined,
    });
  });

  it('is bounded the other way too', async () => {
    const { recordSizeLimit } = await exchange({ recordSizeLimit: 64 }, { recordSizeLimit: 16_385 });
    expect(recordSizeLimit).toEqual({ send: 64, receive: 16_385 });
  });

  it('is bounded in the older way', async () => {
    expect(await exchange({}, { maxFragmentLength: 512 })).toEqual({
      longest: 512,
      recordSizeLimit: undefined,
      maxFragmentLength: 512,
    });
  });

  it('is not bounded where nobody asks, nor by a server that was told not to', async () => {
    const unbounded = { longest: 16_385, recordSizeLimit: undefined, maxFragmentLength: undefined };
    expect(await exchange({ recordSizeLimit: 64 }, {})).toEqual(unbounded);
    expect(await exchange({ recordSizeLimit: false }, { recordSizeLimit: 64 })).toEqual(unbounded);
    expect(await exchange({ maxFragmentLength: false }, { maxFragmentLength: 512 })).toEqual(unbounded);
  });
});

describe('records that grow', () => {
  const sent = async (options: Partial<TlsServerOptions>) => {
    const lengths: number[] = [];
    const record = ({ direction, type, bytes }: RecordObservation) => {
      if (direction === 'in' && type === 23) lengths.push(bytes.length - 22);
    };
    const own = await listening({ ...credential, tickets: false, ...options }, socket => {
      lengths.length = 0;
      socket.end(new Uint8Array(100_000));
    });
    const socket = connect({ host: '127.0.0.1', port: own.port, trust, inspect: { record } });
    expect(await readAll(socket)).toHaveLength(100_000);
    await stop(own.server);
    // Those of the handshake, and close_notify at the end, are no data.
    const data = lengths.slice(lengths.lastIndexOf(32 + 4) + 1, -1);
    return { first: data[0], longest: Math.max(...data), small: data.filter(length => length === data[0]).length };
  };

  it('are small until 64 KiB are out', async () => {
    expect(await sent({ dynamicRecords: true })).toMatchObject({ first: 1360, longest: 16_384 });
  });

  it('are as the option says', async () => {
    const given = { small: 500, growAfter: 2000, idle: 60_000 };
    expect(await sent({ dynamicRecords: given })).toEqual({ first: 500, longest: 16_384, small: 4 });
  });

  it('are not, by default', async () => {
    expect(await sent({})).toMatchObject({ first: 16_384 });
    expect(await sent({ dynamicRecords: false, recordSize: 900 })).toMatchObject({ first: 900, longest: 900 });
  });
});

describe('options', () => {
  const client = (options: object) => () => connect({ port: 1, trust, ...options } as ConnectOptions);
  const server = (options: object) => () => createServer({ ...credential, ...options } as TlsServerOptions);
  it.each([
    [
      'a small record of 63 bytes',
      client({ dynamicRecords: { small: 63 } }),
      'dynamicRecords.small is a whole number from 64',
    ],
    [
      'a small record that is longer than long ones',
      server({ recordSize: 1000, dynamicRecords: { small: 1001 } }),
      'dynamicRecords.small is a whole number from 64 to 1000, not 1001',
    ],
    ['a misspelt part', client({ dynamicRecords: { smal: 100 } }), "no option 'smal': did you mean 'small'"],
    ['what says neither yes nor no', client({ dynamicRecords: 1 }), 'dynamicRecords takes an object of options, not 1'],
    ['a limit of 63', client({ recordSizeLimit: 63 }), 'recordSizeLimit is a whole number from 64 to 16385, not 63'],
    ['a limit of 16,386', server({ recordSizeLimit: 16_386 }), 'recordSizeLimit is a whole number'],
    ['a limit that is true', client({ recordSizeLimit: true }), 'recordSizeLimit is a whole number'],
    ['a length that there is not', client({ maxFragmentLength: 256 }), 'maxFragmentLength is 512, 1024, 2048 or 4096'],
    ['a length for a server', server({ maxFragmentLength: 512 }), 'maxFragmentLength is true or false, not 512'],
  ])('%s is refused', (_what, make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_TLS_INVALID_OPTION' }));
    expect(make).toThrow(message);
  });
});
