/**
 * Takes checks away, one at a time, and sees whether tests tell. Nothing is written: a file is changed on its way into the worker
 * that runs the tests, and the worker ends with the run.
 */
import { createVitest, type Vitest } from 'vitest/node';
import type { Entry } from './ledger.ts';
import { type Mutation, patternOf, type Test } from './row.ts';
import { root, type Sources } from './sources.ts';

/** What came of one row. */
export interface Verdict {
  readonly id: string;
  readonly mutation: Mutation;
  /** `stale` when its snippet is not in the file, once; `mute` when the tests do not pass, or are not there, without it. */
  readonly outcome: 'killed' | 'survived' | 'stale' | 'mute';
  /** What failed, or what is wrong. */
  readonly detail: string;
}

/** A mutation with all rows that name it. */
export interface Job {
  readonly mutation: Mutation;
  readonly entries: readonly Entry[];
}

/** The longest that the tests of one mutation may take, in milliseconds. */
const PATIENCE = 120_000;

/** One of so many parts of equal size, by its number from 1 on: neighbours have test files in common, and stay together. */
export function part<T>(all: readonly T[], number: number, of: number): readonly T[] {
  const [begin, end] = [number - 1, number].map(edge => Math.round((edge * all.length) / of));
  return all.slice(begin, end);
}

/**
 * The verdict on each mutation of each row.
 * @param workers how many run tests at the same time
 * @param report called as verdicts come
 * @throws Error when tests run for ever: a mutation must not make a loop without end
 */
export async function mutate(
  jobs: readonly Job[],
  sources: Sources,
  workers: number,
  report: (verdict: Verdict) => void,
): Promise<Verdict[]> {
  const shares = Array.from({ length: workers }, (_, i) => part(jobs, i + 1, workers));
  const verdicts = await Promise.all(shares.filter(own => own.length > 0).map(own => work(own, sources, report)));
  return verdicts.flat();
}

async function work(jobs: readonly Job[], sources: Sources, report: (verdict: Verdict) => void): Promise<Verdict[]> {
  const runner = await Runner.start();
  try {
    const usual = await runner.run(undefined, jobs.flatMap(testsOf));
    const verdicts: Verdict[] = [];
    for (const job of jobs) {
      for (const verdict of staleness(job, sources) ?? (await judge(runner, job, usual))) {
        verdicts.push(verdict);
        report(verdict);
      }
    }
    return verdicts;
  } finally {
    await runner.close();
  }
}

/** The verdicts on a mutation whose snippet is not where it should be. */
function staleness({ mutation, entries }: Job, sources: Sources): Verdict[] | undefined {
  const times = (sources.text(mutation.file) ?? '').split(mutation.find).length - 1;
  if (times === 1) return undefined;
  return entries.map(entry => verdict(entry, mutation, 'stale', `it stands there ${times} times`));
}

async function judge(runner: Runner, { mutation, entries }: Job, usual: Results): Promise<Verdict[]> {
  const able = entries.filter(entry => mutesOf(entry, usual).length === 0);
  const mute = entries.filter(entry => !able.includes(entry));
  const results =
    able.length === 0
      ? undefined
      : await runner.run(
          mutation,
          able.flatMap(entry => entry.tests),
        );
  return [
    ...mute.map(entry => verdict(entry, mutation, 'mute', mutesOf(entry, usual).join('; '))),
    ...able.map(entry => {
      if (results === undefined || !runner.applied) return verdict(entry, mutation, 'stale', 'the tests never load it');
      const failed = entry.tests.flatMap(test => results.of(test)).filter(({ passed }) => !passed);
      const [first] = failed;
      return verdict(entry, mutation, first === undefined ? 'survived' : 'killed', first?.name ?? '');
    }),
  ];
}

function verdict({ id }: Entry, mutation: Mutation, outcome: Verdict['outcome'], detail: string): Verdict {
  return { id, mutation, outcome, detail };
}

/** Tests that say nothing, since they fail, or do not run, as things are. */
function mutesOf({ tests }: Entry, usual: Results): string[] {
  return tests.flatMap(test => {
    const ran = usual.of(test);
    if (ran.length === 0) return [`no test ran by the name of “${test.title}” in ${test.file}`];
    return ran.filter(({ passed }) => !passed).map(({ name }) => `“${name}” fails without any mutation`);
  });
}

/** The mutations of rows, in the order of the files that test them: those run as they are only once in a worker, and are transformed once. */
export function jobsOf(entries: readonly Entry[]): Job[] {
  const jobs = new Map<string, { mutation: Mutation; entries: Entry[] }>();
  for (const entry of entries) {
    for (const mutation of entry.mutations) {
      const key = JSON.stringify([mutation.file, mutation.find, mutation.replace]);
      const job = jobs.get(key) ?? { mutation, entries: [] };
      job.entries.push(entry);
      jobs.set(key, job);
    }
  }
  const file = (job: Job) => testsOf(job)[0]?.file ?? '';
  return [...jobs.values()].sort((a, b) => file(a).localeCompare(file(b)));
}

const testsOf = ({ entries }: Job): Test[] => entries.flatMap(entry => entry.tests);

interface Result {
  readonly file: string;
  readonly name: string;
  readonly passed: boolean;
}

class Results {
  readonly #all: readonly Result[];

  constructor(all: readonly Result[]) {
    this.#all = all;
  }

  of(test: Test): Result[] {
    const pattern = patternOf(test);
    return this.#all.filter(result => result.file === test.file && pattern.test(result.name));
  }
}

/** One vitest for all runs: sources are transformed once, but for the file that a mutation changes. */
class Runner {
  readonly #vitest: Vitest;
  readonly #changing: { mutation: Mutation | undefined; applied: boolean };

  private constructor(vitest: Vitest, changing: { mutation: Mutation | undefined; applied: boolean }) {
    this.#vitest = vitest;
    this.#changing = changing;
  }

  static async start(): Promise<Runner> {
    const changing: { mutation: Mutation | undefined; applied: boolean } = { mutation: undefined, applied: false };
    const conditions = ['@tlskit/source', 'module', 'node', 'development|production'];
    const vitest = await createVitest(
      'test',
      {
        root,
        config: false,
        watch: false,
        include: ['{packages,apps,tooling}/*/test/**/*.test.ts'],
        reporters: [{}],
        pool: 'threads',
        maxWorkers: 1,
        // A peer that waits for what a mutation took away waits in vain.
        testTimeout: 10_000,
        hookTimeout: 60_000,
      },
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        server: { watch: null, hmr: false },
        logLevel: 'error',
        plugins: [
          {
            name: 'tlskit-mutation',
            enforce: 'pre',
            transform(code, id) {
              const { mutation } = changing;
              if (mutation === undefined || id.split('?')[0] !== root + mutation.file) return undefined;
              changing.applied = true;
              return { code: code.replace(mutation.find, () => mutation.replace), map: null };
            },
          },
        ],
      },
    );
    return new Runner(vitest, changing);
  }

  /** Whether the last run met the file that was to be changed. */
  get applied(): boolean {
    return this.#changing.applied;
  }

  async run(mutation: Mutation | undefined, tests: readonly Test[]): Promise<Results> {
    this.#forget();
    this.#changing.mutation = mutation;
    this.#changing.applied = false;
    this.#forget();
    const project = this.#vitest.getRootProject();
    const files = [...new Set(tests.map(({ file }) => file))];
    this.#vitest.setGlobalTestNamePattern(
      new RegExp([...new Set(tests.map(test => patternOf(test).source))].join('|')),
    );
    const specifications = files.map(file => project.createSpecification(root + file));
    const { testModules } = await patient(this.#vitest.runTestSpecifications(specifications), mutation);
    return new Results(
      testModules.flatMap(module => {
        const file = module.moduleId.slice(root.length);
        // A module that does not even load fails all its tests.
        const broken = module.errors().length > 0 && mutation !== undefined;
        if (broken) return tests.map(({ title }) => ({ file, name: title, passed: false }));
        return [...module.children.allTests()]
          .filter(test => test.result().state === 'passed' || test.result().state === 'failed')
          .map(test => ({ file, name: test.fullName, passed: test.result().state === 'passed' }));
      }),
    );
  }

  async close(): Promise<void> {
    await this.#vitest.close();
  }

  #forget(): void {
    const file = this.#changing.mutation?.file;
    if (file !== undefined) this.#vitest.invalidateFile(root + file);
  }
}

async function patient<T>(run: Promise<T>, mutation: Mutation | undefined): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const what = mutation === undefined ? 'without a mutation' : `with “${mutation.find}” in ${mutation.file} changed`;
    timer = setTimeout(
      () => reject(new Error(`the tests run for ever ${what}`)),
      mutation === undefined ? PATIENCE * 5 : PATIENCE,
    );
  });
  try {
    return await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}
