import { describe, expect, it } from 'vitest';
import { describe as describeOptions, markdown, nearest, parse, UsageError } from '../src/command-line.ts';

const rows = {
  cacert: { value: 'FILE', elsewhere: ['cafile'], help: 'Trust these.' },
  insecure: { short: 'k', conflicts: ['cacert'], help: 'Trust everybody.' },
  cert: { value: 'FILE', many: true, help: 'One of several.' },
  json: { help: 'As JSON.' },
} as const;

describe('options', () => {
  it('come as they were given, with positionals among them', () => {
    expect(parse(rows, ['a', '--cacert', 'x', 'b', '--json', '--cert=1', '--cert', '2'])).toEqual({
      values: { cacert: 'x', json: true, cert: ['1', '2'] },
      positionals: ['a', 'b'],
    });
    expect(parse(rows, ['-k', '--', '--json'])).toEqual({ values: { insecure: true }, positionals: ['--json'] });
    expect(parse(rows, ['--cacert=-x']).values.cacert).toBe('-x');
    expect(parse(rows, ['--cacert', '-']).values.cacert).toBe('-');
  });

  it.each([
    [['--cacrt', 'x'], 'unknown option --cacrt, did you mean --cacert?'],
    [['--insec'], 'unknown option --insec, did you mean --insecure?'],
    [['--JSON'], 'unknown option --JSON, did you mean --json?'],
    [['--xyzzy'], 'unknown option --xyzzy'],
    [['--no-json'], 'unknown option --no-json'],
    [['--constructor'], 'unknown option --constructor'],
    [['-x'], 'unknown option -x'],
    [['-CAfile', 'x'], 'unknown option -CAfile, did you mean --cacert?'],
    [['--cafile=x'], 'unknown option --cafile, did you mean --cacert?'],
    [['-cacert', 'x'], 'unknown option -cacert, did you mean --cacert?'],
    [['-kx'], 'unknown option -kx'],
    [['--cacert'], '--cacert needs a value: --cacert FILE'],
    [['--cacert', '--json'], '--cacert needs a value: --cacert FILE'],
    [['--cacert='], '--cacert needs a value: --cacert FILE'],
    [['--json=yes'], '--json takes no value'],
    [['--cacert', 'a', '--cacert', 'b'], '--cacert is given twice: as "a" and as "b"'],
    [['--cacert', 'a', '-k'], '--insecure contradicts --cacert: give one of them'],
  ])('%j is refused', (args, message) => {
    expect(() => parse(rows, args)).toThrow(new UsageError(message));
  });

  it('may need one another', () => {
    const needy = { ...rows, pin: { value: 'PIN', needs: ['cacert', 'json'], help: 'Goes with them.' } } as const;
    expect(parse(needy, ['--pin', '1', '--json']).values).toEqual({ pin: '1', json: true });
    expect(() => parse(needy, ['--pin', '1'])).toThrow(new UsageError('--pin goes with --cacert or --json'));
  });

  it('may leave out their value, which stands behind = alone', () => {
    const resuming = { ...rows, resume: { short: 'r', value: 'N', optional: true, help: 'Again.' } } as const;
    expect(parse(resuming, ['--resume', '3'])).toEqual({ values: { resume: true }, positionals: ['3'] });
    expect(parse(resuming, ['--resume=3', '--json']).values).toEqual({ resume: '3', json: true });
    expect(parse(resuming, ['-r', '-r']).values).toEqual({ resume: true });
    expect(() => parse(resuming, ['--resume='])).toThrow(new UsageError('--resume needs a value: --resume N'));
    for (const both of [
      ['--resume=3', '--resume'],
      ['--resume', '--resume=3'],
    ]) {
      expect(() => parse(resuming, both)).toThrow(/^--resume is given twice: (as "3" and )?without a value/);
    }
    expect(describeOptions(resuming)).toContain('-r, --resume[=N]');
    expect(markdown({ resume: resuming.resume })).toBe('| `-r, --resume[=N]` | Again. |\n');
  });

  it('are rows of a table', () => {
    expect(markdown({ a: { short: 'x', help: 'One | two <three>.' }, b: { value: 'FILE', help: 'Four.' } })).toBe(
      '| `-x, --a` | One \\| two \\<three>. |\n| `--b FILE` | Four. |\n',
    );
  });

  it('are described within 80 columns', () => {
    const long = { ...rows, 'a-very-long-option-name': { value: 'SOMETHING', help: 'word '.repeat(40).trim() } };
    const text = describeOptions(long);
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
    expect(text).toContain('-k, --insecure');
    expect(text).toContain('--cacert FILE');
  });
});

describe('what was meant', () => {
  it.each([
    ['conect', 'connect'],
    ['ocnnect', 'connect'],
    ['scan', undefined],
  ])('by %s is %s', (word, expected) => {
    expect(nearest(word, ['connect', 'decode'])).toBe(expected);
  });
});

// Both programs read their options alike. They share no library: what is for programs alone is no part of the packages.
