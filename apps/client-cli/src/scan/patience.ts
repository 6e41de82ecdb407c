/**
 * Waits so many milliseconds for a server, and then reads what has come before it says that nothing has: on a machine that
 * was busy, a timer is called before sockets are looked at.
 * @returns no longer waits
 */
export function losePatience(milliseconds: number, then: () => void): () => void {
  let last: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    last = setImmediate(then);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    clearImmediate(last);
  };
}
