/** The clock of both ends: the certificates are of that time. */
export const NOW = Date.UTC(2026, 0, 1);

export function now(): number {
  return NOW;
}
