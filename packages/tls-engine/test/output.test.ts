/** What the engine gives to be written: few parts, since each costs a call, and large ones without a copy. */

import { createSealer13 } from '@tlskit/tls-record';
import { expect, it } from 'vitest';
import { pair, provider, pump, takeAll } from './support.ts';

function open() {
  const ends = pair({ cipherSuites: [0x1301] });
  pump(ends);
  const parts = (...writes: number[]) => {
    for (const length of writes) ends.client.engine.write(new Uint8Array(length).fill(7));
    const output = ends.client.engine.takeOutput();
    for (const part of output) ends.server.engine.receive(part);
    return output.map(({ length }) => length);
  };
  return { ends, parts };
}

it('a small record is one part, and so are many', () => {
  const { ends, parts } = open();
  expect(parts(64)).toEqual([64 + 22]);
  expect(parts(1, 2, 3, 1000)).toEqual([1006 + 4 * 22]);
  expect(ends.server.bytes).toHaveLength(1070);
});

it('between large ciphertexts a tag and the next header are one', () => {
  const { ends, parts } = open();
  expect(parts(3 * 16_384)).toEqual([5, 16_385, 21, 16_385, 21, 16_385, 16]);
  expect(parts(10, 16_384, 10)).toEqual([32 + 5, 16_385, 16 + 32]);
  expect(ends.server.bytes).toHaveLength(4 * 16_384 + 20);
});

it('there are none where there is nothing, which costs no call to find out', () => {
  const { ends } = open();
  expect(ends.client.engine.hasOutput).toBe(false);
  ends.client.engine.write(Uint8Array.of(1));
  expect(ends.client.engine.hasOutput).toBe(true);
  takeAll(ends.client.engine);
  expect(ends.client.engine.hasOutput).toBe(false);
  expect(ends.client.engine.takeOutput()).toEqual([]);
});

it('what is taken stays as it was when more is sealed, here and by others', () => {
  const { ends } = open();
  ends.client.engine.write(new Uint8Array(20_000).fill(1));
  const output = ends.client.engine.takeOutput();
  const before = output.map(part => part.slice());
  ends.client.engine.write(new Uint8Array(20_000).fill(2));
  const aead = provider.aeads['aes-128-gcm'];
  if (aead === undefined) throw new Error('the provider lacks AES');
  createSealer13(aead, new Uint8Array(16), new Uint8Array(12)).seal(23, new Uint8Array(16_384).fill(3));
  expect(output).toEqual(before);
});
