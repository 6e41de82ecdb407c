/** `tlskit` in this process, from its sources. */
import { Readable, Writable } from 'node:stream';
import { main } from '../../../apps/client-cli/src/main.ts';

export interface CliOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param stdin all of it */
export async function tlskit(args: readonly string[], stdin: string | Readable = ''): Promise<CliOutcome> {
  const [stdout, stderr] = [new Text(), new Text()];
  const input = typeof stdin === 'string' ? Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]) : stdin;
  const signal = new AbortController().signal;
  const code = await main(args, { stdin: input, stdout, stderr, env: {}, signal });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Input that says something and does not end: some servers that read our close_notify before they have answered close without their own. */
export function unended(text: string): Readable {
  const input = new Readable({ read() {} });
  if (text !== '') input.push(text);
  return input;
}

/** Keeps what is written. */
class Text extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.text += chunk.toString();
    callback();
  }
}
