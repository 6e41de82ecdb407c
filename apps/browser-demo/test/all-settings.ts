/** Every setting with every value, and some that bear on each other. */
import { choices, defaults, fromFragment, type Settings, settled, type Version } from '../src/lab/settings.ts';

export const seed = '000102030405060708090a0b0c0d0e0f';

/** Each value of each setting once, the others as usual. */
export const each: readonly Settings[] = (['1.3', '1.2'] as Version[]).flatMap(version =>
  Object.entries(choices).flatMap(([name, { values }]) =>
    values[version].map(value => settled({ ...defaults(version, seed), [name]: value })),
  ),
);

export const together: readonly Settings[] = [
  'v=1.3&psk=1&resume=early-data',
  'v=1.3&psk=1&retry=1&suite=TLS_AES_256_GCM_SHA384',
  'v=1.3&client=1&resume=ticket',
  'v=1.3&client=1&cert=rsa-2048&staple=1&short=1',
  'v=1.3&retry=1&resume=early-data',
  'v=1.3&group=X25519MLKEM768&retry=1&update=1&alpn=1',
  'v=1.2&client=1&resume=session-id&suite=TLS_RSA_WITH_AES_128_CBC_SHA',
  'v=1.2&client=1&resume=ticket&alpn=1&staple=1',
].map(fragment => fromFragment(`${fragment}&seed=${seed}`) as Settings);
