/** The outer form of a ClientHello as options: reserved values, order, padding (RFC 8701, RFC 9846 §4.3, RFC 7685). */
import { GREASE, type HelloShape, helloShape, padHelloToMultiple, padHelloToSize } from '@tlskit/tls-handshake';
import { ExtensionType } from '@tlskit/tls-messages';
import { boolean, checkNames, integer, invalid, optionalFunction, shown, strings } from './check.ts';
import { code } from './names.ts';

export interface HelloOptions {
  /** Whether to send reserved values, at random, that servers must pass over (RFC 8701); false by default. */
  readonly grease?: boolean | undefined;
  /**
   * The order of the ClientHello's extensions: IANA's names, each `GREASE` for the next reserved one, with what is not named behind;
   * or `'random'`, each time another. pre_shared_key is always last (RFC 9846 §4.3.11).
   */
  readonly extensionOrder?: readonly string[] | 'random' | undefined;
  /**
   * How the ClientHello is padded (RFC 7685): to a multiple of so many bytes, to a size, or to what a function of its length says;
   * its own header of 4 bytes may make a hello up to 3 bytes longer than a size. Not at all by default.
   */
  readonly helloPadding?: { readonly multipleOf: number } | { readonly size: number } | HelloLength | undefined;
}

/** From the length of a ClientHello to the one that it is to have, in bytes of the message. */
export type HelloLength = (length: number) => number;

/** Longer than any ClientHello that servers take. */
const MAX_PADDED = 0xffff;

/** @throws TlsError `ERR_TLS_INVALID_OPTION` */
export function helloShapeOf(options: HelloOptions, random: (length: number) => Uint8Array): HelloShape | undefined {
  const grease = boolean('grease', options.grease, false);
  const order = orderOf(options.extensionOrder);
  const padding = paddingOf(options.helloPadding);
  if (!grease && order === undefined && padding === undefined) return undefined;
  return helloShape({ random, grease, order, padding });
}

function orderOf(given: HelloOptions['extensionOrder']): readonly number[] | 'random' | undefined {
  if (given === undefined || given === 'random') return given;
  if (typeof given === 'string') throw invalid(`extensionOrder is a list of names or 'random', not ${shown(given)}`);
  const names = [...given].filter(name => name !== 'GREASE');
  const codes = new Map(
    strings('extensionOrder', names).map(name => [name, code('extensionOrder', ExtensionType, name)]),
  );
  if (names.includes('pre_shared_key') && given.at(-1) !== 'pre_shared_key') {
    throw invalid('extensionOrder has pre_shared_key before another (RFC 9846 §4.3.11)');
  }
  return given.map(name => codes.get(name) ?? GREASE);
}

function paddingOf(given: HelloOptions['helloPadding']): HelloLength | undefined {
  if (given === undefined || typeof given === 'function') return optionalFunction('helloPadding', given);
  checkNames('helloPadding', given, ['multipleOf', 'size']);
  const { multipleOf, size } = given as { multipleOf?: number; size?: number };
  if ((multipleOf === undefined) === (size === undefined)) throw invalid('helloPadding has multipleOf, or size');
  if (size !== undefined) return padHelloToSize(integer('helloPadding.size', size, 1, MAX_PADDED, 1));
  return padHelloToMultiple(integer('helloPadding.multipleOf', multipleOf, 1, MAX_PADDED, 1));
}
