/**
 * Authentication after the handshake (RFC 9846 §4.7.2) is the same as in it, but for its transcript and for when its messages come
 * and go: they are run apart, from messages that were received already, into messages that are sent together.
 */

import { TlsError } from '@tlskit/tls-alerts';
import { type Flow, intercepted, type Received, type Transcript } from '@tlskit/tls-handshake';
import { HandshakeType } from '@tlskit/tls-messages';

/**
 * Runs a flow of authentication messages on a transcript of its own.
 * @param received what it receives
 * @param sent gets what it sends
 */
export function apart<T>(flow: Flow<T>, transcript: Transcript, received: Received[], sent: Uint8Array[]): Flow<T> {
  return intercepted(flow, function* (effect) {
    if (effect.op === 'send') {
      transcript.add(effect.raw);
      sent.push(effect.raw);
      return undefined;
    }
    if (effect.op !== 'recv') return yield effect;
    const next = received.shift();
    const expected = effect.expected.some(message => message.type === next?.def.type);
    if (next === undefined || !expected) throw unexpected(effect.expected[0]?.name, next);
    transcript.add(next.raw);
    return next;
  });
}

function unexpected(expected: string | undefined, got: Received | undefined): TlsError {
  const name = got === undefined ? 'nothing' : HandshakeType.label(got.def.type);
  return new TlsError('ERR_TLS_UNEXPECTED_MESSAGE', `after the handshake expected ${expected}, got ${name}`);
}
