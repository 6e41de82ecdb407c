/** What handshake messages are called. */
import { HandshakeType, HELLO_RETRY_RANDOM } from '@tlskit/tls-messages';
import { equalBytes } from '@tlskit/tls-wire';

/** By the RFCs' names of their structures, which registries write with underscores. @param message with its header */
export function messageName(message: Uint8Array): string {
  if (isRetry(message)) return 'HelloRetryRequest';
  const type = message[0] as number;
  const words = HandshakeType.nameOf(type)?.split('_');
  return words?.map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join('') ?? `HandshakeType ${type}`;
}

/** Whether it is a ServerHello with the random of a HelloRetryRequest (RFC 9846 §4.2.3). @param message with its header */
export function isRetry(message: Uint8Array): boolean {
  return message[0] === HandshakeType.values.server_hello && equalBytes(message.subarray(6, 38), HELLO_RETRY_RANDOM);
}
