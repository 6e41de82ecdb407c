/** What a client asks of a server, in nine bytes: a letter and a number of bytes. */

/**
 * `D` has so many bytes sent, `U` says that the client will send so many, which is answered by one byte, and `R` that it wants as many back.
 */
export type Order = 'D' | 'U' | 'R';

/** Bytes of an order. */
export const ORDER = 9;

export function order(letter: Order, bytes: number): Uint8Array {
  const message = new Uint8Array(ORDER);
  message[0] = letter.charCodeAt(0);
  new DataView(message.buffer).setBigUint64(1, BigInt(bytes));
  return message;
}

/** An order to have these bytes back, and the bytes. */
export function request(data: Uint8Array): Uint8Array {
  const message = new Uint8Array(ORDER + data.length);
  message.set(order('R', data.length));
  message.set(data, ORDER);
  return message;
}
