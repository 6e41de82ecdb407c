/** A link to a section of an RFC. */
import { reader as words } from '../texts/reader.ts';

interface RfcLinkProps {
  readonly number: number;
  /** Without the sign: `4.2.2`, or `B.4` of an appendix. */
  readonly section: string;
}

export function RfcLink({ number, section }: RfcLinkProps) {
  const anchor = /^[A-Z]/.test(section) ? `appendix-${section}` : `section-${section}`;
  return (
    <a href={`https://www.rfc-editor.org/rfc/rfc${number}#${anchor}`} target="_blank" rel="noreferrer">
      {words.notes.rfc(number, section)}
    </a>
  );
}
