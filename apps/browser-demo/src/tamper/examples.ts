/** Meddling that is worth a name. Where it hits is said by what the bytes are, and looked for in the connection without it. */
import type { RecordEntry, Sender } from '@tlskit/tls-inspect';
import { run } from '../lab/run.ts';
import { defaults, type Settings, settled, type Version } from '../lab/settings.ts';
import type { Tampering } from '../lab/tampering.ts';
import { find } from './place.ts';
import { recordsOf } from './records.ts';

export const examples = [
  'random',
  'suite',
  'version',
  'share',
  'retry',
  'certificate',
  'verify',
  'early',
  'order',
  'tag',
  'binder',
  'signature',
  'cipherSpec',
  'recordVersion',
] as const;

export type ExampleName = (typeof examples)[number];

interface Example {
  readonly version: Version;
  readonly choice?: Partial<Settings>;
  readonly tampering: (records: readonly RecordEntry[]) => Tampering | undefined;
}

const table: Readonly<Record<ExampleName, Example>> = {
  random: { version: '1.3', tampering: flip('ServerHello', ['random']) },
  // TLS_AES_256_GCM_SHA384, of which the client has said nothing.
  suite: { version: '1.3', tampering: set('ServerHello', ['cipher_suite'], 1, 0x02) },
  // TLS 1.2 in place of TLS 1.3.
  version: { version: '1.3', tampering: set('ClientHello', ['supported_versions', 'versions', '0'], 1, 0x03) },
  // A point that is on no curve: in the middle of its X, behind the byte that says that it is not compressed.
  share: {
    version: '1.3',
    choice: { group: 'secp256r1' },
    tampering: flip('ClientHello', ['key_share', 'key_exchange', 'key_exchange'], 9),
  },
  // X448, which the client does not offer, in place of X25519.
  retry: {
    version: '1.3',
    choice: { helloRetry: true },
    tampering: set('HelloRetryRequest', ['key_share', 'selected_group'], 1, 0x1e),
  },
  certificate: { version: '1.3', tampering: flip('Certificate', ['cert_data'], 99) },
  // A flight of several records, so that something comes behind the one that is missing.
  verify: {
    version: '1.3',
    choice: { certificate: 'rsa-2048', staple: true, shortRecords: true },
    tampering: records => action('drop', beginningOf(records, 'CertificateVerify')),
  },
  early: {
    version: '1.3',
    choice: { resumption: 'early-data' },
    tampering: records =>
      action(
        'repeat',
        records.find(({ epoch }) => epoch === 'early'),
      ),
  },
  order: {
    version: '1.3',
    choice: { shortRecords: true },
    tampering: records => action('swap', sealed(records, 'server')),
  },
  tag: { version: '1.3', tampering: inTag },
  binder: {
    version: '1.3',
    choice: { resumption: 'ticket' },
    tampering: flip('ClientHello', ['pre_shared_key', 'binders', '0'], 1),
  },
  // In the server's share: behind the type of the curve, its name and a length.
  signature: { version: '1.2', tampering: flip('ServerKeyExchange', ['body'], 9) },
  cipherSpec: {
    version: '1.2',
    tampering: records =>
      action(
        'drop',
        records.find(({ contentType }) => contentType === 'change_cipher_spec'),
      ),
  },
  recordVersion: {
    version: '1.3',
    tampering: records => {
      const hello = records.find(({ sender }) => sender === 'server');
      return hello && { action: 'change', record: hello.number, offset: 2, value: 0xff };
    },
  },
};

export interface Prepared {
  readonly settings: Settings;
  readonly tampering: Tampering;
}

/** @throws Error where there is nothing in the connection that it is about */
export async function prepare(name: ExampleName, seed: string): Promise<Prepared> {
  const { version, choice, tampering } = table[name];
  const settings = settled({ ...defaults(version, seed), ...choice });
  const found = tampering(recordsOf((await run(settings)).connection));
  if (found === undefined) throw new Error(`nothing to meddle with: ${name}`);
  return { settings, tampering: found };
}

type Meddling = Example['tampering'];

/** Another lowest bit. */
function flip(message: string, path: readonly string[], further = 0): Meddling {
  return records => {
    const at = find(records, message, path);
    if (at === undefined) return undefined;
    const offset = at.offset + further;
    const value = (records[at.record]?.record.bytes[offset] ?? 0) ^ 1;
    return { action: 'change', record: at.record, offset, value };
  };
}

function set(message: string, path: readonly string[], further: number, value: number): Meddling {
  return records => {
    const at = find(records, message, path);
    return at && { action: 'change', record: at.record, offset: at.offset + further, value };
  };
}

function beginningOf(records: readonly RecordEntry[], name: string): RecordEntry | undefined {
  const message = records.flatMap(({ messages }) => messages).find(each => each.name === name);
  return records[message?.parts[0]?.record ?? -1];
}

function action(how: 'drop' | 'repeat' | 'swap', entry: RecordEntry | undefined): Tampering | undefined {
  return entry && { action: how, record: entry.number };
}

function sealed(records: readonly RecordEntry[], from: Sender): RecordEntry | undefined {
  return records.find(({ epoch, sender }) => epoch !== 'plaintext' && sender === from);
}

/** The last byte of the first application data. */
function inTag(records: readonly RecordEntry[]): Tampering | undefined {
  const entry = records.find(({ contentType }) => contentType === 'application_data');
  const bytes = entry?.record.bytes;
  if (entry === undefined || bytes === undefined) return undefined;
  return { action: 'change', record: entry.number, offset: bytes.length - 1, value: (bytes.at(-1) as number) ^ 1 };
}
