/** RFC 5246 §7.3 to §7.4.1: the flow, and the hellos with their extensions. */
import { open, type Rows } from '../row.ts';

export const hello: Rows = {
  '7.3:1': open('not read yet', 'not read yet'),
  '7.3:2': open('not read yet', 'not read yet'),
  '7.3:3': open('not read yet', 'not read yet'),
  '7.3:4': open('not read yet', 'not read yet'),
  '7.4:1': open('not read yet', 'not read yet'),
  '7.4.1.1:1': open('not read yet', 'not read yet'),
  '7.4.1.2:1': open('not read yet', 'not read yet'),
  '7.4.1.2:2': open('not read yet', 'not read yet'),
  '7.4.1.2:3': open('not read yet', 'not read yet'),
  '7.4.1.2:4': open('not read yet', 'not read yet'),
  '7.4.1.2:5': open('not read yet', 'not read yet'),
  '7.4.1.2:6': open('not read yet', 'not read yet'),
  '7.4.1.3:1': open('not read yet', 'not read yet'),
  '7.4.1.3:2': open('not read yet', 'not read yet'),
  '7.4.1.4:1': open('not read yet', 'not read yet'),
  '7.4.1.4:2': open('not read yet', 'not read yet'),
  '7.4.1.4:3': open('not read yet', 'not read yet'),
  '7.4.1.4.1:1': open('not read yet', 'not read yet'),
  '7.4.1.4.1:2': open('not read yet', 'not read yet'),
  '7.4.1.4.1:3': open('not read yet', 'not read yet'),
  '7.4.1.4.1:4': open('not read yet', 'not read yet'),
  '7.4.1.4.1:5': open('not read yet', 'not read yet'),
  '7.4.1.4.1:6': open('not read yet', 'not read yet'),
};
