/** `tlskit` in this process, from its sources. */
import { Readable, Writable } from 'node:stream';
import { main } from '../../../apps/client-cli/src/main.ts';

export interface CliOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param stdin all of it */
export async function tlskit(args: readonly string[], stdin = ''): Promise<CliOutcome> {
  const [stdout, stderr] = [new Text(), new Text()];
  const input = Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]);
  const signal = new AbortController().signal;
  const code = await main(args, { stdin: input, stdout, stderr, env: {}, signal });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Keeps what is written. */
class Text extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.text += chunk.toString();
    callback();
  }
}
