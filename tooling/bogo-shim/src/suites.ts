/** Cipher suites: the runner's defaults, and what it says of those of TLS 1.2 in the language of OpenSSL's lists. */
import { AnyCipherSuite } from '@tlskit/tls-messages';
import { Unimplemented } from './flags.ts';

export const suites13: readonly number[] = [0x1301, 0x1302, 0x1303];

/** What BoringSSL has where there are AES instructions, best first. */
const names = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_PSK_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
  'TLS_PSK_WITH_AES_256_CBC_SHA',
] as const;

/** These are in no set of names: they are named one by one. */
const deprecated = ['TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'] as const;
const tripleDes = ['TLS_RSA_WITH_3DES_EDE_CBC_SHA'] as const;

/** The sets that the runner's lists speak of. */
const sets: Readonly<Record<string, readonly string[]>> = {
  ALL: names,
  DEFAULT: names,
  AES: names.filter(name => name.includes('_AES_')),
  AES128: names.filter(name => name.includes('_AES_128_')),
  '3DES': tripleDes,
};

/** @param list empty for the default @throws Unimplemented for words that are not known */
export function suites12(list: string): readonly number[] {
  const chosen = new Set<string>();
  for (const word of list === '' ? ['ALL', ...deprecated] : list.split(':')) {
    const removes = word.startsWith('!');
    const name = removes ? word.slice(1) : word;
    for (const each of sets[name] ?? [name]) {
      if (!(each in AnyCipherSuite.values))
        throw new Unimplemented(`-cipher: what ${each} stands for is not known here`);
      if (removes) chosen.delete(each);
      else chosen.add(each);
    }
  }
  return [...chosen].map(name => AnyCipherSuite.values[name as keyof typeof AnyCipherSuite.values] as number);
}
