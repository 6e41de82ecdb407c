/** Vectors and captures, where they were put beside the project. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Sender } from '../src/index.ts';

const folder = fileURLToPath(new URL('../../../../shared/', import.meta.url));

export const tracesAbsent = !existsSync(`${folder}vectors/rfc8448.json`);
export const capturesAbsent = !existsSync(`${folder}captures/captures.json`);

export interface Trace {
  readonly records: readonly {
    readonly from: Sender;
    readonly hex: string;
    readonly content_type: number;
    readonly epoch: string;
    readonly inner_type?: number;
    readonly padding?: number;
    readonly plaintext?: string;
    readonly seq?: number;
    readonly nonce?: string;
    readonly aad?: string;
  }[];
  readonly messages: readonly { readonly from: Sender; readonly name: string; readonly hex: string }[];
  readonly secrets: { readonly [label: string]: string };
}

export interface Capture {
  readonly file: string;
  readonly connection: number;
  readonly version: string;
  readonly cipher_suite: string;
  readonly client_random: string;
  readonly keylog: { readonly [label: string]: string };
  readonly client_stream: string;
  readonly server_stream: string;
  readonly decrypted_records: readonly {
    readonly from: Sender;
    /** Of TLS 1.3. */
    readonly inner_type?: number;
    readonly plaintext: string;
  }[];
}

/** The traces of RFC 8448 by name; none where the file is absent. */
export function traces(): { readonly [name: string]: Trace } {
  return tracesAbsent ? {} : JSON.parse(readFileSync(`${folder}vectors/rfc8448.json`, 'utf8')).traces;
}

/** Connections captured between other implementations; none where the file is absent. */
export function captures(): readonly Capture[] {
  return capturesAbsent ? [] : JSON.parse(readFileSync(`${folder}captures/captures.json`, 'utf8'));
}
