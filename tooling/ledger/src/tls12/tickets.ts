/** RFC 5077: tickets. */
import { open, type Rows } from '../row.ts';

export const tickets: Rows = {
  '2:1': open('not read yet', 'not read yet'),
  '3.2:1': open('not read yet', 'not read yet'),
  '3.2:2': open('not read yet', 'not read yet'),
  '3.2:3': open('not read yet', 'not read yet'),
  '3.2:4': open('not read yet', 'not read yet'),
  '3.3:1': open('not read yet', 'not read yet'),
  '3.3:2': open('not read yet', 'not read yet'),
  '3.3:3': open('not read yet', 'not read yet'),
  '3.3:4': open('not read yet', 'not read yet'),
  '3.3:5': open('not read yet', 'not read yet'),
  '3.4:1': open('not read yet', 'not read yet'),
  '3.4:2': open('not read yet', 'not read yet'),
  '3.4:3': open('not read yet', 'not read yet'),
  '4:1': open('not read yet', 'not read yet'),
  '5.2:1': open('not read yet', 'not read yet'),
  '5.7:1': open('not read yet', 'not read yet'),
  '5.7:2': open('not read yet', 'not read yet'),
};
