/** What a server takes, found by taking away what it chose, and asking again, until it chooses nothing. */

export interface Choice<T> {
  readonly code: number;
  /** What came with it. */
  readonly value: T;
}

export interface Excluded<T> {
  /** In the order of the choices. */
  readonly found: readonly Choice<T>[];
  /** What the server chose though it was not offered, which ended the search. */
  readonly unoffered: number | undefined;
}

/**
 * At most one question for each candidate, and one more.
 * @param ask offers these; undefined where the server refuses them all
 */
export async function exclude<T>(
  candidates: readonly number[],
  ask: (offered: readonly number[]) => Promise<Choice<T> | undefined>,
): Promise<Excluded<T>> {
  const found: Choice<T>[] = [];
  let offered = candidates;
  while (offered.length > 0) {
    const choice = await ask(offered);
    if (choice === undefined) break;
    if (!offered.includes(choice.code)) return { found, unoffered: choice.code };
    found.push(choice);
    offered = offered.filter(code => code !== choice.code);
  }
  return { found, unoffered: undefined };
}

/** Whose order decides; undefined where there is nothing to decide. */
export type Preference = 'server' | 'client';

/**
 * Whose order decides among what was found by {@link exclude}: what was chosen first is offered last.
 * @param ask the code that the server chooses of these
 */
export async function preferenceOf(
  found: readonly number[],
  ask: (offered: readonly number[]) => Promise<number | undefined>,
): Promise<Preference | undefined> {
  const [first, ...rest] = found;
  if (first === undefined || rest.length === 0) return undefined;
  const again = await ask([...rest, first]);
  if (again === undefined) return undefined;
  return again === first ? 'server' : 'client';
}
