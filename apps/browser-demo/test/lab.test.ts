/** Runs without a page: whatever is chosen completes, twice the same; and what somebody in between does is noticed. */
import { describe, expect, it } from 'vitest';
import { type Connection, run } from '../src/lab/run.ts';
import {
  choices,
  defaults,
  fromFragment,
  type Settings,
  settled,
  toFragment,
  type Version,
} from '../src/lab/settings.ts';

const seed = '000102030405060708090a0b0c0d0e0f';

/** Each value of each setting once, the others as usual. */
const all: Settings[] = (['1.3', '1.2'] as Version[]).flatMap(version =>
  Object.entries(choices).flatMap(([name, { values }]) =>
    values[version].map(value => settled({ ...defaults(version, seed), [name]: value })),
  ),
);

function wire({ steps }: Connection): string[] {
  return steps.flatMap(step => (step.type === 'record' ? [Buffer.from(step.entry.record.bytes).toString('hex')] : []));
}

function closing({ steps }: Connection) {
  return steps.flatMap(step => (step.type === 'closed' ? [[step.at, step.error?.code]] : []));
}

describe('a run', () => {
  it.each(all.map(settings => [toFragment(settings), settings] as const))(
    '%s completes, and replays',
    async (_, settings) => {
      const { connection, before } = await run(settings);
      expect(closing(connection)).toEqual(
        expect.arrayContaining([
          ['client', undefined],
          ['server', undefined],
        ]),
      );
      expect(connection.info).toMatchObject({
        protocol: `TLSv${settings.version}`,
        cipherSuite: { name: settings.suite },
        resumed: settings.resumption !== 'none',
        helloRetry: settings.helloRetry,
        alpn: settings.alpn ? 'http/1.1' : undefined,
      });
      const early = connection.steps.filter(step => step.type === 'data' && step.early);
      expect(early).toHaveLength(settings.resumption === 'early-data' ? 1 : 0);
      const again = await run(settings);
      expect(wire(again.connection)).toEqual(wire(connection));
      if (before !== undefined) expect(wire(again.before!)).toEqual(wire(before));
    },
  );

  it('differs by its seed', async () => {
    const other = await run(defaults('1.3', 'f'.repeat(32)));
    expect(wire(other.connection)[0]).not.toBe(wire((await run(defaults('1.3', seed))).connection)[0]);
  });
});

describe('a link', () => {
  it.each(all.map(settings => [toFragment(settings), settings] as const))('%s says all', (fragment, settings) => {
    expect(fromFragment(fragment)).toEqual(settings);
  });
});
