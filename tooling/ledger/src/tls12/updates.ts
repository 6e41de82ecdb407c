/** RFC 9846 §1.4: what it changes for TLS 1.2, numbered as its list is. */
import { open, type Rows } from '../row.ts';

export const updates: Rows = {
  '1.4:1': open('the downgrade protection of §4.2.3', 'not read yet'),
  '1.4:2': open('RSASSA-PSS', 'not read yet'),
  '1.4:3': open('supported_versions goes before legacy_version', 'not read yet'),
  '1.4:4': open('signature_algorithms_cert', 'not read yet'),
  '1.4:5': open('names: main secret', 'not read yet'),
  '1.4:6': open('the invariants of §9.3', 'not read yet'),
};
