/**
 * The outer form of a ClientHello, which means nothing to the handshake: reserved values, the order of extensions, and padding
 * (RFC 8701, RFC 9846 §4.3, RFC 7685). Whoever does not want to look like others, or wants to, decides here.
 */
import {
  type ClientHello,
  clientHello,
  type Extension,
  encodeMessage,
  isGrease,
  paddingRow,
} from '@tlskit/tls-messages';
import { greased } from './grease.ts';

/** Changes a hello that is complete but for its binders. The first one decides on all but padding, which may change (RFC 9846 §4.2.2). */
export type HelloShape = (hello: ClientHello, which: 'first' | 'second') => ClientHello;

export interface ShapeOptions {
  readonly random: (length: number) => Uint8Array;
  /** Whether to put reserved values into lists and between extensions. */
  readonly grease?: boolean | undefined;
  /**
   * ExtensionTypes in the order in which they are sent; what is not named comes behind. Each {@link GREASE} stands for the next
   * reserved one. pre_shared_key is last whatever is said.
   */
  readonly order?: readonly number[] | 'random' | undefined;
  /** The length that a hello is to have, in bytes of its message; for a length of less than 4 bytes more there is no padding. */
  readonly padding?: ((length: number) => number) | undefined;
}

/** A reserved extension in a list of types. */
export const GREASE = -1;

export function helloShape({ random, grease = false, order, padding }: ShapeOptions): HelloShape {
  return (hello, which) => {
    const filled = which === 'first' && grease ? greased(hello, random) : hello;
    const padded = padding === undefined ? filled : withPadding(filled, padding);
    if (which === 'second' || order === undefined) return padded;
    const { extensions } = padded;
    const ordered = order === 'random' ? shuffled(extensions, random) : inOrder(extensions, order);
    return { ...padded, extensions: ordered };
  };
}

/** A policy: the next multiple of so many bytes that padding can reach. @throws RangeError unless it is a positive whole number */
export function padHelloToMultiple(of: number): (length: number) => number {
  if (!Number.isInteger(of) || of < 1) throw new RangeError(`${of} is no number of bytes`);
  return length => {
    const next = (from: number) => Math.ceil(from / of) * of;
    return length % of === 0 ? length : next(length + HEADER);
  };
}

/** A policy: no fewer than so many bytes; up to 3 more where the padding's own header is too much. */
export function padHelloToSize(size: number): (length: number) => number {
  return length => (length >= size ? length : Math.max(size, length + HEADER));
}

/** Type and length of an extension. */
const HEADER = 4;

/** RFC 7685 §3: zeros, as many as are wanting; the extension of the first hello makes way for that of the second. */
function withPadding(hello: ClientHello, policy: (length: number) => number): ClientHello {
  const extensions = hello.extensions.filter(each => each.extension_type !== paddingRow.type);
  const length = encodeMessage(clientHello, { ...hello, extensions }).length;
  const wanted = policy(length) - length;
  if (!(wanted >= HEADER)) return { ...hello, extensions };
  const padding = { extension_type: paddingRow.type, extension_data: new Uint8Array(wanted - HEADER) };
  const at = hello.extensions.findIndex(each => each.extension_type === paddingRow.type);
  return { ...hello, extensions: extensions.toSpliced(at < 0 ? extensions.length : at, 0, padding) };
}

function inOrder(extensions: readonly Extension[], order: readonly number[]): Extension[] {
  const rest = [...extensions];
  const first = order.flatMap(type => {
    const fits = ({ extension_type }: Extension) =>
      type === GREASE ? isGrease(extension_type) : extension_type === type;
    const at = rest.findIndex(fits);
    return at < 0 ? [] : rest.splice(at, 1);
  });
  return [...first, ...rest];
}

/** All but the reserved ones, which stay where they are, in an order of which each is as likely as any. */
function shuffled(extensions: readonly Extension[], random: (length: number) => Uint8Array): Extension[] {
  const others = extensions.filter(each => !isGrease(each.extension_type));
  for (let i = others.length - 1; i > 0; i--) {
    const j = below(i + 1, random);
    [others[i], others[j]] = [others[j] as Extension, others[i] as Extension];
  }
  return extensions.map(each => (isGrease(each.extension_type) ? each : (others.shift() as Extension)));
}

/** A random whole number below a bound of at most 256, without bias. */
function below(bound: number, random: (length: number) => Uint8Array): number {
  const limit = 256 - (256 % bound);
  for (;;) {
    const [byte = 0] = random(1);
    if (byte < limit) return byte % bound;
  }
}
