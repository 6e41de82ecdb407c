/** Runs without a page: whatever is chosen completes, twice the same; and what somebody in between does is noticed. */
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { certificateVerify, decodeMessage } from '@tlskit/tls-messages';
import { parseCertificate } from '@tlskit/tls-x509';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../src/lab/identities/index.ts';
import { derivedBy } from '../src/lab/key-nodes.ts';
import { keySchedule13 } from '../src/lab/key-schedule.ts';
import { keySchedule12 } from '../src/lab/key-schedule12.ts';
import { outcomeOf } from '../src/lab/outcome.ts';
import { type Connection, run } from '../src/lab/run.ts';
import { changed, defaults, fromFragment, toFragment } from '../src/lab/settings.ts';
import { certificatePoint, signedContent, transcriptOf } from '../src/lab/transcript.ts';
import { each, seed, together } from './all-settings.ts';

const all = [...each, ...together];

function wire({ steps }: Connection): string[] {
  return steps.flatMap(step => (step.type === 'record' ? [Buffer.from(step.entry.record.bytes).toString('hex')] : []));
}

function closing({ steps }: Connection) {
  return steps.flatMap(step => (step.type === 'closed' ? [[step.at, step.error?.code]] : []));
}

describe('a run', () => {
  it.each(all.map(settings => [toFragment(settings), settings] as const))(
    '%s completes, and replays',
    async (_, settings) => {
      const { connection, before } = await run(settings);
      expect(closing(connection)).toEqual(
        expect.arrayContaining([
          ['client', undefined],
          ['server', undefined],
        ]),
      );
      expect(connection.info).toMatchObject({
        protocol: `TLSv${settings.version}`,
        cipherSuite: { name: settings.suite },
        resumed: settings.resumption !== 'none',
        helloRetry: settings.helloRetry,
        alpn: settings.alpn ? 'http/1.1' : undefined,
      });
      const early = connection.steps.filter(step => step.type === 'data' && step.early);
      // A server that asks for another hello takes none (RFC 9846 §4.3.10).
      expect(early).toHaveLength(settings.resumption === 'early-data' && !settings.helloRetry ? 1 : 0);
      const again = await run(settings);
      expect(wire(again.connection)).toEqual(wire(connection));
      if (before !== undefined) expect(wire(again.before!)).toEqual(wire(before));
    },
  );

  it('differs by its seed', async () => {
    const other = await run(defaults('1.3', 'f'.repeat(32)));
    expect(wire(other.connection)[0]).not.toBe(wire((await run(defaults('1.3', seed))).connection)[0]);
  });
});

describe('what is chosen', () => {
  it.each([
    [{ psk: true }, { clientAuth: true }, { psk: false, clientAuth: true }],
    [{ staple: true }, { psk: true }, { psk: true, staple: false }],
    [{ resumption: 'early-data' }, { version: '1.2' }, { version: '1.2', resumption: 'none' }],
  ] as const)('%o, and then %o, is %o', (first, then, result) => {
    expect(changed(changed(defaults('1.3'), first), then)).toMatchObject(result);
  });

  it('is a certificate, and TLS 1.2 has a suite for it', () => {
    const rsa = changed(defaults('1.2'), { certificate: 'rsa-2048' });
    expect(rsa).toMatchObject({ certificate: 'rsa-2048', suite: expect.stringContaining('_RSA_') });
    const other = changed(rsa, { certificate: 'ed25519' });
    expect(other).toMatchObject({ certificate: 'ed25519', suite: expect.stringContaining('_ECDSA_') });
  });
});

describe('a link', () => {
  it.each(all.map(settings => [toFragment(settings), settings] as const))('%s says all', (fragment, settings) => {
    expect(fromFragment(fragment)).toEqual(settings);
  });
});

describe('the key schedule', () => {
  it.each(['', 'retry=1', 'psk=1', 'resume=ticket', 'resume=early-data', 'suite=TLS_AES_256_GCM_SHA384', 'update=1'])(
    'of TLS 1.3 is one graph at both ends, over the transcript as it was: %s',
    async choice => {
      const { connection } = await run(fromFragment(`v=1.3&${choice}&seed=${seed}`)!);
      const schedule = keySchedule13(derivedBy(connection, 'client'));
      const named = (name: string) => schedule.find(node => node.name === name)!;
      // Secrets of the key log are nodes, by name and value.
      for (const line of connection.keyLog) {
        const [label = '', , secret = ''] = line.split(' ');
        const name = label
          .toLowerCase()
          .replace(/^(client|server)_traffic_secret_0$/, '$1_application_traffic_secret_0');
        if (/traffic_secret(_0)?$/.test(name)) expect(Buffer.from(named(name).value).toString('hex')).toBe(secret);
      }
      const other = keySchedule13(derivedBy(connection, 'server'));
      for (const name of ['Handshake Secret', 'Main Secret', 'client_handshake_traffic_secret', 'exporter_secret']) {
        expect(other.find(node => node.name === name)?.value, name).toEqual(named(name).value);
      }
      // Everything comes from something that stands before it, or from outside.
      for (const node of schedule) {
        for (const from of node.from) expect(from).toBeLessThan(node.number);
        if (node.how === 'expand') expect(node.from, node.name).toHaveLength(1);
      }
      const hash = createNobleProvider().hashes[/SHA384/.test(choice) ? 'sha384' : 'sha256']!;
      const points = transcriptOf(connection, hash);
      const hashes = points.map(point => Buffer.from(point.hash).toString('hex'));
      for (const name of [
        'client_handshake_traffic_secret',
        'server_application_traffic_secret_0',
        'resumption_secret',
      ]) {
        expect(hashes, name).toContain(Buffer.from(named(name).context).toString('hex'));
      }
    },
  );

  it.each(['', 'suite=TLS_RSA_WITH_AES_128_CBC_SHA', 'suite=TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', 'resume=ticket'])(
    'of TLS 1.2 is the PRF: %s',
    async choice => {
      const { connection } = await run(fromFragment(`v=1.2&${choice}&seed=${seed}`)!);
      const schedule = keySchedule12(derivedBy(connection, 'client'));
      const [, , master] = connection.keyLog[0]!.split(' ');
      const names = schedule.map(node => node.name);
      expect(names).toEqual(expect.arrayContaining(['master_secret', 'key_block']));
      expect(schedule.filter(({ name }) => name === 'verify_data').map(({ whose }) => whose)).toEqual(
        expect.arrayContaining(['client', 'server']),
      );
      const secret = schedule.find(node => node.name === 'master_secret');
      // A session that is resumed brings its secret along.
      expect(secret?.how).toBe(choice === 'resume=ticket' ? 'input' : 'prf');
      expect(Buffer.from(secret!.value).toString('hex')).toBe(master);
      expect(secret!.value).toHaveLength(48);
    },
  );

  it('ends in a signature over the transcript', async () => {
    const { connection } = await run(fromFragment(`v=1.3&seed=${seed}`)!);
    const point = certificatePoint(transcriptOf(connection, createNobleProvider().hashes.sha256!))!;
    const verify = connection.steps.find(step => step.type === 'message' && step.bytes[0] === 15);
    const { signature } = decodeMessage(certificateVerify, (verify as { bytes: Uint8Array }).bytes);
    const leaf = parseCertificate((await identityOf('ecdsa-p256')).chain[0]!);
    const key = createNobleProvider().importPublicKey(leaf.spki);
    expect(await key.verify({ type: 'ecdsa', hash: 'sha256' }, signedContent('server', point.hash), signature)).toBe(
      true,
    );
  });
});

describe('somebody in between', () => {
  const named = [
    ['a byte of the ServerHello', { record: 1, action: 'change', offset: 60, value: 0 }],
    ['no CertificateVerify to speak of', { record: 3, action: 'drop' }],
    ['a record twice', { record: 3, action: 'repeat' }],
    ['one protected record before the other', { record: 3, action: 'swap' }],
  ] as const;

  it.each(named)('%s: is noticed, or waited for', async (_, tampering) => {
    const settings = fromFragment(`v=1.3&short=1&seed=${seed}`)!;
    const { connection: undisturbed } = await run(settings);
    const { connection } = await run(settings, tampering);
    expect(['noticed', 'waiting']).toContain(outcomeOf(connection, undisturbed).type);
  });

  it('forges nothing, whichever bit of a handshake is another', async () => {
    const settings = fromFragment(`v=1.3&cert=ed25519&seed=${seed}`)!;
    const { connection: undisturbed } = await run(settings);
    const records = undisturbed.steps.flatMap(step => (step.type === 'record' ? [step.entry] : []));
    const accepted: string[] = [];
    for (const { number, record } of records) {
      // All of what is not under keys, and of the rest some.
      for (let offset = 0; offset < record.bytes.length; offset += number < 3 ? 1 : 41) {
        const value = record.bytes[offset]! ^ 1;
        const { connection } = await run(settings, { record: number, action: 'change', offset, value });
        const outcome = outcomeOf(connection, undisturbed);
        expect(outcome.type, `${number} ${offset}`).not.toBe('forged');
        if (outcome.type === 'accepted') accepted.push(`${number} ${offset}`);
      }
    }
    // legacy_record_version of records in the clear (RFC 9846 §5.1), but for the major one of handshake records, by which TLS is known.
    expect(accepted).toEqual(['0 2', '1 2', '2 1', '2 2']);
  }, 120_000);
});
