/**
 * Thrown when bytes do not have the form that their codec declares: too short, too long, a length that does not fit.
 * Maps to the `decode_error` alert (RFC 9846 §6.2).
 */
export class DecodeError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed('DecodeError', value);
  }

  override readonly name = 'DecodeError';
  /** Offset in bytes, within the input, at which decoding stopped. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Thrown when a value cannot be written in the form that its codec declares: a mistake of the caller, never of a peer. */
export class EncodeError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed('EncodeError', value);
  }

  override readonly name = 'EncodeError';
}

/**
 * Whether it is an error of this name, from this copy of the module or from another: a program may have several, as bundles have their own.
 * For `Symbol.hasInstance`.
 */
export function isNamed(name: string, value: unknown): boolean {
  return value instanceof Error && value.name === name;
}
