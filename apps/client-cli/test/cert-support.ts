/** A chain that `tlskit cert` looks at, and what it says of it. */
import { toPem } from '@tlskit/tls-testing';
import { ca, file } from './support.ts';

export const intermediate = await ca.intermediate({ subject: { CN: 'Test intermediate' } });
export const leaf = await intermediate.issue({ names: ['localhost', '127.0.0.1'] });
export const pem = (...certificates: readonly Uint8Array[]): string =>
  certificates.map(der => toPem('CERTIFICATE', der)).join('');
export const roots = (): string[] => ['--roots', file(ca.pem)];
export const [own, above] = leaf.chain as [Uint8Array, Uint8Array];

/** What stands behind a label of the report, line by line. */
export function behind(label: string, text: string): string[] {
  const lines = text.split('\n');
  const start = lines.findIndex(line => line.startsWith(label.padEnd(14)));
  const end = lines.findIndex((line, i) => i > start && !line.startsWith(' '.repeat(14)));
  return start === -1 ? [] : lines.slice(start, end).map(line => line.slice(14));
}
