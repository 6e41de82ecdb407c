/** RFC 5246 §7.4.7 and §7.4.9: ClientKeyExchange and Finished. */
import { open, type Rows } from '../row.ts';

export const exchange: Rows = {
  '7.4.7:1': open('not read yet', 'not read yet'),
  '7.4.7:2': open('not read yet', 'not read yet'),
  '7.4.7:3': open('not read yet', 'not read yet'),
  '7.4.7.1:1': open('not read yet', 'not read yet'),
  '7.4.7.1:2': open('not read yet', 'not read yet'),
  '7.4.7.1:3': open('not read yet', 'not read yet'),
  '7.4.7.1:4': open('not read yet', 'not read yet'),
  '7.4.7.1:5': open('not read yet', 'not read yet'),
  '7.4.7.1:6': open('not read yet', 'not read yet'),
  '7.4.7.2:1': open('not read yet', 'not read yet'),
  '7.4.9:1': open('not read yet', 'not read yet'),
  '7.4.9:2': open('not read yet', 'not read yet'),
  '7.4.9:3': open('not read yet', 'not read yet'),
  '7.4.9:4': open('not read yet', 'not read yet'),
};
