/** Peers that say something else in their hellos than they mean, before anything is computed over them. */
import type { ClientOffer, Transcript } from '@tlskit/tls-handshake';
import {
  type ClientHello,
  clientHello,
  decodeMessage,
  type Extension,
  encodeMessage,
  type ServerHello,
  serverHello,
} from '@tlskit/tls-messages';
import type { EngineVersion } from '../src/index.ts';
import { tls13 } from '../src/tls13.ts';
import { misbehaving, sends } from './support.ts';

/** A server, whose ServerHello and HelloRetryRequest are changed as they go out. */
export function rewritingHello(change: (hello: ServerHello) => ServerHello): EngineVersion {
  return misbehaving('server', effect =>
    sends(effect, serverHello)
      ? { ...effect, raw: encodeMessage(serverHello, change(decodeMessage(serverHello, effect.raw))) }
      : effect,
  );
}

/**
 * A client whose hellos are changed before binders are made over them.
 * @param change gets the number of the hello too, from 0
 */
export function offering(change: (hello: ClientHello, which: number) => ClientHello): EngineVersion {
  return withBind((bind, hello, which) => bind(change(hello, which)));
}

/** The same, with a change of the hello as it goes out, binders included. */
export function binding(change: (bound: ClientHello, which: number) => ClientHello): EngineVersion {
  return withBind((bind, hello, which) => change(bind(hello), which));
}

function withBind(
  make: (bind: (hello: ClientHello) => ClientHello, hello: ClientHello, which: number) => ClientHello,
): EngineVersion {
  const { handshake } = tls13;
  return {
    ...tls13,
    handshake: {
      ...handshake,
      client: {
        ...handshake.client,
        *offer(config) {
          const offer: ClientOffer = yield* handshake.client.offer(config);
          let which = 0;
          return Object.assign(Object.create(offer), {
            ...offer,
            bind: (hello: ClientHello, transcript: Transcript) =>
              make(each => offer.bind?.(each, transcript) ?? each, hello, which++),
          });
        },
      },
    },
  };
}

/** The hello without the extensions of these types. */
export function without<T extends { readonly extensions: readonly Extension[] }>(hello: T, ...types: number[]): T {
  return { ...hello, extensions: hello.extensions.filter(each => !types.includes(each.extension_type)) };
}

/** The hello with an extension in place of the one of its type, or behind all others but the last. */
export function replacing<T extends { readonly extensions: readonly Extension[] }>(hello: T, extension: Extension): T {
  const { extensions } = hello;
  const at = extensions.findIndex(each => each.extension_type === extension.extension_type);
  return { ...hello, extensions: at < 0 ? [extension, ...extensions] : extensions.with(at, extension) };
}

/** Every ClientHello that an end sent or received, by its observer of messages. */
export function hellosIn(messages: readonly Uint8Array[]): readonly ClientHello[] {
  return messages.filter(bytes => bytes[0] === clientHello.type).map(bytes => decodeMessage(clientHello, bytes));
}
