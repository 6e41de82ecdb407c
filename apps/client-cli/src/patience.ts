/**
 * Waits so many milliseconds for a server, and then reads what has come before it says that nothing has: on a machine that
 * was busy, a timer is called before sockets are looked at. They are looked at twice, as one may wait for another: a proxy
 * in this process, or what TLS makes of TCP.
 * @returns no longer waits
 */
export function losePatience(milliseconds: number, then: () => void): () => void {
  let last: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    last = setImmediate(() => {
      last = setImmediate(then);
    });
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    clearImmediate(last);
  };
}
