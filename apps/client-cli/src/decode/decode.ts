/** `tlskit decode`: bytes, and what each of them is. */
import { print, printable, printableJson } from '@tlskit/cli-kit';
import { exitCode } from '../exit-codes.ts';
import { fromFile } from '../files.ts';
import { type Io, wantsColor } from '../io.ts';
import { type Decoded, decode } from './decoded.ts';
import { FormError, type Input, readInput } from './input.ts';
import { decodeSettings } from './options.ts';
import { decodeObject, decodeText } from './report.ts';

/** @returns the exit code. @throws UsageError */
export async function runDecode(args: readonly string[], io: Io): Promise<number> {
  const settings = decodeSettings(args);
  const keyLog = settings.keyLog === undefined ? '' : fromFile('--keylog', settings.keyLog, String);
  let input: Input;
  try {
    input = await readInput(settings, io);
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    await print(io.stderr, `tlskit: ${printable(settings.target)}: ${printable(error.message)}\n`);
    return exitCode('handshake');
  }
  const decoded = decode(input, settings, keyLog);
  const code = exitCode(isFaulty(decoded) ? 'handshake' : 'good');
  const color = wantsColor({ stderr: io.stdout, env: io.env });
  const text = settings.json
    ? `${printableJson(decodeObject(decoded, input, settings, code))}\n`
    : decodeText(decoded, settings, { color, full: settings.full });
  await print(io.stdout, text);
  return code;
}

function isFaulty({ items, fault }: Decoded): boolean {
  return fault !== undefined || items.some(item => item.fault !== undefined);
}
