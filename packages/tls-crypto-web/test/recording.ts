/** WebCrypto that notes what it is asked, and refuses what a test wants it to. */
import { webcrypto } from 'node:crypto';

const methods = ['generateKey', 'importKey', 'exportKey', 'deriveBits', 'sign', 'verify'] as const;
type Method = (typeof methods)[number] | 'encapsulateBits' | 'decapsulateBits';

export interface Call {
  readonly method: Method;
  /** The name of its algorithm. */
  readonly algorithm: string;
  /** What `describe()` calls it. */
  readonly feature: string;
  readonly extractable?: boolean;
}

const curves: Readonly<Record<string, string>> = { 'P-256': 'secp256r1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' };
const rsa: Readonly<Record<string, string>> = { 'RSASSA-PKCS1-v1_5': 'rsa-pkcs1', 'RSA-PSS': 'rsa-pss' };

export class RecordingSubtle {
  readonly calls: Call[] = [];
  readonly #refuses: (call: Call) => boolean;
  readonly asSubtle: SubtleCrypto;

  constructor(refuses: (call: Call) => boolean = () => false) {
    this.#refuses = refuses;
    const all: readonly Method[] = [...methods, 'encapsulateBits', 'decapsulateBits'];
    this.asSubtle = Object.fromEntries(
      all.map(method => [method, (...args: unknown[]) => this.#call(method, args)]),
    ) as unknown as SubtleCrypto;
  }

  async #call(method: Method, args: unknown[]): Promise<unknown> {
    const call = described(method, args);
    this.calls.push(call);
    if (this.#refuses(call)) throw new DOMException('refused by the test', 'NotSupportedError');
    const subtle = webcrypto.subtle as unknown as Record<Method, ((...args: unknown[]) => unknown) | undefined>;
    const own = subtle[method];
    if (own === undefined) throw new DOMException('not in this runtime', 'NotSupportedError');
    return own.apply(webcrypto.subtle, args);
  }
}

function described(method: Method, args: readonly unknown[]): Call {
  const key = args.find((arg): arg is CryptoKey => arg instanceof CryptoKey);
  const given = args[method === 'importKey' ? 2 : 0] as Partial<EcKeyAlgorithm>;
  const { name = '', namedCurve = '' } = { ...given, ...(key?.algorithm as Partial<EcKeyAlgorithm> | undefined) };
  const curve = curves[namedCurve];
  const feature = name === 'ECDSA' ? `ecdsa-${curve}` : (rsa[name] ?? curve ?? name.toLowerCase());
  const extractable = args.find(arg => typeof arg === 'boolean');
  return { method, algorithm: name, feature, ...(extractable !== undefined && { extractable }) };
}
