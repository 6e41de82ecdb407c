/**
 * A run: a client and a server of tlskit in one place, from the first byte to the end, with every step that they take. What is chosen
 * decides every byte. What a run needs is loaded when it comes to that: the engines and the usual cryptography here, chain validation and
 * tickets when the first hello is under way, what makes records readable when the run is over.
 */
import type { Connection } from './connection.ts';
import { keepingFor } from './keeping.ts';
import { kitFor } from './kit.ts';
import { Meeting } from './meeting.ts';
import type { Settings } from './settings.ts';
import type { Tampering } from './tampering.ts';

export type { Connection, Step } from './connection.ts';

export interface Run {
  readonly settings: Settings;
  /** The connection that another one resumes, where one does. */
  readonly before: Connection | undefined;
  readonly connection: Connection;
}

/** One run at a time: they share sources of random bytes. */
let queue: Promise<unknown> = Promise.resolve();

/** @param tampering with the connection itself, not with the one before it */
export function run(settings: Settings, tampering?: Tampering): Promise<Run> {
  const mine = queue.then(() => runNow(settings, tampering));
  queue = mine.catch(() => {});
  return mine;
}

async function runNow(settings: Settings, tampering: Tampering | undefined): Promise<Run> {
  const { resumption, seed } = settings;
  const kit = await kitFor(settings);
  kit.client.source.begin(seed);
  kit.server.source.begin(seed);
  const keeping = await keepingFor(resumption, kit.server.provider);
  const first = resumption === 'none' ? undefined : new Meeting(settings, kit, keeping, {});
  const before = await first?.run();
  const connection = await new Meeting(settings, kit, keeping, { tampering, session: first?.session }).run();
  // Only now is anything said of what went by.
  const { connectionOf } = await import('./entries.ts');
  const { provider } = kit.client;
  return { settings, before: before && connectionOf(before, provider), connection: connectionOf(connection, provider) };
}
