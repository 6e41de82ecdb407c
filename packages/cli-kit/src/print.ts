/** Output that is waited for. */
import type { Writable } from 'node:stream';

/** Writes, and waits until it is out. A reader who has gone is no error: there is nobody to tell. */
export function print(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, error => {
      if (error && !isGone(error)) reject(error);
      else resolve();
    });
  });
}

/** Whether it says that nobody reads any more: at the first write after that, or at one that follows. */
function isGone(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}
