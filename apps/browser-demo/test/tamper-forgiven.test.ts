/** What is forgiven, without a page: in every setting nothing but what is listed, with the section that says so. */
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../src/lab/outcome.ts';
import { run } from '../src/lab/run.ts';
import {
  choices,
  defaults,
  fromFragment,
  type Settings,
  settled,
  toFragment,
  type Version,
} from '../src/lab/settings.ts';
import { forgivenAt } from '../src/tamper/forgiven.ts';
import { recordsOf } from '../src/tamper/records.ts';
import { foremost, groupsOf, kindOf, planOf, type Trial } from '../src/tamper/trials.ts';

const seed = '000102030405060708090a0b0c0d0e0f';

/** Each value of each setting once, the others as usual; what is the same is run once. */
const all = new Map(
  (['1.3', '1.2'] as Version[]).flatMap(version =>
    Object.entries(choices).flatMap(([name, { values }]) =>
      values[version].map(value => {
        const settings = settled({ ...defaults(version, seed), [name]: value });
        return [toFragment(settings), settings] as const;
      }),
    ),
  ),
);

/** Of what is not a record's version. */
const SAMPLES = 16;

async function faultsOf(settings: Settings, trials: readonly Trial[]): Promise<readonly string[]> {
  const { connection: undisturbed } = await run(settings);
  const records = recordsOf(undisturbed);
  const faults: string[] = [];
  for (const trial of trials) {
    const entry = records[trial.record]!;
    const { connection } = await run(settings, trial);
    const kind = kindOf(outcomeOf(connection, undisturbed), entry, trial, settings.version);
    const isListed = forgivenAt(entry, trial.offset, settings.version) !== undefined;
    if (kind === 'fault') faults.push(`${trial.record}.${trial.offset} is taken as ${trial.value}`);
    if (kind === 'forgiven' && !isListed) faults.push(`${trial.record}.${trial.offset} is not listed`);
  }
  return faults;
}

describe('what is forgiven', () => {
  it.each([...all])('is listed: %s', async (_, settings) => {
    const records = recordsOf((await run(settings)).connection);
    const { trials } = planOf(records, 'flip', 0);
    const others = trials.filter(({ offset }) => offset !== 1 && offset !== 2);
    const step = others.length / SAMPLES;
    const sampled = Array.from({ length: SAMPLES }, (_, index) => others[Math.floor(index * step)] as Trial);
    const versions = trials.filter(({ offset }) => offset === 1 || offset === 2);
    expect(versions).toHaveLength(records.length * 2);
    expect(await faultsOf(settings, [...sampled, ...versions])).toEqual([]);
  });

  it.each(['v=1.3&psk=1', 'v=1.2&cert=ed25519&resume=session-id'])(
    'is listed, whatever bit of the hellos it is: %s',
    async choice => {
      const settings = fromFragment(`${choice}&seed=${seed}`)!;
      const hello = recordsOf((await run(settings)).connection).find(({ sender }) => sender === 'server')!;
      expect(await faultsOf(settings, planOf([hello], 'bits', hello.number).trials)).toEqual([]);
    },
    120_000,
  );

  it('is the version of records without keys, by the section of the version that is spoken', async () => {
    const sections = async (version: Version) => {
      const records = recordsOf((await run(defaults(version, seed))).connection);
      return records.map(entry => [0, 1, 2, 3, 5].map(offset => forgivenAt(entry, offset, version)?.section));
    };
    const [hello13, server13, , sealed13] = await sections('1.3');
    expect(hello13).toEqual([undefined, 'RFC 9846 §5.1', 'RFC 9846 §5.1', undefined, undefined]);
    expect(server13).toEqual(hello13);
    expect(sealed13).toEqual([undefined, undefined, undefined, undefined, undefined]);
    const [hello12, server12] = await sections('1.2');
    expect(hello12?.[1]).toBe('RFC 5246 §E.1');
    expect(server12?.[1]).toBe('RFC 9846 §E');
  });
});

describe('a plan', () => {
  it('has every byte, and each other value that is asked for', async () => {
    const records = recordsOf((await run(defaults('1.3', seed))).connection);
    const bytes = records.reduce((sum, { record }) => sum + record.bytes.length, 0);
    const flip = planOf(records, 'flip', 0);
    expect(flip.positions).toHaveLength(bytes);
    expect(flip.trials).toHaveLength(bytes);
    const bits = planOf(records, 'bits', 1);
    expect(bits.records).toEqual([1]);
    expect(bits.trials).toHaveLength(records[1]!.record.bytes.length * 8);
    for (const plan of [flip, bits, planOf(records, 'edges', 0)]) {
      for (const { record, offset, value } of plan.trials) {
        expect(records[record]!.record.bytes[offset]).not.toBe(value);
      }
      for (const { record, offset, trials } of plan.positions) {
        expect(trials.length).toBeGreaterThan(0);
        for (const trial of trials) expect(plan.trials[trial]).toMatchObject({ record, offset });
      }
    }
  });

  it('takes for a fault what was taken where no section says so', async () => {
    const [hello, , , sealed] = recordsOf((await run(defaults('1.3', seed))).connection);
    const at = (offset: number): Trial => ({ action: 'change', record: 0, offset, value: 0 });
    expect(kindOf({ type: 'accepted' }, hello!, at(2), '1.3')).toBe('forgiven');
    expect(kindOf({ type: 'accepted' }, hello!, at(20), '1.3')).toBe('fault');
    expect(kindOf({ type: 'accepted' }, sealed!, at(2), '1.3')).toBe('fault');
    expect(kindOf({ type: 'forged' }, hello!, at(2), '1.3')).toBe('fault');
    expect(foremost(['client', 'fault', 'waiting'])).toBe('fault');
    const waiting = { kind: 'waiting', outcome: { type: 'waiting', client: 'WAIT_SH', server: 'START' } } as const;
    expect([...groupsOf([waiting, waiting]).values()]).toEqual([
      { kind: 'waiting', alert: undefined, code: undefined, count: 2 },
    ]);
  });
});
