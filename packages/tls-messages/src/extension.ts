/** Extensions as they stand in messages: type and data, in order, whatever they are (RFC 9846 §4.3). */
import { type Codec, declared, opaqueVector, struct, vector } from '@tlskit/tls-wire';
import { extensionTypeCode } from './registries/extension-types.ts';

/** One extension, undecoded. */
export interface Extension {
  /** An {@link ExtensionType}, which need not be a known one. */
  readonly extension_type: number;
  /** At most 2^16-1 bytes. */
  readonly extension_data: Uint8Array;
}

/** `Extension`: type, 16-bit length, data. */
export const extension: Codec<Extension> = /* @__PURE__ */ declared(() =>
  struct('Extension', {
    extension_type: extensionTypeCode,
    extension_data: opaqueVector(0, 2 ** 16 - 1),
  }),
);

/**
 * `Extension extensions<0..2^16-1>`. The lower bounds of 7 and 6 bytes that RFC 9846 has for ClientHello and ServerHello
 * follow from what TLS 1.3 requires to be there; the same messages of TLS 1.2 may have less.
 */
export const extensions: Codec<readonly Extension[]> = /* @__PURE__ */ vector(extension, 0, 2 ** 16 - 1);

/**
 * Stands in a ClientHello or ServerHello whose extensions block is absent, which before TLS 1.3 is not the same bytes as
 * an empty one (RFC 9846 §4.2.2, RFC 5246 §7.4.1.2). It is recognised by identity: a copy of it is an empty block.
 */
export const NO_EXTENSIONS: readonly Extension[] = /* @__PURE__ */ Object.freeze([]);

/** A block that may be absent at the end of a message; then its value is {@link NO_EXTENSIONS}. */
export const trailingExtensions: Codec<readonly Extension[]> = {
  type: extensions.type,
  encode(writer, value) {
    if (value !== NO_EXTENSIONS) extensions.encode(writer, value);
  },
  decode: reader => (reader.remaining === 0 ? NO_EXTENSIONS : extensions.decode(reader)),
};
