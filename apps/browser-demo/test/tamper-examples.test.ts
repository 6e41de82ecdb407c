/** Meddling by name, without a page: who notices, and what the other is told. */
import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../src/lab/outcome.ts';
import { run } from '../src/lab/run.ts';
import { defaults, fromFragment } from '../src/lab/settings.ts';
import { type ExampleName, examples, prepare } from '../src/tamper/examples.ts';
import { find, placeOf } from '../src/tamper/place.ts';
import { recordsOf } from '../src/tamper/records.ts';

const seed = '000102030405060708090a0b0c0d0e0f';

/** Who notices, where the handshake stands with them, and the alert; undefined where nobody has to. */
const expected: Readonly<Record<ExampleName, readonly [by: string, state: string, alert: string] | undefined>> = {
  random: ['client', 'WAIT_EE', 'bad_record_mac'],
  suite: ['client', 'WAIT_SH', 'illegal_parameter'],
  version: ['server', 'START', 'protocol_version'],
  share: ['server', 'START', 'illegal_parameter'],
  retry: ['client', 'WAIT_SH', 'illegal_parameter'],
  certificate: ['client', 'WAIT_EE', 'bad_record_mac'],
  verify: ['client', 'WAIT_CERT_CR', 'bad_record_mac'],
  early: ['server', 'WAIT_EOED', 'bad_record_mac'],
  order: ['client', 'WAIT_EE', 'bad_record_mac'],
  tag: ['server', 'CONNECTED', 'bad_record_mac'],
  binder: ['server', 'START', 'decrypt_error'],
  signature: ['client', 'WAIT_CR_SHD', 'decrypt_error'],
  cipherSpec: ['server', 'WAIT_CCS', 'unexpected_message'],
  recordVersion: undefined,
};

describe('an example', () => {
  it.each(examples)('%s ends as it says, whatever the random bytes are', async name => {
    for (const each of [seed, 'f'.repeat(32)]) {
      const { settings, tampering } = await prepare(name, each);
      const { connection: undisturbed } = await run(settings);
      const { connection } = await run(settings, tampering);
      const outcome = outcomeOf(connection, undisturbed);
      const seen = outcome.type === 'noticed' ? [outcome.by, outcome.state, outcome.alert] : undefined;
      expect(outcome.type).toBe(expected[name] === undefined ? 'accepted' : 'noticed');
      expect(seen).toEqual(expected[name]);
    }
  });

  it('hits what it is about', async () => {
    const hit = async (name: ExampleName) => {
      const { settings, tampering } = await prepare(name, seed);
      const records = recordsOf((await run(settings)).connection);
      return tampering.action === 'change' ? placeOf(records, tampering.record, tampering.offset).names : [];
    };
    expect(await hit('random')).toEqual(['ServerHello', 'random']);
    expect(await hit('suite')).toEqual(['ServerHello', 'cipher_suite']);
    expect((await hit('version')).slice(0, 3)).toEqual(['ClientHello', 'extensions', 'supported_versions']);
    expect((await hit('binder')).slice(0, 4)).toEqual(['ClientHello', 'extensions', 'pre_shared_key', 'binders']);
    expect(await hit('certificate')).toEqual(['Certificate', 'certificate_list', '0', 'cert_data']);
    expect(await hit('tag')).toEqual(['TLSCiphertext', 'tag']);
    expect(await hit('recordVersion')).toEqual(['TLSPlaintext', 'legacy_record_version']);
  });
});

describe('the place of a byte', () => {
  it.each(['v=1.3&short=1&cert=rsa-2048', 'v=1.2', 'v=1.2&suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'])(
    'is where its field is found: %s',
    async choice => {
      const records = recordsOf((await run(fromFragment(`${choice}&seed=${seed}`)!)).connection);
      const field =
        find(records, 'Certificate', ['cert_data', 'cert_data']) ?? find(records, 'Certificate', ['0', '0']);
      for (const name of ['ClientHello', 'ServerHello', 'Certificate']) {
        const at = find(records, name, ['msg_type'])!;
        expect(placeOf(records, at.record, at.offset).names, name).toEqual([name, 'msg_type']);
      }
      expect(field ?? find(records, 'Certificate', ['certificate_list'])).toBeDefined();
    },
  );

  it('is nowhere outside', async () => {
    const records = recordsOf((await run(defaults('1.3', seed))).connection);
    expect(placeOf(records, 99, 0).names).toEqual([]);
    expect(placeOf(records, 0, 9999).names).toEqual([]);
    expect(find(records, 'ServerHello', ['cookie'])).toBeUndefined();
  });
});
