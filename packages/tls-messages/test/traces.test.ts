/** The messages of RFC 8448, which others made, decode and re-encode to the same bytes. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromHex, toHex } from '@tlskit/tls-wire';
import { describe, expect, it } from 'vitest';
import {
  allExtensions,
  annotateMessage,
  clientHello,
  decodeMessage,
  encodeMessage,
  findExtension,
  handshakeMessages13,
  isHelloRetryRequest,
  keyShareRow,
  makeExtension,
  messageByType,
  serverHello,
  serverNameRow,
  truncatedClientHello,
} from '../src/index.ts';

interface Item {
  readonly name: string;
  readonly hex: string;
}
interface Trace {
  readonly messages: readonly Item[];
  readonly steps: readonly { readonly action: string; readonly items: readonly Item[] }[];
}

const file = fileURLToPath(new URL('../../../../shared/vectors/rfc8448.json', import.meta.url));
const absent = !existsSync(file);
const traces = absent
  ? {}
  : (JSON.parse(readFileSync(file, 'utf8')) as { traces: { readonly [name: string]: Trace } }).traces;

// Skipped where the published traces were not put beside the project.
describe.skipIf(absent)('RFC 8448', () => {
  it.each(Object.entries(traces))('%s', (_name, trace) => {
    expect(trace.messages.length).toBeGreaterThan(5);
    for (const { name, hex } of trace.messages) {
      const raw = fromHex(hex);
      const def = messageByType(handshakeMessages13, raw[0] as number)!;
      expect(toHex(encodeMessage(def, decodeMessage(def, raw)))).toBe(hex);
      const annotated = annotateMessage(raw);
      expect(annotated.error, name).toBeUndefined();
      expect(annotated.name).toBe(name);
    }
  });

  it.each(Object.entries(traces))('%s: extensions re-encode too', (_name, trace) => {
    let seen = 0;
    for (const { hex } of trace.messages.filter(({ name }) => name === 'ClientHello')) {
      for (const { extension_type, extension_data } of decodeMessage(clientHello, fromHex(hex)).extensions) {
        const row = allExtensions.row(extension_type);
        expect(row, String(extension_type)).toBeDefined();
        const value: unknown = findExtension([{ extension_type, extension_data }], row!, 'CH');
        expect(toHex(makeExtension(row!, 'CH', value).extension_data)).toBe(toHex(extension_data));
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(5);
  });

  it('simple_1rtt says what the RFC says', () => {
    const [first, second] = traces.simple_1rtt!.messages;
    const hello = decodeMessage(clientHello, fromHex(first!.hex));
    expect(hello.cipher_suites).toEqual([0x1301, 0x1303, 0x1302]);
    const names = findExtension(hello.extensions, serverNameRow, 'CH');
    expect(names?.server_name_list.map(({ name }) => new TextDecoder().decode(name))).toEqual(['server']);
    const answer = decodeMessage(serverHello, fromHex(second!.hex));
    expect(isHelloRetryRequest(answer)).toBe(false);
    expect(findExtension(answer.extensions, keyShareRow, 'SH')?.server_share.group).toBe(29);
  });

  it('resumed_0rtt: the prefix under the binder', () => {
    const trace = traces.resumed_0rtt!;
    const raw = fromHex(trace.messages.find(({ name }) => name === 'ClientHello')!.hex);
    const prefix = trace.steps.flatMap(step => step.items).find(({ name }) => name === 'ClientHello prefix')!;
    expect(toHex(truncatedClientHello(raw))).toBe(prefix.hex);
  });

  it('hello_retry_request has one', () => {
    const retry = traces.hello_retry_request!.messages.find(({ name }) => name === 'HelloRetryRequest')!;
    const message = decodeMessage(serverHello, fromHex(retry.hex));
    expect(isHelloRetryRequest(message)).toBe(true);
    expect(findExtension(message.extensions, keyShareRow, 'HRR')?.selected_group).toBe(23);
  });
});
