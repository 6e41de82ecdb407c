/** Guided tours, as far as links and the page around them know them: what they show is in learn/, which is loaded with the first. */
import { defaults, type Settings, type Version } from '../lab/settings.ts';

export interface TourPlace {
  readonly name: TourName;
  /** From 0. */
  readonly step: number;
}

export type TourName = keyof typeof differing;

/** What a tour has other than defaults. */
const differing = {
  tls13: { version: '1.3' },
  tls12: { version: '1.2' },
  resumption: { version: '1.3', resumption: 'early-data' },
} as const satisfies Readonly<Record<string, Partial<Settings> & { readonly version: Version }>>;

export const tourNames = Object.keys(differing) as readonly TourName[];

/** The settings that a tour is about. */
export function tourSettings(name: TourName, seed?: string): Settings {
  return { ...defaults(differing[name].version, seed), ...differing[name] };
}

/** Of a link, where steps are counted from 1: `tls13.4`. */
export function tourText({ name, step }: TourPlace): string {
  return `${name}.${step + 1}`;
}

/** Undefined where there is no such tour; without a number it is the first step. */
export function tourFrom(text: string): TourPlace | undefined {
  const [said, number = '1'] = text.split('.');
  const name = tourNames.find(each => each === said);
  return name === undefined || !/^[1-9]\d?$/.test(number) ? undefined : { name, step: Number(number) - 1 };
}
