/** A guest that is a process: a request is a line that comes in, a reply one that goes out, in whatever order they are ready. */
import { type Platform, perform, type Request } from '../scenarios.ts';

export function serveLines(platform: Platform): void {
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() as string;
    for (const line of lines) void answer(JSON.parse(line));
  });
  process.stdin.on('end', () => process.exit());

  async function answer({ id, ...request }: Request & { readonly id: number }): Promise<void> {
    process.stdout.write(`${JSON.stringify({ id, ...(await perform(platform, request)) })}\n`);
  }
}
