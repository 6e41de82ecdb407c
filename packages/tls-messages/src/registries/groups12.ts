/** Groups as TLS 1.2 has them (RFC 8422 §5.1.1, RFC 7919 §2). */
import { type GroupInfo, groupInfo, NamedGroup } from './groups.ts';

/**
 * The group by code point, or undefined where TLS 1.2 has none that providers can do: groups with ML-KEM are TLS 1.3's alone
 * (RFC 9846 §4.3.7), secp224r1 is TLS 1.2's.
 */
export function groupInfo12(code: number): GroupInfo | undefined {
  if (code === NamedGroup.values.secp224r1)
    return { code, name: 'secp224r1', provider: 'secp224r1', postQuantum: false };
  const info = groupInfo(code);
  return info?.postQuantum ? undefined : info;
}
