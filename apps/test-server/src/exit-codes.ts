/** Each exit code with what it means. */
export const exitCodes = {
  good: [0, 'the server was asked to end, and did'],
  internal: [1, 'something went wrong here'],
  usage: [2, 'unknown, contradictory or unusable options'],
  listen: [3, 'the address cannot be listened on'],
  unexpected: [4, 'a client did not do what a right one does'],
} as const;

export type Outcome = keyof typeof exitCodes;
