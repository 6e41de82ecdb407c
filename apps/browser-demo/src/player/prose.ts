/** What a flight does, in sentences. */
import { describeMessage, type MessageEntry } from '@tlskit/tls-inspect';
import { diagramTexts as words } from '../texts/player.ts';
import type { Flight } from './flights.ts';

export interface Sentence {
  /** What it is about: its first words. */
  readonly name: string;
  readonly rest: string;
}

/** One sentence for each message; those that are the same are one, and so is data. */
export function proseOf({ entries }: Pick<Flight, 'entries'>): readonly Sentence[] {
  const messages = entries.flatMap(entry => entry.messages);
  const sentences = new Map<string, Sentence>();
  const times = new Map<string, number>();
  for (const message of messages.filter(each => !isData(each))) {
    const sentence = describeMessage(message);
    const name = sentence.startsWith(message.name) ? message.name : '';
    sentences.set(sentence, { name, rest: sentence.slice(name.length) });
    times.set(sentence, (times.get(sentence) ?? 0) + 1);
  }
  const data = messages.filter(isData);
  const size = data.reduce((sum, { section }) => sum + section.bytes.length, 0);
  return [
    ...[...sentences].map(([sentence, { name, rest }]) => ({
      name,
      rest: times.get(sentence) === 1 ? rest : words.repeated(rest, times.get(sentence) ?? 0),
    })),
    ...(data.length === 0 ? [] : [{ name: '', rest: words.dataIn(size, data.length) }]),
  ];
}

function isData({ protocol, error }: MessageEntry): boolean {
  return protocol === 'application_data' && error === undefined;
}
