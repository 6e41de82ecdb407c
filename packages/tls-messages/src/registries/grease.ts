/** The values that mean nothing and stand in lists so that peers keep ignoring what they do not know (RFC 8701). */

/**
 * Whether a 16-bit code point (cipher suite, group, extension, signature scheme, version) is one of GREASE's sixteen:
 * 0x0A0A, 0x1A1A, … 0xFAFA (RFC 8701 §2).
 */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

/** Whether a PskKeyExchangeMode is one of GREASE's eight: 0x0B, 0x2A, … 0xE4 (RFC 8701 §2). */
export function isGreasePskMode(value: number): boolean {
  return value >= 0x0b && value <= 0xe4 && (value - 0x0b) % 0x1f === 0;
}
