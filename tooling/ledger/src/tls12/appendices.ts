/** RFC 5246 §9 and its appendices: what is mandatory, versions of old. */
import { open, type Rows } from '../row.ts';

export const appendices: Rows = {
  '9:1': open('not read yet', 'not read yet'),
  'A.5:1': open('not read yet', 'not read yet'),
  'A.5:2': open('not read yet', 'not read yet'),
  'E.1:1': open('not read yet', 'not read yet'),
  'E.1:2': open('not read yet', 'not read yet'),
  'E.1:3': open('not read yet', 'not read yet'),
  'E.1:4': open('not read yet', 'not read yet'),
  'E.2:1': open('not read yet', 'not read yet'),
  'E.2:2': open('not read yet', 'not read yet'),
  'E.2:3': open('not read yet', 'not read yet'),
  'E.2:4': open('not read yet', 'not read yet'),
  'E.2:5': open('not read yet', 'not read yet'),
  'E.2:6': open('not read yet', 'not read yet'),
  'E.2:7': open('not read yet', 'not read yet'),
  'E.2:8': open('not read yet', 'not read yet'),
  'E.2:9': open('not read yet', 'not read yet'),
  'E.3:1': open('not read yet', 'not read yet'),
  'E.3:2': open('not read yet', 'not read yet'),
};
