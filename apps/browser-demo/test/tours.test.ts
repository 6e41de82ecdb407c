/** Guided tours, without a page: what they speak of is there in every run of theirs. */
import { describe, expect, it } from 'vitest';
import { fieldAt } from '../src/lab/fields.ts';
import { derivedBy } from '../src/lab/key-nodes.ts';
import { keySchedule13 } from '../src/lab/key-schedule.ts';
import { keySchedule12 } from '../src/lab/key-schedule12.ts';
import { run } from '../src/lab/run.ts';
import { stopOf, type TourStep, tours } from '../src/learn/tours.ts';
import { fromLink, toLink } from '../src/state/link.ts';
import { recordAt, stopsOf } from '../src/state/stops.ts';
import { tourNames, tourSettings } from '../src/state/tour.ts';
import { texts } from '../src/texts/tours.ts';

const seeds = ['000102030405060708090a0b0c0d0e0f', 'f'.repeat(32), '5a'.repeat(16)];

const all = tourNames.flatMap(name => seeds.map(seed => [name, seed] as const));

describe('a guided tour', () => {
  it.each(all)('%s finds what it speaks of, with the seed %s', async (name, seed) => {
    const settings = tourSettings(name, seed);
    const { connection, before } = await run(settings);
    const shown = { connection, before, live: false };
    for (const step of tours[name] as readonly TourStep[]) {
      const stop = stopOf(step, shown);
      expect(stop, step.key).toBeDefined();
      const where = step.before ? before! : connection;
      if (step.field !== undefined) {
        const records = where.steps.flatMap(each => (each.type === 'record' ? [each.entry] : []));
        const found = fieldAt(records[recordAt(stopsOf(where), stop!.number)!]!, step.field);
        const name = step.field.split('.').at(-1)!;
        const field = found?.trail.at(-1);
        expect([field?.label, field?.text], `${step.key}: ${step.field}`).toContain(name);
      }
      if (step.node !== undefined) {
        // Both ends have it by then, whichever of them is looked at.
        for (const at of ['client', 'server'] as const) {
          const derived = derivedBy(where, at).filter(each => each.step < stop!.done);
          const schedule = (settings.version === '1.3' ? keySchedule13 : keySchedule12)(derived);
          expect(
            schedule.map(node => node.name),
            `${step.key}, ${at}`,
          ).toContain(step.node);
        }
      }
    }
  });

  it.each(tourNames)('%s has a dozen steps, with as many texts', name => {
    const keys = tours[name].map(({ key }) => key);
    expect(new Set(keys).size).toBe(12);
    expect(Object.keys(texts.tours[name].steps)).toEqual(keys);
    for (const { title, text, section } of Object.values(texts.tours[name].steps)) {
      expect(title.length).toBeLessThan(50);
      // Two to four sentences: a section sign or a number with a point ends none.
      expect(text.split(/[.:?](?= [A-Z])/).length, title).toBeGreaterThanOrEqual(2);
      expect(text.length, title).toBeLessThan(480);
      expect(section).toMatch(/^RFC \d{4} §/);
    }
  });

  it('goes another way where the connection is another', async () => {
    const { connection } = await run(tourSettings('tls13', seeds[0]!));
    const shown = { connection, before: undefined, live: false };
    const found = (tours.resumption as readonly TourStep[]).filter(step => stopOf(step, shown) !== undefined);
    expect(found.map(({ key }) => key)).not.toContain('ticket');
    expect(found.map(({ key }) => key)).not.toContain('earlyData');
  });

  it('is in a link', () => {
    const tour = { name: 'tls12', step: 3 } as const;
    const link = {
      settings: tourSettings('tls12', seeds[0]!),
      tampering: undefined,
      view: 'keys',
      stop: 4,
      before: false,
      tour,
    } as const;
    expect(toLink(link)).toContain('tour=tls12.4');
    expect(fromLink(toLink(link))).toEqual(link);
    expect(fromLink('tour=resumption')).toMatchObject({
      settings: tourSettings('resumption'),
      tour: { name: 'resumption', step: 0 },
    });
    for (const none of ['tls14.1', 'tls13.0', 'tls13.x', 'tls13.100', '']) {
      expect(fromLink(`v=1.3&seed=${seeds[0]}&tour=${none}`)?.tour, none).toBeUndefined();
    }
  });
});
