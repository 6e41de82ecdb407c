/** A client's half of a key exchange against a server's, over the bytes that go between. */
import { type CryptoProvider, withExtras } from '@tlskit/tls-crypto';
import { createNobleProvider } from '@tlskit/tls-crypto-noble';
import { allExtras } from '@tlskit/tls-crypto-noble/all';
import { legacyExtras } from '@tlskit/tls-crypto-noble/legacy';
import { createNodeProvider } from '@tlskit/tls-crypto-node';
import type { ClientConfig, Effect, Flow, HandshakeEvent, ReceivedHello, ServerConfig } from '@tlskit/tls-handshake';
import { AnyCipherSuite, NamedGroup } from '@tlskit/tls-messages';
import {
  type CipherSuiteInfo12,
  cipherSuiteInfo12,
  type ServerKeyExchange12,
  serverKeyExchangeBody,
} from '@tlskit/tls-messages/tls12';
import { decode, encode } from '@tlskit/tls-wire';
import {
  answerKeyExchange,
  beginKeyExchange,
  type ClientInput,
  type ServerExchange,
  type ServerInput,
  type ServerParams,
} from '../../src/key-exchange/index.ts';

export const noble = withExtras(createNobleProvider(), ...allExtras, ...legacyExtras);
export const node = createNodeProvider();

/** Client and server, by their providers. */
export const pairs = [
  { name: 'noble, noble', client: noble, server: noble },
  { name: 'noble, node', client: noble, server: node },
  { name: 'node, noble', client: node, server: noble },
  { name: 'node, node', client: node, server: node },
];

const groups = Object.values(NamedGroup.values);

export function clientConfig(provider: CryptoProvider, more: Partial<ClientConfig> = {}): ClientConfig {
  return { provider, random: provider.random, groups, ...more } as Partial<ClientConfig> as ClientConfig;
}

export function serverConfig(provider: CryptoProvider, more: Partial<ServerConfig> = {}): ServerConfig {
  return { provider, random: provider.random, groups, ...more } as Partial<ServerConfig> as ServerConfig;
}

export function suite(name: keyof typeof AnyCipherSuite.values): CipherSuiteInfo12 {
  const info = cipherSuiteInfo12(AnyCipherSuite.values[name]);
  if (info === undefined) throw new Error(`no ${name}`);
  return info;
}

/** Runs a flow to its end, and says what it asked for on the way. */
export async function run<T>(flow: Flow<T>): Promise<{ value: T; effects: Effect['op'][]; events: HandshakeEvent[] }> {
  const effects: Effect['op'][] = [];
  const events: HandshakeEvent[] = [];
  let step = flow.next();
  while (!step.done) {
    const effect = step.value;
    effects.push(effect.op);
    if (effect.op === 'emit') events.push(effect.event);
    if (effect.op !== 'wait') {
      step = flow.next();
      continue;
    }
    const settled = await effect.promise.then(
      value => ({ value }),
      (error: unknown) => ({ error }),
    );
    step = 'error' in settled ? flow.throw(settled.error) : flow.next(settled.value);
  }
  return { value: step.value, effects, events };
}

export async function outcome<T>(flow: Flow<T>): Promise<T> {
  return (await run(flow)).value;
}

/** The parameters as the client reads them. */
export function sent(info: CipherSuiteInfo12, params: ServerParams | undefined): ServerKeyExchange12 | undefined {
  if (params === undefined) return undefined;
  const body = serverKeyExchangeBody(info);
  const isSigned = info.authentication !== 'PSK' && info.authentication !== 'anon';
  const signed_params = { algorithm: 0x0403, signature: new Uint8Array(0) };
  return decode(body, encode(body, { ...params, ...(isSigned && { signed_params }) }));
}

/** What the client may be told otherwise. */
export type Client = Partial<Omit<ClientInput, 'suite' | 'config'>> & Pick<ClientInput, 'config'>;
export type Server = Partial<Omit<ServerInput, 'suite' | 'config'>> & Pick<ServerInput, 'config'>;

export const hello = {} as ReceivedHello;

export function begin(info: CipherSuiteInfo12, server: Server): Promise<ServerExchange> {
  return outcome(
    beginKeyExchange({ suite: info, hello, group: undefined, key: undefined, clientVersion: 0x0303, ...server }),
  );
}

export function answer(info: CipherSuiteInfo12, client: Client) {
  return outcome(
    answerKeyExchange({ suite: info, params: undefined, peerKey: undefined, clientVersion: 0x0303, ...client }),
  );
}

/** The whole exchange. */
export async function exchange(info: CipherSuiteInfo12, client: Client, server: Server) {
  const theirs = await begin(info, server);
  const ours = await answer(info, { params: sent(info, theirs.params), ...client });
  const done = await outcome(theirs.complete(ours.body));
  theirs.wipe();
  return { params: theirs.params, group: theirs.group, client: ours, server: done };
}

/** A provider whose named groups remember the secrets that they gave. */
export function remembering(provider: CryptoProvider): { provider: CryptoProvider; secrets: Uint8Array[] } {
  const secrets: Uint8Array[] = [];
  const seen = (secret: Uint8Array) => {
    secrets.push(secret);
    return secret;
  };
  const watched = Object.entries(provider.groups).map(([name, group]) => [
    name,
    {
      name,
      async offer() {
        const offer = await group.offer();
        return {
          share: offer.share,
          complete: async (share: Uint8Array) => seen(await offer.complete(share)),
          wipe: () => offer.wipe(),
        };
      },
      async respond(share: Uint8Array) {
        const answer = await group.respond(share);
        seen(answer.sharedSecret);
        return answer;
      },
    },
  ]);
  return { provider: { ...provider, groups: Object.fromEntries(watched) }, secrets };
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every(byte => byte === 0);
}
