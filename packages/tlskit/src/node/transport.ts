/** What is below a connection: anything that is a Duplex of bytes. */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long, in milliseconds, a transport may take to deliver the last bytes and to hear of the peer's end. */
const LINGER = 1000;

/** Whether the transport is a socket that has yet to connect. */
export function isConnecting(transport: Duplex): boolean {
  return (transport as Partial<Socket>).connecting === true;
}

/**
 * Writes parts in one go.
 * @param taken called when the transport has passed all of them on, or failed to
 * @returns whether the transport wants more at once; otherwise it says 'drain'
 */
export function send(transport: Duplex, parts: readonly Uint8Array[], taken?: Taken): boolean {
  // Whoever ended the transport under our hands hears of it by its 'close'.
  if (parts.length === 0 || transport.destroyed || transport.writableEnded) return true;
  const last = parts.length - 1;
  if (last === 0) return transport.write(parts[0], taken);
  transport.cork();
  for (let i = 0; i < last; i++) transport.write(parts[i]);
  const more = transport.write(parts[last], taken);
  transport.uncork();
  return more;
}

type Taken = (error?: Error | null) => void;

/** What a transport was given and has not passed on. */
export class InFlight {
  #writes = 0;
  readonly #taken: Taken = error => {
    if (!error) this.#writes--;
  };

  /** Whether there is any; a transport that failed keeps it for ever. */
  get some(): boolean {
    return this.#writes > 0;
  }

  /** As {@link send}, and counts it. */
  send(transport: Duplex, parts: readonly Uint8Array[]): boolean {
    this.#writes++;
    return send(transport, parts, this.#taken);
  }
}

/**
 * Ends our side of a transport behind all that was written to it; `done` is called when that is out. No time bounds it: a close_notify of
 * the peer says nothing of how long it may read (RFC 9846 §6.1). If it never does, that is for the application to end, as it is with
 * `node:net`: by `destroy`, its `signal`, or when `setTimeout` says that nothing moves.
 */
export function finish(transport: Duplex, done: () => void): void {
  // An error here is the transport's, which says so itself.
  transport.end((error?: Error | null) => error ?? done());
}

/**
 * Ends a transport that nobody reads from any more, and sees to it that it goes away. What was written still goes out.
 * @param linger whether to read on for a moment: a TCP socket that is closed with input unread sends a reset, and the peer
 *   may lose what it has not read yet, such as the alert that tells it why
 */
export function dismiss(transport: Duplex, linger: boolean): void {
  if (transport.destroyed) return;
  if (transport.errored) {
    transport.destroy();
    return;
  }
  const destroy = () => transport.destroy();
  const timer = setTimeout(destroy, LINGER);
  timer.unref();
  transport.once('close', () => clearTimeout(timer));
  transport.on('error', destroy);
  const proceed = () => {
    if (!transport.writableFinished) return;
    // Whoever waits now waits for the peer's end: no reason to keep the process alive.
    (transport as Partial<Socket>).unref?.();
    if (!linger || transport.readableEnded) destroy();
  };
  transport.on('finish', proceed);
  transport.on('end', proceed);
  if (!transport.writableEnded) transport.end();
  // Without a listener for data it is thrown away.
  transport.resume();
  proceed();
}
