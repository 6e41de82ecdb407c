/**
 * WebCrypto of another runtime, in a browser or another process: calls go there as JSON, keys stay there. So the suites, which need
 * Node, run on the provider with whatever WebCrypto there is.
 */

/** Takes a request, gives the reply. */
export type Channel = (request: string) => Promise<string>;

const methods = [
  ...['generateKey', 'importKey', 'exportKey', 'deriveBits', 'sign', 'verify'],
  ...['encapsulateBits', 'decapsulateBits'],
];

export function remoteSubtle(channel: Channel): SubtleCrypto {
  const call =
    (method: string) =>
    async (...args: unknown[]) => {
      const { result, error } = JSON.parse(await channel(JSON.stringify({ method, args: args.map(sent) })));
      if (error !== undefined) throw new DOMException(error, 'OperationError');
      return received(result);
    };
  return Object.fromEntries(methods.map(method => [method, call(method)])) as unknown as SubtleCrypto;
}

/** A key that is elsewhere. */
class RemoteKey {
  readonly $key: number;

  constructor(id: number) {
    this.$key = id;
  }
}

function sent(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (value instanceof RemoteKey || Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sent(member)]));
}

function received(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$bytes' in value) return new Uint8Array(Buffer.from(value.$bytes as string, 'base64')).buffer;
  if ('$key' in value) return new RemoteKey(value.$key as number);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, received(member)]));
}

/**
 * The other end, which is taken there as text: nothing in here may come from outside of it.
 * @returns answers a request
 */
export function subtleServer(subtle: SubtleCrypto): Channel {
  const keys: CryptoKey[] = [];
  const opened = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    if ('$bytes' in value) return Uint8Array.from(atob(value.$bytes as string), octet => octet.charCodeAt(0));
    if ('$key' in value) return keys[value.$key as number];
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, opened(member)]));
  };
  const closed = (value: unknown): unknown => {
    if (value instanceof ArrayBuffer) return { $bytes: btoa(String.fromCharCode(...new Uint8Array(value))) };
    if (value instanceof CryptoKey) return { $key: keys.push(value) - 1 };
    if (typeof value !== 'object' || value === null) return value;
    // Members may be those of a class.
    const names = ['publicKey', 'privateKey', 'sharedKey', 'ciphertext'].filter(name => name in value);
    return Object.fromEntries(names.map(name => [name, closed((value as Record<string, unknown>)[name])]));
  };
  return async request => {
    const { method, args } = JSON.parse(request);
    try {
      const own = subtle as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
      return JSON.stringify({ result: closed(await own[method]?.(...args.map(opened))) });
    } catch (error) {
      return JSON.stringify({ error: String(error) });
    }
  };
}
