/** Text from the network on somebody's terminal: what a certificate or a peer says must not act there. */

/**
 * The text in one line that a terminal shows as it is: control characters (C0, C1, DEL), the controls that reorder or hide
 * text (bidirectional marks, zero-width characters, line separators) and lone surrogates are written as `\u{…}`. What is
 * longer than `limit` characters is cut, with `…` in its place.
 */
export function printable(text: string, limit = 256): string {
  const shown = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return shown.replace(hidden, character => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}

/** `\p{C}` is control, format, surrogate, private use and unassigned. */
const hidden = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** The value as JSON in one line that a terminal shows as it is: what {@link printable} escapes is escaped as JSON does it, `\uXXXX`. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(hidden, characters =>
    Array.from(
      { length: characters.length },
      (_, i) => `\\u${characters.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
