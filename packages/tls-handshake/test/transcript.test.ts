import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { describe, expect, it } from 'vitest';
import { condense, Transcript } from '../src/index.ts';

const { sha256, sha384 } = createNobleProvider().hashes as Required<ReturnType<typeof createNobleProvider>['hashes']>;
const bytes = (...values: number[]) => Uint8Array.from(values);

describe('Transcript', () => {
  it('hashes what was added, before and after the hash was known', () => {
    const transcript = new Transcript();
    transcript.add(bytes(1));
    transcript.use(sha256);
    transcript.add(bytes(2));
    expect(transcript.hash()).toEqual(sha256.digest(bytes(1, 2)));
    transcript.add(bytes(3));
    expect(transcript.hash()).toEqual(sha256.digest(bytes(1, 2, 3)));
  });

  it('keeps copies: the caller may write to his bytes', () => {
    const transcript = new Transcript();
    const message = bytes(1, 2);
    transcript.add(message);
    message.fill(0);
    transcript.use(sha256);
    expect(transcript.hash()).toEqual(sha256.digest(bytes(1, 2)));
  });

  it('forgets, and says so to whoever asks', () => {
    const transcript = new Transcript();
    transcript.use(sha256);
    transcript.add(Uint8Array.of(1));
    const fork = transcript.fork();
    const before = fork.hash();
    transcript.forget();
    expect(() => transcript.hash()).toThrow(/no hash function/);
    // What somebody took of it before is his own.
    expect(fork.hash()).toEqual(before);
  });

  it('condenses the first ClientHello into message_hash (RFC 9846 §4.1)', () => {
    const transcript = new Transcript();
    transcript.add(bytes(1, 0, 0, 0));
    transcript.add(bytes(2, 0, 0, 0));
    condense(transcript, sha256);
    transcript.use(sha256);
    expect(transcript.hash()).toEqual(
      sha256.digest(bytes(254, 0, 0, 32), sha256.digest(bytes(1, 0, 0, 0)), bytes(2, 0, 0, 0)),
    );
  });

  it('forks into independent copies', () => {
    for (const early of [true, false]) {
      const transcript = new Transcript();
      transcript.add(bytes(1));
      if (!early) transcript.use(sha256);
      const fork = transcript.fork();
      fork.add(bytes(9));
      transcript.add(bytes(2));
      fork.use(sha256);
      transcript.use(sha256);
      expect(fork.hash()).toEqual(sha256.digest(bytes(1, 9)));
      expect(transcript.hash()).toEqual(sha256.digest(bytes(1, 2)));
    }
  });

  it('has one hash function, and none at first', () => {
    const transcript = new Transcript();
    expect(() => transcript.hash()).toThrow(/no hash function/);
    expect(() => condense(transcript, sha256)).toThrow(/no ClientHello/);
    transcript.use(sha384);
    transcript.use(sha384);
    expect(() => transcript.use(sha256)).toThrow(/sha384/);
  });
});
