/** RFC 7301: ALPN. */
import { open, type Rows } from '../row.ts';

export const alpn: Rows = {
  '2:1': open('not read yet', 'not read yet'),
  '3.1:1': open('not read yet', 'not read yet'),
  '3.1:2': open('not read yet', 'not read yet'),
  '3.1:3': open('not read yet', 'not read yet'),
  '3.2:1': open('not read yet', 'not read yet'),
  '3.2:2': open('not read yet', 'not read yet'),
  '3.2:3': open('not read yet', 'not read yet'),
};
