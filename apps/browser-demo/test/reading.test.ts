/** What the reader makes of records, without a page: every field has its prose, every byte a name, and nonces are what they are said to be. */
import { type Field, leaves, type RecordEntry, type Section } from '@tlskit/tls-inspect';
import { describe, expect, it } from 'vitest';
import { derivedBy } from '../src/lab/key-nodes.ts';
import { type Connection, run } from '../src/lab/run.ts';
import { choices, defaults, fromFragment, type Settings, settled, type Version } from '../src/lab/settings.ts';
import { arrivalOf } from '../src/reader/arrival.ts';
import { contextOf } from '../src/reader/context.ts';
import { gapsOf, offsetLines } from '../src/reader/hex-lines.ts';
import { SectionNodes } from '../src/reader/nodes.ts';
import { proseFor } from '../src/reader/prose.ts';
import { protectionFacts } from '../src/reader/protection.ts';
import { refined, refinedRecord } from '../src/reader/refine.ts';

const seed = '000102030405060708090a0b0c0d0e0f';

/** Each value of each setting once, the others as usual. */
const all: Settings[] = (['1.3', '1.2'] as Version[]).flatMap(version =>
  Object.entries(choices).flatMap(([name, { values }]) =>
    values[version].map(value => settled({ ...defaults(version, seed), [name]: value })),
  ),
);

function recordsOf({ steps }: Connection): readonly RecordEntry[] {
  return steps.flatMap(step => (step.type === 'record' ? [step.entry] : []));
}

/** As the reader shows them. */
function sectionsOf(records: readonly RecordEntry[]): readonly Section[] {
  const context = contextOf(records);
  return records.flatMap(entry => [
    refinedRecord(entry, context),
    ...(entry.inner === undefined ? [] : [refined(entry.inner, context)]),
    ...entry.messages.map(message => refined(message.section, context)),
  ]);
}

async function connectionOf(fragment: string): Promise<Connection> {
  const settings = fromFragment(`${fragment}&seed=${seed}`);
  if (settings === undefined) throw new Error(`no link: ${fragment}`);
  return (await run(settings)).connection;
}

function chains(fields: readonly Field[], outer: readonly Field[] = []): (readonly Field[])[] {
  return fields.flatMap(field => [[...outer, field], ...chains(field.children, [...outer, field])]);
}

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

describe('every field of every record', () => {
  it('has prose, whatever is chosen', async () => {
    const without = new Set<string>();
    let asked = 0;
    for (const settings of all) {
      const { connection, before } = await run(settings);
      for (const each of before === undefined ? [connection] : [before, connection]) {
        const prose = proseFor(settings.version);
        for (const section of sectionsOf(recordsOf(each))) {
          // The outermost field is the section, which has a title.
          for (const chain of chains(section.fields).filter(({ length }) => length > 1)) {
            asked++;
            const note = prose(chain);
            if (note === undefined || note.text.length < 4)
              without.add(`${settings.version} ${chain.map(field => `${field.label}:${field.type}`).join(' / ')}`);
          }
        }
      }
    }
    expect([...without]).toEqual([]);
    expect(asked).toBeGreaterThan(5000);
  });

  it('is the prose of that field, with its section', async () => {
    const at = async (fragment: string, section: string, path: string) => {
      const records = recordsOf(await connectionOf(fragment));
      const found = sectionsOf(records)
        .filter(({ name }) => name === section)
        .flatMap(({ fields }) => chains(fields))
        .find(chain =>
          chain
            .map(({ label }) => label)
            .join('/')
            .endsWith(path),
        );
      return found && proseFor(contextOf(records).version)(found);
    };
    const named = [
      ['v=1.3', 'TLSPlaintext', 'TLSPlaintext/legacy_record_version', [9846, '5.1'], /ignored/],
      ['v=1.3', 'ClientHello', 'body/random', [9846, '4.2.2'], /random/],
      ['v=1.3', 'ClientHello', 'body/cipher_suites', [9846, '4.2.2'], /AEAD/],
      ['v=1.2', 'ClientHello', 'body/cipher_suites', [5246, '7.4.1.2'], /key exchange/],
      ['v=1.3', 'ClientHello', 'extension_data/key_share', [9846, '4.3.8'], /round trip/],
      ['v=1.3&retry=1', 'HelloRetryRequest', 'body/random', [9846, '4.2.3'], /HelloRetryRequest/],
      ['v=1.2', 'ServerKeyExchange', 'ecdh_params/public', [8422, '5.4'], /forward secrecy/],
      ['v=1.3', 'Certificate', 'tbsCertificate/serialNumber', [5280, '4.1.2.2'], /authority/],
    ] as const;
    for (const [fragment, section, path, source, text] of named) {
      const note = await at(fragment, section, path);
      expect(note?.source, path).toEqual(source);
      expect(note?.text, path).toMatch(text);
    }
  });

  it('is that of TLS 1.3 in the hello of a client that offers it, though the server takes TLS 1.2', async () => {
    const sourceIn = async (fragment: string, label: string) => {
      const sections = sectionsOf(recordsOf(await connectionOf(fragment)));
      const { fields } = sections.find(({ name }) => name === 'ClientHello')!;
      const chain = chains(fields).find(each => each.at(-1)?.label === label)!;
      return proseFor('1.2')(chain)?.source;
    };
    for (const label of ['legacy_version', 'legacy_session_id', 'cipher_suites']) {
      expect(await sourceIn('v=1.3', label), label).toEqual([9846, '4.2.2']);
      expect(await sourceIn('v=1.2', label), label).toEqual([5246, '7.4.1.2']);
    }
    expect(await sourceIn('v=1.3', 'random')).toEqual([5246, '7.4.1.2']);
  });

  it('covers each byte once, with the DER and the key exchange taken apart', async () => {
    const labels = new Set<string>();
    for (const settings of all) {
      for (const section of sectionsOf(recordsOf((await run(settings)).connection))) {
        let at = 0;
        for (const { start, end, unread, label } of leaves(section.fields)) {
          expect(start).toBe(at);
          expect(unread, `${section.name} ${label}`).toBeUndefined();
          at = end;
        }
        expect(at).toBe(section.bytes.length);
        for (const chain of chains(section.fields)) labels.add(chain.at(-1)?.label ?? '');
      }
    }
    for (const label of [
      'subjectPublicKey',
      'certID',
      'namedcurve',
      'dh_p',
      'encrypted_pre_master_secret',
      'IV',
      'MAC',
    ])
      expect(labels).toContain(label);
  });
});

describe('the protection of a record', () => {
  it.each([
    ['v=1.3', 'tls13', 16],
    ['v=1.3&suite=TLS_CHACHA20_POLY1305_SHA256&update=1', 'tls13', 16],
    ['v=1.2', 'explicit12', 16],
    ['v=1.2&suite=TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'xor12', 16],
    ['v=1.2&suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', 'cbc12', 32],
    ['v=1.2&suite=TLS_RSA_WITH_AES_128_CBC_SHA', 'cbc12', 20],
  ] as const)('of %s is %s', async (fragment, form, tagLength) => {
    const connection = await connectionOf(fragment);
    const records = recordsOf(connection);
    const context = contextOf(records);
    const sealed = records.filter(entry => entry.protection !== undefined);
    expect(sealed.length).toBeGreaterThan(4);
    for (const entry of sealed) {
      const facts = protectionFacts(entry, context, derivedBy(connection, entry.sender));
      const row = (name: string) => facts?.nonce.find(each => each.name === name)?.bytes;
      const { record, protection, inner } = entry;
      const sequence = protection?.sequence ?? -1;
      expect(facts?.form).toBe(form);
      expect(hex(facts?.tag.bytes)).toBe(hex(record.bytes.subarray(-tagLength)));
      if (form === 'tls13' || form === 'xor12') {
        const iv = row('write_iv');
        expect(iv).toHaveLength(12);
        const number = Buffer.alloc(12);
        number.writeBigUInt64BE(BigInt(sequence), 4);
        expect(hex(row('sequence'))).toBe(hex(number));
        expect(hex(iv?.map((byte, i) => byte ^ (number[i] ?? 0)))).toBe(hex(protection?.nonce));
      }
      if (form === 'explicit12') {
        expect(hex(row('implicit')) + hex(row('explicit'))).toBe(hex(protection?.nonce));
        expect(hex(row('explicit'))).toBe(hex(record.bytes.subarray(5, 13)));
        // The implicit part is of the key block, not cut out of the nonce.
        expect(facts?.keys.map(({ name }) => name)).toEqual(['write_key', 'write_iv']);
      }
      const additional = Buffer.concat((facts?.additional ?? []).map(({ bytes }) => bytes));
      if (form === 'tls13') expect(hex(additional)).toBe(hex(record.bytes.subarray(0, 5)));
      else
        expect(hex(additional.subarray(0, 11))).toBe(hex(additional.subarray(0, 8)) + hex(record.bytes.subarray(0, 3)));
      if (form === 'xor12' || form === 'explicit12') expect(additional.readUInt16BE(11)).toBe(inner?.bytes.length);
      if (facts?.cbc !== undefined) {
        expect(facts.cbc.content).toBe(inner?.bytes.length);
        expect((facts.cbc.content + facts.cbc.padding) % 16).toBe(0);
        expect(facts.cbc.padding).toBeGreaterThan(0);
      }
    }
  });

  it('decrypts to what the ends say they sent', async () => {
    const connection = await connectionOf('v=1.3&client=1&update=1');
    const { steps } = connection;
    const content = (sender: string) =>
      hex(
        Buffer.concat(
          recordsOf(connection)
            .filter(entry => entry.sender === sender && entry.contentType === 'handshake')
            .map(({ inner, record }) => (inner === undefined ? record.bytes.subarray(5) : contentOf(inner))),
        ),
      );
    const contentOf = ({ bytes, fields: [root] }: Section) =>
      bytes.subarray(0, root?.children.find(({ label }) => label === 'content')?.end);
    for (const sender of ['client', 'server']) {
      const written = steps.flatMap(step =>
        step.type === 'message' && step.at === sender && step.direction === 'out' ? [step.bytes] : [],
      );
      expect(content(sender)).toBe(hex(Buffer.concat(written)));
    }
  });
});

describe('what arrived', () => {
  const sent = Uint8Array.from({ length: 20 }, (_, i) => i);
  it('is told from what was sent', () => {
    const changed = sent.slice();
    changed[17] = 0xff;
    expect(arrivalOf(sent, [sent], [])).toBeUndefined();
    expect(arrivalOf(sent, [], [sent])).toEqual({ type: 'held' });
    expect(arrivalOf(sent, [], [])).toEqual({ type: 'dropped' });
    expect(arrivalOf(sent, [sent, sent], [])).toEqual({ type: 'repeated', times: 2 });
    expect(arrivalOf(sent, [sent, changed], [])).toEqual({ type: 'late' });
    expect(arrivalOf(sent, [changed], [])).toMatchObject({ type: 'changed', bytes: 1, differences: [{ offset: 16 }] });
  });
});

describe('long data', () => {
  it('has a gap of whole lines, which the offsets leave out too', () => {
    const long: Section = {
      name: 'data',
      bytes: new Uint8Array(16384),
      fields: [
        { label: 'type', type: 'uint8', start: 0, end: 5, text: '', children: [] },
        { label: 'data', type: 'opaque[rest]', start: 5, end: 16384, text: '', children: [] },
      ],
    };
    const { leaves: shown } = new SectionNodes(long);
    const gaps = gapsOf(shown.map(({ node }) => node.field));
    expect(gaps).toHaveLength(1);
    const [gap] = gaps;
    expect((gap?.start ?? 1) % 16).toBe(0);
    expect((gap?.end ?? 1) % 16).toBe(0);
    const lines = offsetLines(16384, 16, gaps);
    expect(lines.length).toBeLessThan(20);
    expect(lines.at(-1)).toBe('3ff0');
    expect(offsetLines(16384, 16, [])).toHaveLength(1024);
  });
});
