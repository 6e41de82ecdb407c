/**
 * Fields within fields that a message leaves as bytes: the DER of certificates and OCSP responses, key exchange messages of TLS 1.2, whose
 * form the cipher suite decides, and what a protected record of TLS 1.2 is made of.
 */
import { type Field, fieldsOf, leaf, leaves, type RecordEntry, type Section, shifted } from '@tlskit/tls-inspect';
import { annotateDer } from '@tlskit/tls-inspect/der';
import { clientKeyExchangeBody, serverKeyExchangeBody } from '@tlskit/tls-messages/tls12';
import { annotate } from '@tlskit/tls-wire';
import type { ReadingContext } from './context.ts';

/** Its leaves cover the same bytes. */
export function refined(section: Section, context: ReadingContext): Section {
  return { ...section, fields: section.fields.map(field => within(field, [], section.bytes, context)) };
}

/** What of a protected record is its cipher text, before which TLS 1.2 has a nonce or an IV, and behind which there is a tag or a MAC. */
export function refinedRecord(entry: RecordEntry, context: ReadingContext): Section {
  const section = refined(entry.record, context);
  const protection = context.suite?.protection;
  if (entry.protection === undefined || protection === undefined) return section;
  const { tagLength, nonce } = entry.protection;
  const isCbc = protection.type === 'cbc';
  const explicit = isCbc ? (nonce?.length ?? 0) : hasExplicitNonce(context) ? EXPLICIT : 0;
  // A MAC that was computed first is within the cipher text.
  const behind = isCbc && !context.encryptThenMac ? 0 : tagLength;
  const replaced = (field: Field): Field => {
    if (field.label !== 'encrypted_record') return { ...field, children: field.children.map(replaced) };
    const { start, end } = field;
    const [from, to] = [start + explicit, end - behind];
    const parts = [
      leaf(isCbc ? 'IV' : 'nonce_explicit', `opaque[${explicit}]`, start, from),
      leaf('ciphertext', `opaque[${to - from}]`, from, to),
      leaf(isCbc ? 'MAC' : 'tag', `opaque[${behind}]`, to, end),
    ];
    return from > to ? field : { ...field, children: parts.filter(part => part.end > part.start) };
  };
  return { ...section, fields: section.fields.map(replaced) };
}

/** Bytes of `nonce_explicit` (RFC 5288 §3, RFC 6655 §3). */
export const EXPLICIT = 8;

/** Whether the end of the nonce stands in the record: ChaCha20-Poly1305 has none of it there (RFC 7905 §2). */
export function hasExplicitNonce({ suite }: ReadingContext): boolean {
  return suite?.protection.type === 'aead' && suite.protection.aead !== 'chacha20-poly1305';
}

function within(field: Field, outer: readonly Field[], bytes: Uint8Array, context: ReadingContext): Field {
  const { start, end } = field;
  if (field.children.length === 0) {
    const children = end === start ? undefined : inLeaf(field, outer, bytes.subarray(start, end), context);
    if (children === undefined || !covers(children, end - start)) return field;
    return { ...field, text: '', children: shifted(children, start) };
  }
  const chain = [...outer, field];
  return { ...field, children: field.children.map(child => within(child, chain, bytes, context)) };
}

function inLeaf(
  { label }: Field,
  outer: readonly Field[],
  bytes: Uint8Array,
  { suite }: ReadingContext,
): readonly Field[] | undefined {
  const labels = outer.map(field => field.label);
  const message = outer.find(field => field.label === 'Handshake')?.text;
  if (label === 'cert_data' || (message === 'Certificate' && labels.includes('certificate_list') && isIndex(label)))
    return annotateDer(bytes, 'certificate').section.fields;
  if (label === 'response') return annotateDer(bytes, 'ocsp-response').section.fields;
  if ((labels.includes('authorities') || labels.includes('certificate_authorities')) && isIndex(label))
    return annotateDer(bytes).section.fields;
  if (label !== 'body' || suite === undefined) return undefined;
  if (message === 'ServerKeyExchange') return parts(serverKeyExchangeBody(suite), bytes);
  if (message === 'ClientKeyExchange') return parts(clientKeyExchangeBody(suite), bytes);
  return undefined;
}

/** Of an element of a vector; its bytes have the same label as itself. */
function isIndex(label: string): boolean {
  return /^\d+$/.test(label);
}

/** The fields of a struct without itself. */
function parts(codec: Parameters<typeof annotate>[0], bytes: Uint8Array): readonly Field[] {
  const { annotations, error } = annotate(codec, bytes);
  const [root, ...others] = fieldsOf(annotations, bytes, error !== undefined);
  return [...(root?.children ?? []), ...others];
}

function covers(fields: readonly Field[], length: number): boolean {
  let at = 0;
  for (const { start, end } of leaves(fields)) {
    if (start !== at) return false;
    at = end;
  }
  return at === length;
}
