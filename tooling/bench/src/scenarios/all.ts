import { browser } from './browser.ts';
import { others } from './clients.ts';
import { cold } from './cold.ts';
import { crowd } from './crowd.ts';
import { bulk, roundTrips } from './data.ts';
import { handshakes, handshakes24 } from './handshakes.ts';
import { importTime } from './import-time.ts';
import { limits } from './limits.ts';
import { memory } from './memory.ts';
import { earlyData, resumed } from './resumption.ts';
import type { Scenario } from './scenario.ts';
import { sizes } from './sizes.ts';

/** All of them, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  handshakes,
  handshakes24,
  cold,
  resumed,
  earlyData,
  bulk,
  roundTrips,
  limits,
  memory,
  crowd,
  others,
  browser,
  importTime,
  sizes,
];
