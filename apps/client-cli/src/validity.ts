/** The validity of a certificate as people want to know it. */

const DAY = 86_400_000;

/** `2026-11-20 to 2027-02-18, 89 days left`. @param now milliseconds since 1970 */
export function validityText({ notBefore, notAfter }: { notBefore: string; notAfter: string }, now: number): string {
  const [start, end] = [Date.parse(notBefore), Date.parse(notAfter)];
  const days = (milliseconds: number): string => {
    const count = Math.floor(milliseconds / DAY);
    return count === 1 ? '1 day' : `${count} days`;
  };
  const state =
    now < start
      ? `not yet, in ${days(start - now)}`
      : now > end
        ? `expired ${days(now - end)} ago`
        : `${days(end - now)} left`;
  return `${notBefore.slice(0, 10)} to ${notAfter.slice(0, 10)}, ${state}`;
}
