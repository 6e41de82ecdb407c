/**
 * Sessions in files, for `--sess-out` and `--sess-in`: one JSON object, byte strings in base64. Its fields are those of the library's
 * `ClientSession` (RFC 9846 §4.7.1), and the README describes them. It holds a secret: who has the file can be taken for us.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { UsageError } from '@tlskit/cli-kit';
import type { ClientSession } from 'tlskit';
import { fromFile } from '../files.ts';

/** What the object says that it is, and the version of its form: another is refused. */
const FORMAT = 'tlskit session';
const VERSION = 1;

/** Bytes of a file, at the most: several chains of certificates. */
const MAXIMUM = 4 << 20;

/** How a field stands in the file. */
interface Form {
  /** Whether the field may be absent. */
  readonly optional?: true;
  write(value: never): unknown;
  /** @throws Error for what is none */
  read(value: unknown): unknown;
}

const number: Form = {
  write: value => value,
  read: value => checked(Number.isSafeInteger(value) && Number(value) >= 0, value),
};
/** Times may be beyond what certificates say: JSON has no infinity. */
const time: Form = {
  write: value => (Number.isFinite(value) ? value : null),
  read: value => (value === null ? Number.POSITIVE_INFINITY : checked(typeof value === 'number' && value >= 0, value)),
};
const boolean: Form = { write: value => value, read: value => checked(typeof value === 'boolean', value) };
const text: Form = { write: value => value, read: value => checked(typeof value === 'string', value) };
const bytes: Form = { write: (value: Uint8Array) => Buffer.from(value).toString('base64'), read: bytesOf };
const list = (form: Form): Form => ({
  write: (value: readonly never[]) => value.map(each => form.write(each)),
  read: value => (checked(Array.isArray(value), value) as unknown[]).map(each => form.read(each)),
});
/** Places that may be empty. */
const orNull = (form: Form): Form => ({
  write: value => (value === undefined ? null : form.write(value)),
  read: value => (value === null ? undefined : form.read(value)),
});
const object = <T>(rows: Fields<T>): Form => ({
  write: (value: object) => written(value, rows),
  read: value => readFields(value, rows),
});
const optional = (form: Form): Form => ({ ...form, optional: true });

/** None of a type's fields is forgotten, and none invented. */
type Fields<T> = { readonly [K in keyof T]-?: Form };

const fields: Fields<ClientSession> = {
  version: number,
  cipherSuite: number,
  psk: bytes,
  ticket: bytes,
  sessionId: optional(bytes),
  extendedMasterSecret: optional(boolean),
  maxFragmentLength: optional(number),
  truncatedHmac: optional(boolean),
  ticketAgeAdd: number,
  receivedAt: time,
  lifetime: number,
  maxEarlyData: number,
  acrossNames: optional(boolean),
  serverName: optional(text),
  alpn: optional(text),
  trust: text,
  peerExpires: time,
  peerName: optional(text),
  credentialsId: optional(text),
  authenticatedAt: time,
  externalPsk: optional(object<SessionPsk>({ identity: bytes, fingerprint: bytes })),
  peerKey: bytes,
  peerVerified: boolean,
  peerCertificates: list(bytes),
  peerCertificateDetails: optional(
    object<CertificateDetails>({
      certificateType: number,
      ocsp: optional(bytes),
      staples: optional(list(orNull(bytes))),
      scts: optional(list(bytes)),
      delegated: optional(boolean),
    }),
  ),
};

type SessionPsk = NonNullable<ClientSession['externalPsk']>;
type CertificateDetails = NonNullable<ClientSession['peerCertificateDetails']>;

/** As text. */
export function encodeSession(session: ClientSession): string {
  return `${JSON.stringify({ format: FORMAT, formatVersion: VERSION, ...written(session, fields) }, null, 2)}\n`;
}

/** @throws Error that says what is wrong with it */
export function decodeSession(file: string): ClientSession {
  const value: unknown = JSON.parse(file);
  if (typeof value !== 'object' || value === null) throw new Error('it is no session');
  const { format, formatVersion, ...rest } = value as Record<string, unknown>;
  if (format !== FORMAT) throw new Error('it is no session of tlskit');
  if (formatVersion !== VERSION)
    throw new Error(`its form has version ${JSON.stringify(formatVersion)}, and ${VERSION} is known here`);
  const session = readFields(rest, fields);
  if (session.version !== 0x0304 && session.version !== 0x0303)
    throw new Error('it is of another version of TLS than 1.3 and 1.2');
  if (session.psk.length === 0) throw new Error('its psk is empty');
  return session;
}

/** @throws UsageError */
export function sessionFromFile(path: string): ClientSession {
  return fromFile('--sess-in', path, file => {
    if (file.length > MAXIMUM) throw new Error(`it has more than ${MAXIMUM} bytes`);
    return decodeSession(file.toString());
  });
}

/** Writes the file in place of one that is there, whole or not at all, for its owner alone. @throws Error of the system */
export function writeSession(path: string, session: ClientSession): void {
  const part = `${path}.${process.pid}.part`;
  try {
    writeFileSync(part, encodeSession(session), { mode: 0o600, flag: 'wx' });
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Finds out before anything is sent that a session could not be written. @throws UsageError */
export function checkSessionFile(path: string): void {
  const part = `${path}.${process.pid}.part`;
  try {
    writeFileSync(part, '', { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new UsageError(`--sess-out ${path}: ${error instanceof Error ? error.message : error}`);
  } finally {
    rmSync(part, { force: true });
  }
}

function written<T>(value: object, rows: Fields<T>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries<Form>(rows).flatMap(([name, form]) => {
      const field = (value as Record<string, unknown>)[name];
      return field === undefined ? [] : [[name, form.write(field as never)]];
    }),
  );
}

function readFields<T>(value: unknown, rows: Fields<T>): T {
  const given = checked(typeof value === 'object' && value !== null && !Array.isArray(value), value);
  const unknown = Object.keys(given as object).find(name => !Object.hasOwn(rows, name));
  if (unknown !== undefined) throw new Error(`it has a field ${JSON.stringify(unknown)}, which is not known here`);
  return Object.fromEntries(
    Object.entries<Form>(rows).flatMap(([name, form]) => {
      const field = (given as Record<string, unknown>)[name];
      if (field === undefined && form.optional) return [];
      try {
        return [[name, form.read(field)]];
      } catch (error) {
        throw new Error(`its ${name} is not what it should be`, { cause: error });
      }
    }),
  ) as T;
}

function bytesOf(value: unknown): Uint8Array {
  const encoded = checked(typeof value === 'string', value) as string;
  const decoded = Buffer.from(encoded, 'base64');
  // What is not base64 is passed over by Node.
  checked(decoded.toString('base64') === encoded, value);
  return new Uint8Array(decoded);
}

function checked<T>(holds: boolean, value: T): T {
  if (!holds) throw new Error('it is malformed');
  return value;
}
