/** Lines for a key log (RFC 9850) from the events of an engine. */
import { type KeyLogLabel, keyLogLine } from '@tlskit/tls-keyschedule';

/** What an engine tells of a secret when it is asked to. */
export interface SecretEvent {
  readonly type: 'secret';
  readonly label: KeyLogLabel;
  /** 32 bytes, of the first ClientHello. */
  readonly clientRandom: Uint8Array;
  readonly secret: Uint8Array;
}

/** The line of a secret, without line end; none for any other event. */
export function keyLogLines(event: { readonly type: string } | SecretEvent): string[] {
  return isSecret(event) ? [keyLogLine(event.label, event.clientRandom, event.secret)] : [];
}

function isSecret(event: { readonly type: string }): event is SecretEvent {
  return event.type === 'secret';
}
