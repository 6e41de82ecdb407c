/** GREASE (RFC 8701): values that mean nothing, so that peers keep passing over what they do not know. */
import {
  alpnRow,
  type ClientHello,
  type Extension,
  type ExtensionMessage,
  type ExtensionRow,
  type ExtensionValues,
  findExtension,
  keyShareRow,
  makeExtension,
  pskKeyExchangeModesRow,
  signatureAlgorithmsRow,
  supportedGroupsRow,
  supportedVersionsRow,
} from '@tlskit/tls-messages';

type Random = (length: number) => Uint8Array;

/**
 * A ClientHello with a reserved value in each of its lists (RFC 8701 §3.1), the first of the list, and with two extensions
 * that nobody knows, the first and the last. The values are other ones each time.
 */
export function greased(hello: ClientHello, random: Random): ClientHello {
  const [suite = 0, group = 0, version = 0, scheme = 0, protocol = 0, first = 0, step = 0, mode = 0] = random(8);
  const named = value(group);
  const change: ChangeOf = (row, key, reserved) => extensions => {
    const old = findExtension(extensions, row, 'CH');
    if (old === undefined) return extensions;
    const changed = makeExtension(row, 'CH', { ...old, [key]: [reserved, ...old[key]] });
    return extensions.map(each => (each.extension_type === row.type ? changed : each));
  };
  const changes = [
    change(supportedGroupsRow, 'named_group_list', named),
    change(keyShareRow, 'client_shares', { group: named, key_exchange: Uint8Array.of(0) }),
    change(supportedVersionsRow, 'versions', value(version)),
    change(signatureAlgorithmsRow, 'supported_signature_algorithms', value(scheme)),
    change(pskKeyExchangeModesRow, 'ke_modes', pskMode(mode)),
    change(alpnRow, 'protocol_name_list', Uint8Array.of(value(protocol) >> 8, value(protocol) & 0xff)),
  ];
  const extensions = changes.reduce((all, make) => make(all), hello.extensions);
  return {
    ...hello,
    cipher_suites: [value(suite), ...hello.cipher_suites],
    // Two of one type would be one too many.
    extensions: [greaseExtension(random, first), ...extensions, greaseExtension(random, first + 1 + (step % 15))],
  };
}

/** An extension for a message that may carry ones that nobody knows: ClientHello, CertificateRequest, NewSessionTicket (RFC 8701 §3.1, §4.1). */
export function greaseExtension(random: Random, seed: number = random(1)[0] ?? 0): Extension {
  return { extension_type: value(seed), extension_data: random((random(1)[0] ?? 0) & 0x0f) };
}

// biome-ignore lint/suspicious/noExplicitAny: lists of different things
type ChangeOf = <T extends ExtensionValues & { CH: any }>(
  row: ExtensionRow<T>,
  key: keyof T['CH' & ExtensionMessage],
  reserved: unknown,
) => (extensions: readonly Extension[]) => readonly Extension[];

/** One of the sixteen 16-bit values (RFC 8701 §2). */
function value(seed: number): number {
  return (seed & 0x0f) * 0x1010 + 0x0a0a;
}

/** One of the eight values of 8 bits (RFC 8701 §2). */
function pskMode(seed: number): number {
  return 0x0b + (seed & 0x07) * 0x1f;
}
