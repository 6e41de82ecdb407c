/** Programs that are not ours to bring: where they are, says a module that tests of other folders ask too. */
interface Programs {
  readonly programs: Readonly<Record<'node24', string | undefined>>;
  readonly chromiumPath: string | undefined;
}

const module = new URL('../../runtimes/programs.mjs', import.meta.url);

export const { programs, chromiumPath } = (await import(module.href)) as Programs;
