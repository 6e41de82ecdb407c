/** What we show of ourselves, as the command line says it: certificates, and keys that were agreed on elsewhere. */
import { bytesOf, type OptionRows, UsageError } from '@tlskit/cli-kit';
import type { ClientOptions } from 'tlskit';
import { firstLine, fromFile } from '../files.ts';

export const ownOptions = {
  cert: {
    elsewhere: ['certificate', 'x509certfile', 'certfile', 'cert-file'],
    value: 'FILE',
    conflicts: ['p12'],
    help: 'Our own certificate and its intermediates (PEM or DER), for servers that ask for one.',
  },
  key: {
    elsewhere: ['private-key', 'x509keyfile', 'keyfile', 'key-file'],
    value: 'FILE',
    needs: ['cert'],
    help: 'Its private key (PEM or DER); by default it is in the file of --cert too.',
  },
  p12: {
    elsewhere: ['pkcs12', 'pfx', 'x509-p12'],
    value: 'FILE',
    help: 'Our own certificate with its key, in a file of PKCS#12.',
  },
  pass: {
    elsewhere: ['passphrase', 'passphrase-file', 'password', 'passin'],
    value: 'SOURCE',
    needs: ['cert', 'p12'],
    help: 'What the key is encrypted under: a file, of which the first line counts, or env:NAME for a variable of the environment.',
  },
  psk: {
    elsewhere: ['pskkey', 'psk-key', 'psk_key'],
    value: 'HEX',
    help: 'A pre-shared key of 16 bytes or more. Certificates are not taken then, unless --cacert, --pin or --insecure is there too.',
  },
  'psk-identity': {
    elsewhere: ['pskusername', 'psk-username', 'psk_identity'],
    value: 'TEXT',
    needs: ['psk'],
    help: 'What the server knows the key by; Client_identity by default.',
  },
  'psk-hash': {
    value: 'HASH',
    needs: ['psk'],
    help: 'The hash of the suites that the key is for: sha256, which is the default, or sha384.',
  },
} as const satisfies OptionRows;

interface OwnValues {
  readonly cert?: string;
  readonly key?: string;
  readonly p12?: string;
  readonly pass?: string;
}

/** Our certificate and key, as options of a client. @throws UsageError */
export function ownOf({ cert, key, p12, pass }: OwnValues, env: Env): ClientOptions {
  const passphrase = pass === undefined ? {} : { passphrase: passphraseOf(pass, env) };
  if (p12 !== undefined) return { pfx: fromFile('--p12', p12, file => file), ...passphrase };
  if (cert === undefined) return {};
  return {
    certificate: fromFile('--cert', cert, textOrDer),
    key: fromFile(key === undefined ? '--cert' : '--key', key ?? cert, textOrDer),
    ...passphrase,
  };
}

/** The variables that options may name. */
export type Env = Readonly<Record<string, string | undefined>>;

function passphraseOf(source: string, env: Env): string {
  const name = /^env:(.*)$/s.exec(source)?.[1];
  if (name === undefined) return fromFile('--pass', source, firstLine);
  const value = env[name];
  if (value === undefined) throw new UsageError(`--pass ${source}: there is no such variable`);
  return value;
}

/** PEM is text, DER is not. */
function textOrDer(file: Buffer): string | Uint8Array {
  return file[0] === 0x30 ? file : String(file);
}

interface PskValues {
  readonly psk?: string;
  readonly 'psk-identity'?: string;
  readonly 'psk-hash'?: string;
}

/** @throws UsageError */
export function pskOf(values: PskValues): Pick<ClientOptions, 'psk'> {
  if (values.psk === undefined) return {};
  const { 'psk-identity': identity = 'Client_identity', 'psk-hash': hash = 'sha256' } = values;
  const found = (['sha256', 'sha384'] as const).find(name => name === hash.toLowerCase().replace('-', ''));
  if (found === undefined) throw new UsageError(`--psk-hash is sha256 or sha384, not ${JSON.stringify(hash)}`);
  return { psk: [{ identity, key: bytesOf('--psk', values.psk), hash: found }] };
}
