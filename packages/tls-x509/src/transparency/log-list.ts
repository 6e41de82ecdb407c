/** Lists of logs in the JSON format, version 3, that the makers of browsers publish. Nothing is fetched, and no list is built in. */
import { decodeBase64 } from '../base64.ts';
import { invalidOption } from '../errors.ts';
import { type CtLog, type CtLogState, ctLogStates } from './logs.ts';

export interface LogList {
  /** As the list says it, if it does: `38.2`. */
  readonly version: string | undefined;
  /** When the list was made, milliseconds since 1970, if it says so: states of logs age, a list of months ago should be another. */
  readonly timestamp: number | undefined;
  /** Logs whose list says no state, or none that is known, are `pending`: their word does not count. */
  readonly logs: readonly CtLog[];
}

/** Characters of a list, and logs: the largest public ones have 150 kB and 300. */
const maximumText = 4 * 1024 * 1024;
const maximumLogs = 5000;

/**
 * Reads a list, such as the `log_list.json` of Chrome. Fields that are not known are passed over.
 *
 * @param json the text, or what `JSON.parse` made of it
 * @throws TlsError `ERR_TLS_INVALID_OPTION` for what is no such list, and for more than 4 MiB or 5000 logs
 */
export function parseLogList(json: string | object): LogList {
  const list = objectOf(typeof json === 'string' ? parsed(json) : json, 'a log list');
  const logs = arrayOf(list.operators, 'operators').flatMap(operatorLogs);
  if (logs.length > maximumLogs) throw invalidOption(`a log list of ${logs.length} logs, the limit is ${maximumLogs}`);
  return {
    version: list.version === undefined ? undefined : textOf(list.version, 'version'),
    timestamp: list.log_list_timestamp === undefined ? undefined : timeOf(list.log_list_timestamp),
    logs,
  };
}

/** Whatever an object of the list may have that is read here. */
type Fields = {
  readonly [K in
    | 'version'
    | 'log_list_timestamp'
    | 'operators'
    | 'name'
    | 'logs'
    | 'tiled_logs'
    | 'key'
    | 'log_id'
    | 'description'
    | 'mmd'
    | 'state'
    | 'timestamp'
    | 'temporal_interval'
    | 'start_inclusive'
    | 'end_exclusive'
    | 'previous_operators'
    | 'end_time']?: unknown;
};

function parsed(json: string): unknown {
  if (json.length > maximumText)
    throw invalidOption(`a log list of ${json.length} characters, the limit is ${maximumText}`);
  try {
    return JSON.parse(json);
  } catch (error) {
    throw invalidOption('a log list that is no JSON', error);
  }
}

/** Logs that are read tile by tile sign as the others do. */
function operatorLogs(each: unknown): readonly CtLog[] {
  const operator = objectOf(each, 'an operator');
  const name = textOf(operator.name, 'the name of an operator');
  const { logs = [], tiled_logs: tiled = [] } = operator;
  return [...arrayOf(logs, 'logs'), ...arrayOf(tiled, 'tiled_logs')].map(log => readLog(objectOf(log, 'a log'), name));
}

function readLog(log: Fields, operator: string): CtLog {
  const interval = log.temporal_interval;
  const [state, since] = stateOf(log.state);
  const description = log.description;
  const mmd = log.mmd;
  if (mmd !== undefined && !Number.isFinite(mmd)) throw invalidOption('mmd of a log is a number of seconds');
  return {
    key: bytesOf(log.key, 'key'),
    id: bytesOf(log.log_id, 'log_id'),
    ...(description === undefined ? {} : { description: textOf(description, 'the description of a log') }),
    operator,
    previousOperators: arrayOf(log.previous_operators ?? [], 'previous_operators').map(each => {
      const previous = objectOf(each, 'a previous operator');
      return { name: textOf(previous.name, 'the name of an operator'), until: timeOf(previous.end_time) };
    }),
    ...(mmd === undefined ? {} : { mmd: mmd as number }),
    state,
    ...(since === undefined ? {} : { since }),
    ...(interval === undefined ? {} : { interval: intervalOf(objectOf(interval, 'temporal_interval')) }),
  };
}

/** `{ "usable": { "timestamp": "2024-01-01T00:00:00Z" } }` */
function stateOf(state: unknown): readonly [CtLogState, number | undefined] {
  if (state === undefined) return ['pending', undefined];
  const [entry, ...more] = Object.entries(objectOf(state, 'state'));
  if (entry === undefined || more.length > 0) throw invalidOption('the state of a log is not one state');
  const [name, details] = entry;
  if (!(ctLogStates as readonly string[]).includes(name)) return ['pending', undefined];
  return [name as CtLogState, timeOf(objectOf(details, 'state').timestamp)];
}

function intervalOf(interval: Fields): { readonly start: number; readonly end: number } {
  return { start: timeOf(interval.start_inclusive), end: timeOf(interval.end_exclusive) };
}

function objectOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalidOption(`${what} is not an object of JSON`);
}

function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidOption(`${what} of a log list is not an array`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidOption(`${what} is not text`);
}

function bytesOf(value: unknown, what: string): Uint8Array {
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined;
  if (bytes !== undefined && bytes.length > 0) return bytes;
  throw invalidOption(`${what} of a log is not base64`);
}

/** RFC 3339, in Zulu. */
function timeOf(value: unknown): number {
  const time =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? Date.parse(value) : NaN;
  if (Number.isFinite(time)) return time;
  throw invalidOption(`a time of a log list is not of the form 2024-01-01T00:00:00Z: ${JSON.stringify(value)}`);
}
