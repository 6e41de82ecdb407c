/** What can be chosen for a connection, and the fragment of a link that says it: everything that a run depends on is in it. */
import { type CertificateKind, certificateKinds } from './identities/index.ts';

export type { CertificateKind };
export type Version = '1.3' | '1.2';
/** How a connection goes on with what another agreed on: by a ticket, by a ticket with early data, by a session ID of TLS 1.2. */
export type Resumption = 'none' | 'ticket' | 'early-data' | 'session-id';

export interface Settings {
  readonly version: Version;
  /** IANA's name. */
  readonly suite: string;
  /** IANA's name. */
  readonly group: string;
  readonly certificate: CertificateKind;
  /** The client begins without a key share, so that the server has to ask for one. TLS 1.3. */
  readonly helloRetry: boolean;
  /** Both ends know a key, and no certificate is needed. TLS 1.3. */
  readonly psk: boolean;
  readonly resumption: Resumption;
  readonly clientAuth: boolean;
  readonly alpn: boolean;
  readonly staple: boolean;
  /** The client asks for records of no more than 512 bytes (RFC 8449). */
  readonly shortRecords: boolean;
  /** The client updates its keys, and asks the server to, before it says anything. TLS 1.3. */
  readonly keyUpdate: boolean;
  /** Both ends look like TLS 1.2 to what is between them (RFC 9846 §E.4). TLS 1.3. */
  readonly compatibility: boolean;
  /** Where all randomness of both ends comes from: 32 hexadecimal digits. */
  readonly seed: string;
}

interface Choice<T> {
  /** The key in a link. */
  readonly key: string;
  /** What may be chosen, the default first, by version. */
  readonly values: Readonly<Record<Version, readonly T[]>>;
}

const same = <T>(...values: readonly T[]): Choice<T>['values'] => ({ '1.3': values, '1.2': values });
const offOn = same(false, true);
/** What the other version has not got. */
const of13 = { '1.3': [false, true], '1.2': [false] } as const;

const groups = ['x25519', 'X25519MLKEM768', 'secp256r1', 'secp384r1', 'x448', 'ffdhe2048'] as const;

/** Each setting but the version and the seed. */
export const choices: { readonly [K in Exclude<keyof Settings, 'version' | 'seed'>]: Choice<Settings[K]> } = {
  suite: {
    key: 'suite',
    values: {
      '1.3': [
        'TLS_AES_128_GCM_SHA256',
        'TLS_AES_256_GCM_SHA384',
        'TLS_CHACHA20_POLY1305_SHA256',
        'TLS_AES_128_CCM_SHA256',
      ],
      '1.2': [
        'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
        'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
        'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
        'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
        'TLS_RSA_WITH_AES_128_GCM_SHA256',
        'TLS_RSA_WITH_AES_128_CBC_SHA',
      ],
    },
  },
  // TLS 1.2 has no hybrids, and its suites with ECDHE have no use for the groups of DHE.
  group: { key: 'group', values: { '1.3': groups, '1.2': groups.filter(name => !/MLKEM|^ffdhe/.test(name)) } },
  certificate: { key: 'cert', values: same(...certificateKinds) },
  helloRetry: { key: 'retry', values: of13 },
  psk: { key: 'psk', values: of13 },
  resumption: {
    key: 'resume',
    values: { '1.3': ['none', 'ticket', 'early-data'], '1.2': ['none', 'ticket', 'session-id'] },
  },
  clientAuth: { key: 'client', values: offOn },
  alpn: { key: 'alpn', values: offOn },
  staple: { key: 'staple', values: offOn },
  shortRecords: { key: 'short', values: offOn },
  keyUpdate: { key: 'update', values: of13 },
  compatibility: { key: 'compat', values: { '1.3': [true, false], '1.2': [true] } },
};

const names = Object.keys(choices) as (keyof typeof choices)[];

const SEED = /^[0-9a-f]{32}$/;

/** What is chosen where nothing is said. */
export function defaults(version: Version, seed = '0'.repeat(32)): Settings {
  const chosen = Object.fromEntries(names.map(name => [name, choices[name].values[version][0]]));
  return { ...(chosen as unknown as Settings), version, seed };
}

/** What goes together: a setting that the version has not got is its default, and a suite of TLS 1.2 has the certificate that it needs. */
export function settled(wished: Settings): Settings {
  const { version } = wished;
  const usual = defaults(version, wished.seed);
  const kept = names.map(name => {
    const { values } = choices[name] as Choice<unknown>;
    return [name, values[version].includes(wished[name]) ? wished[name] : usual[name]];
  });
  const settings = { ...usual, ...(Object.fromEntries(kept) as Partial<Settings>) };
  if (version === '1.2') return { ...settings, certificate: certificateFor(settings) };
  // Keys of both and certificates are not combined (RFC 9846 §F.1).
  return settings.psk ? { ...settings, clientAuth: false, staple: false } : settings;
}

/** Other settings than before. What is chosen counts, and what does not go with it gives way. */
export function changed(before: Settings, some: Partial<Settings>): Settings {
  const wished = { ...before, ...some };
  if (some.clientAuth === true || some.staple === true) return settled({ ...wished, psk: false });
  const after = settled(wished);
  if (some.certificate === undefined || after.certificate === some.certificate) return after;
  const suite = choices.suite.values[after.version].find(name => fits(name, some.certificate));
  return suite === undefined ? after : settled({ ...wished, suite });
}

function fits(suite: string, certificate: CertificateKind | undefined): boolean {
  return certificate !== undefined && certificateFor({ suite, certificate }) === certificate;
}

/** RFC 5246 §7.4.2, RFC 8422 §2: the suite says by what kind of key its server is known. */
function certificateFor({ suite, certificate }: Pick<Settings, 'suite' | 'certificate'>): CertificateKind {
  if (/_RSA_/.test(suite)) return 'rsa-2048';
  return certificate === 'rsa-2048' ? 'ecdsa-p256' : certificate;
}

/** Without the `#`: what is as usual is left out. */
export function toFragment(settings: Settings): string {
  const usual = defaults(settings.version);
  const parts = names
    .filter(name => settings[name] !== usual[name])
    .map(name => `${choices[name].key}=${encodeValue(settings[name])}`);
  return [`v=${settings.version}`, ...parts, `seed=${settings.seed}`].join('&');
}

/** What a link says, as far as it says something that can be; undefined where it is no link of ours. */
export function fromFragment(fragment: string): Settings | undefined {
  const values = new URLSearchParams(fragment);
  const [version, seed] = [values.get('v'), values.get('seed') ?? ''];
  if ((version !== '1.3' && version !== '1.2') || !SEED.test(seed)) return undefined;
  const said = names.flatMap(name => {
    const { key, values: possible } = choices[name] as Choice<unknown>;
    const text = values.get(key);
    const value = text === null ? undefined : possible[version].find(each => encodeValue(each) === text);
    return value === undefined ? [] : [[name, value] as const];
  });
  return settled({ ...defaults(version, seed), ...(Object.fromEntries(said) as Partial<Settings>) });
}

function encodeValue(value: unknown): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}
