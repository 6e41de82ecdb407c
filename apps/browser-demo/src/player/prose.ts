/** What a flight does, in sentences. */
import { describeMessage, type MessageEntry } from '@tlskit/tls-inspect';
import { diagramTexts as words } from '../texts/player.ts';
import type { Flight } from './flights.ts';

/** One sentence for each message; those that are the same are one, and so is data. */
export function proseOf({ entries }: Pick<Flight, 'entries'>): string {
  const messages = entries.flatMap(entry => entry.messages);
  const sentences = new Map<string, number>();
  for (const message of messages.filter(each => !isData(each))) {
    const sentence = describeMessage(message);
    sentences.set(sentence, (sentences.get(sentence) ?? 0) + 1);
  }
  const data = messages.filter(isData);
  return [
    ...[...sentences].map(([sentence, times]) => (times === 1 ? sentence : words.repeated(sentence, times))),
    ...(data.length === 0
      ? []
      : [
          words.dataIn(
            data.reduce((sum, { section }) => sum + section.bytes.length, 0),
            data.length,
          ),
        ]),
  ].join(' ');
}

function isData({ protocol, error }: MessageEntry): boolean {
  return protocol === 'application_data' && error === undefined;
}
