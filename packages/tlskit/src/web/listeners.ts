/** What others gave to be called: what it throws is between it and the platform, and keeps no record from being read. */
import type { EngineSource } from '../connection/client-engines.ts';
import type { ConnectionSettings } from '../connection/settings.ts';
import type { ConnectionListeners } from './connection.ts';

const names = ['keyLog', 'keepSession', 'onSession', 'onEarlyData', 'onKeyUpdate', 'onRenegotiated'] as const;

/** The same with listeners that do not throw here: the platform reports it, as it reports what listeners of events throw. */
export function shielded<T extends ConnectionListeners & ConnectionSettings & EngineSource>(setup: T): T {
  return { ...setup, ...shield(setup, names), inspect: shield(setup.inspect, ['record', 'message', 'alert', 'event']) };
}

type Listener = (...args: never[]) => void;

function shield<T extends object>(owner: T, listed: readonly (keyof T)[]): Partial<T> {
  const given = listed.filter(name => typeof owner[name] === 'function');
  return Object.fromEntries(given.map(name => [name, quiet(owner[name] as Listener)])) as Partial<T>;
}

function quiet(listener: Listener): Listener {
  return (...args) => {
    try {
      listener(...args);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}
