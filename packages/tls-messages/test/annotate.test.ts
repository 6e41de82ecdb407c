/** Every byte of a message has a name. */
import { type Annotation, concat, encode, fromHex, uint16 } from '@tlskit/tls-wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  annotateMessage,
  certificate,
  certificate12,
  clientHello,
  cookieRow,
  encodeHandshake,
  encodeMessage,
  encryptedExtensions,
  extensionTable,
  HELLO_RETRY_RANDOM,
  keyShareRow,
  makeExtension,
  serverHello,
  signedCertificateTimestampRow,
  supportedVersionsRow,
} from '../src/index.ts';
import { messageCases12, messageCases13 } from './arbitraries.ts';

/** The annotation under these labels. */
function at(annotations: readonly Annotation[], ...labels: readonly string[]): Annotation | undefined {
  const [label, ...deeper] = labels;
  const found = annotations.find(annotation => annotation.label === label);
  return found === undefined || deeper.length === 0 ? found : at(found.children, ...deeper);
}

/** Bytes that are under no leaf, and bytes that are under two. */
function gaps(annotations: readonly Annotation[], length: number): number[] {
  const count = new Array<number>(length).fill(0);
  const visit = (node: Annotation) => {
    // Data of an extension that is taken apart is below its `extension_data`, behind the length.
    const isVector = node.children.length === 1 && node.children[0]?.label === 'length';
    const from = isVector ? (node.children[0] as Annotation).end : node.start;
    if (node.children.length === 0 || isVector)
      for (let i = from; i < node.end; i++) count[i] = (count[i] as number) + 1;
    for (const child of node.children) visit(child);
  };
  for (const node of annotations) visit(node);
  return count.flatMap((times, i) => (times === 1 ? [] : [i]));
}

const answer = (random: Uint8Array, extensions: { extension_type: number; extension_data: Uint8Array }[]) =>
  encodeMessage(serverHello, {
    legacy_version: 0x0303,
    random,
    legacy_session_id_echo: new Uint8Array(0),
    cipher_suite: 0x1301,
    legacy_compression_method: 0,
    extensions,
  });
const share = makeExtension(keyShareRow, 'SH', { server_share: { group: 29, key_exchange: new Uint8Array(32) } });
const version = makeExtension(supportedVersionsRow, 'SH', { selected_version: 0x0304 });

describe('annotateMessage', () => {
  it.each([
    ...messageCases13.map(c => [`${c.name} of TLS 1.3`, c, 0x0304] as const),
    ...messageCases12.map(c => [`${c.name} of TLS 1.2`, c, 0x0303] as const),
  ])('%s: covers every byte once', (_name, { type, name, codec, values }, protocol) => {
    fc.assert(
      fc.property(values, value => {
        const raw = encodeHandshake(type, encode(codec, value));
        const annotated = annotateMessage(raw, { version: protocol });
        expect(annotated.value).toEqual(value);
        expect(annotated.name).toBe(name);
        const [root, ...others] = annotated.annotations;
        expect(others).toEqual([]);
        expect([root?.start, root?.end]).toEqual([0, raw.length]);
        // Generated extensions may be of a known type and malformed; then what follows the fault has no name.
        if (annotated.error === undefined) expect(gaps(annotated.annotations, raw.length)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('goes into extensions, by the message they are in', () => {
    const hello = annotateMessage(answer(new Uint8Array(32), [version, share]));
    expect(hello.error).toBeUndefined();
    const path = ['Handshake', 'body', 'extensions', '1', 'extension_data', 'key_share', 'server_share', 'group'];
    const group = at(hello.annotations, ...path);
    expect(group).toMatchObject({ type: 'NamedGroup', value: 29, start: 4 + 46 + 4, end: 4 + 46 + 6 });

    const retryShare = makeExtension(keyShareRow, 'HRR', { selected_group: 24 });
    const retry = annotateMessage(answer(HELLO_RETRY_RANDOM, [version, retryShare]));
    expect(retry.name).toBe('HelloRetryRequest');
    const retryPath = [...path.slice(0, 6), 'selected_group'];
    expect(at(retry.annotations, ...retryPath)?.value).toBe(24);

    const ext = {
      extension_type: signedCertificateTimestampRow.type,
      extension_data: fromHex('000300 01aa'.replace(' ', '')),
    };
    const chain = encodeMessage(certificate, {
      certificate_request_context: new Uint8Array(0),
      certificate_list: [{ cert_data: Uint8Array.of(1), extensions: [ext] }],
    });
    const sct = ['Handshake', 'body', 'certificate_list', '0', 'extensions', '0', 'extension_data'];
    const list = at(annotateMessage(chain).annotations, ...sct, 'signed_certificate_timestamp', 'sct_list', '0');
    expect(list?.value).toEqual(Uint8Array.of(0xaa));
  });

  it('sees by itself that a ServerHello is of TLS 1.2', () => {
    const scts = { extension_type: signedCertificateTimestampRow.type, extension_data: fromHex('0003000101') };
    const { annotations } = annotateMessage(answer(new Uint8Array(32), [scts]));
    expect(
      at(annotations, 'Handshake', 'body', 'extensions', '0', 'extension_data', 'signed_certificate_timestamp'),
    ).toBeDefined();
  });

  it('takes the version where messages of one type differ', () => {
    const raw = encodeMessage(certificate12, { certificate_list: [Uint8Array.of(0x30)] });
    expect(annotateMessage(raw, { version: 0x0303 }).value).toEqual({ certificate_list: [Uint8Array.of(0x30)] });
    expect(annotateMessage(raw, { version: 0x0304 }).error).toBeDefined();
    expect(annotateMessage(fromHex('0e000000')).name).toBe('ServerHelloDone');
  });

  it('leaves unknown extensions, and unknown messages, as bytes', () => {
    const raw = encodeMessage(encryptedExtensions, {
      extensions: [{ extension_type: 0x0a0a, extension_data: Uint8Array.of(1, 2) }, share],
    });
    const { annotations, error } = annotateMessage(raw);
    expect(error).toBeUndefined();
    const extensions = at(annotations, 'Handshake', 'body', 'extensions')!;
    expect(at(extensions.children, '0', 'extension_data')?.children.map(child => child.label)).toEqual(['length']);
    // key_share does not belong in EncryptedExtensions.
    expect(at(extensions.children, '1', 'extension_data')?.children.map(child => child.label)).toEqual(['length']);
    expect(annotateMessage(encodeHandshake(99, Uint8Array.of(5)))).toMatchObject({
      name: '0x63',
      value: Uint8Array.of(5),
    });
  });

  it('takes other rows', () => {
    const raw = answer(new Uint8Array(32), [version, share]);
    const { annotations } = annotateMessage(raw, { extensions: extensionTable([cookieRow]) });
    expect(at(annotations, 'Handshake', 'body', 'extensions', '1', 'extension_data', 'key_share')).toBeUndefined();
  });

  it('tells where an extension is malformed, and what was read before', () => {
    const bad = { extension_type: 51, extension_data: concat(encode(uint16, 29), fromHex('0021'), new Uint8Array(32)) };
    const { annotations, error, value } = annotateMessage(answer(new Uint8Array(32), [version, bad]));
    expect(value).toBeDefined();
    expect(error?.offset).toBe(4 + 46 + 4 + 4);
    const path = ['Handshake', 'body', 'extensions', '1', 'extension_data', 'key_share', 'server_share', 'group'];
    expect(at(annotations, ...path)?.value).toBe(29);
  });

  it('tells where a message is malformed', () => {
    const raw = answer(new Uint8Array(32), [version, share]);
    const cut = annotateMessage(encodeHandshake(2, raw.subarray(4, 20)));
    expect(cut.error?.offset).toBe(6);
    expect(at(cut.annotations, 'Handshake', 'body', 'legacy_version')?.value).toBe(0x0303);
    expect(annotateMessage(raw.subarray(0, 50)).error).toBeDefined();
    expect(annotateMessage(concat(raw, Uint8Array.of(0))).error?.offset).toBe(raw.length);
    expect(annotateMessage(new Uint8Array(0))).toMatchObject({ name: 'nothing' });
  });

  it('never throws', () => {
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 100, size: 'max' }),
      fc
        .tuple(fc.constantFrom(1, 2, 4, 8, 11, 13), fc.uint8Array({ maxLength: 100, size: 'max' }))
        .map(([type, body]) => encodeHandshake(type, body)),
    );
    fc.assert(
      fc.property(any, fc.constantFrom(0x0303, 0x0304), (raw, protocol) => {
        const { annotations, error, value } = annotateMessage(raw, { version: protocol });
        expect(error !== undefined || value !== undefined).toBe(true);
        expect(annotations[0]?.end).toBeLessThanOrEqual(raw.length);
      }),
      { numRuns: 500 },
    );
  });

  it('names the first message of a client', () => {
    const raw = encodeMessage(clientHello, {
      legacy_version: 0x0303,
      random: new Uint8Array(32),
      legacy_session_id: new Uint8Array(0),
      cipher_suites: [0x1301, 0x0a0a],
      legacy_compression_methods: Uint8Array.of(0),
      extensions: [],
    });
    const labels = at(annotateMessage(raw).annotations, 'Handshake', 'body')?.children.map(child => child.label);
    expect(labels).toEqual([
      'legacy_version',
      'random',
      'legacy_session_id',
      'cipher_suites',
      'legacy_compression_methods',
      'extensions',
    ]);
  });
});
