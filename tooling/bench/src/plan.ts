/** How much is measured: everything that trades time for steadiness. */

export interface Plan {
  readonly name: 'full' | 'quick' | 'tiny';
  /** Rounds that count, in each of which every contestant has its turn. */
  readonly rounds: number;
  /** How many times its rounds are measured at most, where others disturb them. */
  readonly patience: number;
  /** Milliseconds of a turn, and how many times it is done at least. */
  readonly turn: number;
  readonly atLeast: number;
  /** Milliseconds of the turn that warms up and is not counted. */
  readonly warmUp: number;
  /** Handshakes that a pair of processes makes before any is counted: until then a part of each is the compiler's. */
  readonly handshakes: number;
  /** Handshakes that count of a pair of processes that has just begun, from the first on. */
  readonly cold: number;
  /** Bytes of a transfer, at most: what is slow moves a part of it, of about three turns. */
  readonly transfer: number;
  /** Connections that stand idle, for their memory. */
  readonly connections: number;
  /** Fresh processes for the time of an import. */
  readonly processes: number;
}

export const plans: Readonly<Record<Plan['name'], Plan>> = {
  full: {
    name: 'full',
    rounds: 7,
    patience: 2,
    turn: 400,
    atLeast: 5,
    warmUp: 2000,
    handshakes: 4000,
    cold: 100,
    transfer: 400e6,
    connections: 10_000,
    processes: 21,
  },
  quick: {
    name: 'quick',
    rounds: 3,
    patience: 2,
    turn: 250,
    atLeast: 3,
    warmUp: 800,
    handshakes: 800,
    cold: 100,
    transfer: 100e6,
    connections: 2000,
    processes: 7,
  },
  // For the tests: that it runs, and no more.
  tiny: {
    name: 'tiny',
    rounds: 1,
    patience: 2,
    turn: 0,
    atLeast: 2,
    warmUp: 0,
    handshakes: 0,
    cold: 2,
    transfer: 2e5,
    connections: 20,
    processes: 1,
  },
};
