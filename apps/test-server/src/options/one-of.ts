import { suggestion, UsageError } from '@tlskit/cli-kit';

/** One of these names, in any case. @throws UsageError with the one that was probably meant */
export function oneOf<T extends string>(option: string, text: string, names: readonly T[]): T {
  const name = names.find(candidate => candidate === text.toLowerCase());
  if (name !== undefined) return name;
  throw new UsageError(`${option}: there is no ${JSON.stringify(text)}${suggestion(text, names)}`);
}
