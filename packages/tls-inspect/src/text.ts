/** What a value says to people: registered names, numbers, text that is safe to print. */
import { AlertDescription, AlertLevel } from '@tlskit/tls-alerts';
import { nameOfValue, registryOf } from '@tlskit/tls-messages';
import { ContentType } from '@tlskit/tls-record';
import type { Annotation } from '@tlskit/tls-wire';

/** The registries of the record and alert protocols; those of handshake messages are in `tls-messages`. */
const registries = new Map([ContentType, AlertLevel, AlertDescription].map(entry => [entry.type, entry]));

/** Longest text that is shown, in characters. */
const MAX_TEXT = 64;

/** What an annotated value says; empty when the bytes say it best. `children` are its fields, already described. */
export function textOf(
  annotation: Annotation,
  children: readonly { readonly text: string }[],
  bytes: Uint8Array,
): string {
  const { type, value, start, end } = annotation;
  if (typeof value === 'number') {
    const isRegistry = registries.has(type) || registryOf(type) !== undefined;
    const number = isRegistry ? numberOf(type, value, end - start) : String(value);
    const name = registeredName(type, value);
    return name === undefined ? number : `${name} (${number})`;
  }
  if (typeof value === 'bigint') return String(value);
  // An element of a vector is known by what it begins with: an extension by its type, a key share by its group.
  if (children.length > 0) return /^\d+$/.test(annotation.label) ? leadingName(annotation) : '';
  return value instanceof Uint8Array && end > start ? (printable(bytes.subarray(start, end)) ?? '') : '';
}

/** The registered name of a value under an annotation of this type, or undefined. */
export function registeredName(type: string, value: number): string | undefined {
  return registries.get(type)?.nameOf(value) ?? nameOfValue(type, value);
}

/** One-byte registries write decimal numbers in the RFCs, two-byte ones hexadecimal; extension types are the exception. */
function numberOf(type: string, value: number, width: number): string {
  return width === 1 || type === 'ExtensionType' ? String(value) : `0x${value.toString(16).padStart(2 * width, '0')}`;
}

function leadingName({ children }: Annotation): string {
  const [first] = children;
  if (first === undefined || typeof first.value !== 'number') return '';
  return registeredName(first.type, first.value) ?? '';
}

/**
 * The text that bytes are, quoted, when all of it is harmless to print: letters, digits, punctuation, spaces and line ends.
 * Control characters and marks that turn the direction of writing never get to a terminal or a page.
 */
export function printable(bytes: Uint8Array): string | undefined {
  if (bytes.length < 2) return undefined;
  const isLong = bytes.length > 4 * MAX_TEXT;
  let text: string;
  try {
    // `stream` lets a character be that is cut in two.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    text = decoder.decode(bytes.subarray(0, 4 * MAX_TEXT), { stream: isLong });
  } catch {
    return undefined;
  }
  if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} \t\r\n]+$/u.test(text)) return undefined;
  const characters = [...text];
  const isCut = isLong || characters.length > MAX_TEXT;
  return `${JSON.stringify(characters.slice(0, MAX_TEXT).join(''))}${isCut ? '…' : ''}`;
}
