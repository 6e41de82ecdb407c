/** Settings by what they are about, and in one line. */
import { choices, defaults, type Settings, type Version } from '../lab/settings.ts';
import { texts } from '../texts.ts';

const { settings: words } = texts;

export type Name = keyof typeof choices;
export type Group = keyof typeof words.group;

const groupOf: Readonly<Record<Name, Group>> = {
  suite: 'protocol',
  alpn: 'protocol',
  compatibility: 'protocol',
  group: 'exchange',
  helloRetry: 'exchange',
  certificate: 'identity',
  clientAuth: 'identity',
  staple: 'identity',
  resumption: 'session',
  psk: 'session',
  shortRecords: 'records',
  keyUpdate: 'records',
};

const names = Object.keys(choices) as Name[];

export const groups = Object.keys(words.group) as Group[];

/** What there is to choose in a version, which is something with more than one value: one of several first, yes or no behind. */
export function namesIn(group: Group, version: Version): readonly Name[] {
  const possible = names.filter(name => groupOf[name] === group && choices[name].values[version].length > 1);
  return possible.toSorted((a, b) => Number(isSwitch(a, version)) - Number(isSwitch(b, version)));
}

export function isSwitch(name: Name, version: Version): boolean {
  return typeof choices[name].values[version][0] === 'boolean';
}

/** The main choices, and whatever is not as usual. */
export function inWords(settings: Settings): readonly string[] {
  const { version, suite, group, certificate, resumption } = settings;
  const usual = defaults(version);
  const switched = names.filter(name => isSwitch(name, version) && settings[name] !== usual[name]);
  return [
    valueName(version),
    suite,
    group,
    valueName(certificate),
    ...(resumption === 'none' ? [] : [words.resumed(valueName(resumption))]),
    ...switched.map(name => (settings[name] === true ? words.name[name] : words.without(words.name[name]))),
  ];
}

export function valueName(value: string): string {
  return words.value[value] ?? value;
}
