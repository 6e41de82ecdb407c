/** RFC 7627: the extended master secret. */
import { open, type Rows } from '../row.ts';

export const extendedMasterSecret: Rows = {
  '2:1': open('not read yet', 'not read yet'),
  '5.1:1': open('not read yet', 'not read yet'),
  '5.2:1': open('not read yet', 'not read yet'),
  '5.2:2': open('not read yet', 'not read yet'),
  '5.2:3': open('not read yet', 'not read yet'),
  '5.2:4': open('not read yet', 'not read yet'),
  '5.3:1': open('not read yet', 'not read yet'),
  '5.3:2': open('not read yet', 'not read yet'),
  '5.3:3': open('not read yet', 'not read yet'),
  '5.3:4': open('not read yet', 'not read yet'),
  '5.3:5': open('not read yet', 'not read yet'),
  '5.3:6': open('not read yet', 'not read yet'),
  '5.4:1': open('not read yet', 'not read yet'),
  '5.4:2': open('not read yet', 'not read yet'),
  '5.4:3': open('not read yet', 'not read yet'),
  '5.4:4': open('not read yet', 'not read yet'),
  '5.4:5': open('not read yet', 'not read yet'),
  '6.4:1': open('not read yet', 'not read yet'),
};
