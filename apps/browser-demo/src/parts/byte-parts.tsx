/** Bytes in parts that have names: where each of them is, and what it is. */
import { Hex } from './hex.tsx';

export interface BytePart {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly note?: string | undefined;
}

interface BytePartsProps {
  readonly label: string;
  readonly parts: readonly BytePart[];
  readonly at: (offset: number, size: number) => string;
}

export function ByteParts({ label, parts, at }: BytePartsProps) {
  let offset = 0;
  return (
    <ol class="byte-parts" aria-label={label}>
      {parts.map(({ name, bytes, note }) => {
        const place = at(offset, bytes.length);
        offset += bytes.length;
        return (
          <li key={`${name} ${place}`}>
            <span class="part-name">{name}</span>
            <span class="quiet">{place}</span>
            <Hex bytes={bytes} />
            {note !== undefined && <span class="quiet part-note">{note}</span>}
          </li>
        );
      })}
    </ol>
  );
}
