/** What of a connection decides how its messages and records are read: the version, and in TLS 1.2 the cipher suite. */
import type { RecordEntry } from '@tlskit/tls-inspect';
import { type CipherSuiteInfo12, cipherSuiteInfo12 } from '@tlskit/tls-messages/tls12';

export interface ReadingContext {
  readonly version: '1.3' | '1.2';
  /** Of TLS 1.2. */
  readonly suite: CipherSuiteInfo12 | undefined;
  /** Whether the MAC of a CBC suite is over the ciphertext (RFC 7366). */
  readonly encryptThenMac: boolean;
}

interface ServerHelloLike {
  readonly cipher_suite: number;
  readonly extensions: readonly { readonly extension_type: number }[];
}

const [TLS12, ENCRYPT_THEN_MAC] = [0x0303, 22];

/** @param records of the connection, all of them */
export function contextOf(records: readonly RecordEntry[]): ReadingContext {
  const messages = records.flatMap(record => record.messages);
  const hello = messages.find(({ name }) => name === 'ServerHello')?.value as ServerHelloLike | undefined;
  if (hello === undefined || messages.at(-1)?.version !== TLS12) {
    return { version: '1.3', suite: undefined, encryptThenMac: false };
  }
  return {
    version: '1.2',
    suite: cipherSuiteInfo12(hello.cipher_suite),
    encryptThenMac: hello.extensions.some(({ extension_type }) => extension_type === ENCRYPT_THEN_MAC),
  };
}
