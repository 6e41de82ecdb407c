/** RFC 5246 §7.1 and §7.2: ChangeCipherSpec and alerts. */
import { open, type Rows } from '../row.ts';

export const alerts: Rows = {
  '7.1:1': open('not read yet', 'not read yet'),
  '7.1:2': open('not read yet', 'not read yet'),
  '7.2:1': open('not read yet', 'not read yet'),
  '7.2.1:1': open('not read yet', 'not read yet'),
  '7.2.2:1': open('not read yet', 'not read yet'),
  '7.2.2:2': open('not read yet', 'not read yet'),
  '7.2.2:3': open('not read yet', 'not read yet'),
  '7.2.2:4': open('not read yet', 'not read yet'),
  '7.2.2:5': open('not read yet', 'not read yet'),
  '7.2.2:6': open('not read yet', 'not read yet'),
  '7.2.2:7': open('not read yet', 'not read yet'),
  '7.2.2:8': open('not read yet', 'not read yet'),
};
