/** A name that may go over to the next line behind its underscores. */
import type { ComponentChildren } from 'preact';

export function breakable(name: string): ComponentChildren {
  return name.split(/(?<=_)/).map((part, index) => (
    <>
      {index > 0 && <wbr />}
      {part}
    </>
  ));
}
