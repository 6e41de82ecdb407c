import { Duplex } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { dismiss, send } from '../src/node/transport.ts';

/** Writes when it is told to, ends when it is told to. */
class Slow extends Duplex {
  written: string[] = [];
  release: (() => void)[] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, callback: () => void): void {
    this.written.push(String(chunk));
    this.release.push(callback);
  }
}

const ticks = () => new Promise(resolve => setImmediate(resolve));

describe('a transport that is dismissed', () => {
  it('is ended, and destroyed when all is out', async () => {
    const transport = new Slow();
    transport.write('last words');
    dismiss(transport, false);
    await ticks();
    expect([transport.writableEnded, transport.destroyed]).toEqual([true, false]);
    transport.release.shift()?.();
    await ticks();
    expect([transport.written, transport.destroyed]).toEqual([['last words'], true]);
  });

  it('is read on until the peer has ended, so that TCP sends no reset', async () => {
    const transport = new Slow();
    dismiss(transport, true);
    await ticks();
    expect([transport.writableFinished, transport.destroyed]).toEqual([true, false]);
    transport.push('whatever');
    await ticks();
    expect([transport.readableLength, transport.destroyed]).toEqual([0, false]);
    transport.push(null);
    await ticks();
    expect(transport.destroyed).toBe(true);
  });

  it('is not ended by the end of the peer before all is out', async () => {
    const transport = new Slow();
    transport.write('last words');
    dismiss(transport, true);
    transport.push(null);
    await ticks();
    expect(transport.destroyed).toBe(false);
    transport.release.shift()?.();
    await ticks();
    expect(transport.destroyed).toBe(true);
  });

  it('is not waited for for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const transport = new Slow();
      transport.write('nobody takes this');
      dismiss(transport, true);
      vi.advanceTimersByTime(999);
      expect(transport.destroyed).toBe(false);
      vi.advanceTimersByTime(1);
      expect(transport.destroyed).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  it('may fail meanwhile, which nobody need hear of', async () => {
    const transport = new Slow();
    dismiss(transport, true);
    transport.destroy(new Error('too late to matter'));
    await ticks();
    expect(transport.destroyed).toBe(true);
  });
});

describe('parts', () => {
  it('go out in one write where the transport can', async () => {
    const writes: number[] = [];
    const transport = new Duplex({
      read() {},
      writev(chunks, callback) {
        writes.push(chunks.length);
        callback();
      },
      write(_chunk, _encoding, callback) {
        writes.push(1);
        callback();
      },
    });
    expect(send(transport, [Buffer.from('z')])).toBe(true);
    expect(writes.splice(0)).toEqual([1]);
    expect(send(transport, [Buffer.from('a'), Buffer.from('b'), Buffer.from('c')])).toBe(true);
    expect(writes).toEqual([3]);
    expect(send(transport, [Buffer.alloc(1 << 20), Buffer.from('d')])).toBe(false);
    expect(writes).toEqual([3, 2]);
    transport.destroy();
    expect(send(transport, [Buffer.from('d')])).toBe(true);
    expect(writes).toEqual([3, 2]);
  });
});
